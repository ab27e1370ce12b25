"""Sites that have not opened for a long time, from the series, kept a day at a time.

``history/long-dead/DATE.json`` holds, for the end of the Beijing day DATE, since which day each site has only failed.
It follows from the file of the day before and that day's probes, so a run reads one day and not a month.
"""

from __future__ import annotations

from datetime import date, timedelta

import structlog

from include.inspection.daily.series import Count, daily_counts
from include.inspection.store import ObjectStore

log = structlog.get_logger("inspection.probes")


def _key(day: date) -> str:
    return f"history/long-dead/{day}.json"


def long_dead(store: ObjectStore, today: date, days: int) -> frozenset[str]:
    """Codes of the sites of which each of the last ``days`` days or more knows failures alone."""
    yesterday = today - timedelta(days=1)
    since = _failing(store, yesterday)
    return frozenset(code for code, first in since.items() if (today - first).days >= days)


def _failing(store: ObjectStore, day: date) -> dict[str, date]:
    stored = _stored(store, day)
    if stored is not None:
        return stored
    # Without the file of the day before the count begins anew: no site is called dead too early.
    before = _stored(store, day - timedelta(days=1)) or {}
    counts = daily_counts(store, day, day)
    found = dict(before)
    for code, by_day in counts.items():
        count = by_day.get(day, Count())
        if count.opened or count.answered:
            found.pop(code, None)
        elif count.failed:
            found.setdefault(code, day)
    store.put_json(_key(day), {code: str(first) for code, first in found.items()})
    log.info(f"{day}：{len(counts)} 个网站有探测，{len(found)} 个当日及此前连续未能打开")
    return found


def _stored(store: ObjectStore, day: date) -> dict[str, date] | None:
    try:
        return {code: date.fromisoformat(first) for code, first in store.get_json(_key(day)).items()}
    except KeyError:
        return None
    except (ValueError, AttributeError, TypeError):
        log.warning(f"{_key(day)} 已损坏，按没有处理")
        return None
