"""Days and entries of lists in markup that has once misled the reading."""

from __future__ import annotations

from datetime import date

import pytest

from include.inspection.extract.dates import find_dates
from include.inspection.extract.html import Document
from include.inspection.extract.lists import find_lists
from include.inspection.extract.plain_rows import plain_lists
from include.inspection.extract.sections import classify, leads_to_section, says_empty

TODAY = date(2026, 11, 20)
DAYS = [date(2026, 11, 18), date(2026, 10, 9), date(2025, 3, 2)]


def document(main: str) -> Document:
    page = f"<html><head><title>工作动态</title></head><body><div class='main'>{main}</div></body></html>"
    return Document(page.encode(), "text/html; charset=utf-8", "http://www.shixian.gov.cn/gzdt/")


def rows(form: str) -> str:
    return "".join(
        form.format(n=n, d=day, t=f"全县防汛物资储备工作会议召开之{n}") for n, day in enumerate(DAYS)
    )


@pytest.mark.parametrize(
    "markup",
    [
        "<dl>" + rows("<dt>{d}</dt><dd><a href='/{n}.html'>{t}</a></dd>") + "</dl>",
        "<dl>" + rows("<dt><a href='/{n}.html'>{t}</a></dt><dd>{d}</dd>") + "</dl>",
        "<ul>" + rows("<li>{d}</li><li><a href='/{n}.html'>{t}</a></li>") + "</ul>",
        "<ul>" + rows("<li><a href='/{n}.html'>{t}</a><span>{d} 星期五</span></li>") + "</ul>",
        "<ul>" + rows("<li><a href='/{n}.html'>{t}</a><b>{d:%m-%d}</b><i>{d.year}</i></li>") + "</ul>",
        "<ul>" + rows("<li><a href='/{n}.html'>{t}</a><i>K2849/20240315-01</i><b>{d}</b></li>") + "</ul>",
        "<ul>" + rows("<li><a href='/{n}.html'>{t}</a><b>{d}</b><i>截止时间：2027-01-01</i></li>") + "</ul>",
        "<ul>" + rows("<li data-pubtime='{d}'><a href='/{n}.html'>{t}</a></li>") + "</ul>",
        "<div class='xxgk_nav_list'><ul>"
        + rows("<li><a href='/{n}.html'>{t}</a><b>{d}</b></li>")
        + "</ul></div>",
    ],
)
def test_every_row_has_its_own_day(markup: str) -> None:
    found = [group for group in find_lists(document(markup), TODAY, TODAY) if not group.aside]
    assert [item.day for group in found for item in group.items] == DAYS


def test_day_of_signing_is_told_from_day_of_publication() -> None:
    row = rows("<tr><td><a href='/{n}.html'>{t}</a></td><td>{d}</td></tr>")
    (group,) = find_lists(
        document(f"<table><tr><th>标题</th><th>成文日期</th></tr>{row}</table>"), TODAY, TODAY
    )
    assert {item.source for item in group.items} == {"document"}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-05-07T16:30:00.000+0000", date(2026, 5, 8)),
        ("2026-05-07T16:30:00+08:00", date(2026, 5, 7)),
        ("2026-05-07T15:59:00Z", date(2026, 5, 7)),
    ],
)
def test_moments_with_a_zone_are_days_in_beijing(text: str, day: date) -> None:
    assert [found.day for found in find_dates(text, TODAY)] == [day]


@pytest.mark.parametrize(
    "text", ["本站最后更新：2026年11月20日", "K28491516/20240315-00010", "浏览：20250101"]
)
def test_what_dates_nothing(text: str) -> None:
    assert find_dates(text, TODAY) == []


@pytest.mark.parametrize(
    "form",
    [
        "<li>{t}<span>{d}</span></li>",
        "<li><a href='javascript:void(0)' onclick='open({n})'>{t}</a><span>{d}</span></li>",
        "<tr><td>{t}</td><td>{d}</td><td><a href='/{n}.html'>查看</a></td></tr>",
    ],
)
def test_rows_without_links_are_entries(form: str) -> None:
    tag = "table" if "<tr" in form else "ul"
    (group,) = plain_lists(document(f"<{tag}>{rows(form)}</{tag}>"), TODAY, TODAY, scripted=True)
    assert [item.day for item in group.items] == DAYS


