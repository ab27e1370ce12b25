"""Letter boxes, guestbooks and message boards in the forms that government sites give them.

Every form takes the letters of a channel and gives the channel's page and the letters' own pages by path.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tests.inspection.survey.site_source import TODAY

REPLY = "您好，您反映的问题我单位已安排专人办理，感谢您的来信。"
SUBJECTS = (
    "孩子转学如何办理",
    "楼上装修噪音扰民",
    "小区路灯不亮",
    "公积金提取条件",
    "医保报销比例咨询",
    "校车线路建议",
    "积水路段何时修好",
)


@dataclass(frozen=True)
class Letter:
    number: int
    asked: date
    answered: date | None

    @property
    def title(self) -> str:
        return SUBJECTS[self.number % len(SUBJECTS)]

    @property
    def path(self) -> str:
        return f"/hd/show_{900 + self.number}.html"


Made = tuple[str, dict[str, str]]


def letters_of(ages: Sequence[int], waiting: Sequence[int]) -> list[Letter]:
    """Letters of so many days before the monitoring day; those of ``waiting`` have no answer, the others one after five days
    (or on the monitoring day)."""
    made = []
    for number, age in enumerate(ages):
        asked = TODAY - timedelta(days=age)
        answered = None if age in waiting else min(asked + timedelta(days=5), TODAY)
        made.append(Letter(number, asked, answered))
    return made


def _table(head: Sequence[str], row: Callable[[Letter], Sequence[object]]) -> Callable[[list[Letter]], Made]:
    def make(letters: list[Letter]) -> Made:
        titles = "".join(f"<th>{name}</th>" for name in head)
        rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row(one)) + "</tr>" for one in letters)
        return f"<table class='xj'><tr>{titles}</tr>{rows}</table>", {one.path: _page(one) for one in letters}

    return make


def _rows(
    row: Callable[[Letter], str], outer: str = "<ul class='xjlist'>{}</ul>"
) -> Callable[[list[Letter]], Made]:
    def make(letters: list[Letter]) -> Made:
        return outer.format("".join(map(row, letters))), {one.path: _page(one) for one in letters}

    return make


def _alone(
    row: Callable[[Letter], str], outer: str = "<div class='ly'>{}</div>"
) -> Callable[[list[Letter]], Made]:
    return lambda letters: (outer.format("".join(map(row, letters))), {})


def _with_pages(
    page: Callable[[Letter], str], row: Callable[[Letter], str]
) -> Callable[[list[Letter]], Made]:
    def make(letters: list[Letter]) -> Made:
        return f"<ul class='xjlist'>{''.join(map(row, letters))}</ul>", {
            one.path: page(one) for one in letters
        }

    return make


def link(one: Letter) -> str:
    return f"<a href='{one.path}'>{one.title}</a>"


def _page(one: Letter) -> str:
    """A letter's own page with labels before every field."""
    answer = (
        f"<p>回复时间：{one.answered}</p><p>回复内容：{REPLY}</p>" if one.answered else "<p>回复内容：</p>"
    )
    return f"<h1>{one.title}</h1><p>来信人：李*</p><p>来信时间：{one.asked}</p><p>来信内容：请问{one.title}？</p>{answer}"


def _plain_row(one: Letter) -> str:
    return f"<li>{link(one)}<span>{one.asked}</span></li>"


def _dated(one: Letter) -> str:
    return str(one.answered or "")


def _page_table(one: Letter) -> str:
    reply = (one.answered, "市城管局", REPLY) if one.answered else ("", "", "")
    fields = [("信件标题", one.title), ("来信日期", one.asked), ("信件内容", "请帮助解决。")]
    fields += list(zip(("答复日期", "答复单位", "答复内容"), reply, strict=True))
    return "<table>" + "".join(f"<tr><th>{a}</th><td>{b}</td></tr>" for a, b in fields) + "</table>"


