"""``python -m tests.simulation``: the whole quarter; exit 1 where anything was found otherwise than declared."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import sysconfig
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import boto3
import structlog

from include.demo.timeline import timeline
from include.embedded.services import Service, accepts, free_port, wait_until
from include.inspection.store import ObjectStore
from tests.simulation.quarter import Simulation, names_of

ACCESS, SECRET = "simulationkey0001", "simulationsecret000000000000000001"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description="模拟一个季度")
    parser.add_argument("--days", type=int, default=0, help="只模拟最后几天，0 为整个季度")
    parser.add_argument("--sites", default="", help="只模拟这些网站（标识码，用逗号分隔）")
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    line = timeline()
    first = line.last - timedelta(days=(chosen.days or line.days) - 1)
    with tempfile.TemporaryDirectory(prefix="simulation-") as name:
        folder = Path(name)
        objects = folder / "objects"
        objects.mkdir()
        port = free_port()
        command = [
            str(Path(sysconfig.get_path("scripts")) / "rclone"),
            *("serve", "s3", "--addr", f"127.0.0.1:{port}", "--config", os.devnull),
            *("--dir-cache-time", "1s", "--no-checksum", str(objects)),
        ]
        environment = {**os.environ, "HOME": name, "RCLONE_AUTH_KEY": f'"{ACCESS},{SECRET}"'}
        service = Service("s3", command, environment, folder / "s3.log", folder)
        try:
            wait_until(lambda: accepts(port), "s3", [service], 30)
            client = boto3.client(
                "s3",
                endpoint_url=f"http://127.0.0.1:{port}",
                region_name="us-east-1",
                aws_access_key_id=ACCESS,
                aws_secret_access_key=SECRET,
            )
            client.create_bucket(Bucket="inspection")
            os.environ |= {
                "INSPECTION_ALLOW_NET": "127.0.0.0/8",
                "INSPECTION_PAUSE_SECONDS": "0",
                "INSPECTION_RETRY_SECONDS": "0",
            }
            began = time.monotonic()
            simulation = Simulation(
                ObjectStore(client, "inspection"),
                folder / "lists",
                first,
                line.last,
                [code for code in chosen.sites.split(",") if code],
            )
            print(
                f"模拟 {first} 至 {line.last}：{names_of(simulation.plans, simulation.accounts)}", flush=True
            )
            outcome = simulation.run()
        finally:
            service.stop(5)
    counts = "，".join(f"{name} {count}" for name, count in outcome.counts.items())
    print(f"用时 {time.monotonic() - began:.0f} 秒；{counts}")
    for difference in outcome.differences:
        print(f"  不符：{difference}")
    print("与声明完全一致" if not outcome.differences else f"有 {len(outcome.differences)} 处与声明不符")
    return 1 if outcome.differences else 0


if __name__ == "__main__":
    sys.exit(main())
