"""The eight footer items: in the footer, elsewhere on the page, by script, absent, and what only looks like them."""

from __future__ import annotations

import pytest

from include.inspection.extract.footer import LABELS, footer_items
from include.inspection.extract.footer_places import Found

FULL = """<div class="main"><p>正文。</p></div>
<div class="Footer">
 <a href="http://bszs.conac.cn/sitename?method=show&id=0BE1"><img src="/img/red.png"></a>
 <a href="https://zfwzgl.www.gov.cn/exposure/jiucuo.html?site_code=4499000001&url=http%3A%2F%2Fx"><img src="/img/jiucuo.png"></a>
 <a href="/wzdt/">网站地图</a>
 <p>主办单位：林市人民政府办公室　联系电话：0700-2345678</p>
 <p>网站标识码：<span>4499000001</span> 粤<i>ICP</i>备<i>12345678</i>号-1
 <a href="http://www.beian.gov.cn/portal/registerSystemInfo?recordcode=44990002000001">粤公网安备 44990002000001号</a></p>
</div>"""


def test_all_items_in_the_footer(page):
    items = footer_items(page(FULL), "4499000001")
    assert {name: item.found for name, item in items.items().items()} == dict.fromkeys(LABELS, Found.FOOTER)
    assert items.missing == []
    assert items.site_code.value == "4499000001"
    assert items.code_matches is True
    assert items.report_code_matches is True
    assert items.sponsor.value == "林市人民政府办公室"
    assert items.contact.value == "0700-2345678"
    assert items.icp.value == "粤ICP备12345678号-1"
    assert items.police.value == "44990002000001"
    assert items.site_map.value == "http://www.linshi.gov.cn/wzdt/"
    assert "conac.cn" in items.badge.value
    assert "registerSystemInfo" not in items.police.seen


def test_nothing_there(page):
    items = footer_items(page("<p>今日天气晴。</p><div class='footer'>版权所有</div>"), "4499000001")
    assert items.missing == list(LABELS)
    assert items.code_matches is None
    assert items.elsewhere == ""


def test_page_end_is_the_footer_where_none_is_marked(page):
    items = footer_items(
        page("<p>正文</p><center>主办：林市民政局<br>网站标识码 4499000002</center>"), "4499000001"
    )
    assert items.site_code.found is Found.FOOTER
    assert items.code_matches is False
    assert items.sponsor.value == "林市民政局"


def test_a_telephone_of_a_short_article_is_no_footer(page):
    guide = "<p>联系电话：0700-2345678</p><p>办理时间：工作日上午九时至十二时，下午二时三十分至五时三十分，法定节假日除外，夏季顺延半小时</p>"
    assert "contact" in footer_items(page(guide)).missing
    assert "contact" in footer_items(page(f"{guide}<center>版权所有</center>")).missing
    assert footer_items(page("<p>正文</p><center>电话：0700-2345678　版权所有</center>")).contact.present


def test_above_the_footer_counts_as_page(page):
    body = f"<div><p>网站标识码：bm01000001</p></div>{'<p>长文字。</p>' * 500}<div id='foot'>版权所有</div>"
    code = footer_items(page(body)).site_code
    assert (code.found, code.value) == (Found.PAGE, "bm01000001")
    assert "网站标识码" in code.seen


@pytest.mark.parametrize(
    "body",
    [
        '<script id="_jiucuo_" sitecode="4499000001" src="http://pucha.kaipuyun.cn/exposure/jiucuo.js"></script>',
        "<script>document.write('<a href=\"https://zfwzgl.www.gov.cn/exposure/jiucuo.html?site_code=4499000001\">x<\\/a>')</script>",
    ],
)
def test_report_entry_by_script(page, body):
    entry = footer_items(page(f"<div class='footer'>{body}</div>"), "4499000001").report_entry
    assert entry.found is Found.SCRIPT
    assert entry.value == "4499000001"


def test_report_entry_as_a_picture_with_a_handler(page):
    body = """<div class="foot"><span id="_span_jiucuo"><img onclick="Link('4499000001')" src="images/jiucuo.png"></span></div>"""
    items = footer_items(page(body), "4499000009")
    assert items.report_entry.found is Found.FOOTER
    assert items.report_code_matches is False


def test_badge_by_script(page):
    body = (
        '<script type="text/javascript">document.write(unescape("%3Cspan id=\'_ideConac\' %3E%3C/span%3E%3Cscript '
        "src='http://dcs.conac.cn/js/06/113/0187/1/CA1.js' type='text/javascript'%3E%3C/script%3E\"));</script>"
    )
    badge = footer_items(page(body)).badge
    assert badge.found is Found.SCRIPT
    assert "dcs.conac.cn" in badge.seen


