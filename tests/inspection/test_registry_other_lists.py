"""Accounts, messages, findings, exemptions and what the office says of itself: one bad row never costs another."""

from __future__ import annotations

from datetime import date

import pytest

from include.inspection.registry.reader import from_json, to_json
from tests.inspection.lists_lab import the_problem


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("../x,微信,名,,", "account_id"),
        ("a..b,微信,名,,", "account_id"),
        ("a/b,微信,名,,", "account_id"),
        (".hidden,微信,名,,", "account_id"),
        ("a b,微信,名,,", "account_id"),
        ("x" * 65 + ",微信,名,,", "account_id"),
        ("4408000001,微信,名,,", "account_id"),
        ("ok-1,微信,名,weixin://x,", "feed_url"),
        ("ok-1,微信,名,,0", "update_days"),
        ("ok-1,微信,名,,七", "update_days"),
        ("ok-1,,名,,", "platform"),
    ],
)
def test_bad_account_row(lists, row, field):
    registry = lists(accounts=f"account_id,platform,name,feed_url,update_days\n{row}\ngood-1,微博,名,,\n")
    assert the_problem(registry) == ("accounts.csv", 2, field)
    assert [account.account_id for account in registry.accounts] == ["good-1"]


@pytest.mark.parametrize(
    ("received", "closed", "field"),
    [
        ("2024-02-30", "", "received_at"),
        ("2024-13-01 10:00", "", "received_at"),
        ("2024-12-01 25:00", "", "received_at"),
        ("0001-01-01T00:00+23:00", "", "received_at"),
        ("昨天", "", "received_at"),
        ("", "", "received_at"),
        ("2024-12-02 10:00", "2024-12-02 09:59", "closed_at"),
        ("2024-12-02T10:00+08:00", "2024-12-02T01:59Z", "closed_at"),
        ("2024-12-02", "不详", "closed_at"),
    ],
)
def test_bad_message_row(lists, received, closed, field):
    registry = lists(messages=f"message_id,received_at,closed_at\nm1,{received},{closed}\nm2,2024-12-01,\n")
    assert the_problem(registry) == ("messages.csv", 2, field)
    assert [message.message_id for message in registry.messages] == ["m2"]


def test_message_closed_the_moment_it_came(lists):
    registry = lists(
        messages="message_id,received_at,closed_at\nm1,2024-12-02T10:00+08:00,2024-12-02T02:00Z\n"
    )
    assert registry.problems == () and registry.messages[0].closed_at == registry.messages[0].received_at


@pytest.mark.parametrize(
    ("table", "header", "row", "field"),
    [
        ("sections", "site_code,name,url,class", "4408000009,要闻,http://a.cn/,news", "site_code"),
        ("sections", "site_code,name,url,class", "4408000001,要闻,http://a.cn/,新奇", "class"),
        ("sections", "site_code,name,url,level", "4408000001,要闻,http://a.cn/,0", "level"),
        ("findings", "subject_id,indicator_id,reporter", "nobody,W1.1,张三", "subject_id"),
        ("findings", "subject_id,indicator_id,reporter", "4408000001,W1.1,", "reporter"),
        ("exemptions", "subject_id,scope,reason,approved_by", "4408000001,W3,改版,", "approved_by"),
        (
            "exemptions",
            "subject_id,scope,reason,approved_by,from",
            "4408000001,W3,改,李四,2024-02-30",
            "from",
        ),
        (
            "exemptions",
            "subject_id,scope,reason,approved_by,from,until",
            "4408000001,W3,改版,李四,2024-12-02,2024-12-01",
            "until",
        ),
    ],
)
def test_bad_row_of_other_lists(lists, table, header, row, field):
    registry = lists(**{table: f"{header}\n{row}\n"})
    assert the_problem(registry) == (f"{table}.csv", 2, field)
    assert len(registry.sites) == 1


def test_exemption_day_with_an_offset_is_the_day_in_beijing(lists):
    (exemption,) = lists(
        exemptions="subject_id,scope,reason,approved_by,from\n4408000001,W3,改版,李四,2024-12-01T20:00+00:00\n"
    ).exemptions
    assert exemption.valid_from == date(2024, 12, 2)


# --- what the office says of itself


def test_facts_of_the_office_in_either_language(lists):
    registry = lists(
        office="项目,内容\n发文机关,甲市人民政府办公室\nplace,全市\n安全扫描网站数,67\n安全良好网站数,66\n"
    )
    assert [(fact.item, fact.value) for fact in registry.office] == [
        ("issuer", "甲市人民政府办公室"),
        ("place", "全市"),
        ("scanned", "67"),
        ("scan_good", "66"),
    ]
    assert from_json(to_json(registry)) == registry


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("发文单位,甲市", "item"),
        ("发文机关,", "value"),
        ("安全扫描网站数,许多", "value"),
        ("安全良好比例,97.5", "value"),
        ("安全良好比例,101%", "value"),
        ("范围,全省", "item"),
    ],
)
def test_a_fact_that_cannot_be_used_costs_no_other(lists, row, field):
    registry = lists(office=f"项目,内容\n范围,全市\n{row}\n")
    assert [(fact.item, fact.value) for fact in registry.office] == [("place", "全市")]
    assert the_problem(registry) == ("office.csv", 3, field)


def test_no_list_of_messages_is_not_an_empty_one(lists):
    without = lists()
    assert not without.messages_given and not from_json(to_json(without)).messages_given
    assert lists(messages="message_id,site_code,received_at,valid,status\n").messages_given
