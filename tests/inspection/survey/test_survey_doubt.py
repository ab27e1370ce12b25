"""What is not understood is a doubt: pages sent in a section's place, pieces fetched later, rows without a day of their own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from include.inspection.facts import SectionFacts, SectionState, SiteFacts
from tests.inspection.survey.site_shapes import LATE, NEWS, SHAPES, Made, make_site, news_late
from tests.inspection.survey.site_source import HOME, TODAY, answers, failed, look_at, measures, undecided

TRS = SHAPES[0]
ROWS = [(f"我县召开第{n}次重点工作推进会议", f"/xw/{n}.html", TODAY - timedelta(days=n)) for n in range(1, 9)]
PIECE = "".join(f'<li><a href="{url}">{title}</a><span>{day}</span></li>' for title, url, day in ROWS)
NAMES = {"要闻动态", "部门动态", "乡镇动态", "工作动态", "图片新闻"}
LINK = '<script src="/js/jquery.min.js"></script><div id="box"></div>'


def section(found: SiteFacts, name: str) -> SectionFacts:
    return next(one for one in found.sections if one.name == name)


def put_all(made: Made, main: str) -> Made:
    """The same answer, without anything of the site, for five sections of news."""
    for slug in NEWS:
        made.pages.put(made.urls[slug], f"<html><body>{main}</body></html>")
    return made


# --- what a script may bring ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "script, state",
    [
        ('$("#box").load("/ssi/tzgg.html");', SectionState.DATED),
        ('$(function(){$("#box").load("/ssi/tzgg.html?t="+Math.random())})', SectionState.DATED),
        ('$("#box").load("/ssi/tzgg.html #list")', SectionState.DATED),
        ('$.ajax({url: "/ssi/tzgg.html", success: function(d){$("#box").html(d)}})', SectionState.DATED),
        ('$.get("/ssi/tzgg.html", function(d){$("#box").html(d)})', SectionState.DATED),
        # An address that cannot be told, or that is not there; a request that is no reading.
        ('$("#box").load(url)', SectionState.SCRIPT_ONLY),
        ('$("#box").load("/ssi/" + column + ".html")', SectionState.SCRIPT_ONLY),
        ('$("#box").load("/ssi/none.html")', SectionState.SCRIPT_ONLY),
        ('$.post("/ssi/tzgg.html", {c: 1}, function(d){ show(d) })', SectionState.SCRIPT_ONLY),
        # Scripts that are known to do something else.
        ('var _hmt=_hmt||[];(function(){var h=document.createElement("script");h.src="//hm.baidu.com/h.js"})()',
         SectionState.EMPTY),
        ('createPageHTML(0, 0, "index", "html");', SectionState.EMPTY),
        ("", SectionState.EMPTY),
    ],
)  # fmt: skip
def test_a_section_is_empty_only_where_no_script_of_it_may_bring_entries(
    script: str, state: SectionState
) -> None:
    made = make_site(TRS)
    made.pages.put(made.urls["tzgg"], f"<html><body>{LINK}<script>{script}</script></body></html>")
    made.pages.put(HOME + "ssi/tzgg.html", PIECE)
    found = section(look_at(made.pages), "通知公告")
    assert found.state is state
    assert found.newest == (ROWS[0][2] if state is SectionState.DATED else None)


def test_rows_in_a_hidden_field_are_the_sections() -> None:
    made = make_site(TRS)
    field = f'<textarea class="J_lazy" style="display:none"><ul>{PIECE}</ul></textarea>'
    made.pages.put(made.urls["tzgg"], f"<html><body>{field}</body></html>")
    undated = '<textarea style="display:none"><li><b>某某</b></li></textarea>'
    made.pages.put(made.urls["gzdt"], f"<html><body>{undated}</body></html>")
    found = look_at(made.pages)
    assert section(found, "通知公告").newest == ROWS[0][2]
    assert section(found, "工作动态").state is SectionState.SCRIPT_ONLY


def test_a_field_that_carries_rows_is_no_form_to_write_in() -> None:
    made = make_site(TRS, without=("zmhd",))
    field = f'<textarea class="J_lazy" style="display:none"><ul>{PIECE}</ul></textarea>'
    for slug in ("tzgg", "gzdt"):
        made.pages.put(made.urls[slug], f"<html><body>{field}</body></html>")
    assert failed(look_at(made.pages)) == {"W5.1"}


# --- what stands in the place of a section ----------------------------------------------------------------------


@pytest.mark.parametrize("words", ["本次请求未能完成，代码 17", ""])
def test_one_answer_for_several_sections_without_a_link_of_the_site_is_not_theirs(words: str) -> None:
    found = look_at(put_all(make_site(TRS), f"<div class=box><p>{words}</p></div>").pages)
    assert {one.state for one in found.sections if one.name in NAMES} == {SectionState.UNREAD}
    assert failed(found) == set() and {"W4.1", "W4.3"} <= undecided(found)


def test_sections_that_are_blank_inside_the_sites_own_frame_are_empty() -> None:
    made = put_all(make_site(TRS), '<a href="/">首页</a><a href="/zcwj/">政策文件</a><ul class=list></ul>')
    assert measures(look_at(made.pages))["W4.3"].low == 5
    assert "W4.3" in failed(look_at(made.pages))


def test_a_page_of_text_does_not_show_a_section_of_news_updated() -> None:
    text = "<p>" + "全县各单位认真落实各项工作部署，扎实推进重点任务。" * 30 + "</p>"
    made = make_site(TRS)
    for n, slug in enumerate(NEWS):
        made.pages.put(made.urls[slug], f'<html><body><a href="/">首页</a>{text}{n}号</body></html>')
    found = look_at(made.pages)
    assert answers(found)["W4.1"] == "unmeasured" and answers(found)["W4.3"] == "pass"
    assert measures(found)["W4.1"].high == 5
    assert "没有认出栏目的条目5个" in measures(found)["W4.1"].reason


# --- rows of today, rows without a day --------------------------------------------------------------------------


def with_heads(rows: str) -> Made:
    """Five late news sections whose lists begin with these rows."""
    made = make_site(TRS, news_late(5, LATE))
    for slug in NEWS:
        body = made.pages.pages[made.urls[slug]].body.decode()
        head, mark, tail = body.partition('<ul class="gl_list">')
        made.pages.put(made.urls[slug], head + mark + rows + tail)
    return made


def rows_of(days: str) -> str:
    return "".join(
        f'<li><a href="/today/{n}.html">我县召开第{n}次重点工作推进会议</a><span>{days}</span></li>'
        for n in range(2)
    )


@pytest.mark.parametrize("clock", ["07:00", "[8:13]", "08：13", "23:59:59"])
def test_rows_that_carry_a_clock_alone_are_of_the_day_of_fetching(clock: str) -> None:
    found = look_at(with_heads(rows_of(clock)).pages)
    assert {one.newest for one in found.sections if one.name in NAMES} == {TODAY}
    assert failed(found) == set() and answers(found)["W4.1"] == "pass"


def test_a_clock_below_the_newest_day_dates_nothing() -> None:
    made = make_site(TRS, news_late(5, LATE))
    for slug in NEWS:
        body = made.pages.pages[made.urls[slug]].body.decode()
        made.pages.put(made.urls[slug], body.replace("</ul>", rows_of("07:00") + "</ul>", 1))
    assert failed(look_at(made.pages)) == {"W4.1"}


@pytest.mark.parametrize("age, answer", [(2, "pass"), (40, "fail"), (None, "unmeasured")])
def test_undated_rows_above_the_newest_day_are_opened(age: int | None, answer: str) -> None:
    made = with_heads(rows_of("县政府办"))
    for n in range(2 if age is not None else 0):
        day = TODAY - timedelta(days=age or 0)
        made.pages.put(
            f"{HOME}today/{n}.html", f"<h1>我县召开第{n}次重点工作推进会议</h1><p>发布时间：{day}</p>"
        )
    assert answers(look_at(made.pages))["W4.1"] == answer


# --- letters ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "age, answered, state, answer",
    [
        (120, "", "待回复", "fail"),
        (120, "120", "已回复", "fail"),
        (60, "", "待回复", "pass"),
        (120, "", "已回复（不公开）", "pass"),
        (120, "", "", "for_people"),
    ],
)
def test_letters_in_a_table_that_leads_nowhere(age: int, answered: str, state: str, answer: str) -> None:
    made = make_site(TRS)
    asked = TODAY - timedelta(days=age)
    replied = asked + timedelta(days=int(answered)) if answered else ""
    rows = f"<tr><td>关于渠道渗漏的咨询</td><td>{asked}</td><td>{replied}</td><td>{state}</td></tr>"
    made.pages.put(
        made.urls["zmhd"],
        "<html><body><table><tr><th>标题</th><th>来信日期</th><th>回复日期</th><th>状态</th></tr>"
        f"{rows}</table><form><textarea name=c></textarea></form></body></html>",
    )
    assert answers(look_at(made.pages))["W5.2"] == answer
