"""One answer, the same whether it comes from the network or from stored evidence; and its form in JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from include.inspection.fetch.outcomes import Outcome

_NEVER = datetime.fromtimestamp(0, UTC)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_HOST = re.compile(rb"(?=.{1,253}$)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?")
_USERINFO = re.compile(r"(?<=//)[^/?#\s]*@")


@dataclass(frozen=True)
class EvidenceRef:
    """Where the exchange is stored: object key of the WARC, offset of the record, SHA-256 of its payload."""

    key: str
    offset: int
    sha256: str


@dataclass(frozen=True)
class Try:
    """One attempt at a page, redirects included. ``at`` is UTC; ``seconds`` is time on the network."""

    at: datetime
    outcome: Outcome
    seconds: float
    status: int | None = None
    address: str | None = None
    detail: str = ""
    offset: int | None = None


@dataclass(frozen=True)
class Page:
    """``fetched_at`` is the UTC start of the try whose answer this is; header names are lower-case.

    ``body`` is content-decoded and empty where there was none or where it was not complete. ``certificate`` (issuer,
    subject, not_before, not_after) is kept of home pages alone.
    """

    url: str
    final_url: str
    outcome: Outcome
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)
    fetched_at: datetime = _NEVER
    seconds: float = 0.0
    address: str | None = None
    http_version: str | None = None
    redirects: tuple[str, ...] = ()
    tries: tuple[Try, ...] = ()
    evidence: EvidenceRef | None = None
    detail: str = ""
    certificate: Mapping[str, str] | None = None


@dataclass(frozen=True)
class BodyPlace:
    """The response record that holds a page's content; an unchanged page shares that of an earlier fetch.

    ``length`` counts decoded bytes; ``url`` and ``date`` are those of the record.
    """

    key: str
    offset: int
    length: int
    url: str
    date: str


def page_to_json(page: Page, *, role: str, visit: int, place: BodyPlace | None) -> dict[str, Any]:
    """Everything but the body."""
    return {
        "url": page.url,
        "visit": visit,
        "role": role,
        "final_url": page.final_url,
        "outcome": page.outcome.value,
        "status": page.status,
        "headers": dict(page.headers),
        "fetched_at": page.fetched_at.isoformat(),
        "seconds": page.seconds,
        "address": page.address,
        "http_version": page.http_version,
        "redirects": list(page.redirects),
        "tries": [
            {
                "at": attempt.at.isoformat(),
                "outcome": attempt.outcome.value,
                "seconds": attempt.seconds,
                "status": attempt.status,
                "address": attempt.address,
                "detail": attempt.detail,
                "offset": attempt.offset,
            }
            for attempt in page.tries
        ],
        "evidence": None
        if page.evidence is None
        else {"key": page.evidence.key, "offset": page.evidence.offset, "sha256": page.evidence.sha256},
        "detail": page.detail,
        "certificate": None if page.certificate is None else dict(page.certificate),
        "body": None if place is None else asdict(place),
    }


def page_from_json(data: Mapping[str, Any], body: bytes) -> Page:
    return Page(
        url=data["url"],
        final_url=data["final_url"],
        outcome=Outcome(data["outcome"]),
        status=data["status"],
        headers=dict(data["headers"]),
        body=body,
        fetched_at=datetime.fromisoformat(data["fetched_at"]),
        seconds=data["seconds"],
        address=data["address"],
        http_version=data["http_version"],
        redirects=tuple(data["redirects"]),
        tries=tuple(
            Try(
                at=datetime.fromisoformat(one["at"]),
                outcome=Outcome(one["outcome"]),
                seconds=one["seconds"],
                status=one["status"],
                address=one["address"],
                detail=one["detail"],
                offset=one["offset"],
            )
            for one in data["tries"]
        ),
        evidence=EvidenceRef(**data["evidence"]) if data["evidence"] else None,
        detail=data["detail"],
        certificate=data.get("certificate"),
    )


def one_line(text: str, limit: int = 500) -> str:
    """Text from outside made fit for a log line or a record: no control characters, bounded."""
    clean = _CONTROLS.sub(" ", text[: limit * 2]).strip()
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"


def shown_url(url: str) -> str:
    """A URL for logs and evidence: without credentials and control characters."""
    return one_line(_USERINFO.sub("", url), 2000)


def parse_url(text: str) -> httpx.URL:
    """An absolute http(s) URL without credentials and fragment. Raises httpx.InvalidURL."""
    url = httpx.URL(text.strip())
    if url.scheme not in ("http", "https"):
        raise httpx.InvalidURL(f"scheme {url.scheme[:20]!r} is not http or https")
    if ":" not in url.host and not _HOST.fullmatch(url.raw_host):
        raise httpx.InvalidURL(f"host {url.host[:80]!r}")
    if url.port == 0:
        raise httpx.InvalidURL("port 0")
    return url.copy_with(username=None, password=None, fragment=None) if url.userinfo or url.fragment else url
