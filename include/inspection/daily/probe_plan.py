"""Which sites a run of the probes looks at: a plan that anyone can compute again, at uneven minutes."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path

from include.inspection.config import ConfigFile
from include.inspection.model import PROBE_MINUTES, Site
from include.inspection.times import BEIJING

#: A run every so many minutes, as DAG availability_probe has it.
RUN_MINUTES = 5
RULES_FILE = Path(__file__).resolve().parents[2] / "rules" / "probes.yaml"

_FIRST = datetime(2000, 1, 1, tzinfo=BEIJING)
_MINUTES = {"enum": list(PROBE_MINUTES)}
_LIMITS = {
    "portal_minutes": _MINUTES,
    "department_minutes": _MINUTES,
    "other_minutes": _MINUTES,
    "long_dead_days": {"type": "integer", "minimum": 2, "maximum": 366},
    "long_dead_minutes": _MINUTES,
    "control_seconds": {"type": "number", "minimum": 1, "maximum": 300},
    "alike_hosts": {"type": "integer", "minimum": 2},
    "alike_percent": {"type": "number", "exclusiveMinimum": 0, "maximum": 100},
}


@dataclass(frozen=True)
class ProbeRules:
    """include/rules/probes.yaml, checked."""

    portal_minutes: int
    department_minutes: int
    other_minutes: int
    long_dead_days: int
    long_dead_minutes: int
    control_seconds: float
    alike_hosts: int
    alike_percent: float

    @classmethod
    def load(cls, path: Path = RULES_FILE) -> ProbeRules:
        """Raises ConfigError naming file, line and field."""
        names = [item.name for item in fields(cls)]
        schema = {
            "type": "object",
            "additionalProperties": False,
            "required": names,
            "properties": {name: _LIMITS[name] for name in names},
        }
        return cls(**ConfigFile(path, schema).data)

    def minutes(self, site: Site, long_dead: Collection[str] = ()) -> int:
        """Minutes between two probes of a site; what the office wrote itself goes before everything."""
        if site.probe_minutes is not None:
            return site.probe_minutes
        if site.site_code in long_dead:
            return self.long_dead_minutes
        return {
            "portal": self.portal_minutes,
            "department": self.department_minutes,
            "other": self.other_minutes,
        }[site.kind]


def due(
    sites: Iterable[Site], moment: datetime, rules: ProbeRules, long_dead: Collection[str] = ()
) -> list[Site]:
    """The running sites whose turn it is in the run of ``moment``, in an order without regard to hosts.

    Time is cut into stretches of the site's interval; within each, the run is chosen by a hash of site and stretch.
    So every stretch has exactly one probe, and no two of a site follow each other by the same number of minutes.
    """
    # Counted on Beijing's clock, so that a stretch of a day is a Beijing day.
    run = (moment - _FIRST) // timedelta(minutes=RUN_MINUTES)
    found = []
    for site in sites:
        if site.status != "running":
            continue
        runs = max(1, rules.minutes(site, long_dead) // RUN_MINUTES)
        stretch, place = divmod(run, runs)
        if _hash(f"{site.site_code}:{stretch}") % runs == place:
            found.append(site)
    return sorted(found, key=lambda site: _hash(f"{run}:{site.site_code}"))


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
