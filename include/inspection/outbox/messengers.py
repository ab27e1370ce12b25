"""The ways out to people: e-mail, 企业微信, 钉钉, 飞书 and plain webhooks, all over the library apprise.

Where a message may go stands in one place, the settings that the operator keeps with the secrets; a recipients list
names them and never holds an address of the web. Of the three robots the library's own sending is not used: they
answer HTTP 200 also when they refuse a message, and only the answer's code tells; the library takes that for sent.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import httpx
import jsonschema
from apprise import NotifyFormat
from apprise.logger import LogCapture
from apprise.plugins.custom_json import NotifyJSON
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.email.base import NotifyEmail
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot

#: Their messages carry tokens, addresses with keys and whole texts; what is worth telling is told by SendError.
_TALKATIVE = ("httpx", "httpcore", "urllib3")
logging.getLogger("apprise").propagate = False

SECONDS = 15.0
_MOST_ANSWER = 64 * 1024
_CUT = "……（内容过长，后略）"

_TEXT = {"type": "string", "minLength": 1}
_URL = {"type": "string", "pattern": "^https?://[^\\s@]+$"}
_TOKEN = {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"}


def _object(required: list[str], properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": properties,
    }


def _named(entry: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": entry}


_SCHEMA = _object(
    [],
    {
        "email": _object(
            ["host", "from"],
            {
                "host": _TEXT,
                "port": {"type": "integer", "minimum": 1, "maximum": 65535},
                "security": {"enum": ["ssl", "starttls", "insecure"]},
                "user": _TEXT,
                "password": _TEXT,
                "from": _TEXT,
            },
        ),
        "wecom": _named(_object(["key"], {"key": _TOKEN, "base": _URL})),
        "dingtalk": _named(_object(["token"], {"token": _TOKEN, "secret": _TEXT, "base": _URL})),
        "feishu": _named(_object(["token"], {"token": _TOKEN, "secret": _TEXT, "base": _URL})),
        "webhook": _named(
            _object(["url"], {"url": _URL, "headers": {"type": "object", "additionalProperties": _TEXT}})
        ),
    },
)


class SendError(Exception):
    """A message was not taken. The text is Chinese and holds no secret.

    ``whole_channel``: nothing else of this kind will get out now either.
    """

    def __init__(self, reason: str, *, whole_channel: bool = False) -> None:
        super().__init__(reason)
        self.whole_channel = whole_channel


class Sender(Protocol):
    """What a delivery needs of the messengers."""

    def send(self, channel: str, address: str, title: str, body: str, facts: Mapping[str, str]) -> None: ...


class Messengers:
    """The configured ways out. ``settings`` is the extra of the connection; see docs/operations.md."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        error = jsonschema.exceptions.best_match(
            jsonschema.Draft202012Validator(_SCHEMA).iter_errors(dict(settings))
        )
        if error is not None:
            # The value itself may be a secret, so only its place is told.
            place = ".".join(str(part) for part in error.absolute_path) or "（最外层）"
            raise ValueError(
                f"连接 inspection_messengers 的 extra 里 {place} 不符合要求（{error.validator}）：请对照 docs/operations.md 填写"
            )
        self._settings = settings

    def send(self, channel: str, address: str, title: str, body: str, facts: Mapping[str, str]) -> None:
        """Send one plain text to one address of ``channel``; ``facts`` go along where the form has room for them.

        ``address`` is an e-mail address, or the name under which the settings keep a robot or webhook. Raises SendError.
        """
        with _silence():
            self._send(channel, address, title, body, facts)

    def _send(self, channel: str, address: str, title: str, body: str, facts: Mapping[str, str]) -> None:
        if channel == "email":
            self._email(address, title, body, facts)
            return
        entry = self._settings.get(channel, {}).get(address)
        if entry is None:
            raise SendError(
                f"连接 inspection_messengers 里没有 {channel} 的“{address}”：请补上，或改收件人名单"
            )
        if channel == "webhook":
            _send_json(entry, title, body, facts)
        else:
            _ROBOTS[channel](entry, f"{title}\n{body}")

    def _email(self, address: str, title: str, body: str, facts: Mapping[str, str]) -> None:
        server = self._settings.get("email")
        if server is None:
            raise SendError("连接 inspection_messengers 里没有 email：请补上邮件服务器", whole_channel=True)
        security = server.get("security", "ssl")
        with LogCapture(level=logging.DEBUG, fmt="%(message)s") as log:
            sent = NotifyEmail(
                host=server["host"],
                smtp_host=server["host"],
                port=server.get("port"),
                secure_mode=security,
                user=server.get("user"),
                password=server.get("password"),
                from_addr=server["from"],
                targets=[address],
                headers={f"X-Inspection-{name}": value for name, value in facts.items() if value.isascii()},
                secure=security != "insecure",
                format="text",
            ).notify(title=title, body=body, body_format=NotifyFormat.TEXT)
            said = log.getvalue()
        if not sent:
            refused = "SMTP recipient" in said or "Sending email to" in said
            reason = _scrubbed(said.partition("Socket Exception: ")[2].partition("\n")[0], server)
            raise SendError(
                f"邮件{'被服务器拒收' if refused else '服务器连接失败'}{f'（{reason}）' if reason else ''}",
                whole_channel=not refused,
            )


