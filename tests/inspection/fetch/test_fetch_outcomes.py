"""Every outcome that a server on loopback can provoke, and the table they come from."""

from __future__ import annotations

import asyncio
import errno
import gzip
import socket
import struct
import tracemalloc
import zlib

import httpx
import pytest

from include.inspection.fetch.decode import DecodedTooLarge, decode
from include.inspection.fetch.errors import classify
from include.inspection.fetch.outcomes import OUTCOMES, Meaning, Outcome, outcome_of_status
from include.inspection.fetch.wire import Trace


def fetch(lab, routes, path="/", *, role="section", **settings):
    """One page from a server with these routes; returns the page and the server."""

    async def story():
        async with lab.server(routes) as server, lab.pages(**settings) as pages:
            return await pages.get(server.base + path, role=role), server

    return asyncio.run(story())


def test_table_is_total_and_says_how_often():
    assert set(OUTCOMES) == set(Outcome)
    assert len(OUTCOMES) >= 20
    for rule in OUTCOMES.values():
        assert rule.permanent == (rule.tries == 1)
        assert any("\u4e00" <= char <= "\u9fff" for char in rule.label)
    assert len({rule.label for rule in OUTCOMES.values()}) == len(OUTCOMES)


@pytest.mark.parametrize("status", [401, 403, 429, 451, 404, 410, 500, 503, 418, 999])
def test_only_a_servers_own_errors_count_as_down(status):
    down = OUTCOMES[outcome_of_status(status)].meaning is Meaning.SITE_DOWN
    assert down == (500 <= status < 600)


def test_an_ordinary_page(lab):
    page, _ = fetch(lab, {"/": lab.answer()})
    assert (page.outcome, page.status, page.body) == (Outcome.OK, 200, lab.html)
    assert page.address == "127.0.0.1" and page.http_version == "HTTP/1.1"
    assert page.headers["content-type"].startswith("text/html")
    assert page.fetched_at.tzinfo is not None and len(page.tries) == 1 and page.evidence is not None


@pytest.mark.parametrize(
    ("status", "expected", "tries"),
    [
        (404, Outcome.NOT_FOUND, 1),
        (410, Outcome.GONE, 1),
        (401, Outcome.UNAUTHORIZED, 1),
        (403, Outcome.FORBIDDEN, 1),
        (451, Outcome.LEGAL, 1),
        (429, Outcome.RATE_LIMITED, 3),
        (400, Outcome.CLIENT_ERROR, 1),
        (500, Outcome.SERVER_ERROR, 3),
        (502, Outcome.BAD_GATEWAY, 3),
        (503, Outcome.SERVICE_UNAVAILABLE, 3),
    ],
)
def test_status_and_number_of_tries(lab, status, expected, tries):
    page, server = fetch(lab, {"/": lab.answer(status, b"<html><p>no</p></html>")})
    assert (page.outcome, page.status) == (expected, status)
    assert len(server.seen) == len(page.tries) == tries == OUTCOMES[expected].tries


def test_a_site_that_recovers_is_read(lab):
    page, _ = fetch(lab, {"/": lab.in_turn(lab.answer(500), lab.answer())})
    assert page.outcome is Outcome.OK and page.body == lab.html
    assert [attempt.outcome for attempt in page.tries] == [Outcome.SERVER_ERROR, Outcome.OK]
    assert all(attempt.offset is not None for attempt in page.tries)


def test_a_try_that_was_not_the_sites_fault_is_not_forgotten(lab):
    page, _ = fetch(lab, {"/": lab.in_turn(lab.answer(429), lab.answer(500), lab.answer(500))})
    assert [attempt.status for attempt in page.tries] == [429, 500, 500]
    assert page.outcome is Outcome.RATE_LIMITED and page.status == 429


def test_retry_after_is_waited_for_within_bounds(lab):
    busy = lab.answer(503, b"busy", "Retry-After: 1")
    page, server = fetch(lab, {"/": lab.in_turn(busy, lab.answer())}, retry_after_seconds=2)
    assert page.outcome is Outcome.OK and server.times[1] - server.times[0] >= 1
    page, server = fetch(lab, {"/": lab.answer(503, b"busy", "Retry-After: 3600")})
    assert page.outcome is Outcome.SERVICE_UNAVAILABLE and len(server.seen) == 1


