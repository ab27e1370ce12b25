"""The last days of the simulated quarter with a few sites; `make simulate` runs the whole of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from include.demo.timeline import timeline
from include.inspection.store import ObjectStore
from tests.inspection.conftest import (
    s3_client,
    s3_port,  # noqa: F401 - the real S3 server of the other tests
)
from tests.simulation.quarter import Simulation


@pytest.mark.slow
def test_eight_days_end_in_the_declared_warnings_and_verdicts(
    s3_port: int,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    """Six hours without our own network lie among them; every site's W2 stays at 0."""
    for name, value in (("ALLOW_NET", "127.0.0.0/8"), ("PAUSE_SECONDS", "0"), ("RETRY_SECONDS", "0")):
        monkeypatch.setenv(f"INSPECTION_{name}", value)
    client = s3_client(s3_port)
    client.create_bucket(Bucket="simulated-days")
    line = timeline()
    simulation = Simulation(
        ObjectStore(client, "simulated-days"),
        tmp_path / "lists",
        line.last - timedelta(days=7),
        line.last,
        ["9901000047", "9901030001"],
        say=lambda text: None,
    )
    assert line.controls_day in simulation.days
    outcome = simulation.run()
    assert outcome.differences == []
    assert outcome.counts["探测"] > 300 and outcome.counts["预警变化"] > 5
