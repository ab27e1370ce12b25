"""Facts that pass, fail, lie on the edge or cannot be measured, for every measure that a rule may name."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from include.inspection.daily.series import Count
from include.inspection.extract.backdating import Signal, SignalKind
from include.inspection.extract.domain import domain_rules, name_in_head
from include.inspection.extract.footer import LABELS
from include.inspection.extract.hidden_links import HiddenLink
from include.inspection.extract.html import Document
from include.inspection.extract.interaction import Question
from include.inspection.extract.lists import Item
from include.inspection.extract.page_signs import PageSigns
from include.inspection.extract.personal_data import PersonalDatum
from include.inspection.extract.site_features import AnnualReport, site_features
from include.inspection.extract.wording import WordingError
from include.inspection.facts import (
    AccountFacts,
    ArticleFacts,
    GuideFacts,
    Holder,
    HomeItem,
    Interpretation,
    LinkFacts,
    LinkState,
    PageContent,
    PageMarks,
    PolicyDocument,
    Probe,
    SectionFacts,
    SectionState,
    Seen,
    SiteFacts,
)
from include.inspection.history import SiteHistory
from include.inspection.model import ReportedFinding, SourceRelease
from include.inspection.rules import Rule
from include.inspection.survey_content import elements_of
from include.inspection.times import BEIJING, months_before

AS_OF = datetime(2026, 11, 22, 10, 0, tzinfo=BEIJING)
TODAY = AS_OF.date()
HOME = "http://www.shixian.gov.cn/"
CODE = "4400000001"
SEEN = Seen(HOME, "2026-11-22T02:00:00Z", None)
GUIDE_CLASSES = ("设定依据", "申请条件", "办理材料", "办理地点", "办理时间", "联系电话", "办理流程")


@dataclass(frozen=True)
class Case:
    """Facts, what the rule says of them (pass, fail, undecided, none), and what the measure is told beside them."""

    facts: SiteFacts | AccountFacts
    expect: str
    context: Mapping[str, Any] = field(default_factory=dict)
    as_of: datetime = AS_OF


Cases = dict[str, list[Case]]


def facts(**changes: Any) -> SiteFacts:
    return replace(SiteFacts(CODE, SEEN, home_readable=True), **changes)


def unread() -> SiteFacts:
    return SiteFacts(CODE, SEEN, home_readable=False, reason="首页打不开")


def _bounds(rule: Rule) -> tuple[float, float, float, float]:
    """(a value that passes well, the last that passes, the first that fails, one that fails well), in whole numbers."""
    limits = rule.expectation
    if "max_value" in limits:
        top = limits["max_value"]
        first = top if limits.get("strict_max") else math.floor(top) + 1
        return 0, first - 1, first, first + 2
    low = limits["min_value"]
    return low + 2, low, low - 1, max(0, low - 1)


def counted(rule: Rule, build: Callable[[int], Case], *unknown: Case) -> Cases:
    """Cases of a measure that counts: ``build(n)`` gives facts that count n."""
    good, last, first, bad = (build(int(value)) for value in _bounds(rule))
    return {
        "pass": [replace(good, expect="pass")],
        "fail": [replace(bad, expect="fail")],
        "edge": [replace(last, expect="pass"), replace(first, expect="fail")],
        "unmeasured": [Case(unread(), "undecided"), *unknown],
    }


def told(good: Case, bad: Case, edge: Sequence[Case], *unknown: Case) -> Cases:
    return {
        "pass": [good],
        "fail": [bad],
        "edge": list(edge),
        "unmeasured": [Case(unread(), "undecided"), *unknown],
    }


def passes(made: SiteFacts, **context: Any) -> Case:
    return Case(made, "pass", context)


def fails(made: SiteFacts, **context: Any) -> Case:
    return Case(made, "fail", context)


def open_(made: SiteFacts, **context: Any) -> Case:
    return Case(made, "undecided", context)


def none(made: SiteFacts, **context: Any) -> Case:
    return Case(made, "none", context)


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


def _many(sections: Sequence[SectionFacts]) -> SiteFacts:
    return facts(sections=[replace(one, url=f"{HOME}{n}/") for n, one in enumerate(sections)])


UNREAD = section("news", None, state=SectionState.UNREAD)


def late(cls: str | None = None) -> Callable[[Rule], Cases]:
    """Late sections of a class (the first of the rule's window); beside them one that is on its first day."""

    def cases(rule: Rule) -> Cases:
        name = cls or next(iter(rule.window))
        since = rule.window[name].first_day(AS_OF)

        def made(number: int) -> Case:
            behind = [section(name, since - timedelta(days=1)) for _ in range(number)]
            return Case(_many([*behind, section(name, since)]), "")

        limit = int(_bounds(rule)[1])
        doubtful = [section(name, since - timedelta(days=1)) for _ in range(limit)]
        return counted(rule, made, open_(_many([*doubtful, replace(UNREAD, section_class=name)])))

    return cases


def empty(rule: Rule) -> Cases:
    def made(number: int) -> Case:
        return Case(
            _many([section("other", None, state=SectionState.EMPTY)] * number + [section("other")]), ""
        )

    limit = int(_bounds(rule)[1])
    doubtful = [section("other", None, state=SectionState.EMPTY)] * limit
    return counted(rule, made, open_(_many([*doubtful, UNREAD])))


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
        return Case(facts(channels=[("县长信箱", f"{HOME}{n}", True) for n in range(number)]), "")

    return counted(rule, made, open_(facts(home_scripted=True)))


def services(rule: Rule) -> Cases:
    def made(number: int) -> Case:
        return Case(facts(services=[("办事服务", f"{HOME}{n}", True) for n in range(number)]), "")

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
        lambda number: Case(_many([section("survey")] * number), ""),
        open_(facts(home_scripted=True)),
    )


