"""TLS failures told apart by cause, and hosts that speak only HTTP/2."""

from __future__ import annotations

import asyncio

import h2.config
import h2.connection
import h2.events
import pytest

from include.inspection.fetch.outcomes import OUTCOMES, Meaning, Outcome


def fetch(lab, authority, context, *, trusted=True, **settings):
    async def story():
        ca_file = authority.ca_file if trusted else None
        served = lab.server({"/": lab.answer()}, tls=context)
        async with served as server, lab.pages(ca_file=ca_file, **settings) as pages:
            return await pages.get(server.base + "/", role="home")

    return asyncio.run(story())


def test_a_good_certificate_is_read(lab, authority):
    page = fetch(lab, authority, authority.context())
    assert page.outcome is Outcome.OK and page.address == "127.0.0.1"


@pytest.mark.parametrize(
    ("certificate", "trusted", "expected", "meaning"),
    [
        ({"days": (-30, -1)}, True, Outcome.CERT_EXPIRED, Meaning.SITE_DOWN),
        ({"name": "www.other.gov.cn"}, True, Outcome.CERT_WRONG_HOST, Meaning.SITE_DOWN),
        ({"self_signed": True}, True, Outcome.CERT_SELF_SIGNED, Meaning.UNMEASURED),
        ({"days": (2, 30)}, True, Outcome.CERT_NOT_YET_VALID, Meaning.UNMEASURED),
        ({}, False, Outcome.CERT_UNTRUSTED, Meaning.UNMEASURED),
    ],
)
def test_bad_certificates_by_cause(lab, authority, certificate, trusted, expected, meaning):
    page = fetch(lab, authority, authority.context(**certificate), trusted=trusted)
    assert page.outcome is expected, page.detail
    assert OUTCOMES[expected].meaning is meaning and len(page.tries) == 1


def test_answer_that_is_no_tls(lab):
    async def plain(reader, writer):
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def story():
        listener = await asyncio.start_server(plain, "127.0.0.1", 0)
        port = listener.sockets[0].getsockname()[1]
        async with lab.pages() as pages:
            page = await pages.get(f"https://127.0.0.1:{port}/", role="home")
        listener.close()
        return page

    page = asyncio.run(story())
    assert page.outcome is Outcome.TLS_HANDSHAKE
    assert OUTCOMES[page.outcome].meaning is Meaning.UNMEASURED


def test_handshake_that_never_ends(lab):
    async def story():
        async def mute(reader, writer):
            await asyncio.sleep(5)

        listener = await asyncio.start_server(mute, "127.0.0.1", 0)
        port = listener.sockets[0].getsockname()[1]
        async with lab.pages(try_seconds=0.2) as pages:
            page = await pages.get(f"https://127.0.0.1:{port}/", role="home")
        listener.close()
        return page

    assert asyncio.run(story()).outcome is Outcome.TIMEOUT_TLS


class H2Server:
    """Speaks HTTP/2 alone: anything that does not begin with its preface is cut off."""

    def __init__(self, body):
        self.body = body
        self.connections = 0

    async def handle(self, reader, writer):
        self.connections += 1
        try:
            await self._talk(reader, writer)
        except (ConnectionError, h2.exceptions.ProtocolError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader, writer):
        data = await reader.read(65536)
        if not data.startswith(b"PRI * HTTP/2.0"):
            return
        conn = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        conn.initiate_connection()
        while data:
            for event in conn.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    head = [
                        (":status", "200"),
                        ("content-type", "text/html"),
                        ("x-odd", "值".encode().decode("latin-1")),
                    ]
                    conn.send_headers(event.stream_id, head)
                    conn.send_data(event.stream_id, self.body, end_stream=True)
            writer.write(conn.data_to_send())
            await writer.drain()
            data = await reader.read(65536)


@pytest.mark.parametrize("negotiates", [True, False])
def test_host_that_speaks_only_http2(lab, authority, negotiates):
    context = authority.context()
    if negotiates:
        context.set_alpn_protocols(["h2"])

    async def story():
        server = H2Server(lab.html)
        listener = await asyncio.start_server(server.handle, "127.0.0.1", 0, ssl=context)
        base = f"https://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
        async with lab.pages(ca_file=authority.ca_file) as pages:
            first = await pages.get(base + "/", role="home")
            before = server.connections
            second = await pages.get(base + "/2", role="section")
            again = server.connections - before
        listener.close()
        return first, second, again

    first, second, again = asyncio.run(story())
    if negotiates:
        assert first.outcome is Outcome.OK, first.detail
        assert first.http_version == "HTTP/2" and first.body == lab.html and first.address == "127.0.0.1"
        assert second.outcome is Outcome.OK and again == 0
    else:  # no ALPN, no HTTP/2: nothing more can be done
        assert first.outcome is Outcome.CLOSED


def test_http2_meets_the_same_guard(lab, authority):
    context = authority.context()
    context.set_alpn_protocols(["h2"])

    async def story():
        server = H2Server(lab.html)
        listener = await asyncio.start_server(server.handle, "127.0.0.1", 0, ssl=context)
        base = f"https://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
        async with lab.pages(ca_file=authority.ca_file, allow_net=()) as pages:
            pages._fetcher.transport._needs_second[base.removeprefix("https://").encode()] = True
            page = await pages.get(base + "/", role="home")
        listener.close()
        return page, server.connections

    page, connections = asyncio.run(story())
    assert page.outcome is Outcome.ADDRESS_REFUSED and connections == 0
