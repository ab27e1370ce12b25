"""The DAG files as Airflow's parser meets them, and the walls between the parts of the house."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DAGS = ROOT / "dags"
#: Every DAG file and the DAGs in it; a new file must be entered here, with tests.
FILES = {
    "annual_assessment.py": {"annual_assessment"},
    "availability_probe.py": {"availability_probe"},
    "daily_digest.py": {"daily_digest"},
    "daily_patrol.py": {"daily_patrol"},
    "deliver_messages.py": {"deliver_messages"},
    "quarterly_inspection.py": {"quarterly_inspection"},
    "rectification_recheck.py": {"rectification_recheck"},
    "rejudge.py": {"rejudge"},
}
SECONDS = 0.3
HEAVY = {
    "aiohttp",
    "apprise",
    "boto3",
    "bs4",
    "chinese_calendar",
    "docx",
    "docxtpl",
    "feedparser",
    "great_expectations",
    "lxml",
    "openpyxl",
    "pandas",
    "selectolax",
    "warcio",
}

PARSE = """
import importlib.util, json, sys, time
import airflow.sdk
before = set(sys.modules)
started = time.process_time()
spec = importlib.util.spec_from_file_location("parsed_dag", sys.argv[1])
spec.loader.exec_module(importlib.util.module_from_spec(spec))
seconds = time.process_time() - started
print(json.dumps({"seconds": seconds, "new": sorted(set(sys.modules) - before)}))
"""

STRUCTURE = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.serialized_objects import DagSerialization
bag = DagBag(sys.argv[1])
dags = {}
for dag_id, dag in bag.dags.items():
    stored = DagSerialization.to_dict(dag)
    dags[dag_id] = {
        "file": dag.fileloc, "doc_md": dag.doc_md, "tags": sorted(dag.tags), "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs, "tells": bool(dag.has_on_failure_callback), "timetable": stored["dag"]["timetable"],
        "timetable_back": DagSerialization.from_dict(stored).timetable.serialize(),
        "params": {name: dag.params.get_param(name).schema | {"default": dag.params.get_param(name).value}
                   for name in dag.params},
        "tasks": {task.task_id: {"mapped": task.is_mapped, "label": getattr(task, "map_index_template", None),
                  "after": sorted(task.upstream_task_ids), "rule": str(task.trigger_rule.value), "retries": task.retries,
                  "templates": list(task.template_fields)}
                  for task in dag.tasks},
    }
print("RESULT" + json.dumps({"dags": dags, "errors": {str(k): str(v) for k, v in bag.import_errors.items()}}))
"""


