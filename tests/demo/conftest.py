from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import datetime

import pytest

from include.demo.dates import monitoring_point
from include.demo.server import CityServer, running


@pytest.fixture(scope="session")
def demo_as_of() -> datetime:
    return monitoring_point("2024-12-31T10:00")


@pytest.fixture(scope="session")
def demo_city(demo_as_of: datetime) -> Iterator[CityServer]:
    """The whole city answering on loopback, in a thread of its own."""
    loop = asyncio.new_event_loop()
    up = threading.Event()
    found: list[CityServer] = []
    stop = asyncio.Event()

    async def main() -> None:
        async with running(demo_as_of) as city:
            found.append(city)
            up.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(main()), daemon=True)
    thread.start()
    assert up.wait(20), "the city did not come up"
    yield found[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)
    loop.close()
