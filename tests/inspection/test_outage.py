"""A home page that does not open is a site's failure only where our own network is cleared of it."""

from __future__ import annotations

import csv
import io
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver

from include.embedded.services import free_port
from include.inspection import steps
from include.inspection.fetch import client
from include.inspection.judging.outage import CONTROLS_SILENT, CONTROLS_UNRESOLVED, NO_CONTROLS
from include.inspection.store import ObjectStore, RoundKeys
from include.inspection.survey.look import SurveyLimits
from tests.inspection.round_lab import AS_OF, NOW, ROUND, Server

ALIKE = "本轮多数网站以同样方式无法访问"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as made:
        yield made


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    small = replace(SurveyLimits.load(), home_wait_seconds=0.01)
    monkeypatch.setattr(SurveyLimits, "load", classmethod(lambda cls, *_: small))
    for name, value in {
        "ALLOW_NET": "127.0.0.0/8",
        "PAUSE_SECONDS": "0",
        "RETRY_SECONDS": "0.01",
        "SCRATCH": str(tmp_path / "scratch"),
        "CONTROLS": "",
    }.items():
        monkeypatch.setenv(f"INSPECTION_{name}", value)


class Names(AbstractResolver):
    """A name service that knows ``known`` and denies everything else."""

    known: frozenset[str] = frozenset()

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_UNSPEC) -> Any:
        if host not in self.known:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [
            {
                "hostname": host,
                "host": "127.0.0.1",
                "port": port,
                "family": socket.AF_INET,
                "proto": 0,
                "flags": socket.AI_NUMERICHOST,
            }
        ]

    async def close(self) -> None:
        return None


def dead() -> str:
    return f"http://127.0.0.2:{free_port()}/"


def code(number: int) -> str:
    return f"44080001{number:02d}"


