"""Days of a list and days of its articles: which of the two is believed."""

from __future__ import annotations

from datetime import date, timedelta

from include.inspection.facts import SectionFacts
from tests.inspection.survey.site_shapes import SHAPES, make_site
from tests.inspection.survey.site_source import HOME, TODAY, look_at

FRESH, OLD = TODAY - timedelta(days=2), TODAY - timedelta(days=900)


def section_with(shown: str, article: date) -> SectionFacts:
    """通知公告 whose first three entries carry ``shown`` and the others nothing; the articles tell ``article``."""
    made = make_site(SHAPES[0])
    rows = ""
    for n in range(8):
        remark = f"<span>{shown}</span>" if n < 3 else ""
        rows += f'<li><a href="/tz/{n}.html">关于做好第{n}项重点工作的通知</a>{remark}</li>'
        made.pages.put(
            f"{HOME}tz/{n}.html",
            f"<html><body><h1>关于做好第{n}项重点工作的通知</h1><p>发布日期：{article}</p></body></html>",
        )
    made.pages.put(made.urls["tzgg"], f'<html><body><ul class="list">{rows}</ul></body></html>')
    return next(one for one in look_at(made.pages).sections if one.name == "通知公告")


def test_a_day_of_the_list_is_not_taken_back_by_an_older_day_of_the_article() -> None:
    assert section_with(f"{FRESH}", OLD).newest == FRESH


def test_a_later_day_of_the_article_counts() -> None:
    assert section_with(f"{OLD}", FRESH).newest == FRESH


def test_days_that_are_missing_signed_or_to_come_are_the_articles() -> None:
    assert section_with("", OLD).newest == OLD
    assert section_with(f"成文日期：{FRESH}", OLD).newest == OLD
    assert section_with(f"{TODAY + timedelta(days=9)}", FRESH).newest == FRESH