def test_refused_connection(lab):
    async def story():
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        async with lab.pages() as pages:
            return await pages.get(f"http://127.0.0.1:{port}/", role="home")

    page = asyncio.run(story())
    assert page.outcome is Outcome.REFUSED and len(page.tries) == 3 and page.status is None


def hang_up(kind):
    async def handler(_request, writer):
        if kind == "reset":
            sock = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.close()
        raise ConnectionError

    return handler


@pytest.mark.parametrize(("kind", "expected"), [("reset", Outcome.RESET), ("close", Outcome.CLOSED)])
def test_server_that_hangs_up(lab, kind, expected):
    page, _ = fetch(lab, {"/": hang_up(kind)})
    assert page.outcome is expected and OUTCOMES[expected].meaning is Meaning.SITE_DOWN


def drip(head: bytes):
    async def handler(_request, writer):
        writer.write(head)
        while True:
            await writer.drain()
            await asyncio.sleep(0.02)
            writer.write(b"x")

    return handler


async def silent(_request, writer):
    await asyncio.sleep(5)


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        (silent, Outcome.TIMEOUT_FIRST_BYTE),
        (
            drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999\r\n\r\n"),
            Outcome.TIMEOUT_READ,
        ),
        (drip(b"HTTP/1.1 200 OK\r\nX-Slow: "), Outcome.TIMEOUT_FIRST_BYTE),
    ],
)
def test_slow_servers_are_held_to_the_time_of_a_try(lab, handler, expected):
    page, _ = fetch(lab, {"/": handler}, try_seconds=0.2)
    assert page.outcome is expected and page.body == b""
    assert all(0.15 < attempt.seconds < 0.4 for attempt in page.tries) and len(page.tries) == 2


def test_connect_timeout(lab):
    async def story():
        with socket.socket() as full:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            port = full.getsockname()[1]
            fillers = []
            for _ in range(4):  # a full backlog drops further connection requests
                filler = socket.socket()
                filler.setblocking(False)
                filler.connect_ex(("127.0.0.1", port))
                fillers.append(filler)
            async with lab.pages(try_seconds=0.15) as pages:
                page = await pages.get(f"http://127.0.0.1:{port}/", role="home")
            for filler in fillers:
                filler.close()
            return page

    assert asyncio.run(story()).outcome is Outcome.TIMEOUT_CONNECT


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"SSH-2.0-OpenSSH_9.6\r\n", Outcome.BAD_ANSWER),
        (b"HTTP/1.1 abc OK\r\n\r\n", Outcome.BAD_ANSWER),
        (b"HTTP/1.1 200 OK\r\n" + b"X-Header: y\r\n" * 1000 + b"\r\nhi", Outcome.OK),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\nhi", Outcome.BAD_ANSWER),
        (b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\nhi", Outcome.BAD_ANSWER),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<html>cut", Outcome.TRUNCATED),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<html\r\n", Outcome.TRUNCATED),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n<html\r\n", Outcome.TRUNCATED),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", Outcome.EMPTY),
        (b"HTTP/1.1 204 No Content\r\n\r\n", Outcome.EMPTY),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>until closed</html>", Outcome.OK),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>more than said", Outcome.OK),
    ],
)
def test_malformed_answers_are_outcomes(lab, sent, expected):
    page, _ = fetch(lab, {"/": lab.raw(sent)})
    assert page.outcome is expected, page.detail
    assert OUTCOMES[expected].meaning in (Meaning.UNMEASURED, Meaning.READ)


def deflate_raw(data):
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(data) + engine.flush()


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", deflate_raw),
        ("deflate, gzip", lambda data: gzip.compress(zlib.compress(data))),
        ("identity", bytes),
        ("gzip", lambda data: gzip.compress(data[:100]) + gzip.compress(data[100:])),
    ],
)
def test_content_encodings(lab, encoding, pack):
    packed = pack(lab.html)
    page, server = fetch(lab, {"/": lab.answer(200, packed, f"Content-Encoding: {encoding}")})
    assert page.outcome is Outcome.OK and page.body == lab.html
    assert server.seen[0].headers["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize(
    ("encoding", "body"), [("br", b"\x1b\x00"), ("gzip", gzip.compress(b"a" * 999, mtime=0)[:-12])]
)
def test_undecodable_content(lab, encoding, body):
    page, _ = fetch(lab, {"/": lab.answer(200, body, f"Content-Encoding: {encoding}")})
    assert page.outcome is Outcome.BAD_ENCODING and page.body == b""


