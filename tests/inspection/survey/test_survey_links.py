"""Links of the pages that were read: certain, suspected, unchecked; grouped by cause; files apart."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from zlib import crc32

import pytest

from include.inspection.facts import LinkState, SiteFacts
from include.inspection.fetch.assess import LINK_ROLES
from include.inspection.fetch.outcomes import Outcome
from include.inspection.fetch.page import Page
from include.inspection.measures import Context, Measured, State, measure
from tests.inspection.survey.site_shapes import CITY, SHAPES, Made, make_site
from tests.inspection.survey.site_source import AS_OF, HOME, LIMITS, MemoryPages, look_at

OUTSIDE = "http://www.province.gov.cn/"


def healthy(home: str = "", guide: str = "") -> Made:
    """A site all of whose links open; ``home`` and ``guide`` are added to its home page and its first guide."""
    made = make_site(SHAPES[1], CITY)
    for url, markup in ((HOME, home), (f"{HOME}guide/0.html", guide)):
        made.pages.put(url, made.pages.pages[url].body.replace(b"</body>", f"{markup}</body>".encode()))
    made.pages = Everything(made.pages.pages)
    return made


class Everything(MemoryPages):
    """Answers 200 for what is not there, unless it lies under /dead/."""

    async def get(self, url: str, *, role: str, visit: int = 1, referer: str | None = None):
        if url not in self.pages and "/dead/" not in url:
            self.put(url, b"x")
            page = await super().get(url, role=role, visit=visit, referer=referer)
            del self.pages[url]
            return page
        return await super().get(url, role=role, visit=visit, referer=referer)


def value(facts: SiteFacts, name: str, forbidden: int = 0) -> Measured:
    return measure(name, facts, Context(AS_OF, {}, {"forbidden_counts": forbidden}))


def test_healthy_site_has_no_broken_links() -> None:
    facts = look_at(healthy().pages)
    assert len(facts.links) > 50
    for name in ("broken_home_links", "broken_other_links", "broken_attachments"):
        assert (value(facts, name).low, value(facts, name).high) == (0, 0)


def test_page_of_the_site_that_does_not_exist_is_certain() -> None:
    made = healthy('<a href="/dead/a.html">旧栏目</a><img src="/dead/b.png"><a href="/dead/c.pdf">附件</a>')
    found = value(look_at(made.pages), "broken_home_links")
    assert (found.low, found.high) == (3, 3)
    assert made.pages.checked.count(f"{HOME}dead/a.html") == 2  # asked for again before it counts
    assert any("旧栏目" in detail.text and "404" in detail.text for detail in found.details)


@pytest.mark.parametrize(
    "outcome, status",
    [(Outcome.SERVER_ERROR, 500), (Outcome.TIMEOUT_FIRST_BYTE, None), (Outcome.REFUSED, None), (Outcome.CLIENT_ERROR, 400)],
)  # fmt: skip
def test_other_failures_are_suspected(outcome: Outcome, status: int | None) -> None:
    made = healthy('<a href="/x.html">旧栏目</a>')
    made.pages.fail(f"{HOME}x.html", outcome, status)
    found = value(look_at(made.pages), "broken_home_links")
    assert (found.low, found.high) == (0, 1)
    assert found.details[0].text.startswith("疑似")


@pytest.mark.parametrize(
    "outcome", [Outcome.NOT_FOUND, Outcome.FORBIDDEN, Outcome.DNS_NO_NAME, Outcome.TIMEOUT_CONNECT]
)
def test_other_sites_are_never_certain(outcome: Outcome) -> None:
    made = healthy(f'<a href="{OUTSIDE}x.html">省政府</a>')
    made.pages.fail(f"{OUTSIDE}x.html", outcome)
    assert (value(look_at(made.pages), "broken_home_links", 1).low, value(look_at(made.pages), "broken_home_links", 1).high) == (0, 1)  # fmt: skip


@pytest.mark.parametrize("forbidden, low", [(0, 0), (1, 1)])
def test_forbidden_counts_where_the_rule_says_so(forbidden: int, low: int) -> None:
    made = healthy('<a href="/x/">内部</a>')
    made.pages.fail(f"{HOME}x/", Outcome.FORBIDDEN, 403)
    found = value(look_at(made.pages), "broken_home_links", forbidden)
    assert (found.low, found.high) == (low, 1)


@pytest.mark.parametrize(
    "outcome", [Outcome.ROBOTS_DISALLOWED, Outcome.CHALLENGE, Outcome.BUDGET_SECONDS, Outcome.DNS_UNAVAILABLE]
)
def test_what_we_may_not_or_could_not_see_is_unknown(outcome: Outcome) -> None:
    made = healthy('<a href="/x.html">栏目</a>')
    made.pages.fail(f"{HOME}x.html", outcome)
    facts = look_at(made.pages)
    assert [link.state for link in facts.links if link.url == f"{HOME}x.html"] == [LinkState.UNKNOWN]
    assert (value(facts, "broken_home_links").low, value(facts, "broken_home_links").high) == (0, 1)


@pytest.mark.parametrize(
    "outcome", [Outcome.LOGIN, Outcome.UNAUTHORIZED, Outcome.TOO_LARGE, Outcome.WRONG_TYPE]
)
def test_pages_that_are_there_without_being_read(outcome: Outcome) -> None:
    made = healthy('<a href="/x.html">栏目</a>')
    made.pages.fail(f"{HOME}x.html", outcome)
    assert value(look_at(made.pages), "broken_home_links").high == 0


def test_a_short_trouble_is_none() -> None:
    made = healthy('<a href="/x.html">栏目</a>')
    made.pages.fail(f"{HOME}x.html", Outcome.NOT_FOUND, 404)

    class Recovers(Everything):
        async def get(self, url: str, *, role: str, visit: int = 1, referer: str | None = None):
            if visit == 2:
                self.pages.pop(url, None)
            return await super().get(url, role=role, visit=visit, referer=referer)

    assert value(look_at(Recovers(made.pages.pages)), "broken_home_links").high == 0


def test_link_that_fails_on_every_page_is_one() -> None:
    made = healthy()
    for url, page in list(made.pages.pages.items()):
        made.pages.put(
            url, page.body.replace(b"</body>", '<a href="/dead/old.html">旧版入口</a></body>'.encode())
        )
    made.pages.put(HOME, made.pages.pages[HOME].body.replace(b"/dead/old.html", b"/"))
    found = value(look_at(made.pages), "broken_other_links")
    assert (found.low, found.high) == (1, 1)
    assert "页面上的同一链接" in found.details[0].text


def test_files_of_guides_are_counted_apart() -> None:
    made = healthy(guide='<a href="/dead/sqb.doc">申请表</a><a href="/ok/yb.doc">样表</a>')
    facts = look_at(made.pages)
    assert value(facts, "broken_forms").low == value(facts, "broken_attachments").low == 1
    assert value(facts, "broken_home_links").high == value(facts, "broken_other_links").high == 0


def test_guides_without_files_are_left_to_people() -> None:
    assert value(look_at(healthy().pages), "broken_forms").state is State.FOR_PEOPLE


def test_bound_leaves_the_number_open() -> None:
    made = healthy("".join(f'<a href="/more/{n}.html">更多内容{n}</a>' for n in range(50)))
    facts = look_at(made.pages, limits=replace(LIMITS, home_links=20, other_links=1))
    found = value(facts, "broken_home_links")
    assert found.low == 0 and found.high == facts.links_left["home"] > 30
    assert "未检查" in found.reason


def test_site_that_says_404_for_everything_is_in_doubt() -> None:
    """A guard against machines answers so as well."""
    made = healthy("".join(f'<a href="/dead/{n}.html">更多内容{n}</a>' for n in range(300)))
    facts = look_at(made.pages)
    assert value(facts, "broken_home_links").low == 0


@pytest.mark.parametrize("outcome, status", [(Outcome.FORBIDDEN, 403), (Outcome.NOT_FOUND, 404)])
def test_site_that_has_shut_us_out_meanwhile_is_not_charged(outcome: Outcome, status: int) -> None:
    class ShutsOut(Everything):
        async def get(self, url: str, *, role: str, visit: int = 1, referer: str | None = None):
            if role in LINK_ROLES or visit > LIMITS.home_tries + 3:
                self.checked.append(url)
                return Page(url, url, outcome, status, fetched_at=AS_OF)
            return await super().get(url, role=role, visit=visit, referer=referer)

    facts = look_at(ShutsOut(healthy('<a href="/x.html">栏目</a>').pages.pages))
    assert value(facts, "broken_home_links", 1).low == value(facts, "broken_other_links", 1).low == 0


def test_order_of_answers_is_of_no_matter() -> None:
    """Judging again meets the pages in another order than the network gave them."""

    class Unhurried(Everything):
        async def get(self, url: str, *, role: str, visit: int = 1, referer: str | None = None):
            await asyncio.sleep(crc32(url.encode()) % 7 / 1000)
            return await super().get(url, role=role, visit=visit, referer=referer)

    made = healthy('<a href="/dead/a.html">旧栏目</a>')
    limits = replace(LIMITS, home_links=30, other_links=20)
    at_once = look_at(made.pages, limits=limits)
    later = look_at(Unhurried(made.pages.pages), limits=limits)
    assert [link.url for link in later.links] == [link.url for link in at_once.links]
    assert later.links == at_once.links and later.links_left == at_once.links_left


def test_addresses_that_act_are_not_asked_for() -> None:
    made = healthy(
        '<a href="/user/logout">退出</a><a href="/x.do?del=1">删除</a><a href="javascript:go()">去</a>'
    )
    look_at(made.pages)
    assert not any("logout" in url or "del=1" in url for url in made.pages.checked)


def test_pages_that_were_read_are_not_asked_for_again() -> None:
    made = healthy()
    look_at(made.pages)
    assert made.pages.asked.count(made.urls["ywdt"]) == 1
    assert not set(made.pages.asked) & set(made.pages.checked)


def test_a_hundred_thousand_links_end() -> None:
    links = "".join(f'<a href="/m/{n}.html">第{n}条</a>' for n in range(100_000))
    made = healthy(links)
    facts = look_at(made.pages)
    assert len(facts.links) <= LIMITS.home_links + LIMITS.other_links
    assert facts.home_readable


def test_base_and_frames_are_minded() -> None:
    made = healthy('<iframe src="/dead/frame.html"></iframe>')
    made.pages.put(
        HOME, made.pages.pages[HOME].body.replace(b"<head>", f'<head><base href="{HOME}">'.encode())
    )
    assert value(look_at(made.pages), "broken_home_links").low == 1
