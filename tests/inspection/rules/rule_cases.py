"""Facts that pass, fail, lie on the edge or cannot be measured, for every measure that a rule may name."""

from __future__ import annotations

from collections.abc import Callable

from include.inspection.rules.standard import Rule
from tests.inspection.rules import cases_pages, cases_rest, cases_updates
from tests.inspection.rules.case import Case, Cases

__all__ = ["CASES", "Case", "Cases"]

CASES: dict[str, Callable[[Rule], Cases]] = {**cases_updates.CASES, **cases_pages.CASES, **cases_rest.CASES}
