"""Which links are entries of a list, which are sections, and which are neither."""

from __future__ import annotations

from datetime import timedelta

import pytest

from include.inspection.facts import SectionFacts, SectionState, SiteFacts
from tests.inspection.survey.site_shapes import NEWS, SHAPES, Made, make_site
from tests.inspection.survey.site_source import HOME, TODAY, answers, failed, look_at, measures

TRS = SHAPES[0]


def days_ago(number: int) -> str:
    return str(TODAY - timedelta(days=number))


def section(found: SiteFacts, name: str) -> SectionFacts:
    return next(one for one in found.sections if one.name == name)


def above(made: Made, url: str, end: str = '<div class="position">') -> str:
    """What stands above the content of a page: the head, the menu."""
    head, found, _ = made.pages.pages[url].body.decode().partition(end)
    assert found
    return head


def with_list(main: str, slug: str = "tzgg") -> Made:
    """A site of which one section's page holds ``main``, beside the menu."""
    made = make_site(TRS)
    url = made.urls[slug]
    made.pages.put(url, f"{above(made, url)}<div class='con'>{main}</div></body></html>")
    return made


def row(day: int, entry: str) -> str:
    return f"<li><span>{days_ago(day)}</span>{entry}</li>"


LONG = '<a href="/tzgg/{0}.html">关于做好第{0}次重点工作检查的通知要求</a>'


@pytest.mark.parametrize(
    ("newest", "told"),
    [
        # A title of two signs with a day, in a row beside such rows.
        (row(2, '<a href="/tzgg/9.html">通知</a>'), 2),
        (row(2, '<a href="/tzgg/9.html">公 示</a>'), 2),
        # No address, or one that a script knows.
        (row(2, "关于暂停供水的通知和安排"), 2),
        (row(2, '<a href="javascript:;" onclick="show(9)">关于暂停供水的通知和安排</a>'), 2),
        # A category in front of a title is none.
        (row(2, '<a href="/lb/">通知</a><a href="/tzgg/9.html">关于做好第9次重点工作检查的通知要求</a>'), 2),
        # A control without a day is no entry.
        ('<li><a href="/tzgg/rss.html">订阅</a></li>', 40),
        ("", 40),
    ],
)
def test_every_row_of_a_list_counts(newest: str, told: int) -> None:
    rows = "".join(row(day, LONG.format(day)) for day in (40, 50, 60, 70))
    found = section(look_at(with_list(f"<ul>{newest}{rows}</ul>").pages), "通知公告")
    assert (found.state, found.newest) == (SectionState.DATED, TODAY - timedelta(days=told))


def test_a_link_around_a_whole_row_holds_the_day_beside_the_title() -> None:
    rows = "".join(
        f'<li><a href="/tzgg/{day}.html"><div>关于做好第{day}次重点工作检查的通知</div>'
        f"<div>[提交时间：{days_ago(day)}]<span>回复人：办公室</span></div></a></li>"
        for day in (3, 40, 50)
    )
    found = section(look_at(with_list(f"<ul>{rows}</ul>").pages), "通知公告")
    assert found.newest == TODAY - timedelta(days=3)
    assert found.newest_title == "关于做好第3次重点工作检查的通知"


@pytest.mark.parametrize(
    "pager", ["共6条记录 1/1页", "当前 1/12 页", "第 1/3 页", "Total 0 Current 1/1 Pages"]
)
def test_a_pager_is_no_day(pager: str) -> None:
    crumb = f'<div>您的位置：<a href="{HOME}zcwj/">政策文件</a> &gt; 通知公告</div>'
    found = section(look_at(with_list(f"{crumb}<ul class='list'></ul><p>{pager}</p>").pages), "通知公告")
    assert found.newest is None and found.state is SectionState.EMPTY


