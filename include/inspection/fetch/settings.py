"""How the fetch step behaves; every field can be set by an environment variable INSPECTION_<FIELD>."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import httpx

from include.inspection.fetch.page import parse_url

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

PRODUCT = "WangJian"
_PREFIX = "INSPECTION_"
_MIB = 1024 * 1024


def _between(low: float, high: float, default: float) -> Any:
    return field(default=default, metadata={"low": low, "high": high})


@dataclass(frozen=True)
class FetchSettings:
    """Defaults are for the public internet. Seconds and bytes; ``subject_*`` limit one site or account.

    ``retry_seconds`` is the pause before the second try and doubles after that; ``retry_after_seconds`` is
    the longest Retry-After that is waited for; ``try_seconds`` covers one try with all its redirects. ``controls``
    are addresses that answer whenever our own network works, see fetch/controls.py. ``probes_*`` belong to the daily
    availability probes, see daily/probes.py.
    """

    allow_net: tuple[Network, ...] = ()
    contact: str = ""
    ca_file: Path | None = None
    controls: tuple[str, ...] = ()
    browser: Path | None = None
    render_seconds: float = _between(1, 120, 20.0)
    render_pages: int = _between(1, 1_000, 30)
    pause_seconds: float = _between(0, 60, 0.5)
    connections_per_host: int = _between(1, 2, 2)
    try_seconds: float = _between(0.05, 120, 15.0)
    retry_seconds: float = _between(0, 300, 2.0)
    retry_after_seconds: float = _between(0, 600, 60.0)
    redirects: int = _between(0, 20, 10)
    page_bytes: int = _between(1024, 512 * _MIB, 8 * _MIB)
    decoded_bytes: int = _between(1024, 1024 * _MIB, 32 * _MIB)
    subject_pages: int = _between(1, 1_000_000, 2_000)
    subject_seconds: float = _between(1, 86_400, 1_800.0)
    link_seconds: float = _between(1, 86_400, 180.0)
    subject_bytes: int = _between(1024, 1024 * 1024 * _MIB, 512 * _MIB)
    probes_at_once: int = _between(1, 2_000, 400)
    probes_a_second: float = _between(1, 10_000, 100.0)

    def __post_init__(self) -> None:
        for item in fields(self):
            if "low" in item.metadata:
                _check_range(item.name, getattr(self, item.name), item.metadata)
        if not self.contact.isascii() or not self.contact.isprintable() or set(self.contact) & set("()<>\\"):
            raise ValueError(
                f"contact={self.contact!r}: 只能用可打印的 ASCII 字符，不含括号，如 mailto:a@example.gov.cn"
            )

    @property
    def user_agent(self) -> str:
        about = f"{PRODUCT}/1.0; government website inspection"
        return (
            f"Mozilla/5.0 (compatible; {about}; +{self.contact})"
            if self.contact
            else f"Mozilla/5.0 (compatible; {about})"
        )

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> FetchSettings:
        """Raises ValueError that names the variable, its value and what is expected."""
        source = os.environ if environ is None else environ
        values: dict[str, Any] = {}
        for item in fields(cls):
            variable = _PREFIX + item.name.upper()
            text = source.get(variable, "").strip()
            if not text:
                continue
            try:
                values[item.name] = _parse(item.name, text, item.metadata, item.default)
                cls(**{item.name: values[item.name]})
            except ValueError as error:
                raise ValueError(f"环境变量 {variable}={text[:200]!r} 有误：{error}") from None
        return cls(**values)


def _parse(name: str, text: str, limits: Mapping[str, float], default: object) -> Any:
    if name == "allow_net":
        return parse_networks(text)
    if name == "controls":
        return parse_addresses(text)
    if name == "ca_file":
        path = Path(text)
        if not path.is_file():
            raise ValueError("文件不存在，应为 PEM 格式的证书文件")
        return path
    if name == "browser":
        path = Path(text)
        if not (path.is_file() and os.access(path, os.X_OK)):
            raise ValueError("不是可执行的文件，应为 Chromium 的路径，如 /usr/bin/chromium")
        return path
    if "low" not in limits:
        return text
    kind = int if isinstance(default, int) else float
    try:
        return kind(text)
    except ValueError:
        raise ValueError("应为整数" if kind is int else "应为数字") from None


def parse_networks(text: str) -> tuple[Network, ...]:
    """Comma-separated CIDRs, e.g. ``127.0.0.0/8,10.1.0.0/16``."""
    found: list[Network] = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        try:
            found.append(ipaddress.ip_network(part))
        except ValueError:
            raise ValueError(
                f"“{part[:60]}”不是网段，应写成 127.0.0.0/8 这样的形式，多个用逗号分隔"
            ) from None
    return tuple(found)


def parse_addresses(text: str) -> tuple[str, ...]:
    """Comma-separated http or https addresses."""
    found: list[str] = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        try:
            found.append(str(parse_url(part)))
        except (httpx.InvalidURL, ValueError):
            raise ValueError(
                f"“{part[:60]}”不是网址，应写成 https://www.example.gov.cn/ 这样的形式，多个用逗号分隔"
            ) from None
    return tuple(found)


def _check_range(name: str, value: float, limits: Mapping[str, float]) -> None:
    if not limits["low"] <= value <= limits["high"]:
        raise ValueError(f"{name}={value}：应在 {limits['low']:g} 与 {limits['high']:g} 之间")
