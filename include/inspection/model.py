"""The words of the domain as records: what the office registers and what a round inspects."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Kind = Literal["portal", "department", "other"]
SubjectType = Literal["site", "account"]

SECTION_CLASSES = {
    "news": "动态要闻",
    "notice": "通知公告",
    "policy": "政策文件",
    "plan": "规划计划",
    "personnel": "人事",
    "interpretation": "政策解读",
    "consultation": "政务咨询",
    "survey": "调查征集",
    "interview": "在线访谈",
    "service": "办事服务",
    "other": "其他",
}

#: How many minutes may lie between two probes of a home page; 60 and less is at least 24 times a day.
PROBE_MINUTES = (5, 10, 15, 30, 60, 1440)

KIND_LABELS = {"portal": "门户", "department": "部门", "other": "其他"}


@dataclass(frozen=True)
class Site:
    """One registered government website (政府网站). ``url`` is its home page; ``probe_minutes`` one of PROBE_MINUTES."""

    site_code: str
    name: str
    url: str
    kind: Kind
    category: str
    region: str = ""
    sponsor: str = ""
    has_services: bool = False
    status: str = "running"
    authorised: bool = False
    probe_minutes: int | None = None

    @property
    def subject_id(self) -> str:
        return self.site_code


@dataclass(frozen=True)
class Account:
    """One registered new-media account (政务新媒体); ``update_days`` is the office's own duty."""

    account_id: str
    platform: str
    name: str
    sponsor: str = ""
    region: str = ""
    feed_url: str = ""
    update_days: int | None = None
    status: str = "running"

    @property
    def subject_id(self) -> str:
        return self.account_id


@dataclass(frozen=True)
class Section:
    """A section the office registered by hand; overrides what is found on the site."""

    site_code: str
    name: str
    url: str
    section_class: str = "other"
    level: int | None = None
    update_days: int | None = None


@dataclass(frozen=True)
class Message:
    """One 我为政府网站找错 message; times are aware. ``status`` is the platform's word for where it stands."""

    message_id: str
    site_code: str
    received_at: datetime
    valid: bool
    closed_at: datetime | None
    transferred_at: datetime | None = None
    status: str = ""


@dataclass(frozen=True)
class Holiday:
    """A day off (放假), or a weekend day that is worked (补班), of a year whose calendar the office lists."""

    day: date
    off: bool


@dataclass(frozen=True)
class ReportedFinding:
    """What a person found by hand; the only source of indicators that no machine decides."""

    subject_id: str
    indicator_id: str
    url: str
    note: str
    reporter: str
    found_at: datetime | None
    points: str = ""  # an exact decimal, for standards whose deductions people set
    line: int | None = field(default=None, compare=False)  # in its list
    file: str = field(default="findings.csv", compare=False)


@dataclass(frozen=True)
class Exemption:
    """Holds where the monitoring day lies within ``valid_from``..``valid_until``, both ends counted.

    ``scope`` is an indicator id or the address of a section.
    """

    subject_id: str
    scope: str
    valid_from: date | None
    valid_until: date | None
    reason: str
    approved_by: str
    line: int | None = field(default=None, compare=False)  # in its list
    file: str = field(default="exemptions.csv", compare=False)

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


VERDICTS = {"qualified": "合格", "unqualified": "不合格", "undetermined": "无法判定"}

#: What a person may say of a finding, and how it is told.
CHOICES = {"confirm": "属实", "false_alarm": "误报", "exempt": "豁免", "look_again": "再查一次"}
#: What may become of an appeal (申诉).
APPEAL_CHOICES = {"upheld": "维持", "overturned": "撤销", "partly": "部分支持"}


@dataclass(frozen=True)
class Decision:
    """A person's word on one finding, with the reason; ``decided_at`` is aware.

    ``evidence`` is the fingerprint of the evidence that it was made on; "" means whatever had been fetched by
    ``decided_at``. ``replaces`` are the ids of earlier decisions that the person saw and set aside.
    """

    subject_id: str
    indicator_id: str
    choice: str
    reason: str
    decided_by: str
    decided_at: datetime
    evidence: str = ""
    source: Literal["screen", "file"] = "file"
    appeal_id: str = ""
    replaces: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return (APPEAL_CHOICES if self.appeal_id else CHOICES)[self.choice]


@dataclass(frozen=True)
class Appeal:
    """A challenge (申诉) of one finding by whoever was named for it."""

    appeal_id: str
    subject_id: str
    indicator_id: str
    filed_at: datetime
    statement: str
    filed_by: str


@dataclass(frozen=True)
class OfficeFact:
    """One fact of the office that the notice prints, such as who issues it; ``item`` is one of registry.OFFICE_FACTS."""

    item: str
    value: str


@dataclass(frozen=True)
class SourceRelease:
    """What an issuing site (中国政府网) released and every portal reposts; ``published_at`` is aware."""

    title: str
    published_at: datetime
    url: str = ""


@dataclass(frozen=True)
class Problem:
    """One refused value of the office's lists: where it stands and what to do."""

    file: str
    line: int | None
    field: str
    value: str
    reason: str
    subject_id: str = ""  # of the site or account whose own row was refused, as far as it can be read
    name: str = ""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file} 第 {self.line} 行"
        about = f"，字段 {self.field}" if self.field else ""
        shown = self.value if len(self.value) <= 60 else self.value[:57] + "…"
        return f"{place}{about}{f'，值“{shown}”' if self.value else ''}：{self.reason}"


@dataclass(frozen=True)
class Registry:
    """A checked snapshot of the office's lists. Rows that were refused stand in ``problems``."""

    sites: tuple[Site, ...] = ()
    accounts: tuple[Account, ...] = ()
    sections: tuple[Section, ...] = ()
    messages: tuple[Message, ...] = ()
    findings: tuple[ReportedFinding, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    office: tuple[OfficeFact, ...] = ()
    policies: tuple[SourceRelease, ...] = ()
    problems: tuple[Problem, ...] = field(default=())
    messages_given: bool = True  # there was a list of messages, if only an empty one

    @property
    def subjects(self) -> tuple[Site | Account, ...]:
        """Sites, then accounts, in the order of the lists."""
        return (*self.sites, *self.accounts)
