"""The eight footer items: in the footer, elsewhere on the page, by script, absent, and what only looks like them."""

from __future__ import annotations

import pytest

from include.inspection.extract.footer import LABELS, Found, footer_items

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
    ],
)
def test_near_misses(page, body, name):
    assert name in footer_items(page(body)).missing
