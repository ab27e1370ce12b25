"""The measurement of a probe round runs and notices what is wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.probes import fault, host, report

ROOT = Path(__file__).resolve().parents[2]
FOUND: dict[str, Any] = {
    "seconds": 60.0,
    "cpu": 10.0,
    "peak_mib": 100.0,
    "stored_kib": 9.0,
    "kinds": {"opened": 90, "failed": 10},
    "outcomes": {},
    "slowest": 15.0,
    "controls": 2,
}


def test_a_tenth_is_slow_or_dead_and_every_site_has_an_address_of_its_own():
    kinds = [fault(number) for number in range(1000)]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "": 900,
        "dead": 20,
        "silent": 20,
        "late": 20,
        "error": 20,
        "endless": 20,
    }
    hosts = {host(number) for number in range(14_000)}
    assert len(hosts) == 14_000 and all(one.startswith("127.80.") for one in hosts)


@pytest.mark.parametrize(
    ("changes", "reached"),
    [
        ({}, True),
        ({"kinds": {"opened": 90, "failed": 8, "unclear": 2}}, True),
        ({"kinds": {"opened": 89, "failed": 11}}, False),
        ({"seconds": 301.0}, False),
        ({"peak_mib": 1024.0}, False),
    ],
)
def test_the_report_says_what_was_missed(changes, reached):
    text, found = report(100, FOUND | changes)
    assert found is reached
    assert ("WRONG" in text or "MISSED" in text) is not reached


@pytest.mark.slow
def test_a_small_round_runs():
    command = [sys.executable, "-m", "bench.probes", "--sites=20"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "'failed': 2" in done.stdout
