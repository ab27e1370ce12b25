"""`make bench`: crawls one corpus with three programs in turn and prints what a page costs each of them."""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.corpus import Corpus
from bench.side import Target, write_plan

ROOT = Path(__file__).resolve().parents[1]
SIDES = {"ours": "bench.ours", "scrapy": "bench.scrapy_side", "bare": "bench.bare"}
LABELS = {
    "ours": "this project, evidence written",
    "scrapy": "Scrapy, no evidence",
    "bare": "httpx-aiohttp + selectolax, no evidence",
}
SCRAPY_AIM, BARE_AIM, FLAT_AIM = 4.0, 2.0, 1.1
EXTRACTION_PAGES = 200

Results = dict[str, list[dict[str, Any]]]


class CannotRun(Exception):
    """The benchmark cannot run, or its sides did different work."""


@contextlib.contextmanager
def serving(pages: int, seed: int) -> Iterator[int]:
    """The port of the corpus server, which runs while the context lasts."""
    command = [sys.executable, "-m", "bench.server", f"--pages={pages}", f"--seed={seed}"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin is not None and server.stdout is not None
        try:
            port = server.stdout.readline().strip()
            if not port:
                raise CannotRun("the corpus server did not start (127.77.x.x must be loopback addresses)")
            yield int(port)
        finally:
            server.stdin.close()


def targets_of(corpus: Corpus, port: int, limit: int | None = None) -> list[Target]:
    spots = list(corpus.spots())[:limit]
    return [
        Target(f"http://{spot.site.host}:{port}{spot.path}", spot.site.host, spot.site.family.name, spot.role)
        for spot in spots
    ]


def run(side: str, plan: Path, folder: Path) -> dict[str, Any]:
    """One crawl by one side in a process of its own."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return _module(SIDES[side], f"--plan={plan}", f"--folder={folder}")


def _module(module: str, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", module, *arguments]
    # Settings of the machine's owner must not change what is compared.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("INSPECTION_")}
    done = subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True)
    if done.returncode:
        raise CannotRun(f"{module} failed:\n{done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def check_same(folders: dict[str, Path]) -> dict[str, int]:
    """What all sides read alike, counted; raises CannotRun with the first page that they read differently."""
    read = {
        side: sorted((folder / f"{side}.facts").read_text(encoding="utf-8").splitlines())
        for side, folder in folders.items()
    }
    (first, expected), *others = read.items()
    for side, lines in others:
        for one, other in zip(expected, lines, strict=False):
            if one != other:
                raise CannotRun(f"different work:\n{first}: {one}\n{side}: {other}")
        if len(lines) != len(expected):
            raise CannotRun(f"different work: {first} read {len(expected)} pages, {side} {len(lines)}")
    rows = [json.loads(line) for line in expected]
    names = ("tags", "links", "dated items")
    return {"pages": len(rows)} | {
        name: sum(row[2 + index] for row in rows) for index, name in enumerate(names)
    }


def crawl(
    corpus: Corpus, sides: list[str], rounds: int, work: Path
) -> tuple[Results, Results, dict[str, int]]:
    """Results of the whole corpus by side, those of its first fifth, and what was read."""
    whole: Results = {side: [] for side in sides}
    part: Results = {side: [] for side in sides}
    folders = {side: work / side for side in sides}
    with serving(corpus.pages, corpus.seed) as port:
        plan, short_plan = work / "plan.jsonl", work / "short-plan.jsonl"
        write_plan(plan, targets_of(corpus, port))
        write_plan(short_plan, targets_of(corpus, port, corpus.pages // 5))
        order = list(sides)
        for number in range(rounds):
            for side in order:
                result = run(side, plan, folders[side])
                whole[side].append(result)
                rate = result["pages"] / result["cpu"]
                print(f"round {number + 1}: {side:7} {rate:7.0f} pages per CPU second", flush=True)
            read = check_same(folders)
            order = order[1:] + order[:1]
        for side in sides:
            part[side].append(run(side, short_plan, work / f"short-{side}"))
    return whole, part, read


def _cpu_page(results: list[dict[str, Any]]) -> float:
    """Median CPU milliseconds a page."""
    return 1000 * float(statistics.median(result["cpu"] / result["pages"] for result in results))


def _ratio(slow: list[dict[str, Any]], fast: list[dict[str, Any]]) -> float:
    """How many times the CPU of ``fast`` ``slow`` takes: the median of the ratios within one round."""
    ratios = [one["cpu"] / other["cpu"] for one, other in zip(slow, fast, strict=True)]
    return float(statistics.median(ratios))


def _verdict(reached: bool) -> str:
    return "reached" if reached else "MISSED"


def report(whole: Results, part: Results, read: dict[str, int], extraction: dict[str, Any]) -> str:
    lines = [
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {len(whole['ours'])} rounds, medians",
        "read alike: " + ", ".join(f"{count:,} {name}" for name, count in read.items()),
        "",
        f"{'':42}{'pages/CPU s':>12}{'CPU ms/page':>13}{'peak MiB':>10}{'at a fifth':>12}",
    ]
    for side in whole:
        cost = _cpu_page(whole[side])
        peak = statistics.median(result["peak_mib"] for result in whole[side])
        before = part[side][0]["peak_mib"]
        lines.append(f"{LABELS[side]:42}{1000 / cost:12.0f}{cost:13.2f}{peak:10.0f}{before:12.0f}")
    bare = _ratio(whole["ours"], whole["bare"])
    growth = statistics.median(result["peak_mib"] for result in whole["ours"]) / part["ours"][0]["peak_mib"]
    evidence = whole["ours"][-1]["evidence_bytes"] / 2**20
    ours, soup = (
        statistics.median(extraction["facts"] / one[name] for one in extraction["rounds"])
        for name in ("ours", "soup")
    )
    faster = statistics.median(one["soup"] / one["ours"] for one in extraction["rounds"])
    fewer = part["ours"][0]["pages"]
    lines.append("")
    if "scrapy" in whole:
        scrapy = _ratio(whole["scrapy"], whole["ours"])
        lines.append(
            f"times Scrapy            {scrapy:6.2f}   aim ≥ {SCRAPY_AIM:g}: {_verdict(scrapy >= SCRAPY_AIM)}"
        )
    lines += [
        f"times the bare loop     {bare:6.2f}   aim ≤ {BARE_AIM:g}: {_verdict(bare <= BARE_AIM)}  (of CPU a page)",
        f"peak memory, {read['pages']:,} pages to {fewer:,}: {growth:.2f} times; flat (≤ {FLAT_AIM:g}): {_verdict(growth <= FLAT_AIM)}",
        f"evidence written        {evidence:6.1f} MiB of WARC",
        "",
        f"extraction alone, {extraction['pages']} pages with {extraction['facts']:,} facts:",
        f"{'this project':42}{ours:12,.0f} facts/CPU s",
        f"{'BeautifulSoup over lxml':42}{soup:12,.0f} facts/CPU s   {faster:.1f} times slower",
    ]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--pages", type=int, default=5_000, help="pages of the corpus, at least 25")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--without-scrapy", action="store_true", help="for a quick look; the figure is with Scrapy"
    )
    given = parser.parse_args()
    if given.pages < 25 or given.rounds < 1:
        parser.error("--pages must be 25 or more, --rounds 1 or more")
    sides = [side for side in SIDES if side != "scrapy" or not given.without_scrapy]
    if "scrapy" in sides and importlib.util.find_spec("scrapy") is None:
        print("Scrapy is not installed: pip install -r requirements-bench.txt", file=sys.stderr)
        return 1
    corpus = Corpus(given.pages, given.seed)
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            whole, part, read = crawl(corpus, sides, given.rounds, Path(folder))
        extraction = _module(
            "bench.extraction",
            f"--pages={min(given.pages, EXTRACTION_PAGES)}",
            f"--seed={given.seed}",
            f"--rounds={given.rounds}",
        )
    except CannotRun as problem:
        print(problem, file=sys.stderr)
        return 1
    print()
    print(report(whole, part, read, extraction))
    return 0


if __name__ == "__main__":
    sys.exit(main())
