"""Control addresses: any answer proves our network, a name that was found proves our name service."""

from __future__ import annotations

import asyncio
import socket

import pytest
from aiohttp.abc import AbstractResolver

from include.embedded.services import free_port
from include.inspection.fetch.client import Fetcher
from include.inspection.fetch.controls import ControlResult, controls_answer
from include.inspection.fetch.settings import FetchSettings


class Names(AbstractResolver):
    """Knows ``names`` and says of every other one that it does not exist."""

    def __init__(self, **names: str) -> None:
        self.names = {name.replace("_", "."): address for name, address in names.items()}

    async def resolve(self, host, port=0, family=socket.AF_UNSPEC):
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        return [
            {
                "hostname": host,
                "host": self.names[host],
                "port": port,
                "family": socket.AF_INET,
                "proto": 0,
                "flags": flags,
            }
        ]

    async def close(self):
        return None


def ask(lab, urls, *, routes=None, resolver=None, **settings) -> list[ControlResult]:
    async def story():
        async with lab.server(routes or {}) as server:
            addresses = [url.replace("PORT", str(server.port)) for url in urls]
            async with Fetcher(lab.settings(**settings), resolver=resolver) as fetcher:
                return await controls_answer(fetcher, addresses)

    return asyncio.run(story())


def test_any_answer_of_a_named_control_proves_network_and_names(lab):
    (found,) = ask(lab, ["http://control.test:PORT/"], resolver=Names(control_test="127.0.0.1"))
    assert (found.resolved, found.answered, found.outcome) == (True, True, "ok"), "404 is an answer"
    assert found.at.endswith("Z") and found.url.startswith("http://control.test:")


def test_numeric_control_proves_the_network_alone(lab):
    (found,) = ask(lab, ["http://127.0.0.1:PORT/"])
    assert (found.resolved, found.answered) == (False, True)


def test_name_service_that_denies_everything_is_seen(lab):
    found = ask(lab, ["http://a.test/", "http://b.test/"], resolver=Names())
    assert [(one.resolved, one.answered, one.outcome) for one in found] == [(False, False, "dns_no_name")] * 2


def test_name_that_is_found_and_silent_proves_the_name_service(lab):
    (found,) = ask(lab, [f"http://control.test:{free_port()}/"], resolver=Names(control_test="127.0.0.1"))
    assert (found.resolved, found.answered, found.outcome) == (True, False, "refused")


def test_hanging_control_ends_with_the_time_of_one_try(lab):
    async def hang(_request, _writer):
        await asyncio.sleep(30)

    (found,) = ask(lab, ["http://127.0.0.1:PORT/"], routes={"/": hang}, try_seconds=0.2)
    assert (found.answered, found.outcome) == (False, "timeout_first_byte")
    assert found.seconds < 5


def test_controls_of_the_settings_are_asked_where_none_are_given(lab):
    async def story():
        async with (
            lab.server({"/": lab.answer()}) as server,
            Fetcher(lab.settings(controls=(f"{server.base}/",))) as fetcher,
        ):
            return await controls_answer(fetcher)

    assert [one.answered for one in asyncio.run(story())] == [True]


def test_an_address_that_cannot_be_used_is_a_result_and_no_error(lab):
    (found,) = ask(lab, ["ftp://control.test/"])
    assert (found.answered, found.outcome) == (False, "bad_url")


def test_setting_is_a_list_of_addresses():
    made = FetchSettings.from_env({"INSPECTION_CONTROLS": "https://a.gov.cn/, http://b.gov.cn:8080/x"})
    assert made.controls == ("https://a.gov.cn/", "http://b.gov.cn:8080/x")
    with pytest.raises(ValueError, match=r"INSPECTION_CONTROLS.*“a\.gov\.cn”不是网址"):
        FetchSettings.from_env({"INSPECTION_CONTROLS": "https://b.gov.cn, a.gov.cn"})
