"""Files beside the notice: the page of every subject, and what the draft changes against the draft before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from include.inspection.csv_tables import read_csv
from include.inspection.draft import load_profile
from include.inspection.draft.changes import differences
from include.inspection.draft.subject_reports import subject_reports
from include.inspection.model import Registry
from include.inspection.plan import Plan
from include.inspection.rules.standard import Standard
from include.inspection.store import ObjectStore, RoundKeys, json_bytes
from include.inspection.tallying.periods import rounds_of
from include.inspection.times import Period

CHANGES = "draft-changes.json"
_TABLES = ("verdicts", "measures", "findings", "coverage")


def draft_changes(store: ObjectStore, places: Sequence[str], notice: Mapping[str, Any]) -> dict[str, bytes]:
    """draft-changes.json against the first draft found under ``places`` (key prefixes); nothing where there is none.

    A draft that changes nothing keeps the changes of the one before, so that drafting again gives the same bytes.
    """
    for place in places:
        try:
            before = store.get_json(f"{place}notice.json")
        except KeyError:
            continue
        found = differences(before, notice)
        if found["lines"]:
            return {CHANGES: json_bytes(found)}
        return {CHANGES: store.get(f"{place}{CHANGES}")} if store.exists(f"{place}{CHANGES}") else {}
    return {}


def reports(
    store: ObjectStore,
    made: Plan,
    registry: Registry,
    standards: Sequence[Standard],
    files: Mapping[str, bytes],
) -> Iterator[tuple[str, bytes]]:
    """The page of every subject, one after the other, from the tables among ``files``; none where a table is missing."""
    if not all(f"{name}.csv" in files for name in _TABLES):
        return
    tables = {name: read_csv(files[f"{name}.csv"]) for name in _TABLES}
    notice = json.loads(files["notice.json"])
    before = verdicts_before(store, made.round)
    yield from subject_reports(notice, tables, registry, standards, load_profile(made.profile), before)


def verdicts_before(store: ObjectStore, round_name: str) -> dict[str, dict[str, str]]:
    """The published verdicts of the last round of the quarter before, by subject."""
    period = Period(round_name)
    earlier = rounds_of(store, period.previous, period.series)
    if not earlier:
        return {}
    rows = read_csv(store.get(RoundKeys(earlier[-1]["round"])("verdicts.csv")))
    return {row["subject_id"]: row for row in rows}
