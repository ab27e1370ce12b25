"""Probe rounds as stored: deterministic, never rewritten, and what is damaged does not hide the rest."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime, timedelta

import pytest

from include.inspection.daily.probe_log import (
    ControlLook,
    Damaged,
    ReadNotes,
    encode,
    key_of,
    read_round,
    read_rounds,
    start_of,
    store_round,
)
from tests.inspection.daily_lab import OTHER, SITE, keep, probe

NOON = datetime(2026, 11, 20, 4, 5, 6, tzinfo=UTC)
DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("moment", "key"),
    [
        (NOON, "history/probes/2026-11-20/040506Z.csv.gz"),
        (datetime(2026, 11, 19, 16, 0, 0, tzinfo=UTC), "history/probes/2026-11-20/160000Z.csv.gz"),
        (datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC), "history/probes/2026-11-20/155959Z.csv.gz"),
    ],
)
def test_a_key_names_the_beijing_day_and_the_utc_time(moment, key):
    assert key_of(moment) == key
    assert start_of(key) == moment
    assert start_of(key_of(moment, 2)) == moment


@pytest.mark.parametrize(
    "key", ["history/probes/2026-11-20/x.csv.gz", "history/probes/2026-13-40/040506Z.csv.gz"]
)
def test_another_name_is_no_round(key):
    assert start_of(key) is None


def test_what_was_written_is_what_is_read():
    one = probe(NOON, "server_error", "failed")
    two = probe(NOON + timedelta(milliseconds=1500), site=OTHER)
    look = ControlLook(NOON, "http://control.cn/", False, "timeout_connect", 15.0)
    later = [key_of(NOON + timedelta(hours=1))]
    body = encode(NOON, [two, one], [look], later)
    assert body == encode(NOON, [one, two], [look], later), "the same rows are the same bytes"
    made = read_round(key_of(NOON), body)
    assert made.probes == (one, two)
    assert {found.key for found in made.probes} == {key_of(NOON)}
    assert made.controls == (look,)
    assert made.later == tuple(later)


def test_a_second_round_of_the_same_second_has_a_key_of_its_own(store):
    first, second = keep(store, [NOON, NOON])
    assert (first, second) == (key_of(NOON), key_of(NOON, 2))
    assert len(list(read_rounds(store, DAY, DAY, ReadNotes()))) == 2


def half(body: bytes) -> bytes:
    return body[: len(body) // 2]


def not_a_table(_: bytes) -> bytes:
    return b"<html>not found</html>"


def without_a_column(_: bytes) -> bytes:
    return gzip.compress(b"site_code,at\n4408000001,2026-11-20T04:05:06Z\n")


def with_an_impossible_time(body: bytes) -> bytes:
    return gzip.compress(gzip.decompress(body).replace(b"2026-11-20T05", b"2026-11-20T45"))


def without_a_zone(body: bytes) -> bytes:
    return gzip.compress(gzip.decompress(body).replace(b".000Z", b""))


def with_a_bit_turned(body: bytes) -> bytes:
    return body[:-6] + bytes([body[-6] ^ 1]) + body[-5:]


@pytest.mark.parametrize(
    "spoil",
    [
        half,
        not_a_table,
        without_a_column,
        with_an_impossible_time,
        without_a_zone,
        with_a_bit_turned,
        bytes.upper,
    ],
)
def test_a_damaged_object_is_told_and_the_others_count(store, spoil):
    good, bad = keep(store, [NOON, NOON + timedelta(hours=1)])
    spoilt = spoil(store.get(bad))
    with pytest.raises(Damaged):
        read_round(bad, spoilt)
    store.put(bad, spoilt)
    notes = ReadNotes()
    assert [made.key for made in read_rounds(store, DAY, DAY, notes)] == [good]
    assert set(notes.skipped) == {bad} and notes.skipped[bad]
    assert set(notes.sources) == {good}


def test_a_stray_object_is_told(store):
    keep(store, [NOON])
    store.put("history/probes/2026-11-20/notes.txt", b"x")
    notes = ReadNotes()
    assert len(list(read_rounds(store, DAY, DAY, notes))) == 1
    assert set(notes.skipped) == {"history/probes/2026-11-20/notes.txt"}


@pytest.mark.parametrize("ahead", [timedelta(minutes=5), timedelta(hours=20)])
def test_a_round_in_the_future_of_the_next_does_not_count(store, ahead):
    """The clock ran ahead for one round and was set right before the next one."""
    before, jumped, after = keep(store, [NOON, NOON + ahead, NOON + timedelta(minutes=1)])
    notes = ReadNotes()
    days = (DAY, DAY + timedelta(days=1))
    assert [made.key for made in read_rounds(store, *days, notes)] == [before, after]
    assert "时钟" in notes.skipped[jumped]


def test_a_mark_of_the_day_before_is_heeded(store):
    midnight = datetime(2026, 11, 19, 16, tzinfo=UTC)
    jumped, _ = keep(store, [midnight + timedelta(minutes=10), midnight - timedelta(hours=5)])
    notes = ReadNotes()
    assert list(read_rounds(store, DAY, DAY, notes)) == []
    assert set(notes.skipped) == {jumped}


def test_days_count_at_both_ends(store):
    first = datetime(2026, 11, 19, 16, 30, tzinfo=UTC)
    last = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
    keep(store, [first - timedelta(hours=3), first, last, last + timedelta(hours=2)])
    found = [made.start for made in read_rounds(store, DAY, date(2026, 11, 22), ReadNotes())]
    assert found == [first, last]


def test_nothing_is_stored_twice_under_one_key(store):
    key = store_round(store, NOON, [probe(NOON)])
    body = store.get(key)
    assert store_round(store, NOON, [probe(NOON, "refused")]) != key
    assert store.get(key) == body
    assert SITE.encode() in gzip.decompress(body)
