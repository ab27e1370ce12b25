"""What a round takes from the patrols and the warnings before its monitoring point; see include/inspection/history.py.

The patrols can show that a home page, a section or an account was fresh although today's page does not show it any more,
never that it was late. That an item came up long after the day that it gives is a sign of a day set back.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from include.inspection.daily.days import DayDamaged, Patrols, days_between, run_key
from include.inspection.daily.probe_log import ReadNotes
from include.inspection.daily.settings import PatrolRules
from include.inspection.daily.warnings import read_record, record_key
from include.inspection.store import ObjectStore
from include.inspection.times import beijing

#: Newest entries of a home page that an extract holds.
_MOST = 60
_ITEMS = "items.csv"


def patrol_extract(store: ObjectStore, as_of: datetime, since: date, notes: ReadNotes) -> dict[str, Any]:
    """By subject: ``sections`` newest day by address (of a section or feed), ``recent`` [day, title] of the home page, ``later`` address →
    when it was first seen, ``since`` and ``days`` of the patrols. Days after the monitoring point do not count."""
    margin = timedelta(days=PatrolRules.load().look.backdate_days)
    patrols = Patrols(store)
    today = beijing(as_of).date()
    found: dict[str, dict[str, Any]] = defaultdict(lambda: {"sections": {}, "recent": [], "later": {}})
    began = ""
    days = 0
    for day in days_between(since, today):
        key = f"history/patrol/{day}"
        try:
            patrol = patrols.day(day)
            rows = patrol.table(_ITEMS) if patrol else []
        except DayDamaged as error:
            notes.skipped[key] = str(error)
            continue
        if patrol is None:
            continue
        at = str(patrol.manifest["finished_at"])
        if datetime.fromisoformat(at) > as_of:
            continue
        notes.sources[run_key(day, str(patrol.manifest["run"]), _ITEMS)] = str(
            patrol.manifest["files"][_ITEMS]
        )
        began, days = began or at, days + 1
        for row in rows:
            _take(found[row["subject_id"]], row, today, at, margin)
    for value in found.values():
        value["recent"] = sorted(value["recent"], reverse=True)[:_MOST]
        value["since"], value["days"] = began, days
    return dict(found)


def _take(value: dict[str, Any], row: dict[str, str], today: date, at: str, margin: timedelta) -> None:
    claimed = date.fromisoformat(row["claimed"])
    if claimed > today:
        return
    place = row["place"]
    value["sections"][place] = max(value["sections"].get(place, ""), row["claimed"])
    if place == "home":
        value["recent"].append([row["claimed"], row["title"]])
    # A look at its list after that day did not show it; a day or two between writing and publishing are usual.
    if row["not_there_on"] and claimed + margin < date.fromisoformat(row["not_there_on"]):
        value["later"][row["url"]] = at


def warnings_extract(store: ObjectStore, as_of: datetime, since: date, notes: ReadNotes) -> dict[str, Any]:
    """By subject: [day, section class] of every warning of a section that was raised, silenced ones left out."""
    found: dict[str, Any] = defaultdict(list)
    for day in days_between(since, beijing(as_of).date()):
        try:
            record = read_record(store, day)
        except ValueError as error:
            notes.skipped[record_key(day)] = str(error)
            continue
        for event in record.events if record else ():
            one = event.warning
            # One warning is one life of it, however often it was told.
            if one.kind == "section" and one.opened_on == str(day) and event.what in ("opened", "breached"):
                found[one.subject_id].append([str(day), one.section_class])
    return dict(found)
