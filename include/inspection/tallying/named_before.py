"""Who was named by earlier rounds, and who is named again."""

from __future__ import annotations

from typing import Any

from include.inspection.csv_tables import read_csv
from include.inspection.store import ObjectStore, RoundKeys
from include.inspection.times import Period


def named_before(store: ObjectStore, round_name: str) -> dict[str, list[str]]:
    """The rounds published here before ``round_name`` that found a subject unqualified, oldest first, by subject."""
    own = Period(round_name)
    rounds = []
    for key in store.keys("rounds/"):
        if key.count("/") == 2 and key.endswith("/manifest.json"):
            try:
                period = Period(key.split("/")[1])
            except ValueError:
                continue
            if period.series == own.series and (period.base, period.number) < (own.base, own.number):
                rounds.append(period)
    found: dict[str, list[str]] = {}
    for period in sorted(rounds, key=lambda item: (item.base, item.number)):
        for row in read_csv(store.get(RoundKeys(period.round)("verdicts.csv"))):
            if row["verdict"] == "unqualified":
                found.setdefault(row["subject_id"], []).append(period.round)
    return found


def repeat_offenders(store: ObjectStore, notice: dict[str, Any]) -> dict[str, Any]:
    """What a notice adds about subjects that earlier rounds named already: ``repeat_offenders`` and a remark."""
    before = named_before(store, notice["round"])
    again = [
        {"subject_id": item["subject_id"], "name": item["name"], "rounds": before[item["subject_id"]]}
        for kind in ("problem_sites", "problem_accounts")
        for item in notice[kind]
        if item["subject_id"] in before
    ]
    if not again:
        return {}
    told = "、".join(
        f"{item['name']}（{'、'.join(dict.fromkeys(Period(name).label for name in item['rounds']))}）"
        for item in again
    )
    return {"repeat_offenders": again, "remarks": [*notice["remarks"], f"此前也曾被通报的有：{told}"]}
