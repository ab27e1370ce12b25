"""What one day knows of a subject and hands to the next: plain records that go to JSON and back unchanged."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from include.inspection.facts import SectionFacts, SectionState
from include.inspection.fetch.evidence import EarlierAnswer, Known
from include.inspection.fetch.page import EvidenceRef


@dataclass
class PageState:
    """A page as it was last read in full: its digest, its place in the evidence, what the server said to ask with.

    ``blocks`` are the digests of its lists; ``direct``: it answered at its own address, without being led on.
    """

    sha256: str
    key: str
    offset: int
    url: str
    date: str
    etag: str = ""
    last_modified: str = ""
    direct: bool = True
    blocks: tuple[str, ...] = ()

    @property
    def answer(self) -> EarlierAnswer:
        return EarlierAnswer(self.key, self.offset, self.url, self.date)

    @property
    def known(self) -> Known | None:
        """What to ask with, or None where the server gave nothing that can be asked with."""
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        validators = {name: value for name, value in given.items() if value and value.isascii()}
        return Known(validators, self.answer, self.sha256) if validators and self.direct else None


@dataclass
class SectionRecord:
    """One section as it was last read. ``looked_on`` is that Beijing day; ``alone``: its facts came from its own bytes."""

    name: str
    url: str
    section_class: str
    level: int
    state: str
    newest: str = ""
    newest_title: str = ""
    oldest: str = ""  # the last dated row of its first page
    items: int = 0
    future: int = 0
    certain: bool = True
    update_days: int | None = None
    reason: str = ""
    looked_on: str = ""
    checked_at: str = ""
    evidence: dict[str, Any] | None = None
    alone: bool = True

    @property
    def newest_day(self) -> date | None:
        return date.fromisoformat(self.newest) if self.newest else None

    @property
    def looked_day(self) -> date | None:
        return date.fromisoformat(self.looked_on) if self.looked_on else None

    @classmethod
    def of(cls, facts: SectionFacts, today: date, *, alone: bool) -> SectionRecord:
        read = facts.state not in (SectionState.UNREAD,)
        return cls(
            name=facts.name,
            url=facts.url,
            section_class=facts.section_class,
            level=facts.level,
            state=str(facts.state),
            newest=facts.newest.isoformat() if facts.newest else "",
            newest_title=facts.newest_title[:200],
            oldest=min(day for day, _ in facts.days).isoformat() if facts.days else "",
            items=facts.items,
            future=facts.future,
            certain=facts.certain and facts.class_sure,
            update_days=facts.update_days,
            reason=facts.reason,
            looked_on=today.isoformat() if read else "",
            checked_at=facts.seen.fetched_at,
            evidence=evidence_json(facts.seen.evidence),
            alone=alone,
        )


def evidence_json(reference: EvidenceRef | None) -> dict[str, Any] | None:
    return asdict(reference) if reference else None


@dataclass
class HomeRecord:
    """The home page as it was last looked at; ``state``: read, down, gone or unmeasured.

    ``alone``: its facts came from its own bytes, without frames and pieces loaded into it.
    """

    url: str
    state: str
    outcome: str = ""
    reason: str = ""
    final_url: str = ""
    newest: str = ""
    newest_title: str = ""
    navigation_only: bool = False
    changed: bool = True
    footer_missing: tuple[str, ...] = ()
    footer_seen: bool = True
    tags_wrong: tuple[str, ...] = ()
    certificate_until: str = ""
    checked_at: str = ""
    evidence: dict[str, Any] | None = None
    alone: bool = True

    @property
    def newest_day(self) -> date | None:
        return date.fromisoformat(self.newest) if self.newest else None


@dataclass
class SiteState:
    """What the patrol knows of one site. ``seen`` maps an item's digest to (claimed day, day it was first seen)."""

    site_code: str
    fingerprint: str
    home: HomeRecord
    surveyed_on: str = ""
    navigation: str = ""
    readable: bool = False
    sections: list[SectionRecord] = field(default_factory=list)
    pages: dict[str, PageState] = field(default_factory=dict)
    seen: dict[str, tuple[str, str]] = field(default_factory=dict)
    wording: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)  # address → [day of the last check, gone or ok]
    register: dict[str, Any] = field(default_factory=dict)  # see register_look.py

    def to_json(self) -> dict[str, Any]:
        # Not asdict: it would copy thousands of remembered items one by one.
        return {
            **vars(self),
            "home": vars(self.home),
            "sections": [vars(section) for section in self.sections],
            "pages": {url: vars(page) for url, page in self.pages.items()},
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> SiteState:
        return cls(
            **{
                **stored,
                "home": HomeRecord(**_tuples(stored["home"], "footer_missing", "tags_wrong")),
                "sections": [SectionRecord(**row) for row in stored["sections"]],
                "pages": {url: PageState(**_tuples(row, "blocks")) for url, row in stored["pages"].items()},
                "seen": {key: (claimed, first) for key, (claimed, first) in stored["seen"].items()},
            }
        )


@dataclass
class AccountState:
    """What the patrol knows of one account; ``feed_url`` tells a feed that was replaced."""

    account_id: str
    feed_url: str
    state: str
    newest: str = ""
    newest_title: str = ""
    count: int = 0
    reason: str = ""
    changed: bool = True
    feed_changed: bool = False
    looked_on: str = ""
    checked_at: str = ""
    evidence: dict[str, Any] | None = None
    page: PageState | None = None
    seen: dict[str, tuple[str, str]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {**vars(self), "page": vars(self.page) if self.page else None}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> AccountState:
        page = stored["page"]
        return cls(
            **{
                **stored,
                "page": PageState(**_tuples(page, "blocks")) if page else None,
                "seen": {key: (claimed, first) for key, (claimed, first) in stored["seen"].items()},
            }
        )

    @property
    def newest_day(self) -> date | None:
        return date.fromisoformat(self.newest) if self.newest else None


def _tuples(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {**row, **{name: tuple(row[name]) for name in names}}


def item_key(place: str, url: str, title: str) -> str:
    """One digest for one item of one place (home, or a section's or feed's address)."""
    kind = "home" if place == "home" else "list"
    return hashlib.sha256(f"{kind}|{url or title}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def remembered(seen: Mapping[str, tuple[str, str]], since: date) -> dict[str, tuple[str, str]]:
    """Without the items dated before ``since``: those are never news again."""
    oldest = since.isoformat()
    return {key: value for key, value in seen.items() if value[0] >= oldest}