def test_badge_as_a_picture_has_no_certificate(page):
    badge = footer_items(page("<footer><img src='/images/blue.png'></footer>")).badge
    assert (badge.found, badge.value) == (Found.FOOTER, "")


def test_whole_footer_written_by_script(page):
    body = "<script>document.write('<div>主办单位：林市教育局 网站标识码：4499000003 粤ICP备12345678号<\\/div>');</script>"
    items = footer_items(page(body))
    assert items.sponsor.found is items.site_code.found is items.icp.found is Found.SCRIPT


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ("<iframe src='/public/footer.html'></iframe>", "/public/footer.html"),
        ("<script>$('#d').load('/inc/bottom.html')</script>", "/inc/bottom.html"),
        ("<!--#include virtual='/inc/foot.shtml'-->", "/inc/foot.shtml"),
        ("<script src='/js/footer.js'></script>", "/js/footer.js"),
    ],
)
def test_footer_from_elsewhere_is_told(page, body, where):
    assert footer_items(page(body)).elsewhere == where


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("<div class='footer'>物品标识码说明</div>", "site_code"),
        ("<div class='footer'>京ICP证030173号</div>", "icp"),
        ("<div class='footer'><img src='/images/tired.png'><img src='/pic/redflag.png'></div>", "badge"),
        ("<p>本次大赛由林市人民政府主办。</p>" + "<p>长文字。</p>" * 400, "sponsor"),
        ("<p>咨询电话：0700-2345678</p>" + "<p>长文字。</p>" * 400, "contact"),
        ("<div class='footer'><a href='/map'>旅游地图册</a></div>", "site_map"),
        ("<div class='footer'><a href='/x'>网站声明</a></div>", "report_entry"),
        ("<div class='footer'>公网安备</div>", "police"),
        ("<div class='footer'>邮编：020-123456 热线 020</div>", "contact"),
        ("<div class='footer'>联系我们 粤ICP备20004145号</div>", "contact"),
        ("<div class='footer'><div class='j-gov' data-setting='{siteId:1}'></div></div>", "badge"),
        ("<div class='footer'><div class='j-jiucuo' data-setting='{siteId:1}'></div></div>", "report_entry"),
        (
            "<div class='footer'><div class='j-share' data-setting='{sitecode:4499000001}'></div></div>",
            "badge",
        ),
    ],
)
def test_near_misses(page, body, name):
    assert name in footer_items(page(body)).missing


# --- a footer that a script of the body writes ------------------------------------------------------------------

ARTICLE = "<p>" + "展览展出作品一百余件，观众踊跃。" * 40 + "</p>"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (f"{ARTICLE}<script src='/script/0/1708171610341487.js'></script>", "/script/0/1708171610341487.js"),
        (f"{ARTICLE}<script src='/js/jquery.min.js'></script><script src='/js/common.js'></script>", "/js/common.js"),
        # The piece of a publishing system sooner than what else stands there; where 版权所有 is all that is shown, too.
        (
            f"{ARTICLE}<script src='/u/840397482ca5455aa2209d4942e43e72.js'></script><script src='/js/web.js'></script>",
            "/u/840397482ca5455aa2209d4942e43e72.js",
        ),
        (
            f"{ARTICLE}<div class='bottom'>版权所有：林市文化局</div><script src='/u/1910231743103653.js'></script>",
            "/u/1910231743103653.js",
        ),
        # An article that speaks of sponsors is no footer.
        (f"{ARTICLE}<p>展览由林市文联、林市美协联合主办。</p><script src='/u/1910231743103653.js'></script>",
         "/u/1910231743103653.js"),
    ],
)  # fmt: skip
def test_a_script_of_the_body_may_write_the_footer_that_is_not_there(page, body, where):
    items = footer_items(page(body))
    assert items.elsewhere == where
    assert items.missing == list(LABELS)


def test_a_footer_that_is_empty_may_be_filled_from_the_head(page):
    head = "<script src='/js/load.js'></script>"
    assert footer_items(page(f"{ARTICLE}<div id='footer'></div>", head)).elsewhere == "/js/load.js"
    assert footer_items(page(ARTICLE, head)).elsewhere == ""


