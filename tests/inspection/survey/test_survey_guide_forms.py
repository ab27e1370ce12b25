"""Service guides in the forms that real sites give them: what each reading is certain of, and what it leaves to people."""

from __future__ import annotations

import pytest

from include.inspection.facts import GuideFacts
from tests.inspection.survey.site_shapes import GUIDE
from tests.inspection.survey.site_source import HOME, answers, failed, look_at
from tests.inspection.survey.test_survey_guides import ALL, LACKING, guides, rows

PART = {name: text for name, text in ALL.items() if name not in LACKING}
NUMBERS = "一二三四五六七八"
PLACES = "申请人到县政务服务中心二楼窗口咨询，联系电话：0000-1234567。"


def only(markup: str) -> GuideFacts:
    found = look_at(guides(markup).pages)
    assert found.guides
    return found.guides[0]


def numbered(values: dict[str, str]) -> str:
    return "".join(f"{NUMBERS[n]}、{name}：{text}。" for n, (name, text) in enumerate(values.items()))


def wide(*matters: dict[str, str], cell: str = "th") -> str:
    head = "".join(f"<{cell}>{name}</{cell}>" for name in ALL)
    body = "".join(
        "<tr>" + "".join(f"<td>{one.get(name, '')}</td>" for name in ALL) + "</tr>" for one in matters
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def tabs(values: dict[str, str], by_id: bool = False) -> str:
    if by_id:
        names = "".join(f'<li><a href="#t{n}">{name}</a></li>' for n, name in enumerate(ALL))
        panes = "".join(
            f'<div id="t{n}" style="display:none">{values.get(name, "")}</div>' for n, name in enumerate(ALL)
        )
        return f"<ul>{names}</ul><p>请准时办理</p>{panes}"
    names = "".join(f"<li>{name}</li>" for name in ALL)
    panes = "".join(f"<li>{values.get(name, '')}</li>" for name in ALL)
    return f"<div class=tab><ul class=hd>{names}</ul><ul class=bd>{panes}</ul></div>"


def anchors(values: dict[str, str]) -> str:
    names = "".join(f'<li><a href="#t{n}">{name}</a></li>' for n, name in enumerate(ALL))
    return f"<ul>{names}</ul>" + "".join(f"<h3>{name}</h3><p>{text}</p>" for name, text in values.items())


FORMS = {
    "one paragraph": lambda values: f"<p>{numbered(values)}</p>",
    "brackets in one text": lambda values: "<p>" + "".join(f"【{a}】{b}" for a, b in values.items()) + "</p>",
    "other brackets": lambda values: "".join(f"<p>〖{a}〗{b}</p>" for a, b in values.items()),
    "dashes": lambda values: "".join(f"<p>（{n}）{a}——{b}</p>" for n, (a, b) in enumerate(values.items())),
    "wide table": lambda values: wide(values),
    "wide table of cells": lambda values: wide(values, cell="td"),
    "wide table of several rows": lambda values: wide(values, values, values),
    "tabs in order": lambda values: tabs(values),
    "tabs by id": lambda values: tabs(values, by_id=True),
    "anchors above": anchors,
    "spaced words": lambda values: "".join(f"<p>{' '.join(a)}：{b}</p>" for a, b in values.items()),
    "words cut up": lambda values: "".join(
        f"<p>{''.join(f'<span>{c}</span>' for c in a)}</p><p>{b}</p>" for a, b in values.items()
    ),
    "legends": lambda values: "".join(
        f"<fieldset><legend>{a}</legend><p>{b}</p></fieldset>" for a, b in values.items()
    ),
    "bold": lambda values: "".join(f"<p><strong>{a}：</strong>{b}</p>" for a, b in values.items()),
    "squares": lambda values: "".join(f"<p>■{a}</p><p>{b}</p>" for a, b in values.items()),
    "pictures as headings": lambda values: "".join(
        f'<div><img src="/i/h{n}.gif" alt="{a}"></div><p>{b}</p>' for n, (a, b) in enumerate(values.items())
    ),
    "several matters": lambda values: "".join(
        f"<h2>{NUMBERS[n]}、第{n}类情形</h2>" + "".join(f"<p>{a}：{b}</p>" for a, b in values.items())
        for n in range(3)
    ),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_whole_guide_in_any_form_is_whole(form) -> None:
    guide = only(form(ALL))
    assert guide.missing == () and not guide.doubtful


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_faulty_guide_in_any_form_is_faulty(form) -> None:
    made = guides(form(PART))
    found = look_at(made.pages)
    assert {guide.missing for guide in found.guides} == {LACKING}
    assert "W6.2" in failed(found)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        (PLACES, "fail"),
        ("请凭身份证和申请表" + PLACES, "fail"),
        # What is said of other classes in passing leaves it open.
        ("年满18岁的居民凭身份证，每周一至周五" + PLACES + "经审核后领取证件。", "for_people"),
        # A text that sends its reader elsewhere is not the guide.
        ("请登录政务服务网办理。" + PLACES, "for_people"),
        ("本事项已下放至镇街办理。" + PLACES, "for_people"),
        (PLACES + "<a href='/f/123.html'>办理说明</a>", "for_people"),
        (PLACES + "<a href='/f/123.doc'>附表</a>", "for_people"),
        (PLACES + "<img src='/upload/2026/1.jpg'>", "for_people"),
        ("<img src='/upload/2026/1.jpg'>", "for_people"),
        ("<a href='/f/2.pdf'>燃气.pdf</a>", "for_people"),
        ("<iframe src='/f/2.pdf'></iframe>", "for_people"),
        ("请到大厅办理。", "for_people"),
        ("栏目建设中，敬请期待！", "for_people"),
    ],
)
def test_guides_of_one_paragraph(text: str, reading: str) -> None:
    assert answers(look_at(guides(f"<p>{text}</p>").pages))["W6.2"] == reading


