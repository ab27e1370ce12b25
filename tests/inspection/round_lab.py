"""Two sites and two accounts on loopback, the office's lists of them, and their round as the DAG would run it."""

from __future__ import annotations

import asyncio
import csv
import io
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from include.embedded.services import free_port
from include.inspection import steps
from include.inspection.store import ObjectStore, RoundKeys

ROUND, AS_OF = "2024Q4", "2024-12-31T10:00"
NOW = datetime(2024, 12, 31, 2, tzinfo=UTC)
LIVE, DEAD, CLOSED, SILENT, FRESH = "4408000001", "4408000002", "4408000003", "wx-silent", "wx-fresh"

NAVIGATION = (
    '<div class="nav"><a href="/yw/">政务要闻</a><a href="/tz/">通知公告</a>'
    '<a href="/zc/">政策文件</a><a href="/hd/">领导信箱</a></div>'
)


def page(body: str) -> str:
    return f"<html><head><meta charset='utf-8'><title>甲县人民政府</title></head><body>{NAVIGATION}{body}</body></html>"


def listing(name: str, day: str) -> str:
    rows = "".join(
        f'<li><a href="/a/{name}{number}.html">甲县召开第{number}次{name}工作会议部署年度任务</a><span>{day}</span></li>'
        for number in range(8)
    )
    return f'<ul class="list">{rows}</ul>'


def feed(day: str) -> str:
    entry = f"<item><title>发布一条</title><link>http://x.cn/1</link><pubDate>{day} 09:00:00 +0800</pubDate></item>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>号</title>{entry}</channel></rss>'


PAGES = {
    "/": page(listing("yw", "2024-12-30")),
    "/yw/": page(listing("yw", "2024-12-30")),
    "/tz/": page(listing("tz", "2024-11-20")),
    "/zc/": page(listing("zc", "2024-10-08")),
    "/hd/": page('<form action="/send" method="post"><textarea name="t"></textarea></form>'),
    "/feed/fresh": feed("30 Dec 2024"),
    "/feed/silent": feed("01 Jan 2024"),
}


class Server:
    """Serves PAGES on a loopback port and counts what is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.port = free_port()
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Server:
        self._thread.start()
        assert self._up.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _run(self) -> None:
        async def answer(request: web.Request) -> web.Response:
            self.asked.append(request.path)
            if request.path not in PAGES:
                return web.Response(status=404, text="<html>not here</html>", content_type="text/html")
            kind = "application/rss+xml" if request.path.startswith("/feed/") else "text/html"
            return web.Response(text=PAGES[request.path], content_type=kind, charset="utf-8")

        async def start() -> None:
            application = web.Application()
            application.router.add_get("/{path:.*}", answer)
            runner = web.AppRunner(application, access_log=None)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", self.port).start()

        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(start())
        self._up.set()
        self._loop.run_forever()


@dataclass
class Lab:
    """The office's lists of two sites and two accounts, and the round as the DAG would run it."""

    server: Server
    folder: Path

    def write_lists(self) -> None:
        base = f"http://127.0.0.1:{self.server.port}"
        tables = {
            "sites": [
                "site_code,name,url,kind,category,sponsor,authorised,status",
                f"{LIVE},甲县人民政府,{base}/,portal,县（市、区）政府门户网站,甲县政府办,yes,running",
                f"{DEAD},乙县人民政府,http://127.0.0.2:{free_port()}/,portal,县（市、区）政府门户网站,乙办,yes,running",
                f"{CLOSED},丙站,http://127.0.0.3/,other,其他,丙办,no,closed",
                f"{LIVE},重复的一行,{base}/,portal,县,丁办,no,running",
            ],
            "accounts": [
                "account_id,platform,name,feed_url",
                f"{FRESH},微信,甲县发布,{base}/feed/fresh",
                f"{SILENT},微博,乙县发布,{base}/feed/silent",
            ],
            "messages": [
                "message_id,received_at,valid,closed_at",
                "m1,2024-11-04 09:00,yes,2024-11-05 09:00",
            ],
        }
        self.folder.mkdir(exist_ok=True)
        for stem, lines in tables.items():
            (self.folder / f"{stem}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def begin(self, store: ObjectStore) -> None:
        begun = steps.snapshot(store, str(self.folder), ROUND, AS_OF, NOW)
        steps.plan(store, begun["round"], begun["as_of"], "full", "zhanjiang", ["national-2019"])

    def fetch(self, store: ObjectStore) -> dict[str, int]:
        """Every first pass and the second of whoever needs one; how many were fetched and present."""
        sums = {"fetched": 0, "present": 0}
        for subject_type, size in (("site", 1), ("account", 20)):
            for group in steps.groups(store, ROUND, subject_type, size, 1024):
                for key, count in steps.fetch(store, ROUND, group["ids"], 1).items():
                    sums[key] += count
        steps.freeze_history(store, ROUND, NOW)
        for group in steps.suspect_groups(store, ROUND):
            for key, count in steps.fetch(store, ROUND, group["ids"], 2).items():
                sums[key] += count
        return sums

    def finish(self, store: ObjectStore) -> dict[str, int]:
        found = steps.judge(store, ROUND)
        steps.tally(store, ROUND)
        steps.draft(store, ROUND)
        steps.publish(store, ROUND, None, "run-1")
        return found


@dataclass
class Done:
    """A published round, what its steps returned, and what they logged."""

    store: ObjectStore
    fetched: dict[str, int]
    verdicts: dict[str, int]
    log: list[dict[str, Any]]

    def get(self, name: str) -> bytes:
        return self.store.get(RoundKeys(ROUND)(name))

    def table(self, name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.get(name).decode())))
