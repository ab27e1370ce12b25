"""`make bench-probes`: one round of probes over thousands of loopback sites, a tenth of them slow or dead.

Every site has an address of its own, 127.80.x.y; they are served by processes of their own, so that the figures are
those of the probing process alone: time, CPU, peak memory. The round is stored in a real S3 server, as a DAG's would.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import platform
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MINUTES_AIM, MIB_AIM = 5.0, 1024
SERVERS = 2
CONTROL = "127.81.0.1"
#: How every fifth of the tenth fails: nobody listens, never answers, answers late, answers 503, sends without end.
FAULTS = ("dead", "silent", "late", "error", "endless")
_PAGE = (
    "<html><head><meta charset='utf-8'><title>某某县人民政府</title></head><body>"
    + "".join(f"<li><a href='/a/{n}.html'>关于第{n}项工作的通知</a> 2026-11-20</li>" for n in range(300))
    + "</body></html>"
).encode()
_HEAD = b"HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"


def host(number: int) -> str:
    return f"127.80.{number // 250}.{number % 250 + 1}"


def fault(number: int) -> str:
    """ "" for nine of ten sites."""
    return FAULTS[number // 10 % len(FAULTS)] if number % 10 == 9 else ""


# --- the sites


class _Site(asyncio.Protocol):
    def __init__(self, faults: dict[str, str]) -> None:
        self._faults = faults
        self._later: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._fault = self._faults.get(str(transport.get_extra_info("sockname")[0]), "")

    def data_received(self, data: bytes) -> None:
        if not data.endswith(b"\r\n\r\n") or self._fault == "silent":
            return
        if self._fault == "late":
            self._later = asyncio.get_running_loop().call_later(20, self._answer)
        elif self._fault == "endless":
            self._transport.write(_HEAD % (b"200 OK", 10**9))
            self._drip()
        else:
            self._answer()

    def connection_lost(self, _error: Exception | None) -> None:
        if self._later is not None:
            self._later.cancel()

    def _answer(self) -> None:
        if self._fault == "error":
            self._transport.write(_HEAD % (b"503 Service Unavailable", 4) + b"busy")
        else:
            self._transport.write(_HEAD % (b"200 OK", len(_PAGE)) + _PAGE)
        self._transport.close()

    def _drip(self) -> None:
        self._transport.write(b"<p>x</p>")
        self._later = asyncio.get_running_loop().call_later(0.5, self._drip)


async def serve(sites: int, part: int, port: int) -> None:
    """One of the serving processes; prints a line once every address is bound, ends with its standard input."""
    faults = {host(number): fault(number) for number in range(part, sites, SERVERS)}
    listening = [address for address, kind in faults.items() if kind != "dead"]
    loop = asyncio.get_running_loop()
    for address in [*listening, *([CONTROL] if part == 0 else [])]:
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((address, port))
        await loop.create_server(lambda: _Site(faults), sock=server, backlog=16)
    print("ready", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


# --- the probing process


def probe(sites: int, port: int, var: Path) -> dict[str, Any]:
    from include.embedded.layout import Layout
    from include.embedded.storage import stored_objects
    from include.inspection.daily.probe_log import read_round, store_round
    from include.inspection.daily.probe_plan import ProbeRules
    from include.inspection.daily.probes import probe_round
    from include.inspection.daily.series import kind_of
    from include.inspection.fetch.settings import FetchSettings
    from include.inspection.model import Site

    registered = [
        Site(f"{4400000000 + n}", f"站{n}", f"http://{host(n)}:{port}/", "other", "其他")
        for n in range(sites)
    ]
    settings = FetchSettings.from_env(
        {"INSPECTION_ALLOW_NET": "127.0.0.0/8", "INSPECTION_CONTROLS": f"http://{CONTROL}:{port}/"}
    )
    with stored_objects(Layout(var=var), read_only=False) as store:
        before, start, began = _cpu(), datetime.now(UTC), time.monotonic()
        probes, controls = asyncio.run(probe_round(registered, settings, ProbeRules.load()))
        key = store_round(store, start, probes, controls)
        seconds, cpu = time.monotonic() - began, _cpu() - before
        body = store.get(key)
        assert len(read_round(key, body).probes) == sites
    return {
        "seconds": seconds,
        "cpu": cpu,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "stored_kib": len(body) / 1024,
        "kinds": dict(Counter(kind_of(one) for one in probes)),
        "outcomes": dict(Counter(one.outcome for one in probes)),
        "slowest": max(one.seconds for one in probes),
        "controls": len(controls),
    }


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


# --- the whole


@contextlib.contextmanager
def serving(sites: int) -> Iterator[int]:
    with socket.socket() as free:
        free.bind((CONTROL, 0))
        port = free.getsockname()[1]
    processes = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "bench.probes",
                "--serve",
                str(part),
                f"--sites={sites}",
                f"--port={port}",
            ],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for part in range(SERVERS)
    ]
    try:
        for process in processes:
            assert process.stdout is not None
            if process.stdout.readline().strip() != "ready":
                raise SystemExit("the sites could not be served (127.80.x.y must be loopback addresses)")
        yield port
    finally:
        for process in processes:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.close()
            process.wait(20)
            process.stdout.close()


def report(sites: int, found: dict[str, Any]) -> tuple[str, bool]:
    """The table, and whether everything is as it must be."""
    bad = sum(bool(fault(number)) for number in range(sites))
    kinds = found["kinds"]
    minutes, peak = found["seconds"] / 60, found["peak_mib"]
    # A machine that is held up by others leaves some of the slow ones unclear; none may change sides.
    right = kinds.get("opened") == sites - bad and kinds.get("failed", 0) + kinds.get("unclear", 0) == bad
    lines = [
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        f"{sites:,} sites, {bad:,} of them slow or dead: {kinds}  {'as made' if right else 'WRONG'}",
        f"outcomes     {found['outcomes']}",
        f"time         {found['seconds']:7.1f} s    aim ≤ {MINUTES_AIM:g} min: {'reached' if minutes <= MINUTES_AIM else 'MISSED'}",
        f"CPU          {found['cpu']:7.1f} s    {1000 * found['cpu'] / sites:.2f} ms a site",
        f"peak memory  {peak:7.0f} MiB  aim < {MIB_AIM} MiB: {'reached' if peak < MIB_AIM else 'MISSED'}",
        f"slowest      {found['slowest']:7.2f} s    limit 15 s",
        f"stored       {found['stored_kib']:7.0f} KiB  one object",
        f"controls     {found['controls']:7} looks",
    ]
    return "\n".join(lines), right and minutes <= MINUTES_AIM and peak < MIB_AIM


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.probes", description=__doc__)
    parser.add_argument("--sites", type=int, default=14_000)
    parser.add_argument("--serve", type=int)
    parser.add_argument("--probe", type=Path)
    parser.add_argument("--port", type=int)
    given = parser.parse_args()
    if not 10 <= given.sites <= 60_000:
        parser.error("--sites must lie between 10 and 60000")
    # Every site listens on a socket of its own.
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    if given.serve is not None:
        asyncio.run(serve(given.sites, given.serve, given.port))
        return 0
    if given.probe is not None:
        print(json.dumps(probe(given.sites, given.port, given.probe)))
        return 0
    with serving(given.sites) as port, tempfile.TemporaryDirectory(prefix="bench-") as folder:
        command = [sys.executable, "-m", "bench.probes", f"--probe={folder}/var"]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("INSPECTION_")}
        done = subprocess.run(
            [*command, f"--sites={given.sites}", f"--port={port}"],
            cwd=ROOT,
            env=clean,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            print(done.stderr[-3000:], file=sys.stderr)
            return 1
    text, reached = report(given.sites, json.loads(done.stdout.splitlines()[-1]))
    print(text)
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
