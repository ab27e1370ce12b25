"""Messages of citizens and guides to services, in several wordings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.accuracy.model import Letter


def letter_page(letter: Letter) -> str:
    answer = (
        f"<tr><th>答复时间</th><td>{letter.answered}</td></tr><tr><th>答复内容</th><td>您好，来信收悉，现答复如下。</td></tr>"
        if letter.answered
        else "<tr><th>办理状态</th><td>处理中</td></tr>"
    )
    return (
        f"<table><tr><th>信件标题</th><td>{letter.title}</td></tr><tr><th>来信时间</th><td>{letter.asked}</td></tr>"
        f"<tr><th>来信内容</th><td>请问应当如何办理，谢谢。</td></tr>{answer}</table>"
    )


def guide_table(values: Mapping[str, str]) -> str:
    rows = "".join(f"<tr><th>{k}</th><td>{v}</td></tr>" for k, v in values.items())
    return f'<table class="guide">{rows}</table>'


def guide_paragraphs(values: Mapping[str, str]) -> str:
    numbers = "一二三四五六七八"
    return "".join(
        f"<p><strong>{numbers[n]}、{k}</strong></p><p>{v}</p>" for n, (k, v) in enumerate(values.items())
    )


def guide_definition(values: Mapping[str, str]) -> str:
    return "<dl>" + "".join(f"<dt>【{k}】</dt><dd>{v}</dd>" for k, v in values.items()) + "</dl>"


def guide_colon(values: Mapping[str, str]) -> str:
    return "".join(f"<div>{k}：{v}</div>" for k, v in values.items())


def letters_table(letters: Iterable[Letter]) -> str:
    rows = "".join(
        f"<tr><td>{x.number + 1}</td><td><a href='{x.href}'>{x.title}</a></td><td>{x.asked}</td>"
        f"<td>{x.answered or ''}</td><td>{'已答复' if x.answered else '处理中'}</td></tr>"
        for x in letters
    )
    head = "<tr><th>序号</th><th>信件标题</th><th>来信日期</th><th>答复日期</th><th>状态</th></tr>"
    return f'<table class="letters">{head}{rows}</table>'


def letters_list(letters: Iterable[Letter]) -> str:
    rows = "".join(
        f'<li><a href="{x.href}">{x.title}</a><span>来信时间：{x.asked}</span>'
        + (f"<span>答复时间：{x.answered}</span>" if x.answered else "<span>待答复</span>")
        + "</li>"
        for x in letters
    )
    return f'<ul class="letters">{rows}</ul>'


def letters_plain(letters: Iterable[Letter]) -> str:
    """The list tells the day of asking only; the rest stands on the messages' own pages."""
    rows = "".join(f'<li><a href="{x.href}">{x.title}</a><span>{x.asked}</span></li>' for x in letters)
    return f'<ul class="mailbox-list">{rows}</ul>'
