"""Page tags by page kind: each state once, and what comes close to it."""

from __future__ import annotations

import pytest

from include.inspection.extract.tags import TagState, page_tags

GOOD = {
    "SiteName": "林市人民政府",
    "SiteDomain": "www.linshi.gov.cn",
    "SiteIDCode": "4499000001",
    "ColumnName": "通知公告",
    "ColumnDescription": "林市人民政府通知公告栏目",
    "ColumnKeywords": "通知,公告",
    "ColumnType": "通知公告",
    "ArticleTitle": "关于召开会议的通知",
    "PubDate": "2024-10-08 09:30",
    "ContentSource": "市政府办公室",
}
BODY = "<h1>关于召开会议的\n 通知</h1><p>" + "各有关单位：会议定于下周召开。" * 8 + "</p>"


def head(**changes: str | None) -> str:
    tags = {**GOOD, **changes}
    return "".join(
        f'<meta name="{name}" content="{value}">' for name, value in tags.items() if value is not None
    )


def tag(page, name, value, body=BODY):
    tags = page_tags(page(body, head(**{name: value})), "detail", registered_code="4499000001")
    return next(item for item in tags if item.name == name)


@pytest.mark.parametrize(("kind", "count"), [("home", 3), ("list", 7), ("detail", 10)])
def test_all_good(page, kind, count):
    tags = page_tags(page(BODY, head()), kind, registered_code="4499000001")
    assert [item.state for item in tags] == [TagState.OK] * count
    assert not any(item.warnings for item in tags)


@pytest.mark.parametrize(("kind", "count"), [("home", 3), ("list", 7), ("detail", 10)])
def test_all_missing(page, kind, count):
    assert [item.state for item in page_tags(page(BODY), kind)] == [TagState.MISSING] * count


@pytest.mark.parametrize("name", GOOD)
def test_empty(page, name):
    assert tag(page, name, "  ").state is TagState.EMPTY


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SiteName", "网站名称"),
        ("ColumnName", "栏目名称"),
        ("ArticleTitle", "{{article.title}}"),
        ("PubDate", "<%=date%>"),
        ("ColumnName", "<?php echo 1;?>"),
        ("ContentSource", "$source$"),
        ("ArticleTitle", "{dede:field.title/}"),
        ("ColumnType", "${channel.type}"),
        ("PubDate", "null"),
        ("ColumnName", "ColumnName"),
    ],
)
def test_placeholder(page, name, value):
    assert tag(page, name, value).state is TagState.PLACEHOLDER


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SiteName", "林市网站名称管理网"),
        ("ContentSource", "$100 新闻"),
        ("ColumnKeywords", "无"),
        ("ColumnName", "测试公告"),
    ],
)
def test_no_placeholder(page, name, value):
    assert tag(page, name, value).state is TagState.OK


@pytest.mark.parametrize(
    "value",
    [
        "2024-10-08",
        "2024/10/08 09:30",
        "2024-10-08 9:30",
        "2024-02-30 10:00",
        "2024-10-08 25:00",
        "2024年10月8日",
    ],
)
def test_wrong_date_format(page, value):
    assert tag(page, "PubDate", value).state is TagState.WRONG_FORMAT


def test_seconds_are_a_warning_only(page):
    found = tag(page, "PubDate", "2024-10-08 09:30:15")
    assert found.state is TagState.OK
    assert "秒" in found.warnings[0]


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("4499000002", TagState.OTHER_CODE),
        ("44990001", TagState.WRONG_FORMAT),
        ("bm17000009", TagState.OTHER_CODE),
    ],
)
def test_site_code(page, value, state):
    assert tag(page, "SiteIDCode", value).state is state


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("gxq.other.gov.cn", TagState.OTHER_HOST),
        ("linshi.gov.cn", TagState.OK),
        ("http://www.linshi.gov.cn/", TagState.OK),
        ("林市政府网", TagState.WRONG_FORMAT),
        ("www.ls.gov.cn,www.linshi.gov.cn", TagState.OK),
        ("www.linshi.gov.cn；www.ls.gov.cn；", TagState.OK),
        ("www.ls.gov.cn、www.other.gov.cn", TagState.OTHER_HOST),
        ("www.linshi.gov.cn 林市", TagState.WRONG_FORMAT),
        ("，", TagState.WRONG_FORMAT),
    ],
)
def test_site_domain(page, value, state):
    assert tag(page, "SiteDomain", value).state is state


def test_domain_of_the_registered_site_on_a_host_of_its_own(page):
    document = page(BODY, head(), url="http://zwgk.linshi.gov.cn/a.html")
    states = {item.name: item.state for item in page_tags(document, "home", site_hosts=["www.linshi.gov.cn"])}
    assert states["SiteDomain"] is TagState.OK
    assert page_tags(document, "home")[1].state is TagState.OTHER_HOST


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("关于召开会议的通知", TagState.OK),
        ("关于召开<br>会议的通知", TagState.OK),
        ("关于召开“会议”的通知", TagState.OK),
        ("关于表彰先进的通知", TagState.NOT_ON_PAGE),
    ],
)
def test_article_title(page, value, state):
    assert tag(page, "ArticleTitle", value.replace("<", "&lt;")).state is state


def test_title_of_a_page_that_scripts_fill_is_not_compared(page):
    found = tag(page, "ArticleTitle", "关于表彰先进的通知", body="<div id='app'></div>")
    assert found.state is TagState.OK
    assert "未能核对" in found.warnings[0]


def test_repeated_and_misspelt_names(page):
    markup = '<meta name="SiteName" content=""><meta name="SiteName" content="林市"><meta name="siteidcode" content="4499000001">'
    name, _, code = page_tags(page(BODY, markup), "home")
    assert (name.state, name.value, len(name.warnings)) == (TagState.OK, "林市", 1)
    assert "大小写" in code.warnings[0]