@contextmanager
def _silence() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in _TALKATIVE]
    before = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.CRITICAL)
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def _scrubbed(text: str, entry: Mapping[str, Any]) -> str:
    for value in entry.values():
        if isinstance(value, str) and len(value) > 3 and value != entry.get("host"):
            text = text.replace(value, "***")
    return " ".join(text.split())[:200]


def _send_json(entry: Mapping[str, Any], title: str, body: str, facts: Mapping[str, str]) -> None:
    url = urlsplit(entry["url"])
    path = url.path + (f"?{url.query}" if url.query else "")
    with LogCapture(level=logging.WARNING, fmt="%(message)s") as log:
        sent = NotifyJSON(
            host=url.hostname,
            port=url.port,
            fullpath=path,
            secure=url.scheme == "https",
            headers=dict(entry.get("headers", {})),
            payload=dict(facts),
            redirect="no",
            cto=SECONDS,
            rto=SECONDS,
        ).notify(title=title, body=body, body_format=NotifyFormat.TEXT)
        said = log.getvalue()
    if not sent:
        status = said.rpartition("error=")[2].strip(" .\n") if "error=" in said else ""
        raise SendError(f"网络回调{f'应答 {status}' if status else '连接失败'}")


class _WeCom(NotifyWeComBot):
    def deliver(self, text: str) -> None:
        content = _cut(text, self.body_maxlen)
        _post("企业微信", self.api_url, {"msgtype": "text", "text": {"content": content}})


class _DingTalk(NotifyDingTalk):
    def deliver(self, text: str) -> None:
        params = {}
        if self.secret:
            # The library quotes the signature, and so does the client that sends it.
            timestamp, signature = self.get_signature()
            params = {"timestamp": timestamp, "sign": unquote(signature)}
        payload = {"msgtype": "text", "text": {"content": _cut(text, self.body_maxlen)}}
        _post("钉钉", self.notify_url.format(token=self.token), payload, params)


class _Feishu(NotifyFeishu):
    secret = ""

    def deliver(self, text: str, timestamp: int) -> None:
        payload: dict[str, Any] = {"msg_type": "text", "content": {"text": _cut(text, self.body_maxlen)}}
        if self.secret:
            key = f"{timestamp}\n{self.secret}".encode()
            sign = base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
            payload |= {"timestamp": str(timestamp), "sign": sign}
        _post("飞书", self.notify_url.format(token=self.token), payload)


def _wecom(entry: Mapping[str, Any], text: str) -> None:
    robot = _with_base(_WeCom, entry)(key=entry["key"])
    robot.deliver(text)


def _dingtalk(entry: Mapping[str, Any], text: str) -> None:
    robot = _with_base(_DingTalk, entry)(token=entry["token"], secret=entry.get("secret"))
    robot.deliver(text)


def _feishu(entry: Mapping[str, Any], text: str) -> None:
    robot = _with_base(_Feishu, entry)(token=entry["token"])
    robot.secret = entry.get("secret", "")
    robot.deliver(text, int(time.time()))  # the service refuses a signature that is an hour old


_ROBOTS = {"wecom": _wecom, "dingtalk": _dingtalk, "feishu": _feishu}


def _with_base(robot: type[Any], entry: Mapping[str, Any]) -> type[Any]:
    """The robot of a platform that the government runs itself (政务微信, 专有钉钉) stands at another host."""
    if "base" not in entry:
        return robot
    path = urlsplit(robot.notify_url)
    url = f"{entry['base'].rstrip('/')}{path.path}{f'?{path.query}' if path.query else ''}"
    return type(robot.__name__, (robot,), {"notify_url": url})


def _cut(text: str, most_bytes: int) -> str:
    """The services count bytes, of which a Chinese character has three."""
    raw = text.encode()
    if len(raw) <= most_bytes:
        return text
    return raw[: most_bytes - len(_CUT.encode())].decode(errors="ignore") + _CUT


def _post(name: str, url: str, payload: Mapping[str, Any], params: Mapping[str, str] | None = None) -> None:
    """Raises SendError unless the robot answers that it took the message."""
    try:
        with httpx.stream("POST", url, json=payload, params=params or None, timeout=SECONDS) as answer:
            body = b""
            for piece in answer.iter_bytes():
                body += piece
                if len(body) > _MOST_ANSWER:
                    raise SendError(f"{name}的应答过大")
    except httpx.HTTPError as error:
        raise SendError(f"{name}连接失败（{type(error).__name__}）") from None
    if answer.status_code != 200:
        raise SendError(f"{name}应答 HTTP {answer.status_code}")
    code, why = _answer_code(body)
    if code != 0:
        raise SendError(
            f"{name}没有接收消息（{code if code is not None else '应答无法识别'}{f'：{why}' if why else ''}）"
        )


def _answer_code(body: bytes) -> tuple[int | None, str]:
    """(the answer's code, 0 where the message was taken and None where there is none, what it says)."""
    try:
        answer = json.loads(body)
    except ValueError:
        return None, ""
    if not isinstance(answer, dict):
        return None, ""
    for field, text in (("errcode", "errmsg"), ("code", "msg"), ("StatusCode", "StatusMessage")):
        if isinstance(answer.get(field), int):
            return answer[field], " ".join(str(answer.get(text, "")).split())[:100]
    return None, ""
