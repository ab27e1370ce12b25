"""The round: who is inspected, by which rule files, looked at from which moment."""

from __future__ import annotations

import hashlib
import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, TypeVar

from include.inspection.model import Account, Registry, Site
from include.inspection.rules import Standard
from include.inspection.times import Period, parse_as_of

_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,2})?)%")
Subject = TypeVar("Subject", Site, Account)


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
) -> Plan:
    """Raises ValueError for a round, moment or coverage that cannot be understood."""
    Period(round_name)
    # The seed follows from the round alone, so that a sample can be drawn again by anyone.
    seed = hashlib.sha256(f"{round_name}:{registry_sha256}".encode()).hexdigest()[:16]
    share = _share(coverage)
    running_sites = [site for site in registry.sites if site.status == "running"]
    running_accounts = [account for account in registry.accounts if account.status == "running"]
    return Plan(
        round=round_name,
        as_of=parse_as_of(as_of),
        coverage=coverage,
        seed=seed,
        profile=profile,
        rules=tuple(standard.id for standard in standards),
        rules_sha256={standard.id: standard.sha256 for standard in standards},
        registry_sha256=registry_sha256,
        sites=_sample(running_sites, share, seed, [site.category for site in running_sites]),
        accounts=_sample(running_accounts, share, seed, [account.platform for account in running_accounts]),
    )


def _share(coverage: str) -> Fraction | None:
    """Exact, so that 7% of 100 are 7."""
    if coverage == "full":
        return None
    match = _SHARE.fullmatch(coverage)
    if match is None or not 0 < Fraction(match[1]) <= 100:
        raise ValueError(f"覆盖范围“{coverage}”无法识别：请写 full，或 1% 到 100% 的比例")
    return Fraction(match[1]) / 100


def _sample(
    subjects: Sequence[Subject], share: Fraction | None, seed: str, strata: Sequence[str]
) -> tuple[str, ...]:
    """All ids, or from each stratum the share rounded up, chosen by a hash that anyone can compute again."""
    if share is None:
        return tuple(subject.subject_id for subject in subjects)
    by_stratum: dict[str, list[str]] = defaultdict(list)
    for subject, stratum in zip(subjects, strata, strict=True):
        by_stratum[stratum].append(subject.subject_id)
    chosen: set[str] = set()
    for ids in by_stratum.values():
        ranked = sorted(
            ids, key=lambda subject_id: hashlib.sha256(f"{seed}:{subject_id}".encode()).hexdigest()
        )
        chosen.update(ranked[: math.ceil(len(ids) * share)])
    return tuple(subject.subject_id for subject in subjects if subject.subject_id in chosen)


def cut(ids: Sequence[str], size: int, most: int) -> list[list[str]]:
    """Groups of ``size`` ids in order, larger where otherwise there were more than ``most`` groups."""
    size = max(size, math.ceil(len(ids) / max(1, most)))
    return [list(ids[start : start + size]) for start in range(0, len(ids), size)]