def test_the_days_of_a_calendar_are_no_news() -> None:
    made = make_site(TRS)
    menu, _, _ = made.pages.pages[HOME].body.decode().partition('<div class="block">')
    old = "".join(
        row(40 + n, f'<a href="/xw/{n}.html">县委召开第{n}次常委会会议研究工作</a>') for n in range(6)
    )
    days = "".join(f'<td><a href="/rl?d={n}" title="{days_ago(n)}">{n}</a></td>' for n in range(1, 15))
    made.pages.put(HOME, f"{menu}<ul>{old}</ul><table><tr>{days}</tr></table></body></html>")
    assert answers(look_at(made.pages))["W3"] == "fail"


def test_a_lone_link_takes_no_day_from_the_text_around_it() -> None:
    text = f"<p>本局成立于 2014-12-12，{'负责全县粮食和物资储备的行政管理工作。' * 30}</p>"
    found = section(look_at(with_list(f'<a href="/gk/x.html">部门概况</a>{text}').pages), "通知公告")
    assert found.newest is None


# --- articles are no sections ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/2026/11/{0:02}/gzdt-{0}/", "/gzdt/show-{0}.html", "/gzdt/{0}/"])
@pytest.mark.parametrize(
    "title", ["县局召开第{0}次会议", "关于第{0}次检查的通知", "县局开展“第{0}次”走访慰问活动"]
)
def test_the_entries_of_a_list_without_days_are_no_sections(address: str, title: str) -> None:
    made = make_site(TRS)
    plain = {one.url for one in look_at(make_site(TRS).pages).sections}
    for slug in NEWS:
        rows = ""
        for day in range(1, 13):
            url = f"/{slug}{address.format(day)}"
            rows += f'<li><a href="{url}">{title.format(day)}</a></li>'
            text = f"<h1>{title.format(day)}</h1><p>发布时间：{days_ago(day)}</p>"
            made.pages.put(HOME.rstrip("/") + url, f"<html><body>{text}</body></html>")
        head = above(made, made.urls[slug])
        made.pages.put(made.urls[slug], f"{head}<ul class='list'>{rows}</ul></body></html>")
    found = look_at(made.pages)
    extra = {one.url for one in found.sections} - plain - set(made.urls.values())
    if title.startswith("县局召开") and address == "/gzdt/{0}/":
        return  # nothing tells these from sections but what stands on their pages
    assert extra == set() and failed(found) == set()
    assert {one.newest for one in found.sections if one.url in {made.urls[slug] for slug in NEWS}} == {
        TODAY - timedelta(days=1)
    }


def test_controls_of_a_pager_are_no_sections() -> None:
    rows = "".join(row(day, LONG.format(day)) for day in (3, 40, 50))
    pager = "".join(
        f'<a href="/tzgg/list.asp?p={n}">{name}</a>' for n, name in enumerate(("上一页", "下一页", "尾页"))
    )
    found = look_at(with_list(f"<ul>{rows}</ul><div class='menu'>{pager}</div>").pages)
    assert not {"上一页", "下一页", "尾页"} & {one.name for one in found.sections}


@pytest.mark.parametrize("title", ["关于举办培训班的通知", "县长到镇村调研"])
def test_short_titles_without_days_are_news_of_the_home_page(title: str) -> None:
    made = make_site(TRS)
    head = above(made, HOME, '<div class="block">')
    rows = "".join(f'<li><a href="/xw/content_{n}.html">{title}</a></li>' for n in range(4))
    for n in range(4):
        text = f"<html><body><h1>{title}</h1><p>发布时间：{days_ago(n + 2)}</p></body></html>"
        made.pages.put(f"{HOME}xw/content_{n}.html", text)
    old = f'<ul><li><a href="/xw/old.html">全县秋收工作动员大会召开部署工作</a><span>{days_ago(60)}</span></li></ul>'
    made.pages.put(HOME, f"{head}{old}<ul>{rows}</ul></body></html>")
    assert answers(look_at(made.pages))["W3"] == "pass"


