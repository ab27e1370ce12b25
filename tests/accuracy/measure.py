"""How right the extraction is on the labelled set: `python -m tests.accuracy.measure [--compare] [--errors] [--write-floor]`.

Every site of the set goes through the survey that the inspection runs, from bytes in memory. Precision is the share
of right ones among what was found, recall the share of what is there that was found and right. Exit status 1 where a
figure lies below tests/accuracy/floor.yaml.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC
from pathlib import Path
from typing import Any

import yaml

from include.inspection.extract.article import publication_day
from include.inspection.extract.footer import footer_items
from include.inspection.extract.hidden_links import hidden_links
from include.inspection.extract.html import Document
from include.inspection.extract.lists import find_lists
from include.inspection.extract.tags import PageKind, TagState, page_tags
from include.inspection.facts import SectionFacts, SiteFacts
from include.inspection.fetch.outcomes import Outcome
from include.inspection.fetch.page import Page
from include.inspection.model import Section, Site
from include.inspection.survey.look import SurveyLimits
from include.inspection.survey.site import survey
from tests.accuracy.build import build
from tests.accuracy.extra import ENVIRONMENT, extra_sites
from tests.accuracy.footers import site_code
from tests.accuracy.model import LabelledSite, SectionLabel
from tests.accuracy.systems import SYSTEMS

FLOOR = Path(__file__).with_name("floor.yaml")
_FLOOR_HEAD = """# The figures below which `make accuracy` and the tests fail, as measured on the labelled set.
# stale, fresh, wrongly_empty: sections told to be older or newer than they are, or empty though they are not; at most.
# After a mended error: python -m tests.accuracy.measure --write-floor
"""
#: Kinds of facts in the order of the table.
KINDS = (
    "section discovery", "section class", "section level", "section state", "newest date", "list items", "item dates",
    "article date", "encoding", "question dates", "guide elements", "footer items", "page tags", "hidden links",
)  # fmt: skip
_FOOTER_NAMES = {"badge": "party_mark", "report_entry": "find_error"}
_TAG_KINDS: dict[str, PageKind] = {"home": "home", "article": "detail", "list": "list", "undated": "list"}


@dataclass
class Tally:
    """``expected`` are there, ``found`` were told, ``right`` are those of the found that are true."""

    expected: int = 0
    found: int = 0
    right: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float | None:
        return self.right / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        return self.right / self.expected if self.expected else None

    def value(self, expected: Any, found: Any, where: str) -> None:
        """One fact that has a value; None is no value."""
        self.expected += expected is not None
        self.found += found is not None
        if expected == found:
            self.right += expected is not None
        else:
            self.errors.append(f"{where}: expected {expected}, got {found}")

    def members(self, expected: Iterable[str], found: Iterable[str], where: str) -> None:
        """A set of facts."""
        wanted, got = set(expected), set(found)
        self.expected += len(wanted)
        self.found += len(got)
        self.right += len(wanted & got)
        self.errors += [f"{where}: {item} not found" for item in sorted(wanted - got)]
        self.errors += [f"{where}: {item} is none" for item in sorted(got - wanted)]


@dataclass
class Report:
    """``stale`` lists sections that were told to be older than they are, ``fresh`` those told to be newer."""

    tallies: dict[str, Tally] = field(default_factory=lambda: {kind: Tally() for kind in KINDS})
    stale: list[str] = field(default_factory=list)
    fresh: list[str] = field(default_factory=list)
    wrongly_empty: list[str] = field(default_factory=list)
    sites: int = 0
    pages: int = 0
    seconds: float = 0.0


class _Pages:
    """A page source in memory."""

    live = False

    def __init__(self, site: LabelledSite) -> None:
        self._site = site

    async def get(self, url: str, *, role: str, visit: int = 1, referer: str | None = None) -> Page:
        at = self._site.fetched.astimezone(UTC)
        if url not in self._site.pages:
            return Page(url, url, Outcome.NOT_FOUND, 404, fetched_at=at)
        content_type, body = self._site.pages[url]
        return Page(url, url, Outcome.OK, 200, {"content-type": content_type}, body, fetched_at=at)

    async def wait(self, seconds: float) -> None:
        return None


def labelled_sites() -> list[LabelledSite]:
    return [build(system) for system in SYSTEMS]


def measure(sites: Sequence[LabelledSite]) -> Report:
    report = Report()
    started = time.perf_counter()
    for site in sites:
        report.sites += 1
        report.pages += len(site.pages)
        _measure_site(report, site)
        _measure_pages(report, site)
    report.seconds = time.perf_counter() - started
    return report


def _look_at(site: LabelledSite) -> SiteFacts:
    subject = Site("4400000001", site.site_name, site.home, "portal", "门户", has_services=True)
    limits = replace(SurveyLimits.load(), home_wait_seconds=0)
    # Single pages are not found from a home page: they are registered.
    registered = [] if site.whole else [_registered(label) for label in site.sections.values()]
    return asyncio.run(survey(subject, registered, _Pages(site), limits, site.as_of))


def _registered(label: SectionLabel) -> Section:
    return Section("4400000001", label.name, label.url, label.section_class or "other", label.level)


def _measure_site(report: Report, site: LabelledSite) -> None:
    facts = _look_at(site)
    found = {section.url: section for section in facts.sections}
    tallies = report.tallies
    if site.whole:
        tallies["section discovery"].members(site.sections, found, site.name)
        for url in sorted(found.keys() - site.sections.keys()):
            tallies["section discovery"].errors[-1] += (
                f" ({found[url].name})" if url in tallies["section discovery"].errors[-1] else ""
            )
    for url, label in site.sections.items():
        section = found.get(url)
        where = f"{site.name} {label.name} {url}"
        if site.whole and label.section_class is not None:
            tallies["section class"].value(
                label.section_class, section.section_class if section else None, where
            )
        if site.whole:
            tallies["section level"].value(label.level, section.level if section else None, where)
        if label.state is not None:
            _measure_section(report, label, section, where)
    _measure_services(tallies, site, facts)


def _measure_section(report: Report, label: SectionLabel, section: SectionFacts | None, where: str) -> None:
    tallies = report.tallies
    state = str(section.state) if section else None
    newest = section.newest if section else None
    tallies["section state"].value(label.state, state, where)
    tallies["newest date"].value(label.newest, newest, where)
    if label.items is not None:
        tallies["list items"].value(label.items, section.items if section and section.items else None, where)
    if label.newest is not None and newest is not None and newest != label.newest:
        line = f"{where}: newest {label.newest}, told {newest}{'' if section and section.certain else ' (marked uncertain)'}"
        (report.stale if newest < label.newest else report.fresh).append(line)
    if label.state != "empty" and state == "empty":
        report.wrongly_empty.append(f"{where}: told empty, is {label.state}")


def _measure_services(tallies: dict[str, Tally], site: LabelledSite, facts: SiteFacts) -> None:
    questions = {question.url: question for question in facts.questions}
    for url, letter in site.letters.items():
        question = questions.get(url)
        told = (question.asked, question.answered_on, question.answered) if question else None
        expected = (letter.asked, letter.answered, letter.answered is not None)
        tallies["question dates"].value(expected, told, f"{site.name} {url}")
    guides = {guide.seen.url: guide.missing for guide in facts.guides}
    for url, lacking in site.guides.items():
        tallies["guide elements"].members(
            (f"{url} without {name}" for name in lacking),
            (f"{url} without {name}" for name in guides.get(url) or ()),
            site.name,
        )
        if guides.get(url) is None:
            tallies["guide elements"].errors.append(f"{site.name} {url}: guide not read")


def _measure_pages(report: Report, site: LabelledSite) -> None:
    tallies = report.tallies
    today, fetched = site.as_of.date(), site.fetched.date()
    for url, label in site.labels.items():
        content_type, body = site.pages[url]
        document = Document(body, content_type, url)
        where = f"{site.name} {url}"
        tallies["encoding"].value(label.encoding, document.encoding, where)
        if label.kind == "article":
            tallies["article date"].value(label.day, publication_day(document, today, fetched), where)
        section = site.sections.get(url)
        if section is not None and section.days and label.kind == "list":
            # Items of lists that an interface brings are not on the page.
            days = {
                item.url: item.day for group in find_lists(document, today, fetched) for item in group.items
            }
            for item, day in section.days.items():
                if item in days:
                    tallies["item dates"].value(day, days[item], f"{where} {item}")
        if label.footer is not None:
            present = (name for name, item in footer_items(document).items().items() if item.present)
            tallies["footer items"].members(
                label.footer, (_FOOTER_NAMES.get(name, name) for name in present), where
            )
        if label.tags_lost is not None and label.kind in _TAG_KINDS:
            code = site_code(url.split("/")[2]) if site.whole else ""
            lost = [
                tag.name
                for tag in page_tags(document, _TAG_KINDS[label.kind], registered_code=code)
                if tag.state is not TagState.OK
            ]
            tallies["page tags"].members(label.tags_lost, lost, where)
        if label.hidden is not None:
            certain = [link.url for link in hidden_links(document, [site.home]) if link.level == "certain"]
            tallies["hidden links"].members(label.hidden, certain, where)


def below_floor(report: Report, floor: dict[str, Any]) -> list[str]:
    """One line for every figure that is worse than its floor, and for every kind of fact without one."""
    lines = []
    for kind, tally in report.tallies.items():
        wanted = floor["kinds"].get(kind)
        if wanted is None:
            lines.append(f"{kind}: no floor in {FLOOR.name}")
            continue
        for name, value in (("precision", tally.precision), ("recall", tally.recall)):
            if value is None or value < wanted[name]:
                lines.append(f"{kind}: {name} {_percent(value)} is below {wanted[name]:.4f}")
    for name in ("stale", "fresh", "wrongly_empty"):
        number = len(getattr(report, name))
        if number > floor[name]:
            lines.append(f"{name}: {number}, more than {floor[name]}")
    return lines


def as_floor(report: Report) -> dict[str, Any]:
    """The report's own figures as a floor, cut off after four decimals."""
    kinds = {
        kind: {"precision": _cut(tally.precision), "recall": _cut(tally.recall)}
        for kind, tally in report.tallies.items()
    }
    return {
        "kinds": kinds,
        **{name: len(getattr(report, name)) for name in ("stale", "fresh", "wrongly_empty")},
    }


