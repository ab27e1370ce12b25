"""What several systems share: menus, blocks, articles' heads, spans of days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from include.inspection.times import BEIJING
from tests.accuracy.model import Entry
from tests.accuracy.words import paragraphs

AS_OF = datetime(2026, 11, 20, 10, 0, tzinfo=BEIJING)

FRESH = (0, 1, 3, 4, 7, 9, 12, 16, 20, 25, 31, 40, 44, 52, 60)
WEEK = (5, 8, 11, 19, 33, 47, 60, 75, 90, 110)
EDGE = (13, 21, 40, 60, 90, 130, 160, 200)
BEYOND = (14, 22, 41, 66, 91, 140, 190, 230)
LATE = (24, 33, 51, 70, 95, 130, 160, 210)
MONTHS = (30, 62, 95, 120, 170, 260, 330, 420)
OLD = (196, 230, 280, 330, 400, 520, 610, 700)
YEARS = (760, 900, 1100, 1300, 1500)
FUTURE = (-12, 3, 9, 17, 26, 44, 70)

Menu = Sequence[tuple[str, str, Sequence[tuple[str, str]]]]


def menu_list(menu: Menu) -> str:
    inner = "".join(
        f'<li><a href="{url}">{name}</a>'
        + (
            f'<ul class="sub">{"".join(f"<li><a href={u}>{n}</a></li>" for n, u in below)}</ul>'
            if below
            else ""
        )
        + "</li>"
        for name, url, below in menu
    )
    return f'<div class="nav"><ul><li class="home"><a href="/">首页</a></li>{inner}<li><a href="https://www.zwfw-demo.example/">办事大厅</a></li><li><a href="/en/">English</a></li></ul></div>'


def menu_flat(menu: Menu) -> str:
    """The first level only; the second stands on the channel pages."""
    inner = "".join(f'<li><a href="{url}" target="_blank">{name}</a></li>' for name, url, _ in menu)
    return (
        f'<div class="header-menu"><ul class="clearfix"><li><a href="/">网站首页</a></li>{inner}</ul></div>'
    )


def menu_roles(menu: Menu) -> str:
    inner = "".join(
        f'<li class="parentNode"><a href="{url}">{name}</a>'
        + (f'<div class="sub-box">{"".join(f"<a href={u}>{n}</a>" for n, u in below)}</div>' if below else "")
        + "</li>"
        for name, url, below in menu
    )
    return f'<div class="menu_hd"><ul role="navigation" des="主目录"><li><a href="/">首页</a></li>{inner}</ul></div>'


def menu_definition(menu: Menu) -> str:
    inner = "".join(
        f'<dl><dt><a href="{url}">{name}</a></dt>'
        + (f"<dd>{''.join(f'<a href={u}>{n}</a>' for n, u in below)}</dd>" if below else "")
        + "</dl>"
        for name, url, below in menu
    )
    return f'<nav class="mainNav"><dl><dt><a href="/">首页</a></dt></dl>{inner}</nav>'


def menu_images(menu: Menu) -> str:
    """Pictures with alternative texts."""
    inner = "".join(
        f'<a href="{url}"><img src="/images/m{n}.gif" border="0" alt="{name}"></a>'
        for n, (name, url, _) in enumerate(menu)
    )
    return f'<div id="menu"><a href="/"><img src="/images/m.gif" alt="首页"></a>{inner}</div>'


def menu_table(menu: Menu) -> str:
    inner = "".join(
        f'<TD align=center><A href="{url}"><FONT color=#ffffff><B>{"&nbsp;".join(name)}</B></FONT></A></TD><TD width=2>|</TD>'
        for name, url, _ in menu
    )
    return (
        '<TABLE width=1000 bgcolor=#0b5fa5 align=center><TR><TD><A href="/"><FONT color=#ffffff>首 页</FONT></A></TD>'
        f"{inner}</TR></TABLE>"
    )


def block_more_after(name: str, url: str, rows: str) -> str:
    return f'<div class="box"><div class="tit"><h3>{name}</h3><a class="more" href="{url}">更多&gt;&gt;</a></div>{rows}</div>'


def block_more_before(name: str, url: str, rows: str) -> str:
    return f'<div class="panel"><div class="hd"><span class="fr"><a href="{url}">more+</a></span><span>{name}</span></div>{rows}</div>'


def block_linked(name: str, url: str, rows: str) -> str:
    return f'<section class="column-box"><h2><a href="{url}" title="{name}">{name}</a></h2>{rows}</section>'


def block_tabs(name: str, url: str, rows: str) -> str:
    """Tabs, of which all but the first are hidden until they are clicked."""
    hidden = "" if name[:1] in "要今工" else ' style="display:none"'
    return (
        f'<div class="tab"><ul class="tab-hd"><li class="on"><a href="{url}">{name}</a></li></ul>'
        f'<div class="tab-bd"{hidden}>{rows}</div></div>'
    )


def body(entry: Entry) -> str:
    return "".join(f"<p>{text}</p>" for text in paragraphs(entry.title))


def compact(day: date) -> str:
    return f"{day:%Y%m%d}"


def full_width(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)
