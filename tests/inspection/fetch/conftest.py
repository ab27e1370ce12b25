"""A laboratory of loopback servers: ordinary, hostile, TLS; and page sources whose limits are short."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import ssl
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from include.inspection.fetch.client import Fetcher, LivePages
from include.inspection.fetch.evidence import EvidenceWriter
from include.inspection.fetch.settings import FetchSettings, parse_networks

Handler = Callable[["Request", asyncio.StreamWriter], Awaitable[Any]]

LINKS = "".join(f'<li><a href="/a/{n}.html">关于第{n}项工作的通知</a> 2024-12-01</li>' for n in range(12))
HTML = f"<html><head><title>某某县人民政府</title></head><body>{LINKS}</body></html>".encode()


class Request:
    def __init__(self, head: bytes) -> None:
        lines = head.decode("latin-1").split("\r\n")
        self.path = lines[0].split(" ")[1]
        self.headers = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:]) if name
        }


class Server:
    """Answers each path with bytes sent as they are, or by a handler; counts what it sees."""

    def __init__(self, routes: dict[str, bytes | Handler]) -> None:
        self.routes = routes
        self.base = ""
        self.port = 0
        self.seen: list[Request] = []
        self.times: list[float] = []
        self.open_now = 0
        self.open_most = 0

    def paths(self) -> list[str]:
        return [request.path for request in self.seen]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open_now += 1
        self.open_most = max(self.open_most, self.open_now)
        try:
            while True:
                request = Request(await reader.readuntil(b"\r\n\r\n"))
                self.seen.append(request)
                self.times.append(asyncio.get_running_loop().time())
                route = self.routes.get(request.path, answer(404, b"<html>nothing here</html>"))
                if isinstance(route, bytes):
                    writer.write(route)
                    await writer.drain()
                else:
                    await route(request, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.open_now -= 1
            writer.close()


def answer(status: int = 200, body: bytes = HTML, *headers: str, kind: str = "text/html") -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def raw(data: bytes) -> Handler:
    """Sends the bytes and hangs up."""

    async def handler(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        writer.close()
        raise ConnectionError

    return handler


def in_turn(*answers: bytes | Handler) -> Handler:
    """A different answer every time, the last one repeatedly."""
    left = list(answers)

    async def handler(request: Request, writer: asyncio.StreamWriter) -> None:
        now = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(now, bytes):
            writer.write(now)
            await writer.drain()
        else:
            await now(request, writer)

    return handler


class Lab:
    answer = staticmethod(answer)
    raw = staticmethod(raw)
    in_turn = staticmethod(in_turn)
    html = HTML

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.warc = folder / "fetch-1.warc.gz"
        self.key = "rounds/2024Q4/evidence/4400000001/fetch-1.warc.gz"

    def settings(self, **changes: Any) -> FetchSettings:
        short: dict[str, Any] = {
            "allow_net": parse_networks("127.0.0.0/8,::1/128"),
            "pause_seconds": 0.0,
            "retry_seconds": 0.01,
            "try_seconds": 0.4,
        }
        return FetchSettings(**(short | changes))

    @asynccontextmanager
    async def server(
        self,
        routes: dict[str, Any],
        *,
        host: str = "127.0.0.1",
        tls: Any = None,
        name: str = "",
    ):
        server = Server(routes)
        listener = await asyncio.start_server(server.handle, host, 0, ssl=tls)
        server.port = listener.sockets[0].getsockname()[1]
        shown = name or (f"[{host}]" if ":" in host else host)
        server.base = f"{'https' if tls else 'http'}://{shown}:{server.port}"
        try:
            yield server
        finally:
            listener.close()

    @asynccontextmanager
    async def pages(self, *, authorised: bool = True, resolver=None, writer=None, **changes: Any):
        writer = writer or EvidenceWriter(self.warc, self.key)
        async with Fetcher(self.settings(**changes), resolver=resolver) as fetcher:
            yield LivePages(fetcher, writer, authorised=authorised)
        writer.close()


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


class Authority:
    """A certificate authority made for one test session."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
        self._cert = self._build(self._name, self._key, ca=True)
        self.ca_file = folder / "ca.pem"
        self.ca_file.write_bytes(self._cert.public_bytes(serialization.Encoding.PEM))

    def context(self, *, self_signed: bool = False, days=(-1, 30), name: str = "127.0.0.1"):
        """A server's TLS context whose certificate is for ``name``, valid from and until days from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        cert = self._build(subject, key, days=days, name=name, self_signed=self_signed)
        path = self.folder / f"{abs(hash((self_signed, days, name)))}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + cert.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _build(self, subject, key, *, ca=False, days=(-1, 30), name="", self_signed=False):
        now = dt.datetime.now(dt.UTC)
        own = ca or self_signed
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject if own else self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + dt.timedelta(days=days[0]))
            .not_valid_after(now + dt.timedelta(days=days[1]))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if name:
            try:
                general: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
            except ValueError:
                general = x509.DNSName(name)
            builder = builder.add_extension(x509.SubjectAlternativeName([general]), critical=False)
        return builder.sign(key if own else self._key, hashes.SHA256())


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls"))
