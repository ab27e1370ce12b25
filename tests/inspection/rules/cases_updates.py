"""Cases of measures on availability, updates, interaction, services and links."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from include.inspection.daily.series import Count
from include.inspection.extract.interaction import Question
from include.inspection.facts import (
    AccountFacts,
    GuideFacts,
    Holder,
    HomeItem,
    LinkFacts,
    LinkState,
    Probe,
    SectionFacts,
    SectionState,
    SiteFacts,
)
from include.inspection.model import ReportedFinding
from include.inspection.rules.standard import Rule
from include.inspection.site_history import SiteHistory
from include.inspection.times import months_before
from tests.inspection.rules.case import (
    AS_OF,
    CODE,
    GUIDE_CLASSES,
    HOME,
    SEEN,
    TODAY,
    Case,
    Cases,
    bounds,
    counted,
    facts,
    fails,
    none,
    open_,
    passes,
    told,
    unread,
)

# --- people


def reported(rule: Rule) -> Cases:
    def one(number: int, of: str = rule.id) -> ReportedFinding:
        return ReportedFinding(CODE, of, f"{HOME}{number}", "人工发现", "张三", None, points="1")

    def made(number: int) -> Case:
        subject: Any = facts() if rule.subject == "site" else AccountFacts("wx-1", SEEN)
        return Case(subject, "", {"reported": [one(n) for n in range(number)]})

    cases = counted(rule, made)
    # What people report holds without a page: nothing reported is none, whether the site could be read or not.
    blind: Any = unread() if rule.subject == "site" else AccountFacts("wx-1", None, reason="没有订阅地址")
    return cases | {"unmeasured": [Case(blind, "pass")]}


def warned(rule: Rule) -> Cases:
    """Warnings of the patrols; without patrols those that people filed, and without either nothing is known."""
    name = next(iter(rule.window))

    def made(number: int) -> Case:
        raised = tuple((AS_OF.date() - timedelta(days=n), name) for n in range(number))
        other = (AS_OF.date(), "survey")
        return Case(facts(), "", {"history": SiteHistory(warnings=(*raised, other), patrol_days=90)})

    return counted(rule, made) | {"unmeasured": [none(facts())]}


# --- availability and updates


def failed_percent(rule: Rule) -> Cases:
    days = rule.window["series"].days_before(AS_OF)
    a_day = 100

    def made(percent: int) -> Case:
        spans = tuple(Count(opened=a_day - percent, failed=percent) for _ in range(days))
        return Case(facts(), "", {"history": SiteHistory(probes=spans)})

    cases = counted(rule, made)
    opened = Probe("2026-11-22T02:00:00Z", True, False, "ok", 0.4)
    return cases | {"unmeasured": [none(facts(probes=[opened])), open_(unread())]}


def section(cls: str, newest: date | None = TODAY, **changes: Any) -> SectionFacts:
    made = SectionFacts("栏目", f"{HOME}{cls}/", cls, 1, SectionState.DATED, SEEN, newest)
    return replace(made, **changes)


def site_of(sections: Sequence[SectionFacts]) -> SiteFacts:
    return facts(sections=[replace(one, url=f"{HOME}{n}/") for n, one in enumerate(sections)])


UNREAD = section("news", None, state=SectionState.UNREAD)


def late(cls: str | None = None) -> Callable[[Rule], Cases]:
    """Late sections of a class (the first of the rule's window); beside them one that is on its first day."""

    def cases(rule: Rule) -> Cases:
        name = cls or next(iter(rule.window))
        since = rule.window[name].first_day(AS_OF)

        def made(number: int) -> Case:
            behind = [section(name, since - timedelta(days=1)) for _ in range(number)]
            return Case(site_of([*behind, section(name, since)]), "")

        limit = int(bounds(rule)[1])
        doubtful = [section(name, since - timedelta(days=1)) for _ in range(limit)]
        return counted(rule, made, open_(site_of([*doubtful, replace(UNREAD, section_class=name)])))

    return cases


def empty(rule: Rule) -> Cases:
    def made(number: int) -> Case:
        return Case(
            site_of([section("other", None, state=SectionState.EMPTY)] * number + [section("other")]), ""
        )

    limit = int(bounds(rule)[1])
    doubtful = [section("other", None, state=SectionState.EMPTY)] * limit
    return counted(rule, made, open_(site_of([*doubtful, UNREAD])))


def home_updates(rule: Rule) -> Cases:
    since = rule.window["home"].first_day(AS_OF)

    def made(number: int) -> Case:
        fresh = [HomeItem("信息", f"{HOME}{n}.html", since) for n in range(number)]
        return Case(
            facts(home_items=[*fresh, HomeItem("旧信息", f"{HOME}old.html", since - timedelta(days=1))]), ""
        )

    undated = [HomeItem("没有日期的一条", f"{HOME}u{n}.html", None) for n in range(20)]
    return counted(rule, made, open_(facts(home_items=undated)))


# --- interaction and services


def channels(rule: Rule) -> Cases:
    def made(number: int) -> Case:
        found = [("县长信箱", f"{HOME}{n}", True) for n in range(number)]
        return Case(facts(channels=found, sections=[section("other")]), "")

    return counted(rule, made, open_(facts(home_scripted=True)))


def services(rule: Rule) -> Cases:
    def made(number: int) -> Case:
        found = [("办事服务", f"{HOME}{n}", True) for n in range(number)]
        return Case(facts(services=found, sections=[section("other")]), "")

    return counted(rule, made, open_(facts(home_scripted=True)))


def question(asked: date, answered: date | None = None, known: bool | None = False) -> Question:
    return Question("来信", f"{HOME}{asked}{answered}", asked, answered, True if answered else known)


def overdue_questions(rule: Rule) -> Cases:
    limit = months_before(TODAY, 3)

    def made(number: int) -> Case:
        waiting = [question(limit - timedelta(days=1 + n)) for n in range(number)]
        on_the_day = question(limit)
        return Case(facts(questions=[*waiting, on_the_day], question_lists=1), "")

    unclear = facts(questions=[question(limit - timedelta(days=9), known=None)], question_lists=1)
    return counted(rule, made, none(facts()), none(unclear))


def dated_questions(window: str) -> Callable[[Rule], Cases]:
    def cases(rule: Rule) -> Cases:
        since = rule.window[window].first_day(AS_OF)
        before = since - timedelta(days=1)

        def made(number: int) -> Case:
            found = [question(since, since) for _ in range(number)] + [question(before, before)]
            return Case(facts(questions=found, question_lists=1), "")

        return counted(rule, made, none(facts()))

    return cases


def survey_sections(rule: Rule) -> Cases:
    return counted(
        rule,
        lambda number: Case(site_of([section("survey")] * number), ""),
        open_(facts(home_scripted=True)),
    )


def activities(cls: str) -> Callable[[Rule], Cases]:
    def cases(rule: Rule) -> Cases:
        since = rule.window["held"].first_day(AS_OF)
        before = (since - timedelta(days=1), "更早的一次")

        def made(number: int) -> Case:
            days = (*((since + timedelta(days=n), f"第{n}次") for n in range(number)), before)
            # Results and previews of what stands in the list are no activities of their own.
            told = tuple((day, title + "结果反馈") for day, title in days[:-1])
            told += tuple((day, "【预告】" + title) for day, title in days[:-1])
            return Case(site_of([section(cls, days=(*days, *told))]), "")

        further = section(cls, unread=True)
        return counted(rule, made, none(facts()), open_(site_of([further])))

    return cases


def guide(missing: int, name: str = "", **changes: Any) -> GuideFacts:
    return replace(GuideFacts(name or "某事项办理", GUIDE_CLASSES[:missing], SEEN), **changes)


def deficient_guides(rule: Rule) -> Cases:
    classes = int(rule.settings["missing_classes"])

    def made(number: int) -> Case:
        found = [guide(classes)] * number + [guide(classes - 1)]
        return Case(facts(guides=found, guides_total=20), "")

    limit = int(bounds(rule)[1])
    doubtful = facts(guides=[*[guide(classes)] * limit, GuideFacts("某", None, SEEN)], guides_total=20)
    return counted(rule, made, none(facts()), open_(doubtful))


def all_guides_deficient(rule: Rule) -> Cases:
    classes = int(rule.settings["missing_classes"])
    few = int(rule.settings["few_matters"]) - 1
    bad = [guide(classes)] * few
    return told(
        passes(facts(guides=[guide(0)] * few, guides_total=few)),
        fails(facts(guides=bad, guides_total=few)),
        [
            passes(facts(guides=[*bad[1:], guide(classes - 1)], guides_total=few)),
            none(facts(guides=[*bad, guide(classes)], guides_total=few + 1)),
        ],
        none(facts(guides=[replace(bad[0], missing=None)] * few, guides_total=few)),
    )


def guide_classes(rule: Rule) -> Cases:
    return counted(
        rule, lambda n: Case(facts(guides=[guide(n), guide(0)], guides_total=2), ""), none(facts())
    )


def vague_guides(rule: Rule) -> Cases:
    return counted(
        rule,
        lambda n: Case(facts(guides=[*[guide(0, vague="按有关文件办理")] * n, guide(0)], guides_total=9), ""),
        none(facts()),
    )


# --- links


def broken(group: str) -> Callable[[Rule], Cases]:
    def link(number: int, state: LinkState) -> LinkFacts:
        url = f"http://www.h{number}.gov.cn/p{number}/x{number}.html"
        holder = Holder(f"{HOME}{number}.html", f"body>p:nth-of-type({number})", f"链接{number}")
        return LinkFacts(url, (group,), state, "页面不存在（404）", False, (holder,), 2, SEEN)

    def cases(rule: Rule) -> Cases:
        def made(number: int) -> Case:
            dead = [link(n, LinkState.BROKEN) for n in range(number)]
            return Case(facts(links=[*dead, link(99, LinkState.OPENS)]), "")

        limit = int(bounds(rule)[1])
        doubtful = [link(n, LinkState.BROKEN) for n in range(limit)]
        return counted(
            rule,
            made,
            open_(facts(links=[*doubtful, link(98, LinkState.SUSPECTED)])),
            open_(facts(links=[*doubtful, link(99, LinkState.OPENS)], links_left={group: 3})),
        )

    return cases


CASES: dict[str, Callable[[Rule], Cases]] = {
    "reported_findings": reported,
    "reported_points": reported,
    "warnings_raised": warned,
    "home_failed_percent": failed_percent,
    "home_updates": home_updates,
    "late_sections": late("news"),
    "late_by_class": late(),
    "late_first_level": late(),
    "overdue_sections": late("news"),
    "other_sections_late": late(),
    "empty_sections": empty,
    "consultation_channels": channels,
    "overdue_questions": overdue_questions,
    "questions_asked": dated_questions("asked"),
    "answers_published": dated_questions("answered"),
    "survey_sections": survey_sections,
    "survey_activities": activities("survey"),
    "survey_activities_held": activities("survey"),
    "interview_activities": activities("interview"),
    "interview_activities_held": activities("interview"),
    "broken_home_links": broken("home"),
    "broken_other_links": broken("other"),
    "broken_attachments": broken("attachment"),
    "broken_forms": broken("form"),
    "service_entries": services,
    "deficient_guides": deficient_guides,
    "all_guides_deficient": all_guides_deficient,
    "guide_classes_missing": guide_classes,
    "vague_guides": vague_guides,
}
