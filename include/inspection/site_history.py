"""What a measure may know of a subject's past: one extract of the daily side, see ``history``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from include.inspection.daily.series import Count
from include.inspection.fetch.page import EvidenceRef


@dataclass(frozen=True)
class FailedProbe:
    """One failed probe: when (UTC text), how it ended (an outcome), how far it came, and the object that holds it."""

    at: str
    outcome: str
    phase: str
    status: int | None
    seconds: float
    address: str
    key: str


@dataclass(frozen=True)
class SiteHistory:
    """What the history says of one subject.

    ``probes``: counts by spans of 24 hours back from the monitoring point, the newest first; empty where the site was
    never probed. ``failures``: the newest failed probes of these spans. ``first_seen``: when a patrol first met a page,
    by address (only pages that came up later than they say), and ``watched_since`` since when it looked, both aware.
    ``newest``: the newest day that a patrol saw in a section or feed, by its address. ``recent``: day and title of the entries of
    the home page. ``patrol_days``: on how many days patrols stand. ``warnings``: day and section class of every
    warning that was raised. ``damaged``: why the extract cannot be used.
    """

    probes: tuple[Count, ...] = ()
    failures: tuple[FailedProbe, ...] = ()
    first_seen: Mapping[str, datetime] = field(default_factory=dict)
    watched_since: datetime | None = None
    newest: Mapping[str, date] = field(default_factory=dict)
    recent: tuple[tuple[date, str], ...] = ()
    patrol_days: int = 0
    warnings: tuple[tuple[date, str], ...] = ()
    damaged: str = ""
    evidence: EvidenceRef | None = None

    @classmethod
    def from_json(cls, stored: Mapping[str, Any], evidence: EvidenceRef) -> SiteHistory:
        probes, patrol = stored.get("probes", {}), stored.get("patrol", {})
        since = patrol.get("since", "")
        return cls(
            first_seen={url: datetime.fromisoformat(at) for url, at in patrol.get("later", {}).items()},
            watched_since=datetime.fromisoformat(since) if since else None,
            newest={url: date.fromisoformat(day) for url, day in patrol.get("sections", {}).items()},
            recent=tuple((date.fromisoformat(day), title) for day, title in patrol.get("recent", ())),
            patrol_days=patrol.get("days", 0),
            warnings=tuple((date.fromisoformat(day), name) for day, name in stored.get("warnings", ())),
            probes=tuple(Count(**span) for span in probes.get("spans", ())),
            failures=tuple(FailedProbe(**one) for one in probes.get("failures", ())),
            evidence=evidence,
        )
