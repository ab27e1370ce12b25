"""Wording errors from a lexicon: found with one automaton, whatever the number of entries.

A severe error decides nothing by itself: it is a candidate for a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import ahocorasick_rs

from include.inspection.config import ConfigError, ConfigFile
from include.inspection.extract.html import Document

LEXICON_FILE = Path(__file__).resolve().parents[2] / "rules" / "lexicon.yaml"

_TEXT = {"type": "string", "minLength": 1}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["sources", "entries"],
    "additionalProperties": False,
    "properties": {
        "sources": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["title", "date", "verified"],
                "additionalProperties": False,
                "properties": {"title": _TEXT, "date": _TEXT, "verified": {"type": "boolean"}, "url": _TEXT},
            },
        },
        "entries": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["wrong", "right", "level", "source"],
                "additionalProperties": False,
                "properties": {
                    "wrong": {"type": "string", "minLength": 2, "maxLength": 40},
                    "right": _TEXT,
                    "level": {"enum": ["severe", "general"]},
                    "source": _TEXT,
                    "verified": {"type": "boolean"},
                    "date": _TEXT,
                    "note": _TEXT,
                    "unless": {"type": "array", "items": {"type": "string", "minLength": 2}},
                },
            },
        },
    },
}
_CONTEXT = 20
_MAX_FOUND = 200
#: Sentences that speak of the error itself: lists of common mistakes, notices of other sites' errors.
_QUOTED = re.compile(
    r"(?:错写|误写|写成|写为|写作|错为|误为|误作|错成|错用|不作|不写|不是|应为|而非|误用)[为成作]?[\s“”\"'‘’「《:：（(]{0,4}$"
)
_CORRECTED = re.compile(r"^[”\"'’」》）)\s]{0,3}(?:应为|应改为|应是|改为|的?错误|系错|误)")


@dataclass(frozen=True)
class LexiconEntry:
    """``verified``: the source was read. ``date``: of the source, ISO or a year."""

    wrong: str
    right: str
    level: Literal["severe", "general"]
    source: str
    date: str
    verified: bool
    note: str
    unless: tuple[str, ...]


@dataclass(frozen=True)
class WordingError:
    """``position``: offset in the page's text; ``context``: at most 20 characters either side."""

    position: int
    wrong: str
    suggestion: str
    level: Literal["severe", "general"]
    context: str
    source: str
    verified: bool

    @property
    def needs_person(self) -> bool:
        return self.level == "severe" or not self.verified


class Lexicon:
    """A checked lexicon file. Raises ConfigError, which names file, line and field."""

    def __init__(self, path: Path = LEXICON_FILE) -> None:
        file = ConfigFile(path, _SCHEMA)
        self.sha256 = file.sha256
        sources = file.data["sources"]
        self.entries: list[LexiconEntry] = []
        seen: set[str] = set()
        for index, raw in enumerate(file.data["entries"]):
            entry = _entry(raw, sources, path.name, index)
            if entry.wrong in seen:
                raise ConfigError(
                    path.name, None, f"entries[{index}].wrong", f"“{entry.wrong}”出现两次：请删去一条"
                )
            seen.add(entry.wrong)
            self.entries.append(entry)
        allowed = {context for entry in self.entries for context in entry.unless}
        # An allowed phrase is a pattern too: it starts no later than the word in it and is longer, so it wins.
        self._found: list[LexiconEntry | None] = [*self.entries, *([None] * len(allowed))]
        self._automaton = ahocorasick_rs.AhoCorasick(
            [*(entry.wrong for entry in self.entries), *sorted(allowed)],
            matchkind=ahocorasick_rs.MatchKind.LeftmostLongest,
        )

    def errors(self, text: str) -> list[WordingError]:
        """The errors of a text in reading order, at most 200."""
        found: list[WordingError] = []
        for index, start, end in self._automaton.find_matches_as_indexes(text):
            entry = self._found[index]
            if (
                entry is None
                or _QUOTED.search(text[max(0, start - 12) : start])
                or _CORRECTED.match(text[end : end + 12])
            ):
                continue
            found.append(
                WordingError(
                    start,
                    entry.wrong,
                    entry.right,
                    entry.level,
                    text[max(0, start - _CONTEXT) : end + _CONTEXT],
                    f"{entry.source}（{entry.date}）",
                    entry.verified,
                )
            )
            if len(found) >= _MAX_FOUND:
                break
        return found


def _entry(raw: dict[str, Any], sources: dict[str, Any], file: str, index: int) -> LexiconEntry:
    where = f"entries[{index}]"
    source = sources.get(raw["source"])
    if source is None:
        raise ConfigError(file, None, f"{where}.source", f"来源“{raw['source']}”未在 sources 中列出")
    if raw["wrong"] in raw["right"].split("、"):
        raise ConfigError(file, None, where, f"“{raw['wrong']}”的正确写法与错误写法相同")
    unless = tuple(raw.get("unless", ()))
    for context in unless:
        if raw["wrong"] not in context:
            raise ConfigError(file, None, f"{where}.unless", f"“{context}”中没有“{raw['wrong']}”，不会起作用")
    return LexiconEntry(
        raw["wrong"],
        raw["right"],
        raw["level"],
        source["title"],
        raw.get("date", source["date"]),
        raw.get("verified", source["verified"]),
        raw.get("note", ""),
        unless,
    )


@lru_cache(maxsize=4)
def standard_lexicon() -> Lexicon:
    return Lexicon()


def wording_errors(document: Document, lexicon: Lexicon | None = None) -> list[WordingError]:
    """The wording errors of a page's visible text."""
    return (lexicon or standard_lexicon()).errors(document.body_text)
