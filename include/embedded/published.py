"""What a round left in the object store: read, copied out, compared."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from include.embedded.settings import BUCKET

TABLES = ("verdicts.csv", "findings.csv")


class Published:
    """The objects under ``rounds/ROUND/``, read through a boto3 client."""

    def __init__(self, s3: Any, round_name: str) -> None:
        self._s3 = s3
        self.prefix = f"rounds/{round_name}/"

    def notice(self) -> dict[str, Any]:
        return dict(json.loads(self.read("notice.json") or b"{}"))

    def read(self, name: str) -> bytes | None:
        """The object's bytes, None where there is none."""
        try:
            return bytes(self._s3.get_object(Bucket=BUCKET, Key=self.prefix + name)["Body"].read())
        except self._s3.exceptions.NoSuchKey:
            return None

    def run_id(self, folder: str = "") -> str:
        """Which Airflow run wrote the manifest, which is written last; "" where there is none."""
        return str(json.loads(self.read(f"{folder}manifest.json") or b"{}").get("run_id", ""))

    def digests(self, folder: str = "") -> dict[str, str]:
        """SHA-256 of the tables that judging gives, in ``folder`` of the round; a missing one is left out."""
        contents = {name: self.read(folder + name) for name in TABLES}
        return {
            name: hashlib.sha256(content).hexdigest()
            for name, content in contents.items()
            if content is not None
        }

    def copy_to(self, folder: Path) -> int:
        """Replaces ``folder`` by what was published, all of it or nothing; returns the number of files.

        Raises FileExistsError when ``folder`` holds something else than an earlier copy.
        """
        if folder.exists() and any(folder.iterdir()) and not (folder / "manifest.json").is_file():
            raise FileExistsError(f"{folder} 已存在且不是早先的检查结果，未覆盖；请换一个 OUT 或移走它")
        fresh = folder.with_name(f".{folder.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        count = 0
        for item in self._objects():
            target = (fresh / item["Key"].removeprefix(self.prefix)).resolve()
            if not target.is_relative_to(fresh.resolve()):
                raise ValueError(f"对象名越出了本轮的目录：{item['Key']!r}")
            target.parent.mkdir(parents=True, exist_ok=True)
            self._s3.download_file(BUCKET, item["Key"], str(target))
            count += 1
        if folder.exists():
            shutil.rmtree(folder)
        fresh.replace(folder)
        return count

    def _objects(self) -> Iterator[dict[str, Any]]:
        for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=self.prefix):
            yield from page.get("Contents", [])
