"""Letters in the forms that sites give them: one that waits too long is found, its near misses are not named."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from include.inspection.facts import SiteFacts
from tests.inspection.survey.letter_shapes import FORMS, letters_of
from tests.inspection.survey.site_shapes import CITY, SHAPES, make_site
from tests.inspection.survey.site_source import HOME, answers, look_at

SMALL = tuple(column for column in CITY if column.slug in ("gzdt", "tzgg", "zcwj", "zmhd"))
AGES = (4, 20, 60, 85, 150, 240, 330, 400)


def box(form: str, waiting: Sequence[int], entry: str = "") -> SiteFacts:
    """A small site whose channel has this form; its letters of ``waiting`` days ago are not answered."""
    made = make_site(SHAPES[0], SMALL)
    main, pages = FORMS[form](letters_of(AGES, waiting))
    head, _, _ = made.pages.pages[made.urls["zmhd"]].body.decode().partition('<div class="position">')
    foot = (
        "<div class='foot'><p>主办单位：示县人民政府办公室</p><p>网站地图 粤ICP备1号</p></div></body></html>"
    )
    made.pages.put(made.urls["zmhd"], f"{head}<h2>县长信箱</h2>{entry}{main}{foot}")
    for path, page in pages.items():
        made.pages.put(HOME.rstrip("/") + path, f"{head}<div class='main'>{page}</div>{foot}")
    return look_at(made.pages)


@pytest.mark.parametrize("form", FORMS)
def test_a_letter_that_waits_more_than_three_months_is_found(form: str) -> None:
    found = box(form, (4, 150))
    assert answers(found)["W5.2"] == "fail"


@pytest.mark.parametrize(
    "waiting",
    [(), (4,), (4, 85), (4, 400)],
    ids=["answered", "new", "within three months", "before the year"],
)
@pytest.mark.parametrize("form", FORMS)
def test_its_near_misses_are_not_named(form: str, waiting: Sequence[int]) -> None:
    assert answers(box(form, waiting))["W5.2"] == "pass"


@pytest.mark.parametrize(("waiting", "answer"), [((4,), "pass"), ((4, 150), "fail")])
@pytest.mark.parametrize("form", FORMS)
def test_the_button_to_write_above_the_letters_is_none_of_them(
    form: str, waiting: Sequence[int], answer: str
) -> None:
    button = '<p class="wbtn"><a href="/mail/add.html">我要写信</a></p>'
    assert answers(box(form, waiting, button))["W5.2"] == answer
