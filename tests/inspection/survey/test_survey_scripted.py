"""What only a script brings is read where its data can be read, and is otherwise a doubt, never a fault."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from include.inspection.facts import SectionState
from include.inspection.fetch.outcomes import Outcome
from tests.inspection.survey.site_shapes import CITY, LATE, SHAPES, Made, changed, make_site
from tests.inspection.survey.site_source import HOME, TODAY, failed, look_at, measures, undecided

TRS = SHAPES[0]
STALE_HOME = changed(CITY, **{slug: {"ages": LATE} for slug in ("ywdt", "tzgg", "zcwj", "bmdt")})


def with_home(made: Made, more: str) -> Made:
    made.pages.put(HOME, made.pages.pages[HOME].body.decode().replace("</body>", f"{more}</body>"))
    return made


def records(**names: str) -> str:
    """Ten entries of the last days under fields of the given names."""
    return json.dumps(
        [
            {
                names["title"]: f"我县召开第{n}次重点工作推进会议",
                names["url"]: f"/xw/{n}.html",
                names["day"]: f"{TODAY - timedelta(days=n)}T17:00:00.000Z",
            }
            for n in range(1, 11)
        ],
        ensure_ascii=False,
    )


@pytest.mark.parametrize(
    "script, state",
    [
        (
            "window.__INITIAL_STATE__=" + records(title="t", url="u", day="publishTime"),
            SectionState.DATED,
        ),
        # Fields from which nothing can be told: data all the same.
        ("var d=" + json.dumps([{"a": "某某重点工作推进会议召开"}] * 3), SectionState.SCRIPT_ONLY),
    ],
)
def test_a_section_whose_entries_stand_in_its_script_is_not_empty(script: str, state: SectionState) -> None:
    made = make_site(TRS)
    markup = f"<html><body><div class=list></div><script>{script}</script></body></html>"
    made.pages.put(made.urls["tzgg"], markup)
    found = look_at(made.pages)
    section = next(one for one in found.sections if one.name == "通知公告")
    assert section.state is state
    assert failed(found) == set()


def test_a_home_page_that_a_script_fills_is_read_from_its_interface() -> None:
    made = with_home(
        make_site(TRS, STALE_HOME),
        '<div id="latest"></div><script>fetch("/api/home/latest.json").then(show)</script>',
    )
    made.pages.put(
        HOME + "api/home/latest.json",
        records(title="title", url="url", day="pubDate"),
        content_type="application/json",
    )
    found = look_at(made.pages)
    assert failed(found) == set()
    assert (measures(found)["W3"].low or 0) >= 2


@pytest.mark.parametrize(
    "more, sure",
    [
        ('<div id="latest"></div><script>$.ajax({url: u(), success: fill("#latest")})</script>', False),
        ('<ul class="news-list"></ul><script src="/js/list.js"></script>', False),
        ('<div class="box"><script src="/js/today.js"></script></div>', False),
        ('<div class="box"><script src="/js/clock.js"></script></div>', True),
        # A counter fills no element that the markup leaves empty.
        ('<span id="n">0</span><script>$.get("/count.do", count)</script>', True),
        ('<div id="top"></div><script src="/js/main.js"></script>', True),
    ],
)
def test_a_home_page_with_a_gap_that_a_script_fills_is_not_named(more: str, sure: bool) -> None:
    found = look_at(with_home(make_site(TRS, STALE_HOME), more).pages)
    assert failed(found) == ({"W3"} if sure else set())
    assert ("W3" in undecided(found)) is not sure


def test_a_channel_behind_a_menu_entry_of_any_name() -> None:
    made = make_site(TRS, without=("zmhd",))
    hotline = '<html><body><a href="/hd/write.html">我要写信</a><table><tr><td>路灯不亮</td></tr></table></body></html>'
    made.pages.put(made.urls["gzdt"], hotline)
    assert "W5.1" not in failed(look_at(made.pages))


ROWS = [(f"我县召开第{n}次重点工作推进会议", f"/xw/{n}.html", TODAY - timedelta(days=n)) for n in range(1, 9)]
WRITTEN = "".join(f"document.write('<li><a href=\"{u}\">{t}</a> {d}</li>');\n" for t, u, d in ROWS)
BUILT = "for (var i in rows) document.write('<li><a href=' + rows[i].u + '>' + rows[i].t + '</a></li>');"
IN_FIELD = json.dumps([{"bt": t, "dz": u, "rq": str(d)} for t, u, d in ROWS], ensure_ascii=False)
UNKNOWN = json.dumps([{"a": t} for t, _, _ in ROWS], ensure_ascii=False)


@pytest.mark.parametrize(
    "inside, state",
    [
        (f"<script>{WRITTEN}</script>", SectionState.DATED),
        (f"<script>{BUILT}</script>", SectionState.SCRIPT_ONLY),
        (f"<div class=l></div><input type=hidden value='{IN_FIELD}'>", SectionState.DATED),
        (f"<div class=l data-rows='{IN_FIELD}'></div>", SectionState.DATED),
        (f"<div class=l data-rows='{UNKNOWN}'></div>", SectionState.SCRIPT_ONLY),
        ("<div class=l></div><script src=/js/show.js></script>", SectionState.SCRIPT_ONLY),
        # What the page says before a script has filled it; a call of a function of another file.
        ("<div class=l>暂无信息</div><script src=/js/show.js></script>", SectionState.SCRIPT_ONLY),
        ("<div class=l></div><script>loadList(12, 1);</script>", SectionState.SCRIPT_ONLY),
        # The page itself says that there is nothing; or nothing could bring anything.
        ("<div class=l>暂无信息</div><script>var column = 12;</script>", SectionState.EMPTY),
        ("<div class=l></div>", SectionState.EMPTY),
    ],
)
def test_a_section_is_empty_only_where_nothing_could_bring_its_entries(
    inside: str, state: SectionState
) -> None:
    made = make_site(TRS)
    made.pages.put(made.urls["tzgg"], f"<html><body>{inside}</body></html>")
    found = look_at(made.pages)
    section = next(one for one in found.sections if one.name == "通知公告")
    assert section.state is state


def test_a_script_that_stands_on_pages_with_lists_of_their_own_explains_nothing() -> None:
    made = make_site(TRS)
    common = '<script src="/js/show.js"></script></body>'
    for slug in ("ywdt", "zcwj"):
        body = made.pages.pages[made.urls[slug]].body.decode()
        made.pages.put(made.urls[slug], body.replace("</body>", common))
    made.pages.put(made.urls["tzgg"], f"<html><body><div class=l></div>{common}</html>")
    section = next(one for one in look_at(made.pages).sections if one.name == "通知公告")
    assert section.state is SectionState.EMPTY


WORDS = {
    "项目名称": "燃气经营许可",
    "法律依据": "《城镇燃气管理条例》第十五条",
    "准予批准的条件": "具有独立法人资格",
    "需提交的材料": "营业执照复印件一份",
    "受理窗口": "政务服务中心3楼12号窗",
    "工作时间": "工作日上午9:00至下午5:00",
    "监督及咨询": "0759-2288001",
    "审批程序": "窗口收件、审核、办结",
}


def guides(markup: str) -> Made:
    made = make_site(TRS, guides_lacking=(5,) * 6)
    for n in range(6):
        made.pages.put(HOME + f"guide/{n}.html", f"<html><body><h1>燃气经营许可</h1>{markup}</body></html>")
    return made


def test_a_guide_under_other_headings_is_complete() -> None:
    found = look_at(
        guides("".join(f"<h4>{name}</h4><div>{text}</div>" for name, text in WORDS.items())).pages
    )
    assert [guide.missing for guide in found.guides] == [()] * len(found.guides) != []


@pytest.mark.parametrize(
    "rest, known",
    [
        ("<div id=pane></div><script src=/js/guide.js></script>", False),
        ("<div id=pane></div>", True),
    ],
)
def test_a_guide_whose_parts_a_script_brings_is_not_understood(rest: str, known: bool) -> None:
    tabs = "".join(f"<li>{name}</li>" for name in WORDS)
    found = look_at(guides(f"<ul class=tab>{tabs}</ul>{rest}").pages)
    assert found.guides
    assert {guide.missing is not None for guide in found.guides} == {known}
    assert ("W6.2" in failed(found)) is known


def test_tabs_with_as_many_panes_are_read_in_their_order_and_others_are_not_understood() -> None:
    tabs = "".join(f"<li>{name}</li>" for name in WORDS)
    panes = "".join(f"<div class=pane>{text}</div>" for text in WORDS.values())
    found = look_at(guides(f"<ul class=tab>{tabs}</ul>{panes}").pages)
    assert {guide.missing for guide in found.guides} == {()}
    found = look_at(guides(f"<ul class=tab>{tabs}</ul>{panes}<div class=pane>请准时到场。</div>").pages)
    assert {guide.missing for guide in found.guides} == {None}


def test_tabs_that_name_an_address_to_fetch_are_filled_by_a_script() -> None:
    tabs = "".join(f'<li data-url="/api/guide/{n}">{name}</li>' for n, name in enumerate(WORDS))
    found = look_at(guides(f"<ul>{tabs}</ul><h4>法律依据</h4><p>《城镇燃气管理条例》</p>").pages)
    assert {guide.missing for guide in found.guides} == {None}


FRAMED = "".join(f'<li><a href="{u}">{t}</a><span>{d}</span></li>' for t, u, d in ROWS)


@pytest.mark.parametrize(
    "source, body, failing, open_",
    [
        ("/inc/n.html", f"<ul>{FRAMED}</ul>", False, False),
        ("/inc/n.html", None, False, True),
        ("http://news.example.cn/n.html", "", False, True),
        ("http://i.tianqi.com/index.php", "", True, False),
    ],
)
def test_news_in_a_frame_of_the_home_page(source: str, body: str | None, failing: bool, open_: bool) -> None:
    made = with_home(make_site(TRS, STALE_HOME), f'<iframe src="{source}"></iframe>')
    if body is None:
        made.pages.fail(HOME + "inc/n.html", Outcome.SERVER_ERROR, 500)
    else:
        made.pages.put(HOME + "inc/n.html", f"<html><body>{body}</body></html>")
    found = look_at(made.pages)
    assert ("W3" in failed(found)) is failing
    assert ("W3" in undecided(found)) is open_


def test_a_section_by_years_is_not_empty_because_this_year_is() -> None:
    made = make_site(TRS)
    tabs = '<a href="?y=2026">2026</a><a href="/tz/2025.html">2025年</a>'
    made.pages.put(made.urls["tzgg"], f"<html><body>{tabs}<div class=list>暂无信息</div></body></html>")
    found = look_at(made.pages)
    assert next(one for one in found.sections if one.name == "通知公告").state is SectionState.UNREAD
    assert not [one.name for one in found.sections if one.name.startswith("202")]


@pytest.mark.parametrize(
    "inside, state",
    [
        ("<ul class=list></ul><div class=page>共0条 共0页</div>", SectionState.EMPTY),
        ("<div class=con></div><div class=page>共 0 条记录</div>", SectionState.EMPTY),
        ("<table><tr><th>标题</th><th>发布日期</th></tr></table>", SectionState.EMPTY),
        ("<table><tr><td>序号</td><td>文件名称</td><td>发文时间</td></tr></table>", SectionState.EMPTY),
        # A script of unknown doings may bring the entries and count them.
        (
            "<ul class=list></ul><div>共0条 共0页</div><script src=/js/p.js></script>",
            SectionState.SCRIPT_ONLY,
        ),
        (
            "<table id=t><tr><th>标题</th><th>日期</th></tr></table><script>fetch(u).then(show)</script>",
            SectionState.SCRIPT_ONLY,
        ),
        (
            "<table><tr><th>标题</th><th>日期</th></tr></table><script>"
            "document.getElementById('t').innerHTML = rows</script>",
            SectionState.SCRIPT_ONLY,
        ),
        # No list: entries of another kind, counters of other things, a table of facts.
        (
            "<table><tr><th>项目</th><th>标准</th></tr><tr><td>工本费</td><td>10元</td></tr></table>",
            SectionState.STATIC,
        ),
        ("<table><tr><th>姓名</th><th>职务</th></tr></table>", SectionState.STATIC),
        ("<img src=/a.jpg><p>共0条评论</p>", SectionState.STATIC),
        (
            "<form><input name=xm></form><table><tr><th>名称</th><th><input name=rq>日期</th></tr></table>",
            SectionState.STATIC,
        ),
    ],
)
def test_a_section_of_no_telling_name_that_shows_no_entry(inside: str, state: SectionState) -> None:
    city = changed(CITY, gzdt={"name": "重大项目"})
    made = make_site(TRS, city)
    made.pages.put(made.urls["gzdt"], f"<html><body><h2>重大项目</h2>{inside}</body></html>")
    section = next(one for one in look_at(made.pages).sections if one.name == "重大项目")
    assert section.state is state


@pytest.mark.parametrize("age, failing", [(10, False), (120, True)])
def test_letters_that_come_by_the_sections_own_interface(age: int, failing: bool) -> None:
    made = make_site(TRS)
    page = "<html><body><form><textarea></textarea></form><div id=l></div><script>$.get('/api/letters.json?page=1', show)</script>"
    made.pages.put(made.urls["zmhd"], page)

    def answer(number: int) -> str:
        letters = [
            {
                "title": f"反映第{number}{n}号小区路灯不亮的问题",
                "url": f"/m/{number}{n}.html",
                "askTime": f"{TODAY - timedelta(days=20 * n + age * (number - 1))}",
                "state": "未答复" if number == 2 and n == 0 else "已答复",
            }
            for n in range(2)
        ]
        return json.dumps({"total": 4, "pageSize": 2, "rows": letters}, ensure_ascii=False)

    for number in (1, 2):
        made.pages.put(
            HOME + f"api/letters.json?page={number}", answer(number), content_type="application/json"
        )
    found = look_at(made.pages)
    assert len(found.questions) == 4
    assert ("W5.2" in failed(found)) is failing


@pytest.mark.parametrize(
    "inside, state",
    [
        ('<p><a href="/g/1.pdf">点击查看</a></p>', SectionState.STATIC),
        ('<img src="/g/plan.jpg">', SectionState.STATIC),
        ('<video src="/g/1.mp4"></video>', SectionState.STATIC),
        ("<p>本县规划刊于政府公报二〇二一年第三期。</p>", SectionState.STATIC),
        # What stands on other pages as well, the section's own name, a pager: nothing of its own.
        ("<div></div>", SectionState.EMPTY),
        ("<h2>规划计划</h2><p>规划计划栏目欢迎您的访问</p>", SectionState.EMPTY),
        ('<img src="/i/line.gif"><p>示县人民政府主办的网站欢迎您</p>', SectionState.EMPTY),
        ("<div>共0条 首页 上一页 下一页 尾页 每页15条</div>", SectionState.EMPTY),
        ("<p>规划正在整理之中，请到公报查阅</p><p>暂无信息</p>", SectionState.EMPTY),
    ],
)
def test_a_page_without_a_list_that_shows_something_is_not_blank(inside: str, state: SectionState) -> None:
    made = make_site(TRS)
    common = '<img src="/i/line.gif"><p>示县人民政府主办的网站欢迎您</p></body>'
    for slug in ("ywdt", "zcwj"):
        made.pages.put(
            made.urls[slug], made.pages.pages[made.urls[slug]].body.decode().replace("</body>", common)
        )
    made.pages.put(made.urls["ghjh"], f"<html><body>{inside}</body></html>")
    section = next(one for one in look_at(made.pages).sections if one.name == "规划计划")
    assert section.state is state