def activities(cls: str) -> Callable[[Rule], Cases]:
    def cases(rule: Rule) -> Cases:
        since = rule.window["held"].first_day(AS_OF)
        before = (since - timedelta(days=1), "更早的一次")

        def made(number: int) -> Case:
            days = (*((since + timedelta(days=n), f"第{n}次") for n in range(number)), before)
            return Case(_many([section(cls, days=days)]), "")

        further = section(cls, unread=True)
        return counted(rule, made, none(facts()), open_(_many([further])))

    return cases


def guide(missing: int, name: str = "", **changes: Any) -> GuideFacts:
    return replace(GuideFacts(name or "某事项办理", GUIDE_CLASSES[:missing], SEEN), **changes)


def deficient_guides(rule: Rule) -> Cases:
    classes = int(rule.settings["missing_classes"])

    def made(number: int) -> Case:
        found = [guide(classes)] * number + [guide(classes - 1)]
        return Case(facts(guides=found, guides_total=20), "")

    limit = int(_bounds(rule)[1])
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

        limit = int(_bounds(rule)[1])
        doubtful = [link(n, LinkState.BROKEN) for n in range(limit)]
        return counted(
            rule,
            made,
            open_(facts(links=[*doubtful, link(98, LinkState.SUSPECTED)])),
            open_(facts(links=[*doubtful, link(99, LinkState.OPENS)], links_left={group: 3})),
        )

    return cases


# --- what pages say


def content(
    number: int = 0, kind: str = "list", marks: Mapping[str, Any] | None = None, **changes: Any
) -> PageContent:
    seen = replace(SEEN, url=f"{HOME}p{number}.html")
    mark = replace(PageMarks(seen, (), True, (), code_shown=True), **(marks or {}))
    made = PageContent(kind, "标题", mark, (), (), (), PageSigns())
    return replace(made, **changes)


def signs(**found: Any) -> PageContent:
    return content(kind="home", signs=PageSigns(**found))


def of_sign(name: str) -> Callable[[Rule], Cases]:
    def cases(rule: Rule) -> Cases:
        def made(number: int) -> Case:
            # The template repeats its sign on every page: it is one.
            shown: Any = tuple(f"迹象{n}" for n in range(number))
            return Case(
                facts(contents=[signs(**{name: shown}), content(2, signs=PageSigns(**{name: shown}))]), ""
            )

        return counted(rule, made)

    return cases


def wordings(rule: Rule) -> Cases:
    def error(level: Any, n: int) -> WordingError:
        return WordingError(n, "攻府", "政府", level, f"县人民攻府第{n}次", "通报（2019）", True)

    def made(number: int) -> Case:
        found = [*[error("severe", n) for n in range(number)], error("general", 99)]
        return Case(facts(contents=[content(wordings=tuple(found))]), "")

    return counted(rule, made)


