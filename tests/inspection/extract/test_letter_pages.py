"""Whether a letter's own page shows that it was answered: yes, no, or nothing that tells."""

from __future__ import annotations

from datetime import date

import pytest

from include.inspection.extract.html import Document
from include.inspection.extract.interaction import Question, question_of_page

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
