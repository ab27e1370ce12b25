"""Probe rounds in the object store: one gzipped CSV a round, written once and never again.

Key: ``history/probes/DATE/HHMMSSZ.csv.gz``; DATE is the Beijing day and HHMMSS the UTC time of the round's start. A
second round of the same second gets ``HHMMSSZ-2``. Columns: docs/data-dictionary.md. Three kinds of rows:

* a probe: ``site_code`` is set;
* a look at a control address: ``site_code`` is empty, ``url`` is the address, ``control`` says whether it answered;
* a remark on the clock: ``outcome`` is ``clock`` and ``url`` the key of a round that was stored before this one and
  claims a later time. Such a round is marked by this row and does not count.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import structlog

from include.inspection.fetch.decode import DecodedTooLarge, Undecodable, decode
from include.inspection.store import ObjectStore
from include.inspection.times import BEIJING, beijing

log = structlog.get_logger("inspection.probes")

ROOT = "history/probes"
COLUMNS = (
    "site_code",
    "at",
    "outcome",
    "phase",
    "status",
    "seconds",
    "address",
    "bytes",
    "sha256",
    "control",
    "url",
    "final_url",
)
CLOCK = "clock"
_KEY = re.compile(rf"{ROOT}/(\d{{4}}-\d\d-\d\d)/(\d{{6}})Z(?:-(\d{{1,3}}))?\.csv\.gz")
_MOST_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Probe:
    """One try to open a home page, redirects included.

    ``at``: UTC start. ``phase``: how far it came (dns, connect, tls, first_byte, read). ``seconds``: time on the network.
    ``size`` and ``sha256``: the body as received. ``control``: ok, failed, or none where no control address is named.
    ``final_url``: where redirects led, "" where there were none. ``key``: the object that holds it.
    """

    site_code: str
    at: datetime
    outcome: str
    phase: str
    status: int | None
    seconds: float
    address: str = ""
    size: int = 0
    sha256: str = ""
    control: str = "none"
    url: str = ""
    final_url: str = ""
    key: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class ControlLook:
    """One look at a control address."""

    at: datetime
    url: str
    answered: bool
    outcome: str
    seconds: float


@dataclass(frozen=True)
class ProbeRound:
    """What one object holds. ``later``: keys of rounds that had claimed a later time before this one was stored."""

    key: str
    start: datetime
    sha256: str
    probes: tuple[Probe, ...]
    controls: tuple[ControlLook, ...] = ()
    later: tuple[str, ...] = ()


@dataclass
class ReadNotes:
    """What was read and what was left out: ``sources`` key → SHA-256, ``skipped`` key → reason in Chinese."""

    sources: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)

    def skip(self, key: str, reason: str) -> None:
        if key not in self.skipped:
            log.warning(f"探测记录 {key} 不计入：{reason}", key=key, reason=reason)
        self.skipped[key] = reason


class Damaged(ValueError):
    """An object that is no whole probe round; the message is in Chinese."""


def key_of(start: datetime, number: int = 1) -> str:
    utc = start.astimezone(UTC)
    suffix = "" if number == 1 else f"-{number}"
    return f"{ROOT}/{beijing(start).date()}/{utc:%H%M%S}Z{suffix}.csv.gz"


def start_of(key: str) -> datetime | None:
    """The UTC moment that a key names; None where it is no key of a probe round."""
    match = _KEY.fullmatch(key)
    if match is None:
        return None
    try:
        day, clock = date.fromisoformat(match[1]), datetime.strptime(match[2], "%H%M%S").time()
    except ValueError:
        return None
    # Beijing is eight hours ahead: a Beijing day begins at 16:00 UTC of the day before.
    utc_day = day - timedelta(days=1) if clock >= time(16) else day
    return datetime.combine(utc_day, clock, UTC)


def store_round(
    store: ObjectStore, start: datetime, probes: Sequence[Probe], controls: Sequence[ControlLook] = ()
) -> str:
    """Write one round under a key of its own and return it. Rounds that claim a later time are marked in it."""
    day = beijing(start).date()
    # A clock that ran ahead by less than a day left its rounds in these two folders.
    known = [key for at in (day, day + timedelta(days=1)) for key in store.keys(f"{ROOT}/{at}/")]
    later = sorted(key for key in known if (moment := start_of(key)) is not None and moment > start)
    if later:
        log.warning(
            f"本轮开始于 {start.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}，已有 {len(later)} 轮记录的时间更晚：时钟曾经跳变，那些记录不计入",
            later=later[:20],
        )
    number = 1
    while (key := key_of(start, number)) in known:
        number += 1
    store.put(key, encode(start, probes, controls, later))
    return key


def encode(
    start: datetime,
    probes: Iterable[Probe],
    controls: Iterable[ControlLook] = (),
    later: Iterable[str] = (),
) -> bytes:
    """The same rows are the same bytes."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for key in sorted(later):
        writer.writerow(["", _text(start), CLOCK, "", "", "", "", "", "", "", key, ""])
    for look in sorted(controls, key=lambda item: (item.at, item.url)):
        control = "ok" if look.answered else "failed"
        seconds = f"{look.seconds:.3f}"
        row = ["", _text(look.at), look.outcome, "", "", seconds, "", "", "", control, look.url, ""]
        writer.writerow(row)
    for one in sorted(probes, key=lambda item: (item.at, item.site_code)):
        head = [one.site_code, _text(one.at), one.outcome, one.phase]
        status = "" if one.status is None else str(one.status)
        answer = [status, f"{one.seconds:.3f}", one.address, str(one.size), one.sha256]
        writer.writerow([*head, *answer, one.control, one.url, one.final_url])
    return gzip.compress(buffer.getvalue().encode(), 6, mtime=0)


