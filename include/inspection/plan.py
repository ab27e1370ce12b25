"""The round: who is inspected, by which rule files, looked at from which moment."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from include.inspection.coverage import drawn
from include.inspection.model import Registry
from include.inspection.rules.standard import Standard
from include.inspection.times import Period, parse_as_of


@dataclass(frozen=True)
class Plan:
    """What a round inspects. ``sites`` and ``accounts`` are ids in registry order; closed subjects are in neither."""

    round: str
    as_of: datetime
    coverage: str
    seed: str
    profile: str
    rules: tuple[str, ...]
    rules_sha256: dict[str, str]
    registry_sha256: str
    sites: tuple[str, ...]
    accounts: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "round": self.round,
            "as_of": self.as_of.isoformat(),
            "coverage": self.coverage,
            "seed": self.seed,
            "profile": self.profile,
            "rules": list(self.rules),
            "rules_sha256": self.rules_sha256,
            "registry_sha256": self.registry_sha256,
            "sites": list(self.sites),
            "accounts": list(self.accounts),
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Plan:
        return cls(
            **{
                **stored,
                "as_of": datetime.fromisoformat(stored["as_of"]),
                "rules": tuple(stored["rules"]),
                "sites": tuple(stored["sites"]),
                "accounts": tuple(stored["accounts"]),
            }
        )


def make_plan(
    registry: Registry,
    registry_sha256: str,
    standards: Sequence[Standard],
    *,
    round_name: str,
    as_of: str,
    coverage: str,
    profile: str,
    seed: str = "",
) -> Plan:
    """Raises ValueError for a round, moment or coverage that cannot be understood.

    ``seed`` is that of a round which was begun: its sample stays as it was drawn when the lists change a little.
    """
    Period(round_name)
    # It follows from the round alone, so that a sample can be drawn again by anyone.
    seed = seed or hashlib.sha256(f"{round_name}:{registry_sha256}".encode()).hexdigest()[:16]
    running = [item for item in registry.subjects if item.status == "running"]
    chosen = set(drawn(coverage, seed, running))
    return Plan(
        round=round_name,
        as_of=parse_as_of(as_of),
        coverage=coverage,
        seed=seed,
        profile=profile,
        rules=tuple(standard.id for standard in standards),
        rules_sha256={standard.id: standard.sha256 for standard in standards},
        registry_sha256=registry_sha256,
        sites=tuple(item.site_code for item in registry.sites if item.site_code in chosen),
        accounts=tuple(item.account_id for item in registry.accounts if item.account_id in chosen),
    )


def cut(ids: Sequence[str], size: int, most: int) -> list[list[str]]:
    """Groups of ``size`` ids in order, larger where otherwise there were more than ``most`` groups."""
    size = max(size, math.ceil(len(ids) / max(1, most)))
    return [list(ids[start : start + size]) for start in range(0, len(ids), size)]
