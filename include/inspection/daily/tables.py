"""The tables of a patrol day out of the subjects' states, and its pass table by the expectation suite."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from include.inspection.daily.facts import DayFacts, SiteFact, certificate_days
from include.inspection.daily.settings import Check, PatrolRules, WarningRules
from include.inspection.daily.state import AccountState, SiteState
from include.inspection.measures import Measured, State, measured, unmeasured

if TYPE_CHECKING:
    from include.inspection.judging.suites import Judge

Row = dict[str, Any]


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _evidence(evidence: Mapping[str, Any] | None) -> Row:
    given = evidence or {}
    return {
        "evidence_key": given.get("key", ""),
        "evidence_offset": given.get("offset", ""),
        "evidence_sha256": given.get("sha256", ""),
    }


def state_tables(
    sites: Mapping[str, SiteState], accounts: Mapping[str, AccountState]
) -> dict[str, list[Row]]:
    """The tables that the states hold: home, sections, accounts, wording, dead links; by subject id."""
    tables: dict[str, list[Row]] = {
        name: [] for name in ("home.csv", "sections.csv", "accounts.csv", "wording.csv", "dead-links.csv")
    }
    for code in sorted(sites):
        state = sites[code]
        _site_rows(state, tables)
    for account_id in sorted(accounts):
        account = accounts[account_id]
        tables["accounts.csv"].append(
            {
                "account_id": account_id,
                "feed_url": account.feed_url,
                "state": account.state,
                "newest": account.newest,
                "newest_title": account.newest_title,
                "count": account.count,
                "feed_changed": _yes(account.feed_changed),
                "changed": _yes(account.changed),
                "reason": account.reason,
                "checked_at": account.checked_at,
                **_evidence(account.evidence),
            }
        )
    return tables


def _site_rows(state: SiteState, tables: dict[str, list[Row]]) -> None:
    code, home = state.site_code, state.home
    wording = [
        {"site_code": code, "page": page, **error}
        for page in sorted(state.wording)
        for error in state.wording[page]
    ]
    gone = [(url, row[0]) for url, row in sorted(state.links.items()) if row[1] == "gone"]
    tables["home.csv"].append(
        {
            "site_code": code,
            "url": home.url,
            "state": home.state,
            "outcome": home.outcome,
            "reason": home.reason,
            "newest": home.newest,
            "newest_title": home.newest_title,
            "navigation_only": _yes(home.navigation_only),
            "changed": _yes(home.changed),
            "surveyed_on": state.surveyed_on,
            # A footer that stands in a frame or a script was not seen, and lacks nothing for certain.
            "footer_missing": " ".join(home.footer_missing) if home.footer_seen else "",
            "dead_links": len(gone),
            "severe_wording": sum(row["level"] == "severe" for row in wording),
            "certificate_until": home.certificate_until,
            "final_url": home.final_url,
            "checked_at": home.checked_at,
            **_evidence(home.evidence),
        }
    )
    for section in sorted(state.sections, key=lambda section: section.url):
        tables["sections.csv"].append(
            {
                "site_code": code,
                "section": section.name,
                "url": section.url,
                "class": section.section_class,
                "level": section.level,
                "update_days": section.update_days or "",
                "state": section.state,
                "newest": section.newest,
                "newest_title": section.newest_title,
                "items": section.items,
                "certain": _yes(section.certain),
                "looked_on": section.looked_on,
                "reason": section.reason,
                "checked_at": section.checked_at,
                **_evidence(section.evidence),
            }
        )
    tables["wording.csv"].extend(wording)
    tables["dead-links.csv"].extend(
        {"site_code": code, "url": url, "status": "404", "checked_on": checked} for url, checked in gone
    )


def check_values(facts: DayFacts, rules: WarningRules) -> dict[str, dict[str, Measured]]:
    """The named values of every subject; ``low`` is certain, ``high`` adds what could not be told."""
    values: dict[str, dict[str, Measured]] = {}
    for code, site in facts.sites.items():
        values[code] = _site_values(site, rules, facts.day)
    for account_id, account in facts.accounts.items():
        known = account.state == "read" and account.newest is not None
        values[account_id] = {
            "account_days": measured((facts.day - account.newest).days)
            if known and account.newest
            else unmeasured(account.reason or "订阅源里没有信息")
        }
    return values


def _site_values(site: SiteFact, rules: WarningRules, today: date) -> dict[str, Measured]:
    home = site.home
    why = home.reason or "首页未能读取"
    opens = {"read": 1, "down": 0, "gone": 0}.get(home.state)
    values = {"home_opens": unmeasured(why) if opens is None else measured(opens, reason=home.reason)}
    days = site.home_days(today)
    values["home_days"] = unmeasured(why if home.state != "read" else "首页没有可用的日期")
    if days is not None:
        values["home_days"] = measured(days)
    overdue, unknown = site.overdue(rules, today)
    if site.sections:
        names = "、".join(section.name for section in overdue[:10])
        values["overdue_sections"] = measured(len(overdue), len(overdue) + unknown, reason=names)
        empty = site.empty()
        values["empty_sections"] = measured(len(empty), reason="、".join(section.name for section in empty))
    else:
        values["overdue_sections"] = values["empty_sections"] = unmeasured(why)
    if home.state == "read":
        values["footer_missing"] = measured(len(home.footer_missing), reason=" ".join(home.footer_missing))
        values["dead_links"] = measured(len(site.dead_links), reason=" ".join(site.dead_links[:3]))
        severe = site.severe()
        values["severe_wording"] = measured(
            len(severe), reason="；".join(row["context"] for row in severe[:3])
        )
    left = certificate_days(home, today)
    if left is not None:
        values["certificate_days"] = measured(left)
    elif home.url.startswith("https:"):
        values["certificate_days"] = unmeasured("未能取得安全证书")
    else:
        values["certificate_days"] = Measured(State.NOT_APPLICABLE, reason="网站未使用 https")
    return values


@lru_cache(maxsize=2)
def _judge(checks: tuple[Check, ...]) -> tuple[Judge, tempfile.TemporaryDirectory[str]]:
    """The suite of the checks; building it takes longer than a validation, so a process builds it once."""
    from include.inspection.judging.suites import Judge

    folder = tempfile.TemporaryDirectory(prefix="inspection-patrol-")
    return Judge([check.rule for check in checks], Path(folder.name)), folder


def pass_rows(facts: DayFacts, patrol: PatrolRules, rules: WarningRules) -> list[Row]:
    """One row a subject and check: pass, fail, or unmeasured with its reason. Decided by the suite alone."""
    judge, _ = _judge(patrol.checks)
    return _judged_rows(judge, facts, patrol.checks, rules)


def _judged_rows(judge: Judge, facts: DayFacts, checks: Sequence[Check], rules: WarningRules) -> list[Row]:
    values = check_values(facts, rules)
    rows: list[Row] = []
    for kind, subjects in (("site", facts.sites), ("account", facts.accounts)):
        own = [check for check in checks if check.subject == kind]
        missing = unmeasured("没有测量")
        measures = {
            subject_id: {check.id: values[subject_id].get(check.value, missing) for check in own}
            for subject_id in subjects
        }
        if not measures or not own:
            continue
        judgement = judge.judge(measures, kind)
        for subject_id in sorted(measures):
            for check in own:
                value = measures[subject_id][check.id]
                rows.append(_pass_row(subject_id, check, value, judgement.failed, judgement.undecided))
    return rows


def _pass_row(
    subject_id: str,
    check: Check,
    value: Measured,
    failed: Mapping[str, frozenset[str]],
    undecided: Mapping[str, frozenset[str]],
) -> Row:
    if subject_id in failed[check.id]:
        result = "fail"
    elif value.state is State.MEASURED and subject_id not in undecided[check.id]:
        result = "pass"
    else:
        result = "not_applicable" if value.state is State.NOT_APPLICABLE else "unmeasured"
    return {
        "subject_id": subject_id,
        "check_id": check.id,
        "name": check.name,
        "result": result,
        "value": "" if value.low is None else f"{value.low:g}",
        "threshold": check.rule.threshold,
        "unit": check.unit,
        "reason": value.reason[:300],
    }
