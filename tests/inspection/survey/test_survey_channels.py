"""Entries that are no channel of consultation, pictures that hide none, and sections whose class is arguable."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from include.inspection.facts import SectionState
from include.inspection.model import Section
from tests.inspection.survey.site_shapes import CITY, LATE, SHAPES, Column, Made, make_site
from tests.inspection.survey.site_source import HOME, TODAY, answers, look_at, measures

TRS = SHAPES[0]
INTERVIEWS = "".join(
    f"<li><a href='/ft/{n}.html'>县残联理事长谈助残服务第{n}期</a><span>{TODAY - timedelta(days=20 * n)}</span></li>"
    for n in range(1, 6)
)
REPORTS = "".join(
    f"<li><a href='/mt/{n}.html'>日报：示县特色产业发展观察第{n}篇</a><span>{TODAY - timedelta(days=30 + n)}</span></li>"
    for n in range(6)
)


def frame(made: Made, slug: str = "rsxx") -> str:
    return made.pages.pages[made.urls[slug]].body.decode().partition('<div class="position">')[0]


def hub(extra: str = "", complaint: str = "<p>纪检监察举报电话：12388</p>") -> Made:
    """A site whose 互动交流 leads to interviews, surveys and a hotline for discipline; every page carries the menu of these."""
    made = make_site(TRS, without=("zmhd",))
    below = f'<p class="sub-nav">互动交流：<a href="/ft/">在线访谈</a> <a href="/dc/">网上调查</a> <a href="/jb/">举报投诉</a>{extra}</p>'
    entry = '<li><a href="/ft/">互动交流</a></li>'
    for url, page in list(made.pages.pages.items()):
        text = page.body.decode().replace('<ul class="w1200">', f'{below}<ul class="w1200">{entry}', 1)
        made.pages.put(url, text)
    head = frame(made)
    tag = '<meta name="ColumnName" content="{}">'
    for path, name, main in (
        (
            "ft/",
            "在线访谈",
            f"<ul>{INTERVIEWS}</ul><p>共5条 <a href='/ft/'>上一页</a> <a href='/ft/'>下一页</a></p>",
        ),
        ("dc/", "网上调查", INTERVIEWS.replace("/ft/", "/dc/").replace("谈助残服务", "服务满意度问卷")),
        ("jb/", "举报投诉", complaint),
    ):
        markup = head.replace("<head>", f"<head>{tag.format(name)}", 1)
        made.pages.put(HOME + path, f"{markup}<h2>{name}</h2>{main}</body></html>")
    return made


def test_interviews_surveys_and_a_hotline_for_discipline_are_no_channel() -> None:
    found = answers(look_at(hub().pages))
    assert found["W5.1"] == "fail" and found["W5.2"] == "for_people"


def test_the_controls_of_a_pager_lead_to_no_channel_and_calls_for_opinions_leave_doubt() -> None:
    for title, answer in (("服务满意度问卷", "fail"), ("公开征求意见", "unmeasured")):
        made = hub()
        for path in ("ft/", "dc/"):
            page = made.pages.pages[HOME + path].body.decode().replace("服务满意度问卷", title)
            pager = '<a href="javascript:;" onclick="nextPage(2)">下一页</a><script>function nextPage(p){location.href="?p="+p}</script>'
            made.pages.put(HOME + path, page.replace("</body>", f"{pager}</body>"))
        assert answers(look_at(made.pages))["W5.1"] == answer


@pytest.mark.parametrize(
    ("extra", "complaint", "answer"),
    [
        (' <a href="/xx/">局长信箱</a>', "", "pass"),
        (' <a href="/zj/">民意征集</a>', "", "unmeasured"),
        (' <a href="/kd/">为民服务台</a>', "", "pass"),
        ("", "<form><textarea></textarea></form>", "unmeasured"),
    ],
)
def test_what_may_be_a_channel_beside_them_is_none_in_vain(extra: str, complaint: str, answer: str) -> None:
    made = hub(extra, complaint or "<p>举报电话：12388</p>")
    head = frame(made)
    made.pages.put(HOME + "xx/", f"{head}<ul>{INTERVIEWS.replace('谈助残', '关于助残')}</ul></body></html>")
    made.pages.put(HOME + "zj/", f"{head}<ul>{INTERVIEWS.replace('/ft/', '/zj/')}</ul></body></html>")
    made.pages.put(HOME + "kd/", f'{head}<p>请填写</p><a href="/w/">我要留言</a></body></html>')
    assert answers(look_at(made.pages))["W5.1"] == answer


@pytest.mark.parametrize(
    ("picture", "answer"),
    [
        ('<a href="/gzdt/"><img src="/more.gif"></a>', "fail"),
        ('<a href="/kj/">公交线路</a><a href="/kj/"><img src="/more.gif"></a>', "fail"),
        ('<a href="http://bszs.conac.cn/sitename?method=show"><img src="/red.png"></a>', "fail"),
        ('<a href="/kj/"><img src="/xx.gif"></a>', "unmeasured"),
        ('<a href="/kj/">更多</a><a href="/kj/"><img src="/xx.gif"></a>', "unmeasured"),
        ('<a href="http://12345.example.cn/"><img src="/rx.gif"></a>', "unmeasured"),
    ],
)
def test_a_picture_hides_no_channel_where_words_or_its_page_tell_what_it_leads_to(
    picture: str, answer: str
) -> None:
    made = make_site(TRS, without=("zmhd",))
    path = made.urls["gzdt"].removeprefix(HOME.rstrip("/"))
    home = made.pages.pages[HOME].body.decode()
    made.pages.put(HOME, home.replace("</body>", f"<div>{picture.replace('/gzdt/', path)}</div></body>"))
    made.pages.put(HOME + "kj/", f"{frame(made)}<p>公交线路一览</p></body></html>")
    assert answers(look_at(made.pages))["W5.1"] == answer


def test_a_heading_above_the_rows_of_its_block_keeps_its_section_on_the_first_level() -> None:
    made = make_site(TRS)
    plain = {one.url: one.level for one in look_at(make_site(TRS).pages).sections}
    home = made.pages.pages[HOME].body.decode()
    url = made.urls["tzgg"]
    rows = "".join(
        f"<tr><td>·<a href='/tzgg/{n}.html'>示县关于重点工作检查的第{n}号通知</a></td><td>[{TODAY - timedelta(days=n)}]</td></tr>"
        for n in range(3, 9)
    )
    block = f"<table><tr><td><a href='{url}'>通知公告</a></td><td></td></tr>{rows}</table>"
    made.pages.put(HOME, home.replace("</body>", f"{block}</body>"))
    found = {one.url: one.level for one in look_at(made.pages).sections}
    assert found[url] == plain[url] == 1


@pytest.mark.parametrize(
    ("late", "name", "low", "high"),
    [
        (4, "媒体聚焦", 4, 5),
        (4, "媒体报道", 4, 5),
        (5, "媒体关注", 5, 6),
        (4, "新媒体矩阵", 4, 4),
        (4, "媒体聚焦专题", 4, 4),
    ],
)
def test_whether_reports_of_the_press_are_news_is_for_people(
    late: int, name: str, low: int, high: int
) -> None:
    """The standard speaks of 动态、要闻; what the press writes of a place is neither certainly one nor certainly not."""
    news = [column for column in CITY if column.slug in ("gzdt", "xzdt", "tpxw", "bmdt")]
    city = [replace(column, ages=LATE) if column in news[:late] else column for column in CITY]
    city += [Column(f"{n}镇动态", f"zd{n}", LATE, parent="zwgk") for n in range(late - len(news))]
    made = make_site(TRS, city)
    before = measures(look_at(made.pages))["W4.1"]
    home = made.pages.pages[HOME].body.decode()
    made.pages.put(
        HOME, home.replace('<ul class="w1200">', f'<ul class="w1200"><li><a href="/mt/">{name}</a></li>', 1)
    )
    made.pages.put(HOME + "mt/", f"{frame(made)}<h2>{name}</h2><ul>{REPORTS}</ul></body></html>")
    value = measures(look_at(made.pages))["W4.1"]
    assert before.low is not None and value.low is not None and value.high is not None
    assert (value.low - before.low, value.high - before.low) == (0, high - low)
    # The office's own list says what it is.
    for section_class, more in (("news", 1), ("other", 0)):
        listed = Section("4400000001", name, HOME + "mt/", section_class, 2, None)
        told = measures(look_at(made.pages, listed))["W4.1"]
        assert (told.low, told.high) == (before.low + more, before.low + more)


@pytest.mark.parametrize(
    ("time", "told"),
    [
        ('<time datetime="{full}T09:00:00+08:00">{ago}天前</time>', 20),
        ('<time datetime="{full}">{weeks}周前</time>', 20),
        ('<span title="{full} 09:00">{ago}天前</span>', 20),
        ('<span data-time="{full}">{weeks}周前</span>', 20),
        # One that is far older is another day's.
        ('<time datetime="2015-01-01">13天前</time>', 13),
        ("<span>13天前</span>", 13),
    ],
)
def test_a_full_day_is_preferred_to_a_word_beside_it(time: str, told: int) -> None:
    made = make_site(TRS)
    rows = "".join(
        f"<li><a href='/gz/{n}.html'>县农业农村局开展第{n}次重点工作调研</a>"
        + time.format(full=TODAY - timedelta(days=20 + 7 * n), ago=19 + 7 * n, weeks=2 + n)
        + "</li>"
        for n in range(3)
    )
    made.pages.put(
        made.urls["gzdt"], f"{frame(made)}<h2>工作动态</h2><ul class='list'>{rows}</ul></body></html>"
    )
    section = next(one for one in look_at(made.pages).sections if one.url == made.urls["gzdt"])
    assert (section.state, section.newest) == (SectionState.DATED, TODAY - timedelta(days=told))