# --- menus that nothing names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["<table><tr>{}</tr><tr>{}</tr></table>", "<div>{}{}</div>"])
def test_a_menu_without_a_name_is_read_to_its_end(form: str) -> None:
    plain = look_at(make_site(TRS).pages)
    made = make_site(TRS)
    home = made.pages.pages[HOME].body.decode()
    first = [one for one in plain.sections if one.level == 1]
    cell = "<td>·{}</td>" if "table" in form else "<p>·{}</p>"
    cells = [cell.format(f'<a href="{one.url}">{one.name}</a>') for one in first]
    menu = form.format("".join(cells[:5]), "".join(cells[5:]))
    rest = home.partition('<div class="block">')[2]
    made.pages.put(HOME, f'<html><body><p><a href="/">首页</a></p>{menu}<div class="block">{rest}')
    found = look_at(made.pages)
    assert {one.url for one in found.sections if one.level == 1} == {one.url for one in first}


def test_the_tables_that_drop_down_from_a_menu_without_a_name_hold_sections() -> None:
    made = make_site(TRS)
    first = [one for one in look_at(make_site(TRS).pages).sections if one.level == 1]
    names = ("热点问答", "党建专栏", "经验交流")
    below = "".join(f"<tr><td><a href='/q{n}/'>{name}</a></td></tr>" for n, name in enumerate(names))
    drop = f"<div id='L1' style='visibility:hidden'><table>{below}</table></div>"
    cells = "".join(
        f'<td><a href="{one.url}"><font>{one.name}</font></a>{drop if n == 2 else ""}</td>'
        for n, one in enumerate(first)
    )
    rest = made.pages.pages[HOME].body.decode().partition('<div class="block">')[2]
    made.pages.put(HOME, f'<html><body><table><tr>{cells}</tr></table><div class="block">{rest}')
    levels = {one.name: one.level for one in look_at(made.pages).sections}
    assert {levels.get(name) for name in names} == {2}


def test_what_stands_with_another_link_to_a_menu_entry_is_not_its_drop_down() -> None:
    made = make_site(TRS)
    first = [one for one in look_at(make_site(TRS).pages).sections if one.level == 1]
    menu = "".join(f'<td><a href="{one.url}">{one.name}</a></td>' for one in first)
    name, url = next((one.name, one.url) for one in first if one.section_class == "notice")
    titles = ("道路维修", "停水几天", "路灯不亮")
    listed = "".join(f"<tr><td><a href='/v{n}/'>{title}</a></td></tr>" for n, title in enumerate(titles))
    main = f"<div><h3><a href='{url}'>{name}</a></h3><table>{listed}</table></div>"
    rest = made.pages.pages[HOME].body.decode().partition('<div class="block">')[2]
    made.pages.put(HOME, f'<html><body><table><tr>{menu}</tr></table>{main}<div class="block">{rest}')
    assert not set(titles) & {one.name for one in look_at(made.pages).sections}


@pytest.mark.parametrize(("well_known", "read"), [(6, True), (2, False)])
def test_a_row_of_links_is_a_menu_where_most_of_its_names_are_those_of_sections(
    well_known: int, read: bool
) -> None:
    made = make_site(TRS)
    listed = [one for one in look_at(make_site(TRS).pages).sections if one.section_class != "other"]
    more = ("兰台论坛", "馆际交流", "编研成果", "库房设备")
    entries = [(one.url, one.name) for one in listed[:well_known]] + [
        (f"/x{n}/", name) for n, name in enumerate(more)
    ]
    row = " | ".join(f'<a href="{url}">{name}</a>' for url, name in entries)
    home = made.pages.pages[HOME].body.decode()
    made.pages.put(HOME, home.replace("</body>", f"<table><tr><td>{row}</td></tr></table></body>"))
    found = {one.name for one in look_at(made.pages).sections}
    assert (set(more) <= found) if read else not (set(more) & found)


@pytest.mark.parametrize(("first", "state"), [("e1", SectionState.EMPTY), ("e2", SectionState.STATIC)])
def test_an_entry_that_leads_to_the_first_of_its_menu_is_that_section(
    first: str, state: SectionState
) -> None:
    made = make_site(TRS)
    below = "".join(
        f'<li><a href="/zl/{key}/">{name}</a></li>'
        for key, name in (("e1", "基本陈列"), ("e2", "临时展览"), ("e3", "馆藏精品"))
        if key >= first
    )
    entry = f'<li><a href="/zl/e1/">陈列展览</a><ul class="sub">{below}</ul></li>'
    for url, page in list(made.pages.pages.items()):
        before, mark, after = page.body.decode().partition('<ul class="w1200">')
        if mark:
            made.pages.put(url, f"{before}{mark}{entry}{after}")
    head = above(made, made.urls["rsxx"])
    for key in ("e1", "e2", "e3"):
        made.pages.put(f"{HOME}zl/{key}/", f"{head}<div>&nbsp;</div></body></html>")
    found = look_at(made.pages)
    assert section(found, "陈列展览").state is state
    assert section(found, "馆藏精品").state is SectionState.EMPTY


