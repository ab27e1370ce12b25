"""Profiles (体例): how an office's notice looks and speaks, as folders of data that inherit from one another.

A folder holds ``profile.yaml`` and, where the office differs, templates of the same names as in ``base``.
Everything is checked when it is loaded, before anything is fetched; an error names file, line, field, value
and what to do.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from include.inspection.draft.error import DraftError
from include.inspection.model import Problem

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
SCHEMA_FILE = "profile.schema.yaml"
_NAME = re.compile(r"^[a-z0-9][a-z0-9_-]{0,63}$")

Field = tuple[str | int, ...]


@dataclass(frozen=True)
class Place:
    """Where a field of a profile is written: file relative to the templates' root, line from 1."""

    file: str
    line: int


@dataclass(frozen=True)
class Profile:
    """A checked profile. ``folders`` are its template folders, its own first and ``base`` last."""

    name: str
    root: Path
    folders: tuple[Path, ...]
    data: Mapping[str, Any]
    places: Mapping[Field, Place]

    def decimals(self, figure: str) -> int:
        """Decimals of a figure: rates of sites, categories (of sites), accounts, platforms, messages, regions,
        recheck and scan, of share and of change."""
        return int(self.data["decimals"][figure])

    def round_label(self, number: int, month: int) -> str:
        """What the round with this number (from 1) is called; ``month`` is that of its monitoring point."""
        from include.inspection.draft.templates import environment, render_pattern  # it needs Profile

        context = {"number": number, "month": month}
        return render_pattern(environment(self, "text"), self, ("rounds", "label"), context)

    def dates(self, monitoring_day: date) -> tuple[date, date]:
        """The notice's date and the day by which rectification must be reported (Beijing calendar days)."""
        notice_day = monitoring_day + timedelta(days=self.data["notice_days"])
        return notice_day, notice_day + timedelta(days=self.data["rectify_days"])

    def place(self, field: Field) -> Place:
        """Where ``field``, or the nearest field around it, is written."""
        for length in range(len(field), -1, -1):
            if field[:length] in self.places:
                return self.places[field[:length]]
        return Place(f"{self.name}/profile.yaml", 1)


def load_profile(name: str, root: Path = TEMPLATES) -> Profile:
    """The profile ``name`` under ``root`` with all it inherits.

    Raises DraftError that says where and what.
    """
    data: dict[str, Any] = {}
    places: dict[Field, Place] = {}
    folders: list[Path] = []
    wanted, asked_at = name, Place(name, 1)
    while wanted or not folders:
        folder = root / wanted
        if not _NAME.match(wanted) or not (folder / "profile.yaml").is_file():
            raise _unknown_profile(wanted, asked_at if folders else None, root)
        if folder in folders:
            raise DraftError.at(asked_at.file, asked_at.line, "继承成环：请改成另一个体例", "extends", wanted)
        folders.append(folder)
        own, own_places = _read(folder / "profile.yaml", f"{wanted}/profile.yaml")
        _validate(own, own_places, root, f"{wanted}/profile.yaml")
        asked_at = own_places.get(("extends",), own_places[()])
        wanted = own.pop("extends", "")
        _inherit(data, own, places, own_places, ())
    profile = Profile(name, root, tuple(folders), data, places)
    missing = [field for field in _schema(root)["x-required"] if not _holds(data, field.split("."))]
    if missing:
        raise DraftError(
            [
                Problem(f"{name}/profile.yaml", 1, f, "", "缺少该字段：请补上，或写 extends: base")
                for f in missing
            ]
        )

    from include.inspection.draft.templates import check_templates  # it needs Profile

    check_templates(profile)
    return profile


def _unknown_profile(name: str, asked_at: Place | None, root: Path) -> DraftError:
    known = "、".join(sorted(file.parent.name for file in root.glob("*/profile.yaml")))
    reason = f"没有这个体例：请改用 {known} 之一，或新建文件夹 {name}/profile.yaml"
    if not _NAME.match(name):
        reason = f"体例名只能用小写字母、数字、- 和 _；现有：{known}"
    if asked_at is None:
        return DraftError.at("体例", None, reason, "profile", name)
    return DraftError.at(asked_at.file, asked_at.line, reason, "extends", name)