def hidden(rule: Rule) -> Cases:
    def made(number: int) -> Case:
        found = [
            HiddenLink(f"http://k{n}.example/", "投注", "certain", "display:none", "含赌博用语", "body>div")
            for n in range(number)
        ]
        return Case(facts(contents=[content(hidden=tuple(found))]), "")

    return counted(rule, made)


def personal(rule: Rule) -> Cases:
    def datum(level: Any, n: int) -> PersonalDatum:
        return PersonalDatum("id_number", level, f"110*************{n:02d}", n, "身份证号", "校验码有效")

    def made(number: int) -> Case:
        found = [*[datum("certain", n) for n in range(number)], datum("suspected", 99)]
        return Case(facts(contents=[content(personal=tuple(found))]), "")

    return counted(rule, made)


def article(
    n: int = 0, shown: str = "2026-11-20 09:00", full: bool = True, found: Sequence[Signal] = ()
) -> PageContent:
    return content(
        n, "detail", article=ArticleFacts(f"{HOME}p{n}.html", f"稿件{n}", shown, full, tuple(found))
    )


def backdated(rule: Rule) -> Cases:
    day, later = date(2026, 11, 10), date(2026, 11, 15)
    strong = Signal(SignalKind.BEFORE_DOCUMENT, "strong", day, later, "早于成文日期")
    weak = Signal(SignalKind.LAST_MODIFIED, "weak", day, later, "最后修改日期更晚")

    def made(number: int) -> Case:
        return Case(
            facts(contents=[*[article(n, found=[strong]) for n in range(number)], article(9, found=[weak])]),
            "",
        )

    listed = facts(contents=[article(1)], items=[Item("稿件1", f"{HOME}p1.html", day)])
    watched = datetime(2026, 11, 1, tzinfo=BEIJING)
    same_day = SiteHistory(
        first_seen={f"{HOME}p1.html": datetime(2026, 11, 10, 23, tzinfo=BEIJING)}, watched_since=watched
    )
    next_day = replace(same_day, first_seen={f"{HOME}p1.html": datetime(2026, 11, 11, 1, tzinfo=BEIJING)})
    unwatched = replace(next_day, watched_since=datetime(2026, 11, 11, tzinfo=BEIJING))
    cases = counted(rule, made)
    cases["edge"] += [
        passes(listed, history=same_day),
        fails(listed, history=next_day),
        passes(listed, history=unwatched),
    ]
    return cases


def footer(rule: Rule) -> Cases:
    names = tuple(LABELS)

    def made(number: int) -> Case:
        lacking = {"footer_missing": names[:number]}
        return Case(facts(contents=[content(n, marks=lacking) for n in range(3)]), "")

    lacking = content(1, marks={"footer_missing": names[:1]})
    elsewhere = content(2, marks={"footer_missing": names[:1], "footer_seen": False})
    return counted(
        rule, made, open_(facts(contents=[content(0), lacking])), open_(facts(contents=[elsewhere]))
    )


def tags(rule: Rule) -> Cases:
    def made(number: int) -> Case:
        wrong = [content(n, marks={"tags_wrong": ("SiteName（缺少）",)}) for n in range(number)]
        return Case(facts(contents=[*wrong, content(9)]), "")

    return counted(rule, made)


def site_codes(rule: Rule) -> Cases:
    def made(number: int) -> Case:
        wrong = [content(n, marks={"other_codes": ("4400000002",)}) for n in range(number)]
        return Case(facts(contents=[*wrong, content(9)]), "")

    return counted(rule, made, none(facts(contents=[content(marks={"code_shown": False})])))


def report_entry(rule: Rule) -> Cases:
    without = content(marks={"footer_missing": ("report_entry",)})
    scripted = facts(contents=[without], home_scripted=True)
    return told(
        passes(facts(contents=[content()])),
        fails(facts(contents=[without])),
        [
            fails(facts(contents=[content(marks={"report_code_other": "4400000002"})])),
            open_(facts(contents=[without, content(1)])),
        ],
        open_(scripted),
    )


# --- addresses and names


