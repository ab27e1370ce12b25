"""The arithmetic of availability: what counts, what does not, and where a week is no week."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from include.inspection.daily.probe_log import ReadNotes
from include.inspection.daily.series import Backwards, Count, daily_counts, kind_of, series, too_few
from tests.inspection.daily_lab import OTHER, SITE, hours, keep, probe

FIRST = date(2026, 11, 14)
LAST = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("outcome", "control", "kind"),
    [
        ("ok", "ok", "opened"),
        ("ok", "none", "opened"),
        ("too_large", "ok", "opened"),
        ("refused", "ok", "failed"),
        ("timeout_first_byte", "none", "failed"),
        ("server_error", "ok", "failed"),
        ("dns_no_name", "ok", "failed"),
        ("forbidden", "ok", "answered"),
        ("not_found", "ok", "answered"),
        ("network_unreachable", "ok", "unclear"),
        ("timeout_dns", "ok", "unclear"),
        ("an outcome of a later version", "ok", "unclear"),
        ("ok", "failed", "own_outage"),
        ("refused", "failed", "own_outage"),
    ],
)
def test_what_a_probe_counts_as(outcome, control, kind):
    assert kind_of(probe(NOON, outcome, control)) == kind


def test_the_arithmetic():
    count = Count(opened=90, failed=10, answered=20, unclear=3, own_outage=4, repeated=5)
    assert (count.counted, count.excluded, count.total) == (100, 27, 127)
    assert count.share == Fraction(1, 10)
    assert count.share_at_least == Fraction(10, 120)
    assert count + Count(failed=1, repeated=1) == Count(90, 11, 20, 3, 4, 6)
    assert Count(own_outage=3).share is None


def test_a_series_by_day(store):
    keep(store, hours(FIRST, 7), lambda number: "refused" if number % 24 == 3 else "ok", sites=[SITE, OTHER])
    found = series(store, [SITE], FIRST, LAST)
    assert set(found) == {SITE}
    assert found[SITE].count == Count(opened=161, failed=7)
    assert found[SITE].by_day() == {FIRST + timedelta(days=n): Count(opened=23, failed=1) for n in range(7)}
    assert [one.at for one in found[SITE].failures] == [hours(FIRST, 7)[n * 24 + 3] for n in range(7)]
    times = [one.at for one, _ in found[SITE].probes]
    assert times == sorted(times)


def test_days_without_runs_are_not_there(store):
    keep(store, [*hours(FIRST, 2), *hours(LAST, 1)])
    found = series(store, [SITE, "bm12345678"], FIRST, LAST)
    assert set(found[SITE].by_day()) == {FIRST, FIRST + timedelta(days=1), LAST}
    assert found["bm12345678"].count == Count() and found["bm12345678"].by_day() == {}


def test_two_rounds_of_one_moment_count_once(store):
    keep(store, [NOON, NOON, NOON + timedelta(seconds=59), NOON + timedelta(seconds=60)])
    assert series(store, [SITE], LAST, LAST)[SITE].count == Count(opened=2, repeated=2)


def test_a_probe_after_midnight_belongs_to_the_next_day(store):
    """The round began before it."""
    from include.inspection.daily.probe_log import store_round

    midnight = datetime(2026, 11, 19, 16, tzinfo=UTC)
    rows = [probe(midnight - timedelta(seconds=5)), probe(midnight + timedelta(seconds=5), site=OTHER)]
    store_round(store, midnight - timedelta(seconds=10), rows)
    found = series(store, [SITE, OTHER], LAST, LAST)
    assert (found[SITE].count, found[OTHER].count) == (Count(), Count(opened=1))


def test_counts_of_every_site(store):
    keep(store, hours(FIRST, 2))
    keep(store, [moment + timedelta(minutes=2) for moment in hours(LAST, 1)], sites=[OTHER])
    notes = ReadNotes()
    found = daily_counts(store, FIRST, LAST, notes=notes)
    assert found == {
        SITE: {FIRST: Count(opened=24), FIRST + timedelta(days=1): Count(opened=24)},
        OTHER: {LAST: Count(opened=24)},
    }
    assert len(notes.sources) == 72 and not notes.skipped


def test_spans_count_back_from_the_moment():
    back = Backwards(NOON, 2)
    day = timedelta(hours=24)
    for at in (NOON + timedelta(seconds=1), NOON, NOON - day + timedelta(seconds=1)):
        back.add(probe(at), "opened")
    for at in (NOON - day, NOON - 2 * day + timedelta(seconds=1)):
        back.add(probe(at), "failed")
    back.add(probe(NOON - 2 * day), "failed")
    assert back.counts() == [Count(opened=2), Count(failed=2)]
    assert len(back.failures) == 2


def test_too_few():
    enough = [Count(opened=19, failed=1)] * 7
    assert too_few(enough, 7, 20) == ""
    assert too_few([Count(opened=100)] * 8, 7, 20) == ""
    short = [*enough[:6], Count(opened=19, answered=30, own_outage=30)]
    assert too_few(short, 7, 20) == "近7天有效探测139次，其中1天不足20次（最少一天19次）"
    assert too_few(enough[:5], 7, 20) == "近7天有效探测100次，其中2天不足20次（最少一天0次）"
