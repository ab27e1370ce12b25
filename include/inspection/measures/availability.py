"""W2 and its kin: how often the home page did not open, from the week's probes or else from the round itself."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from include.inspection.daily.series import Count, too_few
from include.inspection.facts import Seen, SiteFacts
from include.inspection.fetch.outcomes import OUTCOMES, Outcome
from include.inspection.fetch.page import EvidenceRef
from include.inspection.measures.base import Context, Detail, Measured, measured, unmeasured
from include.inspection.measures.updates import home_failed_percent as failed_in_round
from include.inspection.site_history import FailedProbe, SiteHistory
from include.inspection.times import utc_text


def home_failed_percent(facts: SiteFacts, context: Context) -> Measured:
    """Percent of failed probes over the window ``series``, counted in spans of 24 hours back from the monitoring point.

    The series counts where each of these spans holds ``probes_a_day`` probes that tell something; otherwise the round's
    own tries do. ``basis`` says which.
    """
    past = context.history
    if past.damaged:
        return replace(unmeasured(past.damaged, facts.home), basis=f"可用性依据：{past.damaged}")
    if past.probes:
        days = context.window["series"].days_before(context.as_of)
        short = too_few(past.probes, days, context.settings["probes_a_day"])
        if not short:
            return _by_series(facts.home.url, past, days, utc_text(context.as_of))
        return _by_round(facts, context, f"（{short}，探测序列不够）")
    return _by_round(facts, context, "")


def _by_round(facts: SiteFacts, context: Context, why: str) -> Measured:
    value = failed_in_round(facts, context)
    reason = "，".join(part for part in (value.reason, why.strip("（）")) if part)
    return replace(value, reason=reason, basis=f"可用性依据：本轮首页尝试{len(facts.probes)}次{why}")


def _by_series(url: str, past: SiteHistory, days: int, at: str) -> Measured:
    count = sum(past.probes[:days], Count())
    share, at_least = count.share, count.share_at_least
    assert share is not None and at_least is not None
    basis = f"可用性依据：探测序列{count.total}次，失败{count.failed}次"
    if count.excluded:
        parts = {
            "有应答但非首页": count.answered,
            "未能判断": count.unclear,
            "本方网络故障": count.own_outage,
        }
        told = "、".join(f"{word}{number}次" for word, number in parts.items() if number)
        basis += f"，不计入{count.excluded}次（{told}）"
    seen = Seen(url, at, past.evidence)
    # Where an answer that is no page would decide, the measure is an interval: nobody is named by a doubt.
    low, high = (float(Fraction(100) * one) for one in (at_least, share))
    details = [_told(one, url, past.evidence) for one in past.failures[:20]]
    return replace(measured(low, high, seen, details, basis), basis=basis)


def _told(one: FailedProbe, url: str, reference: EvidenceRef | None) -> Detail:
    label = OUTCOMES[Outcome(one.outcome)].label if one.outcome in OUTCOMES else one.outcome
    status = f"，状态 {one.status}" if one.status is not None else ""
    return Detail(f"{one.at} {label}{status}，{one.seconds:.2f} 秒", Seen(url, one.at, reference))
