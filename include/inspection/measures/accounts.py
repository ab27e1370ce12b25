"""Updates of new-media accounts."""

from __future__ import annotations

from include.inspection.facts import AccountFacts
from include.inspection.measures.base import Context, Detail, Measured, measured, unmeasured


def account_updates(facts: AccountFacts, context: Context) -> Measured:
    """X2.1: entries of the feed within the window, both ends counted."""
    if facts.reason:
        return unmeasured(facts.reason, facts.seen)
    since, today = context.since("updates"), context.today
    fresh = [(day, title) for day, title in facts.days if since <= day <= today]
    newest = max((day for day, _ in facts.days if day <= today), default=None)
    details = [Detail(f"{day} 《{title[:40]}》", facts.seen) for day, title in fresh[:5]]
    if not fresh and facts.pushed_off:
        return unmeasured("订阅源里都是监测时间点之后的更新，看不出窗口内有无更新", facts.seen)
    return measured(
        len(fresh),
        seen=facts.seen,
        details=details,
        reason=f"窗口 {since} 至 {today}（含两端），最新 {newest or '无'}",
    )