# --- blank pages -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("main", "state"),
    [
        ("&nbsp;", SectionState.EMPTY),
        ("<p>王某</p>", SectionState.STATIC),
        ("<p>0759-3312345</p>", SectionState.STATIC),
        ('<a href="/xz/"><img src="/xz.png"></a>', SectionState.STATIC),
        ('<img src="/logo.png">', SectionState.STATIC),
        ('<form><input name="q"><input type="submit"></form>', SectionState.STATIC),
        ('<div style="background:url(/xc.jpg)"></div>', SectionState.STATIC),
        ('<div id="app"></div><script src="/js/app.js"></script>', SectionState.SCRIPT_ONLY),
        ('<iframe src="http://map.example/"></iframe>', SectionState.UNREAD),
    ],
)
def test_a_page_of_any_class_is_blank_only_where_nothing_of_its_own_stands_on_it(
    main: str, state: SectionState
) -> None:
    made = make_site(TRS)
    entry = '<li><a href="/jy/">经验交流</a></li>'
    for url, page in list(made.pages.pages.items()):
        text = page.body.decode().replace(
            '<ul class="w1200">', f'<img src="/logo.png"><ul class="w1200">{entry}', 1
        )
        made.pages.put(url, text)
    head = above(made, made.urls["rsxx"])
    made.pages.put(HOME + "jy/", f"{head}<h2>经验交流</h2>{main}</body></html>")
    found = look_at(made.pages)
    one = section(found, "经验交流")
    assert one.state is state
    assert (measures(found)["W4.3"].low == 1) is (state is SectionState.EMPTY)


def test_sections_that_say_the_same_sentence_are_not_blank() -> None:
    made = make_site(TRS)
    for slug in ("xzdt", "gzdt", "tpxw", "rsxx", "ghjh"):
        head = above(made, made.urls[slug])
        made.pages.put(made.urls[slug], f"{head}<p>本栏目内容请到省政务服务网的专区查看</p></body></html>")
    found = look_at(made.pages)
    assert measures(found)["W4.3"].low == 0 and "W4.3" not in failed(found)


def test_a_first_level_page_that_shows_its_sub_sections_again_is_not_blank() -> None:
    made = make_site(TRS)
    plain = look_at(make_site(TRS).pages)
    below = [one.url for one in plain.sections if one.level == 2][:3]
    for icons, state in (
        ("", SectionState.EMPTY),
        ("".join(f'<a href="{url}"><i></i></a>' for url in below), SectionState.STATIC),
    ):
        head = above(made, made.urls["tzgg"])
        made.pages.put(
            made.urls["tzgg"], f'{head}<div class="position"></div><div>{icons}</div></body></html>'
        )
        assert section(look_at(made.pages), "通知公告").state is state


def test_a_side_menu_of_one_entry_a_row_leads_to_sections() -> None:
    made = make_site(TRS)
    names = ("经验交流", "会议纪要", "督查通报")
    rows = "".join(f'<tr><td>·<a href="/x{n}/">{name}</a></td></tr>' for n, name in enumerate(names))
    url = made.urls["zwgk"]
    page = made.pages.pages[url].body.decode()
    made.pages.put(url, page.replace("</body>", f"<div class='left'><table>{rows}</table></div></body>"))
    for n in range(len(names)):
        made.pages.put(f"{HOME}x{n}/", above(made, made.urls["rsxx"]) + f"<p>第{n}页的文字</p></body></html>")
    assert set(names) <= {one.name for one in look_at(made.pages).sections}
