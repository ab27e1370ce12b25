"""What was found on a site or account: facts with their evidence, before any threshold is applied."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from include.inspection.extract.app_download import Download
from include.inspection.extract.backdating import Signal
from include.inspection.extract.cloaking import Cloaked
from include.inspection.extract.domain import DomainRule
from include.inspection.extract.hidden_links import HiddenLink
from include.inspection.extract.interaction import Question
from include.inspection.extract.lists import Item
from include.inspection.extract.page_signs import PageSigns
from include.inspection.extract.personal_data import PersonalDatum
from include.inspection.extract.site_features import AnnualReport, SiteFeatures
from include.inspection.extract.wording import WordingError
from include.inspection.fetch.controls import ControlResult
from include.inspection.fetch.outcomes import OUTCOMES, Meaning
from include.inspection.fetch.page import EvidenceRef, Page


class SectionState(StrEnum):
    DATED = "dated"  # a list with at least one dated item
    EMPTY = "empty"  # read, and it holds nothing
    UNDATED = "undated"  # items, but no date could be read anywhere
    SCRIPT_ONLY = "script_only"  # its script brings the items; the bytes hold none
    STATIC = "static"  # a page of fixed content, not a list
    GONE = "gone"  # the page certainly does not exist
    UNREAD = "unread"  # could not be looked at


SECTION_STATES = {
    SectionState.DATED: "有日期",
    SectionState.EMPTY: "空白",
    SectionState.UNDATED: "条目无日期",
    SectionState.SCRIPT_ONLY: "内容由脚本生成",
    SectionState.STATIC: "非列表页面",
    SectionState.GONE: "页面不存在",
    SectionState.UNREAD: "未能读取",
}


@dataclass(frozen=True)
class Seen:
    """Where a fact was read."""

    url: str
    fetched_at: str
    evidence: EvidenceRef | None

    @classmethod
    def on(cls, page: Page) -> Seen:
        from include.inspection.times import utc_text

        return cls(page.final_url or page.url, utc_text(page.fetched_at), page.evidence)


@dataclass(frozen=True)
class SectionFacts:
    """One section as it was found. ``newest`` is the latest day not after the monitoring day."""

    name: str
    url: str
    section_class: str
    level: int
    state: SectionState
    seen: Seen
    newest: date | None = None
    newest_title: str = ""
    items: int = 0
    future: int = 0
    certain: bool = True  # False: the date can show that the section is fresh, not that it is late
    update_days: int | None = None
    reason: str = ""
    pushed_off: bool = False  # entries from after the point fill the list: the newest before it may be gone
    days: tuple[tuple[date, str], ...] = ()  # its dated items, of all pages that were read: day, title
    unread: bool = False  # the list goes on, or may go on, beyond the pages that were read
    class_sure: bool = True  # False: whether the class's duty binds it is for people


@dataclass(frozen=True)
class HomeItem:
    title: str
    url: str
    day: date | None


@dataclass(frozen=True)
class Probe:
    """One try to open the home page."""

    at: str
    opened: bool
    site_down: bool
    outcome: str
    seconds: float


@dataclass(frozen=True)
class GuideFacts:
    """A service guide; ``missing`` is None where it could not be understood.

    ``unknown``: headings that may stand for missing classes in words that are not known; ``doubtful``: further classes of
    which something is said that may be meant for them or not.
    """

    title: str
    missing: tuple[str, ...] | None
    seen: Seen
    reason: str = ""
    unknown: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    vague: str = ""  # a basis that names no law or document, as it is written


@dataclass(frozen=True)
class PageMarks:
    """Footer items that a page lacks (``footer_seen`` False: its footer stands elsewhere) and page tags that are wrong."""

    seen: Seen
    footer_missing: tuple[str, ...]
    footer_seen: bool
    tags_wrong: tuple[str, ...]
    other_codes: tuple[str, ...] = ()  # site codes that are not the register's
    code_shown: bool = False
    report_code_other: str = ""  # the site code that the 找错 entry carries, where it is another site's
    codes: tuple[tuple[str, str], ...] = ()  # every site code that it shows, with its place in Chinese
    domain: str = ""  # host of its tag SiteDomain
    map_link: str = ""  # where its footer has no site map: what it calls 网站导航, which may be one


@dataclass(frozen=True)
class ArticleFacts:
    """An article's page: the publication time as it stands there, and what speaks for a day set back."""

    url: str
    title: str
    time_shown: str
    time_full: bool  # YYYY-MM-DD HH:MM
    signals: tuple[Signal, ...]


