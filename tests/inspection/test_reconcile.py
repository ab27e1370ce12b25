"""The register against what the survey saw: candidates, each with its evidence, and silence where nothing was seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from include.inspection.fetch.outcomes import Outcome
from include.inspection.judging.reconcile import REGISTER_COLUMNS, Register
from include.inspection.model import Registry, Site
from tests.inspection.survey.site_source import MemoryPages, look_at

CODE, OTHER_CODE = "4400000001", "4400000002"
HOME, OTHER_HOME = "http://www.shixian.gov.cn/", "http://www.linxian.gov.cn/"
SITE = Site(CODE, "示县人民政府", HOME, "portal", "县", sponsor="示县政府办")
OTHER = Site(OTHER_CODE, "邻县人民政府", OTHER_HOME, "portal", "县", sponsor="邻县政府办")

NAVIGATION = '<div class="nav"><a href="/yw/">政务要闻</a><a href="/tz/">通知公告</a></div>'


def page(code: str = CODE, more: str = "", domain: str = "", tag_code: str = "") -> str:
    tags = f'<meta name="SiteDomain" content="{domain}">' if domain else ""
    tags += f'<meta name="SiteIDCode" content="{tag_code}">' if tag_code else ""
    footer = f'<div class="footer">网站标识码：{code}　主办：示县人民政府办公室</div>' if code else ""
    return (
        f"<html><head><title>示县人民政府</title>{tags}</head><body>{NAVIGATION}{more}{footer}</body></html>"
    )


def pages(markup: str, **more: object) -> MemoryPages:
    found = MemoryPages()
    found.put(HOME, markup, **more)  # type: ignore[arg-type]
    return found


def rows(source: MemoryPages, *others: Site, site: Site = SITE, doubt: str = ""):
    registry = Registry(sites=(site, *others))
    hosts = frozenset(item.url.split("/")[2] for item in others)
    facts = look_at(source, subject=site, others=hosts)
    facts.network_doubt = doubt
    register = Register(registry)
    found = register.reconcile({site.site_code: register.sighting(site, facts)})
    assert all(set(row) == set(REGISTER_COLUMNS) for row in found)
    assert {row["state"] for row in found} <= {"candidate"}, "people decide"
    return found


def kinds(*given, **more) -> list[str]:
    return [row["kind"] for row in rows(*given, **more)]


def test_a_site_that_is_as_registered_gives_no_row():
    assert kinds(pages(page(tag_code=CODE, domain="www.shixian.gov.cn")), OTHER) == []


def test_of_several_domains_in_one_tag_the_sites_own_counts():
    assert kinds(pages(page(tag_code=CODE, domain="www.sx.gov.cn,www.shixian.gov.cn"))) == []
    assert "domain" in kinds(pages(page(tag_code=CODE, domain="www.sx.gov.cn,www.ssx.gov.cn")))


# --- dead, offline


def failing(outcome: Outcome) -> MemoryPages:
    found = MemoryPages()
    found.fail(HOME, outcome)
    return found


def test_registered_but_dead():
    (row,) = rows(failing(Outcome.REFUSED))
    assert (row["kind"], row["subject_id"], row["registered"]) == ("dead", CODE, HOME)
    assert "全部失败：服务器拒绝连接" in row["found"] and row["evidence_url"] == HOME


def test_a_domain_that_does_not_exist_is_perhaps_taken_offline_without_application():
    (row,) = rows(failing(Outcome.DNS_NO_NAME))
    assert row["kind"] == "offline" and "域名不存在" in row["found"]


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome.FORBIDDEN,
        Outcome.CHALLENGE,
        Outcome.DNS_UNAVAILABLE,
        Outcome.ROBOTS_DISALLOWED,
        Outcome.NOT_FOUND,
    ],
)
def test_what_could_not_be_looked_at_is_not_dead(outcome):
    assert kinds(failing(outcome)) == []


def test_our_own_network_s_fault_is_not_the_site_s():
    assert kinds(failing(Outcome.REFUSED), doubt="对照地址同时不通") == []


def test_a_site_that_was_not_looked_at_gives_no_row():
    assert Register(Registry(sites=(SITE, OTHER))).reconcile({}) == []


# --- another host


def test_moved_to_a_new_domain_with_its_own_code():
    (row,) = rows(pages(page(), final_url="http://www.xinshi.gov.cn/index.html"), OTHER)
    assert (row["kind"], row["found"]) == ("moved", "http://www.xinshi.gov.cn/index.html")


def test_led_to_another_host_without_its_code():
    assert kinds(pages(page(""), final_url="http://parking.example.com/"), OTHER) == ["redirected"]


def test_led_to_another_registered_site_it_is_not_measured_by_that_one_s_pages():
    source = pages(page(OTHER_CODE, '<a href="http://x.linxian.gov.cn/">局</a>'), final_url=OTHER_HOME)
    (row,) = rows(source, OTHER)
    assert (row["kind"], row["found"]) == ("leads_to", OTHER_HOME)
    assert "“邻县人民政府”（4400000002）" in row["note"]


@pytest.mark.parametrize(
    "final", ["http://shixian.gov.cn/", "https://www.shixian.gov.cn/", f"{HOME}index.html"]
)
def test_www_https_and_a_start_page_are_no_other_host(final):
    assert kinds(pages(page(), final_url=final), OTHER) == []


# --- codes and domains on the page


def test_a_code_that_is_not_the_register_s_and_whose_it_is():
    (row,) = rows(pages(page(OTHER_CODE, tag_code=OTHER_CODE)), OTHER)
    assert (row["kind"], row["registered"], row["found"]) == ("code", CODE, OTHER_CODE)
    assert "见于页面底部、SiteIDCode 标签，是“邻县人民政府”的标识码" in row["note"]


def test_one_place_right_and_another_wrong():
    entry = '<a href="http://pucha.kaipuyun.cn/exposure/jiucuo.html?site_code=4499999999">网站找错</a>'
    (row,) = rows(pages(page(CODE, entry)))
    assert row["found"] == "4499999999" and "见于找错链接" in row["note"]


@pytest.mark.parametrize("code", ["12345", "", "44000000011"])
def test_what_is_no_code_is_no_other_site_s_code(code):
    assert kinds(pages(page(code))) == []


def test_a_code_in_other_case_is_the_same():
    site = replace(SITE, site_code="bm12000001")
    assert kinds(pages(page("BM12000001")), site=site) == []


def test_a_tag_that_names_a_domain_that_was_not_reported():
    (row,) = rows(pages(page(domain="www.xinshi.gov.cn")))
    assert (row["kind"], row["registered"], row["found"]) == (
        "domain",
        "www.shixian.gov.cn",
        "www.xinshi.gov.cn",
    )


@pytest.mark.parametrize(
    "domain", ["www.linxian.gov.cn", "shixian.gov.cn", "www.xxx.gov.cn", "示县人民政府", "x.com"]
)
def test_a_tag_that_tells_of_no_new_government_domain(domain):
    assert kinds(pages(page(domain=domain)), OTHER) == []


# --- hosts in links


def test_government_hosts_of_the_place_that_the_register_does_not_have():
    links = "".join(
        f'<a href="{url}">{words}</a>'
        for url, words in (
            ("http://fgw.shixian.gov.cn/", "示县发展和改革局"),
            ("http://fgw.shixian.gov.cn/other", "又一次"),
            ("http://www.linxian.gov.cn/", "邻县，已登记"),
            ("http://www.gov.cn/", "中国政府网"),
            ("http://www.example.com/", "公司"),
            ("https://shixian.gov.cn/", "自己"),
        )
    )
    (row,) = rows(pages(page(more=links)), OTHER)
    assert (row["kind"], row["subject_id"], row["found"]) == (
        "unregistered",
        "fgw.shixian.gov.cn",
        "fgw.shixian.gov.cn",
    )
    assert "链接文字“示县发展和改革局”，见于“示县人民政府”" in row["note"] and "未核实" in row["note"]
    assert row["evidence_url"] == HOME


def test_a_host_found_on_several_sites_stands_once():
    link = '<a href="http://fgw.shixian.gov.cn/">发改</a>'
    second = replace(OTHER, url="http://zw.shixian.gov.cn/")
    registry = Registry(sites=(SITE, second))
    register = Register(registry)
    first_facts = look_at(pages(page(more=link)), subject=SITE)
    source = MemoryPages()
    source.put(second.url, page(OTHER_CODE, link))
    second_facts = look_at(source, subject=second)
    found = register.reconcile(
        {
            OTHER_CODE: register.sighting(second, second_facts),
            CODE: register.sighting(SITE, first_facts),
        }
    )
    assert [row["subject_id"] for row in found] == ["fgw.shixian.gov.cn"]
    assert "和另外1个网站" in found[0]["note"]


def test_a_hostile_page_is_bounded():
    links = "".join(f'<a href="http://h{number}.shixian.gov.cn/">{"长" * 500}</a>' for number in range(3_000))
    found = rows(pages(page(more=links)))
    assert len(found) == 500 and all(len(row["note"]) < 200 for row in found)


# --- units


def test_a_unit_with_several_running_sites():
    second = replace(OTHER, sponsor=" 示县政府办 ")
    closed = replace(OTHER, site_code="4400000003", sponsor="示县政府办", status="closed")
    nobody = [replace(OTHER, site_code=f"440000001{n}", sponsor="") for n in range(2)]
    (row,) = Register(Registry(sites=(SITE, second, closed, *nobody))).reconcile({})
    assert (row["kind"], row["subject_id"], row["name"]) == ("several", CODE, "示县政府办")
    assert row["found"] == "2个网站：示县人民政府（4400000001）、邻县人民政府（4400000002）"
