"""Which addresses a site has, and what stands behind each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from include.demo.city import SitePlan, data
from include.demo.content import Guide, Item, Letter, Section, SiteContent

SITEMAP, REPORT, SEARCH, BADGE = "/wzdt.html", "/wzjc.html", "/search", "/dzjg.html"
FIXED = {
    SITEMAP: ("sitemap", "网站地图"),
    REPORT: ("report", "我为政府网站找错"),
    SEARCH: ("plain", "站内检索"),
    BADGE: ("plain", "党政机关标识"),
}
#: What a portal shows beside its sections.
PORTAL = {
    "/gk/index.html": "本地概况",
    "/gk/jgzn.html": "机构职能",
    "/bs/zxbl.html": "在线办理",
    "/hd/xjtj.html": "信件办理统计",
}


def report_of(year: int) -> tuple[str, str]:
    """Address and name of the yearly report on the site, which came out in January of ``year``."""
    return f"/art/{year}/1/18/art_{year}_1.html", f"{year - 1}年网站年度报表"


@dataclass(frozen=True)
class Page:
    """One address of a site. ``template`` names a template of families/common or a data format."""

    path: str
    template: str
    title: str
    section: Section | None = None
    item: Item | None = None
    letter: Letter | None = None
    guide: Guide | None = None
    number: int = 1


@dataclass(frozen=True)
class Family:
    """How one content-management system writes its addresses; see families.yaml."""

    name: str
    setting: dict[str, Any]

    @property
    def home(self) -> str:
        return str(self.setting["home"])

    @property
    def folder(self) -> str:
        return str(self.setting["folder"])

    def section(self, section: Section, number: int = 1) -> str:
        """The address of the n-th page of a section."""
        style = self.setting["section"] if number == 1 else self.setting["page"]
        return self._fill(style, section, n=number, before=number - 1, back=self.pages(section) - number + 1)

    def data(self, plan: SitePlan, section: Section, number: int) -> str:
        return self._fill(self.setting["data"], section, n=number, web=plan.number)

    def article(self, section: Section, item: Item) -> str:
        day = item.published
        return self._fill(
            self.setting["article"], section, id=item.id, date=day, month=day.month, day=day.day
        )

    def below(self, section: Section, kind: str, number: int) -> str:
        """The address of a letter or a guide."""
        return f"/{kind}/{section.number}/{number}.html"

    def pages(self, section: Section) -> int:
        return max(1, -(-len(section.items) // int(self.setting["size"])))

    def slice(self, section: Section, number: int) -> tuple[Item, ...]:
        size = int(self.setting["size"])
        return section.items[size * (number - 1) : size * number]

    @staticmethod
    def _fill(style: str, section: Section, **more: Any) -> str:
        return style.format(key=section.key, num=section.number, dir=section.folder, **more)


def family_of(plan: SitePlan) -> Family:
    return Family(plan.family, data("families")[plan.family])


def pages_of(content: SiteContent) -> dict[str, Page]:
    """Every page of a site by its address (with the query, where the address has one)."""
    return {page.path: page for page in _pages(content)}


def _pages(content: SiteContent) -> Iterator[Page]:
    plan, family = content.plan, family_of(content.plan)
    home = "portal" if plan.make.get("nav_only") else "home"
    for path in ("/", family.home):
        yield Page(path, home, plan.name)
    for path, (template, name) in FIXED.items():
        yield Page(path, template, name)
    for path, name in extras_of(content):
        yield Page(path, "plain", name)
    for section in content.sections:
        yield Page(family.section(section), section.layout, section.name, section)
        yield from _below(content, family, section)


def extras_of(content: SiteContent) -> list[tuple[str, str]]:
    """(address, name) of what the home page offers beside the sections."""
    due = content.as_of.year if content.as_of.month > 1 else content.as_of.year - 1
    return [report_of(due), *(PORTAL.items() if content.plan.group == "portal" else ())]


def _below(content: SiteContent, family: Family, section: Section) -> Iterator[Page]:
    for number in range(2, family.pages(section) + 1):
        if "page" in family.setting:
            yield Page(family.section(section, number), "list", section.name, section, number=number)
    if "data" in family.setting:
        for number in range(int(family.setting.get("data_from", 2)), family.pages(section) + 1):
            yield Page(
                family.data(content.plan, section, number), "data", section.name, section, number=number
            )
    for item in section.items:
        template = "survey" if section.section_class == "survey" else "article"
        yield Page(family.article(section, item), template, item.title, section, item=item)
        if item.file:
            yield Page(item.file, "file", item.title, section, item=item)
    for letter in section.letters if family.setting.get("letters") else ():
        yield Page(family.below(section, "letter", letter.id), "letter", letter.title, section, letter=letter)
    for guide in section.guides:
        yield Page(family.below(section, "guide", guide.id), "guide", guide.name, section, guide=guide)
