"""What the words claim against what the counts say: "all" means all, "none" means none.

Sentence patterns are data that any office may change; a pattern that says 全部合格 where somebody failed would name no
wrong site, and yet be untrue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from include.inspection.draft.body import Block, Piece, lookup
from include.inspection.draft.document import Document
from include.inspection.draft.error import DraftError
from include.inspection.model import Problem

_SENTENCE = re.compile(r"[。；]")
_ALL = r"(?:全部|均|全数|都|无一不)"
_ALL_PASS = re.compile(_ALL + r"(?:检查)?(?:为)?(?:合格|达标)")
_ALL_FAIL = re.compile(_ALL + r"(?:为)?(?:不合格|未达标|不达标)")
_ALL_CLOSED = re.compile(_ALL + r"已?(?:经)?(按期|按时)?(?:办结|办理|办完)")
_ALL_SETTLED = re.compile(_ALL + r"(?:已)?(?:经)?(?:整改|改正)")


def hold(document: Document, notice: Mapping[str, Any]) -> None:
    """Raises DraftError with every sentence of ``document`` that claims more than ``notice`` counts."""
    found = [problem for block in document.blocks for problem in untrue(block, notice)]
    if found:
        raise DraftError(
            [Problem("body.jinja", None, "", text, f"{why}：请检查模板和句式的条件") for text, why in found]
        )


def untrue(block: Block, notice: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each sentence of ``block`` with a claim that its own figures contradict, and why."""
    for sentence in _sentences((*block.lead, *block.pieces)):
        text = "".join(piece.text for piece in sentence)
        for counts in _counted(sentence, notice):
            if _ALL_PASS.search(text) and counts.get("unqualified"):
                yield text, f"写着全部合格，而不合格的有 {counts['unqualified']} 个"
            if _ALL_FAIL.search(text) and counts.get("qualified"):
                yield text, f"写着均不合格，而合格的有 {counts['qualified']} 个"
            closed = _ALL_CLOSED.search(text)
            if closed and "closed" in counts and "valid" in counts:
                done = counts["closed_in_time"] if closed[1] else counts["closed"]
                if done is None or done < counts["valid"]:
                    yield (
                        text,
                        f"写着均已{closed[1] or ''}办结，而有效留言 {counts['valid']} 条中只有 {done} 条",
                    )
            if _ALL_SETTLED.search(text) and counts.get("settled", 0) < counts.get("named", 0):
                yield text, f"写着全部整改，而 {counts['named']} 个中只有 {counts['settled']} 个"


def _sentences(pieces: tuple[Piece, ...]) -> Iterator[list[Piece]]:
    sentence: list[Piece] = []
    for piece in pieces:
        if piece.figure:
            sentence.append(piece)
            continue
        *ended, rest = _SENTENCE.split(piece.text)
        for text in ended:
            yield [*sentence, Piece(text)]
            sentence = []
        sentence.append(Piece(rest))
    if sentence:
        yield sentence


def _counted(sentence: list[Piece], notice: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The groups of counts that the figures of ``sentence`` belong to, each once."""
    groups = dict.fromkeys(piece.figure.rpartition(".")[0] for piece in sentence if piece.figure)
    found = [lookup(notice, name) for name in groups if name]
    return [counts for counts in found if isinstance(counts, Mapping)]