def _page_state(one: Letter) -> str:
    state = "已办结" if one.answered else "办理中"
    reply = f"<h3>办理结果</h3><div>{REPLY}</div>" if one.answered else ""
    return f"<h2>{one.title}</h2><p>编号：2026{one.number} 提交时间：{one.asked} 状态：{state}</p><div>请解决。</div>{reply}"


def _page_no_reply(one: Letter) -> str:
    reply = (
        f"<div class='hf'><b>[答复]</b> {REPLY} <i>答复时间：{one.answered}</i></div>" if one.answered else ""
    )
    wait = "" if one.answered else "<div class='hf'>该信件尚未回复</div>"
    return f"<h2>{one.title}</h2><p>写信时间：{one.asked}</p><div>请解决。</div>{reply}{wait}"


def _json(letters: list[Letter]) -> Made:
    data = [
        {
            "title": one.title,
            "url": one.path,
            "createTime": f"{one.asked} 10:00:00",
            "replyTime": f"{one.answered} 09:00:00" if one.answered else None,
            "status": "已回复" if one.answered else "未回复",
        }
        for one in letters
    ]
    script = f"<ul id='l'></ul><script>var listData = {json.dumps(data, ensure_ascii=False)};</script>"
    return script, {one.path: _page(one) for one in letters}


def _accordion(one: Letter) -> str:
    reply = (
        f"<p>答复内容：{REPLY}</p><p>答复时间：{one.answered}</p>" if one.answered else "<p>答复内容：</p>"
    )
    return (
        f"<div class='panel'><h4 class='panel-title'><a data-toggle='collapse' href='#c{one.number}'>{one.title}</a></h4>"
        f"<div id='c{one.number}' class='collapse'><p>咨询时间：{one.asked}</p><p>咨询内容：请问如何办理？</p>{reply}</div></div>"
    )


def _guestbook(one: Letter) -> str:
    reply = f"<p class='re'>管理员回复：{REPLY}（{one.answered}）</p>" if one.answered else ""
    return f"<div class='m'><p>网友 李* 留言时间：{one.asked} 08:12</p><p>标题：{one.title}</p><p>请问？</p>{reply}</div>"


def _board(one: Letter) -> str:
    reply = (
        f"<div>回复：{REPLY} 回复时间：{one.answered}</div>" if one.answered else "<div>回复：暂未回复</div>"
    )
    return f"<li><h5>{one.title}</h5><div>提问时间：{one.asked}</div><div>请问？</div>{reply}</li>"


def _status(answered: str, waiting: str) -> Callable[[Letter], str]:
    return lambda one: answered if one.answered else waiting


def _state_row(
    answered: str, waiting: str, form: str = "<li>{a}<em>{s}</em><span>{d}</span></li>"
) -> Callable[[list[Letter]], Made]:
    def row(one: Letter) -> str:
        return form.format(a=link(one), s=answered if one.answered else waiting, d=one.asked)

    return _rows(row)


