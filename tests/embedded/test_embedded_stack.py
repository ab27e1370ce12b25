"""Keys, lock, processes and the object store of the embedded stack."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from include.embedded import settings
from include.embedded.layout import ROOT, Layout, load_keys
from include.embedded.published import Published
from include.embedded.services import MARK, Service, ServiceFailed, marked, sweep, wait_until
from include.embedded.stack import Stack, lock

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
# A process that leaves its session and group, as Airflow's tasks leave theirs, and waits.
ESCAPE = (
    "import subprocess, sys, time\n"
    "wait = [sys.executable, '-c', 'import time; time.sleep(60)']\n"
    "child = subprocess.Popen(wait, start_new_session=True)\n"
    "print(child.pid, flush=True)\n"
    "time.sleep(60)\n"
)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(var=tmp_path / "var of mine")
    layout.make()
    return layout


def service(layout: Layout, command: list[str], name: str = "thing") -> Service:
    return Service(name, command, settings.child_environment(layout), layout.logs / f"{name}.log", ROOT)


@pytest.fixture
def store(layout):
    with Stack(layout, airflow=False) as stack:
        wait_until(lambda: _reachable(stack), "S3", [], 20)
        yield stack


def _reachable(stack: Stack) -> bool:
    from include.embedded.services import accepts

    return accepts(stack.s3_port)


def test_keys_are_made_once_long_and_readable_by_their_owner_only(layout):
    keys = load_keys(layout)
    assert load_keys(layout) == keys
    assert min(len(value) for value in vars(keys).values()) >= 20
    for path in (layout.var / "keys.json", layout.password_file):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_keys(_other(layout)) != keys


def _other(layout: Layout) -> Layout:
    other = Layout(var=layout.var.with_name("other"))
    other.make()
    return other


def test_a_broken_key_file_is_named(layout):
    (layout.var / "keys.json").write_text("{", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"keys\.json"):
        load_keys(layout)


def test_a_second_stack_on_the_same_folder_is_refused(layout):
    held = lock(layout)
    with pytest.raises(SystemExit, match=str(os.getpid())):
        Stack(layout).__enter__()
    held.close()
    lock(layout).close()


def test_the_environment_is_this_stacks_and_no_other_airflows(layout, monkeypatch):
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    monkeypatch.setenv("AIRFLOW_CONN_OTHER", "secret")
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    monkeypatch.setenv("NO_PROXY", "intranet")
    ports = settings.Ports(s3=1, api=2, task_api=3)
    environment = settings.airflow_environment(
        layout, load_keys(layout), ports, {"INSPECTION_SCHEDULES": "off"}
    )
    assert environment["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert not {"AIRFLOW_CONN_OTHER", "AWS_PROFILE"} & environment.keys()
    assert environment["NO_PROXY"] == "intranet,127.0.0.1,localhost"
    assert environment["INSPECTION_SCHEDULES"] == "off"
    assert environment["AIRFLOW__API__HOST"] == "127.0.0.1"


def test_a_process_that_ends_is_reported_with_its_last_lines(layout):
    broken = service(layout, [sys.executable, "-c", "raise SystemExit('no room left')"])
    with pytest.raises(ServiceFailed, match="no room left") as caught:
        wait_until(lambda: False, "thing", [broken], 20)
    assert str(layout.logs / "thing.log") in str(caught.value)


def test_what_is_not_ready_in_time_is_named(layout):
    running = service(layout, SLEEP)
    with pytest.raises(ServiceFailed, match="the answer"):
        wait_until(lambda: False, "the answer", [running], 0.2)
    running.stop(2)


def test_a_service_stops_when_asked_and_is_killed_when_it_does_not(layout):
    willing = service(layout, SLEEP)
    willing.stop(5)
    assert willing.exit_code == -15
    ignore = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True)"
    stubborn = service(layout, [sys.executable, "-c", ignore + "; time.sleep(60)"], "deaf")
    wait_until(lambda: "deaf" in stubborn.log.read_text(encoding="utf-8"), "deaf", [stubborn], 10)
    stubborn.stop(0.2)
    assert stubborn.exit_code == -9


def test_nothing_of_a_killed_stack_survives_the_next_one(layout):
    parent = service(layout, [sys.executable, "-c", ESCAPE])
    wait_until(lambda: bool(parent.log.read_text(encoding="utf-8")), "child", [parent], 10)
    child = int(parent.log.read_text(encoding="utf-8"))
    bystander = subprocess.Popen(SLEEP, env={**os.environ, MARK: str(layout.var) + "2"})
    parent._process.kill()
    parent._process.wait()
    assert [process.pid for process in marked(layout.var)] == [child]
    assert sweep(layout.var) == 1
    assert list(marked(layout.var)) == []
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_the_object_store_is_real_private_and_ends_with_the_stack(store, layout):
    s3 = store.s3()
    s3.put_object(Bucket=settings.BUCKET, Key="rounds/2024Q4/a b.txt", Body=b"hello")
    assert s3.get_object(Bucket=settings.BUCKET, Key="rounds/2024Q4/a b.txt")["Body"].read() == b"hello"
    assert (layout.objects / settings.BUCKET / "rounds" / "2024Q4" / "a b.txt").read_bytes() == b"hello"
    arguments = Path(f"/proc/{store._services[0]._process.pid}/cmdline")
    if arguments.exists():
        assert store.keys.s3_secret_key.encode() not in arguments.read_bytes()
    object.__setattr__(store.keys, "s3_secret_key", "wrong" * 8)
    with pytest.raises(ClientError):
        store.s3().list_objects_v2(Bucket=settings.BUCKET)
    store.close()
    assert list(marked(layout.var)) == []


def test_what_was_published_is_copied_whole_and_replaced_whole(store, tmp_path):
    s3, target = store.s3(), tmp_path / "out" / "2024Q4"
    for name in ("notice.json", "data-docs/index.html", "manifest.json", "verdicts.csv", "findings.csv"):
        s3.put_object(Bucket=settings.BUCKET, Key=f"rounds/2024Q4/{name}", Body=b'{"run_id": "manual__1"}')
    s3.put_object(Bucket=settings.BUCKET, Key="rounds/2024Q4-2/manifest.json", Body=b"other")
    published = Published(s3, "2024Q4")
    assert published.copy_to(target) == 5
    assert (target / "data-docs" / "index.html").read_bytes() == b'{"run_id": "manual__1"}'
    assert published.run_id() == "manual__1"
    assert set(published.digests()) == {"verdicts.csv", "findings.csv"}
    s3.delete_object(Bucket=settings.BUCKET, Key="rounds/2024Q4/verdicts.csv")
    assert published.copy_to(target) == 4
    assert not (target / "verdicts.csv").exists()
    assert [path.name for path in target.parent.iterdir()] == ["2024Q4"]


def test_somebody_elses_folder_is_not_overwritten(store, tmp_path):
    target = tmp_path / "2024Q4"
    target.mkdir()
    (target / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError, match="OUT"):
        Published(store.s3(), "2024Q4").copy_to(target)
    assert (target / "thesis.txt").read_text(encoding="utf-8") == "mine"


def test_a_round_that_was_never_published_has_no_manifest(store):
    published = Published(store.s3(), "2031Q1")
    assert published.run_id() == ""
    assert published.digests() == {}
    assert published.notice() == {}
