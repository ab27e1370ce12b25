"""Which rule covers which indicator: ``python -m include.inspection.rules.indicator_table > docs/indicators.md``."""

from __future__ import annotations

import re
import sys

from include.inspection.measures import MEASURES
from include.inspection.rules.files import standard_names
from include.inspection.rules.standard import Rule, Standard, load_standards

_HEAD = """# Indicators

Every indicator with its rule: what the machine does, and who decides. Made from the rule files by
`python -m include.inspection.rules.indicator_table > docs/indicators.md`; a test compares it with them.

* **by**: M the machine decides; P the machine finds candidates and a person confirms; H a person finds and reports
  (`findings.csv`). A person may report any indicator, also one marked M or P: a report counts as confirmed.
* **verified**: yes, the wording or number was read in a published text; derived, it follows from such figures by
  arithmetic; no, it is a default that nobody has confirmed, and what rests on it says so.
* **effect**: a veto of the machine needs a second measuring; candidates change no verdict; advice (提示) is told to the
  reviewers and never scored or named.
"""
_VERIFIED = {"True": "yes", "derived": "derived", "False": "no"}
_EFFECTS = {"veto": "veto", "deduction": "deduction", "bonus": "bonus", "advice": "advice"}
_DECIDES = {
    "M": "machine",
    "P": "person, from candidates",
    "H": "person",
}
#: Clause numbers at the head of a measure's docstring; the table has them already.
_CLAUSES = re.compile(r"^(?:[A-Z][\w.\-]*(?:, | to )?)+: ")

_ELSEWHERE = """
## Covered otherwise

| what | where |
| --- | --- |
| W6.x sites without services of their own | `has_services` of sites.csv: the rules on services apply only where it is yes |
| scores: fail below 60, bonus above 80, caps, no double charge, 4/3 without services | `scoring` of national-2019, `include/inspection/rules/score.py` |
| bonus indicators | their points are not published; an office adds rules with `effect: bonus` |
| G-D6, who may use `.gov.cn`; which unit may have a site | a person, against the register; register.csv names what does not agree |
| 找错 messages: three working days, annual deductions | `include/rules/messages.yaml`, docs/operations.md |
| W5.1, W6.1 where the standard leaves doubt | the machine decides only where an entry is certainly absent or dead; a report overrides it |
| X3.2 bought followers, forced likes | XG10 of media-2018: a person |
| P3.4 answer to a test question | a person; the machine sends nothing to a live site |
| whether an answer is any good, 推诿敷衍, public opinion, secrets | a person: W1.2, W1.6, X1, P2.5 |
"""


def table() -> str:
    """The whole document."""
    parts = [_HEAD]
    for name in standard_names():
        (standard,) = load_standards([name])
        parts.append(_section(standard))
    return "\n".join(parts) + _ELSEWHERE


def _section(standard: Standard) -> str:
    lines = [
        f"## {standard.id}: {standard.title}",
        "",
        "| id | indicator | measure | by | verified | effect | what the machine does | who decides |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        *(_row(rule) for rule in standard.rules),
        "",
    ]
    return "\n".join(lines)


def _row(rule: Rule) -> str:
    by_people = rule.measure.startswith("reported_")
    does = "Counts what people reported" if by_people else _does(rule.measure)
    decides = _DECIDES[rule.check]
    if rule.check == "M" and rule.effect == "veto":
        decides = "machine, measured twice"
    cells = (
        rule.id,
        rule.name,
        f"`{rule.measure}`",
        rule.check,
        _VERIFIED[str(rule.verified)],
        _EFFECTS[rule.effect],
        does,
        decides,
    )
    return "| " + " | ".join(cells) + " |"


def _does(measure: str) -> str:
    """The first sentence of the measure's docstring."""
    text = " ".join((MEASURES[measure].function.__doc__ or "").split())
    sentence = re.split(r"(?<=[a-z)」」])\.(?: |$)", _CLAUSES.sub("", text), maxsplit=1)[0]
    sentence = sentence.replace("|", "\\|").replace("``", "`").rstrip(".")
    return sentence[:1].upper() + sentence[1:]


if __name__ == "__main__":
    sys.stdout.write(table())
