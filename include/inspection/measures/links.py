"""Links that lead nowhere, among the pages that the survey looked at."""

from __future__ import annotations

from include.inspection.facts import SiteFacts
from include.inspection.measures.base import Context, Detail, Measured, measured


def broken_home_links(facts: SiteFacts, context: Context) -> Measured:
    """Links of the home page to pages of the site that certainly do not exist."""
    return _broken(facts, on_home=True)


def broken_other_links(facts: SiteFacts, context: Context) -> Measured:
    """Links of the site's other pages to pages that certainly do not exist."""
    return _broken(facts, on_home=False)


def _broken(facts: SiteFacts, *, on_home: bool) -> Measured:
    dead = [item for item in facts.dead_links if item.on_home is on_home]
    details = [Detail(f"{item.url} 页面不存在", item.seen) for item in dead]
    reason = "按本轮读取到的页面计，只计确定不存在的（404、410）"
    return measured(len(dead), seen=dead[0].seen if dead else facts.home, details=details, reason=reason)
