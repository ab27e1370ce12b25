"""Pages fetched long after the monitoring point: what came after it neither counts nor hides what was there."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from include.inspection.measures import State
from include.inspection.model import Account, Registry
from include.inspection.subjects import AccountPages, measure_subject
from tests.inspection.survey.site_shapes import CITY, NEWS, SHAPES, Made, changed, make_site
from tests.inspection.survey.site_source import (
    AS_OF,
    MemoryPages,
    failed,
    look_at,
    measures,
    rules,
    undecided,
)

BY_NAME = {shape.name: shape for shape in SHAPES}
LATER = 40
#: Ages in days; those below zero are from after the monitoring point.
BUSY = tuple(-age for age in range(38, 4, -3))
PINNED = (600, *BUSY)
REACHES_BACK = (*BUSY[:6], 20, 30, 60)


def fetched_later(made: Made) -> MemoryPages:
    moment = AS_OF + timedelta(days=LATER)
    made.pages.pages = {url: replace(page, fetched_at=moment) for url, page in made.pages.pages.items()}
    return made.pages


def news(ages: tuple[int, ...], *slugs: str):
    return changed(CITY, **{slug: {"ages": ages} for slug in slugs})


@pytest.mark.parametrize("shape", ["trs", "table", "json", "no-year", "flat", "undated"])
@pytest.mark.parametrize("ages", [BUSY, PINNED], ids=["busy", "pinned"])
def test_entries_pushed_off_by_newer_ones_make_no_section_late(shape, ages):
    found = look_at(fetched_later(make_site(BY_NAME[shape], news(ages, *NEWS))))
    assert measures(found)["W4.1"].low == 0, [(s.name, s.state, s.newest) for s in found.sections]
    assert "W4.1" not in failed(found)


@pytest.mark.parametrize("shape", ["trs", "table", "json"])
def test_list_that_reaches_back_behind_the_window_shows_that_it_was_empty(shape):
    found = look_at(fetched_later(make_site(BY_NAME[shape], news(REACHES_BACK, *NEWS))))
    assert "W4.1" in failed(found)
    assert measures(found)["W4.1"].low == 5


@pytest.mark.parametrize("shape", ["trs", "table", "no-year"])
@pytest.mark.parametrize("ages", [BUSY, PINNED], ids=["busy", "pinned"])
def test_home_page_that_went_on_is_not_stale(shape, ages):
    blocks = [column.slug for column in CITY if column.block]
    found = look_at(fetched_later(make_site(BY_NAME[shape], news(ages, *blocks))))
    assert "W3" in undecided(found), measures(found)["W3"]
    assert "监测时间点之后又有更新" in measures(found)["W3"].reason


def test_home_page_that_reaches_back_behind_the_window_is_stale():
    blocks = [column.slug for column in CITY if column.block]
    ages = (*BUSY[:3], 20, 30, 60)
    found = look_at(fetched_later(make_site(BY_NAME["trs"], news(ages, *blocks))))
    assert "W3" in failed(found)


def feed(*ages: int) -> str:
    entries = "".join(
        f"<item><title>第{age}</title><link>http://x.cn/{age}</link>"
        f"<pubDate>{AS_OF - timedelta(days=age):%d %b %Y} 09:00:00 +0800</pubDate></item>"
        for age in ages
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>号</title>{entries}</channel></rss>'


@pytest.mark.parametrize(
    ("ages", "state", "low"),
    [
        ((-1, -2, -3), State.UNMEASURED, None),
        ((600, -1, -2, -3), State.UNMEASURED, None),
        ((-1, -2, 30), State.MEASURED, 0),
        ((-1, 5), State.MEASURED, 1),
        ((20, 30), State.MEASURED, 0),
    ],
    ids=["only later ones", "pinned", "reaches back", "within", "nothing later"],
)
def test_feed_counts_only_what_was_published_by_the_point(ages, state, low):
    pages = MemoryPages()
    pages.put("http://feed.cn/1", feed(*ages), content_type="application/rss+xml")
    account = Account("wx1", "微信", "示县发布", feed_url="http://feed.cn/1")
    facts = asyncio.run(AccountPages(pages).read(account, AS_OF))
    rows = measure_subject(account, facts, [rules()["X2.1"]], AS_OF, Registry(accounts=(account,)))
    value = {rule.id: value for rule, value in rows}["X2.1"]
    assert (value.state, value.low) == (state, low)


@pytest.mark.parametrize(("asked", "late"), [(20, False), (120, True)])
def test_an_answer_after_the_point_does_not_lengthen_the_waiting(asked, late):
    made = make_site(BY_NAME["trs"], waiting=())
    address = made.urls["zmhd"]
    page = made.pages.pages[address]
    day, answered = AS_OF.date() - timedelta(days=asked), AS_OF.date() + timedelta(days=120)
    row = (
        f'<tr><td><a href="/msg/x.html">反映小区路灯不亮的问题</a></td><td>{day}</td>'
        f"<td>{answered}</td><td>已答复</td></tr></table>"
    )
    made.pages.put(address, page.body.decode().replace("</table>", row))
    assert ("W5.2" in failed(look_at(fetched_later(made)))) is late