class Round:
    """A round over ``urls``, the first of which is under test."""

    def __init__(self, store: ObjectStore, folder: Path, urls: list[str]) -> None:
        self.store = store
        folder.mkdir(exist_ok=True)
        rows = [f"{code(n)},第{n}站,{url},other,其他,某办,yes,running" for n, url in enumerate(urls)]
        head = "site_code,name,url,kind,category,sponsor,authorised,status"
        (folder / "sites.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        begun = steps.snapshot(store, str(folder), ROUND, AS_OF, NOW)
        steps.plan(store, begun["round"], begun["as_of"], "full", "zhanjiang", ["national-2019"])
        steps.fetch(store, ROUND, [code(n) for n in range(len(urls))], 1)

    def again(self, *numbers: int) -> None:
        steps.fetch(self.store, ROUND, [code(n) for n in numbers or (0,)], 2)

    def judge(self) -> None:
        steps.judge(self.store, ROUND)

    def table(self, name: str) -> dict[str, dict[str, str]]:
        """The last row of each subject."""
        body = self.store.get(f"work/{ROUND}/round/{name}.csv").decode()
        return {row["subject_id"]: row for row in csv.DictReader(io.StringIO(body))}

    def outcome(self, number: int = 0) -> dict[str, Any]:
        verdict = self.table("verdicts")[code(number)]
        return {
            "verdict": verdict["verdict"],
            "vetoes": verdict["vetoes"],
            "reason": self.table("coverage")[code(number)]["reason"],
        }


def undetermined(outcome: dict[str, Any], reason: str) -> bool:
    return (outcome["verdict"], outcome["vetoes"]) == ("undetermined", "") and reason in outcome["reason"]


def test_dead_site_is_named_where_another_registered_host_answered(store, tmp_path, server):
    made = Round(store, tmp_path / "lists", [dead(), f"http://127.0.0.1:{server.port}/"])
    made.again()
    made.judge()
    assert (made.outcome()["verdict"], made.outcome()["vetoes"]) == ("unqualified", "W2")
    assert "/robots.txt" in server.asked
    note = next(
        row["note"]
        for row in csv.DictReader(io.StringIO(store.get(f"work/{ROUND}/round/findings.csv").decode()))
        if row["indicator_id"] == "W2"
    )
    assert "按名单所列网址 http://127.0.0.2:" in note and "没有一周的连续探测" in note


def test_dead_site_is_not_named_while_the_operators_controls_are_silent(store, tmp_path, server, monkeypatch):
    monkeypatch.setenv("INSPECTION_CONTROLS", dead())
    made = Round(store, tmp_path / "lists", [dead(), f"http://127.0.0.1:{server.port}/"])
    stored = store.get_json(RoundKeys(ROUND).outcome(code(0), 1))
    assert [control["answered"] for control in stored["controls"]] == [False]
    again = [group["ids"] for group in steps.suspect_groups(store, ROUND)]
    assert [code(0)] in again, "it is looked at once more: our network may be back"
    made.again()
    made.judge()
    assert undetermined(made.outcome(), CONTROLS_SILENT)
    tables = {key: store.get(key) for key in store.keys(f"work/{ROUND}/round/") if key.endswith(".csv")}
    # Judging again asks nobody: what the controls said is stored.
    monkeypatch.setenv("INSPECTION_CONTROLS", f"http://127.0.0.1:{server.port}/")
    made.judge()
    assert {key: store.get(key) for key in tables} == tables


def test_second_look_with_answering_controls_does_not_name_what_the_first_could_not(
    store, tmp_path, server, monkeypatch
):
    monkeypatch.setenv("INSPECTION_CONTROLS", dead())
    made = Round(store, tmp_path / "lists", [dead(), f"http://127.0.0.1:{server.port}/"])
    monkeypatch.setenv("INSPECTION_CONTROLS", f"http://127.0.0.1:{server.port}/")
    made.again()
    made.judge()
    assert undetermined(made.outcome(), "复测未能确认")


def test_single_site_without_controls_is_not_named(store, tmp_path):
    made = Round(store, tmp_path / "lists", [dead()])
    made.again()
    made.judge()
    assert undetermined(made.outcome(), NO_CONTROLS)


def test_many_hosts_that_fail_alike_point_at_ourselves(store, tmp_path, server, monkeypatch):
    monkeypatch.setenv("INSPECTION_CONTROLS", f"http://127.0.0.1:{server.port}/")
    made = Round(store, tmp_path / "lists", [dead(), dead(), dead(), f"http://127.0.0.1:{server.port}/"])
    made.again(0, 1, 2)
    made.judge()
    for number in range(3):
        assert undetermined(made.outcome(number), f"{ALIKE}（拒绝连接，4个主机中有3个）")


def test_two_hosts_that_fail_alike_are_too_few_for_doubt(store, tmp_path, server, monkeypatch):
    monkeypatch.setenv("INSPECTION_CONTROLS", f"http://127.0.0.1:{server.port}/")
    made = Round(store, tmp_path / "lists", [dead(), dead(), f"http://127.0.0.1:{server.port}/"])
    made.again(0, 1)
    made.judge()
    assert [made.outcome(number)["vetoes"] for number in range(2)] == ["W2", "W2"]


@pytest.mark.parametrize(("known", "named"), [(frozenset(), False), (frozenset({"works.test"}), True)])
def test_name_that_does_not_exist_is_the_sites_only_where_another_name_was_found(
    store, tmp_path, server, monkeypatch, known, named
):
    monkeypatch.setattr(Names, "known", known)
    monkeypatch.setattr(client, "PlainResolver", Names)
    urls = ["http://mistyped.test/", f"http://works.test:{server.port}/", f"http://127.0.0.1:{server.port}/"]
    made = Round(store, tmp_path / "lists", urls)
    made.again(0, 1)
    made.judge()
    if named:
        assert made.outcome()["vetoes"] == "W2"
    else:
        assert undetermined(made.outcome(), CONTROLS_UNRESOLVED)
        assert undetermined(made.outcome(1), CONTROLS_UNRESOLVED)
