"""From a system's description to a site's pages with their labels."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import escape

from include.inspection.times import BEIJING
from tests.accuracy import footers, words
from tests.accuracy.awkward import AWKWARD
from tests.accuracy.model import (
    TAGS_OF,
    Column,
    Entry,
    Frame,
    LabelledSite,
    Letter,
    PageLabel,
    SectionLabel,
    System,
)
from tests.accuracy.services import letter_page

_BLOCKS = 6
_GUIDE_ELEMENTS = {
    "事项名称": "{name}",
    "设定依据": "《县行政许可事项清单》第三十二条",
    "申请条件": "具有本县户籍或者持有居住证的居民，材料真实有效",
    "办理材料": "身份证原件及复印件；申请表一式两份",
    "办理地点": "县政务服务中心二楼6号窗口（文化路18号）",
    "办理时间": "工作日上午8:30至12:00，下午14:30至17:30",
    "联系电话": "0668-5550123",
    "办理流程": "申请、受理、审核、办结、送达",
}
#: Names of guides with the element classes that they lack.
_GUIDES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("生育登记", ()),
    ("临时占道许可", ("设定依据",)),
    ("户外招牌设置备案", ("设定依据", "办理时间", "联系电话", "办理流程")),
)


def build(system: System) -> LabelledSite:
    """Every page of the site in bytes, with labels."""
    return _Builder(system).site


class _Builder:
    def __init__(self, system: System) -> None:
        self.system = system
        self.today = system.as_of.date()
        self.root = f"http://{system.host}"
        self.urls = {c.slug: self.root + system.section_path(c, n) for n, c in enumerate(system.columns)}
        self.entries = {c.slug: self._entries(c) for c in system.columns}
        self.site = LabelledSite(system.name, system.site, self.root + "/", system.as_of, system.fetched)
        self._home()
        for number, column in enumerate(system.columns):
            self._column(column, number)

    # --- items --------------------------------------------------------------------------------------------------

    def _entries(self, column: Column) -> list[Entry]:
        made = [self._entry(column, number, age) for number, age in enumerate(column.ages)]
        if column.last_title:
            made[-1] = replace(made[-1], title=column.last_title)
        return [self._entry(column, 90, 1600, pinned=True), *made] if column.pinned and made else made

    def _entry(self, column: Column, number: int, age: int, *, pinned: bool = False) -> Entry:
        day = self.today - timedelta(days=age)
        path = self.system.article_path(column, number, day)
        base = self.urls[column.slug].removeprefix(self.root).rsplit("/", 1)[0] + "/"
        href = "./" + path.removeprefix(base) if self.system.bare_urls and path.startswith(base) else path
        return Entry(
            title=words.title(column.section_class, column.name, number),
            href=href,
            url=self.root + path,
            day=day,
            number=number,
            written=day - timedelta(days=23 + 4 * number),
            deadline=day + timedelta(days=30),
            pinned=pinned,
        )

    # --- the frame ----------------------------------------------------------------------------------------------

    def _put(
        self,
        url: str,
        kind: str,
        title: str,
        main: str,
        column: Column | None = None,
        entry: Entry | None = None,
    ) -> None:
        system = self.system
        tags, lost = self._tags(kind, title, column, entry)
        frame = Frame(
            title=title,
            kind=kind,
            tags=tags,
            menu=system.menu(self._menu()),
            crumb=self._crumb(column),
            main=main,
            side="" if kind == "home" else self._side(column),
            footer=footers.footer(system.footer, system.footer_items, system.site, system.host)
            + (system.hidden_markup if kind == "home" else ""),
            clock=system.fetched.date(),
            name=system.site,
        )
        self.site.pages[url] = (
            system.content_type,
            system.frame(frame).encode(system.charset, errors="xmlcharrefreplace"),
        )
        self.site.labels[url] = PageLabel(
            url,
            kind,
            system.encoding,
            day=entry.day if entry else None,
            footer=frozenset(system.footer_items),
            tags_lost=lost,
            hidden=frozenset(system.hidden if kind == "home" else ()),
        )

    def _menu(self) -> list[tuple[str, str, list[tuple[str, str]]]]:
        columns = self.system.columns
        return [
            (
                c.name,
                self._path(c),
                [(d.name, self._path(d)) for d in columns if d.parent == c.slug and d.in_menu],
            )
            for c in columns
            if not c.parent and c.in_menu
        ]

    def _path(self, column: Column) -> str:
        return self.urls[column.slug].removeprefix(self.root)

    def _crumb(self, column: Column | None) -> str:
        if column is None:
            return ""
        parents = [c for c in self.system.columns if c.slug == column.parent]
        links = "".join(f' &gt; <a href="{self._path(c)}">{c.name}</a>' for c in [*parents, column])
        return f'当前位置：<a href="/">首页</a>{links}'

    def _tags(
        self, kind: str, title: str, column: Column | None, entry: Entry | None
    ) -> tuple[str, frozenset[str]]:
        tag_kind = {"home": "home", "article": "article"}.get(kind, "list")
        wanted = TAGS_OF[tag_kind]
        if not self.system.tags:
            return "", frozenset(wanted)
        name = column.name if column else "首页"
        values = {
            "SiteName": self.system.site,
            "SiteDomain": self.system.host,
            "SiteIDCode": footers.site_code(self.system.host),
            "ColumnName": name,
            "ColumnDescription": f"{self.system.site}{name}栏目",
            "ColumnKeywords": name,
            "ColumnType": (column.column_type if column else "") or name,
            "ArticleTitle": title,
            "PubDate": f"{entry.day} 09:30" if entry else "",
            "ContentSource": "县政府办公室",
        }
        lost = self.system.tags_lost.get(tag_kind, ())
        # Of two lost tags one is absent and one is there without a value.
        lines = [
            f'<meta name="{tag}" content="{"" if tag in lost else escape(values[tag])}">'
            for n, tag in enumerate(wanted)
            if tag not in lost or n % 2
        ]
        return "\n".join(lines), frozenset(lost)

    def _side(self, column: Column | None) -> str:
        style = self.system.side
        parts = []
        if column is not None:
            top = column.parent or column.slug
            family = [c for c in self.system.columns if c.parent == top]
            if family:
                links = "".join(f'<li><a href="{self._path(c)}">{c.name}</a></li>' for c in family)
                parts.append(f'<div class="left-menu"><ul>{links}</ul></div>')
        if style != "none":
            turn = self._turn(column)
            rows = "".join(
                f'<li><a href="/rd/{n + turn}.html">{words.title("news", "热点", n + turn)}</a>'
                f"<span>{self.today - timedelta(days=n)}</span></li>"
                for n in range(5)
            )
            parts.append(f'<div class="hot-box"><h3>热点推荐</h3><ul>{rows}</ul></div>')
        return "".join(parts)

    def _turn(self, column: Column | None) -> int:
        """What the box beside a list begins with: the same everywhere, one of five, or another on every page."""
        if column is None or self.system.side == "fresh":
            return 0
        number = self.system.columns.index(column)
        return number % 5 if self.system.side == "varied" else number * 5

    def _rows(self, column: Column, entries: Iterable[Entry]) -> str:
        key = column.rows or ("undated" if column.kind == "undated" else "")
        found = list(entries)
        rows = self.system.rows.get(key) or AWKWARD[key]
        return rows(found) if found else ""

    # --- pages --------------------------------------------------------------------------------------------------

    def _home(self) -> None:
        shown = [c for c in self.system.columns if c.kind in ("list", "undated") and c.ages][:_BLOCKS]
        # An item's address must lead to it from here too.
        main = "".join(
            self.system.block(c.name, self._path(c), self._rows(c, self._from_home(self.entries[c.slug][:6])))
            for c in shown
        )
        self._put(self.site.home, "home", self.system.site, main)

    def _from_home(self, entries: Iterable[Entry]) -> list[Entry]:
        return [replace(e, href=e.url.removeprefix(self.root)) for e in entries]

    def _column(self, column: Column, number: int) -> None:
        url = self.urls[column.slug]
        state, newest, items = self._truth(column)
        self.site.sections[url] = SectionLabel(
            url, column.name, column.section_class, 2 if column.parent else 1, state, newest, items
        )
        main = column.text
        if column.kind in ("list", "undated"):
            rows = self._rows(column, self.entries[column.slug])
            if column.interface:
                self._interface(column)
            elif column.framed:
                frame = url.rsplit("/", 1)[0] + f"/list_{column.slug}.html"
                self.site.pages[frame] = (
                    self.system.content_type,
                    _bare_page(rows).encode(self.system.charset),
                )
                main += f'<iframe src="{frame}" width="100%" height="600" frameborder="0"></iframe>'
            else:
                main += rows
            self.site.sections[url].days = {e.url: e.day for e in self.entries[column.slug]}
        elif column.kind == "hub":
            main += "".join(
                self.system.block(
                    c.name, self._path(c), self._rows(c, self._from_home(self.entries[c.slug][:4]))
                )
                for c in self.system.columns
                if c.parent == column.slug and c.kind in ("list", "undated") and c.ages
            )
        elif column.kind == "consultation":
            main += self._letters(column)
        elif column.kind == "guides":
            main += self._guides(column)
        self._put(url, column.kind, f"{column.name}_{self.system.site}", main, column)
        for entry in self.entries[column.slug][: self.system.article_pages]:
            self._put(
                entry.url,
                "article",
                entry.title,
                self.system.article(entry, self.system.fetched.date()),
                column,
                entry,
            )

    def _interface(self, column: Column) -> None:
        # Half past midnight in Beijing is the day before in UTC.
        at = {
            e.number: datetime(e.day.year, e.day.month, e.day.day, 0, 30, tzinfo=BEIJING)
            for e in self.entries[column.slug]
        }
        data = [
            {
                "id": e.number,
                "title": e.title,
                "url": e.href,
                "publishTime": _written_time(column.interface_time, at[e.number]),
                "endTime": f"{e.deadline} 00:00:00",
            }
            for e in self.entries[column.slug]
        ]
        body = json.dumps({"code": 200, "data": {"total": len(data), "rows": data}}, ensure_ascii=False)
        self.site.pages[self.root + column.interface] = ("application/json; charset=utf-8", body.encode())

    def _truth(self, column: Column) -> tuple[str | None, date | None, int | None]:
        """(state, newest day not after the monitoring day, items) of a section."""
        entries = self.entries[column.slug]
        if column.kind in ("list", "undated"):
            return "dated", max(e.day for e in entries if e.day <= self.today), len(entries)
        state = {"empty": "empty", "static": "static", "script": "script_only"}.get(column.kind)
        return state, None, None

    def _letters(self, column: Column) -> str:
        base = self._path(column).rsplit("/", 1)[0]
        plan = ((6, 2), (20, 9), (35, None), (130, 118), (140, None), (200, 190))
        letters = []
        for number, (asked, answered) in enumerate(plan):
            path = f"{base}/letter_{number}.html"
            letters.append(
                Letter(
                    words.question(number),
                    path,
                    self.root + path,
                    self.today - timedelta(days=asked),
                    self.today - timedelta(days=answered) if answered is not None else None,
                    number,
                )
            )
        for letter in letters:
            self.site.letters[letter.url] = letter
            self._put(letter.url, "letter", letter.title, letter_page(letter), column)
        form = '<form action="/submit" method="post"><textarea name="content"></textarea><input type="submit"></form>'
        return self.system.letters(letters) + form

    def _guides(self, column: Column) -> str:
        base = self._path(column).rsplit("/", 1)[0]
        links = []
        for number, (matter, lacking) in enumerate(_GUIDES):
            name = matter + ("办事指南" if self.system.guide_names == "long" else "")
            path = f"{base}/guide_{number}.html"
            values = {k: v.format(name=name) for k, v in _GUIDE_ELEMENTS.items() if k not in lacking}
            self.site.guides[self.root + path] = frozenset(lacking)
            self._put(self.root + path, "guide", name, f"<h1>{name}</h1>{self.system.guide(values)}", column)
            links.append(f'<li><a href="{path}" title="{name}">{name}</a></li>')
        return f'<ul class="bszn">{"".join(links)}</ul>'


def _written_time(form: str, at: datetime) -> str | int:
    if form == "milliseconds":
        return int(at.timestamp() * 1000)
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000+0000" if form == "utc" else f"{at:%Y-%m-%d %H:%M:%S}"


def _bare_page(main: str) -> str:
    return f"<html><head><title>列表</title></head><body>{main}</body></html>"