FORMS: dict[str, Callable[[list[Letter]], Made]] = {
    "table with a state": _table(
        ("编号", "信件标题", "来信时间", "办理状态"),
        lambda one: (f"X{one.number}", link(one), one.asked, "已办结" if one.answered else "办理中"),
    ),
    "table with a blank day of answering": _table(
        ("标题", "来信日期", "回复日期"), lambda one: (link(one), one.asked, _dated(one))
    ),
    "table with a dash for the day": _table(
        ("主题", "提交时间", "答复单位", "答复时间"),
        lambda one: (link(one), one.asked, "市城管局" if one.answered else "--", one.answered or "--"),
    ),
    "table without links": _alone(
        lambda one: (
            f"<tr><td>{one.number}</td><td>{one.title}</td><td>{one.asked}</td><td>{_status('已回复', '未回复')(one)}</td></tr>"
        ),
        "<table><tr><th>序号</th><th>标题</th><th>时间</th><th>状态</th></tr>{}</table>",
    ),
    "table without links, the answers in it": _alone(
        lambda one: (
            f"<tr><td>{one.title}</td><td>{one.asked}</td><td>{REPLY if one.answered else ''}</td><td>{_dated(one)}</td></tr>"
        ),
        "<table><tr><th>留言内容</th><th>留言时间</th><th>回复内容</th><th>回复时间</th></tr>{}</table>",
    ),
    "rows, state in brackets": _state_row("[已回复]", "[待回复]"),
    "rows, 已受理 and 办结": _state_row("办结", "受理中"),
    "rows, 转办中": _state_row("已办结", "转办中"),
    "rows, 待受理": _state_row("已答复", "待受理"),
    "rows, 未处理": _state_row("已处理", "未处理"),
    "rows, 待办理": _state_row("已办理", "待办理"),
    "rows, 未办结 behind a label": _state_row(
        "已办结", "未办结", "<li>{a}<p>来信时间：{d} 当前状态：{s}</p></li>"
    ),
    "rows, 处理中 as a picture's word": _state_row(
        "<img src='/y.gif' alt='已回复'>", "<img src='/n.gif' alt='未回复'>"
    ),
    "cards": _state_row(
        "已回复",
        "未回复",
        "<div class='card'><h4>{a}</h4><div class='meta'><span>提交时间：{d}</span><span>状态：{s}</span></div></div>",
    ),
    "cards that are links": _rows(
        lambda one: (
            f"<a class='card' href='{one.path}'><h4>{one.title}</h4><p>提问时间：{one.asked}</p><p>{_status('已答复', '待答复')(one)}</p></a>"
        ),
        "<div>{}</div>",
    ),
    "days of both in the row": _rows(
        lambda one: (
            f"<li>{link(one)}<span>来信时间：{one.asked}</span><span>回复时间：{_dated(one)}</span></li>"
        )
    ),
    "pages with a table of fields": _with_pages(_page_table, _plain_row),
    "pages with a state": _with_pages(_page_state, _plain_row),
    "pages that say 尚未回复": _with_pages(_page_no_reply, _plain_row),
    "pages with labels": _with_pages(_page, _plain_row),
    "pages, 回复 left out": _with_pages(
        lambda one: (
            f"<h2>{one.title}</h2><p>咨询时间：{one.asked}</p><p>咨询内容：请问？</p>"
            + (
                f"<p>答复部门：市人社局</p><p>答复时间：{one.answered}</p><p>答复内容：{REPLY}</p>"
                if one.answered
                else ""
            )
        ),
        _plain_row,
    ),
    "list as JSON": _json,
    "accordion": _alone(_accordion),
    "guestbook": _alone(_guestbook),
    "guestbook of tables": _alone(
        lambda one: (
            f"<table class='gb'><tr><td>留言人：李*</td><td>主题：{one.title}　留言时间：{one.asked} 09:12</td></tr>"
            f"<tr><td>留言内容</td><td>您好，请帮助解决。</td></tr><tr><td>管理员回复</td><td>{REPLY if one.answered else ''}</td></tr></table>"
        )
    ),
    "message board": _alone(_board, "<ul>{}</ul>"),
    "question and answer": _alone(
        lambda one: (
            f"<dl><dt>问：{one.title}？ [{one.asked}]</dt><dd>答：{REPLY if one.answered else ''}</dd></dl>"
        )
    ),
    "divs as a table": _rows(
        lambda one: (
            f"<div class='tr'><div class='td'>{link(one)}</div><div class='td'>{one.asked}</div><div class='td'>{one.answered or '暂无'}</div>"
            f"<div class='td'>{_status('已办结', '办理中')(one)}</div></div>"
        ),
        "<div class='tb'>{}</div>",
    ),
    "definition list": _rows(
        lambda one: f"<dt>{link(one)}</dt><dd>{one.asked} 【{_status('已回复', '未回复')(one)}】</dd>",
        "<dl>{}</dl>",
    ),
}
