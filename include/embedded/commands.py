"""demo, inspect, rejudge, history and up: what the Makefile's commands do once their arguments are checked."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from include.embedded import report
from include.embedded.airflow_api import AirflowApi, AirflowRefused
from include.embedded.layout import Layout
from include.embedded.progress import Watch, clock, follow
from include.embedded.published import Published
from include.embedded.request import INSPECTION_DAG, REJUDGE_DAG, Inspection, point_text
from include.embedded.services import free_port, wait_until
from include.embedded.settings import BUCKET, relative
from include.embedded.stack import Stack
from include.embedded.storage import stored_objects
from include.inspection.daily.show import show
from include.inspection.store import ObjectStore
from include.inspection.tallying.notice_history import PREFIX, import_notices

# Runs are started by hand here; the quarter's own schedule belongs to `up` and to production.
BY_HAND: Mapping[str, str] = {"INSPECTION_SCHEDULES": "off"}
# Somebody may sit at the UI of `up`; a scheduled round goes on without them after this time.
REVIEW_OF_UP = "3d"
LOOPBACK = "127.0.0.0/8"
# The made-up city stands on this machine: nobody is burdened by quick steps.
CITY: Mapping[str, str] = {
    **BY_HAND,
    "INSPECTION_ALLOW_NET": LOOPBACK,
    "INSPECTION_PAUSE_SECONDS": "0.005",
    "INSPECTION_RETRY_SECONDS": "0.5",
}


def demo(layout: Layout, request: Inspection) -> int:
    """Serves the made-up city, inspects it and says what came of it. Returns the exit code."""
    began = time.monotonic()
    say("启动内置环境：S3、Airflow、虚构城市 … (starting the embedded stack)")
    with Stack(layout, CITY) as stack:
        # Only ever a round of the made-up city: its name carries the demo's suffix.
        shutil.rmtree(layout.objects / BUCKET / "rounds" / request.round, ignore_errors=True)
        port, ready = free_port(), layout.scratch / "city.ready"
        ready.unlink(missing_ok=True)
        point = point_text(request.as_of)
        base = [sys.executable, "-m", "include.demo"]
        common = ["--as-of", point, "--port", str(port)]
        city = stack.add("city", [*base, "serve", *common, "--ready", str(ready)])
        _write_city_lists([*base, "registry", *common, "--out", str(request.registry)], layout)
        stack.wait_ready()
        wait_until(ready.exists, "虚构城市", [city], 60)
        return _inspect(stack, request, began)


def inspect(layout: Layout, request: Inspection) -> int:
    """Inspects an office's own lists. Returns the exit code."""
    began = time.monotonic()
    if request.refused:
        say(report.refused(request.refused, request.out / request.round / "registry-problems.csv"))
    say("启动内置环境：S3、Airflow … (starting the embedded stack)")
    environment = {**BY_HAND}
    if request.allow_net:
        environment["INSPECTION_ALLOW_NET"] = request.allow_net
    with Stack(layout, environment) as stack:
        stack.wait_ready()
        return _inspect(stack, request, began)


def rejudge(
    layout: Layout, round_name: str, rules: tuple[str, ...], registry: Path | None = None, review: str = ""
) -> int:
    """Judges a stored round again; exit code 1 when the same rules do not give the same tables.

    With the decisions of ``registry``, or with people in between, other tables are no fault.
    """
    if not (layout.objects / BUCKET / "rounds" / round_name).is_dir():
        say(
            f"ROUND：{relative(layout.objects, layout.root)} 中没有轮次 {round_name}；现有：{_rounds(layout)}"
        )
        return 2
    say("启动内置环境：S3、Airflow … (starting the embedded stack)")
    # No address is allowed and none is needed: judging reads what is stored.
    with Stack(layout, BY_HAND) as stack:
        stack.wait_ready()
        published = Published(stack.s3(), round_name)
        before = published.digests()
        params: dict[str, Any] = {"round": round_name}
        if rules:
            params["rules"] = list(rules)
        if registry:
            params["registry"] = str(registry)
        if review:
            params["review"] = review
        _tell_reviewers(stack, review)
        run_id, succeeded = _run(stack, REJUDGE_DAG, params)
        if not succeeded:
            return 1
        # Under other rules than its own a round's results stand beside the first ones.
        beside = f"rejudged/{'+'.join(rules)}/"
        folder = beside if rules and published.run_id(beside) == run_id else ""
        after = published.digests(folder)
        say(f"S3：{relative(layout.objects, layout.root)}/{BUCKET}/{published.prefix}{folder}")
        same = True
        for name in sorted(before.keys() | after.keys()):
            old, new = before.get(name), after.get(name)
            same = same and old == new
            words = "逐字节一致 identical" if old == new else f"不同 DIFFERENT（原 {old}）"
            say(f"{name}  sha256 {new}  {words}")
        if not after:
            say("重新判定之后没有 verdicts.csv 和 findings.csv")
            return 1
        return 0 if same or rules or registry or review not in ("", "off") else 1


def history(layout: Layout, file: Path) -> int:
    """Imports the figures of earlier notices into the store; exit code 1 where no line could be used."""
    with Stack(layout, airflow=False) as stack:
        stack.wait_ready()
        done = import_notices(ObjectStore(stack.s3(), BUCKET), file)
    say(f"S3：{relative(layout.objects, layout.root)}/{BUCKET}/{PREFIX}")
    return 0 if done["read"] else 1


