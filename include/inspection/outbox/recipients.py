"""Who is told what: the office's list `recipients` (CSV or XLSX). It names channels, never keys or web addresses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from include.inspection.model import Problem
from include.inspection.outbox.box import LEVELS, Message
from include.inspection.registry.office_lists import MAX_NAME, Refused, choice_of, read_list, text_of
from include.inspection.registry.tables import Row

EVERY_UNIT = "*"
LOWEST = next(iter(LEVELS))
CHANNELS = {"email": "邮件", "wecom": "企业微信", "dingtalk": "钉钉", "feishu": "飞书", "webhook": "网络回调"}

COLUMNS = {"单位": "unit", "级别": "level", "渠道": "channel", "地址": "address", "联系人": "name"}
COLUMNS |= {field: field for field in COLUMNS.values()}
REQUIRED = ("unit", "level", "channel", "address")
_LEVELS = {name: name for name in LEVELS} | {label: name for name, label in LEVELS.items()}
_LEVELS |= {"黄色": "yellow", "橙色": "orange", "红色": "red", "": "yellow"}
_CHANNELS = {name: name for name in CHANNELS} | {label: name for name, label in CHANNELS.items()}
_CHANNELS |= {"邮箱": "email", "电子邮件": "email"}
_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]+(\.[A-Za-z0-9\-]+)+")
_NAME = re.compile(r"\w[\w.\-]{0,63}")


@dataclass(frozen=True)
class Recipient:
    """One address that is told of a unit's messages from ``level`` upwards.

    ``unit`` is a sponsor's name, a site code, an account id, 运维, 复核, or ``*`` for all. ``address`` is an e-mail address, or
    the name under which the messengers' settings keep a robot or webhook.
    """

    unit: str
    level: str
    channel: str
    address: str
    name: str = ""

    def covers(self, message: Message) -> bool:
        """Whether it is about this line's unit, at whatever level."""
        return self.unit in (EVERY_UNIT, message.unit, message.subject_id)

    def wants(self, message: Message) -> bool:
        order = list(LEVELS)
        return self.covers(message) and order.index(message.level) >= order.index(self.level)


def read_recipients(folder: Path) -> tuple[list[Recipient], list[Problem]]:
    """The list `recipients` in ``folder`` and its refused rows; empty where there is none.

    Raises RegistryError where both a .csv and an .xlsx are there.
    """
    problems: list[Problem] = []
    rows = read_list(folder, "recipients", COLUMNS, REQUIRED, _recipient, problems)
    # A refused address may be a key that was pasted into the list: it is not repeated in a log.
    shown = [replace(item, value="") if item.field == "address" else item for item in problems]
    return list(dict.fromkeys(rows)), shown


def addresses(recipients: Sequence[Recipient], message: Message) -> list[tuple[str, str]]:
    """(channel, address) of everybody who wants ``message``, each once, in the order of the list."""
    return list(dict.fromkeys((item.channel, item.address) for item in recipients if item.wants(message)))


def left_out_on_purpose(recipients: Sequence[Recipient], message: Message) -> bool:
    """Whether the list knows the unit and asks for higher levels only; a line for all units speaks for the lowest alone."""
    lines = [item for item in recipients if item.covers(message)]
    return any(item.unit != EVERY_UNIT or message.level == LOWEST for item in lines)


def _recipient(row: Row) -> Recipient:
    channel = choice_of(row, "channel", _CHANNELS, must=True)
    address = text_of(row, "address", must=True, limit=MAX_NAME)
    if channel == "email":
        if not _EMAIL.fullmatch(address):
            raise Refused("address", "不是有效的邮箱地址：请核对")
    elif not _NAME.fullmatch(address):
        raise Refused("address", "应为连接 inspection_messengers 里的名称：密钥和网址不写在名单里")
    unit = text_of(row, "unit", must=True, limit=MAX_NAME)
    return Recipient(
        unit=EVERY_UNIT if unit in (EVERY_UNIT, "全部") else unit,
        level=choice_of(row, "level", _LEVELS),
        channel=channel,
        address=address,
        name=text_of(row, "name", limit=MAX_NAME),
    )
