"""A real S3 server on loopback, and buckets in it."""

from __future__ import annotations

import itertools
import os
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from include.embedded.services import Service, accepts, free_port, wait_until
from include.inspection.store import ObjectStore

ACCESS, SECRET = "testaccesskey0001", "testsecretkey000000000000000000001"


def s3_client(port: int) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id=ACCESS,
        aws_secret_access_key=SECRET,
        config=Config(connect_timeout=2, read_timeout=20, retries={"max_attempts": 1, "mode": "standard"}),
    )


@pytest.fixture(scope="session")
def s3_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("s3")
    objects = folder / "objects"
    objects.mkdir()
    port = free_port()
    command = [
        str(Path(sysconfig.get_path("scripts")) / "rclone"),
        *("serve", "s3", "--addr", f"127.0.0.1:{port}"),
        *("--config", os.devnull, "--dir-cache-time", "1s", "--no-checksum"),
        str(objects),
    ]
    environment = {**os.environ, "HOME": str(folder), "RCLONE_AUTH_KEY": f'"{ACCESS},{SECRET}"'}
    service = Service("s3", command, environment, folder / "s3.log", folder)
    try:
        wait_until(lambda: accepts(port), "s3", [service], 20)
        yield port
    finally:
        service.stop(5)


@pytest.fixture(scope="session")
def new_store(s3_port: int) -> Callable[[], ObjectStore]:
    """Each call gives an empty bucket of its own."""
    numbers = itertools.count()
    client = s3_client(s3_port)

    def make() -> ObjectStore:
        bucket = f"inspection-{next(numbers)}"
        client.create_bucket(Bucket=bucket)
        return ObjectStore(client, bucket)

    return make


@pytest.fixture
def store(new_store: Callable[[], ObjectStore]) -> ObjectStore:
    return new_store()


@pytest.fixture
def dead_store() -> ObjectStore:
    """A store behind which nothing listens."""
    return ObjectStore(s3_client(free_port()), "gone-bucket")
