"""Every byte is hostile: nothing raises but FeedError, and nothing takes long."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.inspection.extract.app_download import download
from include.inspection.extract.article import publication_day
from include.inspection.extract.cloaking import only_from_search
from include.inspection.extract.data_lists import (
    embedded_lists,
    filled_by_script,
    filling_files,
    filling_texts,
    interfaces,
    response_lists,
)
from include.inspection.extract.dates import find_dates, url_day
from include.inspection.extract.feeds import FeedError, read_feed
from include.inspection.extract.frames import frames
from include.inspection.extract.guestbook import messages
from include.inspection.extract.guides import read_guide
from include.inspection.extract.html import Document, clean_url
from include.inspection.extract.interaction import (
    Question,
    answer_place,
    has_form,
    question_of_page,
    table_rows,
)
from include.inspection.extract.lists import find_lists
from include.inspection.extract.navigation import entries_beside, side_menus
from include.inspection.extract.page_links import page_links
from include.inspection.extract.paging import next_interface, onward
from include.inspection.extract.plain_rows import plain_lists
from include.inspection.extract.redirects import client_redirect, leads_on
from include.inspection.extract.sections import says_empty, section_links, sub_section_links
from include.inspection.extract.written import markup_in_json, units, written_markup

TODAY = date(2026, 11, 22)
HOME = "http://www.shixian.gov.cn/"
QUESTION = Question("关于路灯", HOME + "q", None, None, None)
PLAIN = Document("<title>示县人民政府</title>".encode(), "text/html; charset=utf-8", HOME)

STEPS: dict[str, Callable[[Document], object]] = {
    "lists": lambda page: find_lists(page, TODAY, TODAY),
    "embedded": lambda page: embedded_lists(page, TODAY, TODAY),
    "response": lambda page: response_lists(page.markup, page.url, TODAY, TODAY),
    "sections": lambda page: section_links(page, home=HOME),
    "sub-sections": lambda page: sub_section_links(page, home=HOME, level=2),
    "side menus": side_menus,
    "day": lambda page: publication_day(page, TODAY, TODAY),
    "guide": lambda page: read_guide(page.markup, "食品经营许可"),
    "question": lambda page: question_of_page(page, QUESTION, TODAY, TODAY),
    "table rows": table_rows,
    "answer": lambda page: answer_place(page, TODAY, TODAY),
    "guestbook": lambda page: messages(page, TODAY, TODAY),
    "redirect": lambda page: (client_redirect(page), leads_on(page)),
    "written": lambda page: written_markup([page.markup, *(text for _, text in page.scripts)]),
    "units": lambda page: (units(page), markup_in_json(page.markup)),
    "plain rows": lambda page: plain_lists(page, TODAY, TODAY, scripted=True, beside={0}),
    "beside": lambda page: entries_beside(
        page, lambda url: url.startswith(HOME), lambda url: url.endswith("/")
    ),
    "interfaces": interfaces,
    "frames": frames,
    "scripts": lambda page: (filled_by_script(page), filling_files(page), filling_texts(page)),
    "empty": says_empty,
    "form": has_form,
    "paging": onward,
    "interface": lambda page: next_interface(page.url + "?page=1", page.markup, first=True),
    "links": page_links,
    "cloaking": lambda page: (only_from_search(page, PLAIN), only_from_search(PLAIN, page)),
    "download": lambda page: download(page.url, "text/html", "", page.markup[:1_000_000].encode()),
    "meta": lambda page: (page.meta, page.title, page.body_text),
}


def everything(body: bytes, content_type: str = "text/html") -> None:
    for step in STEPS.values():
        step(Document(body, content_type, HOME + "a/"))


calm = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


@calm
@given(
    st.binary(max_size=600),
    st.sampled_from(["", "text/html; charset=gb2312", "text/html; charset=hex", "x; charset=idna"]),
)
def test_any_bytes(body: bytes, content_type: str) -> None:
    everything(body, content_type)


TAGS = st.sampled_from(
    [
        "<a",
        "href='/x'>",
        "<a",
        "href=javascript:void(0)>",
        "<a",
        "href='//[::1'>",
        "<a",
        "href='http://[x'>",
        "</a>",
        "<li>",
        "</li>",
        "<ul>",
        "</ul>",
        "<table>",
        "<tr>",
        "<td>",
        "</td>",
        "</table>",
        "<div",
        "class=nav>",
        "</div>",
        "<h2>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<base",
        "href='http://['>",
        "<base",
        "href=/b/>",
        "<frameset>",
        "<frame",
        "src=/f>",
        "<iframe",
        "src='//x['>",
        "<meta",
        "name=pubdate",
        "content=2026-13-45>",
        "<meta",
        "http-equiv=refresh",
        "content='0;url=//['>",
        "<![CDATA[",
        "]]>",
        "<record>",
        "</record>",
        "<textarea>",
        "[{",
        "}]",
        "{",
        '"title":"关于开展的通知"',
        "'a':1,",
        "<form>",
        "<dl><dt><dd>",
        "更多",
        "暂无信息",
        "2026-02-30",
        "2026-11-20",
        "二〇二六年十十月一二十日",
        "11月31日",
        "²²²",
        "答复内容",
        "来信时间：",
        "<a",
        "href=index_1.html>",
        "下一页",
        "createPageHTML(5,0,'index','html')",
        "<nextgroup>",
        "共3页",
        "<area",
        "href=/m",
        "alt=咨询建言>",
        "�",
        "\x00",
        "\x1f",
        "&#xD800;",
        "&#0;",
    ]
)


@calm
@given(st.lists(TAGS | st.text(max_size=12), max_size=60))
def test_any_markup(parts: list[str]) -> None:
    everything(" ".join(parts).encode("utf-8", errors="surrogatepass"))


@calm
@given(st.text(max_size=200))
def test_any_text_as_dates_and_addresses(text: str) -> None:
    find_dates(text, TODAY)
    url_day(text)
    clean_url(text)
    Document(b"", "", HOME).absolute(text)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["2026-11-20", "²", "\ud800", 10**400]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["title", "url", "pubDate", "createTime", "name", "id"]), inner, max_size=5
        )
    ),
    max_leaves=12,
)


@calm
@given(JSON)
def test_any_answer_of_an_interface(value: object) -> None:
    text = json.dumps([{"title": "关于开展检查的通知", "pubTime": value, "url": value, "x": value}])
    for group in response_lists(text, HOME, TODAY, TODAY):
        for item in group.items:
            (item.title + item.row_text + item.url).encode()


@calm
@given(
    st.binary(max_size=400)
    | st.text(max_size=200).map(lambda text: ("<rss><item><pubDate>" + text).encode("utf-8", "replace"))
)
def test_any_feed(body: bytes) -> None:
    with contextlib.suppress(FeedError):
        read_feed(body, "application/xml", TODAY)


LARGE = {
    "nested tables": b"<table><tr><td><a href=/x>title title</a>" * 5_000,
    "nested divisions": b"<div class='nav title'><a href=/zwgk/>abc</a>" * 20_000,
    "nested without end": b"<div>" * 200_000 + b"<a href=/a.html>notice of work</a>",
    "nested and closed": b"<div>" * 100_000 + b"<a href=/a.html>notice of work</a>" + b"</div>" * 100_000,
    "nested lists": b"<ul><li><a href=/t1/>notice of work</a><span>2026-11-20</span>" * 8_000,
    "links": b"".join(
        b"<li><a href=/a%d.html>title of article %d</a> 2026-11-20</li>" % (n, n) for n in range(100_000)
    ),
    "links in one paragraph": b"<p>"
    + b"".join(b"<a href=/a%d>%d title words</a> 11-20 <br>" % (n, n) for n in range(60_000)),
    "10 MB": b"<p>" + "政务公开 2026-11-20 ".encode() * 400_000,
    "one item with many dates": b"<ul><li><a href=/a>title title</a>" + b"<b>2026-11-20</b>" * 200_000,
    "more": "<div><a href=/m>更多</a>".encode() * 20_000,
    "more in one block": b"<div>" + "<a href=/m>更多</a><p>x</p>".encode() * 20_000,
    "heads": b"<div class=title>" + b"<a href=/h>abcd</a>" * 50_000,
    "open CDATA": b"<![CDATA[<a>" * 300_000,
    "open records": b"<record a" * 400_000,
    "records": b"<record><![CDATA[" + b"<li><a href=/x>title title</a>" * 50_000 + b"]]></record>",
    "spaces": b"x(" + b") " * 100 + b" " * 3_000_000,
    "JSONP": b"cb(" + b")      " * 400_000 + b"x",
    "brackets": b"[{" * 1_000_000,
    "deep JSON": b'[{"title":' + b"[" * 1_000_000,
    "script brackets": b"<script>" + b"[{a:'" * 300_000,
    "scripts of brackets": (b"<script>" + b"[{'" * 3_000 + b"</script>") * 300,
    "escaped quotes": b"<script>[{" + b"'\\" * 1_000_000 + b"</script>",
    "digits": b"<li><a href=/x>title title</a>" + b"2" * 3_000_000,
    "dashes": b"<li><a href=/x>title title</a>" + b"20-" * 1_000_000,
    "title of digits": b"<a href=/x title='" + b"1" * 1_000_000 + b"'>" + b"(" * 1_000_000,
    "address": b"<a href='/" + b"show" * 500_000 + b"'>notice</a>",
    "meta": b"<meta name=pubdate content='" + b"2026-11-20 " * 300_000 + b"'>",
    "quotes": b"<script>" + b"'/.json.json.json.json" * 150_000 + b"</script>",
    "labels": "发布时间 来信时间 答复内容 ".encode() * 120_000,
    "guide": "<p>1一二.(（【[ </p>".encode() * 30_000,
    "refresh": b"<meta http-equiv=refresh content='0;" + b" " * 1_000_000 + b"'>" * 3,
    "location": b"<script>" + b"location  =  " * 300_000 + b"</script>",
    "headers": b"<div id=header>" * 5_000 + b"<a href=/x>title title</a>" * 2_000,
    "side": b"<div class=left>" * 3_000
    + b"".join(b"<ul><li><a href=/s%d>abcd</a></ul>" % n for n in range(20_000)),
    "empty words": "<p>暂无".encode() * 200_000,
    "pagers": "<a href=/x/index_1.html>下一页</a>".encode() * 20_000,
    "arrows": b"<li><a href=/x/1>1</a><li><a href=/x/2>&gt;&gt;</a>" * 20_000,
    "numbers": b"".join(b"<td><a href=/d/%d.html>%d</a>" % (n, n) for n in range(50_000)),
    "page scripts": b"<a onclick=\"location.href='?p=1'\" href='javascript:go()'>" * 20_000,
    "writers": b"<script>" + b"createPageHTML(" * 200_000 + b"</script>",
    "open groups": b"<nextgroup " * 300_000 + b"href='",
    "page counts": ("共 1 页 / 1 页 1/" * 100_000).encode(),
    "entities": b"&#x202e;&#1;&amp;" * 200_000,
}


@pytest.mark.parametrize("name", LARGE)
def test_large_and_twisted_pages_take_seconds(name: str) -> None:
    slow = {}
    page = Document(LARGE[name], "text/html", HOME + "a/")
    for step_name, step in STEPS.items():
        started = time.process_time()
        step(page)
        seconds = time.process_time() - started
        if seconds > 6:
            slow[step_name] = round(seconds, 1)
    assert slow == {}


@pytest.mark.parametrize("name", ["open CDATA", "brackets", "deep JSON", "digits", "10 MB", "spaces"])
def test_large_feeds_take_seconds(name: str) -> None:
    started = time.process_time()
    for head in (b"<rss version='2.0'><channel><item><pubDate>", b'{"items":[{"title":', b""):
        with pytest.raises(FeedError):
            read_feed(head + LARGE[name][:2_000_000], "application/xml", TODAY)
    assert time.process_time() - started < 10
