"""Lists that went on after the monitoring point: what was their newest entry at the point may have left the page.

A list shows that the window before the point was empty only where it has nothing from after the point, or where it ends
with entries from before it. A date without a year may itself be one from after the point.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from include.inspection.extract.dates import latest_not_after
from include.inspection.extract.lists import Item


def is_cut_off(days: Sequence[date | None], today: date) -> bool:
    """Whether a list, its days in page order, has entries from after the monitoring day down to its end.

    An old entry pinned on top does not show that the list reaches back.
    """
    known = [day for day in days if day is not None]
    return bool(known) and known[-1] > today


def may_be_after(item: Item, today: date, fetched: date) -> bool:
    """Whether a date without a year, read as the latest before the monitoring day, may lie after it instead."""
    if item.day is None or item.year_known or fetched <= today:
        return False
    latest = latest_not_after(item.day.month, item.day.day, fetched)
    return latest is not None and latest > today
