"""Messages and answers one below the other on one page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from include.inspection.extract.guestbook import messages
from include.inspection.extract.html import Document
from tests.inspection.survey.site_shapes import SHAPES, make_site
from tests.inspection.survey.site_source import TODAY as POINT
from tests.inspection.survey.site_source import answers, look_at, measures

TODAY = date(2026, 11, 22)
ANSWER = "您好，您反映的问题已经安排办理，请放心。"


def block(age: int, answer: str) -> str:
    asked = POINT - timedelta(days=age)
    return (
        f'<div class="gb"><p>留言人：李**　留言时间：{asked} 10:01　IP：113.*</p><p>留言内容：第{age}号咨询</p>'
        f"{answer}</div>"
    )


def folded(age: int, answer: str) -> str:
    asked = POINT - timedelta(days=age)
    return f"<dt>[咨询] 第{age}号 <i>{asked}</i></dt><dd style='display:none'><p>问：第{age}号咨询</p><p>答：{answer}</p></dd>"


FORMS = {
    "blocks": (block, f"<p>管理员回复：{ANSWER}</p>", ""),
    "blocks that say so": (block, f"<p>回复：{ANSWER}</p>", "<p>回复：待处理</p>"),
    "folded": (folded, ANSWER, ""),
}


def page(body: str) -> Document:
    markup = f"<html><body><ul>{body}</ul><p>主办单位：某局</p></body></html>"
    return Document(markup.encode(), "text/html; charset=utf-8", "http://a.cn/gb.html")


@pytest.mark.parametrize("form", FORMS)
def test_each_message_is_told_with_its_answer(form: str) -> None:
    make, answered, waiting = FORMS[form]
    ages = (5, 40, 100, 120, 200)
    body = "".join(make(age, waiting if age == 120 else answered) for age in ages)
    found = messages(page(body), TODAY, TODAY)
    assert [one.asked for one in found] == [POINT - timedelta(days=age) for age in ages]
    assert [one.answered for one in found] == [True, True, True, False, True]
    assert found[3].title == "第120号咨询"


def test_the_last_message_ends_before_the_foot_of_the_page() -> None:
    body = "".join(block(age, f"<p>管理员回复：{ANSWER}</p>") for age in (5, 40)) + block(
        200, "<p>管理员回复：</p>"
    )
    assert [one.answered for one in messages(page(body), TODAY, TODAY)] == [True, True, False]


def test_an_answer_may_be_a_scan() -> None:
    face = "<img src='/face.gif'>"
    body = "".join(face + block(age, f"<p>管理员回复：{ANSWER}</p>") for age in (5, 40, 100))
    for scan, answered in (("", False), ("<img src='/scan/200.jpg'>", None)):
        found = messages(page(body + face + block(200, scan)), TODAY, TODAY)
        assert [one.answered for one in found] == [True, True, True, answered]


@pytest.mark.parametrize(
    "body",
    [
        "",
        # Too few to tell how the page shows its answers; none is answered on the page.
        block(5, f"<p>回复：{ANSWER}</p>") + block(200, ""),
        "".join(block(age, "") for age in (5, 40, 100, 200)),
        block(5, f"<p>回复：{ANSWER}</p>") + "".join(block(age, "") for age in (40, 100, 200)),
    ],
)
def test_nothing_is_told_where_the_page_does_not_show_it(body: str) -> None:
    assert messages(page(body), TODAY, TODAY) == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("age", "answer"), [(80, "pass"), (120, "fail"), (400, "pass")])
def test_a_guestbook_decides_about_answers(form: str, age: int, answer: str) -> None:
    make, answered, waiting = FORMS[form]
    made = make_site(SHAPES[0])
    body = "".join(make(n, answered) for n in (5, 40, 100)) + make(age, waiting)
    made.pages.put(made.urls["zmhd"], f"<html><body><h2>政民互动</h2><dl>{body}</dl></body></html>")
    found = look_at(made.pages)
    assert answers(found)["W5.2"] == answer
    assert answers(found)["W5.1"] == "pass"


def test_a_channel_and_services_that_hold_nothing_are_none() -> None:
    for slug, indicator, text in (("zmhd", "W5.1", "该栏目正在建设中"), ("bsfw", "W6.1", "栏目建设中")):
        made = make_site(SHAPES[0])
        whole = made.pages.pages[made.urls[slug]].body.decode()
        head = whole.partition('<div class="position">')[0]
        made.pages.put(made.urls[slug], f"{head}<div>{text}</div></body></html>")
        found = look_at(made.pages)
        assert answers(found)[indicator] == "fail"
        assert "打不开或没有内容" in measures(found)[indicator].details[0].text


@pytest.mark.parametrize(
    "way",
    [
        '<a href="http://zwfw.example.gov.cn/"><img src="/fw.png"></a>',
        '<a href="/grbs/">个人</a><a href="/frbs/">法人</a>',
        '<li onclick="go(1)">税务申报</li>',
    ],
)
def test_services_that_stand_beside_an_empty_list_are_services(way: str) -> None:
    made = make_site(SHAPES[0])
    head = made.pages.pages[made.urls["bsfw"]].body.decode().partition('<div class="position">')[0]
    made.pages.put(made.urls["bsfw"], f"{head}<div>暂无信息</div>{way}</body></html>")
    assert answers(look_at(made.pages))["W6.1"] == "pass"


@pytest.mark.parametrize(
    "way",
    [
        "<button onclick=\"location.href='/xx/'\">我要写信</button>",
        '<a href="/xx/">我要写信</a>',
        "<form><textarea></textarea></form>",
        '<iframe src="/xx/"></iframe>',
    ],
)
def test_a_channel_without_letters_takes_the_first_one(way: str) -> None:
    made = make_site(SHAPES[0])
    head = made.pages.pages[made.urls["zmhd"]].body.decode().partition('<div class="position">')[0]
    made.pages.put(made.urls["zmhd"], f"{head}<div>暂无信息</div>{way}</body></html>")
    assert answers(look_at(made.pages))["W5.1"] == "pass"


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("", "fail"),
        ("<img src='/scan/9.jpg'>", "for_people"),
        ("您好，请到窗口办理。", "pass"),
        (None, "for_people"),
    ],
)
def test_a_blank_cell_in_a_list_is_held_against_the_letters_own_page(
    answer: str | None, verdict: str
) -> None:
    """An answer may be a scan; a page that does not open tells nothing."""
    made = make_site(SHAPES[0])
    rows = ""
    for number, age in enumerate((20, 60, 150)):
        asked, waiting = POINT - timedelta(days=age), age == 150
        day = "" if waiting else str(asked + timedelta(days=5))
        rows += f"<tr><td><a href='/msg/x{number}.html'>咨询公积金提取第{number}件</a></td><td>{asked}</td><td>{day}</td></tr>"
        text = answer if waiting else ANSWER
        if text is not None:
            letter = (
                f"<p>来信时间：{asked}</p><p>来信内容：请问。</p><p>回复内容：{text}</p><p>主办单位：某办</p>"
            )
            made.pages.put(
                f"http://www.shixian.gov.cn/msg/x{number}.html", f"<html><body>{letter}</body></html>"
            )
    table = f"<table><tr><th>标题</th><th>来信时间</th><th>回复时间</th></tr>{rows}</table>"
    made.pages.put(made.urls["zmhd"], f"<html><body><h2>政民互动</h2>{table}</body></html>")
    assert answers(look_at(made.pages))["W5.2"] == verdict
