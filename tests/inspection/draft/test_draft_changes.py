"""What a draft changes against the draft before, and claims of the words against the counts."""

from __future__ import annotations

import copy
import shutil

import pytest

from include.inspection.draft import TEMPLATES, DraftError, complete, load_profile, render
from include.inspection.draft.changes import differences
from include.inspection.draft.check import problems
from include.inspection.draft_files import CHANGES, draft_changes
from tests.inspection.draft import published

PLACES = ["work/2024Q4/round/", "rounds/2024Q4/"]


@pytest.fixture(scope="module")
def profile():
    return load_profile("zhanjiang")


def test_the_same_draft_changes_nothing(notice, profile):
    made = complete(notice(), profile)
    assert differences(made, copy.deepcopy(made)) == {"figures": [], "subjects": [], "lines": []}


def test_figures_names_findings_and_dates_that_changed_are_listed(notice, profile):
    before, after = complete(notice(2, 1), profile), complete(notice(1, 1, 1), profile)
    after["rectify_by"] = "2025-02-10"
    after["remarks"] = ["新的说明"]
    after["problem_accounts"][0]["findings"][0]["problem"] = "出现严重表述错误2处"
    lines = differences(before, after)["lines"]
    assert "sites.qualified：50 → 50" not in lines
    assert "sites.unqualified：2 → 1" in lines
    assert "sites.rate：96% → 98%" in lines
    assert "整改期限：2025-01-27 → 2025-02-10" in lines
    assert "点名的网站删去：澜州市第2区人民政府网（4499000002）" in lines
    assert any(line.startswith("无法判定的网站新增：澜州市第50镇人民政府网") for line in lines)
    assert any("点名的账号变动" in line and "1处" in line and "2处" in line for line in lines)
    assert "说明新增：新的说明" in lines


def test_the_change_is_against_the_youngest_draft_and_stays_when_drafted_again(store, notice, profile):
    first, second = complete(notice(2, 1), profile), complete(notice(1, 1), profile)
    assert draft_changes(store, PLACES, first) == {}
    store.put_json("rounds/2024Q4/notice.json", first)
    made = draft_changes(store, PLACES, second)
    assert b"4499000002" in made[CHANGES]
    store.put_json("work/2024Q4/round/notice.json", second)
    store.put("work/2024Q4/round/draft-changes.json", made[CHANGES])
    assert draft_changes(store, PLACES, second) == made, "drafting again gives the same bytes"
    assert draft_changes(store, PLACES, first)[CHANGES] != made[CHANGES]


@pytest.fixture
def office(tmp_path):
    shutil.copytree(TEMPLATES / "base", tmp_path / "base")

    def make(body: str):
        (tmp_path / "office").mkdir(exist_ok=True)
        (tmp_path / "office" / "profile.yaml").write_text("extends: base\n", encoding="utf-8")
        (tmp_path / "office" / "body.jinja").write_text(body, encoding="utf-8")
        return load_profile("office", tmp_path)

    return make


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        ("检查{{ figure('sites.total') }}个网站，全部合格。", "写着全部合格，而不合格的有 2 个"),
        ("{{ figure('accounts.inspected') }}个账号均合格。", "写着全部合格，而不合格的有 1 个"),
        ("{{ figure('sites.total') }}个网站均不合格。", "写着均不合格，而合格的有 50 个"),
        ("留言{{ figure('messages.received') }}条，均已办结。", "有效留言 6 条中只有 4 条"),
        ("{{ figure('sites.by_category.1.total') }}个门户网站均达标。", "不合格的有 2 个"),
        ("{{ figure('recheck.sites.named') }}个网站全部整改到位。", "3 个中只有 1 个"),
    ],
)
def test_a_sentence_that_claims_more_than_its_counts_is_no_draft(office, notice, claim, why):
    given = notice()
    given["messages"] |= {"closed": 4, "closed_in_time": 4, "rate": "67%"}
    given["recheck"] = {"period": "上期", "sites": {"named": 3, "fixed": 1, "still_failing": 2}}
    with pytest.raises(DraftError, match=why):
        render(given, office(f"第一句。{claim}\n"))


def test_a_true_claim_and_a_claim_about_others_hold(office, notice):
    text = "{{ figure('sites.by_category.2.total') }}个部门网站全部合格。另有{{ figure('sites.unqualified') }}个不合格。"
    assert "全部合格" in render(notice(), office(text))["notice.md"].decode()


def wrong(name: str, change):
    made = complete(getattr(published, name)(), load_profile(name))
    change(made)
    return problems(made)


@pytest.mark.parametrize(
    ("name", "change", "part"),
    [
        ("shanghai", lambda n: n["checks"].update(total=134), "检查次数 134"),
        ("shanghai", lambda n: n["rounds"][0]["sites"].update(rate="98.6%"), "98.6% 与 66÷67 不一致"),
        ("shanghai", lambda n: n["rounds"][0]["problem_sites"].clear(), "名单有 0 个，与不合格数 1 不一致"),
        ("shanghai", lambda n: n["rounds"][1].update(round="2021Q1"), "同一轮次出现两次"),
        ("shanghai", lambda n: n["accounts"].update(share="25%"), "抽查比例 25%"),
        ("shanghai", lambda n: n["security_scan"].update(good=68), "安全扫描"),
        ("guangdong", lambda n: n["sites"]["by_region"][0].update(total=25), "by_region 各组 total"),
        ("guangdong", lambda n: n["sites"]["regions"][3].update(rate="99%"), "“韶关”：比率 99%"),
        ("guangdong", lambda n: n["sites"]["full_regions"]["names"].append("珠海"), "“珠海”列为全部合格"),
        ("guangdong", lambda n: n["sites"].update(registered=500), "大于登记数 500"),
        ("jiangxi", lambda n: n["recheck"]["sites"].update(fixed=21), "之和与被通报数 41 不一致"),
        ("jiangxi", lambda n: n["recheck"]["subjects"].pop(), "复查名单有 40 个"),
        ("jiangxi", lambda n: n["change"]["sites"].update(points="7.8"), "环比 7.8"),
        ("jiangxi", lambda n: n["change"]["sites"].update(direction="down"), "环比 5.8"),
        ("qinghai", lambda n: n["classes"]["accounts"][0].update(count=64), "写着 64 个，而点名的有 63 个"),
        ("zhongkai", lambda n: n["score_sheet"]["rows"][1].update(score="99.5"), "惠园"),
        ("zhongkai", lambda n: n["score_sheet"]["rows"][0]["points"].update(Z1="3"), "东园"),
    ],
)
def test_figures_beyond_the_counts_that_do_not_agree_are_told(name, change, part):
    told = wrong(name, change)
    assert any(part in problem for problem in told), told
