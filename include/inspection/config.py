"""YAML files that people write, checked against a JSON schema; every error names file, line, field and value."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import yaml


class ConfigError(ValueError):
    """A file that people write does not hold; the message says where and what to do."""

    def __init__(self, file: str, line: int | None, field: str, reason: str) -> None:
        place = f"{file} 第 {line} 行" if line else file
        super().__init__(f"{place}{f'，字段 {field}' if field else ''}：{reason}")
        self.file, self.line, self.field = file, line, field


class _UniqueKeys(yaml.SafeLoader):
    """A key written twice would silently lose one of its values."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "字段名应为文字", key_node.start_mark)
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"字段 {key} 出现两次", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


class ConfigFile:
    """A parsed and checked file: ``data``, its SHA-256, and the line of any field."""

    def __init__(self, path: Path, schema: dict[str, Any]) -> None:
        self.path = path
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise ConfigError(
                path.name, None, "", f"无法读取（{error.strerror}）：请检查文件是否存在"
            ) from None
        self.sha256 = hashlib.sha256(raw).hexdigest()
        try:
            text = raw.decode("utf-8-sig")
            self._root = yaml.compose(text, Loader=yaml.SafeLoader)
            self.data: Any = yaml.load(text, Loader=_UniqueKeys)
        except UnicodeDecodeError:
            raise ConfigError(path.name, None, "", "不是 UTF-8 编码：请用 UTF-8 另存") from None
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else None
            raise ConfigError(path.name, line, "", f"YAML 格式有误：{error.problem or error}") from None
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            # A control character, a date that does not exist, lists nested without end: no mark of their line.
            raise ConfigError(path.name, None, "", f"YAML 格式有误：{str(error)[:200]}") from None
        errors = sorted(
            jsonschema.Draft202012Validator(schema).iter_errors(self.data),
            key=lambda error: list(map(str, error.absolute_path)),
        )
        if errors:
            worst = jsonschema.exceptions.best_match(errors)
            field, reason = _explain(worst)
            where = list(worst.absolute_path) + (
                [field] if worst.validator == "additionalProperties" and field else []
            )
            raise self.error(where, reason)

    def error(self, path: Sequence[str | int], reason: str) -> ConfigError:
        """An error about the value at ``path``, with its line."""
        return ConfigError(self.path.name, self.line(path), ".".join(str(part) for part in path), reason)

    def line(self, path: Sequence[str | int]) -> int:
        node, line = self._root, 1
        for part in path:
            if isinstance(node, yaml.MappingNode):
                for key, value in node.value:
                    if key.value == str(part):
                        line, node = key.start_mark.line + 1, value
                        break
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
                node = node.value[part]
                line = node.start_mark.line + 1
        return line


def _explain(error: jsonschema.ValidationError) -> tuple[str, str]:
    """(the extra field where there is one, the reason in Chinese)."""
    value = str(error.instance)[:60]
    if error.validator == "additionalProperties":
        known = set(error.schema.get("properties", {}))
        extra = sorted(str(name) for name in set(error.instance) - known)
        return extra[0], f"不认识的字段：可用的有 {'、'.join(sorted(known))}"
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        return "", f"缺少字段 {'、'.join(missing)}：请补上"
    if error.validator in ("enum", "const"):
        choices = (
            error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
        )
        return "", f"值“{value}”不在可选值之内：请填 {'、'.join(str(choice) for choice in choices)}"
    if error.validator == "type":
        return "", f"值“{value}”的类型不对：应为 {error.validator_value}"
    if error.validator == "pattern":
        return "", f"值“{value}”的写法不对：应符合 {error.validator_value}"
    return "", f"值“{value}”不符合要求：{error.message[:200]}"
