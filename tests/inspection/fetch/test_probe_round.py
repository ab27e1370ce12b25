"""One round of probes over real servers on loopback: each failure by its phase, controls, redirects, bounds."""

from __future__ import annotations

import asyncio
import hashlib
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

import pytest

from include.embedded.services import free_port
from include.inspection.daily import probes as probes_module
from include.inspection.daily.probe_log import ControlLook, Probe
from include.inspection.daily.probe_plan import ProbeRules
from include.inspection.daily.probes import BODY_BYTES, Controls, _Look, probe_round
from include.inspection.daily.series import kind_of
from include.inspection.fetch.client import Fetcher
from include.inspection.fetch.controls import ControlResult
from include.inspection.model import Site

RULES = ProbeRules.load()


def site(number: int, url: str) -> Site:
    return Site(f"44080000{number:02}", f"站{number}", url, "other", "其他")


async def silent(_request: Any, _writer: Any) -> None:
    await asyncio.sleep(5)


async def dripping(_request: Any, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 10000\r\n\r\n")
    for _ in range(100):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


def run(lab, urls: list[str], **settings: Any) -> tuple[list[Probe], list[ControlLook]]:
    sites = [site(number, url) for number, url in enumerate(urls)]

    async def go() -> tuple[list[Probe], list[ControlLook]]:
        return await probe_round(sites, lab.settings(**settings), RULES)

    probes, controls = asyncio.run(go())
    return sorted(probes, key=lambda one: one.site_code), controls


def serve(lab, routes: dict[str, Any], paths: list[str], **settings: Any) -> tuple[list[Probe], Any]:
    """Probes of these paths of one server, and the server."""

    async def go() -> tuple[list[Probe], Any]:
        async with lab.server(routes) as server:
            sites = [site(number, server.base + path) for number, path in enumerate(paths)]
            probes, _ = await probe_round(sites, lab.settings(**settings), RULES)
            return sorted(probes, key=lambda one: one.site_code), server

    return asyncio.run(go())


def test_outcomes_and_their_phases(lab):
    routes = {
        "/ok": lab.answer(),
        "/500": lab.answer(500, b"<html>error</html>"),
        "/403": lab.answer(403, b"<html>no</html>"),
        "/404": lab.answer(404, b"<html>no such page</html>"),
        "/silent": silent,
        "/drip": dripping,
        "/hangup": lab.raw(b""),
    }
    probes, _ = serve(lab, routes, list(routes))
    found = {one.url.rpartition("/")[2]: (one.outcome, one.phase, one.status, kind_of(one)) for one in probes}
    assert found == {
        "ok": ("ok", "read", 200, "opened"),
        "500": ("server_error", "read", 500, "failed"),
        "403": ("forbidden", "read", 403, "answered"),
        "404": ("not_found", "read", 404, "answered"),
        "silent": ("timeout_first_byte", "first_byte", None, "failed"),
        "drip": ("timeout_read", "read", 200, "failed"),
        "hangup": ("closed", "first_byte", None, "failed"),
    }
    (opened,) = (one for one in probes if one.outcome == "ok")
    assert (opened.size, opened.sha256) == (len(lab.html), hashlib.sha256(lab.html).hexdigest())
    assert opened.address == "127.0.0.1" and opened.final_url == "" and opened.control == "none"
    assert all(one.seconds < 0.7 for one in probes)


def test_a_machine_too_busy_to_look_blames_nobody(lab, monkeypatch):
    """The limit runs out, but long after its time: the loop was held up."""
    monkeypatch.setattr(probes_module, "LATE_SECONDS", 0.2)

    async def holding_up(_request: Any, _writer: Any) -> None:
        time.sleep(0.8)
        await asyncio.sleep(5)

    (probe,), _ = serve(lab, {"/": holding_up}, ["/"])
    assert (probe.outcome, kind_of(probe)) == ("own_resources", "unclear")


def test_nobody_listens(lab):
    (probe,), _ = run(lab, [f"http://127.0.0.1:{free_port()}/"])
    assert (probe.outcome, probe.phase, probe.status) == ("refused", "connect", None)


def test_an_address_that_is_not_public_is_not_asked(lab):
    probes, _ = run(lab, ["http://127.0.0.1:1/", "http://[::1]:1/", "http://169.254.169.254/"], allow_net=())
    assert {one.outcome for one in probes} == {"address_refused"}
    assert {kind_of(one) for one in probes} == {"unclear"}


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999/", "http:///", "ftp://127.0.0.1/"])
def test_an_address_that_is_none_is_told(lab, url):
    (probe,), _ = run(lab, [url])
    assert probe.outcome == "bad_url"


def test_there_is_one_try(lab):
    probes, server = serve(lab, {"/": lab.answer(503, b"<html>busy</html>")}, ["/"])
    assert [one.outcome for one in probes] == ["service_unavailable"]
    assert server.paths() == ["/"], "no second try, no robots.txt"


def test_no_connection_is_kept(lab):
    probes, server = serve(lab, {"/": lab.answer()}, ["/"] * 5, probes_at_once=1)
    assert {one.outcome for one in probes} == {"ok"}
    assert all(request.headers.get("connection", "").lower() == "close" for request in server.seen)


def test_redirects_are_followed_within_the_limit(lab):
    routes = {
        "/": lab.answer(302, b"", "Location: /home"),
        "/home": lab.answer(),
        "/loop": lab.answer(302, b"", "Location: /loop"),
        "/inside": lab.answer(302, b"", "Location: http://169.254.169.254/"),
        "/slow": lab.answer(302, b"", "Location: /silent"),
        "/silent": silent,
    }
    probes, server = serve(lab, routes, ["/", "/loop", "/inside", "/slow"])
    assert [one.outcome for one in probes] == ["ok", "redirect_loop", "address_refused", "timeout_first_byte"]
    assert probes[0].final_url == f"{server.base}/home"
    assert probes[3].seconds < 0.7, "the limit covers all redirects together"


def test_a_large_page_is_cut_and_counts_as_opened(lab):
    body = b"<html>" + b"<a href='/x'>y</a>" * (BODY_BYTES // 10)
    (probe,), _ = serve(lab, {"/": lab.answer(200, body)}, ["/"])
    assert (probe.outcome, probe.size, kind_of(probe)) == ("too_large", BODY_BYTES, "opened")


def test_no_more_at_once_than_allowed(lab):
    async def brief(_request: Any, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.02)
        writer.write(lab.answer())

    probes, server = serve(lab, {"/": brief}, ["/"] * 40, probes_at_once=5)
    assert server.open_most <= 5 and len(probes) == 40


def test_starts_are_spread(lab):
    probes, server = serve(lab, {"/": lab.answer()}, ["/"] * 11, probes_a_second=50.0)
    assert max(server.times) - min(server.times) >= 0.15
    assert {one.outcome for one in probes} == {"ok"}


# --- controls


def with_control(lab, answers: bool) -> tuple[list[Probe], list[ControlLook]]:
    async def go() -> tuple[list[Probe], list[ControlLook]]:
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(lab.server({"/": lab.answer()}))
            control = f"{server.base}/whatever" if answers else f"http://127.0.0.1:{free_port()}/"
            sites = [site(1, f"{server.base}/"), site(2, f"http://127.0.0.1:{free_port()}/")]
            return await probe_round(sites, lab.settings(controls=(control,)), RULES)

    return asyncio.run(go())


def test_controls_that_answer_clear_our_side(lab):
    probes, controls = with_control(lab, answers=True)
    assert {one.site_code: (one.control, kind_of(one)) for one in probes} == {
        "4408000001": ("ok", "opened"),
        "4408000002": ("ok", "failed"),
    }
    assert [look.answered for look in controls] == [True, True], "before and after; a 404 is an answer"


def test_probes_made_while_the_controls_fail_are_kept_and_count_neither_way(lab):
    probes, controls = with_control(lab, answers=False)
    assert {one.site_code: (one.outcome, one.control, kind_of(one)) for one in probes} == {
        "4408000001": ("ok", "failed", "own_outage"),
        "4408000002": ("refused", "failed", "own_outage"),
    }
    assert [look.answered for look in controls] == [False, False]


def look(began: float, ended: float, answered: bool = True, resolved: bool = True) -> _Look:
    one = ControlResult("http://c.cn/", "2026-11-20T04:00:00Z", resolved, answered, "ok", ended - began)
    return _Look(began, ended, (one,))


@pytest.mark.parametrize(
    ("looks", "outcome", "state"),
    [
        ([look(0, 1), look(30, 31)], "refused", "ok"),
        ([look(0, 1), look(30, 31, answered=False)], "refused", "failed"),
        ([look(0, 1, answered=False), look(30, 31)], "refused", "failed"),
        ([look(0, 1), look(12, 13, answered=False), look(30, 31)], "refused", "failed"),
        (
            [look(0, 1, answered=False), look(5, 6), look(30, 31), look(60, 61, answered=False)],
            "refused",
            "ok",
        ),
        ([look(0, 1)], "refused", "failed"),
        ([look(0, 1, resolved=False), look(30, 31)], "refused", "ok"),
        ([look(0, 1, resolved=False), look(30, 31)], "dns_no_name", "failed"),
        ([look(0, 1), look(30, 31)], "dns_no_name", "ok"),
    ],
)
def test_the_looks_around_a_probe_decide(lab, looks, outcome, state):
    """The probe ran from 10 to 20."""
    controls = Controls(Fetcher(lab.settings(controls=("http://c.cn/",))), 30, looks)
    assert controls.state(10, 20, outcome) == state


def test_one_control_that_answers_is_enough(lab):
    results = (*look(0, 1, answered=False).results, *look(0, 1).results)
    assert _Look(0, 1, results).answered


def test_a_long_round_looks_at_the_controls_again(lab):
    async def go() -> list[ControlLook]:
        async with lab.server({"/": lab.answer(), "/slow": silent}) as server:
            rules = ProbeRules(**{**vars(RULES), "control_seconds": 0.1})
            settings = lab.settings(controls=(server.base,))
            _, controls = await probe_round([site(1, f"{server.base}/slow")], settings, rules)
            return controls

    assert len(asyncio.run(go())) >= 4


@pytest.mark.parametrize(("down", "up", "control"), [(3, 7, "failed"), (3, 8, "none"), (2, 0, "none")])
def test_without_controls_much_that_fails_at_once_is_our_own(lab, down, up, control):
    async def go() -> list[Probe]:
        async with AsyncExitStack() as stack:
            sites = []
            for number in range(up):
                server = await stack.enter_async_context(lab.server({"/": lab.answer()}))
                sites.append(site(number, f"{server.base}/"))
            sites += [site(50 + number, f"http://127.0.0.1:{free_port()}/") for number in range(down)]
            return (await probe_round(sites, lab.settings(), RULES))[0]

    probes = asyncio.run(go())
    assert {one.control for one in probes} == {control}


def test_a_moment_is_that_of_the_start(lab):
    before = datetime.now(UTC)
    (probe,), _ = serve(lab, {"/": lab.answer()}, ["/"])
    assert before <= probe.at <= datetime.now(UTC)
