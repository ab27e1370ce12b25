"""What the crawling sides share: the plan of addresses, the ledger of facts, the meter, the turn of sites."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

SITES_AT_ONCE = 10
CONNECTIONS_A_HOST = 2


@dataclass(frozen=True)
class Target:
    """One address to fetch; ``family`` and ``role`` are known to every side."""

    url: str
    host: str
    family: str
    role: str


@dataclass(frozen=True)
class Facts:
    """What every side reads from a page. ``sections`` is not compared: what leads to a section is a judgement."""

    title: str
    tags: int
    links: int
    sections: int
    dated: int
    newest: date | None
    published: date | None

    @property
    def compared(self) -> tuple[Any, ...]:
        """The facts that all sides must agree on."""
        days = (day.isoformat() if day else None for day in (self.newest, self.published))
        return (self.title, self.tags, self.links, self.dated, *days)

    @property
    def count(self) -> int:
        """Single facts: each tag, link and dated item, the title and the day of publication."""
        return self.tags + self.links + self.dated + bool(self.title) + (self.published is not None)


class Ledger:
    """One line a page, written as it is read."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8")
        self.pages = 0

    def add(self, url: str, facts: Facts) -> None:
        self.pages += 1
        self._file.write(json.dumps([url, *facts.compared], ensure_ascii=False) + "\n")

    def close(self) -> None:
        self._file.close()


class Meter:
    """CPU seconds (user and system, all threads) and wall seconds of this process since it was made."""

    def __init__(self) -> None:
        self._cpu, self._wall = _cpu(), time.monotonic()

    def result(self, ledger: Ledger, **more: Any) -> dict[str, Any]:
        return {
            "pages": ledger.pages,
            "cpu": _cpu() - self._cpu,
            "wall": time.monotonic() - self._wall,
            "peak_mib": _peak_mib(),
            **more,
        }


def _cpu() -> float:
    times = os.times()
    return times.user + times.system


def _peak_mib() -> float:
    """The largest resident size so far. The kernel's own mark, because getrusage may carry the parent's over."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def arguments() -> tuple[list[Target], Path]:
    """The targets and the folder for everything that is written."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--plan", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    given = parser.parse_args()
    rows = given.plan.read_text(encoding="utf-8").splitlines()
    return [Target(**json.loads(row)) for row in rows], given.folder


def write_plan(path: Path, targets: Iterable[Target]) -> None:
    path.write_text("".join(json.dumps(asdict(target)) + "\n" for target in targets), encoding="utf-8")


def by_site(targets: Sequence[Target]) -> dict[str, list[Target]]:
    sites: dict[str, list[Target]] = {}
    for target in targets:
        sites.setdefault(target.host, []).append(target)
    return sites


async def site_by_site(
    targets: Sequence[Target], read_site: Callable[[str, Iterator[Target]], Awaitable[None]]
) -> None:
    """``read_site(host, targets)`` for every site, a fixed number of sites at once."""
    gate = asyncio.Semaphore(SITES_AT_ONCE)

    async def one(host: str, of_site: list[Target]) -> None:
        async with gate:
            await read_site(host, iter(of_site))

    async with asyncio.TaskGroup() as group:
        for host, of_site in by_site(targets).items():
            group.create_task(one(host, of_site))


async def side_by_side(targets: Iterator[Target], read: Callable[[Target], Awaitable[None]]) -> None:
    """``read(target)`` for every target of one site, as many at once as a host allows."""

    async def worker() -> None:
        for target in targets:
            await read(target)

    async with asyncio.TaskGroup() as group:
        for _ in range(CONNECTIONS_A_HOST):
            group.create_task(worker())
