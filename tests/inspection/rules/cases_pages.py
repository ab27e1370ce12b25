"""Cases of measures on what pages say and what a site offers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from include.inspection.extract.backdating import Signal, SignalKind
from include.inspection.extract.domain import domain_rules, name_in_head
from include.inspection.extract.footer import LABELS
from include.inspection.extract.hidden_links import HiddenLink
from include.inspection.extract.html import Document
from include.inspection.extract.lists import Item
from include.inspection.extract.page_signs import PageSigns
from include.inspection.extract.personal_data import PersonalDatum
from include.inspection.extract.site_features import AnnualReport, site_features
from include.inspection.extract.wording import WordingError
from include.inspection.facts import (
    ArticleFacts,
    PageContent,
    PageMarks,
    SectionState,
    SiteFacts,
)
from include.inspection.rules.standard import Rule
from include.inspection.site_history import SiteHistory
from include.inspection.survey.content import elements_of
from include.inspection.times import BEIJING
from tests.inspection.rules.case import (
    AS_OF,
    CODE,
    HOME,
    SEEN,
    TODAY,
    Case,
    Cases,
    counted,
    facts,
    fails,
    none,
    open_,
    passes,
    told,
)
from tests.inspection.rules.cases_updates import section, site_of

PORTAL_URL = "http://www.shixian.gov.cn/"
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
    signed = Signal(SignalKind.SIGNED_LATER, "strong", day, later, "早于文末落款的日期")
    signed_page = facts(contents=[article(1, found=[signed])])
    cases["edge"] += [
        fails(signed_page),
        # The list gives the day below the text: the page's own was misread.
        passes(replace(signed_page, items=[Item("稿件1", f"{HOME}p1.html", later)])),
        fails(replace(signed_page, items=[Item("稿件1", f"{HOME}p1.html", day)])),
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
        return site_of([section("other", newest, name="办事统计", **changes)])

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


CASES: dict[str, Callable[[Rule], Cases]] = {
    "footer_items_missing": footer,
    "page_tags_wrong": tags,
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
}
