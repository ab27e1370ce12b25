"""Receivers of messages on loopback: a real SMTP server, and an HTTP server that answers like the robots do."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header, make_header
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from include.embedded.services import free_port

USER, PASSWORD = "wangjian", "smtp-password-7731"
DING_SECRET, FEISHU_SECRET = "SECdingding00112233", "feishusecret445566"


@dataclass
class Mail:
    to: list[str]
    subject: str
    text: str
    headers: dict[str, str]


class Mailbox:
    """What the SMTP server took; recipients of ``refused`` are answered 550."""

    def __init__(self) -> None:
        self.port = free_port()
        self.mails: list[Mail] = []
        self.refused: set[str] = set()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        parsed = message_from_bytes(envelope.content)
        part = next(item for item in parsed.walk() if item.get_content_type() == "text/plain")
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        subject = str(make_header(decode_header(parsed["Subject"])))
        self.mails.append(Mail(list(envelope.rcpt_tos), subject, payload.decode(), dict(parsed.items())))
        return "250 taken"


@contextmanager
def smtp_server(
    mailbox: Mailbox, tls: ssl.SSLContext | None = None, *, starttls: bool = False
) -> Iterator[None]:
    """Over TLS from the first byte with ``tls``, or upgraded to it with ``starttls``."""

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        known = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=known, handled=False)

    controller = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=mailbox.port,
        authenticator=authenticate,
        auth_require_tls=False,
        auth_required=True,
        ssl_context=None if starttls else tls,
        tls_context=tls if starttls else None,
        require_starttls=starttls,
    )
    controller.start()
    try:
        yield
    finally:
        controller.stop()


@dataclass
class Receiver:
    """An HTTP server with the paths of the robots and one plain webhook; ``answers`` overrides what a path answers."""

    port: int = field(default_factory=free_port)
    taken: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    asked: int = 0
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def texts(self, path: str) -> list[str]:
        found = [body for at, body in self.taken if at == path]
        return [
            body.get("text", body.get("content", {})).get("content") or body["content"]["text"]
            for body in found
        ]

    def answer(self, url: str, body: dict[str, Any], headers: dict[str, str]) -> tuple[int, bytes]:
        """(status, body) as the real services answer: HTTP 200 with a code, also where they refuse."""
        self.asked += 1
        parts = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path in self.answers:
            return self.answers[parts.path]
        reply: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}
        if parts.path == "/cgi-bin/webhook/send":
            if query.get("key") != "wecom-key-1":
                reply = {"errcode": 93000, "errmsg": "invalid webhook url"}
            elif len(body["text"]["content"].encode()) > 2048:
                reply = {"errcode": 40058, "errmsg": "text.content exceed max length 2048"}
        elif parts.path == "/robot/send":
            text = f"{query['timestamp']}\n{DING_SECRET}".encode()
            sign = base64.b64encode(hmac.new(DING_SECRET.encode(), text, hashlib.sha256).digest()).decode()
            if query.get("sign") != sign:
                reply = {"errcode": 310000, "errmsg": "sign not match"}
        elif parts.path.startswith("/open-apis/bot/v2/hook/"):
            key = f"{body['timestamp']}\n{FEISHU_SECRET}".encode()
            sign = base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
            right = body.get("sign") == sign
            reply = {"code": 0, "msg": "success"} if right else {"code": 19021, "msg": "sign match fail"}
        if not (reply.get("errcode") or reply.get("code")):
            self.taken.append((parts.path, body))
            self.headers.append(headers)
        return 200, json.dumps(reply).encode()


@contextmanager
def http_server(receiver: Receiver) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, reply = receiver.answer(self.path, body, dict(self.headers.items()))
            self.send_response(status)
            if status in (301, 302, 307):
                self.send_header("Location", reply.decode())
                reply = b""
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", receiver.port), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def settings(receiver: Receiver, smtp_port: int) -> dict[str, Any]:
    """What an operator would keep with the secrets, with every service on loopback."""
    return {
        "email": {
            "host": "127.0.0.1",
            "port": smtp_port,
            "security": "insecure",
            "user": USER,
            "password": PASSWORD,
            "from": "网检 <wangjian@example.gov.cn>",
        },
        "wecom": {"office": {"key": "wecom-key-1", "base": receiver.base}},
        "dingtalk": {"office": {"token": "dingtoken2", "secret": DING_SECRET, "base": receiver.base}},
        "feishu": {"office": {"token": "feishu-token-3", "secret": FEISHU_SECRET, "base": receiver.base}},
        "webhook": {
            "oa": {
                "url": f"{receiver.base}/oa/hook?tenant=7",
                "headers": {"Authorization": "Bearer oa-secret-9"},
            }
        },
    }