def test_box_of_recommendations_is_told_by_its_heading() -> None:
    row = rows("<li><a href='/{n}.html'>{t}</a><b>{d}</b></li>")
    other = row.replace("='/", "='/r")
    page = document(f"<ul>{row}</ul><div><h3>热点推荐</h3><ul class='hot'>{other}</ul></div>")
    assert [group.heading for group in find_lists(page, TODAY, TODAY)][-1] == "热点推荐"


def test_words_of_sections() -> None:
    assert classify("通 知 公 告") == "notice"
    assert classify("热点回应") == "interpretation"
    assert classify("投资指南") == "other"
    assert says_empty(document("<div>栏目建设中，敬请期待……</div>"))


@pytest.mark.parametrize(
    ("name", "section_class"),
    [
        ("政府信息公开指南", "other"), ("公开指南", "other"), ("办事指南", "service"), ("办事服务评价", "other"),
        ("社会服务机构", "other"), ("招商服务", "other"), ("便民服务", "service"), ("办理动态", "consultation"),
        ("回复选登", "consultation"), ("主任邮箱", "consultation"), ("城乡规划", "other"), ("空间规划", "plan"),
        ("发展规划", "plan"), ("媒体聚焦", "other"), ("在线访谈", "interview"),
    ],
)  # fmt: skip
def test_classes_by_name(name: str, section_class: str) -> None:
    assert classify(name) == section_class


HOME = "http://www.shixian.gov.cn/"


@pytest.mark.parametrize(
    ("path", "name", "section"),
    [
        ("szf/", "省政府公报", True),
        ("gwy/", "国务院要闻", True),
        ("zf/", "省政府", False),
        ("gzdt/page/2/", "工作动态", False),
        ("gzdt/index_2.html", "工作动态", False),
        ("gzdt/list.jsp?pageno=3", "工作动态", False),
        ("gzdt/list.jsp?id=3", "工作动态", True),
        ("list.do?ch=56&pageNo=1", "工作动态", True),
        ("gzdt/index_1.html", "工作动态", True),
        ("gzdt/page/1/", "工作动态", True),
        ("gzdt/list_12.html", "工作动态", False),
        ("gzdt/", "下一页", False),
        ("gzdt/older/", "更早的文章", False),
        ("2026/11/20/a/", "县长调研", False),
        ("gzdt/a/", "关于调研的通知", False),
        ("zxft/", "在线访谈", True),
    ],
)
def test_links_that_lead_to_sections(path: str, name: str, section: bool) -> None:
    page = document("")
    assert leads_to_section(HOME + path, name, page, HOME) is section


DOTTED = ["11.19", "11.02", "10.31", "1.05", "12.28"]


def dotted(form: str, days: list[str] = DOTTED) -> list[date | None]:
    markup = "".join(
        form.format(n=n, d=day, t=f"全县防汛物资储备工作会议召开之{n}") for n, day in enumerate(days)
    )
    table = form.startswith("<tr")
    found = find_lists(document(f"<table>{markup}</table>" if table else f"<ul>{markup}</ul>"), TODAY, TODAY)
    return [item.day for group in found for item in group.items]


def test_days_with_a_point_and_no_year() -> None:
    expected = [
        date(2026, 11, 19),
        date(2026, 11, 2),
        date(2026, 10, 31),
        date(2026, 1, 5),
        date(2025, 12, 28),
    ]
    assert dotted("<li><a href='/{n}.html'>{t}</a><span>{d}</span></li>") == expected
    assert dotted("<li><i>[{d}]</i><a href='/{n}.html'>{t}</a></li>") == expected