@dataclass(frozen=True)
class PageContent:
    """One page that was looked at. ``kind``: home, list, detail, guide or message."""

    kind: str
    title: str
    marks: PageMarks
    wordings: tuple[WordingError, ...]
    hidden: tuple[HiddenLink, ...]
    personal: tuple[PersonalDatum, ...]
    signs: PageSigns
    article: ArticleFacts | None = None

    @property
    def seen(self) -> Seen:
        return self.marks.seen

    def of_kind(self, kind: str) -> PageContent:
        """The same page, known to be a guide or a message: it needs no article's tags and times."""
        return replace(self, kind=kind, article=None, marks=replace(self.marks, tags_wrong=()))


@dataclass(frozen=True)
class PolicyDocument:
    """A sampled policy document; ``interpreted`` is None where no section of interpretations could be read."""

    title: str
    seen: Seen
    day: date | None
    interpreted: bool | None


@dataclass(frozen=True)
class Interpretation:
    """A sampled interpretation with its document ("" where none could be told) and the links between them.

    ``forward``: it links to the document; ``back``: the document links to it; None where that page could not be read.
    """

    title: str
    seen: Seen
    day: date | None
    document: str
    document_day: date | None
    forward: bool | None
    back: bool | None


class LinkState(StrEnum):
    OPENS = "opens"
    BROKEN = "broken"  # a page or file of the site that certainly does not exist (404, 410)
    FORBIDDEN = "forbidden"  # of the site, and 403 at every try
    SUSPECTED = "suspected"  # failed at every try in another way, or stands on another site
    UNKNOWN = "unknown"  # our limits, robots.txt, a guard against machines


@dataclass(frozen=True)
class Holder:
    """Where a link stands: page, place in the template, words."""

    url: str
    position: str
    label: str


@dataclass(frozen=True)
class LinkFacts:
    """One address to which pages of the site link, each counted once.

    ``groups``: ``home`` for links of the home page; elsewhere ``attachment`` or ``other``; files of guides also ``form``.
    ``host_down``: it is the host that fails, not the page. ``holders`` are kept of links that did not open.
    """

    url: str
    groups: tuple[str, ...]
    state: LinkState
    outcome: str
    host_down: bool
    holders: tuple[Holder, ...]
    tries: int
    seen: Seen


@dataclass(frozen=True)
class HttpsFacts:
    """The home page over HTTPS. ``opens`` is None where it could not be seen; ``reason`` says why it does not.

    ``until``: end of the certificate's validity, UTC; ``redirects``: the plain address leads here; ``mixed``: parts that the
    page fetches without encryption.
    """

    opens: bool | None
    reason: str
    seen: Seen
    issuer: str = ""
    until: datetime | None = None
    redirects: bool | None = None
    mixed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ipv6Facts:
    """Whether the home page's name has an IPv6 address, and whether it opens there; None where it could not be seen."""

    has_address: bool | None
    opens: bool | None
    reason: str
    seen: Seen | None


@dataclass(frozen=True)
class LinkedHost:
    """A government host that the site links to, by the first link: its words and the page it stands on."""

    host: str
    words: str
    seen: Seen