@pytest.mark.parametrize("layers", [1, 2])
def test_compression_bomb(lab, layers):
    bomb = bytes(30_000_000)
    for _ in range(layers):
        bomb = gzip.compress(bomb)
    coding = ", ".join(["gzip"] * layers)
    page, _ = fetch(
        lab,
        {"/": lab.answer(200, bomb, f"Content-Encoding: {coding}")},
        decoded_bytes=2_000_000,
        try_seconds=3,
    )
    assert page.outcome is Outcome.TOO_LARGE and page.body == b""


def test_a_bomb_is_never_unpacked_whole():
    bomb = gzip.compress(bytes(60_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(DecodedTooLarge):
            decode(bomb, "gzip", 2_000_000)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def test_too_large(lab):
    big = lab.answer(200, b"<html>" + b"x" * 50_000)
    page, _ = fetch(lab, {"/": big}, page_bytes=20_000)
    assert page.outcome is Outcome.TOO_LARGE and len(page.tries) == 1


PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


@pytest.mark.parametrize(
    ("body", "kind", "role", "expected"),
    [
        (PNG, "image/png", "section", Outcome.WRONG_TYPE),
        (PNG, "text/html", "section", Outcome.WRONG_TYPE),
        (b"%PDF-1.7\n" + b"x" * 300_000, "application/pdf", "article", Outcome.WRONG_TYPE),
        (b"%PDF-1.7\n", "application/pdf", "file", Outcome.OK),
        (b'{"rows": []}', "application/octet-stream", "data", Outcome.OK),
        (b"<rss></rss>", "application/rss+xml", "feed", Outcome.OK),
        ("<html>\u9875</html>".encode("utf-16"), "text/html", "section", Outcome.OK),
        ("<html>网页</html>".encode("gb18030"), "text/html", "section", Outcome.OK),
    ],
)
def test_types(lab, body, kind, role, expected):
    page, _ = fetch(lab, {"/": lab.answer(200, body, kind=kind)}, role=role)
    assert page.outcome is expected


def go(location, *headers):
    return (
        b"HTTP/1.1 302 Found\r\nLocation: "
        + location
        + b"\r\nContent-Length: 0\r\n"
        + b"".join(headers)
        + b"\r\n"
    )


def test_redirects_are_followed_and_listed(lab):
    routes = {"/": go(b"/a"), "/a": go("/中文?x=1#part".encode()), "/%E4%B8%AD%E6%96%87?x=1": lab.answer()}
    page, server = fetch(lab, routes)
    assert page.outcome is Outcome.OK and page.url == server.base + "/"
    assert page.final_url == server.base + "/%E4%B8%AD%E6%96%87?x=1"
    assert page.redirects == (server.base + "/a", page.final_url)


def test_redirect_to_itself_with_a_cookie_is_followed(lab):
    async def door(request, writer):
        known = "seen=1" in request.headers.get("cookie", "")
        writer.write(lab.answer() if known else go(b"/", b"Set-Cookie: seen=1; Path=/\r\n"))
        await writer.drain()

    page, _ = fetch(lab, {"/": door})
    assert page.outcome is Outcome.OK


async def ever_further(request, writer):
    writer.write(go(b"/" + b"x" * len(request.path)))
    await writer.drain()


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (go(b"/"), Outcome.REDIRECT_LOOP),
        (go(b"ftp://127.0.0.1/"), Outcome.BAD_REDIRECT),
        (go(b"javascript:alert(1)"), Outcome.BAD_REDIRECT),
        (go(b"http://[::1/"), Outcome.BAD_REDIRECT),
        (go(b"http://a..b/"), Outcome.BAD_REDIRECT),
        (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", Outcome.BAD_REDIRECT),
    ],
)
def test_bad_redirects(lab, first, expected):
    page, _ = fetch(lab, {"/": first})
    assert page.outcome is expected, page.detail


def test_too_many_redirects(lab):
    routes = {"/" + "x" * n: ever_further for n in range(12)}
    page, server = fetch(lab, routes, redirects=4)
    assert page.outcome is Outcome.TOO_MANY_REDIRECTS and len(server.seen) == 5


@pytest.mark.parametrize(
    "url",
    [
        "www.example.gov.cn",
        "ftp://127.0.0.1/",
        "http://",
        "",
        "http://a b/",
        "http://[::1",
        "http://x:99999/",
        "javascript:alert(1)",
        "http://" + "a" * 300 + ".gov.cn/",
        "http://127.0.0.1/" + "x" * 100_000,
        "http://\x00/",
    ],
)
def test_urls_that_are_none(lab, url):
    async def story():
        async with lab.pages() as pages:
            return await pages.get(url, role="home"), pages.visits()

    page, visits = asyncio.run(story())
    assert page.outcome is Outcome.BAD_URL, page.detail
    assert len(visits) == 1 and page.evidence is not None


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), Outcome.DNS_NO_NAME),
        (socket.gaierror(socket.EAI_NODATA, "No address"), Outcome.DNS_NO_NAME),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"), Outcome.DNS_UNAVAILABLE),
        (socket.gaierror(socket.EAI_FAIL, "Non-recoverable failure"), Outcome.DNS_UNAVAILABLE),
        (socket.gaierror(socket.EAI_SYSTEM, "System error"), Outcome.DNS_UNAVAILABLE),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), Outcome.NETWORK_UNREACHABLE),
        (OSError(errno.EMFILE, "Too many open files"), Outcome.OWN_RESOURCES),
        (OSError("Multiple exceptions: [Errno 101] v6, [Errno 111] v4"), Outcome.REFUSED),
        (OSError("Multiple exceptions: [Errno 101] v6, [Errno 101] v4"), Outcome.NETWORK_UNREACHABLE),
        (ValueError("surprise"), Outcome.UNEXPECTED),
    ],
)
def test_our_own_outage_is_not_the_sites(error, expected):
    wrapped = httpx.ConnectError("wrapped")
    wrapped.__cause__ = error
    assert classify(wrapped, Trace(phase="connect"))[0] is expected


