"""Making office files the same, byte for byte, whenever they are made from the same notice."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from typing import Any

_EPOCH = (1980, 1, 1, 0, 0, 0)
_STAMPS = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")
_FIRST = "[Content_Types].xml"


def stable(data: bytes, moment: datetime | None) -> bytes:
    """The zip ``data``, its members in order and without times, dated ``moment`` in its properties."""
    stamp = (
        (moment or datetime(1980, 1, 1, tzinfo=UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    )
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(out, "w") as made:
        for name in sorted(given.namelist(), key=lambda name: (name != _FIRST, name)):
            content = given.read(name)
            if name == "docProps/core.xml":
                content = _STAMPS.sub(lambda m: m[1] + stamp + m[3], content)
            member = zipfile.ZipInfo(name, _EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            # The host system would otherwise stand in the bytes.
            member.create_system = 3
            made.writestr(member, content)
    return out.getvalue()


def moment_of(view: Any) -> datetime | None:
    """The moment that a file is dated: the day of the notice, or else the monitoring point."""
    day = view["notice_date"]
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else view["monitoring_point"]
