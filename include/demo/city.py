"""The made-up city as the YAML files beside this module declare it: sites, accounts, faults, near misses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
KIND_OF_GROUP = {"portal": "portal", "department": "department", "channel": "other", "platform": "other"}
SITE_MAKES = {
    "newest", "future", "empty", "undated", "duties", "nav_only", "first_try", "skip_link", "guides_lack",
    "answered", "robots", "dead_file", "link_farm", "hidden_menu", "letter", "footer_lacks", "shown_code",
}  # fmt: skip
EXPECTED = ("pass", "fail", "candidate", "advice")
ACCOUNT_MAKES = {"newest", "future", "utc_edge", "reported"}


class CityError(ValueError):
    """A declaration of the city is wrong; the message names the file and the key."""


@dataclass(frozen=True)
class Fault:
    """One declared fault or near miss of a subject. ``make`` is what the generator does about it.

    ``expect``: pass, fail (a veto), candidate (a person decides) or advice (told, without a consequence).
    """

    subject_id: str
    what: str
    indicators: tuple[str, ...]
    expect: str
    make: Mapping[str, Any]

    @property
    def fails(self) -> bool:
        return self.expect == "fail"


@dataclass(frozen=True)
class SitePlan:
    code: str
    group: str
    family: str
    name: str
    place: str
    short: str
    sponsor: str
    category: str
    host: str
    has_services: bool
    authorised: bool
    areas: bool
    number: int
    make: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return KIND_OF_GROUP[self.group]

    @property
    def domain(self) -> str:
        """A name that can never exist (reserved top-level domain), for the page tags."""
        return f"www.s{self.code[2:]}.gov.example"

    @property
    def phone(self) -> str:
        return f"0100-8{self.code[3:6]}{self.number:03d}"


@dataclass(frozen=True)
class AccountPlan:
    account_id: str
    platform_id: str
    platform: str
    feed: str
    name: str
    sponsor: str
    region: str
    host: str
    make: Mapping[str, Any] = field(default_factory=dict)

    @property
    def feed_path(self) -> str:
        return f"/{self.platform_id}/{self.account_id}.{'json' if self.feed == 'json' else 'xml'}"


@cache
def data(name: str) -> Any:
    """The content of one of the YAML files of the city."""
    return yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))


@cache
def faults() -> dict[str, Fault]:
    """Every declared fault and near miss by subject id."""
    found: dict[str, Fault] = {}
    for group, allowed in (("sites", SITE_MAKES), ("accounts", ACCOUNT_MAKES)):
        for subject, row in data("faults")[group].items():
            unknown = set(row["make"]) - allowed
            if unknown:
                raise CityError(f"faults.yaml：{subject} 的 make 有不认识的写法 {'、'.join(sorted(unknown))}")
            if row["expect"] not in EXPECTED:
                raise CityError(
                    f"faults.yaml：{subject} 的 expect 应为 {'、'.join(EXPECTED)} 之一，而不是 {row['expect']}"
                )
            found[str(subject)] = Fault(
                str(subject), row["what"], tuple(row["indicators"]), row["expect"], row["make"]
            )
    return found


def _make(subject: str) -> Mapping[str, Any]:
    return faults()[subject].make if subject in faults() else {}


@cache
def sites() -> tuple[SitePlan, ...]:
    """All sites in the order of city.yaml."""
    city = data("city")
    plans: list[SitePlan] = []
    for group, setting in city["sites"].items():
        for number, row in enumerate(setting["rows"], start=1):
            code, place, family = str(row[0]), row[1], row[2]
            options = row[3] if len(row) > 3 else {}
            words = {"city": city["city"], "place": place}
            words["authority"] = options.get("authority", setting.get("authority", ""))
            short = options.get("short", place)
            plans.append(
                SitePlan(
                    code=code,
                    group=group,
                    family=family,
                    name=setting["name"].format(**words),
                    place=short if group == "portal" else f"{city['city'][:2]}{short}",
                    short=short if group == "portal" else f"{city['city'][:2]}{short}",
                    sponsor=setting["sponsor"].format(**words),
                    category=setting["category"],
                    host=f"{city['network']}.{setting['octet']}.{number}",
                    has_services=options.get("has_services", setting["has_services"]),
                    authorised=options.get("authorised", False),
                    areas=options.get("areas", False),
                    number=number,
                    make=_make(code),
                )
            )
    strangers = set(data("faults")["sites"]) - {plan.code for plan in plans}
    if strangers:
        raise CityError(f"faults.yaml：没有标识码为 {'、'.join(sorted(strangers))} 的网站")
    return tuple(plans)


@cache
def accounts() -> tuple[AccountPlan, ...]:
    """All accounts, platform by platform."""
    setting = data("city")["accounts"]
    network = data("city")["network"]
    by_code = {plan.code: plan for plan in sites()}
    plans: list[AccountPlan] = []
    for host_number, platform in enumerate(setting["platforms"], start=1):
        owners = [
            (platform["pattern"].format(short=plan.short), plan) for plan in sites()[: platform["first"]]
        ]
        owners += [(name, by_code[str(code)]) for name, code in platform.get("more", [])]
        for number, (name, owner) in enumerate(owners, start=1):
            account_id = f"{platform['id']}-{number:03d}"
            plans.append(
                AccountPlan(
                    account_id=account_id,
                    platform_id=platform["id"],
                    platform=platform["name"],
                    feed=platform["feed"],
                    name=name,
                    sponsor=owner.sponsor,
                    region=owner.place if owner.group == "portal" else data("city")["city"],
                    host=f"{network}.{setting['octet']}.{host_number}",
                    make=_make(account_id),
                )
            )
    strangers = set(data("faults")["accounts"]) - {plan.account_id for plan in plans}
    if strangers:
        raise CityError(f"faults.yaml：没有编号为 {'、'.join(sorted(strangers))} 的账号")
    return tuple(plans)
