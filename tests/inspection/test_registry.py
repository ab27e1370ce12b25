"""The office's lists: what is read, what is refused, and that one bad row never costs another."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.inspection.draft import load_profile, render
from include.inspection.registry.office_lists import RegistryError
from include.inspection.registry.reader import file_digests, from_json, read_registry, to_json
from tests.inspection.lists_lab import CHINESE, GOOD, HEADER, the_problem, with_sites

# --- what is read


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("header", [HEADER, CHINESE])
def test_encodings_and_headers(lists, encoding, header):
    registry = lists(sites=f"{header}\n{GOOD}\n".encode(encoding))
    (site,) = registry.sites
    assert (site.site_code, site.name, site.kind) == ("4408000001", "湛江市人民政府", "portal")
    assert (site.has_services, site.authorised, site.status) == (True, False, "running")
    assert (site.category, site.region, site.sponsor) == ("市级", "湛江", "市府办")
    assert registry.problems == ()


def test_xlsx_with_numbers_dates_and_gaps(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(CHINESE.split(","))
    sheet.append(
        [4408000001, "甲市政府", "http://a.example.cn/", "门户", "市级", None, None, True, None, None]
    )
    sheet.append([])
    sheet.append(["4408000002", "乙局", "没有协议", "部门", "局"])
    book.save(tmp_path / "sites.xlsx")
    messages = openpyxl.Workbook()
    messages.active.append(["message_id", "received_at", "valid", "closed_at"])
    messages.active.append(["m1", datetime(2024, 11, 5, 9, 30), "是", date(2024, 11, 6)])
    messages.save(tmp_path / "messages.xlsx")

    registry = read_registry(tmp_path)

    assert [site.site_code for site in registry.sites] == ["4408000001"]
    assert registry.sites[0].has_services is True
    assert the_problem(registry) == ("sites.xlsx", 4, "url")
    assert registry.messages[0].received_at == datetime(2024, 11, 5, 1, 30, tzinfo=UTC)
    assert registry.messages[0].closed_at == datetime(2024, 11, 5, 16, tzinfo=UTC)


def test_formula_in_xlsx_counts_as_the_value_that_was_seen_never_as_a_formula(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    book.active.append(["4408000001", '=HYPERLINK("http://x")', "http://a.example.cn/", "门户", "市级"])
    book.save(tmp_path / "sites.xlsx")
    # Never calculated, so there is no value: the name is missing.
    with pytest.raises(RegistryError, match=r"sites\.xlsx 第 2 行，字段 name"):
        read_registry(tmp_path)


def test_all_lists_together(lists):
    registry = lists(
        accounts="account_id,platform,name,feed_url,update_days\nwx-01,微信,某发布,http://f.example.cn/rss,7\n",
        sections="site_code,name,url,class,level,update_days\n4408000001,要闻,http://a.cn/yw,动态要闻,1,3\n",
        messages="message_id,site_code,received_at,valid,closed_at\nm1,4408000001,2024/1/5 9:00,否,\n",
        findings="subject_id,indicator_id,url,note,reporter,found_at\nwx-01,X1,,错字,张三,2024-12-01 08:00\n",
        exemptions=(
            "subject_id,scope,from,until,reason,approved_by\n4408000001,W3,2024-12-01,2024年12月31日,改版,李四\n"
        ),
    )
    assert registry.problems == ()
    assert registry.accounts[0].update_days == 7
    assert (registry.sections[0].section_class, registry.sections[0].level) == ("news", 1)
    assert registry.messages[0].received_at.isoformat() == "2024-01-05T09:00:00+08:00"
    assert registry.messages[0].valid is False
    assert registry.findings[0].reporter == "张三"
    (exemption,) = registry.exemptions
    assert exemption.holds_on(date(2024, 12, 1)) and exemption.holds_on(date(2024, 12, 31))
    assert not exemption.holds_on(date(2024, 11, 30)) and not exemption.holds_on(date(2025, 1, 1))


def test_digests_name_every_list_that_was_read(lists, tmp_path):
    lists(accounts="account_id,platform,name\nwx-01,微信,某发布\n")
    (tmp_path / "notes.csv").write_text("x")
    assert set(file_digests(tmp_path)) == {"sites.csv", "accounts.csv"}
    assert all(len(digest) == 64 for digest in file_digests(tmp_path).values())


# --- what cannot be used at all


def test_missing_folder_and_missing_sites(tmp_path):
    with pytest.raises(RegistryError, match=r"nowhere 不存在.*REGISTRY="):
        read_registry(tmp_path / "nowhere")
    with pytest.raises(RegistryError, match=r"sites\.csv 不存在"):
        read_registry(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n\n,,\n"])
def test_empty_sites_file(lists, content):
    with pytest.raises(RegistryError, match=r"sites\.csv：.*(是空的|没有表头)"):
        lists(sites=content)


def test_header_without_rows(lists):
    with pytest.raises(RegistryError, match="没有数据行"):
        lists(sites=HEADER + "\n")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04 not a workbook", "XLSX 无法读取"),
        (b"\xd0\xcf\x11\xe0\x00\x00", "不是文本文件"),
        (HEADER.encode() + b"\n\xff\xff\xff\n", "第 2 行：既不是 UTF-8 也不是 GB18030"),
        (b"site_code,name,url,kind\n", "第 1 行，字段 category：缺少必需的列"),
        (b"site_code,site_code,name,url,kind,category\n", "第 1 行，字段 site_code：同一列出现两次"),
    ],
)
def test_unusable_sites_file(lists, content, told):
    with pytest.raises(RegistryError, match=told):
        lists(sites=content)


def test_csv_and_xlsx_of_one_list(lists, tmp_path):
    openpyxl.Workbook().save(tmp_path / "sites.xlsx")
    with pytest.raises(RegistryError, match=r"同时有 sites\.xlsx"):
        lists()


def test_unusable_accounts_do_not_cost_the_sites(lists):
    registry = lists(accounts=b"")
    assert len(registry.sites) == 1
    assert the_problem(registry) == ("accounts.csv", None, "")


# --- rows that are refused, one by one; the good row goes on


def test_unknown_column_is_told_and_ignored(lists):
    registry = lists(sites=f"{HEADER},传真\n{GOOD},123\n")
    assert the_problem(registry) == ("sites.csv", 1, "传真")
    assert len(registry.sites) == 1


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("440800000,甲,http://a.cn/,门户,市", "site_code"),
        ("44080000012,甲,http://a.cn/,门户,市", "site_code"),
        ("bm1234567,甲,http://a.cn/,门户,市", "site_code"),
        ("４４０８００００１２,甲,http://a.cn/,门户,市", "site_code"),
        ("../4408000,甲,http://a.cn/,门户,市", "site_code"),
        ("../../etc/passwd,甲,http://a.cn/,门户,市", "site_code"),
        (",甲,http://a.cn/,门户,市", "site_code"),
        ("4408000002,,http://a.cn/,门户,市", "name"),
        ("4408000002," + "长" * 10_000 + ",http://a.cn/,门户,市", "name"),
        ("4408000002,甲,www.a.gov.cn,门户,市", "url"),
        ("4408000002,甲,ftp://a.gov.cn/,门户,市", "url"),
        ("4408000002,甲,javascript:alert(1),门户,市", "url"),
        ("4408000002,甲,http://,门户,市", "url"),
        ("4408000002,甲,http://a.cn:port/,门户,市", "url"),
        ("4408000002,甲,http://[::1,门户,市", "url"),
        ("4408000002,甲,http://u:p@a.cn/,门户,市", "url"),
        ("4408000002,甲,,门户,市", "url"),
        ("4408000002,甲,http://a.cn/,县级,市", "kind"),
        ("4408000002,甲,http://a.cn/,门户,", "category"),
        ("4408000002,甲,http://a.cn/,门户,市,,,也许", "has_services"),
        ("4408000002,甲,http://a.cn/,门户,市,,,是,停机", "status"),
    ],
)
def test_bad_site_row(lists, row, field):
    registry = lists(sites=with_sites(row, GOOD))
    assert the_problem(registry) == ("sites.csv", 2, field)
    assert [site.site_code for site in registry.sites] == ["4408000001"]


def test_bm_code_and_closed_site(lists):
    registry = lists(sites=with_sites("bm12345678,甲,https://a.cn/,部门,局,,,否,关停", GOOD))
    assert registry.problems == ()
    assert registry.sites[0].status == "closed"


def test_duplicate_code_keeps_the_first_and_names_both_lines(lists):
    registry = lists(sites=with_sites(GOOD, "4408000001,冒名,http://b.cn/,门户,市"))
    assert [site.name for site in registry.sites] == ["湛江市人民政府"]
    assert the_problem(registry) == ("sites.csv", 3, "site_code")
    assert "第 2 行" in registry.problems[0].reason


def test_long_name_is_shortened_in_the_message(lists):
    (problem,) = lists(
        sites=with_sites("4408000002," + "长" * 10_000 + ",http://a.cn/,门户,市", GOOD)
    ).problems
    assert "10000 个字符" in str(problem)
    assert len(str(problem)) < 200


def test_lines_are_right_after_quoted_line_breaks_and_blank_lines(lists):
    registry = lists(
        sites=with_sites(
            '4408000002,"甲\n乙\n丙",http://a.cn/,门户,市', "", "bad,甲,http://a.cn/,门户,市", GOOD
        )
    )
    assert registry.sites[0].name == "甲 乙 丙"
    assert the_problem(registry) == ("sites.csv", 6, "site_code")


def test_line_of_a_refused_row_that_spans_lines_is_its_first(lists):
    registry = lists(sites=with_sites(GOOD, 'bad,"甲\r\n乙",http://a.cn/,门户,市'))
    assert the_problem(registry) == ("sites.csv", 3, "site_code")


def test_formula_and_script_stay_text_to_the_end(lists):
    """In the register, in the notice as HTML and in the annex."""
    registry = lists(
        sites=with_sites(
            '4408000001,"=HYPERLINK(""http://x"")",http://a.cn/,门户,市',
            "4408000002,<script>alert(1)</script>,http://b.cn/,门户,市",
        )
    )
    assert registry.problems == ()
    formula, script = (site.name for site in registry.sites)
    assert formula == '=HYPERLINK("http://x")'
    assert script == "<script>alert(1)</script>"

    def problem(site):
        finding = {
            "indicator_id": "W3",
            "indicator": "首页不更新",
            "problem": "首页没有更新",
            "state": "fail",
        }
        place = {
            "evidence_url": site.url,
            "evidence_key": "k",
            "evidence_offset": 1,
            "evidence_sha256": "a" * 64,
        }
        more = {
            "measured": "0",
            "threshold": "≥1",
            "fetched_at": "2024-12-31T02:00:00Z",
            "decided_by": "机器判定",
        }
        return {
            "subject_id": site.site_code,
            "name": site.name,
            "category": "市",
            "region": "",
            "sponsor": "",
            "url": site.url,
            "platform": "",
            "vetoes": ["W3"],
            "findings": [{"subject_id": site.site_code, "note": "", **finding, **place, **more}],
        }

    counts = {"total": 2, "inspected": 2, "unmeasured": 0, "qualified": 0, "unqualified": 2, "rate": "0%"}
    none = {"total": 0, "inspected": 0, "unmeasured": 0, "qualified": 0, "unqualified": 0, "rate": None}
    files = render(
        {
            "round": "2024Q4",
            "period": "2024年第四季度",
            "monitoring_point": "2024-12-31T10:00:00+08:00",
            "window": {"start": "2024-10-01", "end": "2024-12-31"},
            "sampled": {"start": "2024-12-31", "end": "2024-12-31"},
            "sites": {**counts, "by_category": [{"category": "市", **counts}]},
            "accounts": {**none, "by_category": []},
            "messages": {"received": 0, "valid": 0, "closed": 0, "closed_in_time": 0, "rate": None},
            "rectify_by": "2025-01-27",
            "notice_date": "2025-01-21",
            "problem_sites": [problem(site) for site in registry.sites],
            "problem_accounts": [],
            "undetermined_sites": [],
            "undetermined_accounts": [],
            "candidates": [],
            "coverage": "full",
            "rules": [{"id": "national-2019", "title": "t", "document": "d", "sha256": "b" * 64}],
            "profile": "zhanjiang",
            "code_version": "0",
            "reviewed": False,
            "remarks": [],
        },
        load_profile("zhanjiang"),
    )
    assert b"<script>alert" not in files["notice.html"]
    assert "&lt;script&gt;alert(1)" in files["notice.html"].decode()
    cells = [
        cell
        for name, body in files.items()
        if name.endswith(".xlsx")
        for sheet in openpyxl.load_workbook(io.BytesIO(body)).worksheets
        for row in sheet.iter_rows()
        for cell in row
    ]
    assert any("HYPERLINK" in str(cell.value) for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)


# --- whatever lies in the files

_TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=12)
_CELL = st.one_of(
    _TEXT, st.sampled_from(["4408000001", "门户", "http://a.cn/", "是", "2024-12-01", "=1", "../", '"', "\n"])
)
_TABLE = st.lists(st.lists(_CELL, max_size=10), max_size=6).map(
    lambda rows: "\n".join(map(",".join, rows)).encode()
)
_BYTES = st.one_of(
    st.binary(max_size=200),
    _TABLE,
    _TABLE.map(lambda rows: HEADER.encode() + b"\n" + rows),
    st.binary(max_size=60).map(lambda rest: b"PK\x03\x04" + rest),
    st.binary(max_size=60).map(lambda rest: f"{HEADER}\n{GOOD}\n".encode() + rest),
)


@settings(max_examples=150, deadline=None)
@given(
    sites=_BYTES,
    other=_BYTES,
    stem=st.sampled_from(["accounts", "sections", "messages", "findings", "exemptions"]),
)
def test_any_bytes_give_a_registry_or_a_registry_error(tmp_path_factory, sites, other, stem):
    folder = tmp_path_factory.mktemp("lists")
    (folder / "sites.csv").write_bytes(sites)
    (folder / f"{stem}.csv").write_bytes(other)
    try:
        registry = read_registry(folder)
    except RegistryError as error:
        assert str(error)
        return
    assert registry.sites
    assert from_json(to_json(registry)) == registry


_MOMENT = st.datetimes(datetime(1992, 1, 1), datetime(2199, 1, 1)).map(lambda moment: moment.isoformat(" "))


@settings(max_examples=60, deadline=None)
@given(
    messages=st.lists(st.tuples(_MOMENT, st.booleans(), st.one_of(st.just(""), _MOMENT)), max_size=5),
    days=st.tuples(st.one_of(st.just(""), _MOMENT), st.one_of(st.just(""), _MOMENT)),
    found=st.one_of(st.just(""), _MOMENT),
)
def test_stored_lists_are_read_back_as_they_were(tmp_path_factory, messages, days, found):
    folder = tmp_path_factory.mktemp("lists")
    tables = {
        "sites": f"{HEADER}\n{GOOD}\n",
        "accounts": "account_id,platform,name,update_days\nwx-1,微信,名,7\n",
        "sections": "site_code,name,url,class,level\n4408000001,要闻,http://a.cn/,news,2\n",
        "messages": "message_id,received_at,valid,closed_at\n"
        + "".join(
            f"m{n},{at},{'是' if valid else '否'},{end}\n" for n, (at, valid, end) in enumerate(messages)
        ),
        "findings": f"subject_id,indicator_id,reporter,found_at\nwx-1,X1,张三,{found}\n",
        "exemptions": f"subject_id,scope,reason,approved_by,from,until\nwx-1,X2.1,因,李四,{days[0]},{days[1]}\n",
    }
    for stem, text in tables.items():
        (folder / f"{stem}.csv").write_text(text, encoding="utf-8")
    registry = read_registry(folder)
    assert len(registry.messages) + len(registry.exemptions) + len(registry.problems) == len(messages) + 1
    assert from_json(to_json(registry)) == registry
