"""Which files of a folder are standards. Light: a DAG file asks this every time it is parsed."""

from __future__ import annotations

import re
from pathlib import Path

RULES = Path(__file__).resolve().parents[2] / "rules"

_STANDARD = re.compile(r"^(?:standard|rules):", re.MULTILINE)


def standard_names(root: Path = RULES) -> list[str]:
    """Names of the rule files in ``root``: those that hold ``rules``. Other settings stand beside them."""
    return sorted(
        path.stem
        for path in root.glob("*.yaml")
        if _STANDARD.search(path.read_text(encoding="utf-8", errors="replace"))
    )
