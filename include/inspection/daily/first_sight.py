"""What a visit gives, and which entries it saw for the first time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from include.inspection.daily.settings import Looks
from include.inspection.daily.state import SectionRecord, SiteState, item_key
from include.inspection.extract.lists import Item
from include.inspection.facts import SectionFacts, SiteFacts

HOME = "home"


@dataclass
class Visit:
    """What a visit gives: the state for tomorrow and the day's rows of items and failures."""

    state: SiteState
    items: list[dict[str, str]] = field(default_factory=list)
    failures: list[dict[str, str]] = field(default_factory=list)


def by_section(sections: Sequence[SectionFacts], items: Iterable[Item]) -> list[tuple[str, Item]]:
    """Each dated item with the address of the section that shows it."""
    places: dict[tuple[date, str], str] = {}
    for section in sections:
        for day, title in section.days:
            places.setdefault((day, title), section.url)
    return [
        (place, item)
        for item in items
        if item.day is not None and (place := places.get((item.day, item.title)))
    ]


def note_items(
    visit: Visit,
    items: Sequence[tuple[str, Item]],
    before: dict[str, SectionRecord],
    today: date,
    looks: Looks,
) -> None:
    for place, item in items:
        old = before.get(place)
        # What is older than the last row of the list at the last look may have stood on its second page.
        was_visible = old is not None and bool(old.oldest) and str(item.day) > old.oldest
        not_there = old.looked_on if old is not None and was_visible else ""
        _note(visit, place, item.url, item.title, item.day, today, not_there, looks)


def note_home_items(visit: Visit, facts: SiteFacts, today: date, looks: Looks) -> None:
    # A home page shows a choice: that an entry was not on it yesterday says nothing about its day.
    for item in facts.home_items:
        if item.day is not None and item.day <= today:
            _note(visit, HOME, item.url, item.title, item.day, today, "", looks)


def _note(
    visit: Visit,
    place: str,
    url: str,
    title: str,
    claimed: date | None,
    today: date,
    not_there: str,
    looks: Looks,
) -> None:
    """Remember an item; a new one becomes a row of the day."""
    if claimed is None or claimed < today - timedelta(days=looks.remember_days):
        return
    key = item_key(place, url, title)
    if key in visit.state.seen:
        return
    visit.state.seen[key] = (claimed.isoformat(), today.isoformat())
    visit.items.append(
        {
            "subject_id": visit.state.site_code,
            "place": place,
            "url": url[:500],
            "title": title[:200],
            "claimed": claimed.isoformat(),
            "first_seen": today.isoformat(),
            "not_there_on": not_there,
        }
    )
