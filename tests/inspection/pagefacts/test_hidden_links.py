"""Hidden links: hidden AND foreign AND wording or number. Everything short of that is no finding."""

from __future__ import annotations

import pytest

from include.inspection.config import ConfigError
from include.inspection.extract.hidden_links import HiddenLinkWords, hidden_links

BAD = '<a href="http://www.dubo-example.com/">时时彩平台</a>'


@pytest.mark.parametrize(
    "body",
    [
        f'<div style="display:none">{BAD}</div>',
        f'<div style="DISPLAY : none !important">{BAD}</div>',
        f'<div style="visibility:hidden"><p>{BAD}</p></div>',
        f'<div style="position:absolute;left:-9999px;top:0">{BAD}</div>',
        f'<div style="text-indent:-999em">{BAD}</div>',
        f'<div style="overflow:hidden;height:0">{BAD}</div>',
        f'<div style="height:1px;overflow:hidden;width:1px">{BAD}</div>',
        f'<div style="font-size:0px">{BAD}</div>',
        f'<div style="color:#fff;background:#FFFFFF">{BAD}</div>',
        f'<div style="opacity:0">{BAD}</div>',
        f'<marquee height="1" width="4" scrollamount="5000">{BAD}</marquee>',
        f'<div hidden>{BAD}</div>',
        f'<style>.x1 {{ display: none; }} </style><div class="y x1">{BAD}</div>',
        f'<style>div#kk{{position:fixed;top:-900px}}</style><div id="kk">{BAD}</div>',
        f'<div id="zz">{BAD}</div><script>document.getElementById("zz").style.display="none"</script>',
        f"<script>document.write(\"<div style='display:none'>\");</script>{BAD}<script>document.write('<\\/div>');</script>",
        "<script>document.write('<div style=\"display:none\"><a href=\"http://www.dubo-example.com/\">时时彩平台<\\/a><\\/div>')</script>",
        '<a style="display:none" href="http://bet365.dubo-example.com/">x</a>',
    ],
)  # fmt: skip
def test_found(page, body):
    found = hidden_links(page(f"<div>正文</div>{body}<p>尾</p>"))
    assert [item.level for item in found] == ["certain"]
    assert "dubo-example.com" in found[0].url
    assert found[0].hidden_by
    assert "赌博" in found[0].why
    assert found[0].path


@pytest.mark.parametrize(
    "body",
    [
        BAD,  # not hidden
        '<div style="display:none"><a href="http://news-example.com/">新闻</a></div>',  # nothing suspicious
        '<div style="display:none"><a href="/dubo.html">时时彩</a></div>',  # own site
        '<div style="display:none"><a href="http://www.gd.gov.cn/">时时彩</a></div>',
        '<div style="display:none"><a href="http://www.cnzz.com/stat">博彩</a></div>',
        '<div style="display:none"><a href="http://x-example.com/">打击网络赌博专项行动</a></div>',
        f'<div style="display:block">{BAD}</div>',
        f'<div style="height:300px;overflow:hidden">{BAD}</div>',
        f'<div style="color:#000;background:#fff">{BAD}</div>',
        f'<marquee height="30" scrollamount="3">{BAD}</marquee>',
        f'<div class="share" style="display:none">{BAD}</div>',
        f"<script>document.write(\"<div style='display:none'></div>\");</script>{BAD}",
        "<style>#skip{overflow:hidden;width:0;height:0}</style><div id=skip><a href='#main'>跳到正文</a></div>",
        "<div id='login' style='display:none'><form><a href='http://passport-example.com/'>登录</a></form></div>",
    ],
)
def test_not_found(page, body):
    assert hidden_links(page(body)) == []


def links(number: int) -> str:
    return "".join(f'<a href="http://site{index}-example.com/">站点{index}</a>' for index in range(number))


def test_many_in_one_hidden_block_are_suspected(page):
    found = hidden_links(page(f'<div style="display:none">{links(12)}</div>'))
    assert len(found) == 12
    assert {item.level for item in found} == {"suspected"}
    assert "12" in found[0].why