@dataclass
class SiteFacts:
    """All facts of one site from one pass."""

    site_code: str
    home: Seen
    home_readable: bool
    reason: str = ""  # why the home page was not readable, in Chinese
    listed: str = ""  # the address in the office's list, which is what was tried
    probes: list[Probe] = field(default_factory=list)
    controls: list[ControlResult] = field(default_factory=list)  # asked where the home page did not open
    network_doubt: str = ""  # why that may be our own network's fault, in Chinese
    home_pieces: int = 0  # parts of the home page that were fetched besides it
    home_items: list[HomeItem] = field(default_factory=list)
    home_pushed_off: bool = False  # entries from after the point fill a list of the home page
    navigation_only: bool = False
    home_filled: bool = False  # a script seems to fill a part of it that the bytes leave empty
    menu_unread: bool = False  # its menu is opened by a script that does not say where it leads
    home_scripted: bool = False  # it may lead to more than the bytes name
    home_unsure: str = "首页由脚本生成部分内容"  # why it may
    sections: list[SectionFacts] = field(default_factory=list)
    section_days: list[tuple[date, str]] = field(
        default_factory=list
    )  # every dated item of the sections: day, title
    services_unsure: str = ""  # why services may be offered although no entry to them was found
    channels_unsure: str = ""  # why a channel may exist although none was found
    channels: list[tuple[str, str, bool | None]] = field(
        default_factory=list
    )  # name, url, works (None: not known)
    questions: list[Question] = field(default_factory=list)
    question_seen: dict[str, Seen] = field(default_factory=dict)
    question_lists: int = 0
    questions_unread: bool = False  # a list of messages goes on beyond the pages that were read
    services: list[tuple[str, str, bool | None]] = field(default_factory=list)
    guides: list[GuideFacts] = field(default_factory=list)
    guides_total: int | None = None
    guides_unsure: int = 0  # entries of a service section that may be guides or not
    guides_elsewhere: bool = False
    https: HttpsFacts | None = None
    ipv6: Ipv6Facts | None = None
    home_seconds: float = 0.0
    cloaked: list[Cloaked] = field(
        default_factory=list
    )  # on the home page only for visitors from a search engine
    cloaked_seen: Seen | None = None  # that look at it; None where it could not be read
    links: list[LinkFacts] = field(default_factory=list)  # that were checked, of the pages that were read
    links_left: dict[str, int] = field(default_factory=dict)  # how many were not, by group
    contents: list[PageContent] = field(default_factory=list)  # of the home page, then by address
    features: SiteFeatures | None = None  # of the home page
    annual_reports: list[AnnualReport] = field(default_factory=list)  # on the home page or a section's page
    domain: list[DomainRule] = field(default_factory=list)
    documents: list[PolicyDocument] = field(default_factory=list)  # the unit's own, a sample
    documents_reposted: int = 0  # documents from above, for which it owes no interpretation
    interpretations: list[Interpretation] = field(default_factory=list)
    elements: dict[str, str] = field(
        default_factory=dict
    )  # columns a portal must have: what was seen, by name
    forms: int = 0  # pages of the channels on which a message can be written
    navigation: str = ""  # digest of the sections that the home page leads to
    items: list[Item] = field(
        default_factory=list
    )  # the dated items of the sections, not after the monitoring day
    blocks: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # by section page, a digest a list: tells the template's
    linked_hosts: list[LinkedHost] = field(default_factory=list)  # other government hosts, by name

    @property
    def marks(self) -> list[PageMarks]:
        """Of every page that was looked at, the home page first."""
        return [content.marks for content in self.contents]


@dataclass
class AccountFacts:
    """An account's updates from its feed, newest first; ``reason`` is set where they could not be read.

    An app has a download address in the place of a feed's: what it publishes, people look at.
    """

    account_id: str
    seen: Seen | None
    days: list[tuple[date, str]] = field(default_factory=list)
    reason: str = ""
    pushed_off: bool = False  # entries from after the point down to the feed's end
    app: Download | None = None  # of an app with a download address: what stands there


def outcome_text(page: Page) -> str:
    """The outcome's label with the status, which many labels name themselves."""
    label = OUTCOMES[page.outcome].label
    if page.status is None or page.outcome == "ok":
        return label
    label = label.replace(f"{page.status // 100}xx", str(page.status))
    return label if str(page.status) in label else f"{label}（{page.status}）"


def meaning(page: Page) -> Meaning:
    return OUTCOMES[page.outcome].meaning
