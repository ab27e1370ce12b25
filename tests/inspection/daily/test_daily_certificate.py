"""A certificate that is about to expire, read from a real TLS server."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from include.inspection.daily.certificate import certificate_until
from include.inspection.daily.warning_steps import warn
from include.inspection.daily.warnings import read_record
from include.inspection.store import ObjectStore
from include.inspection.times import beijing
from tests.inspection.daily.patrol_lab import SETTINGS, SITE, Office, Town
from tests.inspection.fetch.conftest import authority  # noqa: F401 - makes certificates that expire when we like


def today() -> Any:
    return beijing(datetime.now(UTC)).date()


@contextmanager
def town_of(context: ssl.SSLContext) -> Iterator[Town]:
    with Town(context) as town:
        town.fill(today())
        yield town


@pytest.mark.parametrize(
    ("days", "level", "check"),
    [
        (60, "", "pass"),
        (31, "", "pass"),
        (30, "yellow", "pass"),
        (14, "orange", "pass"),
        (13, "orange", "fail"),
        (2, "red", "fail"),
    ],
)
def test_the_warning_rises_as_the_end_comes_near(
    authority: Any,  # noqa: F811
    store: ObjectStore,
    tmp_path: Path,
    days: int,
    level: str,
    check: str,
):
    with town_of(authority.context(days=(-1, days))) as town:
        office = Office(town, tmp_path / "lists")
        office.settings = replace(SETTINGS, ca_file=authority.ca_file)
        day = office.patrol(store, today())
    (home,) = day.table("home.csv")
    until = datetime.fromisoformat(home["certificate_until"])
    assert abs(until - datetime.now(UTC) - timedelta(days=days)) < timedelta(minutes=5)
    (row,) = [row for row in day.table("pass.csv") if row["check_id"] == "D8"]
    assert (row["subject_id"], row["result"], row["value"]) == (SITE, check, str(days))
    warn(store, today())
    record = read_record(store, today())
    assert record is not None
    found = [(one.level, one.text) for one in record.standing if one.kind == "certificate"]
    assert found == ([(level, f"安全证书还有{days}天到期")] if level else [])


def test_what_cannot_be_told_is_no_date(authority: Any):  # noqa: F811
    """A certificate that nobody vouches for, a server without TLS, nobody there, an address that may not be asked."""
    trusting = replace(SETTINGS, ca_file=authority.ca_file, try_seconds=2)

    def until(url: str, settings: Any = trusting) -> datetime | None:
        return asyncio.run(certificate_until(url, settings))

    with town_of(authority.context(days=(-1, 20))) as town:
        assert until(f"{town.base}/") is not None
        assert until(f"{town.base}/", replace(SETTINGS, try_seconds=2)) is None
        assert until(f"{town.base}/", replace(trusting, allow_net=())) is None
        port = town.port
    assert until(f"https://127.0.0.1:{port}/") is None
    with Town() as plain:
        assert until(f"https://127.0.0.1:{plain.port}/") is None
