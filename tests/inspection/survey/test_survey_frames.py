"""Home pages made of frames are read as their visitors see them; a page that tells of maintenance says so."""

from __future__ import annotations

import pytest

from include.inspection.fetch.outcomes import Outcome
from tests.inspection.survey.site_shapes import CITY, LATE, SHAPES, Made, changed, make_site
from tests.inspection.survey.site_source import HOME, answers, failed, look_at, measures, undecided

SET = (
    '<html><head><title>示县人民政府</title><meta name="SiteName" content="示县人民政府"></head>'
    '<frameset rows="90,*"><frame src="top.html"><frameset cols="160,*"><frame src="/f/left.html" name=l>'
    '<frame src="{main}"></frameset><noframes><body>不支持框架</body></noframes></frameset></html>'
)


def framed(made: Made, main: str = "/f/main.html") -> Made:
    """The site with its home page cut into frames: a picture on top, the menu on the left, the lists beside it."""
    whole = made.pages.pages[HOME].body.decode()
    menu, _, rest = whole.partition('<div class="block">')
    made.pages.put(HOME + "top.html", "<html><body><img src=t.gif alt=示县人民政府></body></html>")
    made.pages.put(HOME + "f/left.html", menu + "</body></html>")
    made.pages.put(HOME + "f/main.html", '<html><body><div class="block">' + rest)
    made.pages.put(HOME, SET.format(main=main))
    return made


@pytest.mark.parametrize("encoded", ["utf-8", "gb18030"])
def test_a_home_page_of_frames_is_measured_like_any_other(encoded: str) -> None:
    made = framed(make_site(SHAPES[0]))
    for name in ("", "f/left.html", "f/main.html"):
        text = made.pages.pages[HOME + name].body.decode()
        made.pages.put(HOME + name, text.encode(encoded), content_type="text/html")
    found, plain = look_at(made.pages), look_at(make_site(SHAPES[0]).pages)
    assert answers(found) == answers(plain) and failed(found) == set()
    assert {one.url for one in found.sections} == {one.url for one in plain.sections}
    assert measures(found)["W3"].low == measures(plain)["W3"].low


def test_faults_are_seen_through_frames() -> None:
    stale = changed(CITY, **{slug: {"ages": LATE} for slug in ("ywdt", "tzgg", "zcwj", "bmdt")})
    assert failed(look_at(framed(make_site(SHAPES[0], stale)).pages)) == {"W3"}


def test_a_frameset_within_a_frame() -> None:
    made = framed(make_site(SHAPES[0]), main="/f/inner.html")
    made.pages.put(HOME + "f/inner.html", '<html><frameset><frame src="main.html"></frameset></html>')
    assert failed(look_at(made.pages)) == undecided(look_at(made.pages)) == set()


@pytest.mark.parametrize("main", ["/f/gone500.html", "http://www.other.gov.cn/main.html", "/f/deep.html"])
def test_a_frame_that_is_not_read_leaves_its_part_open(main: str) -> None:
    stale = changed(CITY, **{column.slug: {"ages": LATE} for column in CITY if column.ages})
    made = framed(make_site(SHAPES[0], stale, without=("zmhd",)), main)
    made.pages.fail(HOME + "f/gone500.html", Outcome.SERVER_ERROR, 500)
    for name, inner in (("deep", "deep2"), ("deep2", "deep3")):
        made.pages.put(
            HOME + f"f/{name}.html", f'<html><frameset><frame src="{inner}.html"></frameset></html>'
        )
    found = look_at(made.pages)
    assert not failed(found) & {"W3", "W5.1"}
    assert {"W3", "W5.1"} <= undecided(found)
    assert "首页有框架或拼入的部分未能读取" in measures(found)["W5.1"].reason


def test_frames_that_lead_round_end() -> None:
    made = make_site(SHAPES[0])
    made.pages.put(HOME, '<html><frameset><frame src="/"><frame src="/a.html"></frameset></html>')
    made.pages.put(HOME + "a.html", '<html><frameset><frame src="/a.html"></frameset></html>')
    found = look_at(made.pages)
    assert not found.home_readable and found.reason == "首页由框架组成，内容不在首页中"


@pytest.mark.parametrize(
    "markup, reason",
    [
        (
            "<title>网站升级维护中</title><h2>网站升级维护中，请稍后访问</h2>",
            "首页只有维护公告：“网站升级维护中”",
        ),
        ("<p>系统正在进行升级改造工作，暂停服务</p>", "首页没有可读的内容"),
        ("<p>本站暂停服务，敬请谅解</p>", "首页只有维护公告：“本站暂停服务”"),
        ("<p>维护中华民族共有精神家园</p>", "首页没有可读的内容"),
        ("<p>欢迎</p>", "首页没有可读的内容"),
    ],
)
def test_a_page_of_maintenance_is_named_as_such(markup: str, reason: str) -> None:
    made = make_site(SHAPES[0])
    made.pages.put(HOME, f"<html><body>{markup}</body></html>")
    found = look_at(made.pages)
    assert (found.home_readable, found.reason) == (False, reason)
    assert failed(found) == set()


def test_a_home_page_that_mentions_maintenance_is_read_all_the_same() -> None:
    made = make_site(SHAPES[0])
    body = made.pages.pages[HOME].body.decode()
    made.pages.put(HOME, body.replace("</body>", "<p>政务邮箱系统维护中</p></body>"))
    assert look_at(made.pages).home_readable


def test_a_self_signed_certificate_is_no_outage() -> None:
    made = make_site(SHAPES[0])
    made.pages.fail(HOME, Outcome.CERT_SELF_SIGNED)
    found = look_at(made.pages)
    assert failed(found) == set() and "W2" in undecided(found)
    assert found.https is not None and found.https.opens is False
    assert found.reason == "安全证书为自签名证书"


def test_an_expired_certificate_is_the_sites_own_failure() -> None:
    made = make_site(SHAPES[0])
    made.pages.fail(HOME, Outcome.CERT_EXPIRED)
    assert failed(look_at(made.pages)) == {"W2"}
