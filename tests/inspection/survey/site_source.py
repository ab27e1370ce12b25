"""A page source in memory, and the verdicts of the national standard over what the survey found there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from urllib.parse import urlsplit

from include.inspection.facts import SiteFacts
from include.inspection.fetch.assess import LINK_ROLES
from include.inspection.fetch.outcomes import Outcome
from include.inspection.fetch.page import Page
from include.inspection.measures import Context, Measured, State, measure
from include.inspection.model import Section, Site
from include.inspection.rules.standard import Rule, load_standards
from include.inspection.survey.look import SurveyLimits
from include.inspection.survey.site import survey
from include.inspection.times import BEIJING

AS_OF = datetime(2026, 11, 22, 10, 0, tzinfo=BEIJING)
TODAY = AS_OF.date()
HOME = "http://www.shixian.gov.cn/"
LIMITS = replace(SurveyLimits.load(), home_wait_seconds=0)


@dataclass
class MemoryPages:
    """``pages`` by address; what is not there answers 404. ``asked`` and ``checked`` count pages and targets of links."""

    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    live: bool = False

    def put(
        self,
        url: str,
        markup: str | bytes,
        *,
        outcome: Outcome = Outcome.OK,
        status: int | None = 200,
        final_url: str = "",
        content_type: str = "text/html; charset=utf-8",
    ) -> None:
        body = markup.encode() if isinstance(markup, str) else markup
        self.pages[url] = Page(
            url, final_url or url, outcome, status, {"content-type": content_type}, body, fetched_at=AS_OF
        )

    def fail(self, url: str, outcome: Outcome, status: int | None = None) -> None:
        self.put(url, b"", outcome=outcome, status=status)

    async def get(self, url: str, *, role: str, visit: int = 1, referer: str | None = None) -> Page:
        (self.checked if role in LINK_ROLES else self.asked).append(url)
        return self.pages.get(url) or Page(url, url, Outcome.NOT_FOUND, 404, fetched_at=AS_OF)

    async def wait(self, seconds: float) -> None:
        return None


def site(**changes: object) -> Site:
    made = Site("4400000001", "示县人民政府", HOME, "portal", "县（市、区）政府门户网站", has_services=True)
    return replace(made, **changes)  # type: ignore[arg-type]


def look_at(
    pages: MemoryPages,
    *registered: Section,
    subject: Site | None = None,
    limits: SurveyLimits = LIMITS,
    others: frozenset[str] = frozenset(),
) -> SiteFacts:
    return asyncio.run(survey(subject or site(), registered, pages, limits, AS_OF, others))


@cache
def rules() -> dict[str, Rule]:
    return {rule.id: rule for standard in load_standards(["national-2019"]) for rule in standard.rules}


def measures(facts: SiteFacts) -> dict[str, Measured]:
    """Every machine-checked indicator of sites that vetoes or adds, by its id; deductions have tests of their own."""
    found = {}
    for rule in rules().values():
        if rule.applies_to(site()) and rule.effect != "deduction" and rule.measure != "reported_findings":
            found[rule.id] = measure(rule.measure, facts, Context(AS_OF, rule.window, rule.settings))
    return found


def _holds(rule: Rule, value: float | None) -> bool:
    if value is None:
        return True
    low, high = rule.expectation.get("min_value"), rule.expectation.get("max_value")
    if low is not None and value < low:
        return False
    return high is None or (value < high if rule.expectation.get("strict_max") else value <= high)


def answers(facts: SiteFacts) -> dict[str, str]:
    """pass, fail or unmeasured by indicator, the way the judge reads the two ends of a measure."""
    found = {}
    for rule_id, value in measures(facts).items():
        rule = rules()[rule_id]
        ends = {_holds(rule, value.low), _holds(rule, value.high)}
        if value.state is State.UNMEASURED or len(ends) == 2:
            found[rule_id] = "unmeasured"
        elif value.state is State.MEASURED:
            found[rule_id] = "pass" if ends == {True} else "fail"
        else:
            found[rule_id] = str(value.state)
    return found


def failed(facts: SiteFacts) -> set[str]:
    return {rule_id for rule_id, answer in answers(facts).items() if answer == "fail"}


def undecided(facts: SiteFacts) -> set[str]:
    return {rule_id for rule_id, answer in answers(facts).items() if answer == "unmeasured"}


def path_of(url: str) -> str:
    return urlsplit(url).path
