"""Signs that a person looks at: advertising, tampering, leaving prompts, logins, old techniques."""

from __future__ import annotations

import pytest

from include.inspection.extract.html import Document
from include.inspection.extract.page_signs import PageSigns, page_signs

HOME = "http://www.shixian.gov.cn/"


def signs(markup: str) -> PageSigns:
    return page_signs(Document(f"<html>{markup}</html>".encode(), "text/html; charset=utf-8", HOME))


def test_an_ordinary_page_shows_none() -> None:
    found = signs('<title>示县人民政府</title><a href="/x/">通知公告</a><p>打击网络赌博，请勿点击购买。</p>')
    assert found == PageSigns()


@pytest.mark.parametrize(
    "markup",
    [
        '<script src="//cpro.baidustatic.com/cpro/ui/c.js"></script>',
        '<iframe src="http://pos.baidu.com/s?x=1"></iframe>',
        '<a href="http://shop.example/"><img alt="广告招商">广告招商</a>',
    ],
)
def test_advertising(markup: str) -> None:
    assert signs(markup).adverts


@pytest.mark.parametrize(
    "markup",
    [
        # the host of a look-alike, and words in a text that nothing links
        '<script src="//cpro.baidustatic.com.shixian.gov.cn/c.js"></script>',
        "<p>规范户外广告投放，加强广告招商管理。</p>",
    ],
)
def test_no_advertising(markup: str) -> None:
    assert not signs(markup).adverts


@pytest.mark.parametrize(
    "markup",
    [
        "<title>澳门新葡京_百家乐</title>",
        '<meta name="keywords" content="时时彩,北京赛车">',
        "<script>if(document.referrer.indexOf('baidu')>0){location.href='http://k.example/'}</script>",
        "<script>document.title='&#26102;&#26102;'</script>",
        '<iframe width="0" height="0" src="http://k.example/"></iframe>',
        "<title>Hacked By ErrOr SquaD</title>",
        "<title>示县人民政府 - HaCkeD bY x1</title>",
        "<h1>Hacked&nbsp;<i>By</i> ErrOr SquaD</h1>",
        "<ul><li><a href='/dt/1.html'>Hacked By Mr.Anon</a></li></ul>",
        "<center><font size=7>Your site has been hacked</font></center>",
    ],
)
def test_tampering(markup: str) -> None:
    assert signs(markup).tampering


@pytest.mark.parametrize(
    "markup",
    [
        "<title>示县公安局打击网络赌博专项行动</title>",
        "<script>var from = document.referrer; send(from);</script>",
        "<script>document.title='示县人民政府'</script>",
        '<iframe width="0" height="0" src="http://tj.shixian.gov.cn/"></iframe>',
        '<iframe width="1200" height="600" src="http://map.example/"></iframe>',
        "<h1>关于防范“Hacked By”类网页篡改的通知</h1>",
        "<a href='/en/1.html'>Hospital network was hacked by criminals, police say</a>",
        "<p>hacked by 之类的字样出现在网页上时，网站多半已遭篡改，请各单位及时断网、保留日志，并在一小时内报告网信部门，"
        "切勿自行覆盖文件，以免证据灭失。</p>",
    ],
)
def test_no_tampering(markup: str) -> None:
    assert not signs(markup).tampering


@pytest.mark.parametrize(
    ("markup", "state"),
    [
        ('<a href="http://www.gov.cn/">中国政府网</a>', "no_links"),
        ('<a href="http://other.shixian.gov.cn/">局</a>', "no_links"),
        ('<a href="http://127.0.0.1:8080/">演示</a>', "no_links"),
        ('<a href="http://www.press.example/">新闻网</a>', "none"),
        ('<a href="http://www.press.example/">新闻网</a><script src="/js/a.js"></script>', "unknown"),
        (
            '<a href="http://www.press.example/">新闻网</a><script id="_jiucuo_" src="http://a.gov.cn/exposure/jiucuo.js"></script>'
            '<script src="https://dcs.conac.cn/js/19/1/b.js"></script>',
            "none",
        ),
        ('<a href="http://www.press.example/" onclick="ask(\'您即将离开本网站\')">新闻网</a>', "prompt"),
    ],
)
def test_leaving(markup: str, state: str) -> None:
    assert signs(markup).leaving == state


def test_a_signature_is_one_sign_wherever_it_stands_on_the_page() -> None:
    found = signs(
        "<title>Hacked By Mr.Anon_示县人民政府</title><h1>Hacked By Mr.Anon</h1><a href='/1.html'>Hacked By Mr.Anon</a>"
    )
    assert found.tampering == ("页面上写有“Hacked By Mr.Anon”",)


BADGE = "<a href='https://bszs.conac.cn/sitename?method=show&id=0D48'><img alt='党政机关'></a>"
REPORT_ENTRY = "<a href='http://pucha.kaipuyun.cn/exposure/jiucuo.html?site_code=4400000001'>找错</a>"
RECORDS = "<a href='https://beian.miit.gov.cn/'>粤ICP备05000001号</a><a href='http://www.beian.gov.cn/portal/x?recordcode=4'>公安备案</a>"


def test_the_marks_that_a_page_must_carry_lead_to_no_foreign_site() -> None:
    found = signs(BADGE + REPORT_ENTRY + RECORDS)
    assert (found.leaving, found.foreign) == ("no_links", ())


def test_a_company_beside_the_marks_is_named() -> None:
    found = signs(
        BADGE + '<a href="http://www.press.example/a">新闻网</a><a href="http://www.press.example/b">报</a>'
    )
    assert (found.leaving, found.foreign) == ("none", ("“新闻网” http://www.press.example/a",))
    # what only looks like the badge's host is foreign
    assert signs('<a href="http://conac.cn.example/">标识</a>').leaving == "none"


def test_logins_are_hosts_and_paths_without_what_follows() -> None:
    found = signs(
        '<a href="http://sso.shixian.gov.cn/login?to=1">登录</a><a href="http://sso.shixian.gov.cn/login?to=2">用户登录</a>'
        '<a href="/user/in">登录/注册</a><a href="/news/1.html">企业登录平台操作说明</a>'
    )
    assert found.logins == ("sso.shixian.gov.cn/login", "www.shixian.gov.cn/user/in")


def test_outdated_techniques() -> None:
    assert signs('<embed src="a.swf" type="application/x-shockwave-flash">').outdated
    assert not signs("<p>本站支持主流浏览器</p>").outdated


def test_ie_as_one_browser_of_several_is_no_outdated_technique() -> None:
    assert not signs("<p>建议使用IE9.0以上版本或谷歌、火狐、360等主流浏览器</p>").outdated
    assert signs("<p>建议使用IE8.0浏览</p><p>谷歌、火狐</p>").outdated == ("页面含“建议使用IE”",)
    assert signs("<p>建议使用IE或谷歌</p><p>办事请使用IE。</p><p>建议使用IE。</p>").outdated


def test_a_page_full_of_signs_is_bounded() -> None:
    many = "".join(f'<a href="http://s{n}.example/">广告招商{n}</a>' for n in range(6_000))
    assert len(signs(many).adverts) == 20
