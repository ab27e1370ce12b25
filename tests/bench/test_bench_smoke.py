"""The benchmark runs, and refuses to compare programs that did different work."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.__main__ import CannotRun, check_same
from bench.corpus import Corpus
from include.inspection.extract.html import Document

ROOT = Path(__file__).resolve().parents[2]


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bench", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_a_small_run_prints_the_table():
    done = bench("--pages=60", "--rounds=1", "--without-scrapy")
    assert done.returncode == 0, done.stderr
    assert "read alike: 60 pages" in done.stdout
    assert "times the bare loop" in done.stdout
    assert "facts/CPU s" in done.stdout


def test_the_corpus_is_the_same_for_the_same_seed():
    first, again, other = (Corpus(30, seed) for seed in (1, 1, 2))
    spots = list(first.spots())
    assert spots == list(again.spots())
    assert len(spots) == 30
    assert {spot.site.family.name for spot in spots} == {"plain", "table", "card", "bracket", "labelled"}
    assert [first.render(spot) for spot in spots] == [again.render(spot) for spot in spots]
    assert first.render(spots[0]) != other.render(spots[0])


def test_pages_say_what_they_are():
    corpus = Corpus(30)
    for spot in corpus.spots():
        document = Document(corpus.render(spot), "", f"http://{spot.site.host}{spot.path}")
        assert spot.site.name in document.title
        assert document.meta["siteidcode"].endswith(str(spot.site.number))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["http://a/", "题", 3, 9, 21, None, None]], "http://a/"),
        ([["http://a/", "题", 3, 9, 20, None, None]], None),
        ([], "read 1 pages"),
    ],
)
def test_different_work_is_not_compared(tmp_path, rows, words):
    for side, lines in (("ours", [["http://a/", "题", 3, 9, 20, None, None]]), ("bare", rows)):
        (tmp_path / side).mkdir()
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (tmp_path / side / f"{side}.facts").write_text(text, encoding="utf-8")
    folders = {side: tmp_path / side for side in ("ours", "bare")}
    if words is None:
        assert check_same(folders) == {"pages": 1, "tags": 3, "links": 9, "dated items": 20}
        return
    with pytest.raises(CannotRun, match=words):
        check_same(folders)
