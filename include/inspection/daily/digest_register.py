"""The digest's part on the register: what the lists say and the sites do not."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from datetime import date
from typing import Any

from include.inspection.daily.days import DayDamaged, PatrolDay, Patrols
from include.inspection.daily.register_look import row_key
from include.inspection.store import ObjectStore

Row = dict[str, Any]


def candidates(
    store: ObjectStore,
    patrol: PatrolDay | None,
    named: Callable[[str], Row],
    subjects: Container[str],
) -> list[Row]:
    """The candidates of the register: those that are new, those of the day before that are no more, the standing ones."""
    if patrol is None:
        return []
    rows = patrol.table("register.csv")
    present = {row_key(row) for row in rows}
    read = {row["site_code"] for row in patrol.table("home.csv") if row["state"] == "read"}
    # A host is seen on other sites' pages: it is gone only where all of them were looked at.
    if not patrol.manifest["unfinished"]:
        read.add("")
    gone = [
        row
        for row in _rows_before(store, patrol)
        if row_key(row) not in present and row["subject_id"] in read
    ]
    day = patrol.day.isoformat()
    found = [(row, "新增" if row["since"] == day else "") for row in rows]
    found += [(row, "已消除") for row in gone]
    order = {"新增": 0, "已消除": 1, "": 2}
    shown = [_shown(row, news, named, subjects) for row, news in found]
    return sorted(shown, key=lambda row: (order[row["news"]], row["unit"], row["subject_id"], row["found"]))


def _rows_before(store: ObjectStore, patrol: PatrolDay) -> list[dict[str, str]]:
    if not patrol.manifest["base"]:
        return []
    try:
        base = Patrols(store).day(date.fromisoformat(patrol.manifest["base"]))
        return base.table("register.csv") if base else []
    except DayDamaged:
        return []


def _shown(row: Mapping[str, str], news: str, named: Callable[[str], Row], subjects: Container[str]) -> Row:
    known = row["subject_id"] in subjects
    who = named(row["subject_id"]) if known else {"subject_id": "", "name": row["name"], "unit": ""}
    return {
        **who,
        "news": news,
        "what": row["label"],
        "registered": row["registered"],
        "found": row["found"],
        "note": row["note"],
        "since": row["since"],
        "url": row["evidence_url"],
    }
