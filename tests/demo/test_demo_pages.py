"""Every family in its own markup, every address answered, the same bytes each time."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from datetime import datetime
from urllib.parse import urljoin, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from include.demo.city import SitePlan, data, sites
from include.demo.render import DemoSite

FAMILIES = sorted(data("families"))
ELEMENTS = ["事项名称", "设定依据", "申请条件", "办理材料", "办理地点", "办理时间", "联系电话", "办理流程"]


def one_of(family: str) -> SitePlan:
    return next(
        plan
        for plan in sites()
        if plan.family == family and not {"footer_lacks", "shown_code"} & set(plan.make)
    )


def text_of(site: DemoSite, path: str) -> str:
    answer = site.answer(path)
    assert answer.status == 200, path
    return answer.body.decode(str(site.family.setting.get("charset", "utf-8")))


def news_list(plan: SitePlan, as_of: datetime) -> str:
    site = DemoSite(plan, as_of, 8080)
    section = next(one for one in site.content.sections if one.section_class == "news")
    return text_of(site, site.family.section(section))


def metas(html: str) -> dict[str, str]:
    nodes = LexborHTMLParser(html).css("meta[name]")
    return {str(node.attributes["name"]): str(node.attributes.get("content")) for node in nodes}


def test_every_declared_family_is_used() -> None:
    assert {plan.family for plan in sites()} == set(FAMILIES)
    assert len({data("families")[name]["folder"] for name in FAMILIES}) >= 6


@pytest.mark.parametrize("plan", sites(), ids=lambda plan: plan.code)
def test_every_link_of_every_home_page_resolves(plan: SitePlan, demo_as_of: datetime) -> None:
    site = DemoSite(plan, demo_as_of, 8080)
    known = {f"{other.host}:8080" for other in sites()}
    links = LexborHTMLParser(text_of(site, "/")).css("a[href]")
    assert len(links) > 15
    for link in links:
        url = urlsplit(urljoin(site.url, str(link.attributes["href"])))
        if url.netloc.endswith(".example"):
            assert {"link_farm", "hidden_menu"} & set(plan.make)
            continue
        assert url.netloc in known
        if url.netloc == f"{plan.host}:8080":
            assert site.answer(url.path + (f"?{url.query}" if url.query else "")).status == 200, url


@pytest.mark.parametrize("family", FAMILIES)
def test_page_tags_and_footer(family: str, demo_as_of: datetime) -> None:
    site = DemoSite(one_of(family), demo_as_of, 8080)
    section = next(one for one in site.content.sections if one.section_class == "news")
    item = section.items[0]
    home = text_of(site, "/")
    assert set(metas(home)) >= {"SiteName", "SiteDomain", "SiteIDCode"}
    listing = metas(text_of(site, site.family.section(section)))
    assert listing["ColumnName"] == section.name and listing["ColumnType"] and listing["ColumnKeywords"]
    article = metas(text_of(site, site.family.article(section, item)))
    assert article["ArticleTitle"] == item.title and article["ContentSource"] == item.source
    assert article["PubDate"] == item.published.strftime("%Y-%m-%d %H:%M")
    for words in (site.plan.code, site.plan.sponsor, "ICP备", "公网安备", "找错", "党政机关", "地图"):
        assert words in home


@pytest.mark.parametrize(
    ("family", "pattern"),
    [
        ("trs", r"<li><span>2024-12-\d\d</span><a href=\"\./2024"),
        (
            "jpage",
            r"<record><!\[CDATA\[\s*<li><a href='/art/2024/12/\d+/[\s\S]+?<span>2024-12-\d\d</span></li>\]",
        ),
        ("vsb", r"<tr [^>]*id=\"line_u5_0\">[\s\S]+?class=\"timestyle12\">2024/12/\d\d&nbsp;"),
        ("card", r"<dt><b>\d\d</b><span>2024-12</span></dt><dd><a "),
        ("mmdd", r"<li><i>12-\d\d</i><a href=\"/show-"),
        ("spa", r"var listData = \[\{\"id\": \d+, \"publishTime\": \"2024-12-"),
        ("spa_api", r"data-url=\"/api/contents\.json\?channel=\d+&amp;page=1\""),
        ("xxgk", r"<a href=\"/xxgk/[^>]+ title=\"[^\"]+\">[\s\S]+?\[2024-12-\d\d\]"),
    ],
)
def test_each_family_writes_its_lists_in_its_own_way(family: str, pattern: str, demo_as_of: datetime) -> None:
    html = news_list(one_of(family), demo_as_of)
    assert re.search(pattern, html), html
    elsewhere = [plan for plan in map(one_of, FAMILIES) if plan.family != family]
    assert not any(re.search(pattern, news_list(plan, demo_as_of)) for plan in elsewhere)


def test_lists_continue_on_further_pages(demo_as_of: datetime) -> None:
    """The second page holds the items that follow, as a page of its own or as data."""
    seen = set()
    for family in FAMILIES:
        site = DemoSite(one_of(family), demo_as_of, 8080)
        for page in site.pages.values():
            if page.number == 2 and page.section is not None:
                body = site.answer(page.path).body.decode(str(site.family.setting.get("charset", "utf-8")))
                follower = site.family.slice(page.section, 2)[0]
                first = page.section.items[0]
                assert str(follower.id) in body and str(first.id) not in body
                seen.add(family)
    assert seen >= {"trs", "jpage", "vsb"}


def test_the_json_interface_gives_what_the_page_declares(demo_as_of: datetime) -> None:
    site = DemoSite(one_of("spa_api"), demo_as_of, 8080)
    section = site.content.by_key["gzdt"]
    html = text_of(site, site.family.section(section))
    node = LexborHTMLParser(html).css("#list")[0]
    found = json.loads(text_of(site, str(node.attributes["data-url"])))
    assert [row["title"] for row in found["rows"]] == [item.title for item in section.items[:20]]


def test_gb18030_bytes_are_declared_gb2312(demo_as_of: datetime) -> None:
    site = DemoSite(one_of("vsb"), demo_as_of, 8080)
    answer = site.answer("/")
    assert answer.content_type == "text/html" and b"charset=gb2312" in answer.body
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode("gb2312")
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode("gbk")
    assert site.plan.name in answer.body.decode("gb18030")


def test_near_misses_stand_in_the_pages(demo_as_of: datetime) -> None:
    def made(name: str) -> DemoSite:
        return DemoSite(next(plan for plan in sites() if name in plan.make), demo_as_of, 8080)

    undated = made("undated")
    section = undated.content.by_key["bdyw"]
    assert not re.search(
        r"<span>20\d\d-", text_of(undated, undated.family.section(section)).split("createPageHTML")[0]
    )
    assert "发布时间：2024-12-" in text_of(undated, undated.family.article(section, section.items[0]))
    assert '<div id="skip"><a id="accesshelp"' in text_of(made("skip_link"), "/")
    navigation_only = text_of(made("nav_only"), "/")
    assert not re.search(r"20\d\d-\d\d-\d\d", navigation_only)
    empty = made("empty")
    assert (
        "<record>"
        not in text_of(empty, empty.family.section(empty.content.by_key["zdxm"])).split("param_")[0]
    )
    dead = made("dead_file")
    item = dead.content.by_key["zcwj"].items[0]
    policy = text_of(dead, dead.family.article(dead.content.by_key["zcwj"], item))
    assert item.file.rpartition("/")[2] in policy and dead.answer(item.file).status == 404
    assert b"Disallow: /admin/" in dead.answer("/robots.txt").body


def test_guides_name_the_eight_elements_in_every_family(demo_as_of: datetime) -> None:
    for plan in sites():
        if plan.has_services and "guides_lack" not in plan.make:
            site = DemoSite(plan, demo_as_of, 8080)
            path = next(path for path, page in site.pages.items() if page.guide)
            html = text_of(site, path)
            assert all(label in html for label in ELEMENTS), plan.name


def test_the_pages_a_survey_reads_stay_few(demo_as_of: datetime) -> None:
    """Without articles, attachments and the second home address."""
    left_out = ("article", "survey", "file", "plain", "report", "sitemap")
    for plan in sites():
        pages = DemoSite(plan, demo_as_of, 8080).pages.values()
        read = [page for page in pages if page.template not in left_out]
        assert len(read) - 1 <= {"portal": 40, "department": 25, "other": 14}[plan.kind], plan.name


DIGEST = """
import hashlib
from include.demo.city import sites
from include.demo.dates import monitoring_point
from include.demo.render import DemoSite
found = hashlib.sha256()
for plan in sites()[:9]:
    site = DemoSite(plan, monitoring_point("2024-12-31T10:00"), 8080)
    for path in site.pages:
        found.update(site.answer(path).body)
print(found.hexdigest())
"""


def test_the_same_monitoring_point_gives_the_same_bytes_in_another_process(demo_as_of: datetime) -> None:
    here = hashlib.sha256()
    for plan in sites()[:9]:
        site = DemoSite(plan, demo_as_of, 8080)
        for path in site.pages:
            here.update(site.answer(path).body)
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    other = subprocess.run(
        [sys.executable, "-c", DIGEST],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert other.stdout.strip() == here.hexdigest()
