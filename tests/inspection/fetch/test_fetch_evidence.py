"""Every exchange in a WARC that warcio's own checker accepts, and pages that come back from it the same."""

from __future__ import annotations

import asyncio
import errno
import gzip
import hashlib
import json
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from warcio.archiveiterator import ArchiveIterator

from include.inspection.fetch.client import Fetcher, LivePages, StoredPages
from include.inspection.fetch.evidence import EvidenceWriter, earlier_answers
from include.inspection.fetch.outcomes import Outcome
from include.inspection.fetch.stored import EvidenceDamaged


def records(path):
    with open(path, "rb") as stream:
        iterator = ArchiveIterator(stream)
        for record in iterator:
            headers = dict(record.rec_headers.headers)
            head = record.http_headers.to_str() if record.http_headers else ""
            payload = record.raw_stream.read()
            yield headers | {"payload": payload, "head": head, "offset": iterator.get_record_offset()}


def check(*paths):
    command = [sys.executable, "-m", "warcio.cli", "check", "-v", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout
    return done.stdout


def wild_routes(lab):
    gb = "<html><a href='/x'>中文</a></html>".encode("gb18030")
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n<html>\r\n0\r\n\r\n"
    return {
        "/": lab.answer(200, gzip.compress(lab.html), "Content-Encoding: gzip"),
        "/gb": lab.answer(200, gb, kind="text/html; charset=gb2312"),
        "/same": lab.answer(200, gb),
        "/chunked": chunked,
        "/go": b"HTTP/1.1 302 F\r\nLocation: /gb\r\nContent-Length: 0\r\n\r\n",
        "/odd": lab.raw(
            b"HTTP/1.1 200 \xe5\xa5\xbd\r\nX-Odd: \xff\xfe\xe4\xb8\xad\r\nX-Odd: 2\r\n\r\n<html>odd"
        ),
        "/cut": lab.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<html>cut"),
        "/none": lab.raw(b""),
        "/many": lab.raw(b"HTTP/1.1 200 OK\r\n" + b"X-Header: y\r\n" * 1000 + b"\r\n<html>many"),
        "/junk": lab.raw(b"\x00\x01 nothing like HTTP\r\n\r\n"),
        "/once": lab.in_turn(lab.answer(500, b"oops"), lab.answer()),
        "/big": lab.answer(200, b"<html>" + b"y" * 9000),
        "/404": lab.answer(404, b"<html>gone</html>"),
        "/204": b"HTTP/1.1 204 N\r\n\r\n",
        "/%E4%B8%AD?q=%D6%D0": lab.answer(200, b"<html>query</html>"),
    }


def survey(lab, server, source, *, again=True):
    async def walk():
        found = []
        for path in [*wild_routes(lab), "/中?q=%D6%D0", "/missing"]:
            found.append(await source.get(server + path, role="section"))
        found.append(await source.get("http://bad host/", role="section"))
        if again:
            found.append(await source.get(server + "/", role="home", visit=2))
        return found

    return walk()


def live_round(lab, **settings):
    async def story():
        async with (
            lab.server(wild_routes(lab)) as server,
            lab.pages(authorised=False, page_bytes=8000, **settings) as pages,
        ):
            return await survey(lab, server.base, pages), pages.visits(), server.base

    return asyncio.run(story())


def test_stored_pages_are_the_pages_that_were_fetched(lab):
    live, visits, base = live_round(lab)
    stored = StoredPages(json.loads(json.dumps(visits)), lambda key: lab.warc.open("rb"))
    replayed = asyncio.run(survey(lab, base, stored))
    assert replayed == live
    outcomes = {page.outcome for page in live}
    assert {Outcome.OK, Outcome.TRUNCATED, Outcome.CLOSED, Outcome.BAD_ANSWER, Outcome.TOO_LARGE} <= outcomes
    assert sum(bool(page.body) for page in live) > 8
    never = asyncio.run(stored.get(base + "/never", role="section"))
    assert never.outcome is Outcome.NOT_FETCHED and never.evidence is None
    stored.close()


def test_the_warc_passes_warcios_checker_and_holds_everything(lab):
    live, visits, base = live_round(lab)
    assert "digest failed" not in check(lab.warc)
    found = list(records(lab.warc))
    kinds = [record["WARC-Type"] for record in found]
    assert kinds[0] == "warcinfo" and {"response", "request", "revisit", "metadata"} <= set(kinds)
    by_offset = {record["offset"]: record for record in found}
    for visit in visits:
        assert visit["evidence"]["offset"] in by_offset, visit
        for attempt in visit["tries"]:
            assert attempt["offset"] is None or attempt["offset"] in by_offset
        if visit["body"]:
            holder = by_offset[visit["body"]["offset"]]
            assert holder["WARC-Type"] == "response"
            assert hashlib.sha256(holder["payload"]).hexdigest() == visit["evidence"]["sha256"]
            assert holder["WARC-Payload-Digest"] == f"sha256:{visit['evidence']['sha256']}"
    home = by_offset[visits[1]["evidence"]["offset"]]
    assert gzip.decompress(home["payload"]) == lab.html
    assert home["WARC-IP-Address"] == "127.0.0.1" and home["WARC-Date"].endswith("Z")
    chunked = next(
        r for r in found if r.get("WARC-Target-URI") == f"{base}/chunked" and r["WARC-Type"] == "response"
    )
    assert chunked["payload"] == b"<html>" and "X-Archive-Orig-Transfer-Encoding: chunked" in chunked["head"]
    truncated = {r["WARC-Target-URI"]: r["WARC-Truncated"] for r in found if "WARC-Truncated" in r}
    assert truncated == {f"{base}/cut": "disconnect", f"{base}/big": "length"}
    failed = [r for r in found if r.get("WARC-Target-URI") == f"{base}/none" and r["WARC-Type"] == "metadata"]
    assert len(failed) == 3 and b"outcome: closed" in failed[0]["payload"]
    assert len(next(page for page in live if page.url == f"{base}/once").tries) == 2


def test_unchanged_pages_become_revisits_within_a_pass_and_across_passes(lab):
    second = lab.folder / "fetch-2.warc.gz"
    key_2 = lab.key.replace("fetch-1", "fetch-2")

    async def story():
        routes = {
            "/": lab.answer(),
            "/new": lab.in_turn(lab.answer(200, b"<html>1"), lab.answer(200, b"<html>2")),
        }
        async with lab.server(routes) as server, Fetcher(lab.settings()) as fetcher:
            passes = []
            earlier: dict = {}
            for path, key in ((lab.warc, lab.key), (second, key_2)):
                writer = EvidenceWriter(path, key, earlier=earlier)
                pages = LivePages(fetcher, writer, authorised=True)
                got = [await pages.get(server.base + where, role="home") for where in ("/", "/new")]
                got.append(await pages.get(server.base + "/", role="home", visit=2))
                writer.close()
                earlier = earlier_answers(json.loads(json.dumps(pages.visits())))
                passes.append((got, pages.visits()))
            return passes, server.base

    passes, base = asyncio.run(story())
    check(lab.warc, second)
    assert [r["WARC-Type"] for r in records(lab.warc)].count("revisit") == 1
    revisits = [r for r in records(second) if r["WARC-Type"] == "revisit"]
    assert len(revisits) == 2
    original = next(r for r in records(lab.warc) if r["WARC-Type"] == "response")
    for record in revisits:
        assert record["WARC-Profile"].endswith("/1.1/revisit/identical-payload-digest")
        assert record["WARC-Refers-To-Target-URI"] == f"{base}/"
        assert record["WARC-Refers-To-Date"] == original["WARC-Date"]
        assert record["WARC-Payload-Digest"] == original["WARC-Payload-Digest"]
    got, visits = passes[1]
    files = {lab.key: lab.warc, key_2: second}
    stored = StoredPages(visits, lambda key: files[key].open("rb"))
    replayed = [
        asyncio.run(stored.get(page.url, role="home", visit=visit))
        for page, visit in zip(got, (1, 1, 2), strict=True)
    ]
    assert replayed == got and replayed[0].body == lab.html and replayed[1].body == b"<html>2"
    stored.close()


def test_damaged_evidence_is_told_by_key_and_offset(lab):
    _, visits, base = live_round(lab)
    data = bytearray(lab.warc.read_bytes())
    place = next(visit["body"] for visit in visits if visit["url"] == f"{base}/gb")
    data[place["offset"] + 400] ^= 0xFF
    lab.warc.write_bytes(data)
    stored = StoredPages(visits, lambda key: lab.warc.open("rb"))
    with pytest.raises(EvidenceDamaged, match=f"{lab.key}@{place['offset']}"):
        asyncio.run(stored.get(f"{base}/gb", role="section"))
    stored.close()


def full_after(writer, records_left):
    """Makes the writer's file behave as a disk that fills up in the middle of a record."""
    real = writer._file.write
    left = [records_left]

    class Full:
        def __getattr__(self, name):
            return getattr(writer_file, name)

        def write(self, data):
            left[0] -= 1
            if left[0] < 0:
                real(data[: len(data) // 2])
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(data)

    writer_file = writer._file
    writer._file = Full()


def test_a_disk_that_fills_up_is_an_outcome_and_leaves_a_whole_file(lab):
    async def story():
        writer = EvidenceWriter(lab.warc, lab.key)
        full_after(writer, 3)
        routes = {f"/{n}": lab.answer(200, lab.html + b"%d" % n) for n in range(4)}
        async with lab.server(routes) as server, lab.pages(writer=writer) as pages:
            found = [await pages.get(f"{server.base}/{n}", role="article") for n in range(4)]
            return found, pages.visits(), server.paths()

    found, visits, paths = asyncio.run(story())
    expected = [Outcome.OK] + [Outcome.EVIDENCE_NOT_WRITTEN] * 3
    assert [page.outcome for page in found] == expected and len(visits) == 4
    assert paths == ["/0", "/1"], "nothing is fetched that cannot be stored"
    assert "No space left" in found[1].detail and found[1].body == b""
    check(lab.warc)
    assert [r["WARC-Type"] for r in records(lab.warc)] == ["warcinfo", "response", "request", "response"]


@pytest.mark.parametrize("place", ["nowhere/fetch-1.warc.gz", "full"])
def test_a_disk_that_takes_nothing_from_the_start(lab, place):
    path = lab.folder / place if place != "full" else Path("/dev/full")

    async def story():
        writer = EvidenceWriter(path, lab.key)
        async with lab.server({"/": lab.answer()}) as server, lab.pages(writer=writer) as pages:
            return await pages.get(server.base + "/", role="home")

    assert asyncio.run(story()).outcome is Outcome.EVIDENCE_NOT_WRITTEN


def test_one_line_a_page_in_the_log(lab):
    async def story():
        async with lab.server({"/": lab.answer(), "/x": lab.answer(403)}) as server, lab.pages() as pages:
            with capture_logs() as lines:
                await pages.get(server.base.replace("//", "//user:secret@") + "/", role="home")
                await pages.get(server.base + "/x\r\n[伪造]", role="section")
                await pages.get(server.base + "/x", role="section")
            return lines

    lines = asyncio.run(story())
    assert len(lines) == 3
    assert lines[0]["event"].startswith("已抓取首页 http://127.0.0.1") and "状态 200" in lines[0]["event"]
    assert (
        lines[0]["evidence_offset"] > 0 and lines[0]["address"] == "127.0.0.1" and lines[0]["outcome"] == "ok"
    )
    assert "禁止访问（403）" in lines[2]["event"] and lines[2]["log_level"] == "warning"
    assert "secret" not in str(lines) and not any(ord(char) < 32 for line in lines for char in line["event"])


def test_memory_does_not_grow_with_the_pages(lab):
    async def big(request, writer):
        writer.write(lab.answer(200, lab.html + request.path.encode() * 30_000))
        await writer.drain()

    async def story():
        routes = {f"/{n:04d}": big for n in range(60)}
        async with lab.server(routes) as server, lab.pages() as pages:
            for n in range(60):
                if n == 10:
                    tracemalloc.start()
                page = await pages.get(f"{server.base}/{n:04d}", role="article")
                assert len(page.body) > 150_000
            del page
            return tracemalloc.get_traced_memory()[0]

    try:
        assert asyncio.run(story()) < 1_500_000  # fifty bodies would be 7.5 million bytes
    finally:
        tracemalloc.stop()