def of_domain(good: str, bad: str, edge: Sequence[tuple[str, str]], kind: Any) -> Callable[[Rule], Cases]:
    """Addresses through the domain rules; ``edge`` holds addresses and what the rule says of them."""

    def made(url: str) -> SiteFacts:
        return facts(domain=domain_rules(url.split(), kind, site_code=CODE))

    def cases(rule: Rule) -> Cases:
        unknown = open_(facts(domain=[]))
        return told(
            passes(made(good)), fails(made(bad)), [Case(made(url), expect) for url, expect in edge], unknown
        )

    return cases


def named(rule: Rule) -> Cases:
    def made(markup: str) -> SiteFacts:
        return facts(
            domain=[name_in_head(Document(markup.encode(), "text/html; charset=utf-8", HOME), "示县人民政府")]
        )

    far = "<title>首页</title><p>" + "欢迎访问本网站" * 400 + "</p><p>示县人民政府</p>"
    return told(
        passes(made("<title>示县人民政府门户网站</title>")),
        fails(made("<title>首页</title><p>欢迎</p>")),
        [passes(made('<div class="logo"><img alt="示县人民政府"></div>')), fails(made(far))],
        open_(facts(domain=[])),
    )


# --- what a site offers


def element(label: str, near: str) -> Callable[[Rule], Cases]:
    """``near`` is a label that only looks like the one that leads there."""

    def made(text: str) -> SiteFacts:
        markup = f'<body><a href="/x/">{text}</a></body>'.encode()
        return facts(elements=elements_of(Document(markup, "text/html; charset=utf-8", HOME), []))

    def cases(rule: Rule) -> Cases:
        unknown = open_(facts(home_scripted=True))
        return told(passes(made(label)), fails(made("通知公告")), [fails(made(near))], unknown)

    return cases


def leaders(rule: Rule) -> Cases:
    seen = {"leaders": "“领导之窗” /ld/"}
    return told(
        passes(facts(elements=seen | {"leader_details": "姓名、简历、分工"})),
        fails(facts()),
        [open_(facts(elements=seen | {"leader_details": "姓名、分工"}))],
        open_(facts(home_scripted=True)),
    )


def search(rule: Rule) -> Cases:
    def made(markup: str) -> SiteFacts:
        document = Document(f"<body>{markup}</body>".encode(), "text/html; charset=utf-8", HOME)
        return facts(features=site_features(document, TODAY))

    login = '<form action="/login"><input name="username"><input type="password" name="password"></form>'
    return told(
        passes(made('<form action="/search"><input name="q" placeholder="请输入关键词"></form>')),
        fails(made("<p>没有搜索</p>")),
        [fails(made(login)), passes(made('<a href="/s/">站内搜索</a>'))],
        open_(facts()),
        open_(replace(made("<p></p>"), home_scripted=True)),
    )


def statistics(rule: Rule) -> Cases:
    since = rule.window["updated"].first_day(AS_OF)

    def made(newest: date | None, **changes: Any) -> SiteFacts:
        return _many([section("other", newest, name="办事统计", **changes)])

    return told(
        passes(made(TODAY)),
        fails(made(since - timedelta(days=60))),
        [passes(made(since)), fails(made(since - timedelta(days=1)))],
        none(facts()),
        none(made(None, state=SectionState.UNREAD)),
        open_(made(since - timedelta(days=1), certain=False)),
    )


def message_forms(rule: Rule) -> Cases:
    channel = [("县长信箱", HOME, True)]
    return told(
        passes(facts(forms=1, channels=channel)),
        fails(facts()),
        [none(facts(channels=channel))],
        open_(facts(home_scripted=True)),
    )


def logins(rule: Rule) -> Cases:
    def made(*addresses: str) -> SiteFacts:
        return facts(contents=[signs(logins=addresses)])

    return told(
        passes(made("sso.shixian.gov.cn/login")),
        fails(made("sso.shixian.gov.cn/login", "www.shixian.gov.cn/user", "bbs.shixian.gov.cn/in")),
        [
            passes(made("sso.shixian.gov.cn/login", "sso.shixian.gov.cn/person")),
            fails(made("sso.shixian.gov.cn/login", "www.shixian.gov.cn/login")),
        ],
        none(facts(contents=[signs()])),
    )


def leaving(rule: Rule) -> Cases:
    def made(state: Any) -> SiteFacts:
        return facts(contents=[signs(leaving=state)])

    return told(
        passes(made("prompt")),
        fails(made("none")),
        [passes(made("no_links"))],
        open_(made("unknown")),
        open_(facts()),
    )


