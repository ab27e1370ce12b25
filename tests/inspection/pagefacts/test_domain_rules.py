"""Domain rules G-D1 to G-D7 and the name in the head."""

from __future__ import annotations

import pytest

from include.inspection.extract.domain import RuleState, domain_rules, host_of, name_in_head, registrable

MET, NOT_MET, PERSON, NONE = RuleState.MET, RuleState.NOT_MET, RuleState.PERSON, RuleState.NOT_APPLICABLE


def state(rule, urls, kind="portal", **more):
    return next(item.state for item in domain_rules(urls, kind, **more) if item.rule == rule)


@pytest.mark.parametrize(
    ("rule", "url", "kind", "expected"),
    [
        ("G-D1", "http://www.linshi.gov.cn/", "portal", MET),
        ("G-D1", "http://www.linshi.gov.cn.evil.com/", "portal", NOT_MET),
        ("G-D1", "http://www.linshigov.cn/", "portal", NOT_MET),
        ("G-D1", "http://192.0.2.7:8080/", "portal", NONE),
        ("G-D2", "http://林市政府.政务/", "portal", MET),
        ("G-D2", "http://xn--fiq.xn--zfr164b/", "portal", MET),
        ("G-D2", "http://林市政府.公益/", "portal", NOT_MET),
        ("G-D2", "http://www.linshi.gov.cn/", "portal", NONE),
        ("G-D3", "http://www.gov.cn/", "portal", MET),
        ("G-D3", "http://www.linshi.gov.cn/", "portal", MET),
        ("G-D3", "http://linshi.gov.cn/", "portal", NOT_MET),
        ("G-D3", "http://www.gxq.linshi.gov.cn/", "portal", PERSON),
        ("G-D3", "http://jyj.linshi.gov.cn/", "department", NONE),
        ("G-D4", "http://jyj.linshi.gov.cn/", "department", MET),
        ("G-D4", "http://www.jyj.linshi.gov.cn/", "department", MET),
        ("G-D4", "http://www.linshijyj.gov.cn/", "department", NOT_MET),
        ("G-D4", "http://www.linshi.gov.cn/", "portal", NONE),
        ("G-D6", "http://museum.linshi.gov.cn/", "other", PERSON),
        ("G-D6", "http://www.linshi.gov.cn/", "portal", NONE),
        ("G-D7", "http://192.0.2.7:8080/x", "portal", NOT_MET),
        ("G-D7", "http://[2001:db8::1]/", "portal", NOT_MET),
        ("G-D7", "http://www.linshi.gov.cn/", "portal", MET),
    ],
)
def test_rules(rule, url, kind, expected):
    assert state(rule, [url], kind) is expected


def test_department_under_the_portal_of_its_level():
    url = ["http://jyj.linshi.gov.cn/"]
    assert state("G-D4", url, "department", portal_hosts=["www.linshi.gov.cn"]) is MET
    assert state("G-D4", url, "department", portal_hosts=["www.shanshi.gov.cn"]) is PERSON
    assert (
        state("G-D4", ["http://jyj.notlinshi.gov.cn/"], "department", portal_hosts=["www.linshi.gov.cn"])
        is PERSON
    )


def test_departments_of_the_state_council_are_named_like_portals():
    rules = {
        item.rule: item.state
        for item in domain_rules(["http://www.mee.gov.cn"], "department", site_code="bm17000009")
    }
    assert (rules["G-D3"], rules["G-D4"]) == (MET, NONE)


@pytest.mark.parametrize(
    ("urls", "expected"),
    [
        (["www.a.gov.cn", "a.gov.cn", "http://甲.政务"], MET),
        (["www.a.gov.cn", "www.b.gov.cn"], PERSON),
    ],
)
def test_several_domains(urls, expected):
    assert state("G-D5", urls) is expected


def test_no_address_is_for_a_person():
    assert [item.state for item in domain_rules(["", "http://[x"], "portal")] == [PERSON]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://User@WWW.A.gov.cn.:80/x?y=//z", "www.a.gov.cn"),
        ("a.gov.cn/x", "a.gov.cn"),
        ("a.gov.cn", "a.gov.cn"),
        ("http://[::1", ""),
        ("", ""),
    ],
)
def test_host_of(url, host):
    assert host_of(url) == host


def test_registrable():
    assert registrable("fgw.linshi.gov.cn") == "linshi.gov.cn"
    assert registrable("www.gov.cn") == "www.gov.cn"
    assert registrable("gov.cn") == "gov.cn"
    assert registrable("192.0.2.7") == "192.0.2.7"


def test_name_in_head(page):
    assert name_in_head(page("", "<title>林市人民政府门户网站</title>"), "林市人民政府").state is MET
    assert (
        name_in_head(
            page("<div class='Logo'><img src='a.png' alt='林市人民政府'></div>"), "林市人民政府门户网站"
        ).state
        is MET
    )
    assert name_in_head(page("<div class='logo'><img src='a.png'></div>"), "林市人民政府").state is PERSON
    assert name_in_head(page("<p>林市</p>"), "").state is PERSON