def changed(name: str, word: str, text: str | None = None) -> GuideFacts:
    values = {
        word if one == name else one: (text if one == name and text is not None else content)
        for one, content in ALL.items()
    }
    return only(rows(*values.items()))


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("设定依据", "法定依据"),
        ("设定依据", "法律依据"),
        ("设定依据", "实施依据"),
        ("申请条件", "受理范围"),
        ("申请条件", "准予批准条件"),
        ("申请条件", "办理对象"),
        ("办理材料", "申报材料"),
        ("办理材料", "所需材料清单"),
        ("办理材料", "所需要件"),
        ("办理地点", "受理窗口"),
        ("办理地点", "办公地址"),
        ("办理时间", "对外办公时间"),
        ("办理时间", "工作时间"),
        ("联系电话", "咨询方式"),
        ("联系电话", "监督电话"),
        ("联系电话", "咨询热线"),
        ("办理流程", "流程图"),
        ("办理流程", "网上办理流程"),
    ],
)
def test_classes_in_other_words(name: str, word: str) -> None:
    assert changed(name, word).missing == () and not changed(name, word).doubtful
    assert changed(name, word, "").missing == (name,)


@pytest.mark.parametrize(
    ("word", "text", "missing", "doubtful"),
    [
        # How long it takes is not when the counter is open: nobody is named for it, and nothing passes by it.
        ("承诺时限", "5个工作日", (), ("办理时间",)),
        ("法定办结时限", "20个工作日内办结", (), ("办理时间",)),
        ("办理期限", "工作日上午8:30至12:00", (), ()),
        ("承诺时限", "", ("办理时间",), ()),
        ("办理时间", "即时办理", (), ()),
    ],
)
def test_time_limits_are_no_office_hours(
    word: str, text: str, missing: tuple[str, ...], doubtful: tuple[str, ...]
) -> None:
    guide = changed("办理时间", word, text)
    assert (guide.missing, guide.doubtful) == (missing, doubtful)


@pytest.mark.parametrize("text", ["", "&nbsp;", "/", "——", "略", "暂无", "暂无数据", "null", "待完善", "……"])
def test_contents_that_say_nothing(text: str) -> None:
    assert changed("联系电话", "联系电话", text).missing == ("联系电话",)


@pytest.mark.parametrize(
    ("name", "text", "doubtful"),
    [
        ("申请条件", "无", ()),
        ("办理材料", "无", ()),
        ("办理材料", "详见附件", ()),
        ("设定依据", "无", ("设定依据",)),
        ("联系电话", "无", ("联系电话",)),
    ],
)
def test_none_is_an_answer_to_some(name: str, text: str, doubtful: tuple[str, ...]) -> None:
    guide = changed(name, name, text)
    assert (guide.missing, guide.doubtful) == ((), doubtful)


