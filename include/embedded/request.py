"""What a person asked for on the command line, checked before anything is started."""

from __future__ import annotations

import ipaddress
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from include.embedded.settings import BUCKET
from include.inspection.coverage import parse_coverage
from include.inspection.draft import load_profile
from include.inspection.fetch.settings import FetchSettings
from include.inspection.model import Problem
from include.inspection.registry.office_lists import RegistryError
from include.inspection.registry.reader import SITE_CODE, read_registry
from include.inspection.registry.review_lists import read_review_lists
from include.inspection.registry.without_effect import rows_without_effect
from include.inspection.rules.files import standard_names
from include.inspection.rules.standard import load_standards
from include.inspection.store import RoundKeys
from include.inspection.survey.look import SurveyLimits
from include.inspection.times import CLOCK_TOLERANCE, Period, beijing, parse_as_of, quarter_of

INSPECTION_DAG = "quarterly_inspection"
REJUDGE_DAG = "rejudge"

# What the DAG's form fills in where nothing is said; a test compares them.
DEFAULT_PROFILE = "zhanjiang"
DEFAULT_RULES = ("national-2019",)
#: A quarter and its neighbours: more is no picture any more.
MOST_DAYS = 366

_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")
_TIME_LIMIT = re.compile(r"^(?:off|[1-9][0-9]{0,3}[dhms])$")


class BadRequest(ValueError):
    """A value on the command line that cannot be used; the message says which and what is expected."""


@dataclass(frozen=True)
class Inspection:
    """A round to be run. ``params`` leave out what was not said, so that the DAG's own defaults hold."""

    round: str
    as_of: datetime
    registry: Path
    out: Path
    allow_net: str = ""
    profile: str = ""
    rules: tuple[str, ...] = ()
    coverage: str = ""
    review: str = ""
    #: Rows of the lists that will not be used.
    refused: tuple[Problem, ...] = ()
    #: False where nobody named a monitoring point: a round that was begun then keeps its own.
    as_of_given: bool = True

    @property
    def params(self) -> dict[str, Any]:
        params: dict[str, Any] = {"round": self.round, "registry": str(self.registry)}
        if self.as_of_given:
            params["as_of"] = point_text(self.as_of)
        if self.profile:
            params["profile"] = self.profile
        if self.rules:
            params["rules"] = list(self.rules)
        if self.coverage:
            params["coverage"] = self.coverage
        if self.review:
            params["review"] = self.review
        return params


def point_text(as_of: datetime) -> str:
    """The monitoring point in Beijing time, as the DAG's form takes it."""
    return beijing(as_of).replace(tzinfo=None).isoformat(timespec="minutes")


def as_of(text: str, now: datetime) -> datetime:
    """AS_OF, or this minute."""
    if not text:
        return beijing(now).replace(second=0, microsecond=0)
    try:
        point = parse_as_of(text)
    except ValueError as error:
        raise BadRequest(f"AS_OF：{error}") from None
    if point > now + CLOCK_TOLERANCE:
        raise BadRequest(f"AS_OF：监测时间点 {text} 晚于现在，那时的更新还没有发生，不能检查")
    return point


def round_name(text: str, point: datetime) -> str:
    """ROUND, or the quarter of the monitoring point."""
    name = text or quarter_of(point)
    try:
        Period(name)
    except ValueError as error:
        raise BadRequest(f"ROUND：{error}") from None
    return name


def demo_round(point: datetime) -> str:
    """The made-up city's rounds have a name of their own, so that they never replace a real one."""
    return f"{quarter_of(point)}-demo"


def inspection(arguments: Mapping[str, str], *, now: datetime, cwd: Path, root: Path) -> Inspection:
    """From the Makefile's variables, names in lower case (``as_of``, ``allow_net`` …); "" is "not said"."""
    point = as_of(arguments["as_of"], now)
    name = round_name(arguments["round"], point)
    begun = (root / "var" / "s3" / BUCKET / RoundKeys(name).plan).is_file()
    if (arguments["as_of"] or not begun) and not Period(name).admits(point):
        shown = point_text(point)
        raise BadRequest(f"ROUND：监测时间点 {shown} 不属于轮次 {name}；请核对 ROUND 和 AS_OF")
    found = Inspection(
        round=name,
        as_of=point,
        registry=registry_folder(arguments["registry"], cwd),
        out=out_folder(arguments["out"], cwd),
        allow_net=networks(arguments["allow_net"]),
        profile=known("PROFILE", arguments["profile"], sorted(path.parent.name for path in _templates(root))),
        rules=rule_names(arguments["rules"], root),
        coverage=coverage(arguments["coverage"]),
        review=review(arguments["review"]),
        as_of_given=bool(arguments["as_of"]),
    )
    check_files(found, root)
    check_out(found)
    return replace(found, refused=check_lists(found, root, now))


