"""Links that lead nowhere: certain ones count, suspected and unchecked ones leave the number open."""

from __future__ import annotations

from collections.abc import Sequence

from include.inspection.extract.page_links import BrokenLink, Cause, CauseKind, group_by_cause
from include.inspection.facts import LinkFacts, LinkState, SiteFacts
from include.inspection.measures.base import Context, Detail, Measured, State, measured, unmeasured

_KINDS = {
    CauseKind.HOST: "网站 {key} 打不开",
    CauseKind.TARGET: "{pages}个页面上的同一链接",
    CauseKind.TEMPLATE: "{pages}个页面上同一位置的链接",
    CauseKind.PREFIX: "同一目录 {key} 下的{targets}个链接",
    CauseKind.SINGLE: "链接",
}
_DETAILS = 20


def broken_home_links(facts: SiteFacts, context: Context) -> Measured:
    """Links of the home page (pages, pictures, files, other sites) that do not open."""
    if not any("home" in link.groups for link in facts.links) and not facts.links_left.get("home"):
        return unmeasured("首页的文件里没有可以检查的链接，链接可能由脚本生成", facts.home)
    return _broken(facts, context, "home", "首页链接")


def broken_other_links(facts: SiteFacts, context: Context) -> Measured:
    """Links of the other pages that were read, without their files."""
    return _broken(facts, context, "other", "其他页面链接")


def broken_attachments(facts: SiteFacts, context: Context) -> Measured:
    """Files of the pages other than the home page that cannot be had."""
    return _broken(facts, context, "attachment", "附件")


def broken_forms(facts: SiteFacts, context: Context) -> Measured:
    """Files of service guides, forms and samples, that cannot be had."""
    if not any("form" in link.groups for link in facts.links) and not facts.links_left.get("form"):
        return Measured(State.FOR_PEOPLE, reason="读到的办事指南里没有附件", seen=facts.home)
    return _broken(facts, context, "form", "办事指南附件")


def _broken(facts: SiteFacts, context: Context, group: str, label: str) -> Measured:
    links = [link for link in facts.links if group in link.groups]
    counted = {LinkState.BROKEN} | ({LinkState.FORBIDDEN} if context.settings["forbidden_counts"] else set())
    certain = [link for link in links if link.state in counted]
    suspected = [
        link
        for link in links
        if link.state in (LinkState.SUSPECTED, LinkState.FORBIDDEN) and link not in certain
    ]
    unknown = sum(link.state is LinkState.UNKNOWN for link in links) + facts.links_left.get(group, 0)
    sure, doubtful = _causes(certain), _causes(suspected)
    number = sum(_weight(cause) for cause in sure)
    seen = {link.url: link.seen for link in links}
    details = [Detail(_describe(cause), seen[cause.links[0].target]) for cause in sure]
    details += [Detail(f"疑似：{_describe(cause)}", seen[cause.links[0].target]) for cause in doubtful]
    reason = f"{label}检查{len(links)}个，确定打不开{len(certain)}个，疑似{len(suspected)}个，未能判断或未检查{unknown}个"
    high = number + sum(_weight(cause) for cause in doubtful) + unknown
    return measured(number, high, details[0].seen if details else facts.home, details[:_DETAILS], reason)


def _causes(links: Sequence[LinkFacts]) -> list[Cause]:
    return group_by_cause(
        BrokenLink(holder.url, link.url, link.outcome, holder.position, holder.label, link.host_down)
        for link in links
        for holder in link.holders
    )


def _weight(cause: Cause) -> int:
    """A link that fails on every page, or a place of a template, is one; several targets of a folder are as many."""
    return len(cause.targets) if cause.kind in (CauseKind.HOST, CauseKind.PREFIX) else 1


def _describe(cause: Cause) -> str:
    what = _KINDS[cause.kind].format(key=cause.key, pages=len(cause.pages), targets=len(cause.targets))
    first = cause.links[0]
    label = f"“{first.label[:20]}”" if first.label else ""
    return f"{what}{label} {first.target}（{cause.outcome}），见于 {first.page_url}"
