"""What the survey did not understand is no certain absence: neither fail nor pass."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from include.inspection.facts import SiteFacts
from include.inspection.fetch.outcomes import Outcome
from tests.inspection.survey.site_shapes import NEWS, SHAPES, Made, make_site
from tests.inspection.survey.site_source import AS_OF, HOME, TODAY, answers, failed, look_at, undecided

TRS = SHAPES[0]
FORM = "<html><head><title>{title}</title></head><body><p>{text}</p><form><textarea></textarea></form></body></html>"


def without_channel(entry: str = "") -> Made:
    """A healthy site without a consultation channel, with ``entry`` at the end of its home page."""
    made = make_site(TRS, without=("zmhd",))
    home = made.pages.pages[HOME].body.decode()
    made.pages.put(HOME, home.replace("</body>", f"{entry}</body>"))
    return made


@pytest.mark.parametrize(
    ("entry", "text", "answer"),
    [
        ("", "", "fail"),
        # By its name, however the entry is opened.
        ("<li onclick=\"go('wd/index.html')\"><span>局长信箱</span></li>", "", "pass"),
        ("<li onclick=\"go('xx')\"><span>局长信箱</span></li>", "", "pass"),
        ("<a href=\"javascript:openCol('/wd/')\">局长信箱</a>", "", "pass"),
        (
            '<select onchange="location=this.value"><option value="/wd/">局长信箱</option></select>',
            "",
            "pass",
        ),
        ("<button onclick=\"location.href='/wd/'\">我要写信</button>", "", "pass"),
        # By what stands behind it, whatever its name.
        ('<a href="/wd/">你问我答</a>', "请填写您的咨询或建议", "pass"),
        ("<div onclick=\"window.open('/wd/')\">你问我答</div>", "请填写您的咨询或建议", "pass"),
        ('<a href="/wd/">མགོ་འཛུགས</a>', "མགོ", "unmeasured"),
        ('<a href="/wd/">数据上报</a>', "填报单位", "unmeasured"),
        ('<a href="/wd/">群众之声</a>', "", "pass"),
        ('<form action="/zx.html"><input type="submit" value="我要咨询"></form>', "", "pass"),
        ('<p>意见建议请发至<a href="mailto:x@shi.example">邮箱</a></p>', "", "unmeasured"),
        # Forms for something else, and controls of the page itself.
        ('<a href="/wd/">依申请公开</a>', "申请人意见", "fail"),
        ('<a href="/wd/">纪检举报</a>', "举报意见", "fail"),
        ('<a href="javascript:void(0)" onclick="AddFavorite(\'/\')">加入收藏</a>', "", "fail"),
        # Where messages are counted they are written somewhere.
        ('<a href="/tongji/">留言统计</a>', "", "unmeasured"),
        ('<a href="/wd/">信箱登录</a>', "", "unmeasured"),
        # Nobody can say where this one leads.
        ('<a href="javascript:openMenu(7)">连心驿站</a>', "", "unmeasured"),
    ],
)
def test_a_channel_is_missing_only_where_every_entry_was_understood(
    entry: str, text: str, answer: str
) -> None:
    made = without_channel(entry)
    made.pages.put(HOME + "wd/", FORM.format(title="示县", text=text))
    made.pages.put(HOME + "wd/index.html", FORM.format(title="示县", text=text))
    assert answers(look_at(made.pages))["W5.1"] == answer


@pytest.mark.parametrize(
    ("inside", "answer"),
    [
        ('<a href="/wsxf/">网上信访</a><a href="/zxft/">在线访谈</a>', "fail"),
        ('<a href="/wsxf/">网上信访</a><a href="/kd/">为民服务台</a>', "pass"),
        ('<a href="/wsxf/">网上信访</a><a href="/kd/"><img src="/1.png"></a>', "pass"),
        ('<a href="/wsxf/">网上信访</a><iframe src="/kd/"></iframe>', "pass"),
        ("", "pass"),
    ],
)
def test_a_page_named_after_interaction_is_no_channel_by_its_name_alone(inside: str, answer: str) -> None:
    made = without_channel('<a href="/hd/">互动交流</a>')
    made.pages.put(HOME + "hd/", f"<html><body><h2>互动交流</h2><div>{inside}</div></body></html>")
    assert answers(look_at(made.pages))["W5.1"] == answer


def test_a_menu_whose_first_level_opens_on_hovering_is_a_menu() -> None:
    """Its names lead nowhere, their sub-menus do: the menu is in the markup, and holds no channel."""
    made = without_channel("<script>var menu = 1</script>")
    for url, page in list(made.pages.pages.items()):
        before, mark, menu = page.body.decode().partition('<ul class="w1200">')
        menu, end, after = menu.partition("</ul></div>")
        entries = re.findall(r"<a href=[^>]*>[^<]*</a>", menu)
        groups = [entries[n : n + 4] for n in range(1, len(entries), 4)]
        drops = "".join(
            f'<li><span>栏目{n}</span><ul class="sub">{"".join(f"<li>{one}</li>" for one in group)}</ul></li>'
            for n, group in enumerate(groups)
        )
        made.pages.put(url, f"{before}{mark}{drops}{end}{after}" if mark else before)
    assert answers(look_at(made.pages))["W5.1"] == "fail"


def test_an_entry_that_does_not_open_leaves_doubt() -> None:
    made = without_channel('<a href="/wd/">你问我答</a>')
    made.pages.fail(HOME + "wd/", Outcome.TIMEOUT_READ)
    assert answers(look_at(made.pages))["W5.1"] == "unmeasured"
    made.pages.fail(HOME + "wd/", Outcome.NOT_FOUND, 404)
    assert answers(look_at(made.pages))["W5.1"] == "fail"


def test_a_page_in_another_language_is_not_understood() -> None:
    made = without_channel()
    home = made.pages.pages[HOME].body.decode()
    words = re.sub(r"[\u4e00-\u9fff]+", "Work News", home)
    made.pages.put(HOME, words)
    assert failed(look_at(made.pages)) == set()
    assert "W5.1" in undecided(look_at(made.pages))


def scripted_menu(names: list[str], call: str) -> SiteFacts:
    made = make_site(TRS)
    entries = "".join(f'<li onclick="{call.format(n)}">{name}</li>' for n, name in enumerate(names))
    made.pages.put(HOME, f"<html><body><ul>{entries}</ul><p>{'示县人民政府网站' * 9}</p></body></html>")
    return look_at(made.pages)


def test_of_sections_that_were_not_found_none_is_fresh() -> None:
    assert {"W4.1", "W4.2", "W4.3"} <= undecided(
        scripted_menu(["工作动态", "通知公告", "政策文件"], "go({})")
    )


def test_sections_of_a_menu_by_script_are_followed() -> None:
    made = make_site(TRS)
    facts = look_at(made.pages)
    urls = {section.name: section.url for section in facts.sections if section.level == 1}
    entries = "".join(f"<li onclick=\"location.href='{url}'\">{name}</li>" for name, url in urls.items())
    made.pages.put(HOME, f"<html><body><ul>{entries}</ul><p>{'示县人民政府网站' * 9}</p></body></html>")
    found = {section.name for section in look_at(made.pages).sections if section.level == 1}
    assert set(urls) <= found


@pytest.mark.parametrize("link", ['<area href="/sy.html" alt="进入网站">', '<a href="/sy.html">ENTER</a>'])
def test_a_splash_page_leads_to_the_home_page(link: str) -> None:
    made = make_site(TRS)
    home = made.pages.pages[HOME].body.decode()
    made.pages.put(HOME, f"<html><body><map>{link}</map></body></html>")
    made.pages.put(HOME + "sy.html", home)
    found = look_at(made.pages)
    assert failed(found) == set() and len(found.sections) > 3


OLD_HOME = "<ul class='old'><li><a href='/gzdt/1.html'>关于开展全市安全生产大检查工作情况的通报</a><span>2024-01-05</span></li></ul>"


@pytest.mark.parametrize(
    ("part", "answer"),
    [
        ("", "fail"),
        ('<ul id="yw"></ul><script src="/js/home.js"></script>', "unmeasured"),
        ('<ul id="yw"></ul><script src="/api/idx.jsonp?callback=show"></script>', "unmeasured"),
        (
            '<ul id="yw"></ul><script>$.post("/gateway",{c:1},function(d){render(d)},"json")</script>',
            "unmeasured",
        ),
        ('<div id="yw"></div><script>$("#yw").load("/sy/yw.html")</script>', "unmeasured"),
        ('<ul id="yw">正在加载中……</ul><script src="/js/home.js"></script>', "unmeasured"),
        # Nothing that could bring a list, or nothing left to fill.
        ('<ul id="yw"></ul>', "fail"),
        ('<ul id="yw"></ul><script src="/js/jquery-3.6.0.min.js"></script>', "fail"),
        ('<div id="share"></div><script src="/js/home.js"></script>', "fail"),
    ],
)
def test_an_empty_list_beside_a_script_leaves_the_home_page_in_doubt(part: str, answer: str) -> None:
    made = make_site(TRS)
    home = made.pages.pages[HOME].body.decode()
    menu = re.search(r"<body[^>]*>(.*?</(?:nav|ul)>)", home, re.DOTALL)
    assert menu is not None
    made.pages.put(HOME, f"<html><body>{menu[1]}<div>{OLD_HOME}{part}</div></body></html>")
    made.pages.put(HOME + "gzdt/1.html", "<html><body><h1>通报</h1><p>发布时间：2024-01-05</p></body></html>")
    assert answers(look_at(made.pages))["W3"] == answer


@pytest.mark.parametrize(("day", "answer"), [("2026-01-05", "fail"), (None, "pass")])
def test_a_picture_without_a_word_is_opened_for_its_day(day: str | None, answer: str) -> None:
    made = make_site(TRS)
    home = made.pages.pages[HOME].body.decode()
    menu = re.search(r"<body[^>]*>(.*?</(?:nav|ul)>)", home, re.DOTALL)
    assert menu is not None
    slide = '<div class="slide"><a href="/gzdt/27100.html"><img src="/s.jpg"></a></div>'
    made.pages.put(HOME, f"<html><body>{menu[1]}<div>{OLD_HOME}{slide}</div></body></html>")
    shown = day or AS_OF.date().isoformat()
    made.pages.put(
        HOME + "gzdt/27100.html", f"<html><body><h1>图片新闻标题</h1><p>发布时间：{shown}</p></body></html>"
    )
    assert answers(look_at(made.pages))["W3"] == answer


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ('<iframe src="/form.html"></iframe>', "unmeasured"),
        ('<div id="app"></div><script src="/js/app.js"></script>', "unmeasured"),
        ("<p>本栏目介绍本县概况。</p>", "fail"),
    ],
)
def test_a_form_may_hide_in_a_frame_or_a_script(body: str, answer: str) -> None:
    made = without_channel('<a href="/zs/">听您说</a>')
    made.pages.put(HOME + "zs/", f"<html><body>{body}</body></html>")
    assert answers(look_at(made.pages))["W5.1"] == answer


@pytest.mark.parametrize(
    ("entry", "page", "answer"),
    [
        ("", "", "fail"),
        ('<a href="/sp/">审批大厅</a>', "", "pass"),
        ('<a href="https://www.xxzwfw.gov.example/">省平台</a>', "", "unmeasured"),
        (
            '<a href="/sp/">便捷通道</a>',
            "".join(f"<li><a href='/s/{n}.html'>{n}号许可</a></li>" for n in "甲乙丙"),
            "unmeasured",
        ),
        ('<a href="/sp/">便捷通道</a>', "<p>公交线路</p>", "fail"),
    ],
)
def test_services_are_missing_only_where_every_entry_was_understood(
    entry: str, page: str, answer: str
) -> None:
    made = make_site(TRS, without=("bsfw",))
    home = made.pages.pages[HOME].body.decode()
    made.pages.put(HOME, home.replace("</body>", f"{entry}</body>"))
    made.pages.put(HOME + "sp/", f"<html><body><ul>{page}</ul></body></html>")
    assert answers(look_at(made.pages))["W6.1"] == answer


@pytest.mark.parametrize(
    ("below", "own", "answer"),
    [
        ("<p>暂无办事事项</p>", "", "fail"),
        ("<ul><li><a href='/g/1.html'>取水许可</a></li></ul>", "", "pass"),
        ("<p>暂无办事事项</p><a href='http://127.9.9.9/'>网上办理入口</a>", "", "pass"),
        ("<p>暂无办事事项</p>", "<p>办理取水许可请携带申请表和身份证明到县政务服务中心二楼。</p>", "pass"),
    ],
)
def test_services_whose_only_section_holds_nothing_are_none(below: str, own: str, answer: str) -> None:
    made = make_site(TRS, without=("bsfw",))
    entry = '<li><a href="/fw/">办事服务</a><ul class="sub"><li><a href="/fw/zn/">办事指南</a></li></ul></li>'
    for url, page in list(made.pages.pages.items()):
        text = page.body.decode().replace('<ul class="w1200">', f'<ul class="w1200">{entry}', 1)
        made.pages.put(url, text)
    head = made.pages.pages[made.urls["rsxx"]].body.decode().partition('<div class="position">')[0]
    made.pages.put(HOME + "fw/", f"{head}<h3><a href='/fw/zn/'>办事指南</a></h3>{own}</body></html>")
    made.pages.put(HOME + "fw/zn/", f"{head}<h3>办事指南</h3>{below}</body></html>")
    assert answers(look_at(made.pages))["W6.1"] == answer


def test_a_page_that_tells_where_the_site_went_is_not_judged() -> None:
    made = make_site(TRS)
    moved = (
        '<p>我局网站已于2026年3月1日迁移至新平台：<a href="http://new.example/">http://new.example/</a></p>'
    )
    made.pages.put(HOME, f"<html><body><h1>公告</h1>{moved}</body></html>")
    found = look_at(made.pages)
    assert failed(found) == set() and "迁移公告" in found.reason
    # The same sentence among the news of a site says nothing of the site.
    living = make_site(TRS)
    home = living.pages.pages[HOME].body.decode()
    living.pages.put(HOME, home.replace("</body>", f"{moved}</body>"))
    assert look_at(living.pages).home_readable


def test_slides_that_a_script_draws_leave_the_home_page_in_doubt() -> None:
    made = make_site(TRS)
    home = made.pages.pages[HOME].body.decode()
    menu = re.search(r"<body[^>]*>(.*?</(?:nav|ul)>)", home, re.DOTALL)
    assert menu is not None
    made.pages.put(HOME + "gzdt/1.html", "<html><body><h1>通报</h1><p>发布时间：2024-01-05</p></body></html>")
    slides = 'var texts="县长调研安全生产工作情况|全县召开秋收工作动员大会";var links="/gzdt/27101.html|/gzdt/27102.html";'
    for script, answer in ((slides, "unmeasured"), ("var weather='晴';", "fail")):
        made.pages.put(
            HOME, f"<html><body>{menu[1]}<div>{OLD_HOME}</div><script>{script}</script></body></html>"
        )
        assert answers(look_at(made.pages))["W3"] == answer


@pytest.mark.parametrize(("years_ago", "answer"), [(1, "fail"), (0, "pass")])
@pytest.mark.parametrize("heading", ["", "<h3>{}年</h3>"])
def test_days_without_a_year_on_a_home_page_are_held_against_an_article(
    heading: str, years_ago: int, answer: str
) -> None:
    made = make_site(TRS)
    home = made.pages.pages[HOME].body.decode()
    menu = re.search(r"<body[^>]*>(.*?</(?:nav|ul)>)", home, re.DOTALL)
    assert menu is not None
    year = TODAY.year - years_ago
    rows = ""
    for back in (1, 4, 9):
        day = TODAY - timedelta(days=back)
        rows += f"<li><a href='/kx/{back}.html'>农业农村局第{back}次调研安全生产落实情况</a><i>{day:%m-%d}</i></li>"
        text = f"<html><body><h1>调研情况</h1><p>发布时间：{year}-{day:%m-%d}</p></body></html>"
        made.pages.put(f"{HOME}kx/{back}.html", text)
    above = heading.format(year)
    made.pages.put(HOME, f"<html><body>{menu[1]}<div>{above}<ul>{rows}</ul></div></body></html>")
    assert answers(look_at(made.pages))["W3"] == answer


@pytest.mark.parametrize(
    ("years_ago", "article", "answer"),
    [
        (1, True, "fail"),
        (0, True, "pass"),
        # An article that cannot be read shows nothing: the latest year stays.
        (1, False, "pass"),
    ],
)
def test_days_without_a_year_are_held_against_an_article(years_ago: int, article: bool, answer: str) -> None:
    made = make_site(TRS)
    for slug in NEWS:
        url = made.urls[slug]
        days = [TODAY - timedelta(days=back) for back in range(1, 16)]
        rows = "".join(
            f"<li><a href='/{slug}/{n}.html'>农业农村局第{n}次调研{slug}落实情况</a><i>{day:%m-%d}</i></li>"
            for n, day in enumerate(days)
        )
        made.pages.put(url, f"<html><body><a class='on'>往年</a><ul class='list'>{rows}</ul></body></html>")
        for n, day in enumerate(days if article else ()):
            text = f"<html><body><h1>调研情况</h1><p>发布时间：{day.year - years_ago}-{day:%m-%d}</p></body></html>"
            made.pages.put(f"{HOME}{slug}/{n}.html", text)
    found = look_at(made.pages)
    assert answers(found)["W4.1"] == answer
    late = {
        one.newest.year
        for one in found.sections
        if one.url in {made.urls[slug] for slug in NEWS} and one.newest
    }
    assert late == {TODAY.year - (years_ago if article else 0)}


def test_records_that_an_empty_element_carries_leave_the_home_page_in_doubt() -> None:
    made = make_site(TRS)
    home = made.pages.pages[HOME].body.decode()
    menu = re.search(r"<body[^>]*>(.*?</(?:nav|ul)>)", home, re.DOTALL)
    assert menu is not None
    made.pages.put(HOME + "gzdt/1.html", "<html><body><h1>通报</h1><p>发布时间：2024-01-05</p></body></html>")
    carried = '<div class="swiper" data-list="[{&quot;t&quot;:&quot;a&quot;}]"></div><script src="/js/swiper.js"></script>'
    for part, answer in ((carried, "unmeasured"), ('<div class="swiper" data-speed="300"></div>', "fail")):
        made.pages.put(HOME, f"<html><body>{menu[1]}<div>{OLD_HOME}</div>{part}</body></html>")
        assert answers(look_at(made.pages))["W3"] == answer


def test_opinions_asked_for_by_mail_are_for_people() -> None:
    made = without_channel('<a href="/myzj/">民生专线</a>')
    made.pages.put(
        HOME + "myzj/", "<html><body><p>建议请发<a href='mailto:a@b.example'>邮箱</a></p></body></html>"
    )
    assert answers(look_at(made.pages))["W5.1"] == "unmeasured"
