"""The register against what the patrol saw: the last look at each site, and the day's rows (see judging/reconcile.py)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from include.inspection.daily.state import SiteState
from include.inspection.facts import LinkedHost, Probe, Seen, SiteFacts
from include.inspection.fetch.outcomes import Meaning
from include.inspection.fetch.page import EvidenceRef
from include.inspection.judging.outage import failing_alike
from include.inspection.judging.reconcile import Register, Sighting
from include.inspection.model import Registry, Site
from include.inspection.survey.look import SurveyLimits

Row = dict[str, Any]
#: Of these a site has one row at most, however its text changes from day to day.
_ONE = ("dead", "offline")


def look_of(facts: SiteFacts, found: Meaning, known: Mapping[str, Any]) -> dict[str, Any]:
    """What this look says, for the state. What could not be seen today leaves ``known``, the look before, as it is."""
    down = [probe.outcome for probe in facts.probes if probe.site_down]
    if found is not Meaning.READ:
        if found is Meaning.UNMEASURED:
            return dict(known)
        return {**known, "home": asdict(facts.home), "outcomes": down}
    marks = facts.marks[0] if facts.marks else None
    return {
        "home": asdict(facts.home),
        "outcomes": [],
        "codes": [list(pair) for pair in marks.codes] if marks else [],
        "domain": marks.domain if marks else "",
        "hosts": [[item.host, item.words, asdict(item.seen)] for item in facts.linked_hosts],
    }


def with_home(known: Mapping[str, Any], facts: SiteFacts) -> dict[str, Any]:
    """The look before with what a changed home page says: the hosts on the section pages stand."""
    now = look_of(facts, Meaning.READ, known)
    hosts = {host: [host, *rest] for host, *rest in (*known.get("hosts", ()), *now["hosts"])}
    return {**now, "hosts": [hosts[host] for host in sorted(hosts)]}


def opened(known: Mapping[str, Any]) -> dict[str, Any]:
    """The look before, of a home page that opened and is as it was."""
    return {**known, "outcomes": []} if known else {}


def _seen(stored: Mapping[str, Any]) -> Seen:
    evidence = stored["evidence"]
    return Seen(stored["url"], stored["fetched_at"], EvidenceRef(**evidence) if evidence else None)


def register_rows(
    registry: Registry, sites: Mapping[str, SiteState], before: Iterable[Mapping[str, str]], day: str
) -> list[Row]:
    """The candidates of the day with ``since``, the first day of each. Same input, same rows.

    ``before`` are the rows of the day before. Those of a site without a state today stand as they were; where many hosts
    fail alike, our own network is the likely cause and none of them is called dead.
    """
    register = Register(registry)
    running = {site.site_code: site for site in registry.sites if site.status == "running"}
    looks = {code: sites[code].register for code in running if code in sites and sites[code].register}
    doubted = _doubted(running, looks)
    sightings = {
        code: Sighting(
            running[code],
            _seen(look["home"]),
            () if code in doubted else tuple(look["outcomes"]),
            tuple((place, found) for place, found in look.get("codes", ())),
            look.get("domain", ""),
            register.unregistered(
                LinkedHost(host, words, _seen(seen)) for host, words, seen in look.get("hosts", ())
            ),
        )
        for code, look in looks.items()
    }
    rows = register.reconcile(sightings)
    earlier = {row_key(row): row for row in before}
    found = [
        {**row, "since": earlier[row_key(row)]["since"] if row_key(row) in earlier else day} for row in rows
    ]
    present = {row_key(row) for row in found}
    found += [
        dict(row)
        for row in earlier.values()
        if row["subject_id"] in running.keys() - sites.keys() and row_key(row) not in present
    ]
    return found


def _doubted(running: Mapping[str, Site], looks: Mapping[str, Mapping[str, Any]]) -> Collection[str]:
    """The sites that failed as so many others did that our own network is the likely cause."""
    failed = []
    for code, look in looks.items():
        if look["outcomes"]:
            facts = SiteFacts(code, _seen(look["home"]), home_readable=False)
            facts.probes = [Probe("", False, True, outcome, 0.0) for outcome in look["outcomes"]]
            failed.append((running[code], facts))
    hosts = len({urlsplit(running[code].url).netloc for code in looks})
    return failing_alike(failed, hosts, SurveyLimits.load()).keys()


def row_key(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """What makes two rows the same candidate."""
    kind = str(row["kind"])
    return kind, str(row["subject_id"]), "" if kind in _ONE else str(row["found"])
