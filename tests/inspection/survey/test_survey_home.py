"""Further looks at the home page: from a search engine, over HTTPS, over IPv6; and how long it took."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from include.inspection.extract.cloaking import only_from_search
from include.inspection.extract.html import Document
from include.inspection.facts import SiteFacts
from include.inspection.fetch.outcomes import Outcome
from include.inspection.fetch.page import Page
from include.inspection.measures import Context, Measured, State, measure
from include.inspection.measures.content import hidden_foreign_links
from tests.inspection.survey.site_shapes import CITY, SHAPES, make_site
from tests.inspection.survey.site_source import AS_OF, HOME, LIMITS, MemoryPages, look_at, site

SECURE = HOME.replace("http:", "https:")
CERTIFICATE = {"issuer": "某某认证中心", "subject": "示县", "not_before": "2026-01-01T00:00:00+00:00"}


@dataclass
class ByRole(MemoryPages):
    """Some roles are given pages of their own."""

    roles: dict[str, Page] = field(default_factory=dict)
    referers: dict[str, str | None] = field(default_factory=dict)

    async def get(self, url: str, *, role: str, visit: int = 1, referer: str | None = None) -> Page:
        self.referers[role] = referer
        if role in self.roles:
            self.asked.append(url)
            return self.roles[role]
        return await super().get(url, role=role, visit=visit, referer=referer)


def pages(**roles: Page) -> ByRole:
    made = ByRole(make_site(SHAPES[0], CITY).pages.pages)
    made.roles = roles
    return made


def page(
    body: str | bytes = b"<a href=/a>a</a>", outcome: Outcome = Outcome.OK, url: str = HOME, **more: object
) -> Page:
    body = body.encode() if isinstance(body, str) else body
    made = Page(
        url,
        url,
        outcome,
        200 if outcome is Outcome.OK else None,
        {"content-type": "text/html"},
        body,
        fetched_at=AS_OF,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def value(facts: SiteFacts, name: str) -> Measured:
    return measure(name, facts, Context(AS_OF, {}, {}))


# --- from a search engine ---------------------------------------------------------------------------------------


def home_with(markup: str) -> Page:
    body = make_site(SHAPES[0], CITY).pages.pages[HOME].body
    return page(body.replace(b"</body>", f"{markup}</body>".encode()))


def test_links_that_only_visitors_from_a_search_engine_see() -> None:
    made = pages(search=home_with('<a href="http://www.bc-777.com/">澳门博彩平台开户</a>'))
    facts = look_at(made)
    found = hidden_foreign_links(facts, Context(AS_OF, {}, {}))
    assert found.low == 1
    assert "搜索引擎" in found.details[0].text and found.details[0].seen == facts.cloaked_seen
    assert found.details[1].seen == facts.home  # the look without it
    assert made.referers["search"] is not None and made.referers["search"].startswith(
        "https://www.baidu.com/"
    )


@pytest.mark.parametrize(
    "markup",
    [
        "",
        "<p>今天是2026年11月23日 您是第20261102位访客</p>",
        '<li><a href="/xw/new.html">示县召开全县安全生产工作会议</a><span>2026-11-22</span></li>',
        '<a href="http://www.province.gov.cn/">省政府</a>',
        '<a href="http://www.partner.com/">某合作网站</a>',
        '<a href="http://www.bc-777.com.shixian.gov.cn/">公告</a>',
    ],
)
def test_ordinary_differences_are_none(markup: str) -> None:
    facts = look_at(pages(search=home_with(markup)))
    assert facts.cloaked == [] and facts.cloaked_seen is not None
    assert hidden_foreign_links(facts, Context(AS_OF, {}, {})).low == 0


def test_second_look_that_cannot_be_read_is_no_finding() -> None:
    facts = look_at(pages(search=page(b"", Outcome.CHALLENGE)))
    assert facts.cloaked == [] and facts.cloaked_seen is None


def test_visitors_who_are_led_away() -> None:
    first = Document(b"<title>x</title>", "text/html", HOME)
    away = Document(b"<script>window.location.href='http://www.bc-777.com/'</script>", "text/html", HOME)
    assert "带往其他网站" in only_from_search(first, away)[0].why
    assert only_from_search(away, away) == []
    moved = Document(b"<title>y</title>", "text/html", "http://www.bc-777.com/")
    assert only_from_search(first, moved)[0].url == "http://www.bc-777.com/"


def test_title_with_words_of_the_trade() -> None:
    first = Document("<title>示县人民政府</title>".encode(), "text/html; charset=utf-8", HOME)
    second = Document(
        "<title>澳门博彩平台开户_示县人民政府</title>".encode(), "text/html; charset=utf-8", HOME
    )
    assert [item.url for item in only_from_search(first, second)] == [""]
    assert only_from_search(second, second) == []


def test_it_costs_one_request() -> None:
    made = pages(search=home_with(""))
    look_at(made)
    plain = pages()
    plain.roles = {"search": page(b"", Outcome.TIMEOUT_READ)}
    look_at(plain)
    assert made.asked.count(HOME) == plain.asked.count(HOME)


# --- HTTPS ------------------------------------------------------------------------------------------------------


def secure(markup: str = "", days: float = 90) -> Page:
    until = (AS_OF + timedelta(days=days)).isoformat()
    return replace(
        home_with(markup),
        url=SECURE,
        final_url=SECURE,
        certificate={**CERTIFICATE, "not_after": until},
    )


def test_secure_home_page() -> None:
    facts = look_at(pages(https=secure()))
    assert value(facts, "https_opens").low == 1 and "某某认证中心" in value(facts, "https_opens").reason
    assert value(facts, "certificate_days").low == 90
    assert value(facts, "mixed_content").low == 0
    assert value(facts, "https_redirect").low == 0  # the plain address opened and led nowhere


@pytest.mark.parametrize("days, left", [(30, 30), (29.5, 29), (0.5, 0)])
def test_days_of_the_certificate(days: float, left: int) -> None:
    assert value(look_at(pages(https=secure(days=days))), "certificate_days").low == left


def test_mixed_content() -> None:
    parts = '<script src="http://a.cn/x.js"></script><img src="http://a.cn/i.png"><img src="/own.png"><a href="http://a.cn/">x</a>'
    assert value(look_at(pages(https=secure(parts))), "mixed_content").low == 2


@pytest.mark.parametrize(
    "outcome", [Outcome.CERT_EXPIRED, Outcome.CERT_WRONG_HOST, Outcome.REFUSED, Outcome.NOT_FOUND]
)
def test_home_page_that_does_not_open_over_https(outcome: Outcome) -> None:
    facts = look_at(pages(https=page(b"", outcome, SECURE)))
    assert value(facts, "https_opens").low == 0
    assert value(facts, "certificate_days").state is State.NOT_APPLICABLE


@pytest.mark.parametrize("outcome", [Outcome.CERT_UNTRUSTED, Outcome.CHALLENGE, Outcome.ROBOTS_DISALLOWED])
def test_https_that_could_not_be_seen(outcome: Outcome) -> None:
    assert value(look_at(pages(https=page(b"", outcome, SECURE))), "https_opens").state is State.UNMEASURED


def test_https_that_leads_back_is_none() -> None:
    assert value(look_at(pages(https=page(url=SECURE, final_url=HOME))), "https_opens").low == 0


def test_port_of_its_own_is_not_measured() -> None:
    made = pages()
    for url, one in list(made.pages.items()):
        moved = url.replace(".gov.cn/", ".gov.cn:8080/")
        made.pages[moved] = replace(one, url=moved, final_url=moved)
    facts = look_at(made, subject=site(url=HOME.replace(".cn/", ".cn:8080/")))
    assert value(facts, "https_opens").state is State.UNMEASURED
    assert not any(url.startswith("https:") for url in made.asked)


def test_registered_plain_address_that_leads_to_https() -> None:
    facts = look_at(pages(home=secure()))
    assert value(facts, "https_opens").low == value(facts, "https_redirect").low == 1


@pytest.mark.parametrize(
    "plain, leads", [(page(final_url=SECURE), 1), (page(), 0), (page(b"", Outcome.REFUSED), 1)]
)
def test_registered_secure_address_and_its_plain_one(plain: Page, leads: int) -> None:
    made = pages(home=secure(), https=plain)
    assert value(look_at(made, subject=site(url=SECURE)), "https_redirect").low == leads


# --- IPv6 and time ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer, opens",
    [
        (page(), 1),
        (page(b"", Outcome.DNS_NO_NAME), 0),
        (page(b"", Outcome.REFUSED), 0),
        (page(b"", Outcome.NETWORK_UNREACHABLE), None),
        (page(b"", Outcome.TIMEOUT_CONNECT), None),
        (page(b"", Outcome.DNS_UNAVAILABLE), None),
    ],
)
def test_ipv6(answer: Page, opens: int | None) -> None:
    found = value(look_at(pages(ipv6=answer)), "ipv6_opens")
    assert found.low == opens
    assert (found.state is State.UNMEASURED) is (opens is None)
    assert found.reason


def test_machine_without_ipv6_says_so() -> None:
    assert (
        "本机没有 IPv6"
        in value(look_at(pages(ipv6=page(b"", Outcome.NETWORK_UNREACHABLE))), "ipv6_opens").reason
    )


def test_seconds_of_the_home_page() -> None:
    made = pages()
    made.pages[HOME] = replace(made.pages[HOME], seconds=3.4)
    assert value(look_at(made), "home_seconds").low == 3.4


def test_limits_leave_room_for_the_looks() -> None:
    """The looks have numbers of their own, so that stored evidence tells them apart."""
    made = pages()
    visits: list[tuple[str, int]] = []
    inner = made.get

    async def get(url: str, *, role: str, visit: int = 1, referer: str | None = None) -> Page:
        visits.append((url, visit))
        return await inner(url, role=role, visit=visit, referer=referer)

    made.get = get  # type: ignore[method-assign]
    look_at(made)
    of_home = [visit for url, visit in visits if url == HOME]
    assert len(of_home) == len(set(of_home)) and max(of_home) <= LIMITS.home_tries + 4