def test_days_with_a_point_in_a_column_of_days() -> None:
    head = "<tr><th>标题</th><th>{}</th></tr>"
    row = "".join(
        f"<tr><td><a href='/{n}.html'>全县防汛物资储备工作会议召开之{n}</a></td><td>{day}</td></tr>"
        for n, day in enumerate(DOTTED)
    )
    for name, known in (("发布日期", True), ("版本", False), ("金额（万元）", False)):
        (group,) = find_lists(document(f"<table>{head.format(name)}{row}</table>"), TODAY, TODAY)
        assert all((item.day is not None) is known for item in group.items)


@pytest.mark.parametrize(
    ("form", "days"),
    [
        # Versions and amounts go up and down; shares and sums carry their signs; a row without one makes no column of days.
        ("<li><a href='/{n}.html'>{t}</a><span>{d}</span></li>", ["1.20", "3.02", "2.10", "4.15", "1.30"]),
        ("<li><a href='/{n}.html'>{t}</a><span>{d}%</span></li>", DOTTED),
        ("<li><a href='/{n}.html'>{t}</a><span>{d}元</span></li>", DOTTED),
        ("<li><a href='/{n}.html'>{t}</a><span>V{d}</span></li>", DOTTED),
        ("<li><a href='/{n}.html'>{t}</a><span>{d}</span></li>", [*DOTTED[:4], "13.40"]),
        ("<li><a href='/{n}.html'>{t}</a><span>{d}</span></li>", ["1.10"] * 5),
        ("<li><a href='/{n}.html'>{t}</a><span>{d}</span></li>", DOTTED[:3]),
        ("<li><a href='/{n}.html'>{t}（{d}）</a></li>", DOTTED),
    ],
)
def test_other_numbers_with_a_point_are_no_days(form: str, days: list[str]) -> None:
    assert set(dotted(form, days)) == {None}


CARD = (
    "<a class='card' href='/{n}.html'><div class='date'><strong>{d.day}</strong><span>{d:%Y-%m}</span></div>"
)
SUMMARY = (
    "<p>为深入贯彻落实有关部署，近日，全县防汛物资储备工作会议召开，会议要求各地各部门压实责任。</p></a>"
)


@pytest.mark.parametrize("tag", ["<h4>{t}</h4>", "<div class='title'>{t}</div>"])
def test_the_title_of_a_card_is_its_heading(tag: str) -> None:
    (group,) = find_lists(document(rows(CARD + tag + SUMMARY)), TODAY, TODAY)
    assert [item.title for item in group.items] == [f"全县防汛物资储备工作会议召开之{n}" for n in range(3)]
    assert [item.day for item in group.items] == DAYS


def test_a_long_title_without_a_heading_in_it_stays_whole() -> None:
    title = "关于印发《示县进一步加强和改进新时代防汛抗旱物资储备调拨管理工作实施方案》的通知之{n}，请认真贯彻执行"
    (group,) = find_lists(
        document(rows(f"<li><a href='/{{n}}.html'>{title}</a><b>{{d}}</b></li>")), TODAY, TODAY
    )
    assert [item.title for item in group.items] == [title.format(n=n) for n in range(3)]


def test_press_conferences_are_no_news_section() -> None:
    assert classify("新闻发布会") == classify("发布会") == "other"
    assert classify("新闻发布") == classify("要闻发布") == "news"


@pytest.mark.parametrize(
    "text, days",
    [
        ("Nov 20, 2026", [date(2026, 11, 20)]),
        ("Posted on November 3rd, 2026", [date(2026, 11, 3)]),
        ("20 November 2026", [date(2026, 11, 20)]),
        ("5 May 2026", [date(2026, 5, 5)]),
        ("11/20/2026", [date(2026, 11, 20)]),
        ("20/11/2026 08:30", [date(2026, 11, 20)]),
        ("9/9/2026", [date(2026, 9, 9)]),
        # Two readings, a name that begins like a month, no such day.
        ("11/9/2026", []),
        ("Mayor 12, 2026", []),
        ("Nov 31, 2026", []),
    ],
)
def test_days_in_english_where_one_reading_is_possible(text: str, days: list[date]) -> None:
    assert [found.day for found in find_dates(text, TODAY)] == days