def run(script: str, argument: Path, home: Path, **more: str) -> str:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "INSPECTION"))
    }
    environment |= {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'plugins'}",
        **more,
    }
    done = subprocess.run(
        [sys.executable, "-c", script, str(argument)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="session")
def airflow_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("airflow")


def read_bag(home: Path, **more: str) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(run(STRUCTURE, DAGS, home, **more).rpartition("RESULT")[2])
    return result


@pytest.fixture(scope="session")
def bag(airflow_home: Path) -> dict[str, Any]:
    return read_bag(airflow_home)


@pytest.fixture(scope="session")
def inspection(bag: dict[str, Any]) -> Any:
    return bag["dags"]["quarterly_inspection"]


# --- the files


def test_every_file_is_known_and_none_is_missing():
    assert {path.name for path in DAGS.rglob("*.py")} == set(FILES)


@pytest.mark.parametrize("name", sorted(FILES))
def test_no_file_is_long(name):
    assert len((DAGS / name).read_text(encoding="utf-8").splitlines()) <= 150


def test_every_file_is_read_without_an_error(bag):
    assert bag["errors"] == {}
    by_file: dict[str, set[str]] = {}
    for dag_id, dag in bag["dags"].items():
        by_file.setdefault(Path(dag["file"]).name, set()).add(dag_id)
    assert by_file == FILES


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_is_read_quickly_and_brings_nothing_heavy(name, airflow_home):
    """A mapped task reads its file again. The best of three: the machine may be busy."""
    seconds = []
    for _ in range(3):
        found = json.loads(run(PARSE, DAGS / name, airflow_home).splitlines()[-1])
        tops = {module.partition(".")[0] for module in found["new"]}
        assert not tops & HEAVY
        domain = {module for module in found["new"] if module.startswith("include.inspection")}
        assert domain <= {"include.inspection", "include.inspection.rules", "include.inspection.rules.files"}
        seconds.append(found["seconds"])
        if seconds[-1] <= SECONDS:
            break
    assert min(seconds) <= SECONDS


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_top_of_a_file_imports_no_domain_module(name):
    tree = ast.parse((DAGS / name).read_text(encoding="utf-8"))
    tops = {module for node in tree.body for module in imported(node)}
    assert not {module for module in tops if module.partition(".")[0] in HEAVY | {"include", "httpx"}}


@pytest.mark.parametrize("dag_id", sorted(dag_id for ids in FILES.values() for dag_id in ids))
def test_a_dag_explains_itself(bag, dag_id):
    dag = bag["dags"][dag_id]
    module = ast.parse(Path(dag["file"]).read_text(encoding="utf-8"))
    assert dag["doc_md"].strip() == (ast.get_docstring(module, clean=False) or "").strip() != ""
    assert dag["tags"] == ["inspection"]
    assert dag["max_active_runs"] == 1 and dag["catchup"] is False


# --- quarterly_inspection


def test_tasks_and_their_order(inspection):
    assert {name: task["after"] for name, task in inspection["tasks"].items()} == {
        "snapshot": [],
        "plan": ["snapshot"],
        "site_groups": ["plan"],
        "account_groups": ["plan"],
        "fetch_site": ["plan", "site_groups"],
        "fetch_accounts": ["account_groups", "plan"],
        "history": ["fetch_accounts", "fetch_site", "plan"],
        "suspects": ["history", "plan"],
        "fetch_again": ["plan", "suspects"],
        "judge": ["fetch_again", "plan", "suspects"],
        "ask_people": ["judge", "plan"],
        "review": ["ask_people"],
        "further_looks": ["plan", "review"],
        "look_again": ["further_looks", "plan"],
        "judge_again": ["ask_people", "further_looks", "look_again", "plan"],
        "tally": ["judge_again", "plan"],
        "draft": ["plan", "tally"],
        "approve": ["draft", "plan"],
        "publish": ["approve", "plan"],
    }


def test_mapped_tasks_name_their_cells(bag):
    mapped = {
        (dag_id, name): task["label"]
        for dag_id, dag in bag["dags"].items()
        for name, task in dag["tasks"].items()
        if task["mapped"]
    }
    assert set(mapped) == {
        *(
            ("quarterly_inspection", name)
            for name in ("fetch_site", "fetch_accounts", "fetch_again", "review", "look_again")
        ),
        ("rejudge", "review"),
        ("daily_patrol", "patrol_group"),
        *(("rectification_recheck", name) for name in ("fetch_site", "fetch_accounts", "fetch_again")),
    }
    assert all("label" in template for template in mapped.values())


def test_a_failed_fetch_does_not_stop_the_others(inspection):
    rules = {name: task["rule"] for name, task in inspection["tasks"].items()}
    patient = {"history", "suspects", "judge", "judge_again"}
    assert {name for name, rule in rules.items() if rule == "all_done"} == patient
    # Where nobody was asked, nobody is to be looked at again: it is skipped, and the run goes on.
    assert rules["further_looks"] == "none_failed_min_one_success"
    assert {rules[name] for name in rules.keys() - patient - {"further_looks"}} == {"all_success"}
    assert all(task["retries"] >= 1 for task in inspection["tasks"].values())


def test_the_form_of_the_ui(inspection):
    params = inspection["params"]
    assert {name: param["default"] for name, param in params.items()} == {
        "round": None,
        "as_of": None,
        "coverage": "full",
        "profile": "zhanjiang",
        "rules": ["national-2019"],
        "registry": str(ROOT / "registry"),
        "review": "off",
    }
    assert all(param["title"] for param in params.values())
    profiles = {path.parent.name for path in (ROOT / "include" / "templates").glob("*/profile.yaml")}
    assert "zhanjiang" in params["profile"]["enum"] and set(params["profile"]["enum"]) == profiles
    assert "national-2019" in params["rules"]["examples"]
    assert not {"survey", "messages"} & set(params["rules"]["examples"])


def test_schedule_is_the_quarter_timetable_and_is_read_back(inspection):
    assert inspection["timetable"]["__type"].endswith("quarter_timetable.QuarterTimetable")
    assert inspection["timetable_back"] == {"day": 20, "hour": 2}


def test_schedules_can_be_switched_off(airflow_home, bag):
    off = read_bag(airflow_home, INSPECTION_SCHEDULES="off")["dags"]["quarterly_inspection"]
    assert "quarter_timetable" not in off["timetable"]["__type"]


# --- availability_probe


def test_probes_run_every_five_minutes_in_one_task_and_are_not_made_up_for(bag, airflow_home):
    from include.inspection.daily.probe_plan import RUN_MINUTES

    dag = bag["dags"]["availability_probe"]
    assert list(dag["tasks"]) == ["probe"]
    assert not dag["tasks"]["probe"]["mapped"] and dag["tasks"]["probe"]["retries"] == 0
    assert dag["timetable"]["__var"]["expression"] == f"*/{RUN_MINUTES} * * * *"
    assert set(dag["params"]) == {"registry"}
    off = read_bag(airflow_home, INSPECTION_SCHEDULES="off")["dags"]["availability_probe"]
    assert "cron" not in off["timetable"]["__type"].lower()


# --- daily_patrol and daily_digest


def test_the_digest_follows_the_patrols_asset_and_comes_every_morning_anyway(bag):
    dag = bag["dags"]["daily_digest"]
    assert list(dag["tasks"]) == ["publish"] and dag["tells"] is True
    timetable = json.dumps(dag["timetable"])
    assert "AssetOrTimeSchedule" in timetable and "30 7 * * *" in timetable
    assert "inspection_daily_patrol" in timetable


def test_the_patrol_visits_in_groups_closes_the_day_and_hands_it_over_as_an_asset(bag, airflow_home):
    dag = bag["dags"]["daily_patrol"]
    assert {name: task["after"] for name, task in dag["tasks"].items()} == {
        "begin": [],
        "groups": ["begin"],
        "patrol_group": ["begin", "groups"],
        "close": ["begin", "groups", "patrol_group"],
        "warn": ["begin", "close"],
    }
    assert {name for name, task in dag["tasks"].items() if task["rule"] == "all_done"} == {"close"}
    assert dag["tells"] is True and set(dag["params"]) == {"registry"}
    assert "30 2 * * *" in json.dumps(dag["timetable"])
    off = read_bag(airflow_home, INSPECTION_SCHEDULES="off")["dags"]["daily_patrol"]
    assert "cron" not in off["timetable"]["__type"].lower()


# --- rejudge


def test_rejudge_runs_the_judging_half_and_only_by_hand(bag):
    dag = bag["dags"]["rejudge"]
    assert {name: task["after"] for name, task in dag["tasks"].items()} == {
        "begin": [],
        "judge": ["begin"],
        "ask_people": ["begin", "judge"],
        "review": ["ask_people"],
        "judge_again": ["ask_people", "begin", "review"],
        "tally": ["begin", "judge_again"],
        "draft": ["begin", "tally"],
        "approve": ["begin", "draft"],
        "publish": ["approve", "begin"],
    }
    assert "quarter_timetable" not in dag["timetable"]["__type"]
    assert set(dag["params"]) == {"round", "rules", "registry", "review"}


def test_what_sites_wrote_is_never_rendered_as_a_template(bag):
    """The text of a required action holds names and notes from outside; Jinja must not see it."""
    for dag in bag["dags"].values():
        for name in ("review", "approve"):
            if name in dag["tasks"]:
                assert not {"subject", "body"} & set(dag["tasks"][name]["templates"]), name


def test_how_long_people_are_waited_for_can_be_set_for_all(airflow_home, bag):
    waiting = read_bag(airflow_home, INSPECTION_REVIEW="3d")["dags"]
    assert {dag["params"]["review"]["default"] for dag in waiting.values() if "review" in dag["params"]} == {
        "3d"
    }


# --- rectification_recheck


def test_a_recheck_goes_through_the_tasks_of_a_round(bag, inspection):
    tasks = bag["dags"]["rectification_recheck"]["tasks"]
    shared = tasks.keys() & inspection["tasks"].keys()
    assert tasks.keys() - shared == {"begin", "finish"}
    for name in shared:
        of_round = [{"plan": "begin"}.get(task, task) for task in inspection["tasks"][name]["after"]]
        assert tasks[name]["after"] == sorted(of_round), name
        assert tasks[name]["rule"] == inspection["tasks"][name]["rule"], name
    assert tasks["finish"]["after"] == ["begin", "judge"]
    assert set(bag["dags"]["rectification_recheck"]["params"]) == {"round", "registry", "as_of", "due"}


# --- annual_assessment


def test_the_year_is_assessed_by_hand(bag):
    dag = bag["dags"]["annual_assessment"]
    assert list(dag["tasks"]) == ["assess"] and set(dag["params"]) == {
        "year",
        "scheme",
        "registry",
        "profile",
        "as_of",
    }
    assert all(param["title"] for param in dag["params"].values())


# --- deliver_messages


def test_messages_are_delivered_every_ten_minutes_and_after_a_patrol_one_run_at_a_time(bag):
    dag = bag["dags"]["deliver_messages"]
    assert list(dag["tasks"]) == ["deliver"] and dag["tasks"]["deliver"]["retries"] == 1
    timetable = json.dumps(dag["timetable"])
    assert "AssetOrTimeSchedule" in timetable and "*/10 * * * *" in timetable
    assert "inspection_daily_patrol" in timetable


def test_delivery_can_be_left_to_people(airflow_home):
    off = read_bag(airflow_home, INSPECTION_SCHEDULES="off")["dags"]["deliver_messages"]
    assert "*/10" not in json.dumps(off["timetable"])


@pytest.mark.parametrize("dag_id", ["quarterly_inspection", "availability_probe"])
def test_a_failed_run_tells_the_operators(bag, dag_id):
    assert bag["dags"][dag_id]["tells"] is True


# --- the walls of the house


def imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        base = node.module or ""
        return {base} | {f"{base}.{alias.name}" for alias in node.names}
    return set()


def imports_of(path: Path) -> set[str]:
    """Every module that a file imports anywhere, also inside functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {module for node in ast.walk(tree) for module in imported(node)}


def test_the_domain_knows_nothing_of_airflow():
    files = sorted((ROOT / "include" / "inspection").rglob("*.py"))
    assert len(files) > 30
    assert {
        path.name
        for path in files
        if any(module.partition(".")[0] == "airflow" for module in imports_of(path))
    } == set()


NETWORK = {"aiohttp", "boto3", "botocore", "ftplib", "http", "httpx", "requests", "socket", "ssl", "urllib3"}


def opens_connections(module: str) -> bool:
    return (
        module.partition(".")[0] in NETWORK
        or module.startswith("urllib.request")
        or module.startswith(("include.inspection.fetch.client", "include.inspection.fetch.wire"))
    )


@pytest.mark.parametrize(
    "part",
    [
        "extract",
        "history.py",
        "judging/suites.py",
        "judging/verdicts.py",
        "measures",
        "rules/standard.py",
        "plan.py",
        "tallying/tally.py",
        "draft",
    ],
)
def test_what_must_not_touch_the_network_imports_nothing_that_could(part):
    place = ROOT / "include" / "inspection" / part
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
    assert files
    for path in files:
        assert not {module for module in imports_of(path) if opens_connections(module)}, path.name


def test_extract_knows_no_object_store():
    files = sorted((ROOT / "include" / "inspection" / "extract").rglob("*.py"))
    assert files
    for path in files:
        assert not {module for module in imports_of(path) if module.endswith(".store")}, path.name