def probes(layout: Layout, site_code: str, since: date, until: date, out: Path) -> int:
    """Prints the stored probes of one site and draws them; exit code 1 where there are none."""
    folder = out / "probes" / site_code
    with stored_objects(layout) as store:
        say(show(store, site_code, since, until, folder))
    say(f"图 chart：{relative(folder, layout.root)}/probes.svg，每次探测 every probe：probes.csv")
    return 0 if len((folder / "probes.csv").read_text(encoding="utf-8").splitlines()) > 1 else 1


def up(layout: Layout, allow_net: str) -> int:
    """Keeps the stack running until it is interrupted, which is its ordinary end. Returns the exit code."""
    environment = {"INSPECTION_SCHEDULES": "on", "INSPECTION_REVIEW": REVIEW_OF_UP}
    if allow_net:
        environment["INSPECTION_ALLOW_NET"] = allow_net
    say("启动内置环境：S3、Airflow … (starting the embedded stack)")
    with Stack(layout, environment, triggerer=True) as stack:
        stack.wait_ready()
        say(f"Airflow   {stack.url}")
        say(f"用户 user  admin，密码 password 见 {relative(layout.password_file, layout.root)}")
        say(f"S3        http://127.0.0.1:{stack.s3_port}  (bucket {BUCKET})")
        say(f"密钥 keys  {relative(layout.var, layout.root)}/keys.json")
        say(f"日志 logs  {relative(layout.logs, layout.root)}")
        say("按 Ctrl-C 停止 (Ctrl-C to stop)")
        with suppress(KeyboardInterrupt):
            while True:
                stack.check()
                time.sleep(1)
        say("正在停止 … (stopping)")
    return 0


def _inspect(stack: Stack, request: Inspection, began: float) -> int:
    layout = stack.layout
    say(f"环境就绪，用时 {clock(time.monotonic() - began)} (the stack is up)")
    point = (
        point_text(request.as_of)
        if request.as_of_given
        else "未指定（本次运行的时间；已开始的轮次沿用原时间点）"
    )
    say(f"开始检查 {request.round}，监测时间点 {point}，名录 {request.registry}")
    _tell_reviewers(stack, request.review)
    run_id, succeeded = _run(stack, INSPECTION_DAG, request.params)
    published = Published(stack.s3(), request.round)
    if published.run_id() != run_id:
        say("没有发布：本次运行没有写出 manifest.json。(Nothing was published.)")
        return 1
    target = request.out / request.round
    request.out.mkdir(parents=True, exist_ok=True)
    try:
        count = published.copy_to(target)
    except FileExistsError as error:
        say(str(error))
        return 1
    say("")
    say(report.summary(published.notice()))
    problems = report.problems_of(published.read("registry-problems.csv") or b"")
    if problems:
        say("")
        say(report.refused(problems, target / "registry-problems.csv"))
    say("")
    say(f"通报 Notice：{relative(target, layout.root)}/notice.docx（.html .md .json），共 {count} 个文件")
    say(f"S3：{relative(layout.objects, layout.root)}/{BUCKET}/{published.prefix}")
    say(f"总用时 total {clock(time.monotonic() - began)}")
    return 0 if succeeded else 1


def _tell_reviewers(stack: Stack, review: str) -> None:
    """Where people answer, when the run will wait for them."""
    if review not in ("", "off"):
        say(f"人工复核（时限 {review}）：{stack.url} 的“Required Actions”（待办），用户 admin，")
        say(f"密码见 {relative(stack.layout.password_file, stack.layout.root)}")


def _run(stack: Stack, dag_id: str, params: dict[str, Any]) -> tuple[str, bool]:
    """Runs the DAG to its end, shows progress, names the tasks that failed: the run's id, and its success."""
    layout = stack.layout
    with closing(AirflowApi(stack.url, "admin", stack.keys.admin_password)) as api:
        api.wait_for_dag(dag_id, stack.check)
        stale = api.end_unfinished(dag_id)
        if stale:
            say(f"上次中断留下的 {stale} 次运行已标记为失败；已抓取的内容不会重抓")
        run_id = api.trigger(dag_id, params)
        try:
            state = follow(Watch(api, dag_id, run_id).look, stack.check)
        except KeyboardInterrupt:
            with suppress(AirflowRefused, httpx.HTTPError):
                api.fail_run(dag_id, run_id)
            raise
        count, failed = api.tasks(dag_id, run_id, states=("failed",), limit=50)
        if count:
            say("")
            say(report.failures(failed, layout.task_logs, dag_id, run_id))
        if state != "success":
            say(f"运行未成功 (run {state})：{run_id}")
        return run_id, state == "success"


def _write_city_lists(command: list[str], layout: Layout) -> None:
    done = subprocess.run(command, cwd=layout.root, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise RuntimeError(f"虚构城市的名录没有写成：\n{done.stderr or done.stdout}")


def _rounds(layout: Layout) -> str:
    folder = layout.objects / BUCKET / "rounds"
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    return "、".join(names) or "（无）"


def say(text: str) -> None:
    print(text, flush=True)
