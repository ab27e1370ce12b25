"""The day on which an article says it was published, and the days of its text, which are none."""

from __future__ import annotations

from datetime import date

import pytest

from include.inspection.extract.article import publication_day
from include.inspection.extract.html import Document

TODAY = date(2026, 11, 24)
SHOWN = date(2026, 11, 20)
TITLE = "林市出租房屋管理办法（修订）"
HEADING = f"<h2>{TITLE}</h2>"


def day_of(body: str, title: str = f"{TITLE}_林市某局") -> date | None:
    markup = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    return publication_day(
        Document(markup.encode(), "text/html; charset=utf-8", "http://a.cn/1.html"), TODAY, TODAY
    )


@pytest.mark.parametrize(
    "body",
    [
        # What the text says of the rule's own days, with and without the look of a label.
        "<ul><li>时间：2026-11-20 09:11</li><li>来源：某局</li></ul><p>公布机关：市人大　公布日期：2018-11-29</p>",
        "<p>时间：2026-11-20</p><p>本办法自公布 2018-11-29 起执行。</p>",
        "<p>发布时间：2026-11-20</p><p>（2011年1月1日起施行）</p>",
        "<p>（2011年1月1日起施行）</p><p>2010年12月20日国务院令第500号</p><p>2026-11-20 来源：某局</p>",
        "<p>（2018年3月2日市人大批准）</p><div>2026年11月20日</div>",
    ],
)
def test_the_day_between_title_and_text_is_told_and_not_those_of_the_text(body: str) -> None:
    assert day_of(HEADING + body) == SHOWN


@pytest.mark.parametrize(
    "body",
    [
        "<p>（2011年1月1日起施行）</p><p>第一条　为加强管理，制定本办法。</p>",
        "<p>2010年12月20日市政府常务会议通过</p>",
        "<p>时间：2026年12月5日上午九时　地点：市会展中心</p>",
    ],
)
def test_days_of_the_text_alone_tell_no_publication(body: str) -> None:
    assert day_of(HEADING + body) is None


@pytest.mark.parametrize(
    "body",
    [
        "<p>( 2026-11-20 )</p>",
        "<p>2026-11-20来源：某局</p>",
        "<p>2026年11月20日 第3版</p>",
        "<p>更新日期：2026-11-20</p><p>办理地点：市政务服务中心</p>",
        "<p>日期：2026-11-20 字号：大 中 小</p>",
        "<p>时间：2026年12月5日上午九时　地点：市会展中心</p><p>发布日期：2026-11-20</p>",
        # An event of the text was not reported before it happened.
        "<p>2026年11月20日，市政府召开常务会议。</p>",
    ],
)
def test_a_line_of_its_own_below_the_title(body: str) -> None:
    assert day_of(HEADING + body) == SHOWN


def test_a_day_within_the_titles_own_element() -> None:
    assert day_of(f"<h2>{TITLE}<small>(2026-11-20)</small></h2><p>正文。</p>") == SHOWN
    # The title's second line is no line of the day.
    name = "林市工作情况通报 2025年10月8日"
    assert day_of("<h2>林市工作情况通报<br>2025年10月8日</h2><p>正文。</p>", name) is None


def test_titles_of_the_menu_and_of_boxes_do_not_hide_the_articles() -> None:
    menu = "".join(
        f'<h3><a href="/{n}/">第{n}个栏目名称</a></h3><div class="title">热门</div>' for n in range(30)
    )
    assert day_of(menu + HEADING + "<span>2026-11-20 10:00</span>") == SHOWN
    assert day_of(menu + "<h2>另一篇文章的题目文字</h2><span>2026-11-20 10:00</span>") is None


@pytest.mark.parametrize(
    "line",
    [
        "发布时间：<script>var d='2026年11月20日'; if(d!=''){document.write(d);}</script> 字体：大 中 小",
        "<span>发布日期</span>：<script>document.write('2026-11-20 10:00')</script>",
        '<span>时间：</span><i></i><script>document.write("2026/11/20");</script>',
    ],
)
def test_a_day_that_a_script_writes_behind_a_label(line: str) -> None:
    assert day_of(f"{HEADING}<div>{line}</div><p>（2011年1月1日起施行）</p>") == SHOWN


@pytest.mark.parametrize(
    "line",
    [
        # No label; the site's own; a call that writes nothing; another article's, in a list; no day in its text.
        "来源：<script>document.write('2026年11月20日')</script>",
        "本站更新时间：<script>document.write('2026-11-20')</script>",
        "发布时间：<script>var started='2026-11-20';</script>",
        "<ul><li><a href='/2.html'>别的文章</a>发布时间：<script>document.write('2026-11-20')</script></li></ul>",
        "发布时间：<script>var d=''; if(d!=''){document.write(d);}</script>",
    ],
)
def test_what_only_looks_like_a_written_day(line: str) -> None:
    assert day_of(f"{HEADING}<div>{line}</div><p>正文。</p>") is None


def test_the_page_tag_comes_first() -> None:
    tag = '<meta name="PubDate" content="2026-11-20 09:00">'
    assert day_of(f"{tag}{HEADING}<p>发布时间：2026-11-18</p>") == SHOWN
