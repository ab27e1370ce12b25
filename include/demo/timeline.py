"""The made-up city over a quarter: what stands on its sites at any moment of it, and which of them are down.

Everything is published as at the end of the quarter (faults.yaml), and becomes visible when its time comes;
timeline.yaml takes away what was not published while a section or account stood still.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from typing import Any

from aiohttp import web

from include.demo.city import AccountPlan, SitePlan, accounts, data, sites
from include.demo.content import Item, Section, SiteContent, build, items_of
from include.demo.dates import BEIJING
from include.demo.feeds import POSTS, Post, feed_of, posts_of
from include.demo.render import Answer, DemoSite
from include.demo.server import CityServer

#: How far back beyond the quarter sections must reach.
_BEFORE = 60


@dataclass(frozen=True)
class Stop:
    """From its first to its last day nothing is published."""

    subject_id: str
    section: str
    first: date
    last: date

    def covers(self, moment: datetime) -> bool:
        return self.first <= moment.date() <= self.last


class Timeline:
    """timeline.yaml with days as dates. ``final`` is the monitoring point at the end of the quarter."""

    def __init__(self) -> None:
        raw = data("timeline")
        self.last: date = raw["ends"]
        self.days: int = raw["days"]
        self.first = self.last - timedelta(days=self.days - 1)
        self.final = datetime(self.last.year, self.last.month, self.last.day, 10, tzinfo=BEIJING)
        hour, minute = map(int, raw["patrol_at"].split(":"))
        self.patrol_time = timedelta(hours=hour, minutes=minute)
        self.stops = [
            Stop(
                str(row.get("site") or row.get("account")),
                row.get("section", ""),
                self.day(row["from"]),
                self.day(row["until"]),
            )
            for row in raw["stops"]
        ]
        self.down = [(str(row["site"]), self.day(row["from"]), self.day(row["until"])) for row in raw["down"]]
        self.exemptions: list[dict[str, Any]] = raw["exemptions"]
        self.no_patrol = {self.day(number) for number in raw["no_patrol"]}
        self.patrol_twice = {self.day(number) for number in raw["patrol_twice"]}
        self.controls_day = self.day(raw["controls_out"]["day"])
        self.controls_hours: tuple[int, int] = tuple(raw["controls_out"]["hours"])

    def day(self, number: int) -> date:
        found: date = self.first + timedelta(days=number - 1)
        return found

    def patrol_moment(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=BEIJING) + self.patrol_time

    def is_down(self, code: str, moment: datetime) -> bool:
        return any(site == code and first <= moment.date() <= last for site, first, last in self.down)

    def own_outage(self, moment: datetime) -> bool:
        start, end = self.controls_hours
        return moment.date() == self.controls_day and start <= moment.hour < end

    def stopped(self, subject_id: str, section: str, moment: datetime) -> bool:
        return any(
            stop.subject_id == subject_id and stop.section == section and stop.covers(moment)
            for stop in self.stops
        )


@cache
def timeline() -> Timeline:
    return Timeline()


_WHOLE: dict[str, SiteContent] = {}
_POSTS: dict[str, list[Post]] = {}


def everything(plan: SitePlan) -> SiteContent:
    """The site at the end of the quarter, its sections going back beyond its beginning."""
    if plan.code not in _WHOLE:
        _WHOLE[plan.code] = _everything(plan)
    return _WHOLE[plan.code]


def _everything(plan: SitePlan) -> SiteContent:
    line = timeline()
    content = build(plan, line.final)
    sections = tuple(_whole(plan, section, line) for section in content.sections)
    return SiteContent(plan, line.final, sections, {section.key: section for section in sections})


def _whole(plan: SitePlan, section: Section, line: Timeline) -> Section:
    if section.layout != "list" or not section.items:
        return section
    rows = [*data("sections")[plan.group], *data("sections")["areas"]]
    row = next(row for row in rows if row["key"] == section.key)
    more = row["items"] + (line.days + _BEFORE) * 2 // row["gap"] + 2
    items = items_of(plan, {**row, "items": more}, section.number, line.last)
    return replace(
        section,
        items=tuple(item for item in items if not line.stopped(plan.code, section.key, item.published)),
    )


def visible(section: Section, moment: datetime, size: int) -> tuple[Item, ...]:
    """What stands in the section: the newest ``size`` items that are out. A date to come shows on the last day."""
    line = timeline()
    out = [
        item
        for item in section.items
        if item.published <= moment or (item.published > line.final and moment.date() >= line.last)
    ]
    return tuple(out[:size])


def published_days(plan: SitePlan, key: str) -> list[datetime]:
    """When the items of a section come out, the newest first; without those dated after the quarter."""
    return [
        item.published for item in everything(plan).by_key[key].items if item.published <= timeline().final
    ]


def all_posts(plan: AccountPlan) -> list[Post]:
    """Everything that an account publishes, the newest first."""
    line = timeline()
    if plan.account_id not in _POSTS:
        posts = posts_of(plan, line.final, POSTS + line.days)
        _POSTS[plan.account_id] = [
            post for post in posts if not line.stopped(plan.account_id, "", post.published)
        ]
    return _POSTS[plan.account_id]


def posts_at(plan: AccountPlan, moment: datetime) -> list[Post]:
    line = timeline()
    out = [
        post
        for post in all_posts(plan)
        if post.published <= moment or (post.published > line.final and moment.date() >= line.last)
    ]
    return out[:POSTS]


class TimelineSite(DemoSite):
    """A site at one moment of the quarter."""

    @cached_property
    def content(self) -> SiteContent:
        whole = everything(self.plan)
        sizes = {
            row["key"]: row.get("items", 0)
            for row in [*data("sections")[self.plan.group], *data("sections")["areas"]]
        }
        sections = tuple(
            replace(section, items=visible(section, self.as_of, sizes[section.key]))
            if section.layout == "list"
            else section
            for section in whole.sections
        )
        return SiteContent(self.plan, self.as_of, sections, {section.key: section for section in sections})


class TimelineCity(CityServer):
    """The city with a clock that is set from outside; answers conditional requests, and none where a site is down."""

    def __init__(self, as_of: datetime, port: int) -> None:
        super().__init__(as_of, port)
        self._kept: dict[tuple[str, str], tuple[object, Answer]] = {}
        self.set(as_of)

    def set(self, moment: datetime) -> None:
        """From now on the city is as at ``moment``."""
        self.moment = moment
        self.sites = {plan.host: TimelineSite(plan, moment, self.port) for plan in sites()}

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        assert request.transport is not None
        host = str(request.transport.get_extra_info("sockname")[0])
        line = timeline()
        if line.own_outage(self.moment):
            request.transport.abort()
            return web.Response(status=503)
        site = self.sites.get(host)
        if site is None:
            return self._post(host, request.path)
        if line.is_down(site.plan.code, self.moment):
            return web.Response(status=503, text="服务暂时不可用")
        answer = self._answer(site, request.raw_path)
        headers = {"Content-Type": answer.content_type, "Server": "nginx", **answer.headers}
        asked = request.headers
        tag, changed = answer.headers.get("ETag"), answer.headers.get("Last-Modified")
        same = (tag and asked.get("If-None-Match") == tag) or (
            changed and "If-None-Match" not in asked and asked.get("If-Modified-Since") == changed
        )
        if same:
            return web.Response(status=304, headers=answer.headers)
        return web.Response(status=answer.status, body=answer.body, headers=headers)

    def _answer(self, site: DemoSite, target: str) -> Answer:
        """A page is written once for what stands on the site: most days most pages are as before."""
        newest = tuple(section.items[0].id if section.items else 0 for section in site.content.sections)
        oldest = tuple(len(section.items) for section in site.content.sections)
        stands = (newest, oldest, site.as_of.year)
        kept = self._kept.get((site.plan.code, target))
        if kept is None or kept[0] != stands:
            kept = self._kept[site.plan.code, target] = (stands, site.answer(target))
        return kept[1]

    def _post(self, host: str, path: str) -> web.Response:
        plan = self.feeds.get((host, path))
        if plan is None:
            return web.Response(status=404, text="没有这个账号")
        content_type, body = feed_of(plan, posts_at(plan, self.moment), self.port)
        return web.Response(body=body, headers={"Content-Type": content_type, "Server": "nginx"})


def chosen(codes: Sequence[str]) -> tuple[list[SitePlan], list[AccountPlan]]:
    """The sites of these codes (all where there are none) and the accounts of their sponsors."""
    plans = [plan for plan in sites() if not codes or plan.code in codes]
    owners = {plan.sponsor for plan in plans}
    return plans, [plan for plan in accounts() if plan.sponsor in owners]
