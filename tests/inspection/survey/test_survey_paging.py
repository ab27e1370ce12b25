"""Lists that go on over several pages: every way in which a page says so, how far they are followed, and traps."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from zlib import crc32

import pytest

from include.inspection.extract.html import Document
from include.inspection.extract.paging import next_interface, onward
from include.inspection.facts import SiteFacts
from include.inspection.fetch.outcomes import Outcome
from include.inspection.measures import Context, State, measure
from include.inspection.times import Span
from tests.inspection.survey.site_shapes import CITY, SHAPES, Column, Made, make_site
from tests.inspection.survey.site_source import AS_OF, HOME, LIMITS, TODAY, answers, look_at, measures

URL = "http://www.shixian.gov.cn/xw/index.html"


def page(body: str, url: str = URL) -> Document:
    return Document(f"<html><body>{body}</body></html>".encode(), "text/html; charset=utf-8", url)


# --- how a page says where its list goes on ---------------------------------------------------------------------

SHAPES_OF_PAGERS = {
    "link": ('<a href="index_1.html">下一页</a><a href="index_9.html">尾页</a>', "index_1.html", "index_9.html"),
    "short label": ('<a href="?page=2">下页 &gt;</a>', "index.html?page=2", ""),
    "rel next": ('<a rel="next" href="/xw/page/2/"><img src=r.png></a>', "page/2/", ""),
    "script in href": ("<a href=\"javascript:location.href='index_2.html'\">下一页</a>", "index_2.html", ""),
    "script in onclick": ("<a onclick=\"window.location='list.asp?p=2'\">下一页</a>", "list.asp?p=2", ""),
    "numbers": ('<span>1</span><a href="index_1.html">2</a><a href="index_2.html">3</a>', "index_1.html", ""),
    "TRS": ('<script>createPageHTML(12, 0, "index", "html");</script>', "index_1.html", "index_11.html"),
    "with an element": (
        "<script>createPageHTML('page_div',5, 1,'index','shtml',100);</script>", "index_2.shtml", "index_5.shtml",
    ),
    "TRS variables": (
        "<script>var currentPage = 0;var countPage = 7;document.write('index_'+n)</script>", "index_1.html", "index_6.html",
    ),
    "records": (
        '<script type="text/xml"><datastore><nextgroup><![CDATA[<a href="/proxy.jsp?page=1&amp;col=7"></a>]]></nextgroup></datastore></script>',
        "../proxy.jsp?page=1&col=7", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("pager, following, last", SHAPES_OF_PAGERS.values(), ids=SHAPES_OF_PAGERS)
def test_next_page(pager: str, following: str, last: str) -> None:
    document = page(pager)
    found = onward(document)
    assert found.more
    assert (found.next_url, found.last_url) == (
        document.absolute(following),
        document.absolute(last) if last else "",
    )


@pytest.mark.parametrize(
    "pager, url",
    [
        ("<p>没有分页</p>", URL),
        ('<script>createPageHTML(1, 0, "index", "html");</script>', URL),
        ('<script>createPageHTML(0, 0, "index", "html");</script>', URL),
        ('<script>createPageHTML(12, 11, "index", "html");</script>', URL),
        ("<p>共 1 页</p><a>下一页</a>", URL),
        ("第 3/3 页 <a href='javascript:void(0)'>下一页</a>", URL + "?page=3"),
        ('<a href="index.html">下一页</a> 3/3', URL),
        (
            '<ul><li><a href="list_7_1.html">1</a></li><li class="on">2</li><li>共 <b>2</b>页</li></ul>',
            URL + "list_7_2.html",
        ),
    ],
)
def test_last_page(pager: str, url: str) -> None:
    assert not onward(page(pager, url)).next_url
    assert not onward(page(pager, url)).more


@pytest.mark.parametrize(
    "pager", ["共 12 页 <a href='javascript:go(2)'>下一页</a>", "<button>加载更多</button>"]
)
def test_more_that_cannot_be_followed(pager: str) -> None:
    found = onward(page(pager))
    assert found.more and not found.next_url


def test_number_of_the_address_is_counted_on() -> None:
    found = onward(
        page("<a href='javascript:go()'>下一页</a> 共5页", "http://a.cn/list.jsp?id=%D0%C2&pageNo=2")
    )
    assert found.next_url == "http://a.cn/list.jsp?id=%D0%C2&pageNo=3"


@pytest.mark.parametrize(
    "pager",
    [
        "".join(f'<a href="/rili/2026-11-{n}.html">{n}</a>' for n in range(1, 31)),  # a calendar
        '<a href="/2.html">2</a>条留言',
        '<a href="http://www.other.gov.cn/xw/index_1.html">下一页</a>',
        '<a href="javascript:void(0)">下一页新闻推荐更多内容请看</a>',
    ],
)
def test_what_is_no_pager(pager: str) -> None:
    assert not onward(page(pager)).next_url


@pytest.mark.parametrize(
    "url, answer, following",
    [
        ("http://a.cn/api/list?page=1&size=10", '{"totalPage": 3, "rows": []}', "http://a.cn/api/list?page=2&size=10"),
        ("http://a.cn/api/list?pageIndex=0", '{"data": {"pages": 2}}', "http://a.cn/api/list?pageIndex=1"),
        ("http://a.cn/data/xw_1.json", "{}", "http://a.cn/data/xw_2.json"),
        ("http://a.cn/p.jsp?page=1&perpage=15&startrecord=1&endrecord=45", "", "http://a.cn/p.jsp?page=2&perpage=15&startrecord=16&endrecord=60"),
    ],
)  # fmt: skip
def test_next_page_of_an_interface(url: str, answer: str, following: str) -> None:
    assert next_interface(url, answer, first=True).next_url == following


def test_interface_without_a_page_number_tells_by_its_total() -> None:
    assert next_interface("http://a.cn/all.json?c=2", '{"total": 30, "rows": [1]}', first=True).more
    assert not next_interface("http://a.cn/all.json?c=2", '{"total": 1, "rows": [1]}', first=True).more
    assert not next_interface("http://a.cn/l?page=3", '{"pages": 3}', first=False).more


# --- sections over several pages --------------------------------------------------------------------------------

Rows = Sequence[tuple[str, int]]  # title, days before the monitoring day


def listing(rows: Rows, pager: str) -> str:
    items = "".join(
        f'<li><a href="/zj/{crc32(title.encode())}.html">{title}</a><span>{TODAY - timedelta(days=age)}</span></li>'
        for title, age in rows
    )
    return f'<ul class="list">{items}</ul><div class="page">{pager}</div>'


def surveys(first: int, number: int, step: int = 20) -> Rows:
    return [
        (f"关于第{n}号管理办法草案公开征集社会意见的活动", n * step) for n in range(first, first + number)
    ]


CITY_WITH_SURVEYS = (*CITY, Column("意见征集", "yjzj", ()))


def with_pages(pages: dict[str, str], column: str = "yjzj") -> Made:
    """A site whose section ``column`` has these pages; "" is its first one."""
    made = make_site(SHAPES[0], CITY_WITH_SURVEYS)
    for name, body in pages.items():
        made.pages.put(made.urls[column] + name, f"<html><body><h2>意见征集</h2>{body}</body></html>")
    return made


def activities(facts: SiteFacts):
    return measure("survey_activities", facts, Context(AS_OF, {"held": Span("1y")}, {}))


def test_surveys_of_a_year_are_counted_over_all_pages() -> None:
    made = with_pages(
        {
            "": listing(surveys(0, 5), '<a href="index_1.html">下一页</a>'),
            "index_1.html": listing(surveys(5, 5), '<a href="index_2.html">下一页</a>'),
            "index_2.html": listing(surveys(10, 15), '<a href="index_3.html">下一页</a>'),
        }
    )
    value = activities(look_at(made.pages))
    assert (value.low, value.high) == (19, 19)  # 0, 20, … 360 days ago
    assert made.urls["yjzj"] + "index_3.html" not in made.pages.asked


def test_list_without_a_pager_is_complete() -> None:
    assert (activities(look_at(with_pages({"": listing(surveys(0, 2), "")}).pages))).high == 2


def test_pages_that_cannot_be_followed_leave_the_number_open() -> None:
    value = activities(
        look_at(with_pages({"": listing(surveys(0, 2), "<a href='javascript:go(2)'>下一页</a>")}).pages)
    )
    assert value.low == 2 and value.high is not None and value.high > 100


def test_a_page_that_cannot_be_read_leaves_the_number_open() -> None:
    made = with_pages({"": listing(surveys(0, 2), '<a href="index_1.html">下一页</a>')})
    made.pages.fail(made.urls["yjzj"] + "index_1.html", Outcome.TIMEOUT_READ)
    value = activities(look_at(made.pages))
    assert value.low == 2 and value.high is not None and value.high > 100


def test_interface_with_pages_is_followed() -> None:
    made = with_pages({"": "<ul id=list></ul><script>$.getJSON('/api/list.json?c=7&page=1', show)</script>"})
    for number, rows in ((1, surveys(0, 4)), (2, surveys(4, 4)), (3, surveys(8, 14))):
        data = [
            {"title": t, "url": f"/zj/{age}.html", "pubDate": str(TODAY - timedelta(days=age))}
            for t, age in rows
        ]
        made.pages.put(
            f"{HOME}api/list.json?c=7&page={number}",
            json.dumps({"pages": 3, "rows": data}),
            content_type="application/json",
        )
    assert activities(look_at(made.pages)).low == activities(look_at(made.pages)).high == 19


def endless(make: Callable[[int], Rows]) -> Made:
    made = with_pages({"": listing(make(0), '<a href="?page=2">下一页</a>')})
    for number in range(2, 60):
        made.pages.put(
            f"{made.urls['yjzj']}?page={number}",
            "<html><body>"
            + listing(make(number - 1), f"<a href='?page={number + 1}'>下一页</a>")
            + "</body></html>",
        )
    return made


@pytest.mark.parametrize(
    "make, pages",
    [
        (lambda number: surveys(0, 4), 1),  # the same entries for ever, under other addresses
        (lambda number: surveys(0, 4) if number == 0 else [], 1),  # empty pages for ever
        (
            lambda number: [(f"第{number}页的征集活动意见反馈第{n}件", 3) for n in range(4)],
            LIMITS.list_pages,
        ),  # new ones for ever
    ],
    ids=["repeats", "empty", "endless"],
)
def test_traps_end(make: Callable[[int], Rows], pages: int) -> None:
    made = endless(make)
    value = activities(look_at(made.pages))
    asked = [url for url in made.pages.asked if "?page=" in url]
    assert len(asked) == pages
    assert (value.high == value.low) is (pages == 1)


def test_pages_that_lead_round_end() -> None:
    made = with_pages(
        {
            "": listing(surveys(0, 4), '<a href="index_1.html">下一页</a>'),
            "index_1.html": listing(surveys(4, 4), '<a href="index.html">下一页</a>'),
        }
    )
    value = activities(look_at(made.pages))
    assert (value.low, value.high) == (8, 8)


# --- lists whose first page does not decide ---------------------------------------------------------------------


def news_site(pages: dict[str, str]) -> Made:
    """Five news sections that look late by their first page, each with the further pages given."""
    made = make_site(SHAPES[0], CITY)
    for slug in ("ywdt", "bmdt", "xzdt", "gzdt", "tpxw"):
        for name, body in pages.items():
            text = body.replace("{slug}", slug).replace("/zj/", f"/{slug}/")
            made.pages.put(made.urls[slug] + name, f"<html><body><h2>{slug}</h2>{text}</body></html>")
    return made


def news(*ages: int) -> Rows:
    return [(f"示县{{slug}}召开第{age}次工作会议研究重点项目建设", age) for age in ages]


def test_late_by_every_page_stays_late() -> None:
    made = news_site({"": listing(news(20, 30, 40, 50, 60), '<a href="index_1.html">下一页</a>'),
                      "index_1.html": listing(news(70, 80, 90), "")})  # fmt: skip
    assert answers(look_at(made.pages))["W4.1"] == "fail"


def test_list_that_stands_oldest_first_is_not_late() -> None:
    made = news_site({"": listing(news(900, 800, 700, 600, 500), '<a href="index_1.html">下一页</a><a href="index_7.html">尾页</a>'),
                      "index_7.html": listing(news(30, 9, 2), "")})  # fmt: skip
    found = look_at(made.pages)
    assert answers(found)["W4.1"] == "pass"
    assert not any("index_1.html" in url for url in made.pages.asked)


def test_list_that_stands_oldest_first_and_cannot_be_followed_is_not_measured() -> None:
    made = news_site(
        {"": listing(news(900, 800, 700, 600, 500), "共 9 页 <a href='javascript:go(2)'>下一页</a>")}
    )
    assert answers(look_at(made.pages))["W4.1"] == "unmeasured"


def test_list_in_another_order_is_read_on() -> None:
    made = news_site({"": listing(news(40, 60, 50, 70), '<a href="index_1.html">下一页</a>'),
                      "index_1.html": listing(news(3, 45), "")})  # fmt: skip
    assert answers(look_at(made.pages))["W4.1"] == "pass"


def test_fresh_lists_cost_no_further_page() -> None:
    made = make_site(SHAPES[0], CITY)
    look_at(made.pages)
    assert not any("ywdt/index_2" in url for url in made.pages.asked)


# --- messages ---------------------------------------------------------------------------------------------------


def messages(rows: Sequence[tuple[int, int | None]], pager: str) -> str:
    body = "".join(
        f'<tr><td><a href="/msg/{age}.html">反映第{age}号路灯不亮的问题请尽快修好</a></td><td>{TODAY - timedelta(days=age)}</td>'
        f"<td>{TODAY - timedelta(days=answered) if answered is not None else ''}</td><td>{'已答复' if answered is not None else '未答复'}</td></tr>"
        for age, answered in rows
    )
    return (
        f"<table><tr><th>标题</th><th>来信时间</th><th>答复时间</th><th>状态</th></tr>{body}</table>{pager}"
    )


def letters(pages: dict[str, str]) -> SiteFacts:
    made = make_site(SHAPES[0], CITY)
    for name, body in pages.items():
        made.pages.put(
            made.urls["zmhd"] + name,
            f"<html><body><h2>政民互动</h2><form><textarea></textarea></form>{body}</body></html>",
        )
    return look_at(made.pages)


NEXT = '<p><a href="?page=2">下一页</a></p>'


def test_unanswered_message_on_the_second_page() -> None:
    facts = letters(
        {"": messages([(5, 2), (20, 15)], NEXT), "?page=2": messages([(150, None), (400, None)], "")}
    )
    value = measures(facts)["W5.2"]
    assert value.low == 1 and "150" not in value.reason
    assert value.seen is not None and value.seen.url.endswith("?page=2")


def test_messages_beyond_what_was_read_leave_it_to_people() -> None:
    facts = letters({"": messages([(5, 2), (20, 15)], "<p><a href='javascript:go(2)'>下一页</a></p>")})
    assert measures(facts)["W5.2"].state is State.FOR_PEOPLE
    asked = measure("questions_asked", facts, Context(AS_OF, {"asked": Span("1y")}, {}))
    assert asked.low == 2 and asked.high is not None and asked.high > 100


def test_messages_of_more_than_a_year_need_no_further_page() -> None:
    facts = letters({"": messages([(5, 2), (200, 190), (380, 370), (420, 400)], NEXT)})
    assert answers(facts)["W5.2"] == "pass"


def test_limit_of_pages_is_a_setting() -> None:
    made = endless(lambda number: [(f"第{number}页的征集活动意见反馈第{n}件", 3) for n in range(4)])
    look_at(made.pages, limits=replace(LIMITS, list_pages=2))
    assert len([url for url in made.pages.asked if "?page=" in url]) == 2
