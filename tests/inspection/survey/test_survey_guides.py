"""Service guides: what is one, what it lacks, and where that cannot be told."""

from __future__ import annotations

import pytest

from include.inspection.facts import SiteFacts
from tests.inspection.survey.site_shapes import GUIDE, SHAPES, Made, make_site
from tests.inspection.survey.site_source import HOME, answers, failed, look_at, measures

TRS = SHAPES[0]
ALL = {"事项名称": "燃气经营许可", **dict(GUIDE)}
FEW = "".join(f"<h3>{name}</h3><p>{ALL[name]}</p>" for name in ("事项名称", "设定依据", "申请条件"))
WHOLE = "".join(f"<h3>{name}</h3><p>{text}</p>" for name, text in ALL.items())


def guides(markup: str, number: int = 6, titles: dict[int, str] | None = None, dated: str = "") -> Made:
    """A site whose service section leads to ``number`` pages of this markup; ``titles`` replace those of the entries."""
    made = make_site(TRS, guides_lacking=(5,) * number)
    listing = made.pages.pages[made.urls["bsfw"]].body.decode()
    for n in range(number):
        made.pages.put(HOME + f"guide/{n}.html", f"<html><body><h1>燃气经营许可</h1>{markup}</body></html>")
        if titles and n in titles:
            before, _, after = listing.partition(f'<a href="/guide/{n}.html">')
            _, _, rest = after.partition("</a>")
            listing = f'{before}<a href="/guide/{n}.html">{titles[n]}</a>{dated}{rest}'
    made.pages.put(made.urls["bsfw"], listing)
    return made


def missing(markup: str) -> set[tuple[str, ...] | None]:
    found = look_at(guides(markup).pages)
    assert found.guides
    return {guide.missing for guide in found.guides}


def cells(tag: str, texts: list[str]) -> str:
    return "".join(f"<{tag}>{text}</{tag}>" for text in texts)


def rows(*pairs: tuple[str, str]) -> str:
    return "<table>" + "".join(f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in pairs) + "</table>"


NAMES, TEXTS = list(ALL), list(ALL.values())


def test_labels_in_brackets_before_their_text() -> None:
    whole = "<br>".join(f"【{name}】{text}" for name, text in ALL.items())
    assert missing(f"<p>{whole}</p>") == {()}
    part = "<br>".join(f"【{name}】{text}" for name, text in ALL.items() if name not in LACKING)
    assert missing(f"<p>{part}</p>") == {LACKING}


def test_a_server_rendered_page_is_read_as_it_stands() -> None:
    rows_of_it = "".join(f"<h3>{name}</h3><p>{text}</p>" for name, text in ALL.items() if name not in LACKING)
    assert missing(f'<div id="__nuxt"><div>{rows_of_it}</div></div>') == {LACKING}
    assert missing(f'<div id="__nuxt"></div>{rows_of_it}') == {None}


@pytest.mark.parametrize(
    "markup",
    [
        WHOLE,
        # Two labels side by side above their two texts; label and text side by side twice in a row.
        "<table>"
        + "".join(
            f"<tr>{cells('th', NAMES[n : n + 2])}</tr><tr>{cells('td', TEXTS[n : n + 2])}</tr>"
            for n in (0, 2, 4, 6)
        )
        + "</table>",
        "<table>"
        + "".join(
            f"<tr><th>{NAMES[n]}</th><td>{TEXTS[n]}</td><th>{NAMES[n + 1]}</th><td>{TEXTS[n + 1]}</td></tr>"
            for n in (0, 2, 4, 6)
        )
        + "</table>",
        # Parts of an accordion; a flow chart, a map and a scanned form as contents.
        "".join(
            f"<div class=panel><a>{name}</a><div style='display:none'><p>{text}</p></div></div>"
            for name, text in ALL.items()
        ),
        WHOLE.replace(ALL["办理流程"], '<img src="/i/1.png">').replace(
            ALL["办理地点"], "<iframe src='/map'></iframe>"
        ),
        rows(*[(name, "<img src=/i/3.jpg>" if name == "办理材料" else text) for name, text in ALL.items()]),
        # Icons beside the headings.
        WHOLE.replace("<h3>", "<h3><img src=/i/dot.png>"),
    ],
)
def test_a_complete_guide_in_many_shapes(markup: str) -> None:
    assert missing(markup) == {()}


LACKING = ("办理地点", "办理时间", "联系电话", "办理流程")


