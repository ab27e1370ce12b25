"""The object store: every step reads and writes here and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError


class StoreError(RuntimeError):
    """The object store did not answer or refused; the message names bucket, key and cause."""


class S3Client(Protocol):
    """The part of boto3's S3 client that is used here."""

    def put_object(self, **kwargs: Any) -> Any: ...
    def get_object(self, **kwargs: Any) -> Any: ...
    def head_object(self, **kwargs: Any) -> Any: ...
    def delete_object(self, **kwargs: Any) -> Any: ...
    def get_paginator(self, operation: str) -> Any: ...
    def upload_file(self, *args: Any, **kwargs: Any) -> Any: ...
    def download_file(self, *args: Any, **kwargs: Any) -> Any: ...


_TYPES = {
    ".json": "application/json",
    ".html": "text/html; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".css": "text/css",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".gz": "application/warc",
}


class ObjectStore:
    """One bucket. A put replaces the whole object at once, so nothing half written is ever seen under a key."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client, self.bucket = client, bucket

    def put(self, key: str, body: bytes) -> None:
        content_type = _TYPES.get(Path(key).suffix, "application/octet-stream")
        self._call(
            "写入",
            key,
            self._client.put_object,
            Bucket=self.bucket,
            Key=key,
            Body=body,
            ContentType=content_type,
        )

    def put_json(self, key: str, value: Any) -> None:
        self.put(key, json_bytes(value))

    def put_file(self, key: str, path: Path) -> None:
        extra = {"ContentType": _TYPES.get(path.suffix, "application/octet-stream")}
        self._call("写入", key, self._client.upload_file, str(path), self.bucket, key, ExtraArgs=extra)

    def get(self, key: str) -> bytes:
        """The object's bytes; KeyError where there is none."""
        try:
            answer = self._client.get_object(Bucket=self.bucket, Key=key)
            body: bytes = answer["Body"].read()
            return body
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ("NoSuchKey", "404", "NotFound"):
                raise KeyError(key) from None
            raise self._error("读取", key, error) from error
        except BotoCoreError as error:
            raise self._error("读取", key, error) from error

    def get_json(self, key: str) -> Any:
        return json.loads(self.get(key))

    def get_file(self, key: str, path: Path) -> None:
        """The object into a file; KeyError where there is none."""
        if not self.exists(key):
            raise KeyError(key)
        self._call("读取", key, self._client.download_file, self.bucket, key, str(path))

    def exists(self, key: str) -> bool:
        try:
            self._client.head_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ("NoSuchKey", "404", "NotFound"):
                return False
            raise self._error("查询", key, error) from error
        except BotoCoreError as error:
            raise self._error("查询", key, error) from error
        return True

    def keys(self, prefix: str) -> Iterator[str]:
        try:
            for page in self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=prefix
            ):
                yield from (entry["Key"] for entry in page.get("Contents", ()))
        except (ClientError, BotoCoreError) as error:
            raise self._error("列出", prefix, error) from error

    def delete(self, key: str) -> None:
        self._call("删除", key, self._client.delete_object, Bucket=self.bucket, Key=key)

    def _call(self, verb: str, key: str, function: Any, *args: Any, **kwargs: Any) -> None:
        try:
            function(*args, **kwargs)
        except (ClientError, BotoCoreError) as error:
            raise self._error(verb, key, error) from error
        except Exception as error:
            # upload_file wraps its causes in S3UploadFailedError, which botocore does not know.
            if type(error).__module__.startswith("boto3"):
                raise self._error(verb, key, error) from error
            raise

    def _error(self, verb: str, key: str, error: Exception) -> StoreError:
        return StoreError(
            f"对象存储{verb} {self.bucket}/{key} 失败（{type(error).__name__}：{error}）：请检查连接 inspection_s3 和存储服务"
        )


def json_bytes(value: Any) -> bytes:
    """The one form in which JSON is stored, so that equal values are equal bytes."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


class RoundKeys:
    """Where the parts of one round lie."""

    def __init__(self, round_name: str) -> None:
        self.root = f"rounds/{round_name}"

    def __call__(self, name: str) -> str:
        return f"{self.root}/{name}"

    @property
    def plan(self) -> str:
        return self("plan.json")

    @property
    def registry(self) -> str:
        return self("registry.json")

    @property
    def manifest(self) -> str:
        return self("manifest.json")

    def warc(self, subject_id: str, number: int) -> str:
        return self(f"evidence/{subject_id}/fetch-{number}.warc.gz")

    def outcome(self, subject_id: str, number: int) -> str:
        """Written after the WARC: where it exists, the pass is complete."""
        return self(f"evidence/{subject_id}/fetch-{number}.outcome.json")

    def history(self, subject_id: str) -> str:
        """What the daily history said of a subject when the round was judged first."""
        return self(f"history/{subject_id}.json")

    @property
    def history_index(self) -> str:
        """Written after the extracts: where it exists, they are complete and stay as they are."""
        return self("history/index.json")
