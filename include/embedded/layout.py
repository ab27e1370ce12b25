"""Where the embedded stack keeps its things, and the keys it makes for itself."""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Layout:
    """The folders of one embedded stack: the deployment in ``root``, everything that is kept in ``var``."""

    root: Path = ROOT
    var: Path = ROOT / "var"
    dags: Path = ROOT / "dags"
    plugins: Path = ROOT / "plugins"

    def __post_init__(self) -> None:
        if not all(path.is_absolute() for path in (self.root, self.var, self.dags, self.plugins)):
            raise ValueError("the folders of an embedded stack are absolute paths")

    @property
    def airflow_home(self) -> Path:
        return self.var / "airflow"

    @property
    def database(self) -> Path:
        return self.airflow_home / "airflow.db"

    @property
    def objects(self) -> Path:
        """What the S3 server serves: one folder a bucket."""
        return self.var / "s3"

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def task_logs(self) -> Path:
        return self.logs / "tasks"

    @property
    def scratch(self) -> Path:
        return self.var / "scratch"

    @property
    def password_file(self) -> Path:
        """User name → password of the Airflow UI, as JSON."""
        return self.var / "passwords.json"

    def make(self) -> None:
        """Creates the folders; what may hold secrets is closed to other users."""
        self.var.mkdir(parents=True, exist_ok=True)
        for folder in (self.objects, self.logs, self.task_logs, self.scratch):
            folder.mkdir(parents=True, exist_ok=True)
        self.airflow_home.mkdir(mode=0o700, exist_ok=True)


@dataclass(frozen=True)
class Keys:
    """Made once for a ``var/`` and kept in it, readable by its owner only."""

    s3_access_key: str
    s3_secret_key: str
    jwt_secret: str
    api_secret: str
    fernet_key: str
    admin_password: str


def _new_keys() -> Keys:
    return Keys(
        s3_access_key=secrets.token_hex(10).upper(),
        s3_secret_key=secrets.token_urlsafe(30),
        jwt_secret=secrets.token_urlsafe(48),
        api_secret=secrets.token_urlsafe(48),
        fernet_key=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        admin_password=secrets.token_urlsafe(15),
    )


def load_keys(layout: Layout) -> Keys:
    """The keys of this ``var/``, made at the first call."""
    path = layout.var / "keys.json"
    if path.exists():
        try:
            keys = Keys(**json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError) as error:
            raise SystemExit(f"{path}: 密钥文件已损坏（{error}）；请删除该文件后重试") from None
    else:
        keys = _new_keys()
        write_private(path, json.dumps(asdict(keys), indent=1))
    write_private(layout.password_file, json.dumps({"admin": keys.admin_password}) + "\n")
    return keys


def write_private(path: Path, text: str) -> None:
    """Writes the file whole or not at all, mode 0600 from its first byte on."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    new.replace(path)
