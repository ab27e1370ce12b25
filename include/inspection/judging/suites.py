"""Measures against the expectation suites: the only place where a threshold is applied.

All subjects of one type stand in one frame, a column a rule; Great Expectations validates the frame as a whole. A
value that is not known is null, and nulls stay out of map expectations: what was not measured neither passes nor
fails.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import great_expectations as gx
import pandas as pd
from great_expectations.checkpoint.actions import UpdateDataDocsAction
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.metadata_types import FailureSeverity

from include.inspection.measures import Measured, State
from include.inspection.rules.standard import Rule

SUBJECT, BOUND = "subject_id", "bound"
_SEVERITY = {
    "veto": FailureSeverity.CRITICAL,
    "deduction": FailureSeverity.WARNING,
    "bonus": FailureSeverity.INFO,
    "advice": FailureSeverity.INFO,
}

_TRACKING = re.compile(r"\?d=[0-9TZ.]+&(?:amp;)?dataContextId=[0-9a-f-]{36}")
_MADE_AT = re.compile(r"\b\d{8}T\d{6}\.\d{6}Z")
_RANDOM_ID = re.compile(r"(?<=collapse-body-)[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b")

#: subject id → rule id → measure
Measures = Mapping[str, Mapping[str, Measured]]


@dataclass(frozen=True)
class Judgement:
    """For every rule the subjects that fail it for certain and those where certainty is missing."""

    failed: dict[str, frozenset[str]]
    undecided: dict[str, frozenset[str]]


class Judge:
    """A Great Expectations context that lives in ``folder`` and holds one suite a subject type."""

    def __init__(self, rules: Sequence[Rule], folder: Path) -> None:
        # Progress bars and notices would bury the audited log.
        logging.getLogger("great_expectations").setLevel(logging.WARNING)
        folder.mkdir(parents=True, exist_ok=True)
        self._context = gx.get_context(mode="file", project_root_dir=folder)
        self._context.variables.progress_bars = ProgressBarsConfig(globally=False)
        self._rules = list(rules)
        self.folder = folder
        self._batches: dict[str, Any] = {}
        source = self._context.data_sources.add_or_update_pandas(name="measures")
        for subject in ("site", "account"):
            if self._of(subject):
                self._context.suites.add_or_update(self._suite(subject))
                asset = source.add_dataframe_asset(name=subject)
                self._batches[subject] = asset.add_batch_definition_whole_dataframe("all")

    def _of(self, subject: str) -> list[Rule]:
        return [rule for rule in self._rules if rule.subject == subject]

    def _suite(self, subject: str) -> gx.ExpectationSuite:
        return gx.ExpectationSuite(
            name=f"{subject}-indicators",
            expectations=[
                ExpectationConfiguration(
                    type=rule.expectation["type"],
                    kwargs={
                        "column": rule.id,
                        **{key: value for key, value in rule.expectation.items() if key != "type"},
                    },
                    meta={
                        "indicator_id": rule.id,
                        "name": rule.name,
                        "clause": rule.clause,
                        "check": rule.check,
                        "verified": str(rule.verified),
                    },
                    severity=_SEVERITY[rule.effect],
                ).to_domain_obj()
                for rule in self._of(subject)
            ],
        )

    def judge(self, measures: Measures, subject: str) -> Judgement:
        """Fails are those where even the most favourable reading of the measure fails."""
        rules = self._of(subject)
        # Both readings stand in one frame: a validation costs by the expectation, hardly by the row.
        failing = self._failing(_frame(measures, rules, ("low", "high")), subject)
        low, high = (
            {rule_id: {name for name, bound in rows if bound == wanted} for rule_id, rows in failing.items()}
            for wanted in ("low", "high")
        )
        failed: dict[str, frozenset[str]] = {}
        undecided: dict[str, frozenset[str]] = {}
        for rule in rules:
            unmeasured = {
                subject_id
                for subject_id, row in measures.items()
                if rule.id in row and row[rule.id].state is State.UNMEASURED
            }
            failed[rule.id] = frozenset(low[rule.id] & high[rule.id])
            undecided[rule.id] = frozenset((low[rule.id] ^ high[rule.id]) | unmeasured)
        return Judgement(failed, undecided)

    def document(
        self, measures: Measures, judgement: Judgement, subject: str, target: Path, moment: datetime
    ) -> None:
        """Validate the decided values once more as a checkpoint and build Data Docs into ``target``."""
        if subject not in self._batches:
            return
        decided = {
            subject_id: {
                rule_id: value
                for rule_id, value in row.items()
                if subject_id not in judgement.undecided.get(rule_id, ())
            }
            for subject_id, row in measures.items()
        }
        definition = self._context.validation_definitions.add_or_update(
            gx.ValidationDefinition(
                name=subject,
                data=self._batches[subject],
                suite=self._context.suites.get(f"{subject}-indicators"),
            )
        )
        sites = self._context.get_site_names()
        if "local_site" in sites:
            self._context.delete_data_docs_site("local_site")
        config = {
            "class_name": "SiteBuilder",
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(target)},
        }
        if "published" not in sites:
            self._context.add_data_docs_site(site_name="published", site_config=config)  # type: ignore[arg-type]
        checkpoint = self._context.checkpoints.add_or_update(
            gx.Checkpoint(
                name=subject,
                validation_definitions=[definition],
                actions=[UpdateDataDocsAction(name="docs", site_names=["published"])],
                result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [SUBJECT]},
            )
        )
        # Named by the monitoring point, so that judging again gives the same pages.
        run = RunIdentifier(run_name=moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"), run_time=moment)
        frame = _frame(decided, self._of(subject), ("low",))
        checkpoint.run(batch_parameters={"dataframe": frame}, run_id=run)
        _settle(target, moment)

    def _failing(self, frame: pd.DataFrame, subject: str) -> dict[str, set[tuple[str, str]]]:
        """By rule: (subject id, bound) of the rows that do not meet its expectation."""
        if frame.empty or subject not in self._batches:
            return {rule.id: set() for rule in self._of(subject)}
        batch = self._batches[subject].get_batch(batch_parameters={"dataframe": frame})
        suite = self._context.suites.get(f"{subject}-indicators")
        result = batch.validate(
            suite,
            result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [SUBJECT, BOUND]},
        )
        failing: dict[str, set[tuple[str, str]]] = {rule.id: set() for rule in self._of(subject)}
        for entry in result.results:
            if entry.exception_info and entry.exception_info.get("raised_exception"):
                raise RuntimeError(
                    f"指标 {entry.expectation_config.meta['indicator_id']} 无法校验：{entry.exception_info}"
                )
            rule_id = entry.expectation_config.meta["indicator_id"]
            rows = entry.result.get("unexpected_index_list") or ()
            failing[rule_id] = {(row[SUBJECT], row[BOUND]) for row in rows}
        return failing


def _settle(folder: Path, moment: datetime) -> None:
    """Take out of the pages what differs with each making: the time, random ids, and the tracking of a remote logo."""
    stamp = moment.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    for path in sorted(folder.rglob("*.html")):
        numbers: dict[str, str] = {}

        def number(match: re.Match[str], numbers: dict[str, str] = numbers) -> str:
            return numbers.setdefault(match.group(), f"{len(numbers):08d}")

        text = _TRACKING.sub("", path.read_text(encoding="utf-8"))
        text = _RANDOM_ID.sub(number, _MADE_AT.sub(stamp, text))
        path.write_text(text, encoding="utf-8")


def _frame(measures: Measures, rules: Sequence[Rule], bounds: Sequence[str]) -> pd.DataFrame:
    """One row a subject and bound, one float column a rule; null where there is no number."""
    columns: dict[str, Any] = {
        SUBJECT: [subject_id for _ in bounds for subject_id in measures],
        BOUND: [bound for bound in bounds for _ in measures],
    }
    for rule in rules:
        columns[rule.id] = pd.array(
            [
                getattr(row[rule.id], bound) if rule.id in row else None
                for bound in bounds
                for row in measures.values()
            ],
            dtype="float64",
        )
    return pd.DataFrame(columns)