def without(*names: str, **more: str) -> GuideFacts:
    return only(rows(*[one for one in ALL.items() if one[0] not in names], *more.items()))


@pytest.mark.parametrize("heading", ["办理地点及时间", "办理地点/时间", "时间、地点", "受理地点和时间"])
def test_one_heading_for_two_classes(heading: str) -> None:
    assert without("办理地点", "办理时间", **{heading: "工作日上午在政务大厅"}).missing == ()
    assert without("办理地点", "办理时间", **{heading: ""}).missing == ("办理地点", "办理时间")


def test_a_bill_has_another_basis_than_the_matter() -> None:
    guide = without("设定依据", 收费依据="县发改价格〔2015〕3号")
    assert (guide.missing, guide.doubtful) == ((), ("设定依据",))
    assert without("设定依据").missing == ("设定依据",)


def test_what_stands_under_another_label_leaves_doubt() -> None:
    values = ALL | {"办理地点": "政务大厅二楼，周一至周五，0668-5550123"}
    guide = only(rows(*[one for one in values.items() if one[0] not in ("办理时间", "联系电话")]))
    assert (guide.missing, set(guide.doubtful)) == ((), {"办理时间", "联系电话"})


def test_matters_of_which_some_are_whole_leave_doubt() -> None:
    guide = only(wide(ALL, PART))
    assert (guide.missing, set(guide.doubtful)) == ((), set(LACKING))


def test_a_picture_among_the_parts_may_show_the_rest_and_an_icon_may_not() -> None:
    assert only(rows(*PART.items()) + "<img src=/upload/2026/1.jpg>").missing is None
    for icon in ("<img src=/images/print.gif>", "<img src=/upload/2026/1.png width=16 height=16>"):
        assert only(rows(*PART.items()) + icon).missing == LACKING


def test_all_matters_in_one_wide_table_of_the_section() -> None:
    def verdict(*matters: dict[str, str]) -> str:
        made = guides("", 0)
        page = made.pages.pages[made.urls["bsfw"]].body.decode()
        made.pages.put(
            made.urls["bsfw"], page.replace("<h2>办事服务</h2>", "<h2>办事服务</h2>" + wide(*matters))
        )
        found = look_at(made.pages)
        assert len(found.guides) == len(matters) == found.guides_total
        return answers(found)["W6.2"]

    named = [{"事项名称": f"第{n}种许可"} for n in range(6)]
    assert verdict(*[ALL | one for one in named]) == "pass"
    assert verdict(*[PART | one for one in named]) == "fail"
    linked = [{"事项名称": f"<a href=/f/{n}.doc>第{n}种许可</a>"} for n in range(6)]
    assert verdict(*[PART | one for one in linked]) == "for_people"


@pytest.mark.parametrize(("lacking", "verdict"), [(0, "pass"), (5, "fail")])
def test_guides_behind_pages_that_only_lead_on(lacking: int, verdict: str) -> None:
    """A hub leads to categories, these to sub-categories, and only those to guides."""
    made = guides("", 0)
    page = made.pages.pages[made.urls["bsfw"]].body.decode()

    def lists(links: list[tuple[str, str]]) -> str:
        return page.replace(
            "<h2>办事服务</h2>",
            "<h2>办事服务</h2><ul>" + "".join(f'<li><a href="{u}">{t}</a></li>' for u, t in links) + "</ul>",
        )

    made.pages.put(made.urls["bsfw"], lists([(f"/fl{n}/", f"第{n}类事务") for n in range(3)]))
    values = [("事项名称", "燃气经营许可"), *GUIDE[: len(GUIDE) - lacking]]
    for n in range(3):
        made.pages.put(HOME + f"fl{n}/", lists([(f"/fl{n}/z{m}/", f"第{n}类第{m}组") for m in range(2)]))
        for m in range(2):
            links = [(f"/g/{n}{m}{k}.html", f"{'甲乙丙丁戊己'[n * 2 + m]}类{k}号许可") for k in range(2)]
            made.pages.put(HOME + f"fl{n}/z{m}/", lists(links))
            for url, title in links:
                made.pages.put(HOME + url[1:], f"<html><body><h1>{title}</h1>{rows(*values)}</body></html>")
    found = look_at(made.pages)
    assert len(found.guides) == 12
    assert answers(found)["W6.2"] == verdict
