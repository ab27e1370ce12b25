"""Who a site says it is: domain, name, site code, and what stands at the foot of its pages."""

from __future__ import annotations

from collections.abc import Callable

from include.inspection.extract.domain import DomainRule, RuleState
from include.inspection.facts import PageMarks, SiteFacts
from include.inspection.measures.base import (
    Context,
    Detail,
    Measured,
    State,
    for_people,
    measured,
    unmeasured,
)

#: Rules whose doubtful cases a person decides one by one; those of the others a person checks in the register.
_CANDIDATES = ("G-D5", "G-N1")
_BROKEN = {
    "G-D1": "an English domain has another suffix than .gov.cn",
    "G-D2": "a Chinese domain has another suffix than .政务",
    "G-D3": "a portal's domain is not of the form www.name.gov.cn; more levels between them a person judges",
    "G-D4": "a department's domain does not stand below another government domain",
    "G-D5": "the site is known by more than one English or Chinese domain",
    "G-D7": "the site is only known by an IP address; loopback addresses of a rehearsal do not count",
    "G-N1": "neither title nor head area shows the registered name; a picture's words a person reads",
}
_OF_DOMAIN_AND_NAME = ("G-D1", "G-D2", "G-D3", "G-D4", "G-D7")


def _one(rule: DomainRule | None, facts: SiteFacts) -> Measured:
    if rule is None:
        return unmeasured("登记的网址无法识别", facts.home)
    if rule.state is RuleState.NOT_APPLICABLE:
        return Measured(State.NOT_APPLICABLE, reason=rule.detail, seen=facts.home)
    doubtful = rule.state is RuleState.PERSON
    if doubtful and rule.rule not in _CANDIDATES:
        return for_people(rule.detail, facts.home)
    broken = doubtful or rule.state is RuleState.NOT_MET
    details = [Detail(rule.detail, facts.home)] if broken else []
    return measured(int(broken), seen=facts.home, details=details, reason=rule.detail)


def domain_measure(rule_id: str) -> Callable[[SiteFacts, Context], Measured]:
    """The measure of one domain or name rule: 1 where it is not met."""

    def found(facts: SiteFacts, context: Context) -> Measured:
        return _one(next((rule for rule in facts.domain if rule.rule == rule_id), None), facts)

    found.__doc__ = f"{rule_id}: 1 where {_BROKEN[rule_id]}."
    return found


def domain_rules_broken(facts: SiteFacts, context: Context) -> Measured:
    """P4.1: rules of domain and address that are not met; doubtful ones may be met or not."""
    rules = [rule for rule in facts.domain if rule.rule in _OF_DOMAIN_AND_NAME]
    if not rules:
        return unmeasured("登记的网址无法识别", facts.home)
    broken = [Detail(rule.detail, facts.home) for rule in rules if rule.state is RuleState.NOT_MET]
    doubtful = [rule.detail for rule in rules if rule.state is RuleState.PERSON]
    return measured(len(broken), len(broken) + len(doubtful), facts.home, broken, "；".join(doubtful))


def site_code_mismatches(facts: SiteFacts, context: Context) -> Measured:
    """Pages whose footer or page tag shows another site code than the register's."""
    if not any(mark.code_shown for mark in facts.marks):
        return for_people("页面没有显示网站标识码，由页面底部和页面标签的指标计", facts.home)
    wrong = [mark for mark in facts.marks if mark.other_codes]
    details = [Detail(f"{mark.seen.url} {_places(mark, facts.site_code)}", mark.seen) for mark in wrong]
    return measured(
        len(wrong),
        seen=wrong[0].seen if wrong else facts.home,
        details=details,
        reason=f"登记为 {facts.site_code}，检查页面{len(facts.marks)}个",
    )


def _places(mark: PageMarks, registered: str) -> str:
    """Which codes that are not the register's stand where on a page; a tag is seen in its source alone."""
    told = [
        f"{place}的标识码是 {code[:20]}"
        for place, code in mark.codes
        if code in mark.other_codes and place != "找错链接"
    ]
    right = next((place for place, code in mark.codes if code.lower() == registered.lower()), "")
    text = "、".join(told) or f"显示标识码 {'、'.join(mark.other_codes)[:40]}"
    return f"{text}（{right}的正确）" if told and right else text


def report_entry_faults(facts: SiteFacts, context: Context) -> Measured:
    """P4.4: 1 where no page has the 我为政府网站找错 entry or it leads to another site's form; some pages without it are doubtful."""
    marks = facts.marks
    other = [mark for mark in marks if mark.report_code_other]
    if other:
        codes = "、".join(sorted({mark.report_code_other for mark in other}))
        detail = Detail(f"找错入口带的标识码是 {codes}，登记为 {facts.site_code}", other[0].seen)
        return measured(1, seen=other[0].seen, details=[detail])
    without = [mark for mark in marks if "report_entry" in mark.footer_missing]
    if not without:
        return measured(0, seen=facts.home, reason=f"检查页面{len(marks)}个")
    if len(without) == len(marks) and all(mark.footer_seen for mark in marks) and not facts.home_scripted:
        detail = Detail(f"全部{len(marks)}个页面都没有找错入口", facts.home)
        return measured(1, seen=facts.home, details=[detail])
    return measured(0, 1, facts.home, reason=f"{len(without)}个页面没有见到找错入口")
