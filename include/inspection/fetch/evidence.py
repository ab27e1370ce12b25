"""Every exchange of one subject and pass in one WARC 1.1 file, one gzip member a record.

Bodies are stored as they were received: content-encoded, with the transfer encoding taken off (its header is
kept under another name). Digests are SHA-256 of the stored payload.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, FileIO
from pathlib import Path
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from include.inspection.fetch.page import EvidenceRef, Page, Try, one_line

__all__ = [
    "EarlierAnswer",
    "EvidenceRef",
    "EvidenceWriter",
    "Exchange",
    "Known",
    "Page",
    "Stored",
    "Try",
    "earlier_answers",
]

RawHeaders = Sequence[tuple[bytes, bytes]]

# Against level 6 half the CPU time for less than a tenth more bytes; what came as gzip is only framed.
_GZIP_LEVEL = 3
_STORED = 0
_GZIP_MAGIC = b"\x1f\x8b"
_FRAMING = {b"transfer-encoding"}


@dataclass(frozen=True)
class EarlierAnswer:
    """A response record whose payload is stored already, by the SHA-256 of that payload."""

    key: str
    offset: int
    url: str
    date: str


@dataclass(frozen=True)
class Known:
    """A page as an earlier fetch left it: ``validators`` are the headers that ask whether it changed since."""

    validators: Mapping[str, str]
    answer: EarlierAnswer
    sha256: str


@dataclass(frozen=True)
class Stored:
    """``offset``: the first record of this exchange. ``place``: the record that holds its payload."""

    offset: int
    sha256: str
    place: EarlierAnswer


@dataclass(frozen=True)
class Exchange:
    """One request and what came back; ``status`` None means that no answer came."""

    url: str
    at: datetime
    seconds: float
    outcome: str
    request_line: str
    request_headers: RawHeaders
    address: str | None = None
    http_version: str | None = None
    status: int | None = None
    reason: str = ""
    headers: RawHeaders = ()
    body: bytes = b""
    truncated: str | None = None  # "length", "time" or "disconnect"
    detail: str = ""
    certificate: Mapping[str, str] | None = None


class _RawHead(StatusAndHeaders):
    """An HTTP head whose bytes are written as they are; warcio would percent-encode what is not ASCII."""

    def __init__(self, first_line: bytes, headers: RawHeaders) -> None:
        super().__init__("", [])
        lines = [_clean(first_line), *(_clean(name) + b": " + _clean(value) for name, value in headers)]
        self.raw = b"\r\n".join(lines) + b"\r\n\r\n"

    def __bool__(self) -> bool:
        return True  # an "empty" head makes warcio look for one in the payload

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        self.headers_buff = self.raw


class EvidenceWriter:
    """``record`` and ``note`` raise OSError when the disk does not take it, now and ever after (``broken``).

    The file then ends with its last whole record.
    """

    def __init__(
        self,
        path: Path,
        key: str,
        *,
        software: str = "WangJian/1.0",
        earlier: Mapping[str, EarlierAnswer] | None = None,
    ) -> None:
        self.path = path
        self.key = key
        self.broken: OSError | None = None
        self._known: dict[str, EarlierAnswer] = dict(earlier or {})
        self._buffer = BytesIO()
        self._warc = WARCWriter(self._buffer, gzip=False, warc_version="1.1")
        self._file: FileIO | None = None
        self._size = 0
        info = {"software": software, "format": "WARC File Format 1.1", "conformsTo": _SPECIFICATION}
        self._warc.write_record(self._warc.create_warcinfo_record(path.name, info))
        # a disk that is full from the start is the same outcome as one that fills up later
        try:
            self._file = FileIO(path, "wb")
            self._append()
        except OSError as error:
            self.broken = error

    def record(self, exchange: Exchange, unchanged: Known | None = None) -> Stored:
        """Appends response (or revisit), request, metadata; the offset is that of the first of them.

        ``unchanged``: the earlier answer that a 304 refers to.
        """
        date = exchange.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        sha256 = hashlib.sha256(exchange.body).hexdigest()
        offset = self._size
        place = EarlierAnswer(self.key, offset, exchange.url, date)
        concurrent = None
        if exchange.status == 304 and unchanged is not None:
            sha256, place = unchanged.sha256, unchanged.answer
            concurrent = self._add(
                "revisit", exchange, date, _answer_head(exchange), sha256, place, profile=_NOT_MODIFIED
            )
        elif exchange.status is not None:
            known = self._known.get(sha256)
            if known is None or exchange.truncated:
                concurrent = self._add("response", exchange, date, _answer_head(exchange), sha256)
                if exchange.body and not exchange.truncated:
                    self._known[sha256] = place
            else:
                concurrent = self._add("revisit", exchange, date, _answer_head(exchange), sha256, known)
                place = known
        request = self._add("request", exchange, date, _request_head(exchange), None, concurrent=concurrent)
        if exchange.outcome not in ("ok", "not_modified") or exchange.status is None:
            self._add_metadata(exchange, date, concurrent or request)
        return Stored(offset, sha256, place)

    def conversion(self, url: str, at: datetime, body: bytes, content_type: str) -> Stored:
        """Appends what was made of a page: its markup after its scripts have run."""
        date = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        offset = self._size
        record = self._warc.create_warc_record(
            url,
            "conversion",
            payload=BytesIO(body),
            length=len(body),
            warc_content_type=content_type,
            warc_headers_dict={
                "WARC-Date": date,
                "WARC-Block-Digest": _digest(body),
                "WARC-Payload-Digest": _digest(body),
            },
        )
        self._warc.write_record(record)
        self._append()
        return Stored(offset, hashlib.sha256(body).hexdigest(), EarlierAnswer(self.key, offset, url, date))

    def note(self, url: str, at: datetime, outcome: str, detail: str) -> EvidenceRef:
        """A page for which no request was sent: one metadata record."""
        offset = self._size
        exchange = Exchange(url, at, 0.0, outcome, "", (), detail=detail)
        sha256 = self._add_metadata(exchange, at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), None)
        return EvidenceRef(self.key, offset, sha256)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _add(
        self,
        kind: str,
        exchange: Exchange,
        date: str,
        head: _RawHead,
        digest: str | None,
        known: EarlierAnswer | None = None,
        concurrent: str | None = None,
        profile: str = "",
    ) -> str:
        payload = exchange.body if kind == "response" else b""
        headers = {"WARC-Date": date, "WARC-Block-Digest": _digest(head.raw, payload)}
        if digest is not None:
            headers["WARC-Payload-Digest"] = f"sha256:{digest}"
        else:
            headers["WARC-Payload-Digest"] = _digest(payload)
        if exchange.address:
            headers["WARC-IP-Address"] = exchange.address.partition("%")[0]
        if exchange.http_version:
            headers["WARC-Protocol"] = exchange.http_version.lower()
        if exchange.truncated and kind == "response":
            headers["WARC-Truncated"] = exchange.truncated
        if known is not None:
            headers["WARC-Profile"] = profile or _SAME_PAYLOAD
            headers["WARC-Refers-To-Target-URI"] = known.url
            headers["WARC-Refers-To-Date"] = known.date
        if concurrent:
            headers["WARC-Concurrent-To"] = concurrent
        record = self._warc.create_warc_record(
            exchange.url,
            kind,
            payload=BytesIO(payload),
            length=len(payload),
            http_headers=head,
            warc_headers_dict=headers,
        )
        self._warc.write_record(record)
        self._append(_STORED if payload.startswith(_GZIP_MAGIC) else _GZIP_LEVEL)
        return str(record.rec_headers.get_header("WARC-Record-ID"))

    def _add_metadata(self, exchange: Exchange, date: str, concurrent: str | None) -> str:
        fields = {
            "outcome": exchange.outcome,
            "url": exchange.url,
            "seconds": f"{exchange.seconds:.3f}",
            "address": exchange.address or "",
            "detail": one_line(exchange.detail),
        }
        text = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value).encode()
        headers = {"WARC-Date": date, "WARC-Block-Digest": _digest(text)}
        if concurrent:
            headers["WARC-Concurrent-To"] = concurrent
        record = self._warc.create_warc_record(
            "" if not concurrent else exchange.url,
            "metadata",
            payload=BytesIO(text),
            length=len(text),
            warc_content_type="application/warc-fields",
            warc_headers_dict=headers,
        )
        self._warc.write_record(record)
        self._append()
        return hashlib.sha256(text).hexdigest()

    def _append(self, level: int = _GZIP_LEVEL) -> None:
        data = self._buffer.getvalue()
        self._buffer.seek(0)
        self._buffer.truncate()
        if self.broken is not None or self._file is None:
            raise self.broken or OSError("evidence file is not open")
        engine = zlib.compressobj(level, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        packed = engine.compress(data) + engine.flush()
        try:
            written = 0
            while written < len(packed):
                written += self._file.write(packed[written:]) or 0
        except OSError as error:
            self.broken = error
            with suppress(OSError):  # the first failure is the one to report
                self._file.truncate(self._size)
            raise
        self._size += len(packed)


_SPECIFICATION = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
_SAME_PAYLOAD = WARCWriter.REVISIT_PROFILE_1_1
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


def earlier_answers(visits: Iterable[Mapping[str, Any]]) -> dict[str, EarlierAnswer]:
    """What an earlier pass has stored, from its ``visits()``, for revisit records of the next one."""
    return {
        visit["evidence"]["sha256"]: EarlierAnswer(
            visit["body"]["key"], visit["body"]["offset"], visit["body"]["url"], visit["body"]["date"]
        )
        for visit in visits
        if visit.get("evidence") and visit.get("body")
    }


def read_payload(warc: BinaryIO, offset: int) -> bytes:
    """The stored payload, still content-encoded, of the response record at ``offset``."""
    warc.seek(offset)
    record = next(iter(ArchiveIterator(warc)))
    return bytes(record.raw_stream.read())


def _answer_head(exchange: Exchange) -> _RawHead:
    line = f"{exchange.http_version or 'HTTP/1.1'} {exchange.status} {exchange.reason}".rstrip()
    headers = [
        (b"X-Archive-Orig-" + name if name.lower() in _FRAMING else name, value)
        for name, value in exchange.headers
    ]
    return _RawHead(line.encode("utf-8", "replace"), headers)


def _request_head(exchange: Exchange) -> _RawHead:
    return _RawHead(exchange.request_line.encode("ascii", "replace"), exchange.request_headers)


def _clean(value: bytes) -> bytes:
    return value.replace(b"\r", b" ").replace(b"\n", b" ").replace(b"\0", b" ")


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return f"sha256:{digest.hexdigest()}"
