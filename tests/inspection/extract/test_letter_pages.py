"""Whether a letter's own page shows that it was answered: yes, no, or nothing that tells."""

from __future__ import annotations

from datetime import date

import pytest

from include.inspection.extract.html import Document
from include.inspection.extract.interaction import (
    AnswerPlace,
    Question,
    answer_place,
    by_answer_column,
    question_of_item,
    question_of_page,
    unanswered_beside,
)
from include.inspection.extract.lists import Item

ASKED, TODAY = date(2026, 8, 1), date(2026, 11, 24)


@pytest.mark.parametrize(
    ("page", "answered", "day"),
    [
        (
            "<dt>回复日期</dt><dd>2026-08-03</dd><dt>回复内容</dt><dd>您好，已安排办理。</dd>",
            True,
            date(2026, 8, 3),
        ),
        ("<dt>办理情况</dt><dd>已转办</dd><dt>答复内容</dt><dd>您好，已安排办理。</dd>", True, None),
        ("<dt>答复内容</dt><dd><a href='/d.pdf'>答复意见书.pdf</a></dd>", True, None),
        # A label of the answer is none, nor is what stands at the foot of the page.
        ("<dt>回复内容</dt><dd>回复单位：</dd><dd>回复时间：</dd>", None, None),
        ("<dt>答复内容</dt><dd></dd></dl><p>网站地图 | 联系我们</p><dl>", None, None),
        (
            "<dt>批示时间</dt><dd>2026-08-05</dd><dt>批示内容</dt><dd>请城管局处理。</dd>",
            True,
            date(2026, 8, 5),
        ),
        # Closed without a word that is public.
        ("<dt>办理状态</dt><dd>已结案</dd><dt>回复内容</dt><dd></dd>", True, None),
        ("<dt>办理状态</dt><dd>办理完毕</dd><dt>回复内容</dt><dd></dd>", True, None),
        ("<dt>办理状态</dt><dd>已受理</dd><dt>回复内容</dt><dd></dd>", None, None),
        # Being handled is not answered.
        ("<dt>办理情况</dt><dd>正在办理</dd>", False, None),
        ("<dt>办理情况</dt><dd>已受理</dd><dt>回复日期</dt><dd></dd><dt>回复内容</dt><dd></dd>", False, None),
        ("<dt>答复内容</dt><dd>暂无答复</dd>", False, None),
        # An empty place may be filled by a script.
        ("<dt>回复内容</dt><dd></dd>", None, None),
        ("<p>请问如何办理？</p>", None, None),
    ],
)
def test_answers(page: str, answered: bool | None, day: date | None) -> None:
    markup = (
        f"<html><body><dl><dt>来信时间</dt><dd>{ASKED}</dd>{page}</dl><p>主办单位：某局</p></body></html>"
    )
    document = Document(markup.encode(), "text/html; charset=utf-8", "http://a.cn/1.html")
    found = question_of_page(document, Question("咨询", document.url, None, None, None), TODAY, TODAY)
    assert (found.asked, found.answered, found.answered_on) == (ASKED, answered, day)


def page_of(body: str) -> Document:
    markup = (
        f"<html><body><p>来信时间：{ASKED}</p><p>请问如何办理？</p>{body}<p>主办单位：某局</p></body></html>"
    )
    return Document(markup.encode(), "text/html; charset=utf-8", "http://a.cn/1.html")


LISTED = Document(
    "<html><body><p>咨询 2026-08-01</p><p>主办单位：某局</p></body></html>".encode(),
    "text/html; charset=utf-8",
    "http://a.cn/",
)
FILLED = "<p>回复内容：您好，已安排办理。</p>"
STEPS = "<p>07-02 平台受理，转办公室办理</p>"