def _inherit(
    data: dict[str, Any],
    older: Mapping[str, Any],
    places: dict[Field, Place],
    older_places: Mapping[Field, Place],
    at: Field,
) -> None:
    """Take over from ``older`` what ``data`` does not say itself.

    Mappings field by field, lists as a whole.
    """
    for key, value in older.items():
        field = (*at, key)
        if key not in data:
            data[key] = value
            places.update({f: p for f, p in older_places.items() if f[: len(field)] == field})
        elif isinstance(data[key], dict) and isinstance(value, dict):
            _inherit(data[key], value, places, older_places, field)


def _read(path: Path, shown: str) -> tuple[dict[str, Any], dict[Field, Place]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DraftError.at(shown, None, "不是 UTF-8 编码：请另存为 UTF-8") from None
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        value = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise DraftError.at(
            shown, line, f"YAML 格式有误（{error.problem}）：请检查缩进、冒号和引号"
        ) from None
    except yaml.YAMLError as error:
        raise DraftError.at(shown, None, f"YAML 格式有误（{error}）：请检查是否有不可见字符") from None
    if not isinstance(value, dict) or node is None:
        raise DraftError.at(shown, 1, "文件应为“字段: 值”的形式，现在是空的或是列表")
    places: dict[Field, Place] = {}
    for field, at in _walk(node, (), shown):
        places[field] = Place(shown, at)
    return value, places


def _walk(node: yaml.Node, field: Field, shown: str) -> Iterable[tuple[Field, int]]:
    yield field, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.value in seen:
                raise DraftError.at(shown, line, "同一字段写了两次：请删除一处", key.value)
            seen.add(key.value)
            yield from _walk(value, (*field, key.value), shown)
            # The key's line, not that of a value which begins on the next one.
            yield (*field, key.value), line
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _walk(item, (*field, index), shown)


@lru_cache
def _schema(root: Path) -> dict[str, Any]:
    own = root / SCHEMA_FILE
    text = (own if own.is_file() else TEMPLATES / SCHEMA_FILE).read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def _validate(data: dict[str, Any], places: Mapping[Field, Place], root: Path, shown: str) -> None:
    validator = jsonschema.Draft202012Validator(_schema(root))
    problems: list[Problem] = []
    for error in sorted(validator.iter_errors(data), key=lambda e: [str(part) for part in e.absolute_path]):
        problems.extend(_explain(error, places, shown))
    if problems:
        raise DraftError(problems)


def _explain(
    error: jsonschema.ValidationError, places: Mapping[Field, Place], shown: str
) -> Iterable[Problem]:
    field: Field = tuple(error.absolute_path)
    schema = dict(error.schema) if isinstance(error.schema, Mapping) else {}
    if error.validator == "additionalProperties":
        known = list(schema.get("properties", {}))
        for key in [key for key in error.instance if key not in known]:
            near = difflib.get_close_matches(str(key), known, 1)
            advice = f"是否应为 {near[0]}？" if near else f"可用的字段：{'、'.join(known)}"
            at = (*field, key)
            line = places[at].line if at in places else None
            yield Problem(shown, line, _dotted(at), str(error.instance[key]), f"不认识的字段；{advice}")
        return
    value = "" if isinstance(error.instance, dict | list) else str(error.instance)
    advice = schema.get("description", "请对照 base/profile.yaml")
    line = places[field].line if field in places else None
    yield Problem(shown, line, _dotted(field), value, f"{_wrong(error)}；{advice}")


def _wrong(error: jsonschema.ValidationError) -> str:
    if error.validator == "required":
        return f"缺少 {'、'.join(key for key in error.validator_value if key not in error.instance)}"
    words = {
        "type": "类型不对",
        "enum": "不在允许的值之内",
        "minimum": "太小",
        "maximum": "太大",
        "pattern": "格式不对",
    }
    return words.get(str(error.validator), "不符合要求")


def _dotted(field: Field) -> str:
    return ".".join(str(part) for part in field)


def _holds(data: Any, path: list[str]) -> bool:
    for key in path:
        if not isinstance(data, dict) or key not in data:
            return False
        data = data[key]
    return True
