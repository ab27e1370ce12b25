"""Content-Encoding undone, with a limit on what comes out."""

from __future__ import annotations

import zlib

ACCEPTED = "gzip, deflate"
_STEP = 65_536


class DecodedTooLarge(Exception):
    """The decoded content passes the limit (a compression bomb, or a page far too large)."""


class Undecodable(Exception):
    """An encoding that was not offered, or bytes that are not what the header says."""


def decode(raw: bytes, content_encoding: str, limit: int) -> bytes:
    """The content of an answer. ``limit`` is the largest number of bytes that may come out of any layer."""
    layers = [name.strip().lower() for name in content_encoding.split(",")]
    for name in reversed([name for name in layers if name and name != "identity"]):
        if not raw:
            break
        if name in ("gzip", "x-gzip"):
            raw = _gunzip(raw, limit)
        elif name == "deflate":
            raw = _inflate(raw, limit)
        else:
            raise Undecodable(f"content-encoding {name[:40]!r}")
    if len(raw) > limit:
        raise DecodedTooLarge(f"more than {limit} bytes")
    return raw


def _gunzip(raw: bytes, limit: int) -> bytes:
    if raw[:2] != b"\x1f\x8b":
        # some servers declare gzip and send plain text; browsers refuse, but the words are there to be read
        if b"<" in raw[:512]:
            return raw
        raise Undecodable("not gzip")
    parts: list[bytes] = []
    room = limit
    while raw[:2] == b"\x1f\x8b":
        piece, raw = _expand(raw, zlib.MAX_WBITS | 16, room)
        parts.append(piece)
        room -= len(piece)
    return b"".join(parts)


def _inflate(raw: bytes, limit: int) -> bytes:
    try:
        return _expand(raw, zlib.MAX_WBITS, limit)[0]
    except Undecodable:
        return _expand(raw, -zlib.MAX_WBITS, limit)[0]


def _expand(raw: bytes, window: int, limit: int) -> tuple[bytes, bytes]:
    engine = zlib.decompressobj(window)
    parts: list[bytes] = []
    total = 0
    try:
        while True:
            piece = engine.decompress(raw, max(_STEP, min(len(raw) * 8, limit)))
            total += len(piece)
            if total > limit:
                raise DecodedTooLarge(f"more than {limit} bytes")
            parts.append(piece)
            raw = engine.unconsumed_tail
            if engine.eof or (not raw and not piece):
                break
    except zlib.error as error:
        raise Undecodable(str(error)) from None
    if not engine.eof:
        raise Undecodable("compressed content ends early")
    return b"".join(parts), engine.unused_data
