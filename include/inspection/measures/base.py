"""What every measure gives and is given."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from include.inspection.facts import AccountFacts, Seen, SiteFacts
from include.inspection.messages.working_days import WorkingDays
from include.inspection.model import Account, Holiday, ReportedFinding, SourceRelease
from include.inspection.site_history import SiteHistory
from include.inspection.times import Span, beijing


class State(StrEnum):
    MEASURED = "measured"
    UNMEASURED = "unmeasured"  # a machine should have measured it and could not
    FOR_PEOPLE = "for_people"  # the site shows nothing that a machine can measure; people check it
    NOT_APPLICABLE = "not_applicable"


STATES = {
    State.MEASURED: "已测量",
    State.UNMEASURED: "未能测量",
    State.FOR_PEOPLE: "由人工核查",
    State.NOT_APPLICABLE: "不适用",
}


@dataclass(frozen=True)
class Detail:
    """One fact that counts towards a value, with where it was read."""

    text: str
    seen: Seen | None


@dataclass(frozen=True)
class Measured:
    """The outcome of one measure for one subject. ``basis``: what it rests on, where the history may take part."""

    state: State
    low: float | None = None
    high: float | None = None
    reason: str = ""
    seen: Seen | None = None
    details: tuple[Detail, ...] = ()
    basis: str = ""


@dataclass(frozen=True)
class Context:
    """What a rule gives to its measure: the monitoring point, windows, settings, what people and the history said."""

    as_of: datetime
    window: Mapping[str, Span]
    settings: Mapping[str, float]
    reported: Sequence[ReportedFinding] = ()
    exempt_urls: frozenset[str] = field(default_factory=frozenset)
    history: SiteHistory = field(default_factory=SiteHistory)
    source_releases: Sequence[SourceRelease] = ()
    holidays: Sequence[Holiday] = ()
    account: Account | None = None  # the subject, where it is an account
    accounts: Sequence[Account] = ()  # all that are registered

    @property
    def today(self) -> date:
        return beijing(self.as_of).date()

    @property
    def calendar(self) -> WorkingDays:
        return WorkingDays(self.holidays)

    def since(self, name: str) -> date:
        return self.window[name].first_day(self.as_of)


#: The day that a list sets inside its links is no part of a title.
_LIST_DAY = re.compile(r"(?:\s+|\s*[\[(（【]\s*)(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}\s*[\])）】]?$")


def titled(title: str, limit: int = 40) -> str:
    """A title as a text names it: in book-title marks, in quotation marks where it holds such marks itself."""
    shown = (_LIST_DAY.sub("", title.strip()) or title)[:limit]
    return f"“{shown}”" if "《" in shown else f"《{shown}》"


def measured(
    low: float,
    high: float | None = None,
    seen: Seen | None = None,
    details: Sequence[Detail] = (),
    reason: str = "",
) -> Measured:
    return Measured(State.MEASURED, low, low if high is None else high, reason, seen, tuple(details))


def unmeasured(reason: str, seen: Seen | None = None) -> Measured:
    return Measured(State.UNMEASURED, reason=reason, seen=seen)


def for_people(reason: str, seen: Seen | None = None) -> Measured:
    return Measured(State.FOR_PEOPLE, reason=reason, seen=seen)


Facts = SiteFacts | AccountFacts


@dataclass(frozen=True)
class MeasureSpec:
    """A measure by name: what it applies to and which windows and settings a rule must give it.

    ``needs_home`` measures say nothing where the home page could not be read. Where ``some_of`` is set, the rule's
    window names one or more of these.
    """

    function: Callable[..., Measured]
    subjects: tuple[str, ...]
    window: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    needs_home: bool = True
    some_of: tuple[str, ...] = ()
