"""What is counted once, what is not counted at all, and what is honestly not measured."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from include.inspection.facts import SectionState
from include.inspection.fetch.outcomes import Outcome
from include.inspection.model import Section, Site
from include.inspection.survey.site import survey
from tests.inspection.survey.site_rows import rows_trs, rows_undated
from tests.inspection.survey.site_shapes import (
    CITY,
    FRESH,
    LATE,
    NEWS,
    OLD,
    SHAPES,
    Column,
    Made,
    changed,
    make_site,
    news_late,
    plain_frame,
)
from tests.inspection.survey.site_source import (
    AS_OF,
    HOME,
    LIMITS,
    MemoryPages,
    answers,
    failed,
    look_at,
    measures,
    site,
    undecided,
)

TRS = SHAPES[0]


def states(found) -> dict[str, SectionState]:
    return {section.name: section.state for section in found.sections}


def registered(made: Made, days: int, *slugs: str) -> list[Section]:
    names = {column.slug: column.name for column in CITY}
    return [Section("4400000001", names[slug], made.urls[slug], "other", 2, days) for slug in slugs]


# --- duties of the office's own ---------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [9, 10])
def test_overdue_by_the_offices_own_duty(number: int) -> None:
    more = tuple(Column(f"重点领域{n}", f"ly{n}", (31, 60, 90), "zwgk") for n in range(10))
    made = make_site(TRS, CITY + more)
    duties = [Section("4400000001", c.name, made.urls[c.slug], "other", 2, 30) for c in more[:number]]
    value = measures(look_at(made.pages, *duties))["W4.2"]
    assert value.low == value.high == number
    assert failed(look_at(made.pages, *duties)) == ({"W4.2"} if number == 10 else set())


@pytest.mark.parametrize("age, late", [(29, 0), (30, 1)])
def test_a_duty_of_thirty_days_counts_the_monitoring_day(age: int, late: int) -> None:
    made = make_site(TRS, changed(CITY, rsxx={"ages": (age, 80, 100)}))
    assert measures(look_at(made.pages, *registered(made, 30, "rsxx")))["W4.2"].low == late


# --- one section, one count -------------------------------------------------------------------------------------


def news_centre(ages: tuple[int, ...]) -> tuple[Column, ...]:
    """Four news sections under a channel page that is named like one."""
    city = changed(CITY, ywdt={"ages": FRESH}, tpxw={"ages": FRESH})
    below = tuple(Column(name, slug, ages, "xwzx") for name, slug in
                  (("本地新闻", "bdxw"), ("时政新闻", "szxw"), ("部门快讯", "bmkx"), ("媒体新闻", "mtxw")))  # fmt: skip
    return (*city, Column("新闻中心", "xwzx", ()), *below)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_channel_page_of_late_sections_is_not_counted_beside_them(shape) -> None:
    made = make_site(shape, news_centre(LATE))
    found = look_at(made.pages)
    value = measures(found)["W4.1"]
    assert value.low == value.high == 4, [(s.name, s.state, s.newest) for s in found.sections]
    assert failed(found) == set()


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_channel_page_without_lists_of_its_own_is_not_empty(shape) -> None:
    made = make_site(shape, news_centre(FRESH))
    links = "".join(
        f'<li><a href="{made.urls[slug]}">{slug}栏目</a></li>' for slug in ("bdxw", "szxw", "bmkx", "mtxw")
    )
    page = made.pages.pages[made.urls["xwzx"]]
    markup = (
        f'{page.body.decode(shape.encoding).split("<h2>")[0]}<ul class="leftmenu">{links}</ul></body></html>'
    )
    made.pages.put(made.urls["xwzx"], markup)
    assert states(look_at(made.pages))["新闻中心"] is SectionState.STATIC


def test_one_section_under_several_addresses_and_names_counts_once() -> None:
    made = make_site(TRS, news_late(4))
    markup = made.pages.pages[HOME].body.decode()
    same = made.pages.pages[made.urls["ywdt"]]
    for url in ("/ywdt/index.html", "/xw/yw/", "/list.jsp?id=7"):
        made.pages.put(HOME.rstrip("/") + url, same.body)
    links = '<li><a href="/ywdt/index.html">要闻</a></li><li><a href="/xw/yw/">最新动态</a></li><li><a href="/list.jsp?id=7">新闻</a></li>'
    made.pages.put(HOME, markup.replace('<li><a href="/">首页</a></li>', links))
    value = measures(look_at(made.pages))["W4.1"]
    assert value.low == value.high == 4, value.details


def test_addresses_that_lead_to_one_page_count_once() -> None:
    made = make_site(
        TRS, changed(CITY, **{s: {"ages": (), "text": "暂无信息"} for s in ("xzdt", "gzdt", "tpxw", "rsxx")})
    )
    for slug in ("ghjh", "gsgg"):
        made.pages.put(made.urls[slug], made.pages.pages[made.urls["xzdt"]].body, final_url=made.urls["xzdt"])
    assert measures(look_at(made.pages))["W4.3"].low == 4


def test_sections_that_lead_to_the_home_page_are_not_empty_ones() -> None:
    made = make_site(TRS)
    for slug in ("xzdt", "gzdt", "tpxw", "rsxx", "ghjh"):
        made.pages.put(made.urls[slug], made.pages.pages[HOME].body, final_url=HOME)
    assert failed(look_at(made.pages)) == set()


def test_special_topics_and_archives_owe_nothing() -> None:
    more = (
        Column("专题专栏", "ztzl", ()),
        *(
            Column(name, f"zt{n}", OLD, "ztzl")
            for n, name in enumerate(("防控动态", "攻坚新闻", "创建动态", "普查动态", "教育新闻"))
        ),
        *(
            Column(name, f"ls{n}", OLD)
            for n, name in enumerate(("往年新闻", "2019年动态", "历史要闻", "动态归档", "新闻回顾"))
        ),
    )
    shape = replace(TRS, drop_down=False)
    value = measures(look_at(make_site(shape, CITY + more).pages))["W4.1"]
    assert value.low == value.high == 0, value.details


def test_sections_of_other_sites_do_not_count() -> None:
    made = make_site(TRS)
    links = "".join(
        f'<li><a href="http://www.province{n}.gov.cn/xwdt/">新闻动态{n}</a></li>' for n in range(6)
    )
    markup = made.pages.pages[HOME].body.decode().replace('<li><a href="/">首页</a></li>', links)
    made.pages.put(HOME, markup)
    found = look_at(made.pages)
    assert failed(found) == set()
    assert not any("province" in url for url in made.pages.asked)


def test_channel_on_the_host_of_another_site_is_not_charged_with_its_sections() -> None:
    made = make_site(replace(TRS, section_url="/jyj/{slug}/"))
    menu = "".join(f'<li><a href="/sj/xw{n}/">市级新闻{n}</a></li>' for n in range(6))
    home = made.pages.pages[HOME].body.decode().replace('<li><a href="/">首页</a></li>', menu)
    made.pages.put(HOME + "jyj/", home)
    for n in range(6):
        old = rows_trs([])
        made.pages.put(f"{HOME}sj/xw{n}/", plain_frame("市", "", "", old, ""))
    found = look_at(made.pages, subject=site(url=HOME + "jyj/"))
    assert failed(found) == set()
    assert not any(section.name.startswith("市级") for section in found.sections)


# --- not measured is neither pass nor fail ----------------------------------------------------------------------

VUE = '<div id="app"><ul><li v-for="item in list"><a :href="item.url">{{ item.title }}</a></li></ul><div v-if="!list.length">暂无数据</div></div>'
AJAX = "<ul id=list></ul><div class=nodata style='display:none'>暂无数据</div><script>$.post('/getData',{c:%d},function(d){show(d)})</script>"


@pytest.mark.parametrize(
    "main", [VUE, AJAX % 5, "<iframe src='/frame/none.html'></iframe>"], ids=["template", "script", "frame"]
)
def test_lists_that_a_script_or_frame_brings_are_not_measured(main: str) -> None:
    made = make_site(TRS)
    for slug in NEWS:
        made.pages.put(made.urls[slug], plain_frame(slug, "", "", main, ""))
    found = look_at(made.pages)
    assert failed(found) == set()
    assert "W4.1" in undecided(found)


def test_list_in_a_frame_is_read() -> None:
    made = make_site(TRS, news_late(5))
    for slug in NEWS:
        text = made.pages.pages[made.urls[slug]].body.decode()
        rows = text[
            text.index('<ul class="gl_list">') : text.index("</ul>", text.index('<ul class="gl_list">'))
        ]
        made.pages.put(f"{HOME}frame/{slug}.html", f"<html><body>{rows}</ul></body></html>")
        made.pages.put(
            made.urls[slug], plain_frame(slug, "", "", f"<iframe src='/frame/{slug}.html'></iframe>", "")
        )
    assert failed(look_at(made.pages)) == {"W4.1"}


@pytest.mark.parametrize(
    "outcome",
    [Outcome.TIMEOUT_READ, Outcome.LOGIN, Outcome.CHALLENGE, Outcome.FORBIDDEN, Outcome.SERVER_ERROR],
)
def test_sections_that_cannot_be_read_are_not_measured(outcome: Outcome) -> None:
    made = make_site(TRS, news_late(4))
    made.pages.fail(made.urls["tpxw"], outcome)
    found = look_at(made.pages)
    value = measures(found)["W4.1"]
    assert (value.low, value.high) == (4, 5)
    assert failed(found) == set() and "W4.1" in undecided(found)


def test_undated_lists_whose_articles_cannot_be_read() -> None:
    made = make_site(replace(TRS, rows=rows_undated, home_rows=rows_trs))
    for url in list(made.pages.pages):
        if "/info/" in url or "/t2" in url:
            made.pages.fail(url, Outcome.TIMEOUT_READ)
    plain = make_site(replace(SHAPES[1], rows=rows_undated, home_rows=rows_trs))
    for url in list(plain.pages.pages):
        if "/info/" in url:
            plain.pages.fail(url, Outcome.TIMEOUT_READ)
    found = look_at(plain.pages)
    assert failed(found) == set() and "W4.1" in undecided(found)
    # Addresses that carry the day show at least that a list is fresh.
    assert failed(look_at(made.pages)) == set()


@pytest.mark.parametrize(
    "markup",
    [
        '<html><body><div id="app"></div><script src="/js/app.8f3a.js"></script></body></html>',
        "<html><frameset rows='80,*'><frame src='/top.html'><frame src='/main.html'></frameset></html>",
    ],
)
def test_home_page_of_scripts_or_frames_is_not_measured(markup: str) -> None:
    made = make_site(TRS)
    made.pages.put(HOME, markup)
    found = look_at(made.pages)
    assert failed(found) == set()
    assert {"W3", "W4.1", "W5.1", "W6.1"} <= undecided(found)


def test_menu_of_pictures_leaves_the_channel_in_doubt() -> None:
    made = make_site(TRS, without=("zmhd", "bsfw"))
    markup = made.pages.pages[HOME].body.decode()
    made.pages.put(HOME, markup.replace("</body>", '<a href="/hdjl/"><img src="/hd.gif"></a></body>'))
    found = look_at(made.pages)
    assert failed(found) == set()
    assert {"W5.1", "W6.1"} <= undecided(found)


@pytest.mark.parametrize(
    "name, form, answer",
    [
        ("局长信箱", True, "pass"),
        # Another channel of its own; a page without a form; a form for something else.
        ("纪检举报", True, "unmeasured"),
        ("局长信箱", False, "unmeasured"),
        ("数据查询", True, "unmeasured"),
    ],
)
def test_a_channel_behind_a_picture_without_words(name: str, form: bool, answer: str) -> None:
    made = make_site(TRS, without=("zmhd",))
    markup = made.pages.pages[HOME].body.decode()
    made.pages.put(HOME, markup.replace("</body>", '<a href="/jzxx/"><img src="/1.gif" alt=""></a></body>'))
    body = "<form><textarea></textarea></form>" if form else "<p>信箱地址：示县大道1号</p>"
    made.pages.put(
        HOME + "jzxx/", f"<html><head><title>{name}</title></head><body><h2>{name}</h2>{body}</body></html>"
    )
    assert answers(look_at(made.pages))["W5.1"] == answer


@pytest.mark.parametrize(
    "script", ["/js/jquery-1.8.3.min.js", "/js/common.js", "/js/index.js", "/js/main.js", "/js/search.js"]
)
def test_ordinary_scripts_do_not_hide_faults(script: str) -> None:
    made = make_site(
        TRS,
        changed(
            CITY, **{s: {"ages": (), "text": "暂无信息"} for s in ("xzdt", "gzdt", "tpxw", "rsxx", "ghjh")}
        ),
        without=("zmhd",),
    )
    for url, page in list(made.pages.pages.items()):
        made.pages.put(
            url, page.body.replace(b"</head>", f'<script src="{script}"></script></head>'.encode())
        )
    assert failed(look_at(made.pages)) == {"W4.3", "W5.1"}


def test_hidden_words_about_nothing_prove_nothing() -> None:
    made = make_site(TRS)
    for slug in ("xzdt", "gzdt", "tpxw", "rsxx", "ghjh"):
        text = '<div style="display: none">暂无数据</div><script src="/js/list-data.js"></script>'
        made.pages.put(made.urls[slug], plain_frame(slug, "", "", text, ""))
    assert failed(look_at(made.pages)) == set()


def test_home_page_that_leads_on_to_another_registered_site() -> None:
    made = make_site(TRS)
    made.pages.put(HOME, b"<a href=/x>x</a>", final_url="http://www.other.gov.cn/")
    found = look_at(made.pages, others=frozenset({"www.other.gov.cn"}))
    assert failed(found) == set() and not found.home_readable


@pytest.mark.parametrize(
    "outcome, answer",
    [(Outcome.REFUSED, "fail"), (Outcome.FORBIDDEN, "unmeasured"), (Outcome.LOGIN, "unmeasured")],
)
def test_home_page_that_does_not_open(outcome: Outcome, answer: str) -> None:
    made = make_site(TRS)
    made.pages.fail(HOME, outcome)
    found = look_at(made.pages)
    assert answers(found)["W2"] == answer
    assert failed(found) <= {"W2"}


def test_home_page_that_does_not_exist_is_no_outage() -> None:
    county = Site("9901230009", "甲县", HOME, "portal", "县区")
    facts = asyncio.run(survey(county, [], MemoryPages(), LIMITS, AS_OF))
    assert not facts.home_readable and "不存在" in facts.reason
    assert facts.probes and not any(probe.site_down or probe.opened for probe in facts.probes)
