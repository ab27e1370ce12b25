"""Signals of back-dating: each present, absent and nearly."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from include.inspection.extract.backdating import SignalKind, backdating_signals

TODAY = date(2024, 12, 31)
TAG = '<meta name="PubDate" content="2024-10-08 09:30">'


def kinds(document, **more):
    return [(signal.kind, signal.strength) for signal in backdating_signals(document, TODAY, **more)]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<p>成文日期：2024年10月20日</p>", True),
        ("<p>发文日期 2024-10-20</p>", True),
        ("<p>林市人民政府办公室　2024年10月20日印发</p>", True),
        ("<p>成文日期：2024年10月8日</p>", False),
        ("<p>成文日期：2024年9月30日</p>", False),
        ("<p>成文日期：2024年13月40日</p>", False),
        ("<p>成文日期：2025年10月20日</p>", False),  # after the monitoring day: not to be trusted
        ("<p>施行日期：2024年10月20日</p>", False),
    ],
)
def test_before_the_document(page, body, found):
    expected = [(SignalKind.BEFORE_DOCUMENT, "strong")] if found else []
    assert kinds(page(body, TAG)) == expected


SIGNED = [(SignalKind.SIGNED_LATER, "strong")]


@pytest.mark.parametrize(
    "closing",
    [
        "<p>现予公告。</p><p style='text-align:right'>林市水务局</p><p style='text-align:right'>2024年10月20日</p>",
        "<p>现予公告。<br>林市人民政府办公室<br>２０２４年１０月２０日</p>",
        "<p>现予公告。</p><p>林市水务局　　2024年10月20日</p><p>（此件公开发布）</p><p>附件：1.申请表</p>",
        "<p>现予公告。</p><p>林市自来水公司</p><p><span>2024</span>年<span>10</span>月<span>20</span>日</p>",
        "<p>特此公告。</p><p>2024年10月20日</p>",
        "<p>现予公告。</p><p>林市教育局</p><p>二〇二四年十月二十日</p>",
    ],
)
def test_signed_after_its_publication(page, closing):
    body = f"<div class='TRS_Editor'>{closing}</div>"
    assert [found for found in kinds(page(body, TAG)) if found in SIGNED] == SIGNED
    # A page whose text's element has no known name.
    named = "特此公告。" not in closing
    bare = kinds(page(f"<h1>公告</h1><div class='nr'>{closing}</div><ul><li>别的</li></ul>", TAG))
    assert (bare == SIGNED) is named


@pytest.mark.parametrize(
    "closing",
    [
        "<p>现予公告。</p><p>林市水务局</p><p>2024年10月8日</p>",  # signed on the day
        "<p>现予公告。</p><p>林市水务局</p><p>2025年1月8日</p>",  # after the monitoring day: not to be trusted
        "<p>会议时间：</p><p>2024年10月20日</p>",
        "<p>报名截止时间：2024年10月20日</p>",
        "<p>请报送县教育局。</p><p>截止日期</p><p>2024年10月20日</p>",
        "<p>本办法由县财政局负责解释，有效期至</p><p>2024年10月20日</p>",
        "<p>名单如下。</p><table><tr><td>林市水务局</td><td>2024年10月20日</td></tr></table>",
        "<p>正文。</p><p>来源：林市水务局</p><p>2024年10月20日</p>",
        "<p>县水务局2024年10月20日组织验收，情况良好。</p>",
        "<ul><li><a href='/a.html'>县领导到县水务局</a> 2024年10月20日</li></ul>",
    ],
)
def test_other_days_at_the_end_are_no_signature(page, closing):
    for body in (f"<div class='TRS_Editor'>{closing}</div>", f"<h1>公告</h1><p>现予公告。</p>{closing}"):
        assert SIGNED[0] not in kinds(page(body, TAG))


def test_reason_and_days(page):
    (signal,) = backdating_signals(page("<p>成文日期：2024年10月20日</p>", TAG), TODAY)
    assert (signal.published, signal.later, signal.days) == (date(2024, 10, 8), date(2024, 10, 20), 12)
    assert "成文" in signal.reason and "2024-10-20" in signal.reason


def test_first_seen_counts_only_where_the_list_was_watched(page):
    seen = datetime(2024, 12, 1, 2, tzinfo=UTC)
    document = page("", TAG)
    assert kinds(document, first_seen=seen, watched_since=datetime(2024, 10, 1, tzinfo=UTC)) == [
        (SignalKind.FIRST_SEEN, "strong")
    ]
    assert kinds(document, first_seen=seen, watched_since=datetime(2024, 11, 1, tzinfo=UTC)) == []
    assert kinds(document, first_seen=seen) == []
    same_day = datetime(2024, 10, 7, 17, tzinfo=UTC)  # 8 October in Beijing
    assert kinds(document, first_seen=same_day, watched_since=datetime(2024, 10, 1, tzinfo=UTC)) == []


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("Wed, 20 Nov 2024 01:00:00 GMT", True),
        ("Mon, 07 Oct 2024 01:00:00 GMT", False),
        ("soon", False),
        ("", False),
    ],
)
def test_last_modified(page, header, found):
    assert bool(kinds(page("", TAG), last_modified=header)) is found


def test_generated_is_weak(page):
    assert kinds(page("", TAG + '<meta name="others" content="页面生成时间 2024-11-02 10:00:00">')) == [
        (SignalKind.GENERATED, "weak")
    ]
    assert kinds(page("", TAG + '<meta name="others" content="页面生成时间 2024-10-08 10:00:00">')) == []


def test_tag_earlier_than_what_the_page_shows(page):
    assert kinds(page("<p>发布时间：2024-10-20 10:00</p>", TAG)) == [
        (SignalKind.TAG_BEFORE_VISIBLE, "strong")
    ]
    assert kinds(page("<p>发布时间：2024-10-08 10:00</p>", TAG)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2024年11月5日，全市大会召开。", True),
        ("活动将于2024年11月5日举行。", False),
        ("公示期至2024年11月5日。", False),
        ("请在2024年11月5日前报送。", False),
        ("自2024年11月5日起施行。", False),
        ("2024年9月5日，全市大会召开。", False),
        ("今天是2024年11月5日 欢迎访问", False),
    ],
)
def test_later_days_in_the_text(page, text, found):
    expected = [(SignalKind.BODY_LATER, "weak")] if found else []
    assert kinds(page(f"<div class='TRS_Editor'>{text}</div>", TAG)) == expected


def test_lists_beside_the_article_are_not_read(page):
    body = "<div class='TRS_Editor'>正文</div><ul><li>别的稿件 2024-11-05</li></ul>"
    assert kinds(page(body, TAG)) == []


def test_no_publication_day_no_signal(page):
    document = page("<p>成文日期：2024年10月20日</p>")
    assert backdating_signals(document, TODAY) == []
    assert kinds(document, published=date(2024, 10, 8)) == [(SignalKind.BEFORE_DOCUMENT, "strong")]
