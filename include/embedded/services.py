"""Long-running processes: started with a log file, watched, stopped with everything that they started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import psutil

MARK = "INSPECTION_STACK_VAR"
"""Environment variable that every process of a stack carries: the path of its ``var/``."""


class ServiceFailed(RuntimeError):
    """A process of the stack ended by itself or was not ready in time; the message names its log."""


class Service:
    """One process with its own session and log file."""

    def __init__(self, name: str, command: list[str], env: Mapping[str, str], log: Path, cwd: Path) -> None:
        self.name = name
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                command,
                env=dict(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                # Ctrl-C in the terminal is for the command, which then stops its services in order.
                start_new_session=True,
            )

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    def check(self) -> None:
        if self.exit_code is not None:
            raise ServiceFailed(
                f"{self.name} 意外退出（代码 {self.exit_code}）。日志：{self.log}\n{last_lines(self.log)}"
            )

    def wait_done(self, seconds: float) -> None:
        """For a one-shot command: waits for its end and raises if it failed."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise ServiceFailed(f"{self.name} 在 {seconds:.0f} 秒内没有完成。日志：{self.log}") from None
        if self.exit_code:
            self.check()

    def ask_to_stop(self) -> None:
        if self.exit_code is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGTERM)

    def stop(self, grace: float) -> None:
        """SIGTERM to the process, SIGKILL to its group after ``grace`` seconds."""
        self.ask_to_stop()
        try:
            self._process.wait(grace)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(ready: Callable[[], bool], what: str, services: list[Service], seconds: float) -> None:
    """Waits until ``ready()``; fails at once when one of the services has ended."""
    end = time.monotonic() + seconds
    while not ready():
        for service in services:
            service.check()
        if time.monotonic() > end:
            logs = "、".join(str(service.log) for service in services)
            raise ServiceFailed(f"{what} 在 {seconds:.0f} 秒内没有就绪。日志：{logs}")
        time.sleep(0.1)


def marked(var: Path) -> Iterator[psutil.Process]:
    """Processes of this user that belong to the stack on ``var``, whoever their parent is now."""
    mine = os.getuid()
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.uids().real == mine and process.pid != os.getpid():
                environment = process.environ()
                if environment.get(MARK) == str(var):
                    yield process


def sweep(var: Path) -> int:
    """Ends every process that still belongs to the stack on ``var``; returns how many there were.

    Airflow's tasks and parsers run in process groups of their own and outlive a scheduler that was killed.
    """
    found = list(marked(var))
    for process in found:
        with suppress(psutil.Error):
            process.terminate()
    _, stubborn = psutil.wait_procs(found, timeout=2)
    for process in stubborn:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(stubborn, timeout=2)
    return len(found)


def last_lines(path: Path, count: int = 15) -> str:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        return f"（日志无法读取：{error}）"
    return "\n".join(f"    {line[:400]}" for line in lines[-count:])
