"""What a labelled site is made of: the description that pages are written from, and the labels that come with it.

Pages and labels are made from the same description, so that a label cannot be wrong about its page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

#: The footer items that a page must show, in this set's own words.
FOOTER = ("party_mark", "find_error", "site_code", "sponsor", "contact", "icp", "police", "site_map")
HOME_TAGS = ("SiteName", "SiteDomain", "SiteIDCode")
LIST_TAGS = (*HOME_TAGS, "ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType")
ARTICLE_TAGS = (*LIST_TAGS, "ArticleTitle", "PubDate", "ContentSource")
TAGS_OF = {"home": HOME_TAGS, "list": LIST_TAGS, "article": ARTICLE_TAGS}


@dataclass(frozen=True)
class Entry:
    """One item of a list. ``href`` is written into the markup, ``url`` is where it leads."""

    title: str
    href: str
    url: str
    day: date
    number: int
    written: date  # 成文日期
    deadline: date
    pinned: bool = False


Rows = Callable[[Sequence[Entry]], str]


@dataclass(frozen=True)
class Column:
    """A section. ``ages`` are days before the monitoring day, newest first; a negative age lies in the future.

    ``parent`` is the slug of its first-level section, or "" for one of the main navigation. ``kind``: list,
    hub, static, empty, script, consultation, guides, undated. ``rows`` overrides the system's own way of a list.
    ``section_class`` None: no class is right or wrong (a channel page).
    """

    slug: str
    name: str
    section_class: str | None = "other"
    ages: tuple[int, ...] = ()
    parent: str = ""
    kind: str = "list"
    rows: str = ""
    text: str = ""
    pinned: bool = False
    column_type: str = ""
    last_title: str = ""  # instead of the made-up title of its oldest item
    in_menu: bool = True
    interface: str = ""  # the path of the section's own list interface (JSON)
    interface_time: str = ""  # how it writes times: milliseconds, utc, or as people do
    framed: bool = False  # the list stands in a frame


@dataclass(frozen=True)
class Letter:
    """A citizen's message: asked, answered (None: not yet)."""

    title: str
    href: str
    url: str
    asked: date
    answered: date | None
    number: int


@dataclass(frozen=True)
class Frame:
    """All that a system's page template is filled with. Everything but ``title`` is markup."""

    title: str
    kind: str
    tags: str
    menu: str
    crumb: str
    main: str
    side: str
    footer: str
    clock: date
    name: str


@dataclass(frozen=True)
class System:
    """A content-management system's manner of writing pages."""

    name: str
    host: str
    site: str
    as_of: datetime
    fetched: datetime
    columns: tuple[Column, ...]
    rows: Mapping[str, Rows]  # "" is the default
    menu: Callable[[Sequence[tuple[str, str, Sequence[tuple[str, str]]]]], str]
    frame: Callable[[Frame], str]
    article: Callable[[Entry, date], str]
    letters: Callable[[Sequence[Letter]], str]
    guide: Callable[[Mapping[str, str]], str]
    section_path: Callable[[Column, int], str]
    article_path: Callable[[Column, int, date], str]
    block: Callable[[str, str, str], str]  # name, url, rows: a block of the home page with its 更多
    charset: str = "utf-8"  # what the bytes are in
    encoding: str = "utf-8"  # the name that the reading must give
    content_type: str = "text/html; charset=utf-8"
    footer: str = "plain"
    footer_items: tuple[str, ...] = FOOTER
    tags: bool = True
    tags_lost: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by kind: absent or empty
    hidden: tuple[str, ...] = ()  # hidden links of the home page that are certain
    hidden_markup: str = ""
    guide_names: str = "short"  # long: with 办事指南 behind the matter
    side: str = "fresh"  # what stands beside a list: fresh, varied, unique (see build), none
    bare_urls: bool = False  # addresses relative to the section
    article_pages: int = 6


@dataclass
class SectionLabel:
    url: str
    name: str
    section_class: str | None
    level: int
    state: str | None
    newest: date | None = None
    items: int | None = None
    days: dict[str, date] = field(default_factory=dict)


@dataclass
class PageLabel:
    """``day`` is an article's date of publication; None with ``kind`` article: it shows none."""

    url: str
    kind: str
    encoding: str
    day: date | None = None
    footer: frozenset[str] | None = None
    tags_lost: frozenset[str] | None = None
    hidden: frozenset[str] | None = None


@dataclass
class LabelledSite:
    """One site with its labels. ``pages``: address → (content type, bytes)."""

    name: str
    site_name: str
    home: str
    as_of: datetime
    fetched: datetime
    pages: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    sections: dict[str, SectionLabel] = field(default_factory=dict)
    labels: dict[str, PageLabel] = field(default_factory=dict)
    letters: dict[str, Letter] = field(default_factory=dict)
    guides: dict[str, frozenset[str]] = field(default_factory=dict)  # address → missing element classes
    whole: bool = True  # a whole site, not only single pages
