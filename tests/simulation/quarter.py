"""A quarter of the made-up city with a clock that is set: probes, patrols, warnings, digests, and the round at its end."""

from __future__ import annotations

import asyncio
import csv
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from include.demo.city import AccountPlan, SitePlan
from include.demo.registry import EXEMPTION_HEADER, write_registry
from include.demo.timeline import chosen, timeline
from include.demo.truth import expected
from include.inspection import steps
from include.inspection.csv_tables import read_csv
from include.inspection.daily import digest, patrol_steps
from include.inspection.daily.probe_log import store_round
from include.inspection.daily.probe_plan import ProbeRules
from include.inspection.daily.probes import probe_round
from include.inspection.daily.settings import PatrolRules
from include.inspection.daily.warning_steps import warn
from include.inspection.daily.warnings import read_record
from include.inspection.fetch.settings import FetchSettings, parse_networks
from include.inspection.registry.reader import read_registry
from include.inspection.store import ObjectStore
from include.inspection.survey.look import SurveyLimits
from tests.simulation.city import City, city_of
from tests.simulation.truth import Event, expected_events, troubled

COMPARED = ("section", "home", "account", "availability")


@dataclass
class Outcome:
    """What was found otherwise than declared, and how long the parts took."""

    differences: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.monotonic() - began


