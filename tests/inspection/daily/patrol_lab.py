"""A site and an account on loopback whose pages a test changes from day to day, and their patrol as the DAG runs it."""

from __future__ import annotations

import asyncio
import hashlib
import ssl
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from aiohttp import web

from include.embedded.services import free_port
from include.inspection.daily import patrol_steps
from include.inspection.daily.days import PatrolDay, Patrols
from include.inspection.fetch.settings import FetchSettings, parse_networks
from include.inspection.store import ObjectStore
from include.inspection.survey.look import SurveyLimits
from include.inspection.times import BEIJING

SITE, ACCOUNT = "4408000001", "wx-1"
SETTINGS = FetchSettings(allow_net=parse_networks("127.0.0.0/8"), pause_seconds=0, retry_seconds=0)
LIMITS = replace(SurveyLimits.load(), home_wait_seconds=0.01)
DAY = date(2026, 7, 1)
SECTIONS = {
    "yw": "政务要闻",
    "bm": "部门动态",
    "tz": "通知公告",
    "zc": "政策文件",
    "gh": "规划计划",
    "gs": "公示公告",
}


def listing(key: str, days: Iterable[date]) -> str:
    rows = "".join(
        f'<li><a href="/{key}/{day:%Y%m%d}.html">甲县{SECTIONS[key]}第{day:%m%d}号工作安排已经作出</a>'
        f"<span>{day}</span></li>"
        for day in sorted(days, reverse=True)
    )
    return f'<ul class="list">{rows}</ul>'


def feed(days: Iterable[date]) -> str:
    entries = "".join(
        f"<item><title>发布{day}</title><link>http://x.cn/{day}</link>"
        f"<pubDate>{day:%d %b %Y} 09:00:00 +0800</pubDate></item>"
        for day in sorted(days, reverse=True)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>号</title>{entries}</channel></rss>'


class Town:
    """Serves one site whose sections hold the days in ``sections``; answers conditional requests with 304."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.sections: dict[str, set[date]] = {}
        self.feeds: dict[str, set[date]] = {}
        self.head = self.extra = ""
        self.led = ""  # where /led leads to
        self.in_pieces = False  # the home page's lists are loaded into it
        self.stubs: set[str] = set()  # sections whose address only leads on to their list
        self.broken: set[str] = set()
        self.stumbles: set[str] = set()  # of these the next request fails
        self.titles: list[str] = []
        self.asked: Counter[tuple[str, int]] = Counter()
        self.port = free_port()
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def fill(self, today: date) -> None:
        """A healthy site: news every second day, the others every third week."""
        for key in SECTIONS:
            step = 2 if key in ("yw", "bm") else 21
            self.sections[key] = {today - timedelta(days=1 + step * n) for n in range(8)}
        self.feeds["/feed"] = {today - timedelta(days=1 + 3 * n) for n in range(6)}

    @property
    def base(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def body(self, path: str) -> str | None:
        if path in self.feeds:
            return feed(self.feeds[path])
        menu = "".join(f'<a href="/{key}/">{name}</a>' for key, name in SECTIONS.items())
        head = f"<html><head><meta charset='utf-8'>{self.head}<title>甲县人民政府</title></head><body><div class='nav'>{menu}</div>"
        if path == "/":
            titles = "".join(f"<p>{title}</p>" for title in self.titles)
            lists = self.home_lists()
            if self.in_pieces:
                lists = '<div id="l"></div><script>$("#l").load("/inc/lists.html");</script>'
            return f"{head}{lists}{titles}{self.extra}</body></html>"
        if path == "/inc/lists.html" and self.in_pieces:
            return self.home_lists()
        key = path.strip("/")
        if key in self.stubs:
            return '<html><head><meta http-equiv="refresh" content="0;url=list/"></head></html>'
        key = key.removesuffix("/list")
        if key in self.sections:
            rows = listing(key, self.sections[key]) if self.sections[key] else "<p>暂无信息</p>"
            return f"{head}<h2>{SECTIONS[key]}</h2>{rows}</body></html>"
        if path.count("/") == 2 and path.split("/")[1] in self.sections:
            return f"{head}<h1>甲县工作安排</h1><p>全文见此。</p></body></html>"
        return None

    def home_lists(self) -> str:
        return "".join(listing(key, sorted(self.sections[key])[-5:]) for key in ("yw", "bm"))

    def __enter__(self) -> Town:
        self._thread.start()
        assert self._up.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _answer(self, request: web.Request) -> web.Response:
        path = request.path
        if path == "/led":
            return web.Response(status=302, headers={"Location": self.led})
        if path in self.broken or path in self.stumbles:
            self.stumbles.discard(path)
            self.asked[path, 503] += 1
            return web.Response(status=503, text="稍后再来")
        body = self.body(path)
        if body is None:
            self.asked[path, 404] += 1
            return web.Response(status=404, text="<html>没有</html>", content_type="text/html")
        tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:16]}"'
        if request.headers.get("If-None-Match") == tag:
            self.asked[path, 304] += 1
            return web.Response(status=304, headers={"ETag": tag})
        self.asked[path, 200] += 1
        kind = "application/rss+xml" if path in self.feeds else "text/html"
        return web.Response(text=body, content_type=kind, charset="utf-8", headers={"ETag": tag})

    def _run(self) -> None:
        async def start() -> None:
            application = web.Application()
            application.router.add_get("/{path:.*}", self._answer)
            runner = web.AppRunner(application, access_log=None)
            await runner.setup()
            await web.TCPSite(runner, "0.0.0.0", self.port, ssl_context=self._tls).start()

        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(start())
        self._up.set()
        self._loop.run_forever()


def small_hours(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 2, 10, tzinfo=BEIJING)


class Office:
    """The lists of the office and its patrols."""

    def __init__(self, town: Town, folder: Path) -> None:
        self.town, self.folder = town, folder
        self.category, self.feed_path, self.more_sites = "县政府门户", "/feed", ""
        self.settings = SETTINGS
        self.exemptions: list[str] = []
        self.messages: list[str] = []

    def write(self) -> str:
        base = self.town.base
        tables = {
            "sites": f"site_code,name,url,kind,category,sponsor\n{SITE},甲县人民政府网站,{base}/,portal,{self.category},甲县政府办\n"
            + self.more_sites,
            "accounts": "account_id,platform,name,sponsor,feed_url\n"
            f"{ACCOUNT},微信,甲县发布,甲县政府办,{base}{self.feed_path}\n",
            "exemptions": "\n".join(["subject_id,scope,from,until,reason,approved_by", *self.exemptions])
            + "\n",
            "messages": "\n".join(["message_id,site_code,received_at,valid,closed_at", *self.messages])
            + "\n",
        }
        self.folder.mkdir(exist_ok=True)
        for stem, text in tables.items():
            (self.folder / f"{stem}.csv").write_text(text, encoding="utf-8")
        return str(self.folder)

    def patrol(
        self, store: ObjectStore, day: date, *, run_id: str = "run", leave_out: tuple[int, ...] = ()
    ) -> PatrolDay:
        """One patrol, group by group, as the DAG runs it."""
        now = small_hours(day)
        begun = patrol_steps.begin(store, self.write(), run_id, now, lambda: now)
        parts = patrol_steps.groups(store, begun, 50, 1024)
        for part in parts:
            if part["number"] not in leave_out:
                patrol_steps.patrol(
                    store, begun, part["number"], part["ids"], lambda: now, self.settings, LIMITS
                )
        patrol_steps.close(store, begun, parts, lambda: now)
        found = Patrols(store).day(day)
        assert found is not None
        return found
