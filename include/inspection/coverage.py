"""How much of whom a round inspects: everything, a share, or some groups in full and others by sample.

``full``; ``30%`` of every group; or parts by comma, the first that fits a subject decides::

    category:区政府=full,region:赤坎区=full,sites=10%>=5,accounts=20%

A part is WHO=AMOUNT. WHO: ``category:`` ``kind:`` (sites), ``platform:`` (accounts), ``region:`` and a name of the lists;
``sites``, ``accounts``, ``*`` for whoever is left. AMOUNT: ``full``, ``none``, or a share, with ``>=N`` at least N of each
group. Groups are the categories of sites and the platforms of accounts. Light: the command line asks it too.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from include.inspection.model import KIND_LABELS, Account, Site

_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,2})?)%(?:>=([0-9]{1,5}))?")
_NAMED = ("category", "kind", "platform", "region")
_REST = ("sites", "accounts", "*")
Subject = Site | Account


@dataclass(frozen=True)
class Amount:
    """``share`` of each group, but at least ``least`` of it."""

    share: Fraction
    least: int = 0

    def of(self, count: int) -> int:
        return min(count, max(math.ceil(count * self.share), self.least))


@dataclass(frozen=True)
class Part:
    """Who gets which amount; ``text`` as it was written."""

    who: str
    name: str
    amount: Amount
    text: str

    def fits(self, subject: Subject) -> bool:
        site = isinstance(subject, Site)
        if self.who in _REST:
            return self.who == "*" or (self.who == "sites") == site
        if self.who == "kind":
            return isinstance(subject, Site) and self.name in (subject.kind, KIND_LABELS[subject.kind])
        return bool(getattr(subject, self.who, None) == self.name)


def parse_coverage(text: str) -> tuple[Part, ...]:
    """The parts of a coverage. Raises ValueError that says which part is wrong and what is expected."""
    whole = _amount(text)
    if whole is not None:
        return (Part("*", "", whole, text),)
    parts: list[Part] = []
    for piece in text.split(","):
        who, sign, amount_text = piece.strip().partition("=")
        what, colon, name = who.partition(":")
        amount = _amount(amount_text.strip())
        known = what in _NAMED and name.strip() if colon else what in _REST
        if not sign or amount is None or not known:
            raise ValueError(
                f"覆盖范围“{text}”中的“{piece.strip()}”无法识别：请写 full、1% 到 100% 的比例，"
                "或“category:区政府=full,sites=10%>=5,accounts=20%”这样的组合"
            )
        if any((part.who, part.name) == (what, name.strip()) for part in parts):
            raise ValueError(f"覆盖范围“{text}”中“{who}”出现两次：请只保留一个")
        parts.append(Part(what, name.strip(), amount, piece.strip()))
    return tuple(parts)


def _amount(text: str) -> Amount | None:
    """Exact, so that 7% of 100 are 7."""
    if text in ("full", "none"):
        return Amount(Fraction(text == "full"))
    match = _SHARE.fullmatch(text)
    if match is None or not text.isascii() or not 0 < Fraction(match[1]) <= 100:
        return None
    return Amount(Fraction(match[1]) / 100, int(match[2] or 0))


def drawn(coverage: str, seed: str, subjects: Sequence[Subject]) -> tuple[str, ...]:
    """The ids to be inspected, in the order of the lists; anyone can draw them again from the seed.

    Of each part's groups those come first whose SHA-256 of seed and id is smallest. Raises ValueError for a coverage that
    cannot be understood, names nobody, or says nothing about some subjects.
    """
    parts = parse_coverage(coverage)
    groups: dict[tuple[int, str], list[str]] = defaultdict(list)
    for subject in subjects:
        number = next((number for number, part in enumerate(parts) if part.fits(subject)), None)
        if number is None:
            kind = "网站" if isinstance(subject, Site) else "账号"
            raise ValueError(
                f"覆盖范围“{coverage}”没有规定{kind}“{subject.name}”等如何检查：请补上 *=10% 或 *=none"
            )
        stratum = subject.category if isinstance(subject, Site) else subject.platform
        groups[number, stratum].append(subject.subject_id)
    met = {number for number, _ in groups}
    for number, part in enumerate(parts):
        if number not in met and part.who in _NAMED:
            raise ValueError(f"覆盖范围“{coverage}”中的“{part.text}”没有对应的网站或账号：请核对名单里的写法")
    chosen: set[str] = set()
    for (number, _), ids in groups.items():
        ranked = sorted(ids, key=lambda name: hashlib.sha256(f"{seed}:{name}".encode()).hexdigest())
        chosen.update(ranked[: parts[number].amount.of(len(ids))])
    return tuple(subject.subject_id for subject in subjects if subject.subject_id in chosen)