@pytest.mark.parametrize(
    "body",
    [
        # A footer is there, whatever scripts stand beside it and whatever it lacks.
        f"{ARTICLE}<div class='footer'>主办：林市文化局 粤ICP备12345678号 网站地图</div><script src='/u/1910231743103653.js'></script>",
        f"{ARTICLE}<center>网站标识码：4499000003 粤ICP备12345678号</center><script src='/js/common.js'></script>",
        f"{ARTICLE}<center>版权所有</center><script src='/js/common.js'></script>",
        f"{ARTICLE}<script>document.write('<div>粤ICP备12345678号 网站标识码：4499000003<\\/div>')</script><script src='/a.js'></script>",
        # No script could write it.
        f"{ARTICLE}<script src='/js/jquery.min.js'></script><script src='https://hm.baidu.com/hm.js'></script>",
        ARTICLE,
    ],
)
def test_where_a_footer_is_shown_or_nothing_may_write_it_it_stands_nowhere_else(page, body):
    assert footer_items(page(body)).elsewhere == ""


# --- sponsors, and footers in other dress -----------------------------------------------------------------------

LINE = "<p>网站标识码：4499000003 粤ICP备12345678号</p>"


@pytest.mark.parametrize(
    ("body", "sponsor"),
    [
        (f"{ARTICLE}<p>活动由林市书法协会、林市日报社主办，共办三天。</p><p>林市人民政府办公室主办 林市数据局承办</p>{LINE}",
         "林市人民政府办公室"),
        (f"{ARTICLE}<p>林市自由贸易试验区管理委员会主办</p>{LINE}", "林市自由贸易试验区管理委员会"),
        (f"{ARTICLE}<center>主办：林市民政局</center>", "林市民政局"),
        # An article's attachments and pager are named footer; the page's own footer has no name.
        (f"{ARTICLE}<div class='article-footer'>附件：</div>{LINE}<div class='sup'>林市人民政府主办 林市数据局承办</div>",
         "林市人民政府"),
        (f"{ARTICLE}<p>展览由林市文联联合主办</p>{LINE}", ""),
        (f"{ARTICLE}<p>林市美术家协会共同主办的展览今日开幕。</p>{LINE}", ""),
        (f"<p>林市书法协会主办</p>{ARTICLE}{LINE}", ""),
    ],
)  # fmt: skip
def test_the_sponsor_is_the_footers_and_not_the_articles(page, body, sponsor):
    assert footer_items(page(body)).sponsor.value == sponsor


def test_beside_what_is_named_footer_the_pages_end_counts_only_where_it_is_one(page):
    name = "<div class='article-footer'>附件：</div>"
    shown = footer_items(page(f"{ARTICLE}{name}{LINE}<p>市民热线：0700-12345</p>"))
    assert (shown.contact.found, shown.contact.value) == (Found.FOOTER, "0700-12345")
    assert "contact" in footer_items(page(f"{ARTICLE}<p>咨询电话：0700-2345678</p>{name}")).missing
    full = f"<div class='footer'>{LINE}</div>"
    assert "contact" in footer_items(page(f"{ARTICLE}<p>咨询电话：0700-2345678</p>{full}")).missing


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("联系我们：020-12345", "contact", "020-12345"),
        ("政务服务便民热线：12345", "contact", "12345"),
        ("蜀ICP备：19007388号", "icp", "蜀ICP备19007388号"),
        ("蜀ICP备案号：19007388号-2", "icp", "蜀ICP备19007388号-2"),
        ("网站标识号：4499000001", "site_code", "4499000001"),
        ("政府网站识别码：4499000001", "site_code", "4499000001"),
        ("公安机关备案标识号：44990002000001", "site_code", ""),
        ("纳税人识别号：4499000001", "site_code", ""),
    ],
)
def test_other_ways_of_writing_numbers(page, text, name, value):
    assert getattr(footer_items(page(f"<div class='footer'>{text}</div>")), name).value == value


def test_badge_and_report_entry_that_a_script_makes_of_their_settings(page):
    body = """<div class="footer"><div class="dzjg j-jiucuo fl" data-setting="{sitecode:4499000001}"></div>
    <div class="dzjg j-gov fl" data-setting="{sitecode:'0ADF13855B3F'}"></div></div>"""
    items = footer_items(page(body), "4499000009")
    assert items.badge.found is items.report_entry.found is Found.SCRIPT
    assert (items.report_entry.value, items.report_code_matches) == ("4499000001", False)


def test_what_the_footer_calls_navigation_is_told_for_the_survey_to_open(page):
    link = "<a href='/Map.aspx'>网站导航</a>"
    found = footer_items(page(f"<div class='footer'>{link} 版权所有</div>"))
    assert (found.navigation, found.site_map.present) == ("http://www.linshi.gov.cn/Map.aspx", False)
    assert footer_items(page(f"{link}{ARTICLE}<div class='footer'>版权所有</div>")).navigation == ""