@pytest.mark.parametrize(
    "markup",
    [
        rows(*[(name, "" if name in LACKING else text) for name, text in ALL.items()]),
        rows(*[(name, "&nbsp;" if name in LACKING else text) for name, text in ALL.items()]),
        "".join(
            f"<dl><dt>{name}</dt><dd>{'' if name in LACKING else text}</dd></dl>"
            for name, text in ALL.items()
        ),
        rows(*[(name, "略" if name in LACKING else text) for name, text in ALL.items()]),
        "<table>"
        + "".join(
            f"<tr>{cells('th', NAMES[n : n + 2])}</tr>"
            f"<tr>{cells('td', ['' if name in LACKING else ALL[name] for name in NAMES[n : n + 2]])}</tr>"
            for n in (0, 2, 4, 6)
        )
        + "</table>",
        # Icons of the headings are no contents.
        "".join(
            f"<h3><img src=/i/dot.png>{name}</h3>{'' if name in LACKING else f'<p>{text}</p>'}"
            for name, text in ALL.items()
        ),
        # Headings that belong to none of the eight explain nothing.
        "".join(f"<h3>{name}</h3><p>{text}</p>" for name, text in ALL.items() if name not in LACKING)
        + "<h3>收费标准</h3><p>不收费</p><h3>实施机关</h3><p>县住建局</p><h3>审批结果</h3><p>许可证</p>",
    ],
)
def test_a_guide_without_four_classes(markup: str) -> None:
    made = guides(markup)
    found = look_at(made.pages)
    assert {guide.missing for guide in found.guides} == {LACKING}
    assert "W6.2" in failed(found)


@pytest.mark.parametrize(
    "more",
    [
        '<p><a href="/f/1.doc">燃气经营许可.doc</a></p>',
        '<p>附件：<a href="/f/zn.pdf">办事指南（完整版）.pdf</a></p>',
        '<iframe src="/f/zn.pdf"></iframe>',
        '<img src="/images/bszn3.jpg">',
        # Headings of the same make in words that are not known: what is missing may stand there.
        "<h3>到场须带</h3><p>申请表、营业执照</p>",
    ],
)
def test_what_may_stand_elsewhere_is_not_missing_for_certain(more: str) -> None:
    markup = "".join(f"<h3>{name}</h3><p>{text}</p>" for name, text in ALL.items() if name not in LACKING)
    assert "W6.2" in failed(look_at(guides(markup).pages))
    assert "W6.2" not in failed(look_at(guides(markup + more).pages))


