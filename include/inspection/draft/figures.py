"""Every figure that follows from the counts of a notice: rates, shares, sums over labels, change, scores.

The tally counts; what a style asks of the counts is worked out here, so that each printed figure stands in notice.json
under a name of its own. Completing a complete notice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from include.inspection.draft.body import lookup
from include.inspection.draft.profile import Profile
from include.inspection.draft.rates import rate
from include.inspection.times import BEIJING, Span

COUNTS = ("total", "inspected", "unmeasured", "qualified", "unqualified")
KINDS = ("sites", "accounts")
#: Outcomes of the recheck of who was named the period before.
RECHECKED = ("fixed", "closed", "still_failing", "undetermined")

#: What a notice must hold; all else follows or may be missing.
NEEDED = (
    "round",
    "period",
    *(f"{kind}.{name}" for kind in KINDS for name in (*COUNTS, "by_category")),
    *(f"messages.{name}" for name in ("received", "valid", "closed", "closed_in_time")),
    *(f"{what}_{kind}" for what in ("problem", "undetermined") for kind in KINDS),
    "candidates",
)

Notice = Mapping[str, Any]


@dataclass(frozen=True)
class Decimals:
    """How a rate is written: ``places``, and whether zeros at its end are kept (97.0) or dropped (97)."""

    places: int
    zeros: bool


def _decimals(profile: Profile, figure: str) -> Decimals:
    return Decimals(profile.decimals(figure), bool(profile.data["trailing_zeros"]))


def complete(notice: Notice, profile: Profile) -> dict[str, Any]:
    """A copy of ``notice`` with all that follows from its counts in the style of ``profile``.

    What the counts do not hold (no rounds, no period before, no regions …) is left out.
    Raises DraftError where a figure is missing that must be there.
    """
    for name in NEEDED:
        lookup(notice, name)
    made = dict(notice)
    for kind in KINDS:
        made[kind] = _kind(made[kind], profile, kind)
    if made.get("messages"):
        made["messages"] = {
            "rate": _rate(
                made["messages"]["closed"], made["messages"]["valid"], _decimals(profile, "messages")
            ),
            **made["messages"],
        }
    if made.get("rounds"):
        made["rounds"] = [
            {
                **item,
                "label": item.get("label") or profile.round_label(number, _month(item)),
                **{kind: _kind(item[kind], profile, kind) for kind in KINDS},
            }
            for number, item in enumerate(made["rounds"], 1)
        ]
        made["pooled"] = {
            kind: _kind(_sum(item[kind] for item in made["rounds"]), profile, kind) for kind in KINDS
        }
        rechecks = sum(item.get("rechecks", 0) for item in made["rounds"])
        made["checks"] = {"total": made["pooled"]["sites"]["total"] + rechecks, "rechecks": rechecks}
    if made.get("recheck"):
        made["recheck"] = {
            **made["recheck"],
            **{kind: _recheck(made["recheck"][kind], profile) for kind in KINDS if made["recheck"].get(kind)},
        }
    if made.get("previous"):
        made["change"] = _changes(made, profile)
    if made.get("security_scan"):
        made["security_scan"] = _scan(made["security_scan"], profile)
    if made.get("score_sheet"):
        made["score_sheet"] = _score_sheet(made["score_sheet"], profile)
    made["classes"] = {kind: _classes(made[f"problem_{kind}"], profile, kind) for kind in KINDS}
    made["windows"] = _windows(made, profile)
    return made


def _kind(counts: Notice, profile: Profile, kind: str) -> dict[str, Any]:
    """Counts of sites or accounts with rate, share, and their groups under the labels of the profile."""
    whole, part = ("sites", "categories") if kind == "sites" else ("accounts", "platforms")
    groups = [_rated(group, _decimals(profile, part)) for group in counts.get("by_category", [])]
    made = {
        **_rated(counts, _decimals(profile, whole)),
        "by_category": groups,
        "parts": _merged(groups, profile.data["categories"], "category", _decimals(profile, part)),
        "rates": _merged(
            groups,
            profile.data["rate_groups"] or profile.data["categories"],
            "category",
            _decimals(profile, part),
        ),
    }
    if counts.get("registered"):
        made["share"] = _rate(
            min(counts["total"], counts["registered"]), counts["registered"], _decimals(profile, "share")
        )
        least = Fraction(str(profile.data["share_at_least"][kind]))
        if least:
            made["share_least"] = f"{profile.data['share_at_least'][kind]}%"
            made["share_met"] = counts["total"] * 100 >= least * counts["registered"]
    if counts.get("by_region"):
        made["by_region"] = [_rated(group, _decimals(profile, "regions")) for group in counts["by_region"]]
        made["regions"] = _merged(
            # Who has no region (a province's own departments) comes last.
            sorted(made["by_region"], key=lambda group: not group["region"]),
            profile.data["regions"],
            "region",
            _decimals(profile, "regions"),
            profile.data["labels"]["no_region"],
        )
        full = [
            region["label"]
            for region in made["regions"]
            if region["name"] and region["inspected"] and region["qualified"] == region["total"]
        ]
        made["full_regions"] = {"count": len(full), "names": full}
        # Where all were looked at although the whole is a sample.
        covered = [
            region["label"]
            for region in made["regions"]
            if region["name"] and region["total"] and region.get("registered") == region["total"]
        ]
        if counts["total"] < counts.get("registered", 0):
            made["covered_regions"] = {"count": len(covered), "names": covered}
    return made


def _rated(counts: Notice, decimals: Decimals) -> dict[str, Any]:
    return {"rate": _rate(counts["qualified"], counts["inspected"], decimals), **counts}


def _rate(part: int, whole: int, decimals: Decimals) -> str | None:
    text = rate(part, whole, decimals.places)
    if text is None or decimals.zeros or "." not in text:
        return text
    return text.rstrip("%").rstrip("0").rstrip(".") + "%"


def _merged(
    groups: Sequence[Notice],
    order: Sequence[Mapping[str, Any]],
    key: str,
    decimals: Decimals,
    unnamed: str = "",
) -> list[dict[str, Any]]:
    """``groups`` added up under the labels of ``order``, in its order; others after, under their own names."""
    labels = {name: item["label"] for item in order for name in item["names"]}
    found: dict[str, list[Notice]] = {
        item["label"]: []
        for item in order
        if any(str(group.get(key) or "") in item["names"] for group in groups)
    }
    for group in groups:
        name = str(group.get(key) or group.get("platform") or "")
        found.setdefault(labels.get(name, name) or unnamed, []).append(group)
    return [
        {"label": label, "name": label if any(g.get(key) or g.get("platform") for g in members) else ""}
        | _rated(_sum(members), decimals)
        for label, members in found.items()
    ]


def _sum(members: Iterable[Notice]) -> dict[str, Any]:
    """Counts added up; the categories too where the members have them."""
    parts = list(members)
    made: dict[str, Any] = {name: sum(part[name] for part in parts) for name in COUNTS}
    if parts and all("registered" in part for part in parts):
        made["registered"] = sum(part["registered"] for part in parts)
    if any("by_category" in part for part in parts):
        everything = [group for part in parts for group in part.get("by_category", [])]
        made["by_category"] = [
            {"category": name, **_sum(group for group in everything if group["category"] == name)}
            for name in dict.fromkeys(group["category"] for group in everything)
        ]
    return made


def _recheck(counts: Notice, profile: Profile) -> dict[str, Any]:
    """Of those named the period before; ``settled`` are fixed or closed."""
    made = dict.fromkeys(RECHECKED, 0) | dict(counts)
    made["settled"] = made["fixed"] + made["closed"]
    made["rate"] = _rate(made["settled"], made["named"], _decimals(profile, "recheck"))
    return made


def _changes(notice: Notice, profile: Profile) -> dict[str, Any]:
    """The change of each rate against the period before, in percentage points."""
    before = notice["previous"]
    made: dict[str, Any] = {"period": before["period"]}
    parts = {
        "sites": ("qualified", "inspected"),
        "accounts": ("qualified", "inspected"),
        "messages": ("closed", "valid"),
    }
    for kind, (part, whole) in parts.items():
        now, then = notice.get(kind) or {}, before.get(kind) or {}
        if not now.get(whole) or not then.get("rate"):
            continue
        difference = Fraction(100 * now[part], now[whole]) - _percent(then, part, whole)
        points = _rounded(abs(difference), profile.decimals("change"))
        direction = "same" if not Decimal(points) else "up" if difference > 0 else "down"
        made[kind] = {"before": then["rate"], "points": points, "direction": direction}
    return made


def _percent(counts: Notice, part: str, whole: str) -> Fraction:
    """Exact where the counts are known, else what was published."""
    if counts.get(whole) and counts.get(part) is not None:
        return Fraction(100 * counts[part], counts[whole])
    return Fraction(str(counts["rate"]).rstrip("%"))


def _rounded(value: Fraction, decimals: int) -> str:
    """Half up, without trailing zeros."""
    unit = 10**decimals
    whole = (2 * value.numerator * unit + value.denominator) // (2 * value.denominator)
    return f"{(Decimal(whole) / unit).normalize():f}"


def _scan(scan: Notice, profile: Profile) -> dict[str, Any]:
    """A reported figure: ``scanned`` and ``good``, or the rate alone."""
    if "scanned" not in scan:
        return dict(scan)
    return {**scan, "rate": _rate(scan["good"], scan["scanned"], _decimals(profile, "scan"))}


def _score_sheet(sheet: Notice, profile: Profile) -> dict[str, Any]:
    """One row a unit: the points taken in each column, their sum, and what is left of the start."""
    style = profile.data["score_decimals"]
    rows = []
    for row in sheet["rows"]:
        points = {column["id"]: str(row["points"].get(column["id"], "0")) for column in sheet["columns"]}
        deducted = sum((Decimal(value) for value in points.values()), Decimal(0))
        score = Decimal(str(sheet["start"])) - deducted
        places = style["whole"] if score == score.to_integral_value() else style["other"]
        rows.append(
            {
                **row,
                "points": {key: _plain(Decimal(value)) for key, value in points.items()},
                "deducted": _plain(deducted),
                "score": str(score.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)),
            }
        )
    clean = [row["name"] for row in rows if not Decimal(row["deducted"])]
    columns = []
    for column in sheet["columns"]:
        charged = [row["name"] for row in rows if Decimal(row["points"][column["id"]])]
        columns.append({**column, "count": len(charged), "names": charged})
    return {
        **sheet,
        "columns": columns,
        "rows": rows,
        "units": len(rows),
        "clean": len(clean),
        "clean_names": clean,
        "with_findings": len(rows) - len(clean),
    }


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _classes(named: Sequence[Notice], profile: Profile, kind: str) -> list[dict[str, Any]]:
    """How many of the ``named`` have which problem; one subject may have several."""
    known = profile.data["problem_classes"][kind]
    made: dict[str, dict[str, Any]] = {
        item["label"]: {"label": item["label"], "indicators": [], "count": 0} for item in known
    }
    labels = {indicator: item["label"] for item in known for indicator in item["indicators"]}
    for subject in named:
        seen = set()
        for finding in deciding(subject):
            identity = finding["indicator_id"]
            label = labels.get(identity) or labels.get(identity.partition(".")[0]) or finding["indicator"]
            group = made.setdefault(label, {"label": label, "indicators": [], "count": 0})
            if identity not in group["indicators"]:
                group["indicators"].append(identity)
            if label not in seen:
                seen.add(label)
                group["count"] += 1
    order = {item["label"]: place for place, item in enumerate(known)}
    found = [group | {"indicators": sorted(group["indicators"])} for group in made.values() if group["count"]]
    return sorted(found, key=lambda group: (order.get(group["label"], len(order)), group["indicators"]))


def deciding(subject: Notice) -> list[dict[str, Any]]:
    """The findings that stand and decide: those of vetoes where there are any, else all."""
    vetoes = subject.get("vetoes") or []
    standing = [finding for finding in subject.get("findings", []) if finding.get("state") == "fail"]
    return [finding for finding in standing if not vetoes or finding["indicator_id"] in vetoes]


def _windows(notice: Notice, profile: Profile) -> dict[str, Any]:
    """The spans that the profile wants told: N days or months that end on the monitoring day, both ends counted."""
    text = notice.get("monitoring_point")
    if not text:
        return {}
    point = datetime.fromisoformat(str(text))
    point = point.replace(tzinfo=BEIJING) if point.tzinfo is None else point
    return {
        name: {
            "start": Span(length).first_day(point).isoformat(),
            "end": point.astimezone(BEIJING).date().isoformat(),
        }
        for name, length in profile.data["windows"].items()
        if length
    }


def _month(item: Notice) -> int:
    text = str(item.get("monitoring_point") or "")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return 0
    return (moment.astimezone(BEIJING) if moment.tzinfo else moment).month
