"""What a survey notes of every page, and the samples of documents that it opens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from include.inspection.facts import SiteFacts
from include.inspection.fetch.outcomes import Outcome
from include.inspection.measures import Context, Measured, State, measure
from include.inspection.measures.base import titled
from include.inspection.rules.standard import load_standards
from tests.inspection.survey.site_shapes import CITY, SHAPES, entry_title, make_site
from tests.inspection.survey.site_source import AS_OF, HOME, TODAY, MemoryPages, look_at, measures

FOOTER = (
    "<div class='footer'>主办单位：示县人民政府办公室 联系电话：0100-8123456 网站标识码：4400000001</div>"
)
NAVIGATION = '<div class="nav"><a href="/yw/">政务要闻</a><a href="/zc/">政策文件</a><a href="/jd/">政策解读</a><a href="/hd/">县长信箱</a></div>'
DOCUMENT = "示县人民政府关于印发老旧小区改造实施方案的通知"


def page(body: str, head: str = "") -> str:
    return (
        f"<html><head><title>示县人民政府</title>{head}</head><body>{NAVIGATION}{body}{FOOTER}</body></html>"
    )


def rows(*entries: tuple[str, str, str]) -> str:
    return (
        "<ul class='list'>"
        + "".join(f'<li><a href="{url}">{title}</a><span>{day}</span></li>' for url, title, day in entries)
        + "</ul>"
    )


def site(forward: str = "", back: str = "", more: str = "") -> MemoryPages:
    """News, one policy document of the day and its interpretation; ``forward`` and ``back`` are the links between them."""
    news = rows(
        *((f"/yw/{n}.html", f"示县召开第{n}次老旧小区改造推进会部署有关工作", str(TODAY)) for n in range(4))
    )
    pages = MemoryPages()
    pages.put(HOME, page(news))
    pages.put(f"{HOME}yw/", page(news))
    for n in range(4):
        pages.put(f"{HOME}yw/{n}.html", page(f"<h1>会议</h1><p>发布时间：{TODAY} 09:30</p><p>正文{more}</p>"))
    policy = (
        ("/zc/1.html", DOCUMENT, str(TODAY)),
        ("/zc/2.html", "示县人民政府关于进一步做好防汛工作的意见", "2026-10-10"),
    )
    pages.put(f"{HOME}zc/", page(rows(*policy)))
    pages.put(f"{HOME}zc/1.html", page(f"<h1>{DOCUMENT}</h1><p>发布时间：{TODAY} 09:30</p>{back}"))
    pages.put(f"{HOME}zc/2.html", page("<h1>意见</h1><p>发布时间：2026-10-10 09:30</p>"))
    pages.put(
        f"{HOME}jd/",
        page(
            rows(
                ("/jd/1.html", f"《{DOCUMENT}》解读", str(TODAY)),
                ("/jd/2.html", "政策问答一则", "2026-11-01"),
            )
        ),
    )
    pages.put(f"{HOME}jd/1.html", page(f"<h1>解读</h1><p>发布时间：{TODAY} 10:00</p>{forward}"))
    pages.put(f"{HOME}jd/2.html", page("<h1>问答</h1><p>发布时间：2026-11-01 10:00</p>"))
    pages.put(f"{HOME}hd/", page('<form action="/s"><textarea name="t"></textarea></form>'))
    return pages


FORWARD = f'<p>政策原文：<a href="/zc/1.html">{DOCUMENT}</a></p>'
BACK = f'<p>相关解读：<a href="/jd/1.html">《{DOCUMENT}》解读</a></p>'


def linked(facts: SiteFacts) -> tuple[bool | None, bool | None]:
    one = next(item for item in facts.interpretations if item.document)
    return one.forward, one.back


def test_every_page_is_noted_once_and_none_is_fetched_for_it_twice():
    pages = site(FORWARD, BACK)
    facts = look_at(pages)
    urls = [content.seen.url for content in facts.contents]
    assert len(set(urls)) == len(urls)
    assert {content.kind for content in facts.contents} == {"home", "list", "detail"}
    asked = Counter(url for url in pages.asked if url != HOME)
    assert [url for url, count in asked.items() if count > 1 and "/zc/1" in url] == []


def test_an_interpretation_and_its_document_linked_both_ways():
    assert linked(look_at(site(FORWARD, BACK))) == (True, True)


def test_one_link_is_missing():
    assert linked(look_at(site(FORWARD, ""))) == (True, False)
    assert linked(look_at(site("", BACK))) == (False, True)


def test_a_document_that_cannot_be_read_leaves_its_link_open():
    pages = site(FORWARD, BACK)
    pages.fail(f"{HOME}zc/1.html", Outcome.TIMEOUT_READ)
    assert linked(look_at(pages)) == (True, None)


def test_an_interpretation_that_names_no_document_is_not_blamed():
    facts = look_at(site(FORWARD, BACK))
    other = next(item for item in facts.interpretations if not item.document)
    assert (other.forward, other.back) == (None, None)


def test_documents_with_and_without_an_interpretation():
    found = {item.title: item.interpreted for item in look_at(site(FORWARD, BACK)).documents}
    assert found == {DOCUMENT: True, "示县人民政府关于进一步做好防汛工作的意见": False}


def test_wording_and_numbers_of_an_article_are_seen_with_their_page():
    facts = look_at(site(more="县人民攻府通报：身份证号 110000199003071004。"))
    said = [content for content in facts.contents if content.wordings]
    assert said and all("/yw/" in content.seen.url for content in said)
    assert {error.wrong for content in said for error in content.wordings} == {"攻府"}
    masked = {item.masked for content in facts.contents for item in content.personal}
    assert masked == {"110*************04"}


def test_marks_of_all_pages_hold_the_code_and_the_kind_of_tags():
    facts = look_at(site())
    assert all(mark.code_shown and not mark.other_codes for mark in facts.marks)
    detail = next(content for content in facts.contents if content.kind == "detail")
    home = facts.contents[0]
    assert home.kind == "home" and (len(home.marks.tags_wrong), len(detail.marks.tags_wrong)) == (3, 10)


def test_one_title_on_home_page_list_and_article_is_one_place_of_wording() -> None:
    made = make_site(SHAPES[1])
    title, wrong = (
        entry_title(next(one for one in CITY if one.slug == "ywdt"), 0),
        "学习《中华人名共和国民法典》专题讲座",
    )
    for url, page in list(made.pages.pages.items()):
        made.pages.put(url, page.body.decode().replace(title, wrong))
    value = measures(look_at(made.pages))["W1.1"]
    assert value.low == 1 and "中华人名共和国" in value.details[0].text


def test_two_titles_with_the_same_wrong_word_are_two() -> None:
    made = make_site(SHAPES[1])
    column = next(one for one in CITY if one.slug == "ywdt")
    for url, page in list(made.pages.pages.items()):
        body = page.body.decode()
        for n, wrong in enumerate(("学习《中华人名共和国民法典》讲座", "庆祝中华人名共和国成立座谈会")):
            body = body.replace(entry_title(column, n), wrong)
        made.pages.put(url, body)
    assert measures(look_at(made.pages))["W1.1"].low == 2


def bottoms(bottom: str) -> Measured:
    """What is missing at the bottom of a site whose every page ends with ``bottom``."""
    pages = site()
    for url, made in list(pages.pages.items()):
        pages.put(url, made.body.decode().replace(FOOTER, bottom))
    return measure("footer_items_missing", look_at(pages), Context(AS_OF, {}, {}))


def test_a_bottom_that_a_script_may_bring_is_missed_by_people_only() -> None:
    script = bottoms("<script src='/u/1708171610341487.js'></script>")
    assert (script.low, script.high) == (0, 8)
    assert "底部由脚本、框架等另行载入" in script.reason
    none = bottoms("<div class='footer'>版权所有</div>")
    assert (none.low, none.high) == (8, 8)


def test_interpretation_is_owed_for_the_units_own_documents_alone():
    pages = site(FORWARD, BACK)
    above = (
        ("/zc/3.html", "国务院关于修改部分行政法规的决定", str(TODAY)),
        ("/zc/4.html", "加快建设统一大市场的意见", str(TODAY)),
        ("/zc/5.html", "示县人民政府关于张三等同志任免职的通知", str(TODAY)),
        ("/zc/6.html", "关于调整示县安全生产委员会成员的通知", str(TODAY)),
        ("/zc/1.html", DOCUMENT, "2026-11-20"),
        ("/zc/2.html", "示县人民政府关于进一步做好防汛工作的意见", "2026-10-10"),
    )
    pages.put(f"{HOME}zc/", page(rows(*above)))
    pages.put(f"{HOME}zc/4.html", page("<h1>意见</h1><p>来源：中国政府网 发布时间：2026-11-20 09:30</p>"))
    facts = look_at(pages)
    assert [(item.title, item.interpreted) for item in facts.documents] == [
        (DOCUMENT, True),
        ("示县人民政府关于进一步做好防汛工作的意见", False),
    ]
    assert facts.documents_reposted == 2
    told = measure("uninterpreted_documents", facts, Context(AS_OF, {}, {}))
    assert (told.low, told.reason) == (1, "抽查本单位政策文件2件，有解读1件，另有转载的上级文件2件不计")


def test_reposted_documents_alone_owe_nothing():
    pages = site()
    pages.put(f"{HOME}zc/", page(rows(("/zc/3.html", "国务院关于修改部分行政法规的决定", str(TODAY)))))
    told = measure("uninterpreted_documents", look_at(pages), Context(AS_OF, {}, {}))
    assert (told.state, told.low) == (State.FOR_PEOPLE, None)


MAP = "<a href='/map/'>网站导航</a>"
SECTIONS = ("yw", "zc", "jd", "hd")


def map_missing(pages: MemoryPages) -> tuple[float | None, float | None]:
    """The two ends of how many footer items are missing beside those that ``site`` never has."""
    told = measure("footer_items_missing", look_at(pages), Context(AS_OF, {}, {}))
    assert told.low is not None and told.high is not None
    return told.low - OTHERS, told.high - OTHERS


#: 党政机关标识、找错、ICP、公安 are on no page of ``site``.
OTHERS = 4


def with_navigation(markup: str | None) -> MemoryPages:
    pages = site()
    for url, known in list(pages.pages.items()):
        pages.put(url, known.body.replace("主办单位".encode(), f"{MAP}主办单位".encode()))
    if markup is not None:
        pages.put(f"{HOME}map/", page(markup))
    return pages


def test_a_page_called_navigation_that_lists_the_sections_is_the_site_map():
    listed = "".join(f"<li><a href='/{name}/'>栏目</a></li>" for name in SECTIONS)
    assert map_missing(site()) == (1, 1)
    assert map_missing(with_navigation(f"<ul>{listed}</ul>")) == (0, 0)


def test_a_page_called_navigation_that_lists_other_sites_is_none():
    assert map_missing(with_navigation("<a href='http://www.gov.cn/'>中国政府网</a>")) == (1, 1)
    assert map_missing(with_navigation(None)) == (1, 1)


def test_a_navigation_page_that_cannot_be_read_leaves_it_open():
    pages = with_navigation("")
    pages.fail(f"{HOME}map/", Outcome.TIMEOUT_READ)
    assert map_missing(pages) == (0, 1)


HANWEB = (
    '<script type="text/xml"><datastore><recordset>{}</recordset></datastore></script>'
    '<script src="/script/jpage.js"></script>'
)
RECORD = "<record><![CDATA[<li><span>{day}</span><a href='{url}'>{title}</a></li>]]></record>"


def report_site(column: str, link: str = "<p>{}</p>") -> MemoryPages:
    pages = site()
    home = pages.pages[HOME].body.decode()
    entry = link.format("<a href='/nb/'>政府网站工作年度报表</a>")
    pages.put(HOME, home.replace("</body>", f"{entry}</body>"))
    pages.put(f"{HOME}nb/", page(column))
    return pages


def report_faults(pages: MemoryPages) -> Measured:
    context = Context(AS_OF, {}, {"due_month": 1, "due_day": 31})
    return measure("annual_report_faults", look_at(pages), context)


def records(*entries: tuple[str, str, str]) -> str:
    return HANWEB.format("".join(RECORD.format(url=url, title=title, day=day) for url, title, day in entries))


def report_rows(last: str) -> list[tuple[str, str, str]]:
    years = (("2025", last), ("2024", "2025-01-20"), ("2023", "2024-01-23"))
    return [(f"/nb/{year}.html", f"示县{year}年政府网站工作年度报表", day) for year, day in years]


@pytest.mark.parametrize("write", [rows, records])
@pytest.mark.parametrize("link", ["<p>{}</p>", "<div class='quick'><ul><li>{}</li></ul></div>"])
def test_the_rows_of_a_column_name_the_years_of_its_reports(write: Callable[..., str], link: str) -> None:
    assert report_faults(report_site(write(*report_rows("2026-01-20")), link)).high == 0
    late = report_faults(report_site(write(*report_rows("2026-02-26")), link))
    assert (late.low, "2026-02-26" in late.details[0].text) == (1, True)
    none = report_faults(report_site(write(*report_rows("2026-01-20")[1:]), link))
    assert (none.low, "2025年度" in none.details[0].text) == (1, True)


def test_a_column_of_reports_whose_rows_were_not_read_leaves_the_year_open() -> None:
    bare = report_faults(report_site("<p>正在整理</p>"))
    assert (bare.low, bare.high) == (0, 1)
    unread = report_site("")
    unread.fail(f"{HOME}nb/", Outcome.TIMEOUT_READ)
    value = report_faults(unread)
    assert (value.low, value.high) == (0, 1)


@pytest.mark.parametrize(
    ("head", "shown", "full"),
    [
        ("<p>提交于 2026-11-22 16:20</p>", "2026-11-22 16:20", True),
        (
            "<time class='entry-date' datetime='2026-11-22T16:20'>2026-11-22 16:20</time>",
            "2026-11-22 16:20",
            True,
        ),
        ("<p>发布于：2026-11-22</p>", "2026-11-22", False),
        ("<p>会议 2026-11-22 16:20</p><time>2026-11-22 16:20</time>", "", False),
    ],
)
def test_publication_times_without_the_usual_label(head: str, shown: str, full: bool) -> None:
    pages = site()
    pages.put(f"{HOME}yw/3.html", page(f"<h1>会议</h1>{head}<p>正文</p>"))
    found = {content.article.url: content.article for content in look_at(pages).contents if content.article}
    article = found[f"{HOME}yw/3.html"]
    assert (article.time_shown, article.time_full) == (shown, full)


@pytest.mark.parametrize(
    ("titles", "low", "high"),
    [
        (["示县停车收费标准意见征集", "示县停车收费标准意见征集结果反馈"], 1, 1),
        (["示县停车收费标准意见征集结果反馈"], 0, 1),  # the activity itself may stand elsewhere
        (["示县停车收费调查", "【预告】示县停车收费调查"], 1, 1),
        (["关于公开征求《示县停车办法》意见的公告", "关于公开征求《示县公园条例》意见的公示"], 2, 2),
    ],
)
def test_results_and_previews_are_no_activities_of_their_own(titles: list[str], low: int, high: int) -> None:
    pages = site()
    home = pages.pages[HOME].body.decode()
    pages.put(HOME, home.replace('<a href="/hd/">', '<a href="/dc/">调查征集</a><a href="/hd/">'))
    pages.put(
        f"{HOME}dc/",
        page(rows(*((f"/dc/{n}.html", title, f"2026-11-0{n + 1}") for n, title in enumerate(titles)))),
    )
    census = next(iter(load_standards(["census-2015"])))
    window = next(rule for rule in census.rules if rule.measure == "survey_activities").window
    value = measure("survey_activities", look_at(pages), Context(AS_OF, window, {}))
    assert (value.low, value.high) == (low, high)


def test_the_statistics_of_letters_are_neither_a_channel_nor_letters():
    pages = site()
    menu = '<a href="/hd/">县长信箱</a>'
    more = '<a href="/lytj/">留言统计</a><a href="/dl/">信箱登录</a>'
    for url, known in list(pages.pages.items()):
        pages.put(url, known.body.replace(menu.encode(), f"{menu}{more}".encode()))
    table = "".join(f"<tr><td>{month}月</td><td>30</td><td>30</td></tr>" for month in (8, 9, 10))
    pages.put(f"{HOME}lytj/", page(f"<table><tr><th>月份</th><th>收到</th><th>办结</th></tr>{table}</table>"))
    pages.put(f"{HOME}dl/", page("<form><input name='u'><input type='password'></form>"))
    letters = rows(("/hd/1.html", "关于南门路路灯不亮的来信", "2026-11-01"))
    pages.put(f"{HOME}hd/", page(f"<form action='/s'><textarea name='t'></textarea></form>{letters}"))
    facts = look_at(pages)
    assert [name for name, _, _ in facts.channels] == ["县长信箱"]
    assert [question.title for question in facts.questions] == ["关于南门路路灯不亮的来信"]
    assert "留言统计" in facts.elements["message_statistics"]


def test_a_form_behind_an_entry_that_was_not_opened_is_named():
    pages = site()
    entry = '<p><a href="/index.php?m=write">我要写信</a></p>'
    pages.put(
        HOME, pages.pages[HOME].body.replace(b"<div class='footer'>", f"{entry}<div class='footer'>".encode())
    )
    pages.put(f"{HOME}hd/", page(rows(("/hd/1.html", "关于南门路路灯不亮的来信", "2026-11-01"))))
    told = measure("message_forms_missing", look_at(pages), Context(AS_OF, {}, {}))
    assert (told.state, told.low) == (State.FOR_PEOPLE, None)
    assert told.reason == "读到的咨询栏目页面上没有表单，入口“我要写信”未打开查看"


def test_a_home_page_of_which_no_link_was_checked_has_no_number():
    facts = look_at(site())
    settings = {"forbidden_counts": 0.0}
    assert measure("broken_home_links", facts, Context(AS_OF, {}, settings)).state is State.MEASURED
    facts.links, facts.links_left = [], {}
    assert measure("broken_home_links", facts, Context(AS_OF, {}, settings)).state is State.UNMEASURED
    facts.links_left = {"home": 3}
    told = measure("broken_home_links", facts, Context(AS_OF, {}, settings))
    assert (told.state, told.low, told.high) == (State.MEASURED, 0, 3)


def test_a_wrong_code_in_a_tag_alone_is_said_to_stand_there():
    pages = site()
    head = '<head><meta name="SiteIDCode" content="4400000099">'
    pages.put(HOME, pages.pages[HOME].body.replace(b"<head>", head.encode()))
    told = measure("site_code_mismatches", look_at(pages), Context(AS_OF, {}, {}))
    assert told.low == 1
    assert told.details[0].text == f"{HOME} SiteIDCode 标签的标识码是 4400000099（页面底部的正确）"
    pages = site()
    pages.put(HOME, pages.pages[HOME].body.replace(b"4400000001", b"4400000077"))
    told = measure("site_code_mismatches", look_at(pages), Context(AS_OF, {}, {}))
    assert told.details[0].text == f"{HOME} 页面底部的标识码是 4400000077"


def test_titles_are_named_without_the_lists_day_and_without_doubled_marks():
    assert titled("关于供水的通知 2026-11-18") == "《关于供水的通知》"
    assert titled("关于供水的通知[2026-11-18]") == "《关于供水的通知》"
    assert titled("《供水条例》解读") == "“《供水条例》解读”"
    assert titled("2026-11-18") == "《2026-11-18》"