@dataclass
class Simulation:
    """``first`` and ``last`` are days of the quarter; ``codes`` the sites (all where there are none)."""

    store: ObjectStore
    folder: Path
    first: date
    last: date
    codes: Sequence[str] = ()
    probes_a_day: int = 24
    say: Callable[[str], None] = print

    def __post_init__(self) -> None:
        self.line = timeline()
        self.plans, self.accounts = chosen(self.codes)
        self.days = [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]
        rules = PatrolRules.load()
        self.rules = replace(rules, look=replace(rules.look, home_links=1))
        self.limits = replace(SurveyLimits.load(), home_wait_seconds=0.01)
        self.probe_rules = ProbeRules.load()
        self.outcome = Outcome()

    def run(self) -> Outcome:
        with city_of(self.line) as city:
            self.settings = FetchSettings(
                allow_net=parse_networks("127.0.0.0/8"),
                pause_seconds=0,
                retry_seconds=0,
                # The default pace spares platforms that carry many sites; the city is one process on loopback.
                probes_a_second=10_000,
                controls=(f"http://{self.accounts[0].host}:{city.port}{self.accounts[0].feed_path}",),
            )
            self._lists(city.port)
            for number, day in enumerate(self.days, 1):
                self._day(city, day)
                if number % 10 == 0 or day == self.last:
                    self.say(
                        f"第{number}天 {day}：{ {name: round(value) for name, value in self.outcome.seconds.items()} }"
                    )
            self._compare_warnings()
            if self.last == self.line.last:
                city.set(self.line.final)
                with self.outcome.timed("季度检查"):
                    self._quarter()
        return self.outcome

    def _lists(self, port: int) -> None:
        write_registry(self.folder, self.line.final, port)
        kept = {plan.code for plan in self.plans} | {plan.account_id for plan in self.accounts}
        for name in ("sites", "accounts", "sections", "messages", "findings"):
            path = self.folder / f"{name}.csv"
            with path.open(encoding="utf-8-sig", newline="") as source:
                header, *rows = csv.reader(source)
            column = 1 if name == "messages" else 0
            _write(path, [header, *(row for row in rows if row[column] in kept)])
        exemptions = [
            [
                row["site"],
                row["scope"],
                self.line.day(row["from"]),
                self.line.day(row["until"]),
                row["reason"],
                "市政府办公室",
            ]
            for row in self.line.exemptions
            if str(row["site"]) in kept
        ]
        _write(self.folder / "exemptions.csv", [list(EXEMPTION_HEADER), *exemptions])
        self.sites = read_registry(self.folder).sites

    def _day(self, city: City, day: date) -> None:
        if day not in self.line.no_patrol:
            moment = self.line.patrol_moment(day)
            city.set(moment)
            for run in range(2 if day in self.line.patrol_twice else 1):
                with self.outcome.timed("巡检"):
                    self._patrol(moment, f"run-{run}")
                with self.outcome.timed("预警"):
                    warn(self.store, day)
            if day.day in (1, 15) or day == self.last:
                with self.outcome.timed("日报"):
                    digest.publish(self.store, day, "run")
        with self.outcome.timed("探测"):
            for number in range(self.probes_a_day):
                self._probe(city, day, number)

    def _patrol(self, moment: datetime, run_id: str) -> None:
        def clock() -> datetime:
            return moment

        begun = patrol_steps.begin(self.store, str(self.folder), run_id, moment, clock)
        parts = patrol_steps.groups(self.store, begun, 60, 1024)
        for part in parts:
            patrol_steps.patrol(
                self.store, begun, part["number"], part["ids"], clock, self.settings, self.limits, self.rules
            )
        patrol_steps.close(self.store, begun, parts, clock)

    def _probe(self, city: City, day: date, number: int) -> None:
        minute = (number * 1440 // self.probes_a_day) + 7 + number % 5
        start = datetime(day.year, day.month, day.day, tzinfo=self.line.final.tzinfo) + timedelta(
            minutes=minute
        )
        if start > self.line.final:
            return
        city.set(start)
        probes, controls = asyncio.run(probe_round(self.sites, self.settings, self.probe_rules))
        began = min([one.at for one in probes] + [look.at for look in controls])
        store_round(
            self.store,
            start,
            [replace(one, at=start + (one.at - began)) for one in probes],
            [replace(look, at=start + (look.at - began)) for look in controls],
        )
        self.outcome.counts["探测"] = self.outcome.counts.get("探测", 0) + len(probes)

    # --- what was declared against what was found

    def _compare_warnings(self) -> None:
        patrolled = [day for day in self.days if day not in self.line.no_patrol]
        wanted = expected_events(self.line, patrolled, self.plans, self.accounts)
        declared = troubled(self.line)
        for day in patrolled:
            record = read_record(self.store, day)
            if record is None:
                self.outcome.differences.append(f"{day} 没有预警记录")
                continue
            found: set[Event] = set()
            for event in record.events:
                one = event.warning
                if one.kind in COMPARED and event.what != "reminded":
                    found.add((event.what, one.level, one.kind, one.subject_id, one.target_name))
                if one.subject_id not in declared and one.kind not in COMPARED:
                    self.outcome.differences.append(f"{day} 没有声明却有预警：{one.title}，{one.text}")
            self.outcome.counts["预警变化"] = self.outcome.counts.get("预警变化", 0) + len(found)
            self.outcome.differences += [
                f"{day} 应有而没有：{event}" for event in sorted(wanted[day] - found)
            ]
            self.outcome.differences += [
                f"{day} 没有声明却有：{event}" for event in sorted(found - wanted[day])
            ]

    def _quarter(self) -> None:
        line, store = self.line, self.store
        name = f"{line.last.year}Q{(line.last.month - 1) // 3 + 1}"
        begun = steps.snapshot(
            store, str(self.folder), name, line.final.strftime("%Y-%m-%dT%H:%M"), line.final
        )
        steps.plan(store, begun["round"], begun["as_of"], "full", "zhanjiang", ["national-2019"])
        for kind in ("site", "account"):
            for group in steps.groups(store, name, kind, 20, 1024):
                steps.fetch(store, name, group["ids"], 1)
        steps.freeze_history(store, name, line.final)
        for group in steps.suspect_groups(store, name):
            steps.fetch(store, name, group["ids"], 2)
        steps.judge(store, name)
        truth = expected(line.final)
        wanted = truth.sites | truth.accounts
        found = {row["subject_id"]: row["verdict"] for row in self._table(name, "verdicts")}
        for subject in [*(plan.code for plan in self.plans), *(plan.account_id for plan in self.accounts)]:
            if found.get(subject) != wanted[subject]:
                self.outcome.differences.append(
                    f"季度结论：{subject} 应为 {wanted[subject]}，得到 {found.get(subject)}"
                )
        long = len(self.days) > 7
        # Six hours without a network of our own are a quarter of a day: 3.6 % of a week, had they counted.
        for row in self._table(name, "measures"):
            if long and row["indicator_id"] == "W2" and (row["result"], row["measured"]) != ("pass", "0"):
                self.outcome.differences.append(
                    f"季度 W2：{row['subject_id']} 应为 0，得到 {row['measured']}（{row['result']}，{row['reason']}）"
                )

    def _table(self, name: str, table: str) -> list[dict[str, str]]:
        return read_csv(self.store.get(f"work/{name}/round/{table}.csv"))


def _write(path: Path, rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        csv.writer(target).writerows(rows)


def names_of(plans: Sequence[SitePlan], accounts: Sequence[AccountPlan]) -> str:
    return f"{len(plans)} 个网站、{len(accounts)} 个账号"
