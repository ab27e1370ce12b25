"""Whatever bytes come: no exception, and an end in bounded time."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.inspection.extract.backdating import backdating_signals
from include.inspection.extract.domain import domain_rules, host_of, name_in_head
from include.inspection.extract.footer import footer_items
from include.inspection.extract.hidden_links import hidden_links
from include.inspection.extract.html import Document
from include.inspection.extract.page_links import BrokenLink, group_by_cause, page_links
from include.inspection.extract.personal_data import personal_data, personal_data_in
from include.inspection.extract.site_features import site_features
from include.inspection.extract.tags import page_tags
from include.inspection.extract.wording import wording_errors

TODAY = date(2024, 12, 31)
#: For a page of half a megabyte on a slow machine; what grows faster than the page takes minutes.
SECONDS = 6.0

PIECES = st.sampled_from(
    (
        "<div class=foot>", "</div>", "<a href='http://x-example.com/'>", "<a href=\"//[\">", "<img src=red.png>",
        "<div style='display:none'>", "<style>.a{", "}</style>", "<script>document.write('<div style=\"display:none\">", "</script>",
        "网站标识码：", "4499000001", "粤ICP备", "公网安备", "主办单位：", "联系电话", "13800138000", "44990019900101123X", "2024-02-30",
        "成文日期：", "攻府", "<meta name=PubDate content='", "'>", "<form action=/search><input>", "<base href='http://[::1'>",
        "<select><option value='http://[x'>", "<marquee height=1>", "<!--#include virtual='", "\x00", "\ufffe", "\u202e", "%3C", "\\u003c",
    )
)  # fmt: skip
PAGES = st.one_of(
    st.binary(max_size=2_000),
    st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=60).map(
        lambda pieces: "".join(pieces).encode("utf-8", "surrogatepass")
    ),
)


def all_facts(body: bytes, url: str = "http://www.linshi.gov.cn/a/") -> None:
    document = Document(body, "text/html", url)
    footer_items(document, "4499000001").items()
    for kind in ("home", "list", "detail"):
        page_tags(document, kind, registered_code="4499000001", site_hosts=["www.linshi.gov.cn"])
    name_in_head(document, "林市人民政府")
    hidden_links(document)
    personal_data(document, TODAY)
    wording_errors(document)
    seen = datetime(2024, 12, 1, tzinfo=UTC)
    backdating_signals(document, TODAY, first_seen=seen, watched_since=seen, last_modified=document.title)
    found = page_links(document)
    group_by_cause(BrokenLink(url, link.url, "404", link.position, link.label) for link in found)
    site_features(document, TODAY)


@settings(max_examples=150, deadline=None)
@given(PAGES)
def test_any_page(body):
    all_facts(body)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=4), st.sampled_from(("portal", "department", "other")))
def test_any_addresses(urls, kind):
    assert len(domain_rules(urls, kind)) in (1, 7)
    assert all(isinstance(host_of(url), str) for url in urls)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="0123456789Xx -X０１１３身份证电话", max_size=200))
def test_no_found_number_leaves_unmasked(text):
    for item in personal_data_in(text):
        assert "*" in item.masked
        assert item.masked in item.context


HOSTILE = {
    "nested tables": "<table><tr><td>" * 5_000 + "<a href=http://x-example.com/>x</a>",
    "nested footers": "<div class=foot>" * 5_000 + "网站标识码" * 100,
    "nested hidden": "<div style='display:none'>" * 3_000 + "<a href=http://x-example.com/>博彩</a>" * 3_000,
    "many links": "".join(f"<a href=http://x{n}-example.com/>{n}</a>" for n in range(20_000)),
    "many images": "<img src=a.png onclick=\"Link('1')\">" * 10_000,
    "many inputs": "<form><input name=q>" * 5_000,
    "digits": "1" * 400_000,
    "digit groups": "1380 0138 0001 " * 25_000,
    "dates": "2024-10-08 " * 40_000,
    "spaces": "主" + " " * 200_000 + "办单位" + " " * 200_000 + "：",
    "labels": "联系电话" * 80_000,
    "emails": "a." * 150_000 + "@",
    "at signs": "a@" * 150_000,
    "openers": "<%{{<?php$a" * 40_000,
    "style": "<style>"
    + "a{" * 100_000
    + "}" * 100_000
    + "</style><div class=a><a href=http://x-example.com/>x</a></div>",
    "style comments": "<style>"
    + "/*" * 100_000
    + "</style><div class=a><a href=http://x-example.com/>x</a></div>",
    "style attribute": "<div style='" + "a:" * 100_000 + "'><a href=http://x-example.com/>x</a></div>",
    "declarations": "<div style='"
    + "display"
    + " " * 100_000
    + ":none'><a href=http://x-example.com/>x</a></div>",
    "script writes": "<script>document.write('"
    + "<div style=" * 8_000
    + "')</script><a href=http://x-example.com/>x</a>",
    "scripts": "<script>document.write(\"<div style='display:none'>\")</script>" * 2_000
    + "<a href=http://x-example.com/>x</a>",
    "beian": "<a href='http://beian.gov.cn/" + "recordcode" * 150 + "'>x</a>" * 200,
    "includes": "<!--#include virtual='" * 20_000,
    "selectors": "<style>" + "a," * 90_000 + "{display:none}</style><a href=http://x-example.com/>x</a>",
    "metas": "<meta name=PubDate content='2024-10-08 09:30'>" * 10_000,
    "title": "<meta name=ArticleTitle content='" + "<b" * 100_000 + "'>" + "文" * 100_000,
    "wrong words": "攻府" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_bounded_time(name):
    start = time.process_time()
    all_facts(HOSTILE[name].encode())
    assert time.process_time() - start < SECONDS
