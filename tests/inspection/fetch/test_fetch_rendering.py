"""Pages that scripts fill, in a real Chromium that reaches the network through the fetch step alone."""

from __future__ import annotations

import asyncio
import hashlib
import importlib.util
import json
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from include.inspection.facts import SectionState
from include.inspection.fetch.client import StoredPages
from include.inspection.fetch.outcomes import Outcome
from include.inspection.fetch.settings import FetchSettings, parse_networks
from include.inspection.model import Site
from include.inspection.survey.look import SurveyLimits
from include.inspection.survey.site import survey
from include.inspection.times import BEIJING

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None or importlib.util.find_spec("playwright") is None, reason="no Chromium here"
    ),
]

ROWS = [
    {
        "title": f"示县召开第{n}次全县安全生产工作会议部署重点任务",
        "url": f"/a/{n}.html",
        "day": f"2026-11-{20 - n:02d}",
    }
    for n in range(6)
]
SCRIPTED = """<html><head><meta charset="utf-8"><title>要闻</title></head><body>
<div class="nav"><a href="/yw/">政务要闻</a><a href="/tz/">通知公告</a><a href="/zc/">政策文件</a><a href="/hd/">领导信箱</a></div>
<div id="app"></div><script>
fetch('/rows', {method: 'POST', body: 'c=1'}).then(r => r.json()).then(rows => {
  document.getElementById('app').innerHTML = '<ul class="list">' + rows.map(
    r => '<li><a href="' + r.url + '">' + r.title + '</a><span>' + r.day + '</span></li>').join('') + '</ul>';
});
</script></body></html>"""


def html(lab, body: str):
    return lab.answer(200, body.encode(), kind="text/html; charset=utf-8")


def routes(lab):
    rows = json.dumps(ROWS, ensure_ascii=False).encode()
    return {"/": html(lab, SCRIPTED), "/rows": lab.answer(200, rows, kind="application/json")}


def on(**changes: object) -> dict[str, object]:
    assert CHROMIUM is not None
    return {"browser": Path(CHROMIUM), "render_seconds": 30, "try_seconds": 5, **changes}


def test_markup_after_the_scripts_is_evidence(lab) -> None:
    async def run():
        async with lab.server(routes(lab)) as server, lab.pages(**on()) as pages:
            page = await pages.get(f"{server.base}/", role="rendered", visit=90)
            assert page.outcome is Outcome.OK, page.detail
            assert "第3次全县安全生产工作会议" in page.body.decode()
            assert {"/", "/rows"} <= set(server.paths())
            stored = StoredPages(pages.visits(), lambda _: lab.warc.open("rb"))
            again = await stored.get(f"{server.base}/", role="rendered", visit=90)
            assert (again.body, again.outcome, again.evidence) == (page.body, page.outcome, page.evidence)
        kinds: dict[str, list[str]] = {}
        with lab.warc.open("rb") as file:
            for record in ArchiveIterator(file):
                kinds.setdefault(record.rec_type, []).append(
                    record.rec_headers.get_header("WARC-Payload-Digest")
                )
        assert kinds["conversion"] == [f"sha256:{hashlib.sha256(page.body).hexdigest()}"]
        assert len(kinds["request"]) == len(server.seen)

    asyncio.run(run())


def test_browser_reaches_nothing_but_what_the_guard_allows(lab) -> None:
    async def run():
        async with (
            lab.server(
                {"/x.js": lab.answer(200, b"document.title='reached'", kind="text/javascript")},
                host="127.0.0.2",
            ) as inner,
            lab.server({}) as server,
        ):
            port = inner.port
            server.routes["/"] = html(
                lab,
                f"""<title>start</title><script src="http://127.0.0.2:{port}/x.js"></script>
                <img src="http://127.0.0.2:{port}/i.png"><iframe src="http://127.0.0.2:{port}/f.html"></iframe>
                <link rel="prefetch" href="http://127.0.0.2:{port}/p.html"><link rel="dns-prefetch" href="//a.example">
                <script>
                  try {{ new WebSocket('ws://127.0.0.2:{port}/ws'); }} catch (e) {{}}
                  navigator.sendBeacon('http://127.0.0.2:{port}/b', 'x');
                  new EventSource('http://127.0.0.2:{port}/e');
                  fetch('http://127.0.0.2:{port}/g').catch(() => 0);
                  fetch('file:///etc/passwd').catch(() => 0);
                  window.open('http://127.0.0.2:{port}/w');
                </script><p>here</p>""",
            )
            async with lab.pages(**on(allow_net=parse_networks("127.0.0.1/32"))) as pages:
                page = await pages.get(f"{server.base}/", role="rendered")
            assert page.outcome is Outcome.OK, page.detail
            assert "here" in page.body.decode() and "reached" not in page.body.decode()
            assert inner.paths() == [] and inner.open_most == 0

    asyncio.run(run())