def annual_report(rule: Rule) -> Cases:
    def made(year: int | None, day: date | None, address: bool = False) -> SiteFacts:
        return facts(annual_reports=[AnnualReport(f"{year}年度报表", HOME, year, day, address)])

    on_the_day = datetime(2026, 1, 31, 23, 0, tzinfo=BEIJING)
    return told(
        passes(made(2025, date(2026, 1, 12))),
        fails(facts()),
        [
            passes(made(2025, date(2026, 1, 31))),
            fails(made(2025, date(2026, 2, 1))),
            # On the last day itself the report is not yet due.
            replace(passes(made(2024, date(2025, 1, 20))), as_of=on_the_day),
            replace(fails(made(2024, date(2025, 1, 20))), as_of=on_the_day + timedelta(days=1)),
        ],
        open_(facts(home_scripted=True)),
        open_(made(2025, None)),
        open_(made(None, None)),
        open_(made(2025, date(2026, 2, 1), address=True)),
    )


# --- documents


def uninterpreted(rule: Rule) -> Cases:
    def document(state: bool | None) -> PolicyDocument:
        return PolicyDocument("某办法", SEEN, TODAY, state)

    def made(number: int) -> Case:
        return Case(facts(documents=[*[document(False)] * number, document(True)]), "")

    limit = int(_bounds(rule)[1])
    return counted(
        rule, made, none(facts()), open_(facts(documents=[*[document(False)] * limit, document(None)]))
    )


def interpretation(forward: bool | None, back: bool | None, **changes: Any) -> Interpretation:
    return replace(Interpretation("《某办法》解读", SEEN, TODAY, "某办法", TODAY, forward, back), **changes)


def unlinked(rule: Rule) -> Cases:
    def made(number: int) -> Case:
        return Case(
            facts(interpretations=[*[interpretation(True, False)] * number, interpretation(True, True)]), ""
        )

    cases = counted(rule, made, none(facts()), open_(facts(interpretations=[interpretation(True, None)])))
    cases["edge"].append(fails(facts(interpretations=[interpretation(False, True)])))
    return cases


def late_interpretations(rule: Rule) -> Cases:
    # Monday 17 November 2025; three working days on is Thursday.
    document = date(2025, 11, 17)

    def made(day: date, of: date | None = document) -> SiteFacts:
        return facts(interpretations=[interpretation(True, True, day=day, document_day=of)])

    return told(
        passes(made(document)),
        fails(made(date(2025, 12, 17))),
        [
            passes(made(date(2025, 11, 20))),
            fails(made(date(2025, 11, 21))),
            passes(made(date(2025, 11, 24), date(2025, 11, 19))),  # a weekend lies between
        ],
        none(facts()),
        none(made(document, None)),
        open_(made(date(2099, 11, 18), date(2099, 11, 17))),
    )


def full_times(rule: Rule) -> Cases:
    def made(number: int) -> Case:
        return Case(
            facts(contents=[*[article(n, "2026年11月20日", False) for n in range(number)], article(9)]), ""
        )

    limit = int(_bounds(rule)[1])
    wrong = [article(n, "2026-11-20", False) for n in range(limit)]
    return counted(rule, made, none(facts()), open_(facts(contents=[*wrong, article(8, "", False)])))


def reposts(rule: Rule) -> Cases:
    hours = int(rule.settings["hours"])
    title = "国务院关于加快推进某项工作的指导意见"

    def made(day: date) -> SiteFacts:
        return facts(items=[Item(f"{title}", f"{HOME}zc/1.html", day)])

    def source(at: datetime) -> list[SourceRelease]:
        return [SourceRelease(title, at)]

    # Published so that the last hour lies on the next day.
    at = datetime(2026, 11, 19, 24 - min(hours, 12), 30, tzinfo=BEIJING)
    day = at.date()
    last = (at + timedelta(hours=hours)).date()
    return told(
        passes(made(day), source_releases=source(at)),
        fails(made(last + timedelta(days=1)), source_releases=source(at)),
        [
            # Lists give days: on the last day it may have been before the hour or after it.
            open_(made(last), source_releases=source(at)),
            none(made(day), source_releases=source(AS_OF - timedelta(hours=hours - 1))),
        ],
        open_(made(day)),
        open_(facts(), source_releases=source(at)),
    )


# --- accounts


