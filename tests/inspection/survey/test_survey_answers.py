"""Letters that were answered in words that sound like no answer, or whose own words do: none of them is named."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.inspection.survey.site_shapes import SHAPES, make_site
from tests.inspection.survey.site_source import HOME, TODAY, answers, look_at

PLAIN = "您好，请到县政务服务中心办理，感谢您的来信。"
ASKS = "请问应该如何办理？"
ANSWERS = (
    "未成年人入学须由监护人到学校登记，带户口簿。",
    "待遇标准由县人社局核定，每月十五日发放。",
    "正在施工的路段预计下月完工，届时恢复通行。",
    "已受理，经核实，该处路灯已于本周修复。",
    "已转县住建局，现答复如下：该小区外墙由物业维修。",
    "【县教育局】您好，符合条件的可以转学。",
    "[县民政局] 您好，请到社区登记。",
)
LETTERS = (
    "我去年提交的低保申请一直未办理，请答复。",
    "上次写信尚未回复，现在再问一次。",
    "信访件处理中遇到困难，请帮助。",
)


def page(title: str, asked: str, text: str, answer: str, label: str = "回复内容") -> str:
    return (
        f"<h1>{title}</h1><p>来信时间：{asked}</p><p>来信内容：{text}</p><p>{label}：{answer}</p>"
        "<p>主办单位：某办</p>"
    )


def site(title: str, text: str, answer: str, *, label: str = "回复内容", status: str = "") -> str:
    """W5.2 of a site whose letter of five months ago is this one, beside two plain ones."""
    made = make_site(SHAPES[0])
    rows = ""
    letters = [
        (20, "咨询公积金提取", ASKS, PLAIN),
        (60, "小区路灯不亮", ASKS, PLAIN),
        (150, title, text, answer),
    ]
    for number, (age, name, asks, told) in enumerate(letters):
        asked = str(TODAY - timedelta(days=age))
        rows += f"<li><a href='/msg/y{number}.html'>{name}</a><span>{asked}</span> {status}</li>"
        shown = page(name, asked, asks, told, label)
        made.pages.put(f"{HOME}msg/y{number}.html", f"<html><body>{shown}</body></html>")
    made.pages.put(made.urls["zmhd"], f"<html><body><h2>政民互动</h2><ul>{rows}</ul></body></html>")
    return answers(look_at(made.pages))["W5.2"]


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_on_the_letters_page(answer: str) -> None:
    """已受理 and the like may be the state before what was found out: that is for people."""
    doubtful = answer.startswith("已")
    assert site("咨询入学手续", ASKS, answer) == ("for_people" if doubtful else "pass")


@pytest.mark.parametrize(
    "none", ["", "正在办理中，请耐心等待。", "已受理", "已转办", "待回复", "暂无", "未回复"]
)
def test_what_stands_in_its_place_while_there_is_none(none: str) -> None:
    assert site("咨询入学手续", ASKS, none) == "fail"


@pytest.mark.parametrize("text", LETTERS)
@pytest.mark.parametrize("label", ["回复内容", "办复情况", "局长的话"])
def test_what_the_letter_says_is_not_its_state(text: str, label: str) -> None:
    """Behind a label that is not known an answer may stand: that is for people."""
    assert site("咨询低保手续", text, PLAIN, label=label) in ("pass", "for_people")


@pytest.mark.parametrize("title", ["办理中遇到的困难", "低保未办理", "路灯尚未修复待处理"])
@pytest.mark.parametrize("status", ["已回复", "状态：已办结", "[已答复]"])
def test_what_a_title_says_is_not_its_state(title: str, status: str) -> None:
    assert site(title, ASKS, "", label="说明", status=status) == "pass"


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_in_a_table_without_pages(answer: str) -> None:
    made = make_site(SHAPES[0])
    rows = "".join(
        f"<tr><td>第{n}件{name}</td><td>{TODAY - timedelta(days=age)}</td><td>{told}</td></tr>"
        for n, (age, name, told) in enumerate(
            [(20, "咨询公积金", PLAIN), (60, "路灯不亮", PLAIN), (150, "咨询入学", answer)]
        )
    )
    table = f"<table><tr><th>留言标题</th><th>留言时间</th><th>回复内容</th></tr>{rows}</table>"
    made.pages.put(made.urls["zmhd"], f"<html><body><h2>政民互动</h2>{table}</body></html>")
    assert answers(look_at(made.pages))["W5.2"] == "pass"


@pytest.mark.parametrize(
    "form",
    [
        "<div><p>标题：{0}</p><p>留言时间：{1}</p><p>管理员回复：{2}</p></div>",
        "<p>标题：{0}</p><p>留言时间：{1}</p><p>管理员回复：{2}</p>",
    ],
)
@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_in_a_guestbook(answer: str, form: str) -> None:
    made = make_site(SHAPES[0])
    told = [(20, "公积金", PLAIN), (60, "路灯", PLAIN), (150, "入学", answer), (170, "医保", PLAIN)]
    body = "".join(form.format(name, TODAY - timedelta(days=age), text) for age, name, text in told)
    made.pages.put(made.urls["zmhd"], f"<html><body><h2>政民互动</h2>{body}</body></html>")
    assert answers(look_at(made.pages))["W5.2"] in ("pass", "for_people")
