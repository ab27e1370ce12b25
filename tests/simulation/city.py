"""The made-up city in a process of its own, so that its work is not done on the product's processor time."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection

from include.demo.server import running
from include.demo.timeline import Timeline, TimelineCity

_START_SECONDS = 60


@dataclass(frozen=True)
class City:
    """The city as the simulation sees it: a port on every address of it, and a clock."""

    port: int
    _clock: Connection

    def set(self, moment: datetime) -> None:
        """From now on the city is as at ``moment``."""
        self._clock.send(moment)
        self._clock.recv()


@contextmanager
def city_of(line: Timeline) -> Iterator[City]:
    # "spawn": nothing of this process, its threads and locks least of all, is carried over.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, line.patrol_moment(line.first)), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(_START_SECONDS):
            raise RuntimeError("the city did not start")
        yield City(ours.recv(), ours)
    finally:
        ours.close()
        process.join(10)
        process.terminate()


def _serve(clock: Connection, moment: datetime) -> None:
    async def serve() -> None:
        stopped = asyncio.Event()

        def tick(city: TimelineCity) -> None:
            try:
                city.set(clock.recv())
                clock.send(True)
            except (EOFError, OSError):
                stopped.set()

        async with running(moment, 0, TimelineCity) as city:
            assert isinstance(city, TimelineCity)
            asyncio.get_running_loop().add_reader(clock.fileno(), tick, city)
            clock.send(city.port)
            await stopped.wait()
            asyncio.get_running_loop().remove_reader(clock.fileno())

    asyncio.run(serve())
