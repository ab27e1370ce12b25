"""Probe rounds as they would be stored, made by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta

from include.inspection.daily.probe_log import ControlLook, Probe, store_round
from include.inspection.store import ObjectStore
from include.inspection.times import BEIJING

SITE, OTHER = "4408000001", "4408000002"


def probe(at: datetime, outcome: str = "ok", control: str = "ok", site: str = SITE) -> Probe:
    """A probe that ended as ``outcome``."""
    status = {"ok": 200, "server_error": 500, "forbidden": 403, "not_found": 404}.get(outcome)
    phase = "read" if status else "connect"
    seconds = 15.0 if outcome.startswith("timeout") else 0.2
    return Probe(
        site, at, outcome, phase, status, seconds, "127.0.0.1", 10, "ab" * 32, control, "http://a.cn/"
    )


def hours(first: date, days: int, a_day: int = 24) -> list[datetime]:
    """Moments spread evenly over Beijing days, from seven minutes after midnight."""
    start = datetime.combine(first, time(0, 7), BEIJING)
    step = timedelta(hours=24) / a_day
    return [
        (start + timedelta(days=day) + number * step).astimezone(UTC)
        for day in range(days)
        for number in range(a_day)
    ]


def keep(
    store: ObjectStore,
    moments: Iterable[datetime],
    outcome: Callable[[int], str] = lambda number: "ok",
    control: Callable[[int], str] = lambda number: "ok",
    sites: Iterable[str] = (SITE,),
) -> list[str]:
    """One round a moment; ``outcome`` and ``control`` by the number of the round. Returns the keys."""
    sites = list(sites)
    keys = []
    for number, moment in enumerate(moments):
        rows = [probe(moment, outcome(number), control(number), site) for site in sites]
        looks = [ControlLook(moment, "http://control.cn/", control(number) == "ok", "ok", 0.1)]
        keys.append(store_round(store, moment, rows, looks))
    return keys
