"""Pages put together in the browser, and pages that only lead on: read as their visitors see them, or left in doubt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlencode

import pytest

from include.inspection.facts import SectionState, SiteFacts
from include.inspection.fetch.outcomes import Outcome
from tests.inspection.survey.site_shapes import CITY, LATE, NEWS, SHAPES, Made, changed, make_site, news_late
from tests.inspection.survey.site_source import HOME, answers, failed, look_at, undecided

TRS = SHAPES[0]
NEEDS_MENU = {"W5.1", "W6.1"}


def without_menu(made: Made) -> tuple[str, str]:
    """(menu, the rest) of the home page."""
    whole = made.pages.pages[HOME].body.decode()
    menu, found, rest = whole.partition('<div class="block">')
    assert found
    return menu.partition("<body>")[2] or menu, f'<div class="block">{rest}'


def written(markup: str) -> str:
    """A script file that writes the markup, in pieces as such files do."""
    half = len(markup) // 2
    return "".join(f"document.write({json.dumps(part)});\n" for part in (markup[:half], markup[half:]))


@pytest.mark.parametrize(
    ("reference", "address"),
    [
        ('<div id="header"></div><script>$(function(){$("#header").load("/inc/menu.html");});</script>', "inc/menu.html"),
        ('<div id="header"></div><script>$.get("/inc/menu.html", function(d){$("#header").html(d)});</script>',
         "inc/menu.html"),
        ('<div data-include="/inc/menu.html"></div>', "inc/menu.html"),
        ('<iframe src="/inc/menu.html" width="1000" height="60"></iframe>', "inc/menu.html"),
        ('<script src="/inc/menu.js"></script>', "inc/menu.js"),
    ],
)  # fmt: skip
def test_a_menu_that_stands_elsewhere_is_read(reference: str, address: str) -> None:
    plain = look_at(make_site(TRS).pages)
    made = make_site(TRS)
    menu, rest = without_menu(made)
    made.pages.put(HOME, f"<html><body>{reference}{rest}")
    script = address.endswith(".js")
    made.pages.put(
        HOME + address,
        written(menu) if script else f"<html><body>{menu}</body></html>",
        content_type="text/javascript; charset=utf-8" if script else "text/html; charset=utf-8",
    )
    found = look_at(made.pages)
    assert answers(found) == answers(plain) and failed(found) == set()
    assert {(one.url, one.level) for one in found.sections} == {
        (one.url, one.level) for one in plain.sections
    }


@pytest.mark.parametrize(
    "reference",
    [
        '<script>$("#header").load("/inc/menu.html");</script>',
        '<script src="/inc/menu.js"></script>',
        '<iframe src="/inc/menu.html"></iframe>',
    ],
)
def test_a_piece_that_cannot_be_read_leaves_absence_open(reference: str) -> None:
    made = make_site(TRS, without=("zmhd", "bsfw"))
    home = made.pages.pages[HOME].body.decode()
    assert failed(look_at(made.pages)) >= NEEDS_MENU
    made.pages.put(HOME, home.replace("<body>", f"<body>{reference}", 1))
    made.pages.fail(HOME + "inc/menu.html", Outcome.SERVER_ERROR, 500)
    # A file that builds its links from variables is not understood.
    made.pages.put(
        HOME + "inc/menu.js", "for(var i in m){document.write('<a href='+m[i].u+'>'+m[i].n+'</a>')}",
        content_type="text/javascript",
    )  # fmt: skip
    found = look_at(made.pages)
    assert not failed(found) & NEEDS_MENU and undecided(found) >= NEEDS_MENU
    # One that is gone holds nothing.
    made.pages.fail(HOME + "inc/menu.html", Outcome.NOT_FOUND, 404)
    made.pages.fail(HOME + "inc/menu.js", Outcome.NOT_FOUND, 404)
    assert failed(look_at(made.pages)) >= NEEDS_MENU


def test_news_that_a_script_file_writes_count_as_the_home_page_shows_them() -> None:
    for ages, answer in ((None, "pass"), (LATE, "fail")):
        stale = {slug: {"ages": ages} for slug in ("ywdt", "tzgg", "zcwj", "bmdt")} if ages else {}
        made = make_site(TRS, changed(CITY, **stale))
        menu, rest = without_menu(made)
        blocks, _, foot = rest.rpartition("</div>")
        made.pages.put(
            HOME,
            f'<html><body>{menu}<table><tr><td><script src="/JS/1.js"></script></td></tr></table>{foot}<p>示县</p>',
        )
        made.pages.put(
            HOME + "JS/1.js", written(f"{blocks}</div>"), content_type="text/javascript; charset=utf-8"
        )
        assert answers(look_at(made.pages))["W3"] == answer


# --- pieces that a script brings by address and parameters -------------------------------------------------------------

UNIT = "<script src=\"/unitbuild.js\" url=\"/api/build/unit\" queryData=\"{{'webId':'w1','tagId':'信息列表','pageId':'{0}'}}\"></script>"


def by_units(made: Made, bring: Mapping[str, str | None]) -> Made:
    """The site whose sections' content is brought by their units: ``bring`` replaces it by slug, None where it fails."""
    for slug, content in bring.items():
        url = made.urls[slug]
        head, found, rest = made.pages.pages[url].body.decode().partition('<ul class="gl_list">')
        assert found
        rows, _, tail = rest.partition("</ul>")
        made.pages.put(url, f"{head}{UNIT.format(slug)}{tail}")
        address = f"{HOME}api/build/unit?" + urlencode({"webId": "w1", "tagId": "信息列表", "pageId": slug})
        if content is None:
            made.pages.fail(address, Outcome.SERVER_ERROR, 500)
        else:
            answer = {"success": True, "data": {"html": content or f'<ul class="gl_list">{rows}</ul>'}}
            made.pages.put(address, json.dumps(answer), content_type="application/json")
    return made