class FailingResolver:
    def __init__(self, error):
        self.error = error

    async def resolve(self, host, port=0, family=socket.AF_INET):
        raise self.error

    async def close(self):
        return None


@pytest.mark.parametrize(
    ("code", "expected"),
    [(socket.EAI_NONAME, Outcome.DNS_NO_NAME), (socket.EAI_AGAIN, Outcome.DNS_UNAVAILABLE)],
)
def test_names_that_do_not_resolve(lab, code, expected):
    async def story():
        async with lab.pages(resolver=FailingResolver(socket.gaierror(code, "no"))) as pages:
            return await pages.get("http://www.example.gov.cn/", role="home")

    page = asyncio.run(story())
    assert page.outcome is expected and len(page.tries) == OUTCOMES[expected].tries


class SlowResolver(FailingResolver):
    async def resolve(self, host, port=0, family=socket.AF_INET):
        await asyncio.sleep(5)


def test_resolver_that_does_not_answer_is_not_the_sites_fault(lab):
    async def story():
        async with lab.pages(resolver=SlowResolver(None), try_seconds=0.1) as pages:
            return await pages.get("http://www.example.gov.cn/", role="home")

    assert asyncio.run(story()).outcome is Outcome.TIMEOUT_DNS


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ({"subject_pages": 2}, Outcome.BUDGET_PAGES),
        ({"subject_bytes": 2 * 1024}, Outcome.BUDGET_BYTES),
        ({"subject_seconds": 1.0}, Outcome.BUDGET_SECONDS),
    ],
)
def test_budgets_of_a_subject(lab, limit, expected):
    async def story():
        routes = {f"/{n}": lab.answer(200, lab.html + b"%d" % n) for n in range(6)}
        async with lab.server(routes) as server, lab.pages(**limit) as pages:
            found = []
            for n in range(6):
                if "subject_seconds" in limit and n == 3:
                    await asyncio.sleep(1.05)
                found.append((await pages.get(f"{server.base}/{n}", role="article")).outcome)
            return found

    found = asyncio.run(story())
    assert found[0] is Outcome.OK and found[-1] is expected
