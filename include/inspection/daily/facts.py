"""The facts of one patrol day as its tables hold them, and the values that checks and warnings are built on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from include.inspection.daily.settings import Duty, WarningRules
from include.inspection.facts import SECTION_STATES, SectionState
from include.inspection.times import beijing

Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class SectionFact:
    """A section as the patrol last read it. ``looked_on`` None: never read."""

    name: str
    url: str
    section_class: str
    level: int
    update_days: int | None
    state: str
    newest: date | None
    newest_title: str
    certain: bool
    looked_on: date | None
    reason: str

    def duty(self, rules: WarningRules) -> Duty | None:
        return rules.duty(self.section_class, self.level, self.update_days)

    def share(self, rules: WarningRules, today: date) -> int | None:
        """Percent of its duty that has passed; None where it has no duty or its newest day is not certain."""
        duty = self.duty(rules)
        if duty is None or self.state != SectionState.DATED or self.newest is None or not self.certain:
            return None
        return duty.share(self.newest, today)

    def unknown(self) -> str:
        """Why its newest day is not known, in Chinese; "" where it is."""
        if self.state in (SectionState.UNREAD, SectionState.SCRIPT_ONLY, SectionState.UNDATED):
            return self.reason or SECTION_STATES[SectionState(self.state)]
        return "" if self.certain else self.reason or "日期不能确定"


@dataclass(frozen=True)
class HomeFact:
    url: str
    state: str
    reason: str
    newest: date | None
    newest_title: str
    navigation_only: bool
    footer_missing: tuple[str, ...]
    certificate_until: datetime | None


@dataclass
class SiteFact:
    """One site of one day."""

    site_code: str
    home: HomeFact
    sections: list[SectionFact] = field(default_factory=list)
    wording: list[Mapping[str, str]] = field(default_factory=list)
    dead_links: list[str] = field(default_factory=list)

    def home_days(self, today: date) -> int | None:
        """Days since the home page's newest item; for a page of navigation alone that of all its sections."""
        days = [self.home.newest] if self.home.newest else []
        if self.home.navigation_only:
            days = [section.newest for section in self.sections if section.newest]
        if self.home.state != "read" or not days:
            return None
        return (today - max(days)).days

    def late(self, rules: WarningRules, today: date) -> tuple[list[SectionFact], int]:
        """(sections in breach of the standard's own duty, how many could not be told): news, notices and policy."""
        counted = [
            section
            for section in self.sections
            if section.section_class in ("news", "notice", "policy")
            and rules.duty(section.section_class, section.level, None) is not None
        ]
        late = []
        for section in counted:
            duty = rules.duty(section.section_class, section.level, None)
            assert duty is not None
            if (
                section.state == SectionState.DATED
                and section.certain
                and section.newest is not None
                and duty.share(section.newest, today) >= 100
            ):
                late.append(section)
        return late, sum(bool(section.unknown()) for section in counted)

    def overdue(self, rules: WarningRules, today: date) -> tuple[list[SectionFact], int]:
        """(sections in breach of any duty, empty ones included; how many could not be told)."""
        found = [section for section in self.sections if (section.share(rules, today) or 0) >= 100]
        with_duty = [section for section in self.sections if section.duty(rules) is not None]
        return found + self.empty(), sum(bool(section.unknown()) for section in with_duty)

    def empty(self) -> list[SectionFact]:
        return [section for section in self.sections if section.state == SectionState.EMPTY]

    def severe(self) -> list[Mapping[str, str]]:
        return [row for row in self.wording if row["level"] == "severe"]


@dataclass(frozen=True)
class AccountFact:
    account_id: str
    feed_url: str
    state: str
    newest: date | None
    newest_title: str
    reason: str
    feed_changed: bool


@dataclass(frozen=True)
class DayFacts:
    """Everything that the tables of a day say. ``failures`` are their rows."""

    day: date
    sites: Mapping[str, SiteFact]
    accounts: Mapping[str, AccountFact]
    failures: Rows = ()


def day_facts(day: date, tables: Mapping[str, Rows]) -> DayFacts:
    sites = {row["site_code"]: SiteFact(row["site_code"], _home(row)) for row in tables["home.csv"]}
    for row in tables["sections.csv"]:
        if row["site_code"] in sites:
            sites[row["site_code"]].sections.append(_section(row))
    for row in tables["wording.csv"]:
        if row["site_code"] in sites:
            sites[row["site_code"]].wording.append(row)
    for row in tables["dead-links.csv"]:
        if row["site_code"] in sites:
            sites[row["site_code"]].dead_links.append(row["url"])
    accounts = {
        row["account_id"]: AccountFact(
            row["account_id"],
            row["feed_url"],
            row["state"],
            _day(row["newest"]),
            row["newest_title"],
            row["reason"],
            row["feed_changed"] == "yes",
        )
        for row in tables["accounts.csv"]
    }
    return DayFacts(day, sites, accounts, tables["failures.csv"])


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _home(row: Mapping[str, str]) -> HomeFact:
    until = row["certificate_until"]
    return HomeFact(
        row["url"],
        row["state"],
        row["reason"],
        _day(row["newest"]),
        row["newest_title"],
        row["navigation_only"] == "yes",
        tuple(filter(None, row["footer_missing"].split(" "))),
        datetime.fromisoformat(until) if until else None,
    )


def _section(row: Mapping[str, str]) -> SectionFact:
    return SectionFact(
        name=row["section"],
        url=row["url"],
        section_class=row["class"],
        level=int(row["level"]),
        update_days=int(row["update_days"]) if row["update_days"] else None,
        state=row["state"],
        newest=_day(row["newest"]),
        newest_title=row["newest_title"],
        certain=row["certain"] == "yes",
        looked_on=_day(row["looked_on"]),
        reason=row["reason"],
    )


def certificate_days(home: HomeFact, today: date) -> int | None:
    return (beijing(home.certificate_until).date() - today).days if home.certificate_until else None