def test_lists_that_are_brought_by_address_and_parameters_are_read() -> None:
    for late, verdict in ((0, set()), (5, {"W4.1"})):
        plain = look_at(make_site(TRS, news_late(late)).pages)
        found = look_at(by_units(make_site(TRS, news_late(late)), dict.fromkeys(NEWS, "")).pages)
        assert failed(found) == failed(plain) == verdict and undecided(found) == set()
        newest = {one.url: one.newest for one in plain.sections}
        assert {one.url: one.newest for one in found.sections} == newest
        # The evidence of a section's day is the answer that brought it.
        assert all(
            "/api/build/unit?" in one.seen.url for one in found.sections if one.section_class == "news"
        )


def test_a_unit_without_entries_is_a_blank_section_and_one_that_fails_is_none() -> None:
    slugs = ("xzdt", "gzdt", "tpxw", "rsxx", "ghjh")
    assert "W4.3" in failed(
        look_at(by_units(make_site(TRS), dict.fromkeys(slugs, "<div>暂无数据</div>")).pages)
    )
    found = look_at(by_units(make_site(TRS), dict.fromkeys(slugs, None)).pages)
    assert failed(found) == set() and "W4.3" in undecided(found)


def test_news_of_the_home_page_may_be_units() -> None:
    for ages, answer in ((None, "pass"), (LATE, "fail")):
        stale = {slug: {"ages": ages} for slug in ("ywdt", "tzgg", "zcwj", "bmdt")} if ages else {}
        made = make_site(TRS, changed(CITY, **stale))
        menu, rest = without_menu(made)
        blocks, _, foot = rest.rpartition("</div>")
        made.pages.put(HOME, f"<html><body>{menu}<div>{UNIT.format('home')}</div>{foot}")
        address = f"{HOME}api/build/unit?" + urlencode({"webId": "w1", "tagId": "信息列表", "pageId": "home"})
        made.pages.put(
            address, json.dumps({"data": {"html": f"{blocks}</div>"}}), content_type="application/json"
        )
        assert answers(look_at(made.pages))["W3"] == answer


# --- pages that only lead on --------------------------------------------------------------------------------------

STUBS = [
    '<html><head><meta http-equiv="Refresh" content="0;URL={}"></head></html>',
    '<html><body><script>window.location.href="{}"</script></body></html>',
    '<html><body><script>location.replace("{}")</script>页面正在跳转，请稍候</body></html>',
]


def behind_stubs(stub: str, slugs: tuple[str, ...], late: int = 0) -> SiteFacts:
    made = make_site(TRS, news_late(late))
    for slug in slugs:
        url = made.urls[slug]
        made.pages.put(f"{url}list/", made.pages.pages[url].body)
        made.pages.put(url, stub.format("list/"))
    return look_at(made.pages)


@pytest.mark.parametrize("stub", STUBS)
def test_a_section_that_only_leads_on_is_the_page_it_leads_to(stub: str) -> None:
    for slugs in (NEWS[:1], NEWS):
        found = behind_stubs(stub, slugs)
        assert failed(found) == undecided(found) == set()
        news = [one for one in found.sections if one.section_class == "news"]
        assert len(news) == len(NEWS) and {one.state for one in news} == {SectionState.DATED}
    assert failed(behind_stubs(stub, NEWS, late=5)) == {"W4.1"}


def test_a_channel_that_only_leads_on_is_read() -> None:
    found = behind_stubs(STUBS[0], ("zmhd",))
    assert answers(found)["W5.2"] == answers(look_at(make_site(TRS).pages))["W5.2"] == "pass"


def test_a_section_that_leads_to_another_site_is_no_section_of_this_one() -> None:
    made = make_site(TRS)
    made.pages.put(made.urls["tzgg"], STUBS[0].format("http://www.other.gov.cn/tzgg/"))
    made.pages.put("http://www.other.gov.cn/tzgg/", "<html><body><p>通知</p></body></html>")
    section = next(one for one in look_at(made.pages).sections if one.name == "通知公告")
    assert (section.state, section.reason) == (SectionState.STATIC, "转到站外 www.other.gov.cn")


def test_two_pages_that_lead_to_each_other_end() -> None:
    made = make_site(TRS)
    made.pages.put(made.urls["tzgg"], STUBS[0].format("/a/"))
    made.pages.put(HOME + "a/", STUBS[0].format(made.urls["tzgg"]))
    assert failed(look_at(made.pages)) == set()


# --- addresses ----------------------------------------------------------------------------------------------------


def test_the_default_port_makes_no_other_site() -> None:
    plain = look_at(make_site(TRS).pages)
    made = make_site(TRS)
    home = made.pages.pages[HOME].body.decode()
    made.pages.put(HOME, home.replace("<head>", f'<head><base href="{HOME.rstrip("/")}:80/">', 1))
    assert ":80/" in made.pages.pages[HOME].body.decode()
    found = look_at(made.pages)
    assert answers(found) == answers(plain)
    assert {one.url for one in found.sections} == {one.url for one in plain.sections}
