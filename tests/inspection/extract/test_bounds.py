"""Markup that would stall the parser or fill the memory is read up to there; honest pages are read whole."""

from __future__ import annotations

import time

import pytest

from include.inspection.extract.bounds import bounded
from include.inspection.extract.html import Document

_LINK = "<a href=/a.html>关于开展检查的通知</a>"
STALLING = {
    "options": "<select>" + "<option value=1>东河区" * 60_000,
    "options of few tags": "<select>" + "<option>" * 9_900,
    "attributes": "<div " + " ".join(f"a{n}=1" for n in range(100_000)) + ">",
    "attributes of a script": "<script " + " ".join(f"a{n}=1" for n in range(100_000)) + "></script>",
    "quoted attributes": "<p " + " ".join(f"a{n}='>'" for n in range(100_000)) + ">",
    "roots": "".join(f"<html a{n}=1>" for n in range(50_000)),
    "unknown elements": "<q>" * 100_000 + "</z>" * 100_000,
    "headings in items": "<li><p><h1>" * 60_000,
    "unclosed formatting": "<p>" + "".join(f"<b class=a{n}>" for n in range(4_000)) + "</p><p>x</p>" * 1_000,
    "much unclosed formatting": "<p>"
    + "".join(f"<FONT color={n}>" for n in range(300))
    + "</p><p>x</p>" * 100_000,
    "formatting closed late": "".join(f"<p><i id=a{n}>x</p>" for n in range(4_000)) + "</i>" * 4_000,
    "open quotes": '<a b="' * 300_000,
    "open tags": "<a " * 1_000_000,
    "open brackets": "<" * 1_000_000,
    "open scripts": "<script " * 400_000,
    "open comments": "<!-- " * 400_000,
}


@pytest.mark.parametrize("name", STALLING)
def test_what_stalls_the_parser_is_cut(name: str) -> None:
    body = (_LINK + STALLING[name]).encode()
    started = time.process_time()
    page = Document(body, "text/html; charset=utf-8", "http://www.shixian.gov.cn/")
    assert [link.text for link in page.links][:1] == ["关于开展检查的通知"]
    assert time.process_time() - started < 5


def test_unclosed_formatting_makes_no_millions_of_elements() -> None:
    kept = bounded(STALLING["unclosed formatting"])
    assert kept.count("<b ") * kept.count("<p>") < 1_000_000


HONEST = {
    "a long list": "<ul>" + f"<li>{_LINK}<span>2026-11-20</span></li>" * 4_000 + "</ul>",
    "items without an end": "<ul>" + f"<li>{_LINK}<p>2026-11-20" * 6_000 + "</ul>",
    "a table without ends": "<table>" + "<tr><td>甲<td>乙" * 12_000 + "</table>",
    "all districts to choose from": "<select>"
    + "<option value=1>东河区</option>" * 3_000
    + "</select>"
    + _LINK,
    "a script that compares": "<script>if (a <b && c <s ) {" + "x = y; " * 20_000 + "}</script>" + _LINK,
    "a script of markup": "<script>var t = '" + "<div><b>" * 20_000 + "'</script>" + _LINK,
    "a comment": "<!-- a <b " + "x = y " * 20_000 + "-->" + _LINK,
    "a text with signs": "a < b " + "x = y " * 20_000 + _LINK,
    "formatted text": "<p><b>甲</b><font size=2><i>乙</i></font></p>" * 4_000,
    "one document in another": "<html><body><p>甲</p></body></html>" * 20 + "政" * 60_000,
    "a long attribute": f"<input value='{'甲 = 乙 > 丙 ' * 20_000}'>" + _LINK,
}


@pytest.mark.parametrize("name", HONEST)
def test_honest_pages_are_read_whole(name: str) -> None:
    assert bounded(HONEST[name]) == HONEST[name]