#: A script file of the site's own, which may open whatever is hidden.
SCRIPT = '<script src="/js/jquery.min.js"></script>'
#: Those of outside services leave the page as it is.
SERVICES = (
    '<script id="_jiucuo_" sitecode="4401000001" src="http://pucha.kaipuyun.cn/exposure/jiucuo.js"></script>'
    '<script src="//dcs.conac.cn/js/01/a.js"></script><script src="https://hm.baidu.com/hm.js?1"></script>'
)


@pytest.mark.parametrize(
    "body",
    [
        f'<div><p>一</p><div style="display:none">{links(12)}</div><div>二</div></div>',
        f'<div class="w"><ul class="ul1" style="display:none">{links(12)}</ul></div>{SERVICES}',
        f'<style>.nav .sub{{display:none}}.nav li:hover .sub{{display:block}}.yl{{display:none}}</style><div class="yl">{links(12)}</div>',
        "<div><p>一</p><p style='display:none'>"
        + "".join(f"<a href='http://seo{n}.farm-example.com/'>第{n}家</a>" for n in range(12))
        + "</p><p>二</p></div>",
    ],
)
def test_many_sites_in_a_block_that_nothing_opens_are_suspected_whatever_it_looks_like(page, body):
    found = hidden_links(page(body))
    assert [item.level for item in found] == ["suspected"] * 12


@pytest.mark.parametrize(
    "body",
    [
        f'<ul style="display:none">{links(30)}</ul>{SCRIPT}',  # a menu that opens on hovering
        f'<div class="mobile-menu" style="display:none">{links(30)}</div>{SCRIPT}',
        f'<div class="tabs"><div onmouseover="this.nextSibling.style.display=1">一</div><div style="display:none">{links(30)}</div></div>',
        f'<style>.sub{{position:absolute;left:-999px}}.nav:hover .sub{{left:0;visibility:visible}}</style><div class="sub">{links(30)}</div>',
        f'<style>.fl{{display:none}}#t:checked~.fl{{display:block}}</style><input id=t type=checkbox><div class="fl">{links(30)}</div>',
        f'<link rel="stylesheet" href="/css/a.css"><style>.sub{{display:none}}</style><div class="sub">{links(30)}</div>',
        f'<div><b>友情链接</b><div style="display:none">{links(30)}</div><div>x</div></div><script>function o(n){{n.style.display="block"}}</script>',
        f'<div><p>一</p><p style="display:none">{links(9)}</p><p>二</p></div>',
        # thirty links of one foreign host are a shop of somebody the page names, not a farm of links
        f"""<div><p>一</p><p style="display:none">{'<a href="http://one-example.com/">一</a>' * 30}</p><p>二</p></div>""",
        f'<div style="display:none">{links(4)}</div>',
    ],
)
def test_what_menus_and_tabs_hide_is_none(page, body):
    assert hidden_links(page(body)) == []


def test_one_word_of_a_trade_with_honest_namesakes_is_suspected_and_two_are_certain(page):
    one = '<a href="http://a-example.com/">林市妇科医院</a>'
    assert [item.level for item in hidden_links(page(f"<p hidden>{one}</p>"))] == ["suspected"]
    two = one + '<a href="http://b-example.com/">无痛人流</a>'
    assert [item.level for item in hidden_links(page(f"<p hidden>{two}</p>"))] == ["certain", "certain"]


def test_what_stands_beside_a_gambling_link_in_a_planted_block_came_with_it(page):
    other = '<a href="http://plain-example.com/">好站</a>'
    planted = hidden_links(page(f'<div style="position:absolute;left:-9999px">{BAD}{other}</div>'))
    assert [(item.text, item.level) for item in planted] == [("时时彩平台", "certain"), ("好站", "certain")]
    menu = hidden_links(page(f'<ul class="links" style="display:none">{BAD}{other}</ul>'))
    assert [item.text for item in menu] == ["时时彩平台"]


def test_other_hosts_of_the_site_are_its_own(page):
    body = f'<div style="display:none">{BAD}</div>'
    assert hidden_links(page(body), ["www.dubo-example.com"]) == []


def test_a_broken_word_file_names_the_field(tmp_path):
    path = tmp_path / "words.yaml"
    path.write_text(
        "many: 10\nharmless: []\nservices: []\nservice_scripts: []\nwords:\n  - {word: 博彩, trade: games, source: x}\n",
        "utf-8",
    )
    with pytest.raises(ConfigError, match="trade"):
        HiddenLinkWords(path)
