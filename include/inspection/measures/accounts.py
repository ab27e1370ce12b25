"""New-media accounts: their updates, their downloads, and what the register itself says of them."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

from include.inspection.extract.app_download import Download, is_app
from include.inspection.facts import AccountFacts
from include.inspection.measures.base import (
    Context,
    Detail,
    Measured,
    State,
    for_people,
    measured,
    unmeasured,
)
from include.inspection.model import Account
from include.inspection.times import Span

_SIGNS = re.compile(
    r"[\s·•—\-_（）()【】\[\]“”\"'|]+|官方|微信|微博|抖音|快手|视频号|头条号|公众号|服务号|订阅号|客户端|APP",
    re.IGNORECASE,
)
#: Words that most sponsors' names share and that therefore name none of them.
_COMMON = re.compile(r"人民政府|办公室|办公厅|委员会|管理局|管理|中心|政府|中共")


def account_updates(facts: AccountFacts, context: Context) -> Measured:
    """X2.1: entries of the feed within the window, both ends counted."""
    if facts.app is not None:
        return _of_app(facts, facts.app)
    since, today = context.since("updates"), context.today
    known = context.history.newest.get(context.account.feed_url) if context.account else None
    if known is not None and since <= known <= today and (facts.reason or facts.pushed_off):
        return measured(
            1,
            seen=facts.seen,
            reason=f"本轮{facts.reason or '看不出窗口内的更新'}；此前的巡检见到 {known} 的更新",
        )
    if facts.reason:
        return unmeasured(facts.reason, facts.seen)
    fresh = [(day, title) for day, title in facts.days if since <= day <= today]
    details = [Detail(f"{day} 《{title[:40]}》", facts.seen) for day, title in fresh[:5]]
    if not fresh and facts.pushed_off:
        return unmeasured("订阅源里都是监测时间点之后的更新，看不出窗口内有无更新", facts.seen)
    return measured(
        len(fresh),
        seen=facts.seen,
        details=details,
        reason=f"窗口 {since} 至 {today}（含两端），最新 {_newest(facts, today) or '无'}",
    )


def _newest(facts: AccountFacts, today: date) -> date | None:
    return max((day for day, _ in facts.days if day <= today), default=None)


def _unread(facts: AccountFacts) -> Measured | None:
    """Why an account's updates give no number."""
    if facts.app is not None:
        return _of_app(facts, facts.app)
    if facts.reason or facts.pushed_off:
        reason = facts.reason or "订阅源里都是监测时间点之后的更新，看不出此前的更新"
        return unmeasured(reason, facts.seen)
    return None


def _of_app(facts: AccountFacts, app: Download) -> Measured:
    """An app's updates: people look at what is there; of one that is not there nothing was seen."""
    if app.offered:
        return for_people(facts.reason, facts.seen)
    return unmeasured(f"下载地址：{app.seen}，看不到客户端的内容更新", facts.seen)


def days_since_update(facts: AccountFacts, context: Context) -> Measured:
    """Days from the last update to the monitoring day."""
    if unread := _unread(facts):
        return unread
    newest = _newest(facts, context.today)
    if newest is None:
        return unmeasured("订阅源里没有监测时间点之前的更新", facts.seen)
    return measured((context.today - newest).days, seen=facts.seen, reason=f"最新 {newest}")


def own_duty_missed(facts: AccountFacts, context: Context) -> Measured:
    """1 where the last update is older than the office's own duty (``update_days``), which counts the monitoring day."""
    duty = context.account.update_days if context.account else None
    if duty is None:
        return Measured(State.NOT_APPLICABLE, reason="名单中没有更新期限", seen=facts.seen)
    if unread := _unread(facts):
        return unread
    since = Span(f"{duty}d").first_day(context.as_of)
    newest = _newest(facts, context.today)
    if newest is None:
        return unmeasured("订阅源里没有监测时间点之前的更新", facts.seen)
    reason = f"期限{duty}天，应不早于 {since}，最新 {newest}"
    return measured(int(newest < since), seen=facts.seen, reason=reason)


