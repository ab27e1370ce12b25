"""What of today is worth a warning: one reading a thing watched, its level by the ladders of include/rules/warnings.yaml.

A thing that could not be measured today gives a reading without a level that is not ``known``: a standing warning
stays as it is, and a new one is not raised.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from include.inspection.daily.facts import AccountFact, DayFacts, SectionFact, SiteFact, certificate_days
from include.inspection.daily.series import Count
from include.inspection.daily.settings import KINDS, WarningRules
from include.inspection.messages.states import MessageState
from include.inspection.model import Account, Registry, Site

#: Indicators whose exemption silences a kind, beside the address of a section.
_SCOPES = {
    "wording": ("W1.1",),
    "availability": ("W2",),
    "home": ("W3",),
    "section": ("W4.1", "W4.2"),
    "late_sections": ("W4.1",),
    "overdue_sections": ("W4.2",),
    "empty_sections": ("W4.3",),
    "account": ("X2.1",),
    "message": (),
    "certificate": (),
}


@dataclass(frozen=True)
class Reading:
    """One thing watched, today. ``level`` "" is below every step; ``known`` False: it could not be measured.

    ``target`` is the address or number of what it is about, ``text`` what is wrong in one sentence.
    """

    kind: str
    subject_id: str
    name: str
    unit: str
    target: str
    target_name: str
    level: str
    text: str
    known: bool = True
    section_class: str = ""
    region: str = ""
    category: str = ""

    @property
    def key(self) -> str:
        digest = hashlib.sha256(f"{self.kind}|{self.target}".encode("utf-8", "surrogatepass")).hexdigest()[
            :10
        ]
        return f"{self.kind}.{self.subject_id}.{digest}"

    @property
    def scopes(self) -> tuple[str, ...]:
        """What an exemption may name to silence it."""
        return (*_SCOPES[self.kind], self.target)

    @property
    def title(self) -> str:
        about = f"“{self.target_name}”" if self.target_name else ""
        return f"{self.name}{about}：{KINDS[self.kind]}"


def readings(
    facts: DayFacts,
    registry: Registry,
    rules: WarningRules,
    probes: Mapping[str, Count],
    messages: Sequence[MessageState],
) -> list[Reading]:
    """Every reading of the day, by key. ``probes`` are the counts of the availability window by site code."""
    found: list[Reading] = []
    for site in registry.sites:
        if site.status != "running":
            continue
        fact = facts.sites.get(site.site_code)
        found.extend(_site(site, fact, facts.day, registry, rules))
        found.extend(_availability(site, probes.get(site.site_code, Count()), rules))
    for account in registry.accounts:
        if account.status == "running":
            found.extend(_account(account, facts.accounts.get(account.account_id), facts.day, rules))
    sites = {site.site_code: site for site in registry.sites}
    for state in messages:
        owner = sites.get(state.message.site_code)
        if owner is not None:
            found.extend(_message(owner, state, rules))
    return sorted(found, key=lambda reading: reading.key)


def _of(
    site: Site,
    kind: str,
    level: str,
    text: str,
    *,
    target: str = "",
    target_name: str = "",
    known: bool = True,
    section_class: str = "",
) -> Reading:
    return Reading(
        kind,
        site.site_code,
        site.name,
        site.sponsor or site.name,
        target or site.url,
        target_name,
        level,
        text,
        known,
        section_class,
        site.region,
        site.category,
    )


def _site(
    site: Site, fact: SiteFact | None, today: date, registry: Registry, rules: WarningRules
) -> Iterator[Reading]:
    if fact is None:
        for kind in ("home", "late_sections", "overdue_sections", "empty_sections"):
            yield _of(site, kind, "", "今日没有巡检", known=False)
        return
    exempt = {
        item.scope
        for item in registry.exemptions
        if item.subject_id == site.site_code and item.holds_on(today)
    }
    for section in fact.sections:
        yield from _section(site, section, today, rules)
    days = fact.home_days(today)
    level = rules.ladders["home_days"].level(days) if days is not None else ""
    text = f"首页最新信息距今{days}天" if days is not None else fact.home.reason or "首页日期未能读取"
    yield _of(site, "home", level, text, known=days is not None)
    late, unknown = fact.late(rules, today)
    yield _count(site, "late_sections", late, unknown, exempt, rules)
    overdue, unknown = fact.overdue(rules, today)
    yield _count(site, "overdue_sections", overdue, unknown, exempt, rules)
    yield _count(site, "empty_sections", fact.empty(), 0 if fact.sections else 1, exempt, rules)
    seen: set[str] = set()
    for row in fact.severe():
        if row["wrong"] not in seen:
            seen.add(row["wrong"])
            text = f"出现“{row['wrong']}”，疑应为“{row['suggestion']}”：…{row['context']}…（须人工核实）"
            yield _of(
                site, "wording", "red", text, target=f"{row['wrong']}|{row['page']}", target_name=row["wrong"]
            )
    left = certificate_days(fact.home, today)
    if left is not None:
        text = f"安全证书还有{left}天到期" if left >= 0 else f"安全证书已过期{-left}天"
        yield _of(site, "certificate", rules.ladders["certificate"].level(left), text)
    elif site.url.startswith("https:"):
        yield _of(site, "certificate", "", "未能取得安全证书", known=False)


def _section(site: Site, section: SectionFact, today: date, rules: WarningRules) -> Iterator[Reading]:
    duty = section.duty(rules)
    if duty is None:
        return
    share = section.share(rules, today)
    if share is None or section.newest is None:
        # An empty section is counted with the others; of one that cannot be read nothing is known.
        yield _of(
            site,
            "section",
            "",
            section.unknown() or "没有可用的日期",
            target=section.url,
            target_name=section.name,
            known=False,
            section_class=section.section_class,
        )
        return
    limit = duty.span.label
    past = (today - section.newest).days
    text = f"最新信息为{section.newest}，距今{past}天，期限{limit}"
    text += "，已超期" if share >= 100 else f"，还剩{duty.length(today) - past}天"
    # A page that could not be read today may hold something newer.
    fresh = section.looked_on == today
    level = rules.share.level(share)
    yield _of(
        site,
        "section",
        level,
        text if fresh else f"{text}（{section.reason or '今日未查看'}）",
        target=section.url,
        target_name=section.name,
        known=fresh or not level,
        section_class=section.section_class,
    )


def _count(
    site: Site,
    kind: str,
    sections: Sequence[SectionFact],
    unknown: int,
    exempt: set[str],
    rules: WarningRules,
) -> Reading:
    counted = [section for section in sections if section.url not in exempt]
    level = rules.ladders[kind].level(len(counted))
    names = "、".join(section.name for section in counted[:8])
    text = f"共{len(counted)}个" + (f"：{names}" if names else "") + ("等" if len(counted) > 8 else "")
    if unknown:
        text += f"；另有{unknown}个未能判断"
    # Fewer than before because some could not be read is no recovery.
    return _of(site, kind, level, text, known=bool(level) or not unknown)


def _availability(site: Site, count: Count, rules: WarningRules) -> Iterator[Reading]:
    if count.total == 0:
        return
    share = count.share
    if share is None or count.counted < rules.probes_at_least:
        text = f"近{rules.availability_days}天有效探测只有{count.counted}次"
        yield _of(site, "availability", "", text, known=False)
        return
    percent = share * 100
    level = rules.ladders["availability"].level(float(percent))
    text = f"近{rules.availability_days}天有效探测{count.counted}次，失败{count.failed}次，占{float(percent):.1f}%"
    yield _of(site, "availability", level, text)


def _account(
    account: Account, fact: AccountFact | None, today: date, rules: WarningRules
) -> Iterator[Reading]:
    known = fact is not None and fact.state == "read" and fact.newest is not None
    level, text = "", (fact.reason if fact else "") or "今日没有巡检"
    if known and fact is not None and fact.newest is not None:
        duty = rules.duty_of_account(account.update_days)
        past = (today - fact.newest).days
        share = duty.share(fact.newest, today)
        level = rules.share.level(share)
        text = f"最新一条为{fact.newest}，距今{past}天，期限{duty.span.label}"
        text += "，已超期" if share >= 100 else f"，还剩{duty.length(today) - past}天"
    if not account.feed_url:
        return
    yield Reading(
        "account",
        account.account_id,
        f"{account.platform}“{account.name}”",
        account.sponsor or account.name,
        account.feed_url,
        "",
        level,
        text,
        known,
        region=account.region,
        category=account.platform,
    )


def _message(site: Site, state: MessageState, rules: WarningRules) -> Iterator[Reading]:
    number = state.message.message_id
    level, text = "", "已办结"
    if not state.closed:
        if state.left is None:
            yield _of(site, "message", "", state.reason, target=number, target_name=number, known=False)
            return
        level = rules.ladders["message"].level(state.left)
        text = (
            f"办理期限还剩{state.left}个工作日" if state.left >= 0 else f"已超过办理期限{-state.left}个工作日"
        )
    yield _of(site, "message", level, text, target=number, target_name=number)
