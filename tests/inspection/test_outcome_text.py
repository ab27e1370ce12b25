"""A status stands once in the text of an outcome."""

from __future__ import annotations

import pytest

from include.inspection.facts import outcome_text
from include.inspection.fetch.outcomes import OUTCOMES, Outcome
from include.inspection.fetch.page import Page


@pytest.mark.parametrize(
    ("outcome", "status", "text"),
    [
        (Outcome.FORBIDDEN, 403, "禁止访问（403）"),
        (Outcome.SERVER_ERROR, 500, "服务器内部错误（500）"),
        (Outcome.BAD_GATEWAY, 504, "网关错误或网关超时（502、504）"),
        (Outcome.CHALLENGE, 412, "返回防护验证页面，未见正文（412）"),
        (Outcome.REFUSED, None, "服务器拒绝连接"),
        (Outcome.OK, 200, "已读取"),
    ],
)
def test_text(outcome, status, text):
    assert outcome_text(Page("http://a.cn/", "http://a.cn/", outcome, status)) == text


@pytest.mark.parametrize("outcome", list(Outcome))
def test_no_label_is_doubled(outcome):
    for status in (401, 403, 404, 410, 429, 451, 500, 502, 503, 504):
        text = outcome_text(Page("http://a.cn/", "http://a.cn/", outcome, status))
        assert text.count(str(status)) <= 1 and "xx" not in text.replace(OUTCOMES[outcome].label, "")
