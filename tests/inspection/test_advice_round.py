"""A round under the scored standard and the guideline: advice reaches the reviewers and names nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from include.inspection import steps
from include.inspection.store import ObjectStore, RoundKeys
from include.inspection.survey.look import SurveyLimits
from tests.inspection.round_lab import AS_OF, DEAD, LIVE, NOW, ROUND, Done, Lab, Server

RULES = ["national-2019", "guideline-2017"]


class AdviceLab(Lab):
    def begin(self, store: ObjectStore) -> None:
        begun = steps.snapshot(store, str(self.folder), ROUND, AS_OF, NOW)
        steps.plan(store, begun["round"], begun["as_of"], "full", "zhanjiang", RULES)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory, new_store: Callable[[], ObjectStore]) -> Iterator[Done]:
    small = replace(SurveyLimits.load(), home_wait_seconds=0.01)
    with pytest.MonkeyPatch.context() as patch, Server() as server:
        patch.setenv("INSPECTION_ALLOW_NET", "127.0.0.0/8")
        patch.setenv("INSPECTION_PAUSE_SECONDS", "0")
        patch.setenv("INSPECTION_RETRY_SECONDS", "0.05")
        patch.setenv("INSPECTION_SCRATCH", str(tmp_path_factory.mktemp("scratch")))
        patch.setattr(SurveyLimits, "load", classmethod(lambda cls, *_: small))
        lab = AdviceLab(server, tmp_path_factory.mktemp("registry"))
        lab.write_lists()
        (lab.folder / "policies.csv").write_text(
            "title,published_at,url\n国务院关于加快推进某项工作的指导意见,2024-12-20 09:00,\n坏的一行,昨天,\n",
            encoding="utf-8",
        )
        store = new_store()
        lab.begin(store)
        fetched = lab.fetch(store)
        yield Done(store, fetched, lab.finish(store), [])


def test_the_verdicts_are_those_without_advice(done: Done) -> None:
    assert done.verdicts == {"qualified": 2, "unqualified": 2, "undetermined": 0}


def test_advice_is_a_state_of_its_own(done: Done) -> None:
    rows = [row for row in done.table("findings.csv") if row["indicator_id"].startswith("G-")]
    assert {row["state"] for row in rows} == {"advice", "candidate"}
    assert {row["subject_id"] for row in rows} == {LIVE}, "a site that did not open is advised of nothing"
    footer = next(row for row in rows if row["indicator_id"] == "G-F1")
    assert (footer["state"], footer["decided_by"]) == ("advice", "机器判定")


def test_advice_reaches_the_reviewers_and_names_nobody(done: Done) -> None:
    notice = done.store.get_json(RoundKeys(ROUND)("notice.json"))
    assert "G-F1" in {item["indicator_id"] for item in notice["advice"]}
    assert all(item["state"] == "candidate" for item in notice["candidates"])
    named = {row["subject_id"]: row for row in notice["problem_sites"]}
    assert set(named) == {DEAD}
    assert not [
        item for row in named.values() for item in row["findings"] if item["indicator_id"].startswith("G-")
    ]
    page = done.get("candidates.html").decode()
    assert "底部功能区" in page and "提示" in page
    assert "底部功能区" not in done.get("notice.md").decode()


def test_releases_of_the_issuing_site_come_from_a_list(done: Done) -> None:
    row = next(
        row
        for row in done.table("measures.csv")
        if (row["subject_id"], row["indicator_id"]) == (LIVE, "G-T6")
    )
    assert row["state"] == "measured" and "应转载1条" in row["reason"]
    problems = done.table("registry-problems.csv")
    assert [(item["file"], item["value"]) for item in problems if "policies" in item["file"]] == [
        ("policies.csv", "昨天")
    ]
