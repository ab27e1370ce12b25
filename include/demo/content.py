"""What stands on each site at the monitoring point: sections, items, letters, guides."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from include.demo.city import SitePlan, data
from include.demo.dates import days_back, office_hour, pick, seed

MIN_LETTER_GAP = 37
#: An interpretation follows its document within so many days.
MAX_WAIT = 2
#: Answered letters and guides a site shows; small sites have few of both.
ANSWERED = {"portal": 4, "department": 4, "other": 2}
GUIDES = {"portal": 6, "department": 6, "other": 3}


@dataclass(frozen=True)
class Item:
    """One published item; ``published`` is aware, Beijing time."""

    id: int
    title: str
    published: datetime
    source: str
    paragraphs: tuple[str, ...]
    file: str = ""


@dataclass(frozen=True)
class Letter:
    id: int
    title: str
    text: str
    asked: datetime
    answered: datetime | None
    answer: str


@dataclass(frozen=True)
class Guide:
    id: int
    name: str
    elements: dict[str, str]


@dataclass(frozen=True)
class Section:
    key: str
    name: str
    section_class: str
    layout: str
    folder: str
    number: int
    parent: str | None = None
    dated: bool = True
    items: tuple[Item, ...] = ()
    letters: tuple[Letter, ...] = ()
    guides: tuple[Guide, ...] = ()


@dataclass(frozen=True)
class SiteContent:
    plan: SitePlan
    as_of: datetime
    sections: tuple[Section, ...]
    by_key: dict[str, Section] = field(default_factory=dict)
    related: dict[int, tuple[Section, Item]] = field(default_factory=dict)  # by item: what it is linked with

    @property
    def navigation(self) -> list[Section]:
        return [section for section in self.sections if section.parent is None]

    @property
    def home_blocks(self) -> list[Section]:
        return [section for section in self.sections if section.layout == "list" and section.parent != "zwgk"]

    def children(self, section: Section) -> list[Section]:
        return [child for child in self.sections if child.parent == section.key]


def fill(text: str, plan: SitePlan, **more: str) -> str:
    return text.format(place=plan.place, sponsor=plan.sponsor, phone=plan.phone, **more)


def build(plan: SitePlan, as_of: datetime) -> SiteContent:
    """The whole content of one site; the same for the same ``as_of``."""
    declared = list(data("sections")[plan.group])
    if plan.areas:
        at = next(index for index, row in enumerate(declared) if row["key"] == "ldzc")
        declared[at:at] = data("sections")["areas"]
    sections = [
        _section(plan, row, 1000 + 7 * index + plan.number, as_of)
        for index, row in enumerate(declared)
        if row.get("layout") != "guides" or plan.has_services
    ]
    sections, related = _explained(sections)
    by_key = {section.key: section for section in sections}
    return SiteContent(plan, as_of, tuple(sections), by_key, related)


def _explained(sections: list[Section]) -> tuple[list[Section], dict[int, tuple[Section, Item]]]:
    """The sections with interpretations named after policy documents of their days, and both linked with each other."""
    policy = next((section for section in sections if section.key == "zcwj"), None)
    place = next((n for n, section in enumerate(sections) if section.key == "zcjd"), None)
    if policy is None or place is None:
        return sections, {}
    waiting = list(policy.items)
    pairs: list[tuple[Item, Item]] = []
    items = []
    for item in sections[place].items:
        # One that explains no document of this site is named after its subject alone.
        match = next((one for one in waiting if (item.published - one.published).days <= MAX_WAIT), None)
        if match is not None:
            waiting.remove(match)
            item = replace(item, title=f"《{match.title}》解读")
            pairs.append((item, match))
        else:
            item = replace(item, title=f"{item.title.strip('《').partition('管理办法')[0]}政策问答")
        items.append(item)
    explained = replace(sections[place], items=tuple(items))
    related = {}
    for item, match in pairs:
        related[item.id] = (policy, match)
        related[match.id] = (explained, item)
    return [*sections[:place], explained, *sections[place + 1 :]], related


def _section(plan: SitePlan, row: dict[str, Any], number: int, as_of: datetime) -> Section:
    layout = row.get("layout", "list")
    today = as_of.date()
    undated = row["key"] in plan.make.get("undated", [])
    items = items_of(plan, row, number, today) if layout == "list" else ()
    return Section(
        key=row["key"],
        name=row["name"],
        section_class=row["class"],
        layout=layout,
        folder=row["dir"],
        number=number,
        parent=row.get("parent"),
        dated=not undated,
        items=items,
        letters=_letters(plan, number, today) if layout == "letters" else (),
        guides=_guides(plan, number) if layout == "guides" else (),
    )


def items_of(plan: SitePlan, row: dict[str, Any], number: int, today: date) -> tuple[Item, ...]:
    key = row["key"]
    if key in plan.make.get("empty", []):
        return ()
    low, high = row["newest"]
    newest = low + seed(plan.code, key) % (high - low + 1)
    ages = [newest]
    if key in plan.make.get("newest", {}):
        wanted = plan.make["newest"][key]
        ages = [days_back(today, one) for one in (wanted if isinstance(wanted, list) else [wanted])]
    while len(ages) < row["items"]:
        ages.append(ages[-1] + 1 + seed(plan.code, key, len(ages)) % (2 * row["gap"] - 1))
    if key in plan.make.get("future", {}):
        ages.insert(0, -plan.make["future"][key])
    return tuple(
        _item(plan, row, number, index, today - timedelta(days=age)) for index, age in enumerate(ages)
    )


def _item(plan: SitePlan, row: dict[str, Any], number: int, index: int, day: date) -> Item:
    words = data("words")
    topics = words["topics"]
    patterns = words["titles"].get(row["class"], words["titles"]["other"])
    turn = seed(plan.code, row["key"]) + index
    topic = topics[turn % len(topics)]
    more = {"topic": topic, "year": str(day.year)}
    return Item(
        id=number * 1000 + 900 - index,
        title=fill(patterns[turn % len(patterns)], plan, **more),
        published=office_hour(day, plan.code, row["key"], index),
        source=fill(pick(words["sources"], plan.code, row["key"], index), plan),
        paragraphs=(
            *(fill(text, plan, **more) for text in words["paragraphs"]),
            fill(words["closing"], plan, **more),
        ),
        file=f"/files/{row['key']}/{number}.pdf" if row["class"] == "policy" and index == 0 else "",
    )


def _letters(plan: SitePlan, number: int, today: date) -> tuple[Letter, ...]:
    """Newest first: one asked ten days ago and still open, then answered ones within the year."""
    words = data("words")
    title, text = words["open_letter"]
    text = plan.make.get("letter", text)
    letters = [
        Letter(number * 100 + 90, title, text, office_hour(today - timedelta(days=10), plan.code), None, "")
    ]
    rows = words["letters"]
    slow = plan.make.get("answered")
    for index in range(ANSWERED[plan.kind]):
        title, text, answer = rows[(seed(plan.code) + index) % len(rows)]
        waited = slow if slow and index == 2 else 2 + seed(plan.code, "wait", index) % 5
        age = 25 + MIN_LETTER_GAP * index + seed(plan.code, "asked", index) % 11
        asked = office_hour(today - timedelta(days=max(age, waited + 1)), plan.code, index)
        letters.append(
            Letter(
                number * 100 + 80 - index, title, text, asked, asked + timedelta(days=waited, hours=2), answer
            )
        )
    return tuple(letters)


def _guides(plan: SitePlan, number: int) -> tuple[Guide, ...]:
    words = data("words")
    labels = words["guide_labels"]
    lacking: dict[object, list[str]] = plan.make.get("guides_lack", {})
    guides = []
    for index, row in enumerate(words["guides"][: GUIDES[plan.kind]], start=1):
        values = dict(zip(labels, row, strict=False)) | words["guide_common"]
        missing = {*lacking.get("all", []), *lacking.get(index, [])}
        elements = {label: fill(values[label], plan) for label in labels if label not in missing}
        guides.append(Guide(number * 10 + index, row[0], elements))
    return tuple(guides)
