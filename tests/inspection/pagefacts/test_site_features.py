"""Features of a site that one page shows."""

from __future__ import annotations

from datetime import date

import pytest

from include.inspection.extract.site_features import SearchVia, site_features

TODAY = date(2025, 2, 1)


def features(document):
    return site_features(document, TODAY)


def test_bare_page(page):
    found = features(page("<p>正文</p>"))
    assert found.search.via is SearchVia.ABSENT
    assert (found.site_map, found.annual_reports, found.feeds, found.accessibility) == ("", (), (), "")
    assert (found.ipv6_mark, found.languages) == ("", ())


@pytest.mark.parametrize(
    ("body", "via", "action"),
    [
        (
            "<form action='/search/s.jsp'><input name=q></form>",
            SearchVia.FORM,
            "http://www.linshi.gov.cn/search/s.jsp",
        ),
        ("<form><input type=text placeholder=请输入关键词></form>", SearchVia.FORM, ""),
        (
            "<form action=/a><input name=w><button>搜索</button></form>",
            SearchVia.FORM,
            "http://www.linshi.gov.cn/a",
        ),
        ("<input id=searchword><a onclick='go()'>搜</a>", SearchVia.INPUT, ""),
        (
            "<form action='/index.php'><input type=hidden name=m value=search><input type=search name=q>"
            "<button><i class='icon-search'></i></button></form>",
            SearchVia.FORM,
            "http://www.linshi.gov.cn/index.php",
        ),
        ('<INPUT ID=kw><INPUT TYPE=button VALUE=站内检索 ONCLICK="go()">', SearchVia.INPUT, ""),
        ("<a href='/so/'>站内搜索</a>", SearchVia.LINK, "http://www.linshi.gov.cn/so/"),
        (
            "<form action='/login'><input name=username><input type=password><button>登录</button></form>",
            SearchVia.ABSENT,
            "",
        ),
        ("<form><input name=email placeholder=邮箱><button>提交</button></form>", SearchVia.ABSENT, ""),
        ("<form action='/search'><input type=hidden name=keyword></form>", SearchVia.ABSENT, ""),
        ("<a href='/x'>搜索引擎管理办法</a>", SearchVia.ABSENT, ""),
        ("<input id=code><input type=button value=办件查询 onclick='query()'>", SearchVia.ABSENT, ""),
        (
            "<input id=code><p>办件进度</p><p>序号</p><p>搜索引擎</p><button>搜索</button>",
            SearchVia.ABSENT,
            "",
        ),
    ],
)
def test_search(page, body, via, action):
    found = features(page(body)).search
    assert (found.via, found.action) == (via, action)


@pytest.mark.parametrize(
    ("row", "year", "day", "from_address"),
    [
        (
            "<li><a href='/a.html'>2024年政府网站工作年度报表</a><span>2025-01-20</span></li>",
            2024,
            date(2025, 1, 20),
            False,
        ),
        (
            "<li><a href='/a.html'>林市网站监管年度报表（2024年度）</a> 2025/01/31</li>",
            2024,
            date(2025, 1, 31),
            False,
        ),
        (
            "<div><a href='/202501/t20250115_9.html'>政府网站年度工作报表</a></div>",
            None,
            date(2025, 1, 15),
            True,
        ),
        ("<div><a href='/a.html'>政府网站年度报表</a></div>", None, None, False),
    ],
)
def test_annual_report(page, row, year, day, from_address):
    (report,) = features(page(f"<ul>{row}</ul>")).annual_reports
    assert (report.year, report.day, report.day_from_address) == (year, day, from_address)


@pytest.mark.parametrize(
    "label", ["2024年政府信息公开工作年度报告", "2024年政府网站信息公开年度报告", "年度统计报表", "网站声明"]
)
def test_no_annual_report(page, label):
    assert features(page(f"<a href='/a'>{label}</a>")).annual_reports == ()


def test_other_features(page):
    found = features(
        page(
            "<a href='/wzdt/'>网站地图</a><a href='/rss/'>RSS</a><a href='javascript:go()'>无障碍阅读</a>"
            "<span>本站已支持IPv6访问</span><a href='http://en.linshi.gov.cn/'>English</a><a href='javascript:t()'>繁體</a>",
            '<link rel="alternate" type="application/rss+xml" href="/feed.xml">',
        )
    )
    assert found.site_map == "http://www.linshi.gov.cn/wzdt/"
    assert found.feeds == ("http://www.linshi.gov.cn/feed.xml", "http://www.linshi.gov.cn/rss/")
    assert found.accessibility == "无障碍阅读"
    assert "IPv6" in found.ipv6_mark
    assert dict(found.languages) == {"en": "http://en.linshi.gov.cn/", "zh-Hant": ""}


def test_near_misses(page):
    found = features(
        page("<a href='/a'>English Corner 活动</a><a href='/b'>地图服务</a><a href='/c'>订阅须知</a>")
    )
    assert (found.languages, found.site_map, found.feeds) == ((), "", ())
