"""The city on loopback, over real connections."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from include.demo.city import accounts, sites
from include.demo.server import CityServer


@pytest.fixture(scope="module")
def client(demo_city: CityServer) -> httpx.Client:
    return httpx.Client(timeout=5, trust_env=False)


def home(city: CityServer, code: str) -> str:
    return next(site.url for site in city.sites.values() if site.plan.code == code)


def test_the_first_request_fails_once_and_the_next_succeeds(
    client: httpx.Client, demo_city: CityServer
) -> None:
    portal, department = home(demo_city, "9901240001"), home(demo_city, "9901000004")
    assert [client.get(portal).status_code for _ in range(3)] == [503, 200, 200]
    with pytest.raises(httpx.TransportError):
        client.get(department)
    assert client.get(department).status_code == 200


def test_every_site_answers_on_an_address_of_its_own(client: httpx.Client, demo_city: CityServer) -> None:
    addresses = {httpx.URL(site.url).host for site in demo_city.sites.values()}
    assert len(addresses) == 52 and all(address.startswith("127.") for address in addresses)
    for site in demo_city.sites.values():
        if "first_try" in site.plan.make:
            continue
        answer = client.get(site.url)
        assert answer.status_code == 200
        charset = site.family.setting.get("charset", "utf-8")
        assert site.plan.name in answer.content.decode(charset)
        assert ("charset" in answer.headers["content-type"]) == (charset == "utf-8")


def test_unknown_addresses_are_not_found_and_nothing_is_written(
    client: httpx.Client, demo_city: CityServer
) -> None:
    url = home(demo_city, "9901210001")
    assert client.get(url + "no/such/page.html").status_code == 404
    assert client.get(url + "../../etc/passwd").status_code == 404
    assert client.post(url + "letter/submit").status_code == 405


def test_some_sites_send_validators(client: httpx.Client, demo_city: CityServer) -> None:
    headers = client.get(home(demo_city, "9901210001")).headers
    assert headers["etag"] and headers["last-modified"].endswith("GMT")


def test_every_account_has_its_feed(client: httpx.Client, demo_city: CityServer) -> None:
    starts = {"rss": b"<?xml", "atom": b"<?xml", "json": b"{"}
    for plan in accounts():
        answer = client.get(f"http://{plan.host}:{demo_city.port}{plan.feed_path}")
        assert answer.status_code == 200 and answer.content.startswith(starts[plan.feed])
        assert plan.name in answer.text


def test_the_command_announces_its_addresses_and_stops_on_a_signal(
    tmp_path: Path, demo_as_of: datetime
) -> None:
    ready = tmp_path / "ready.json"
    command = [
        sys.executable,
        "-m",
        "include.demo",
        "serve",
        "--as-of",
        "2024-12-31T10:00",
        "--ready",
        str(ready),
    ]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 20
        while not ready.exists() and time.monotonic() < until:
            time.sleep(0.05)
        found = json.loads(ready.read_text(encoding="utf-8"))
        assert found["as_of"] == demo_as_of.isoformat() and set(found["sites"]) == {
            plan.code for plan in sites()
        }
        assert httpx.get(found["sites"]["9901210001"], trust_env=False).status_code == 200
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