PARTS = [(name, text) for name, text in ALL.items() if name not in LACKING]
FORMS = {
    "heading": "<h3>{}</h3><p>{}</p>",
    "header": "<table><tr><th>{}</th><td>{}</td></tr></table>",
    "cell": "<table><tr><td><p>{}</p></td><td><p>{}</p></td></tr></table>",
    "colon": "<p>{}：{}</p>",
    "bracket": "<p><b>【{}】</b>{}</p>",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize(
    "name, text, named",
    [
        ("到场须带", "申请表、营业执照", False),
        ("窗口信息", "二楼5号，0000-1234567", False),
        ("咨询监督", "0000-1234567", False),
        ("收费标准", "不收费", True),
        ("实施机关", "县住房和城乡建设局", True),
        ("发布时间", "2026-11-01", True),
    ],
)
def test_a_heading_in_unknown_words_leaves_doubt(form: str, name: str, text: str, named: bool) -> None:
    markup = "<div>" + "".join(form.format(*part) for part in [*PARTS, (name, text)]) + "</div>"
    found = look_at(guides(markup).pages)
    assert ("W6.2" in failed(found)) is named
    assert answers(found)["W6.2"] == ("fail" if named else "for_people")


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_one_unknown_heading_does_not_excuse_seven_missing_classes(form: str) -> None:
    markup = "<div>" + "".join(form.format(*part) for part in [*PARTS[:2], ("到场须带", "申请表")]) + "</div>"
    assert "W6.2" in failed(look_at(guides(markup).pages))


@pytest.mark.parametrize(
    ("name", "word", "lacking"),
    [
        ("申请条件", "事项申办条件", ()),
        ("申请条件", "事项申办人数", ("申请条件",)),
        ("办理流程", "办理处理流程", ()),
        ("办理流程", "办事处理流程", ()),
        ("办理时间", "服务办理时限", ()),
        ("办理时间", "服务办理人数", ("办理时间",)),
        ("办理流程", "办理处理结果", ("办理流程",)),
    ],
)
def test_labels_in_other_words(name: str, word: str, lacking: tuple[str, ...]) -> None:
    found = look_at(guides(WHOLE.replace(f"<h3>{name}</h3>", f"<h3>{word}</h3>")).pages)
    assert {tuple(sorted((*(guide.missing or ()), *guide.doubtful))) for guide in found.guides} == {lacking}


def test_a_form_to_fill_in_is_no_guide() -> None:
    markup = "".join(f"<h3>{name}</h3><p>{text}</p>" for name, text in ALL.items() if name not in LACKING)
    form = (
        '<p>附件：<a href="/f/1.doc">申请表.doc</a></p><iframe src="http://i.tianqi.com/index.php"></iframe>'
        '<a href="/bszn/"><img src="/i/m9.gif" alt="办事指南"></a>'
    )
    assert "W6.2" in failed(look_at(guides(markup + form).pages))


PLAIN = {0: "燃气经营批准", 1: "户外广告批准", 2: "临时占道批准"}


def test_matters_whose_titles_tell_nothing_are_known_by_their_labels() -> None:
    found = look_at(guides(FEW, 3, PLAIN).pages)
    assert found.guides_total == 3
    assert failed(found) == {"W6.3"}
    assert look_at(guides(WHOLE, 3, PLAIN).pages).guides_total == 3
    assert failed(look_at(guides(WHOLE, 3, PLAIN).pages)) == set()


def test_five_such_matters_count_as_many() -> None:
    titles = PLAIN | {3: "绿化砍伐批准", 4: "夜间施工批准"}
    assert failed(look_at(guides(FEW, 5, titles).pages)) == {"W6.2"}


def reason(found: SiteFacts) -> str:
    return measures(found)["W6.3"].reason


@pytest.mark.parametrize(
    "markup, title",
    [
        # A page without a guide's labels under the services; one with a single label.
        ("<p>本事项已下放，请到镇街办理。</p>", "燃气经营批准"),
        ("<p>联系电话：0000-1234567</p>", "燃气经营批准"),
        # An announcement may name conditions and papers.
        (FEW, "关于组织申报燃气补贴的通知"),
    ],
)
def test_where_it_is_unsure_whether_a_page_is_a_guide_nobody_is_named(markup: str, title: str) -> None:
    made = guides(FEW, 3, PLAIN | {2: title})
    made.pages.put(HOME + "guide/2.html", f"<html><body><h1>{title}</h1>{markup}</body></html>")
    found = look_at(made.pages)
    assert failed(found) == set()
    assert answers(found)["W6.3"] == "for_people" and "1个条目不能确定" in reason(found)


def test_reports_among_the_services_leave_no_doubt() -> None:
    made = guides(FEW, 3, PLAIN | {2: "县政府服务大厅喜获表彰"}, dated="<span>2026-11-20</span>")
    made.pages.put(
        HOME + "guide/2.html", "<html><body><h1>县政府服务大厅喜获表彰</h1><p>近日获奖。</p></body></html>"
    )
    found = look_at(made.pages)
    assert found.guides_total == 2 and found.guides_unsure == 0
    assert failed(found) == {"W6.3"}


def test_services_that_are_no_guides_are_told_as_such() -> None:
    found = look_at(guides("<p>请到大厅办理。</p>", 3, PLAIN).pages)
    assert answers(found)["W6.2"] == answers(found)["W6.3"] == "for_people"
    assert "3个条目不能确定" in reason(found)


def test_matters_that_are_named_after_consultation_are_guides_and_no_channel() -> None:
    made = guides(FEW, titles={0: "学历认证咨询", 1: "商标咨询"})
    found = look_at(made.pages)
    assert measures(found)["W6.2"].low == 6
    assert not {name for name, _, _ in found.channels} & {"学历认证咨询", "商标咨询"}


def test_a_form_of_application_says_nothing_of_conditions() -> None:
    few = "<h3>事项名称</h3><p>施工许可</p><h3>提交材料</h3><p>1. 施工许可申请表；2. 身份证明复印件。</p><h3>办公地址</h3><p>人民路2号</p><h3>咨询电话</h3><p>0759-3312345</p>"
    assert missing(few) == {("设定依据", "申请条件", "办理时间", "办理流程")}


@pytest.mark.parametrize(("second", "answer"), [("", "fail"), ("城乡居民养老保险参保", "for_people")])
def test_reports_beside_guides_are_no_matters_and_a_link_is_named_after_its_row(
    second: str, answer: str
) -> None:
    """Of another list nothing is known: its entries may be guides."""
    made = guides(FEW, number=3)
    url = made.urls["bsfw"]
    head = made.pages.pages[url].body.decode().partition('<div class="position">')[0]
    matters = ("生育登记", "优待证办理", "救助申请")
    rows = "".join(
        f"<tr><td>{n + 1}</td><td>{name}</td><td><a href='/guide/{n}.html'>办事指南</a></td></tr>"
        for n, name in enumerate(matters)
    )
    reports = "".join(
        f"<li><a href='/fwdt/{n}.html'>第{n}次养老活动在东湖街道顺利结束</a><span>2026-11-{20 - n % 18:02d}</span></li>"
        for n in range(30)
    )
    more = "".join(
        f"<p><a href='/cb/{n}.html'>{second}第{n}类</a><i>2026-10-{20 - n:02d}</i></p>" for n in range(4)
    )
    made.pages.put(
        url, f"{head}<table>{rows}</table><ul>{reports}</ul><div>{more if second else ''}</div></body></html>"
    )
    for n in range(30):
        made.pages.put(
            f"{HOME}fwdt/{n}.html", f"<html><body><h1>第{n}次养老活动</h1><p>活动顺利结束。</p></body></html>"
        )
    found = look_at(made.pages)
    assert answers(found)["W6.3"] == answer
    assert set(matters) <= {guide.title for guide in found.guides}