def read_round(key: str, body: bytes) -> ProbeRound:
    """Raises Damaged that says what is wrong."""
    start = start_of(key)
    if start is None:
        raise Damaged("文件名不是探测记录的写法")
    try:
        text = decode(body, "gzip", _MOST_BYTES).decode("utf-8")
    except (Undecodable, DecodedTooLarge, UnicodeDecodeError) as error:
        raise Damaged(f"文件不完整或已损坏（{error}）") from None
    rows = csv.reader(io.StringIO(text, newline=""))
    probes: list[Probe] = []
    controls: list[ControlLook] = []
    later: list[str] = []
    try:
        header = next(rows, [])
        if missing := [name for name in COLUMNS if name not in header]:
            raise Damaged(f"缺少列 {'、'.join(missing)}")
        places = [header.index(name) for name in COLUMNS]
        for row in rows:
            _read_row([row[place] for place in places], key, probes, controls, later)
    except (ValueError, IndexError, csv.Error) as error:
        if isinstance(error, Damaged):
            raise
        raise Damaged(f"第 {rows.line_num} 行无法识别（{error}）") from None
    return ProbeRound(
        key, start, hashlib.sha256(body).hexdigest(), tuple(probes), tuple(controls), tuple(later)
    )


def _read_row(
    row: list[str], key: str, probes: list[Probe], controls: list[ControlLook], later: list[str]
) -> None:
    code, at, outcome, phase, status, seconds, address, size, sha256, control, url, final_url = row
    if code:
        if control not in ("ok", "failed", "none"):
            raise ValueError(f"control “{control[:20]}”")
        answer = (int(status) if status else None, float(seconds), address, int(size), sha256)
        probes.append(Probe(code, _moment(at), outcome, phase, *answer, control, url, final_url, key))
    elif outcome == CLOCK:
        later.append(url)
    else:
        controls.append(ControlLook(_moment(at), url, control == "ok", outcome, float(seconds)))


def read_rounds(store: ObjectStore, since: date, until: date, notes: ReadNotes) -> Iterator[ProbeRound]:
    """The sound rounds of the Beijing days ``since`` to ``until``, both counted, by their start.

    With those of the hour before, whose last probes may belong to the first day. What cannot be read, and what a clock
    that ran ahead has left, is skipped, logged and noted.
    """
    found: list[tuple[datetime, str]] = []
    first = datetime.combine(since, time(), BEIJING) - timedelta(hours=1)
    # The whole day before is looked at: a round of it may mark one of the first day.
    for number in range(-1, (until - since).days + 1):
        day = since + timedelta(days=number)
        for key in store.keys(f"{ROOT}/{day}/"):
            start = start_of(key)
            if start is None:
                notes.skip(key, "文件名不是探测记录的写法")
            else:
                found.append((start, key))
    ahead: set[str] = set()
    for start, key in sorted(found):
        wanted = start >= first
        try:
            made = read_round(key, store.get(key))
        except KeyError:
            continue
        except Damaged as error:
            if wanted:
                notes.skip(key, str(error))
            continue
        ahead.update(made.later)
        if not wanted:
            continue
        notes.sources[key] = made.sha256
        if key in ahead:
            notes.skip(key, "时钟曾经跳变：这一轮的时间晚于其后存入的一轮")
        else:
            yield made


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"时间“{text[:40]}”没有时区")
    return moment


def probe_json(one: Probe) -> dict[str, Any]:
    """What a frozen extract or a report tells of one probe."""
    return {
        "at": _text(one.at),
        "outcome": one.outcome,
        "phase": one.phase,
        "status": one.status,
        "seconds": one.seconds,
        "address": one.address,
        "key": one.key,
    }
