"""A real S3 server on loopback, and buckets in it."""

from __future__ import annotations

import itertools
import os
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from structlog.testing import capture_logs

from include.embedded.services import Service, accepts, free_port, wait_until
from include.inspection.model import Registry
from include.inspection.registry.reader import read_registry
from include.inspection.store import ObjectStore
from include.inspection.survey.look import SurveyLimits
from tests.inspection.lists_lab import GOOD, HEADER
from tests.inspection.round_lab import Done, Lab, Server

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


# --- a small round over loopback servers, for the modules that need one


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    scratch = tmp_path_factory.mktemp("scratch")
    small = replace(SurveyLimits.load(), home_wait_seconds=0.01)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INSPECTION_ALLOW_NET", "127.0.0.0/8")
        patch.setenv("INSPECTION_PAUSE_SECONDS", "0")
        patch.setenv("INSPECTION_RETRY_SECONDS", "0.05")
        patch.setenv("INSPECTION_SCRATCH", str(scratch))
        patch.setattr(SurveyLimits, "load", classmethod(lambda cls, *_: small))
        yield scratch


@pytest.fixture(scope="module")
def lab(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with Server() as server:
        made = Lab(server, tmp_path_factory.mktemp("registry"))
        made.write_lists()
        yield made


@pytest.fixture(scope="module")
def done(lab: Lab, new_store: Callable[[], ObjectStore]) -> Done:
    store = new_store()
    with capture_logs() as log:
        lab.begin(store)
        fetched = lab.fetch(store)
        verdicts = lab.finish(store)
    return Done(store, fetched, verdicts, [dict(entry) for entry in log])


@pytest.fixture
def copied(done: Done, new_store: Callable[[], ObjectStore]) -> ObjectStore:
    """A bucket with the same round, to be spoilt."""
    store = new_store()
    for key in done.store.keys("rounds/"):
        store.put(key, done.store.get(key))
    return store


@pytest.fixture
def lists(tmp_path: Path) -> Callable[..., Registry]:
    """Writes tables (text or bytes by stem) and reads the folder; a good sites table stands in if none is given."""

    def read(**tables: str | bytes) -> Registry:
        tables.setdefault("sites", f"{HEADER}\n{GOOD}\n")
        for stem, content in tables.items():
            body = content.encode() if isinstance(content, str) else content
            (tmp_path / f"{stem}.csv").write_bytes(body)
        return read_registry(tmp_path)

    return read
