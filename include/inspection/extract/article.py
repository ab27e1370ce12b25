"""The day on which an article says it was published."""

from __future__ import annotations

import re
from datetime import date

from include.inspection.extract.dates import find_dates, normalise
from include.inspection.extract.html import Document

_META = ("pubdate", "publishdate", "firstpublishedtime", "article:published_time", "publish-date", "publication_date", "dc.date", "date", "og:release_date")
_VISIBLE = ".pubtime, .pub-time, .publish-time, .pubdate, .time, .date, .info, .article-info, .xxly, .source, [class*=pubtime], [class*=fbsj], [id*=pubtime], time"
_LABELLED = re.compile(r"(?:发布|发文|公开|公布|刊发|更新)?\s{0,2}(?:时间|日期)\s{0,2}[:：]?\s{0,4}(\d{4}[^\d]\d{1,2}[^\d]\d{1,2})")


def publication_day(document: Document, today: date, fetched: date) -> date | None:
    """The page tag PubDate where it holds a date, else the first labelled date, else the first date of the head."""
    for name in _META:
        found = find_dates(document.meta.get(name, ""), today, fetched)
        if found:
            return found[0].day
    for node in document.tree.css(_VISIBLE)[:12]:
        text = " ".join(node.text(deep=True, separator=" ").split())[:200]
        dates = [found for found in find_dates(text, today, fetched) if found.role in ("publication", "unlabelled") and found.year_known]
        if dates:
            return dates[0].day
    head = normalise(document.body_text[:6_000])
    labelled = _LABELLED.search(head)
    if labelled:
        dates = find_dates(labelled[1], today, fetched)
        if dates:
            return dates[0].day
    return None
