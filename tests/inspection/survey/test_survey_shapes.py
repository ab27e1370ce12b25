"""Healthy and faulty sites in every shape."""

from __future__ import annotations

import pytest

from tests.inspection.survey.site_shapes import (
    CITY,
    LATE,
    OLD,
    SHAPES,
    Column,
    Shape,
    changed,
    make_site,
    news_late,
)
from tests.inspection.survey.site_source import answers, failed, look_at, measures, undecided

shapes = pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)


@shapes
def test_healthy_site_passes_everything(shape: Shape) -> None:
    found = look_at(make_site(shape).pages)
    assert failed(found) == set()
    assert undecided(found) == set()
    values = measures(found)
    assert values["W4.1"].low == values["W4.1"].high == 0, values["W4.1"].details
    assert values["W3"].low is not None and values["W3"].low >= 2
    assert answers(found)["W6.2"] == "pass"
    assert answers(found)["W5.2"] == "pass"


@shapes
@pytest.mark.parametrize("number", [4, 5])
def test_late_news_sections(shape: Shape, number: int) -> None:
    # The home page shows notices that are fresh, so W3 stays.
    found = look_at(make_site(shape, news_late(number)).pages)
    value = measures(found)["W4.1"]
    assert value.low == value.high == number, value.details
    assert failed(found) == ({"W4.1"} if number == 5 else set())


@shapes
def test_first_level_notices_and_policies_count_and_second_level_ones_do_not(shape: Shape) -> None:
    city = changed(news_late(3), tzgg={"ages": OLD}, zcwj={"ages": OLD})
    found = look_at(make_site(shape, city).pages)
    value = measures(found)["W4.1"]
    assert value.low == value.high == 5, value.details
    assert {detail.text.split("”")[0].lstrip("“") for detail in value.details} == {
        "要闻动态",
        "部门动态",
        "乡镇动态",
        "通知公告",
        "政策文件",
    }


@shapes
@pytest.mark.parametrize("number", [4, 5])
def test_empty_sections(shape: Shape, number: int) -> None:
    # "gsgg" holds only late entries on the second level and stays as it is.
    slugs = ("xzdt", "gzdt", "tpxw", "rsxx", "ghjh")[:number]
    city = changed(CITY, **{slug: {"ages": (), "text": "暂无相关信息"} for slug in slugs})
    found = look_at(make_site(shape, city).pages)
    value = measures(found)["W4.3"]
    assert value.low == value.high == number, value.details
    assert failed(found) == ({"W4.3"} if number == 5 else set())


@shapes
def test_empty_sections_without_a_word(shape: Shape) -> None:
    slugs = ("xzdt", "gzdt", "tpxw", "rsxx", "ghjh")
    city = changed(CITY, **{slug: {"ages": ()} for slug in slugs})
    found = look_at(make_site(shape, city).pages)
    value = measures(found)["W4.3"]
    if shape.name == "datastore":
        # The script might bring the entries: honest doubt, no fault.
        assert answers(found)["W4.3"] in ("unmeasured", "fail")
    else:
        assert value.low == value.high == 5, value.details


@shapes
def test_home_page_not_updated(shape: Shape) -> None:
    late = {slug: {"ages": LATE} for slug in ("ywdt", "tzgg", "zcwj", "bmdt")}
    found = look_at(make_site(shape, changed(CITY, **late)).pages)
    assert failed(found) == {"W3"}


@shapes
def test_no_consultation_channel(shape: Shape) -> None:
    found = look_at(make_site(shape, without=("zmhd",)).pages)
    assert failed(found) == {"W5.1"}


@shapes
def test_no_services(shape: Shape) -> None:
    found = look_at(make_site(shape, without=("bsfw",)).pages)
    assert failed(found) == {"W6.1"}


@shapes
@pytest.mark.parametrize("ages, fails", [((100,), True), ((92,), False), ((93,), True), ((500,), False)])
def test_waiting_message(shape: Shape, ages: tuple[int, ...], fails: bool) -> None:
    # Three months before 22 November reach to 22 August, 92 days back.
    found = look_at(make_site(shape, waiting=ages).pages)
    assert failed(found) == ({"W5.2"} if fails else set())


@shapes
@pytest.mark.parametrize(
    "lacking, failing",
    [((4, 5, 4, 4, 6, 0), {"W6.2"}), ((4, 4, 4, 4, 3, 3), set()), ((4, 4, 5), {"W6.3"}), ((4, 4, 3), set())],
)
def test_guides(shape: Shape, lacking: tuple[int, ...], failing: set[str]) -> None:
    found = look_at(make_site(shape, guides_lacking=lacking).pages)
    assert failed(found) == failing
    assert undecided(found) == set()


@shapes
def test_navigation_only_home(shape: Shape) -> None:
    welcome = "<div class=welcome><img src=/b.jpg></div>"
    found = look_at(make_site(shape, home=welcome).pages)
    assert found.navigation_only
    assert failed(found) == set()
    late = tuple(Column(c.name, c.slug, LATE if c.ages else (), c.parent) for c in CITY)
    found = look_at(make_site(shape, late, home=welcome, waiting=()).pages)
    assert "W3" in failed(found)


@shapes
@pytest.mark.parametrize("age, fails", [(13, False), (14, True)])
def test_edges_of_the_two_weeks(shape: Shape, age: int, fails: bool) -> None:
    ages = (age, 40, 60, 200)
    found = look_at(make_site(shape, news_late(5, ages)).pages)
    assert ("W4.1" in failed(found)) is fails


@shapes
@pytest.mark.parametrize("age, late", [(184, 0), (185, 1)])
def test_edges_of_six_months(shape: Shape, age: int, late: int) -> None:
    # Six months before 22 November reach to 22 May, 184 days back, that day included.
    found = look_at(make_site(shape, changed(CITY, zcwj={"ages": (age, 300, 400)})).pages)
    assert measures(found)["W4.1"].low == late