def _cut(value: float | None) -> float:
    return int((value or 0.0) * 10_000) / 10_000


def load_floor(path: Path = FLOOR) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def table(report: Report) -> str:
    lines = [
        f"{report.sites} sites, {report.pages} pages, {report.seconds:.1f} s",
        "",
        f"{'kind of fact':<18} {'there':>6} {'told':>6} {'right':>6} {'precision':>10} {'recall':>8}",
    ]
    for kind, tally in report.tallies.items():
        if not tally.expected and not tally.found:
            continue
        lines.append(
            f"{kind:<18} {tally.expected:>6} {tally.found:>6} {tally.right:>6} {_percent(tally.precision):>10} {_percent(tally.recall):>8}"
        )
    lines += [
        "",
        f"wrongly stale {len(report.stale)}, wrongly fresh {len(report.fresh)}, wrongly empty {len(report.wrongly_empty)}",
    ]
    for name, found in (
        ("wrongly stale", report.stale),
        ("wrongly fresh", report.fresh),
        ("wrongly empty", report.wrongly_empty),
    ):
        lines += [f"  {name}: {line}" for line in found]
    return "\n".join(lines)


def _errors(report: Report) -> str:
    lines = []
    for kind, tally in report.tallies.items():
        lines += [f"\n{kind}", *(f"  {line}" for line in tally.errors)] if tally.errors else []
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    sites = labelled_sites()
    report = measure(sites)
    print(table(report))
    if "--errors" in arguments:
        print(_errors(report))
    extra = extra_sites(os.environ.get(ENVIRONMENT, ""))
    if extra:
        # Pages that do not belong to the set have no floor.
        other = measure(extra)
        print(f"\nthe pages of {ENVIRONMENT}: {table(other)}\n{_errors(other)}")
    if "--compare" in arguments:
        from tests.accuracy.compare import comparison

        print(comparison(sites))
    if "--write-floor" in arguments:
        FLOOR.write_text(_FLOOR_HEAD + yaml.safe_dump(as_floor(report), sort_keys=False), encoding="utf-8")
    worse = below_floor(report, load_floor())
    print(
        "\n".join(["", *(f"below the floor: {line}" for line in worse)])
        if worse
        else "\nno figure below its floor"
    )
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
