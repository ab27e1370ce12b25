"""The Makefile passes what people write on to the program as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHOW = '#!/bin/sh\nfor argument in "$@"; do printf "%s\\n" "$argument"; done\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the Makefile in a folder with a space, whose Python only shows its arguments."""
    folder = tmp_path / "a project"
    (folder / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", folder)
    for name in ("requirements.txt", "requirements-dev.txt", "constraints.txt"):
        (folder / name).touch()
    python = folder / ".venv" / "bin" / "python"
    python.write_text(SHOW, encoding="utf-8")
    python.chmod(0o755)
    (folder / ".venv" / ".ready").touch()
    return folder


def make(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": os.environ["PATH"], "HOME": str(project), **environment}
    return subprocess.run(
        ["make", *arguments], cwd=project, env=clean, capture_output=True, text=True, timeout=60
    )


def test_make_alone_lists_every_command(project):
    done = make(project)
    for name in ("demo", "inspect", "rejudge", "history", "rules", "up", "test", "check", "fix", "clean"):
        assert f"make {name}" in done.stdout


@pytest.mark.parametrize(
    "value",
    [
        "my lists",
        "a;touch pwned",
        "$(shell touch pwned)",
        "`touch pwned`",
        "$HOME",
        "it's",
        'say "x"',
        "-x",
        "#c",
        "&",
    ],
)
def test_values_are_only_characters(project, value):
    told = make(project, "inspect", f"REGISTRY={value}", "ALLOW_NET=127.0.0.0/8")
    assert told.returncode == 0, told.stderr
    assert f"--registry={value}" in told.stdout.splitlines()
    assert "--allow-net=127.0.0.0/8" in told.stdout.splitlines()
    inherited = make(project, "rejudge", ROUND=value)
    assert f"--round={value}" in inherited.stdout.splitlines()
    assert not (project / "pwned").exists()


def test_the_commands_exit_code_is_seen(project):
    (project / ".venv" / "bin" / "python").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    assert make(project, "demo").returncode != 0


def test_a_machine_without_python_3_11_is_told_so(project):
    (project / ".venv" / ".ready").unlink()
    tools = project / "tools"
    tools.mkdir()
    for name in ("make", "bash", "sh", "touch"):
        (tools / name).symlink_to(str(shutil.which(name)))
    done = make(project, "demo", PATH=str(tools))
    assert done.returncode != 0
    assert "Python 3.11" in done.stderr
