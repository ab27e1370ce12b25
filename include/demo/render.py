"""Pages of the city as bytes, the way each content-management system writes them."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache, cached_property

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from include.demo.city import HERE, SitePlan, data, sites
from include.demo.content import Item, Section, SiteContent, build
from include.demo.pages import BADGE, REPORT, SEARCH, SITEMAP, Family, Page, extras_of, family_of, pages_of

FOOTER_PARTS = {
    "icp": re.compile(r"京ICP备\d+号(?:-\d+)?"),
    "police": re.compile(r"京公网安备\s?\d+号"),
    "map": re.compile(r"<a href=\"[^\"]*wzdt\.html\">[^<]*</a>", re.IGNORECASE),
}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@dataclass(frozen=True)
class Answer:
    """What a site answers to one request."""

    status: int
    content_type: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@cache
def templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "families"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class DemoSite:
    """One site at one monitoring point: address in, answer out; the same bytes each time."""

    def __init__(self, plan: SitePlan, as_of: datetime, port: int) -> None:
        self.plan, self.as_of, self.port = plan, as_of, port
        self.family: Family = family_of(plan)

    @property
    def url(self) -> str:
        return f"http://{self.plan.host}:{self.port}/"

    def absolute(self, path: str) -> str:
        return self.url.rstrip("/") + path

    @cached_property
    def content(self) -> SiteContent:
        return build(self.plan, self.as_of)

    @cached_property
    def pages(self) -> dict[str, Page]:
        return pages_of(self.content)

    def answer(self, target: str) -> Answer:
        """The answer to a request for ``target`` (path, with the query if there is one)."""
        path = target.partition("?")[0]
        if path == "/robots.txt":
            return self._robots()
        page = self.pages.get(target) or self.pages.get(path)
        if page is None or (page.template == "file" and self.plan.make.get("dead_file")):
            return self._page(Page(path, "missing", "您访问的页面不存在"), status=404)
        if page.template == "file":
            return Answer(200, "application/pdf", PDF, {"Accept-Ranges": "bytes"})
        if page.template == "data":
            return self._data(page)
        return self._page(page)

    def _robots(self) -> Answer:
        text = self.plan.make.get("robots")
        if text is None:
            return self._page(Page("/robots.txt", "missing", "您访问的页面不存在"), status=404)
        return Answer(200, "text/plain", str(text).encode())

    def _page(self, page: Page, status: int = 200) -> Answer:
        charset = str(self.family.setting.get("charset", "utf-8"))
        body = self._render(f"common/{page.template}.html", page).encode(charset)
        headers = {}
        if status == 200 and self.family.setting.get("etag"):
            headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if status == 200 and self.family.setting.get("last_modified"):
            headers["Last-Modified"] = format_datetime(self._changed(page).astimezone(UTC), usegmt=True)
        declared = self.family.setting.get("declared")
        return Answer(status, "text/html" if declared else "text/html; charset=utf-8", body, headers)

    def _changed(self, page: Page) -> datetime:
        """When the page was last written: by its newest item that is already out."""
        sections = [page.section] if page.section else list(self.content.sections)
        items = [page.item] if page.item else [item for section in sections for item in section.items]
        moments = [item.published for item in items if item.published <= self.as_of]
        return max(
            moments, default=self.as_of.replace(month=1, day=4, hour=9, minute=0, second=0, microsecond=0)
        )

    def _data(self, page: Page) -> Answer:
        assert page.section is not None
        if self.family.folder == "jpage":
            return Answer(200, "text/xml; charset=utf-8", self._render("jpage/data.xml", page).encode())
        rows = self.rows(page.section, page.number)
        found = {"code": 0, "total": len(page.section.items), "page": page.number, "rows": rows}
        return Answer(200, "application/json; charset=utf-8", json.dumps(found, ensure_ascii=False).encode())

    def rows(self, section: Section, number: int = 1) -> list[dict[str, str | int]]:
        """The items of one page of a section as the script families carry them."""
        return [
            {
                "id": item.id,
                "title": item.title,
                "url": self.family.article(section, item),
                "publishTime": item.published.strftime("%Y-%m-%d %H:%M"),
                "source": item.source,
            }
            for item in self.family.slice(section, number)
        ]

    def _render(self, template: str, page: Page) -> str:
        related = self.content.related.get(page.item.id) if page.item else None
        made = (
            templates()
            .get_template(template)
            .render(
                layout=f"{self.family.folder}/layout.html",
                parts=f"{self.family.folder}/parts.html",
                site=replace(self.plan, code=self.plan.make.get("shown_code", self.plan.code)),
                content=self.content,
                family=self.family,
                page=page,
                section=page.section,
                item=page.item,
                items=self.family.slice(page.section, page.number) if page.section else (),
                link=self._linker(page.path),
                to_article=self.family.article,
                words=data("words"),
                columns=data("columns"),
                rows=self.rows,
                neighbours=self._neighbours(),
                fixed={"sitemap": SITEMAP, "report": REPORT, "search": SEARCH, "badge": BADGE},
                charset=self.family.setting.get("declared", "utf-8"),
                year=self.as_of.year,
                extras=self._extras(),
                related=related,
            )
        )
        for lacking in self.plan.make.get("footer_lacks", ()):
            made = FOOTER_PARTS[lacking].sub("", made)
        return made

    def _linker(self, here: str) -> Callable[[str], str]:
        """Links as the family writes them: relative to the page, or from the site's root."""
        if not self.family.setting.get("relative"):
            return lambda path: path
        folder = here if here.endswith("/") else posixpath.dirname(here)

        def relative(path: str) -> str:
            found = posixpath.relpath(path, folder or "/")
            found += "/" if path.endswith("/") and found != "." else ""
            return found if found.startswith(".") else f"./{found}"

        return relative

    def _extras(self) -> list[tuple[str, str]]:
        """What the home page offers beside its menu and lists; the leaders' page lies too deep for a menu."""
        leaders = self.content.by_key.get("ldzc")
        named = [(self.family.section(leaders), leaders.name)] if leaders else []
        return [*extras_of(self.content), *named]

    def _neighbours(self) -> list[tuple[str, str]]:
        """Name and address of other sites of the city, for the row of links at the foot."""
        same = [plan for plan in sites() if plan.group == self.plan.group and plan.code != self.plan.code]
        return [(plan.name, f"http://{plan.host}:{self.port}/") for plan in same[:4]]


def newest_out(items: tuple[Item, ...], as_of: datetime) -> datetime | None:
    """When the newest item that is already out was published; None where there is none."""
    return max((item.published for item in items if item.published <= as_of), default=None)