def longest_gap(facts: AccountFacts, context: Context) -> Measured:
    """Most days on end without an update within the window, up to the monitoring day.

    A feed that does not reach back to the window's first day leaves open how long the time before its first entry was.
    """
    if unread := _unread(facts):
        return unread
    since, today = context.since("period"), context.today
    reaches_back = any(day < since for day, _ in facts.days)
    days = sorted({day for day, _ in facts.days if since <= day <= today})
    if not days and not reaches_back:
        return unmeasured("订阅源里没有监测时间点之前的更新", facts.seen)
    first, last = (days[0], days[-1]) if days else (today + timedelta(days=1), since - timedelta(days=1))
    leading = (first - since).days
    inner = [(later - earlier).days - 1 for earlier, later in pairwise(days)]
    most = max([*inner, (today - last).days, leading if reaches_back else 0])
    reason = f"窗口 {since} 至 {today}（含两端），读到更新{len(days)}天"
    return measured(
        most, max(most, leading), facts.seen, (), reason + ("" if reaches_back else "，更早的更新未读到")
    )


def app_download(facts: AccountFacts, context: Context) -> Measured:
    """X2.2: 1 where the download address gives a package, a store's page or a page that offers one; 0 where it fails.

    Whether the app can be used, people find out.
    """
    if facts.app is None:
        if context.account is not None and is_app(context.account.platform) and not context.account.feed_url:
            return for_people("名单中没有下载地址", facts.seen)
        return for_people("名单中给的是订阅地址，下载由人工核查", facts.seen)
    if facts.app.offered is None:
        return for_people(f"下载地址：{facts.app.seen}", facts.seen)
    return measured(
        int(facts.app.offered), seen=facts.seen, reason=f"下载地址：{facts.app.seen}；能否使用由人工核查"
    )


# --- what the register says -------------------------------------------------------------------------------------


def _of_unit(context: Context) -> list[Account]:
    """The running accounts of the account's sponsor, itself included."""
    own = context.account
    if own is None or not own.sponsor:
        return []
    return [item for item in context.accounts if item.sponsor == own.sponsor and item.status == "running"]


def accounts_on_platform(facts: AccountFacts, context: Context) -> Measured:
    """Running accounts of one sponsor on the account's platform, itself included."""
    own = context.account
    if own is None or not own.sponsor:
        return for_people("名单中没有开设主体")
    same = [item for item in _of_unit(context) if item.platform == own.platform]
    details = [Detail(f"{item.account_id} “{item.name}”", None) for item in same]
    return measured(max(len(same), 1), details=details if len(same) > 1 else ())


def _plain(name: str) -> str:
    return _SIGNS.sub("", name).lower()


def name_differs(facts: AccountFacts, context: Context) -> Measured:
    """1 where the account's name is not the one that its sponsor's accounts on other platforms bear, else 0."""
    own = context.account
    others = [item for item in _of_unit(context) if own is not None and item.platform != own.platform]
    if own is None or not others:
        return Measured(State.NOT_APPLICABLE, reason="该主体在其他平台没有登记账号")
    names = Counter(_plain(item.name) for item in [*others, own])
    same = [item for item in others if _plain(item.name) == _plain(own.name)]
    # The name that most of them bear is the right one; where there is none, all of them differ.
    usual = names.most_common(1)[0]
    differs = not same and (usual[1] == 1 or _plain(own.name) != usual[0])
    details = [Detail(f"{item.platform}“{item.name}”", None) for item in others[:10]] if differs else []
    return measured(int(differs), details=details, reason=f"本账号“{own.name}”，其他平台{len(others)}个")


def name_without_sponsor(facts: AccountFacts, context: Context) -> Measured:
    """1 where the account's name has no two signs in common with its sponsor's, generic words apart, else 0."""
    own = context.account
    if own is None or not own.sponsor:
        return for_people("名单中没有开设主体")
    name, sponsor = _plain(own.name), _COMMON.sub("|", own.sponsor)
    shared = any(name[n : n + 2] in sponsor for n in range(len(name) - 1) if "|" not in name[n : n + 2])
    return measured(int(not shared), reason=f"账号“{own.name}”，开设主体“{own.sponsor}”")
