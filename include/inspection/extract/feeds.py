"""The days on which an account published, from its RSS, Atom or JSON feed."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from include.inspection.extract.dates import find_dates
from include.inspection.extract.encoding import decode
from include.inspection.times import BEIJING

_HAS_ZONE = re.compile(r"(Z|[+-]\d{2}:?\d{2}|\b[A-Z]{3,4})\s*$")
_MAX_ENTRIES = 2_000


@dataclass(frozen=True)
class Update:
    """One entry of a feed; ``day`` is the Beijing day, ``place`` counts from the feed's beginning."""

    day: date
    title: str
    url: str
    place: int


class FeedError(ValueError):
    """The bytes are no feed, or one that holds no dated entry; the message says which, in Chinese."""


_FEED_ROOT = re.compile(rb"<(?:rss|feed|rdf:RDF)\b")


def looks_like_feed(body: bytes) -> bool:
    """Whether bytes begin like an RSS, Atom or JSON feed."""
    head = body[:2_000]
    return bool(_FEED_ROOT.search(head)) or (
        head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{" and b"items" in body[:100_000]
    )


def read_feed(body: bytes, content_type: str, today: date) -> list[Update]:
    """The dated entries of a feed, newest first."""
    text = body.lstrip()
    updates = _json_feed(body, content_type) if text[:1] == b"{" else _xml_feed(body, content_type, today)
    if not updates:
        raise FeedError("订阅源里没有带日期的条目")
    return sorted(updates, key=lambda update: update.day, reverse=True)


def _json_feed(body: bytes, content_type: str) -> list[Update]:
    try:
        feed: Any = json.loads(decode(body, content_type)[0])
    except (ValueError, RecursionError):
        raise FeedError("订阅源不是有效的 JSON") from None
    entries = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(entries, list):
        raise FeedError("JSON 里没有订阅条目")
    updates = []
    for place, entry in enumerate(entries[:_MAX_ENTRIES]):
        if not isinstance(entry, dict):
            continue
        day = _iso_day(str(entry.get("date_published") or entry.get("date_modified") or ""))
        if day:
            updates.append(
                Update(day, str(entry.get("title") or "")[:200], str(entry.get("url") or ""), place)
            )
    return updates


def _iso_day(text: str) -> date | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(BEIJING).date() if moment.tzinfo else moment.date()


def _beijing_day(parsed: Sequence[int]) -> date | None:
    try:
        year, month, day, hour, minute, second = parsed[:6]
        return (
            datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC).astimezone(BEIJING).date()
        )
    except (ValueError, OverflowError):
        return None


def _day_of(parsed: Sequence[int] | None) -> date | None:
    try:
        return date(parsed[0], parsed[1], parsed[2]) if parsed else None
    except ValueError:
        return None


def _xml_feed(body: bytes, content_type: str, today: date) -> list[Update]:
    import feedparser

    headers = {"content-type": content_type or "application/xml"}
    try:
        feed = feedparser.parse(io.BytesIO(body), response_headers=headers)
    except Exception as error:  # the parser meets bytes from outside; what it cannot read is no feed
        raise FeedError(f"订阅源无法解析（{type(error).__name__}）") from None
    if not feed.get("version") and not feed.get("entries"):
        raise FeedError("不是可识别的订阅源（RSS、Atom 或 JSON Feed）")
    updates = []
    for place, entry in enumerate(feed.get("entries", [])[:_MAX_ENTRIES]):
        raw = str(entry.get("published") or entry.get("updated") or "")
        parsed = entry.get("published_parsed") or entry.get("updated_parsed")
        day: date | None = None
        if parsed and _HAS_ZONE.search(raw):
            day = _beijing_day(parsed)
        elif raw:
            # No zone: the platform means Beijing time.
            found = find_dates(raw, today)
            day = found[0].day if found else _day_of(parsed)
        if day:
            updates.append(
                Update(day, str(entry.get("title") or "")[:200], str(entry.get("link") or ""), place)
            )
    return updates
