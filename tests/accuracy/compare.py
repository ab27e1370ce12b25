"""Dates of publication side by side: this project, htmldate and GeneralNewsExtractor on the same articles."""

from __future__ import annotations

import importlib
import importlib.util
import re
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime

from include.inspection.extract.article import publication_day
from include.inspection.extract.encoding import decode
from include.inspection.extract.html import Document
from tests.accuracy.model import LabelledSite, PageLabel

_META = re.compile(r"<meta\b(?![^>]*(?:charset|http-equiv))[^>]*>", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})")

#: (markup, address, monitoring day, day of fetching) → the day, None where it is not told.
Reader = Callable[[str, str, date, date], date | None]


def comparison(sites: Sequence[LabelledSite]) -> str:
    """The table, or what to install for it."""
    missing = [name for name in ("htmldate", "gne") if importlib.util.find_spec(name) is None]
    if missing:
        return f"\narticle dates side by side: not run, {' and '.join(missing)} not installed (pip install -r requirements-bench.txt)"
    articles = [
        (label, site, decode(site.pages[label.url][1], site.pages[label.url][0])[0])
        for site in sites
        for label in site.labels.values()
        if label.kind == "article" and label.day is not None
    ]
    lines = [
        "",
        f"article dates side by side, {len(articles)} articles of the set",
        "",
        f"{'':<24} {'page tags':<9} {'exact':>6} {'other day':>10} {'none':>6} {'share':>7} {'ms a page':>10}",
    ]
    for name, reader in (("this project", _ours), ("htmldate", _htmldate), ("GeneralNewsExtractor", _gne())):
        for tags in (True, False):
            lines.append(_row(name, reader, articles, tags))
    return "\n".join(lines)


def _row(
    name: str, reader: Reader, articles: Sequence[tuple[PageLabel, LabelledSite, str]], tags: bool
) -> str:
    exact = other = none = 0
    started = time.process_time()
    for label, site, text in articles:
        markup = text if tags else _META.sub("", text)
        found = reader(markup, label.url, site.as_of.date(), site.fetched.date())
        exact += found == label.day
        none += found is None
        other += found is not None and found != label.day
    spent = (time.process_time() - started) * 1000 / max(1, len(articles))
    return f"{name:<24} {'with' if tags else 'without':<9} {exact:>6} {other:>10} {none:>6} {exact / max(1, len(articles)):>7.1%} {spent:>10.1f}"


def _ours(markup: str, url: str, today: date, fetched: date) -> date | None:
    return publication_day(
        Document(markup.encode(errors="replace"), "text/html; charset=utf-8", url), today, fetched
    )


def _htmldate(markup: str, url: str, today: date, fetched: date) -> date | None:
    # As its own caller would: the first publication, no later than the day of monitoring. The address is not given,
    # since it names the day on some systems and none of the others may read it.
    found = importlib.import_module("htmldate").find_date(
        markup, original_date=True, max_date=datetime(today.year, today.month, today.day)
    )
    return date.fromisoformat(found) if found else None


def _gne() -> Reader:
    extractor = importlib.import_module("gne").GeneralNewsExtractor()

    def read(markup: str, url: str, today: date, fetched: date) -> date | None:
        try:
            found = extractor.extract(markup).get("publish_time") or ""
        except Exception:  # its parser gives up on some pages; that is no date
            return None
        match = _DAY.search(found)
        try:
            return date(int(match[1]), int(match[2]), int(match[3])) if match else None
        except ValueError:
            return None

    return read
