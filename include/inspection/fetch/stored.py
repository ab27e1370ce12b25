"""The page source over stored evidence: the same pages that the network gave, without the network."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, BinaryIO

from include.inspection.fetch.decode import decode
from include.inspection.fetch.evidence import read_payload
from include.inspection.fetch.outcomes import Outcome, label_of
from include.inspection.fetch.page import Page, page_from_json, shown_url


class EvidenceDamaged(Exception):
    """A stored record is missing or is not what its digest says; names the object key and the offset."""


class StoredPages:
    """``visits`` as written by LivePages.visits(); ``open_warc`` gives a seekable file for an object key.

    Files stay open until ``close()``. A URL fetched several times under one visit number is given back in the
    order of fetching, the last one repeatedly.
    """

    live = False

    def __init__(self, visits: Iterable[Mapping[str, Any]], open_warc: Callable[[str], BinaryIO]) -> None:
        self._open_warc = open_warc
        self._files: dict[str, BinaryIO] = {}
        self._visits: dict[tuple[str, int], list[Mapping[str, Any]]] = defaultdict(list)
        for visit in visits:
            self._visits[visit["url"], visit["visit"]].append(visit)

    async def get(self, url: str, *, role: str, visit: int = 1, referer: str | None = None) -> Page:
        """Raises EvidenceDamaged."""
        waiting = self._visits.get((shown_url(url), visit))
        if not waiting:
            shown = shown_url(url)
            return Page(shown, shown, Outcome.NOT_FETCHED, detail=label_of(Outcome.NOT_FETCHED))
        data = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return page_from_json(data, self._body(data))

    async def wait(self, seconds: float) -> None:
        """Nothing to wait for."""

    def close(self) -> None:
        for file in self._files.values():
            file.close()
        self._files.clear()

    def _body(self, data: Mapping[str, Any]) -> bytes:
        place = data["body"]
        if place is None:
            return b""
        key, offset = place["key"], place["offset"]
        try:
            if key not in self._files:
                self._files[key] = self._open_warc(key)
            raw = read_payload(self._files[key], offset)
        except Exception as error:
            raise EvidenceDamaged(f"{key}@{offset}: {type(error).__name__}: {error}") from error
        if hashlib.sha256(raw).hexdigest() != data["evidence"]["sha256"]:
            raise EvidenceDamaged(f"{key}@{offset}: payload does not match its SHA-256")
        return decode(raw, data["headers"].get("content-encoding", ""), place["length"])