@pytest.mark.parametrize(
    "body, words",
    [
        ("<script>while(true){}</script>", "秒内未完成"),
        ("<script>location.href='http://127.0.0.9:1/'</script>", ""),
        ("<script>document.write('<p>'+'x'.repeat(2e6)+'</p>')</script>", "超过"),
    ],
    ids=["endless", "led away", "huge"],
)
def test_pages_that_cannot_be_rendered(lab, body: str, words: str) -> None:
    async def run():
        async with (
            lab.server(routes(lab) | {"/bad": html(lab, f"<p>x</p>{body}")}) as server,
            lab.pages(**on(render_seconds=10, decoded_bytes=2_000_000)) as pages,
        ):
            bad = await pages.get(f"{server.base}/bad", role="rendered")
            good = await pages.get(f"{server.base}/", role="rendered")
        if words:
            assert bad.outcome is Outcome.NOT_RENDERED and words in bad.detail
        assert b"127.0.0.9" not in bad.final_url.encode()
        assert good.outcome is Outcome.OK, good.detail

    asyncio.run(run())


def test_robots_and_the_number_of_pages_are_minded(lab) -> None:
    async def run():
        robots = lab.answer(200, b"User-agent: *\nDisallow: /rows", kind="text/plain")
        async with (
            lab.server(routes(lab) | {"/robots.txt": robots}) as server,
            lab.pages(authorised=False, **on(render_pages=1)) as pages,
        ):
            page = await pages.get(f"{server.base}/", role="rendered", visit=90)
            assert page.outcome is Outcome.OK and "第3次" not in page.body.decode()
            assert "/rows" not in server.paths()
            more = await pages.get(f"{server.base}/", role="rendered", visit=91)
            assert more.outcome is Outcome.BUDGET_PAGES

    asyncio.run(run())


def test_survey_reads_what_scripts_bring(lab) -> None:
    async def run(**changes):
        async with lab.server(routes(lab)) as server:
            for slug in ("yw", "tz", "zc", "hd"):
                server.routes[f"/{slug}/"] = server.routes["/"]
            subject = Site("4400000001", "示县人民政府", f"{server.base}/", "portal", "门户")
            as_of = datetime(2026, 11, 22, 10, tzinfo=BEIJING)
            async with lab.pages(**changes) as pages:
                live = await survey(subject, [], pages, SurveyLimits.load(), as_of)
            stored = StoredPages(pages.visits(), lambda _: lab.warc.open("rb"))
            again = await survey(subject, [], stored, SurveyLimits.load(), as_of)
            stored.close()
            assert again.sections == live.sections
            return {section.name: (section.state, section.newest) for section in live.sections}

    with_browser = asyncio.run(run(**on()))
    assert (
        with_browser["政务要闻"][0] is SectionState.DATED and str(with_browser["政务要闻"][1]) == "2026-11-20"
    )
    without = asyncio.run(run())
    assert without["政务要闻"] == (SectionState.SCRIPT_ONLY, None)


def test_off_means_nothing_is_asked(lab) -> None:
    async def run():
        async with lab.server(routes(lab)) as server, lab.pages() as pages:
            page = await pages.get(f"{server.base}/", role="rendered", visit=90)
            assert page.outcome is Outcome.NOT_FETCHED
            assert pages.visits() == [] and server.paths() == []

    asyncio.run(run())


def test_setting_must_name_an_executable(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="INSPECTION_BROWSER"):
        FetchSettings.from_env({"INSPECTION_BROWSER": str(tmp_path / "none")})
