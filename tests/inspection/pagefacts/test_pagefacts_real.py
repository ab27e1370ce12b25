"""Facts of pages as they were published, where they are at hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from include.inspection.extract.backdating import SignalKind, backdating_signals
from include.inspection.extract.footer import footer_items
from include.inspection.extract.footer_places import Found
from include.inspection.extract.hidden_links import hidden_links
from include.inspection.extract.html import Document
from include.inspection.extract.page_links import page_links
from include.inspection.extract.personal_data import personal_data
from include.inspection.extract.site_features import SearchVia, site_features
from include.inspection.extract.tags import TagState, page_tags
from include.inspection.extract.wording import wording_errors

FOLDER = Path(__file__).resolve().parents[3].parent / "shared" / "pages"
ADDRESSES = {
    "govcn-gazette": "https://www.gov.cn/gongbao/content/2007/content_711039.htm",
    "handan-jinqixxgk-list": "http://hdzfxxgk.hd.gov.cn/zfwj/jinqixxgk/",
    "pingtan-zwgk-channel": "https://www.pingtan.gov.cn/zwgk/",
    "qiqihar-wrong-siteidcode-template": "http://www.qqhr.gov.cn/",
    "shanghai-skiplink": "http://www.shanghai.gov.cn/",
    "shanxi-article": "http://www.shanxi.gov.cn/yw/sxyw/201909/t20190918_693227.shtml",
}
TODAY = date(2024, 12, 31)


def read(name: str) -> Document:
    path = FOLDER / f"{name}.html"
    if not path.is_file():
        pytest.skip("published pages are not at hand")
    return Document(path.read_bytes(), "", ADDRESSES[name])


@pytest.mark.parametrize("name", ADDRESSES)
def test_nobody_is_accused(name):
    document = read(name)
    assert hidden_links(document) == []
    assert personal_data(document, TODAY) == []
    assert wording_errors(document) == []


def test_central_portal():
    document = read("govcn-gazette")
    items = footer_items(document, "bm01000001")
    assert items.missing == ["site_map"]
    assert items.code_matches is True
    assert items.police.value == "11010202000001"
    assert [signal.kind for signal in backdating_signals(document, TODAY)] == [SignalKind.GENERATED]
    found = site_features(document, TODAY)
    assert found.search.via is SearchVia.FORM
    assert dict(found.languages).keys() == {"zh-Hant", "en"}


def test_provincial_portal():
    document = read("shanxi-article")
    items = footer_items(document, "1400000045")
    assert items.missing == []
    assert items.report_entry.found is Found.SCRIPT
    assert (items.code_matches, items.report_code_matches) == (True, True)
    states = {tag.name: tag.state for tag in page_tags(document, "detail", registered_code="1400000045")}
    assert [name for name, state in states.items() if state is not TagState.OK] == [
        "ColumnDescription",
        "ColumnKeywords",
        "ColumnType",
    ]
    assert {link.kind for link in page_links(document)} == {"page", "image", "outside"}


def test_list_page_on_a_host_of_its_own():
    document = read("handan-jinqixxgk-list")
    tags = page_tags(document, "list", registered_code="1304000009", site_hosts=["www.hd.gov.cn"])
    assert {tag.state for tag in tags} == {TagState.OK}
    assert "http://www.ndrc.gov.cn/" in {link.url for link in page_links(document)}


def test_template_with_another_sites_code():
    states = {
        tag.name: tag.state
        for tag in page_tags(read("qiqihar-wrong-siteidcode-template"), "list", registered_code="2302000001")
    }
    assert states["SiteIDCode"] is TagState.OTHER_CODE
    assert states["SiteDomain"] is TagState.OTHER_HOST
    assert states["ColumnKeywords"] is TagState.MISSING


def test_marks_of_a_channel_page():
    found = site_features(read("pingtan-zwgk-channel"), TODAY)
    assert found.ipv6_mark and found.accessibility


def test_report_entry_by_script():
    items = footer_items(read("shanghai-skiplink"), "3100000044")
    assert items.report_entry.found is Found.SCRIPT
    assert items.report_code_matches is True