def check_files(asked: Inspection, root: Path) -> None:
    """Rule files, profile and settings hold: an error in them is told now, and not by a task after minutes."""
    try:
        load_standards(asked.rules or DEFAULT_RULES, root / "include" / "rules")
    except ValueError as error:
        raise BadRequest(f"RULES：{error}") from None
    try:
        load_profile(asked.profile or DEFAULT_PROFILE, root / "include" / "templates")
    except ValueError as error:
        raise BadRequest(f"PROFILE：{error}") from None
    try:
        SurveyLimits.load(root / "include" / "rules" / "survey.yaml")
        FetchSettings.from_env()
    except ValueError as error:
        raise BadRequest(str(error)) from None


def check_lists(asked: Inspection, root: Path, now: datetime) -> tuple[Problem, ...]:
    """What of the office's lists will not be used; lists that cannot be used at all are refused here."""
    standards = load_standards(asked.rules or DEFAULT_RULES, root / "include" / "rules")
    try:
        registry = read_registry(asked.registry, now)
        review = read_review_lists(asked.registry)
    except RegistryError as error:
        raise BadRequest(f"REGISTRY：{error}") from None
    return (*registry.problems, *review.problems, *rows_without_effect(registry, standards))


def check_out(asked: Inspection) -> None:
    """OUT can be written, and what stands there under the round's name is an earlier copy."""
    try:
        asked.out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=asked.out):
            pass
    except OSError as error:
        raise BadRequest(f"OUT：不能写入 {asked.out}（{error.strerror}）；请换一个文件夹") from None
    target = asked.out / asked.round
    copied = (target / "manifest.json").is_file()
    if target.exists() and not copied and (not target.is_dir() or any(target.iterdir())):
        raise BadRequest(f"OUT：{target} 已存在且不是早先的检查结果，不会覆盖；请换一个 OUT 或移走它")


def registry_folder(text: str, cwd: Path) -> Path:
    if not text:
        raise BadRequest("REGISTRY：请给出名录文件夹，例如 make inspect REGISTRY=lists")
    folder = (cwd / text).resolve()
    if not folder.is_dir():
        raise BadRequest(f"REGISTRY：找不到文件夹 {folder}")
    if not any((folder / name).is_file() for name in ("sites.csv", "sites.xlsx")):
        raise BadRequest(f"REGISTRY：{folder} 中没有 sites.csv 或 sites.xlsx，这是必需的名录")
    return folder


def notices_file(text: str, cwd: Path) -> Path:
    """FILE: the earlier notices to be imported."""
    if not text:
        raise BadRequest("FILE：请给出历史通报文件，例如 make history FILE=notices.jsonl")
    path = (cwd / text).resolve()
    if not path.is_file():
        raise BadRequest(f"FILE：找不到文件 {path}")
    return path


def out_folder(text: str, cwd: Path) -> Path:
    return (cwd / (text or "out")).resolve()


def site_code(text: str) -> str:
    """SITE: the code of one site."""
    if not SITE_CODE.fullmatch(text.strip()):
        raise BadRequest(
            f"SITE：“{text}”不是网站标识码；请写 10 位数字，或 bm 加 8 位数字，例如 SITE=4408000001"
        )
    return text.strip()


def days(first: str, last: str, now: datetime) -> tuple[date, date]:
    """FROM and TO, Beijing days, both counted; the last seven days where nothing is said."""
    until = _day("TO", last) if last.strip() else beijing(now).date()
    since = _day("FROM", first) if first.strip() else until - timedelta(days=6)
    if since > until:
        raise BadRequest(f"FROM：{since} 晚于 TO {until}；请对调，或改正其中一个")
    if (until - since).days >= MOST_DAYS:
        raise BadRequest(f"FROM、TO：{since} 至 {until} 超过 {MOST_DAYS} 天；请分段查看")
    return since, until


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadRequest(f"{name}：“{text}”不是日期；请写成 2026-11-18") from None


def networks(text: str) -> str:
    """ALLOW_NET: address ranges that may be fetched although they are not public."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    for part in parts:
        try:
            ipaddress.ip_network(part)
        except ValueError:
            raise BadRequest(
                f"ALLOW_NET：“{part}”不是网段；请写成 127.0.0.0/8 或 fd00::/8，多个用逗号分隔"
            ) from None
    return ",".join(parts)


def coverage(text: str) -> str:
    try:
        if text:
            parse_coverage(text)
    except ValueError as error:
        raise BadRequest(f"COVERAGE：{error}") from None
    return text


def review(text: str) -> str:
    """REVIEW: how long people are waited for."""
    if text and not _TIME_LIMIT.match(text):
        raise BadRequest(f"REVIEW：“{text}”无法识别；请写成 off，或等待人工复核的时限，如 3d、12h")
    return text


def rule_names(text: str, root: Path) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    existing = standard_names(root / "include" / "rules")
    return tuple(known("RULES", name, existing) for name in names)


def known(what: str, name: str, existing: list[str]) -> str:
    if name and (not _NAME.match(name) or name not in existing):
        raise BadRequest(f"{what}：没有“{name}”；现有：{'、'.join(existing) or '（无）'}")
    return name


def _templates(root: Path) -> list[Path]:
    return list((root / "include" / "templates").glob("*/profile.yaml"))