def account_updates(rule: Rule) -> Cases:
    since = rule.window["updates"].first_day(AS_OF)

    def made(number: int) -> Case:
        days = [(since, f"第{n}条") for n in range(number)] + [(since - timedelta(days=1), "旧的一条")]
        return Case(AccountFacts("wx-1", SEEN, days), "")

    cases = counted(rule, made)
    return cases | {
        "unmeasured": [Case(AccountFacts("wx-1", None, reason="名单中没有订阅地址"), "undecided")]
    }


PORTAL_URL = "http://www.shixian.gov.cn/"
CASES: dict[str, Callable[[Rule], Cases]] = {
    "reported_findings": reported,
    "reported_points": reported,
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
    "footer_items_missing": footer,
    "page_tags_wrong": tags,
    "broken_home_links": broken("home"),
    "broken_other_links": broken("other"),
    "broken_attachments": broken("attachment"),
    "broken_forms": broken("form"),
    "service_entries": services,
    "deficient_guides": deficient_guides,
    "all_guides_deficient": all_guides_deficient,
    "guide_classes_missing": guide_classes,
    "vague_guides": vague_guides,
    "severe_wordings": wordings,
    "hidden_foreign_links": hidden,
    "tampering_signs": of_sign("tampering"),
    "advertising_signs": of_sign("adverts"),
    "outdated_techniques": of_sign("outdated"),
    "backdated_articles": backdated,
    "personal_numbers": personal,
    "english_domain_wrong": of_domain(
        PORTAL_URL,
        "http://www.shixian.com/",
        [("http://www.shixian.gov.cn.com/", "fail"), ("http://示县.政务/", "none")],
        "portal",
    ),
    "chinese_domain_wrong": of_domain(
        "http://示县.政务/",
        "http://示县.中国/",
        [(PORTAL_URL, "none"), ("http://xn--zfr164b.xn--zfr164b/", "pass")],
        "portal",
    ),
    "portal_domain_wrong": of_domain(
        PORTAL_URL,
        "http://shixian.gov.cn/",
        [("http://www.gov.cn/", "pass"), ("http://www.shixian.jiashi.gov.cn/", "none")],
        "portal",
    ),
    "department_domain_wrong": of_domain(
        "http://jyj.shixian.gov.cn/",
        "http://sxjyj.gov.cn/",
        [("http://www.sxjyj.gov.cn/", "fail")],
        "department",
    ),
    "several_domains": of_domain(
        PORTAL_URL,
        f"{PORTAL_URL} http://www.shixian.com/",
        [
            ("http://www.shixian.gov.cn/ http://shixian.gov.cn/", "pass"),
            (f"{PORTAL_URL} http://示县.政务/", "pass"),
        ],
        "portal",
    ),
    "bare_address": of_domain(
        PORTAL_URL,
        "http://203.0.113.7/",
        [("http://127.0.0.1:8080/", "none"), (f"{PORTAL_URL}?ip=203.0.113.7", "pass")],
        "portal",
    ),
    "domain_rules_broken": of_domain(
        PORTAL_URL,
        "http://203.0.113.7/",
        [("http://shixian.gov.cn/", "fail"), ("http://www.shixian.jiashi.gov.cn/", "undecided")],
        "portal",
    ),
    "name_not_shown": named,
    "site_code_mismatches": site_codes,
    "report_entry_faults": report_entry,
    "overview_missing": element("示县概况", "示县举办经济形势与发展情况专题新闻发布会概况介绍活动"),
    "functions_missing": element("机构职能", "我县深化机构改革部门职责调整工作动员部署会议胜利召开"),
    "catalogue_missing": element("办事指南", "我县召开政务服务事项标准化规范化便利化推进会议"),
    "online_application_missing": element("在线办理", "全县政务服务系统网上办理业务能力提升培训班圆满结束"),
    "message_statistics_missing": element("留言办理情况统计", "统计局"),
    "leader_information": leaders,
    "search_missing": search,
    "statistics_late": statistics,
    "message_forms_missing": message_forms,
    "login_entries": logins,
    "leaving_prompt_missing": leaving,
    "annual_report_faults": annual_report,
    "uninterpreted_documents": uninterpreted,
    "unlinked_interpretations": unlinked,
    "late_interpretations": late_interpretations,
    "articles_without_full_time": full_times,
    "late_reposts": reposts,
    "account_updates": account_updates,
}
