"""The outbox: what is put in waits there, once, whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from include.inspection.outbox.box import REVIEWERS, Message, enqueue
from include.inspection.review.waiting import tell_reviewers

AT = datetime(2026, 11, 24, 1, tzinfo=UTC)
NEWS = Message(
    "w-1", "yellow", "甲县政府办", "动态要闻即将逾期", "已 10 天未更新。", AT, subject_id="4408000001"
)


def pending(store) -> list[str]:
    return sorted(store.keys("outbox/pending/"))


@pytest.mark.slow
def test_a_message_waits_under_its_key(store):
    assert enqueue(store, [NEWS, replace(NEWS, key="w-2")]) == 2
    assert pending(store) == ["outbox/pending/w-1.json", "outbox/pending/w-2.json"]
    stored = store.get_json("outbox/pending/w-1.json")
    assert Message.from_json(stored["message"]) == NEWS and stored["channels"] == {}


@pytest.mark.slow
def test_the_same_key_is_put_in_once_also_after_it_was_sent(store):
    enqueue(store, [NEWS])
    assert enqueue(store, [replace(NEWS, title="改过的标题"), NEWS]) == 0
    assert store.get_json("outbox/pending/w-1.json")["message"]["title"] == NEWS.title
    store.delete("outbox/pending/w-1.json")
    assert enqueue(store, [NEWS]) == 0 and pending(store) == []


@pytest.mark.slow
def test_cut_short_between_the_message_and_its_mark_nothing_is_lost_and_nothing_doubled(store):
    enqueue(store, [NEWS])
    store.delete("outbox/known/w-1")
    assert enqueue(store, [NEWS]) == 0 and pending(store) == ["outbox/pending/w-1.json"]
    assert store.exists("outbox/known/w-1")


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("key", "../../rounds/x", "编号"),
        ("key", "a/b", "编号"),
        ("key", "", "编号"),
        ("level", "purple", "级别“purple”"),
        ("at", datetime(2026, 11, 24), "时区"),
        ("due_at", datetime(2026, 11, 24), "时区"),
    ],
)
def test_a_field_that_cannot_be_used_is_told(field, value, reason):
    with pytest.raises(ValueError, match=reason):
        replace(NEWS, **{field: value})


def test_texts_that_pages_bring_cannot_break_out_of_a_header_or_a_line():
    hostile = replace(NEWS, title="标题\r\nBcc: x@y.cn\x00", body="一\x1b[2J\n二\r\n" + "长" * 9_000)
    assert hostile.title == "标题 Bcc: x@y.cn"
    assert hostile.body.startswith("一 [2J\n二 \n长") and len(hostile.body) == 8_000


@pytest.mark.slow
def test_reviewers_are_told_once_of_questions_and_of_the_draft_and_until_when(store):
    limit = timedelta(days=3)
    assert tell_reviewers(store, "2026Q4", "run-1", limit, AT, count=2)
    assert not tell_reviewers(store, "2026Q4", "run-1", limit, AT, count=2)
    assert tell_reviewers(store, "2026Q4", "draft-ab12", limit, AT)
    draft, questions = (store.get_json(key)["message"] for key in pending(store))
    assert questions["unit"] == draft["unit"] == REVIEWERS == "复核"
    assert questions["title"] == "待人工复核：轮次 2026Q4 有 2 个对象"
    assert draft["title"] == "待人工复核：轮次 2026Q4 的通报草稿"
    assert "2026-11-27 09:00" in questions["body"] and "2026-11-27 09:00" in draft["body"]
