"""docker-compose.yaml: a valid compose file, closed by default, and in agreement with the embedded stack."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from include.embedded.settings import BUCKET, SHARED

ROOT = Path(__file__).resolve().parents[1]
COMPOSE = ROOT / "docker-compose.yaml"
DOCUMENT: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = DOCUMENT["services"]
AIRFLOW = ("init", "api-server", "scheduler", "dag-processor", "triggerer", "worker")
LASTING = [name for name, service in SERVICES.items() if service["restart"] != "no"]

# ${VAR:?message}: compose refuses to start while VAR is empty.
REQUIRED = re.compile(r"\$\{([A-Z0-9_]+):\?[^}]+\}")
SECRET_NAME = re.compile(r"PASSWORD|SECRET|FERNET|AUTH_KEY|ACCESS_KEY|CONN|RESULT_BACKEND|BROKER_URL")


def check_schema(path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_it_follows_the_compose_schema():
    done = check_schema(COMPOSE)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_schema_check_would_notice_an_error(tmp_path):
    wrong = tmp_path / "docker-compose.yaml"
    wrong.write_text(
        COMPOSE.read_text(encoding="utf-8").replace("healthcheck:", "health_check:"), encoding="utf-8"
    )
    assert check_schema(wrong).returncode == 1


def test_every_part_of_the_production_stack_is_there():
    assert {"postgres", "redis", "s3", *AIRFLOW} <= SERVICES.keys()
    assert "CeleryExecutor" in SERVICES["worker"]["environment"]["AIRFLOW__CORE__EXECUTOR"]


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_has_a_secret_of_its_own(name):
    for variable, value in SERVICES[name].get("environment", {}).items():
        if SECRET_NAME.search(variable) and not str(value).startswith("/"):
            assert REQUIRED.search(str(value)), f"{name}: {variable} has a default"


def test_every_variable_is_required_except_the_address_to_listen_on():
    text = re.sub(r"^\s*#.*$", "", COMPOSE.read_text(encoding="utf-8"), flags=re.M).replace("$$", "")
    used = set(re.findall(r"\$\{?([A-Z][A-Z0-9_]*)", text))
    required = set(REQUIRED.findall(text))
    assert used - required == {"AIRFLOW_BIND"}
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    offered = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert offered.keys() == required
    assert set(offered.values()) == {""}


@pytest.mark.parametrize("name", LASTING)
def test_a_lasting_service_is_watched_and_restarted(name):
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert {"test", "interval", "timeout", "retries"} <= service["healthcheck"].keys()


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_bounded(name):
    limits = SERVICES[name]["deploy"]["resources"]["limits"]
    assert limits.keys() >= {"cpus", "memory"}


@pytest.mark.parametrize("name", SERVICES)
def test_no_lasting_service_runs_as_root_or_gains_rights(name):
    service = SERVICES[name]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["cap_drop"] == ["ALL"]
    assert service["read_only"] is True
    if name in LASTING:
        assert not service["user"].startswith("0:")


def test_only_the_api_server_is_published_and_only_on_this_host():
    published = {name: service["ports"] for name, service in SERVICES.items() if service.get("ports")}
    assert published == {"api-server": ["${AIRFLOW_BIND:-127.0.0.1}:8080:8080"]}
    assert DOCUMENT["networks"]["inside"] == {"internal": True}
    outside = {name for name, service in SERVICES.items() if set(service.get("networks", [])) - {"inside"}}
    assert outside == {"api-server", "worker"}


@pytest.mark.parametrize("name", AIRFLOW)
def test_the_code_is_mounted_read_only(name):
    mounts = {mount["target"]: mount for mount in SERVICES[name]["volumes"]}
    for folder in ("dags", "plugins", "include"):
        assert mounts[f"/opt/airflow/deployment/{folder}"]["read_only"] is True


@pytest.mark.parametrize("name", AIRFLOW)
def test_it_agrees_with_the_embedded_stack(name):
    environment = SERVICES[name]["environment"]
    assert {key: environment.get(key) for key in SHARED} == dict(SHARED)
    assert environment["INSPECTION_BUCKET"] == BUCKET


def test_the_image_is_built_from_the_lock():
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    pinned = re.search(
        r"apache-airflow\[[^]]*\]==(\S+)", (ROOT / "requirements.txt").read_text(encoding="utf-8")
    )
    assert pinned is not None
    assert f"FROM apache/airflow:{pinned[1]}-python3.11" in text
    assert "-c /tmp/lock/constraints.txt" in text
