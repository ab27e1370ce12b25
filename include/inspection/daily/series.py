"""The series of probes of a site, and its arithmetic.

A probe counts as *failed* where the failure is the site's own (outcome table: site_down), as *opened* where the page
came within the limit. Everything else is excluded and counts neither way: our own outage (the control addresses did
not answer either), an answer that is no page (403, challenge, login, 404 …), and what could not be told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from include.inspection.daily.probe_log import Probe, ReadNotes, read_rounds
from include.inspection.fetch.outcomes import OUTCOMES, Meaning, Outcome
from include.inspection.store import ObjectStore
from include.inspection.times import beijing

#: Two probes of a site closer than this are one: a round that ran twice must not count twice.
SAME_MOMENT = timedelta(seconds=60)
DAY = timedelta(hours=24)
KINDS = {
    "opened": "打开",
    "failed": "失败",
    "answered": "有应答但非首页",
    "unclear": "未能判断",
    "own_outage": "本方网络故障",
    "repeated": "重复",
}
_OPENED = {Outcome.OK, Outcome.TOO_LARGE}


def kind_of(probe: Probe) -> str:
    """opened, failed, answered, unclear or own_outage: what a probe counts as."""
    if probe.control == "failed":
        return "own_outage"
    if probe.outcome not in OUTCOMES:
        return "unclear"
    outcome = Outcome(probe.outcome)
    if outcome in _OPENED:
        return "opened"
    if OUTCOMES[outcome].meaning is Meaning.SITE_DOWN:
        return "failed"
    return "answered" if probe.status is not None else "unclear"


@dataclass(frozen=True)
class Count:
    """How many probes of a span of time counted as what. ``repeated`` ones stand outside of every sum."""

    opened: int = 0
    failed: int = 0
    answered: int = 0
    unclear: int = 0
    own_outage: int = 0
    repeated: int = 0

    @property
    def counted(self) -> int:
        """The denominator: probes that tell whether the site opened."""
        return self.opened + self.failed

    @property
    def excluded(self) -> int:
        return self.answered + self.unclear + self.own_outage

    @property
    def total(self) -> int:
        return self.counted + self.excluded

    @property
    def share(self) -> Fraction | None:
        """Failed of counted, exact; None where nothing counted."""
        return Fraction(self.failed, self.counted) if self.counted else None

    @property
    def share_at_least(self) -> Fraction | None:
        """The same where an answer that is no page is taken for an open site."""
        every = self.counted + self.answered
        return Fraction(self.failed, every) if every else None

    def __add__(self, other: Count) -> Count:
        return Count(*(getattr(self, item.name) + getattr(other, item.name) for item in fields(self)))

    def to_json(self) -> dict[str, int]:
        return {item.name: getattr(self, item.name) for item in fields(self)}

    @classmethod
    def of(cls, kinds: Mapping[str, int]) -> Count:
        return cls(**kinds)


@dataclass(frozen=True)
class Series:
    """The probes of one site by time, each with what it counts as (a key of ``KINDS``)."""

    site_code: str
    probes: tuple[tuple[Probe, str], ...] = ()

    @property
    def count(self) -> Count:
        return _count(kind for _, kind in self.probes)

    def by_day(self) -> dict[date, Count]:
        """By Beijing day; days without a probe are not there."""
        days: dict[date, list[str]] = defaultdict(list)
        for probe, kind in self.probes:
            days[beijing(probe.at).date()].append(kind)
        return {day: _count(kinds) for day, kinds in sorted(days.items())}

    @property
    def failures(self) -> list[Probe]:
        return [probe for probe, kind in self.probes if kind == "failed"]


def _count(kinds: Any) -> Count:
    numbers: dict[str, int] = defaultdict(int)
    for kind in kinds:
        numbers[kind] += 1
    return Count.of(numbers)


def read_probes(
    store: ObjectStore, since: date, until: date, site_codes: Collection[str] | None, notes: ReadNotes
) -> Iterator[tuple[Probe, str]]:
    """Every probe of the Beijing days ``since`` to ``until`` (both counted) with what it counts as, round by round.

    ``site_codes`` None means all sites. Memory holds one round at a time.
    """
    last: dict[str, datetime] = {}
    for made in read_rounds(store, since, until, notes):
        for probe in made.probes:
            if site_codes is not None and probe.site_code not in site_codes:
                continue
            before = last.get(probe.site_code)
            repeated = before is not None and abs(probe.at - before) < SAME_MOMENT
            if not repeated:
                last[probe.site_code] = probe.at
            if since <= beijing(probe.at).date() <= until:
                yield probe, "repeated" if repeated else kind_of(probe)


def series(
    store: ObjectStore,
    site_codes: Collection[str],
    since: date,
    until: date,
    notes: ReadNotes | None = None,
) -> dict[str, Series]:
    """The series of each site over the Beijing days ``since`` to ``until``, both counted; empty where there is none.

    For a few sites; ``daily_counts`` serves all of them. What was left out stands in ``notes``.
    """
    found: dict[str, list[tuple[Probe, str]]] = {code: [] for code in site_codes}
    for probe, kind in read_probes(store, since, until, set(site_codes), notes or ReadNotes()):
        found[probe.site_code].append((probe, kind))
    return {
        code: Series(code, tuple(sorted(rows, key=lambda row: row[0].at))) for code, rows in found.items()
    }


def daily_counts(
    store: ObjectStore,
    since: date,
    until: date,
    site_codes: Collection[str] | None = None,
    notes: ReadNotes | None = None,
) -> dict[str, dict[date, Count]]:
    """Counts by site and Beijing day, both ends counted; sites and days without a probe are not there."""
    numbers: dict[str, dict[date, dict[str, int]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(int))
    )
    for probe, kind in read_probes(store, since, until, site_codes, notes or ReadNotes()):
        numbers[probe.site_code][beijing(probe.at).date()][kind] += 1
    return {
        code: {day: Count.of(kinds) for day, kinds in sorted(days.items())} for code, days in numbers.items()
    }


@dataclass
class Backwards:
    """Counts of one site by spans of 24 hours back from a moment, the newest first, and its failed probes.

    The span of a moment holds what lies after its beginning, up to its end, which counts.
    """

    end: datetime
    days: int
    spans: list[dict[str, int]] = field(default_factory=list)
    failures: list[Probe] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.spans = [defaultdict(int) for _ in range(self.days)]

    def add(self, probe: Probe, kind: str) -> None:
        place = (self.end - probe.at) // DAY
        if self.end >= probe.at and place < self.days:
            self.spans[place][kind] += 1
            if kind == "failed":
                self.failures.append(probe)

    def counts(self) -> list[Count]:
        return [Count.of(kinds) for kinds in self.spans]


def too_few(spans: Sequence[Count], days: int, a_day: float) -> str:
    """Why the newest ``days`` spans of 24 hours do not make a series of ``a_day`` counted probes each; "" where they do."""
    wanted = list(spans[:days])
    wanted += [Count()] * (days - len(wanted))
    short = [count.counted for count in wanted if count.counted < a_day]
    if not short:
        return ""
    total = sum(count.counted for count in wanted)
    return f"近{days}天有效探测{total}次，其中{len(short)}天不足{a_day:g}次（最少一天{min(short)}次）"