@pytest.mark.parametrize(
    ("own", "others", "answered"),
    [
        ("<p>回复内容：</p>", [FILLED], False),
        (STEPS, [FILLED, FILLED], False),
        # One page beside it is too few to say that an answer would be named.
        (STEPS, [FILLED], None),
        # The answer may be the picture, stand in a frame, behind a link, or be brought by a script everywhere.
        ("<p>回复内容：</p><img src='/dfh.jpg'>", [FILLED], None),
        ("<p>回复内容：</p><iframe src='/df.html'></iframe>", [FILLED], None),
        (f"{STEPS}<a href='/df.html'>查看答复</a>", [FILLED, FILLED], None),
        ("<p>回复内容：</p>", ["<p>回复内容：</p>"], None),
        ("<p>回复内容：</p>", [], None),
    ],
)
def test_a_letter_is_unanswered_where_the_others_of_its_channel_show_answers_in_their_text(
    own: str, others: list[str], answered: bool | None
) -> None:
    opened: list[tuple[Question, AnswerPlace | None]] = []
    for body in [own, *others]:
        document = page_of(body)
        asked = Question("咨询", document.url, ASKED, None, None)
        found = question_of_page(document, asked, TODAY, TODAY)
        opened.append((found, answer_place(document, TODAY, TODAY, LISTED)))
    assert unanswered_beside(opened)[0].answered is answered
    assert all(question.answered is not False for question in unanswered_beside(opened)[1:])


@pytest.mark.parametrize(
    ("state", "answered"),
    [
        ("办理中", False),
        ("未阅批", False),
        ("已阅批", True),
        ("来信人撤回", True),
        ("已办结", True),
        ("已结案", True),
        ("办理完毕", True),
        ("已转办", None),
        ("", None),
    ],
)
def test_states_in_a_list(state: str, answered: bool | None) -> None:
    row = Item("咨询", "http://a.cn/1.html", ASKED, row_text=state)
    assert question_of_item(row, [], [], TODAY, TODAY).answered is answered


def test_what_the_list_tells_as_open_is_answered_where_the_letter_shows_the_answer() -> None:
    listed = question_of_item(
        Item("咨询", "http://a.cn/1.html", ASKED, row_text="办理中"), [], [], TODAY, TODAY
    )
    assert not listed.complete
    found = question_of_page(
        page_of("<p>答复时间：2026-08-05</p><p>答复内容：已处理。</p>"), listed, TODAY, TODAY
    )
    assert (found.answered, found.answered_on) == (True, date(2026, 8, 5))


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        ("回复", ["您好，已安排。", "已修好。", ""], [True, True, False]),
        ("回复时间", ["2026-08-03", "2026-08-04", "--"], [True, True, False]),
        ("答复内容", ["您好，已安排。", "", ""], [True, None, None]),
        ("回复单位", ["城管局", "城管局", ""], [None, None, None]),
        ("点击数", ["3", "4", ""], [None, None, None]),
    ],
)
def test_a_blank_cell_among_answers(header: str, cells: list[str], expected: list[bool | None]) -> None:
    rows = []
    for n, cell in enumerate(cells):
        item = Item("咨询", f"http://a.cn/{n}.html", None, row_text=f"咨询 {ASKED} {cell}")
        headers, values = ["标题", "来信时间", header], ["咨询", str(ASKED), cell]
        rows.append((question_of_item(item, headers, values, TODAY, TODAY), headers, values))
    assert [question.answered for question in by_answer_column(rows)] == expected


@pytest.mark.parametrize("label", ["处理情况：", "答复内容：", "处理情况"])
def test_the_foot_of_the_site_is_no_answer(label: str) -> None:
    """A foot in words of its own is known by the list page, which ends with the same."""
    foot = "<p>某市总工会</p><p>为您服务 粤ICP备1号</p>"
    asked = Question("咨询", "http://a.cn/1.html", ASKED, None, False)

    def page(url: str, body: str) -> Document:
        return Document(f"<html><body>{body}{foot}</body></html>".encode(), "text/html; charset=utf-8", url)

    listed = page("http://a.cn/", "<p>孩子转学如何办理 未回复 2026-08-01</p>")
    for text, answered in (("", False), ("您好，请到窗口办理。", True)):
        letter = page("http://a.cn/1.html", f"<p>来信时间：{ASKED}</p><p>{label}{text}</p>")
        assert question_of_page(letter, asked, TODAY, TODAY, listed).answered is answered
