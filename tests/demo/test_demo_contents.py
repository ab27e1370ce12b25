"""What the pages of the city say beside their lists: declared faults are found, near misses and healthy pages are not."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from functools import cache
from urllib.parse import urlsplit

import pytest

from include.demo.city import SitePlan, faults, sites
from include.demo.render import DemoSite
from include.demo.truth import expected
from include.inspection.facts import SiteFacts
from include.inspection.fetch.outcomes import Outcome
from include.inspection.fetch.page import Page
from include.inspection.measures import Context, Measured, State, measure
from include.inspection.model import Site
from include.inspection.rules.standard import load_standards
from include.inspection.survey.look import SurveyLimits
from include.inspection.survey.site import survey

RULES = {
    rule.id: rule
    for standard in load_standards(["national-2019", "guideline-2017"])
    for rule in standard.rules
}
#: Indicators on page contents that only declared faults may touch.
CONTENTS = (
    "W1.1", "W1.3", "W1.4", "W1.5", "G-T1", "G-T4", "G-T5", "G-T8", "G-T9", "G-T10", "G-T13", "G-T14", "G-F1", "G-F2",
    "G-M1", "G-C1", "G-N1", "P1.1", "P1.2", "P1.3", "P2.1", "P2.2", "P2.5", "P3.1", "P3.2", "P3.3b", "P4.1", "P4.2",
    "P4.4", "P4.5", "P4.6", "P4.7", "P4.8",
)  # fmt: skip
PORT = 8080


class CityPages:
    """The pages of one site, straight from its templates."""

    live = False

    def __init__(self, site: DemoSite) -> None:
        self._site = site

    async def get(self, url: str, *, role: str, visit: int = 1, referer: str | None = None) -> Page:
        parts = urlsplit(url)
        if parts.netloc != f"{self._site.plan.host}:{PORT}":
            return Page(url, url, Outcome.NOT_FOUND, 404, fetched_at=self._site.as_of)
        answer = self._site.answer(parts.path + (f"?{parts.query}" if parts.query else ""))
        outcome = Outcome.OK if answer.status == 200 else Outcome.NOT_FOUND
        headers = {"content-type": answer.content_type, **{k.lower(): v for k, v in answer.headers.items()}}
        return Page(url, url, outcome, answer.status, headers, answer.body, fetched_at=self._site.as_of)

    async def wait(self, seconds: float) -> None:
        return None


@cache
def facts_of(code: str, as_of: datetime) -> SiteFacts:
    plan = by_code(code)
    made = DemoSite(plan, as_of, PORT)
    site = subject(plan)
    limits = replace(SurveyLimits.load(), home_wait_seconds=0)
    return asyncio.run(survey(site, [], CityPages(made), limits, as_of))


def subject(plan: SitePlan) -> Site:
    url = f"http://{plan.host}:{PORT}/"
    return Site(plan.code, plan.name, url, plan.kind, plan.category, has_services=plan.has_services)  # type: ignore[arg-type]


def measured_of(plan: SitePlan, rule_id: str, as_of: datetime) -> Measured:
    rule = RULES[rule_id]
    return measure(rule.measure, facts_of(plan.code, as_of), Context(as_of, rule.window, rule.settings))


def is_missed(value: Measured, rule_id: str) -> bool:
    return value.state is State.MEASURED and (value.low or 0) > RULES[rule_id].expectation["max_value"]


def by_code(code: str) -> SitePlan:
    return next(plan for plan in sites() if plan.code == code)


def test_declared_candidates_and_advice_are_found(demo_as_of: datetime) -> None:
    told = expected(demo_as_of).told
    assert {indicator for indicators in told.values() for indicator in indicators} >= {
        "W1.1", "W1.3", "G-T14", "G-F1", "G-C1",
    }  # fmt: skip
    for code, indicators in told.items():
        for rule_id in indicators:
            assert is_missed(measured_of(by_code(code), rule_id, demo_as_of), rule_id), (code, rule_id)


@pytest.mark.parametrize("plan", sites(), ids=lambda plan: plan.code)
def test_nothing_but_what_is_declared(plan: SitePlan, demo_as_of: datetime) -> None:
    declared = expected(demo_as_of).told.get(plan.code, ())
    for rule_id in CONTENTS:
        if RULES[rule_id].applies_to(subject(plan)) and rule_id not in declared:
            value = measured_of(plan, rule_id, demo_as_of)
            assert not is_missed(value, rule_id), (rule_id, [detail.text for detail in value.details])


def test_the_leaked_number_is_told_masked(demo_as_of: datetime) -> None:
    code = next(
        code for code, fault in faults().items() if fault.indicators == ("G-T14",) and fault.expect != "pass"
    )
    letter = str(by_code(code).make["letter"])
    number = next(word for word in letter.replace("，", " ").split() if len(word) == 18)
    value = measured_of(by_code(code), "G-T14", demo_as_of)
    (detail,) = value.details
    assert number not in detail.text and "*" in detail.text and detail.text.startswith("身份证号码")


def test_every_page_that_was_read_is_looked_at_once(demo_as_of: datetime) -> None:
    facts = facts_of("9901210001", demo_as_of)
    urls = [content.seen.url for content in facts.contents]
    assert len(urls) == len(set(urls)) > 25
    assert {content.kind for content in facts.contents} >= {"home", "list", "detail", "guide"}
