"""People in the loop: a subject's findings and a draft wait as required actions (待办) in Airflow's UI, in Chinese."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param, get_current_context, task

from inspection_tasks import final_errors, object_store

LIMIT = re.compile(r"([1-9][0-9]{0,3})([dhms])")
LATER, AS_WHOLE, APPROVED, RETURNED = "暂不决定", "同上", "通过", "退回"
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def time_limit(text: str) -> timedelta | None:
    """How long people are waited for: ``3d``, ``12h``; None for ``off``. Raises ValueError."""
    if text == "off":
        return None
    match = LIMIT.fullmatch(text)
    if match is None:
        raise ValueError(f"参数 review“{text}”无法识别：请写 off，或等待时限，如 3d、12h")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def told_of(round_name: str, news: str, context: Any, *, count: int = 0) -> None:
    """A message to the reviewers, sent by the next run of deliver_messages."""
    from include.inspection.review.waiting import tell_reviewers

    limit = time_limit(context["params"]["review"])
    if limit is not None:
        tell_reviewers(object_store(), round_name, news, limit, datetime.now(UTC), count=count)


class PersonOperator(HITLOperator):
    """Asks as HITLOperator does, until the time limit of the run; an answer without its reason is asked again."""

    # Airflow would render title and body as Jinja: they hold what sites wrote.
    template_fields: Collection[str] = ()

    def execute(self, context: Any) -> Any:
        self.response_timeout = time_limit(context["params"]["review"])
        return super().execute(context)

    def execute_complete(self, context: Any, event: Mapping[str, Any]) -> Any:
        if "error" in event:
            self.process_trigger_event_error(dict(event))
        person = event["responded_by_user"]
        if person is None:
            self.log.info("时限内无人答复，保持现状，草稿将标明未经复核")
            return None
        given = {key: str(value or "") for key, value in (event["params_input"] or {}).items()}
        name, user = person["name"], person["id"]
        who = name if name == user else f"{name}（{user}）"
        try:
            return self.answered(event["chosen_options"][0], given, who, event["responded_at"])
        except ValueError as error:
            self.log.warning(f"{who}的答复未被采用：{error}")
            return self.execute(context)

    def answered(self, choice: str, given: Mapping[str, str], who: str, when: Any) -> Any:
        """Store the answer; a ValueError asks the person once more."""
        raise NotImplementedError


class Review(PersonOperator):
    """One subject's findings, or one appeal: ``request`` as include.inspection.review.requests makes it."""

    def __init__(self, *, request: dict[str, Any], **kwargs: Any) -> None:
        self.request = request
        several = request["findings"] if len(request["findings"]) > 1 else []
        answers = [AS_WHOLE, *request["options"]]
        kwargs.pop("params", None)  # Airflow hands in the form of the DAG, which is not this form
        super().__init__(
            subject=request["title"],
            body=request["body"],
            options=request["options"],
            defaults=[LATER],
            params={
                "reason": Param("", type="string", maxLength=2000, title="理由", description="必填。"),
                **{
                    item["indicator_id"]: Param(
                        AS_WHOLE,
                        type="string",
                        enum=answers,
                        title=f"{item['indicator_id']} {item['indicator']}",
                        description="各问题决定不同时在此分别选择。",
                    )
                    for item in several
                },
            },
            **kwargs,
        )

    def answered(self, choice: str, given: Mapping[str, str], who: str, when: Any) -> int:
        from include.inspection.review import steps as review_steps

        answers = {key: value for key, value in given.items() if key != "reason"} | {"": choice}
        reason = given.get("reason", "")
        return review_steps.record(
            object_store(), self.request["round"], self.request, answers, reason, who, when
        )


class Approve(PersonOperator):
    """The draft waits for approval; where nobody is waited for, it goes on marked 未经复核."""

    template_fields = ("round_name", "rules")

    def __init__(self, *, round_name: str, rules: Any = None, **kwargs: Any) -> None:
        self.round_name, self.rules = round_name, rules
        kwargs.pop("params", None)  # as above
        super().__init__(
            subject="审批通报草稿",
            options=[APPROVED, RETURNED, LATER],
            defaults=[LATER],
            params={
                "reason": Param("", type="string", maxLength=2000, title="意见", description="退回时必填。")
            },
            **kwargs,
        )

    def execute(self, context: Any) -> Any:
        from include.inspection.review import steps as review_steps

        if context["params"]["review"] == "off":
            self.log.info("本次不等待审批，草稿标明未经复核")
            return None
        asked = review_steps.approval_request(object_store(), self.round_name, self.rules)
        if asked is None:
            return True
        self.subject, self.body = asked["subject"], asked["body"]
        told_of(self.round_name, f"draft-{asked['digest'][:16]}", context)
        return super().execute(context)

    def answered(self, choice: str, given: Mapping[str, str], who: str, when: Any) -> bool:
        from include.inspection.review import steps as review_steps

        reason = given.get("reason", "").strip()
        if choice == LATER:
            return False
        if choice == RETURNED and not reason:
            raise ValueError("退回没有写明理由：请重新答复")
        asked = review_steps.approval_request(object_store(), self.round_name, self.rules)
        if asked is None:
            return True
        return review_steps.approve(
            object_store(), self.round_name, self.rules, asked["digest"], choice, reason, who, when
        )


@task
@final_errors
def ask_people(round_name: str, rules: Any, look_again: bool) -> list[dict[str, Any]]:
    from include.inspection.review import steps as review_steps

    context = get_current_context()
    waiting = time_limit(context["params"]["review"]) is not None
    asked = review_steps.ask(object_store(), round_name, rules, look_again=look_again, waiting=waiting)
    if asked:
        told_of(round_name, re.sub(r"\W", "_", str(context["run_id"]))[:100], context, count=len(asked))
    return asked


@task(trigger_rule="none_failed_min_one_success")
def further_looks(round_name: str) -> list[dict[str, Any]]:
    from include.inspection.review import steps as review_steps

    return review_steps.further_looks(object_store(), round_name)


@task(trigger_rule="all_done")
@final_errors
def judge_again(round_name: str, rules: Any, asked: Any, answered: Any) -> dict[str, int]:
    from include.inspection import steps
    from include.inspection.review import steps as review_steps

    steps.known_round(round_name, asked, *([answered] if asked else []))
    return review_steps.judge_again(object_store(), round_name, rules, asked)


def review(judged: Any, round_name: Any, rules: Any = None, *, fetch: Any = None) -> Any:
    """The tasks between judging and tally; returns the last. With ``fetch`` people may ask for a further look."""
    asked = ask_people(round_name, rules, fetch is not None)
    judged >> asked
    answered = Review.partial(
        task_id="review", task_display_name="人工复核", map_index_template="{{ task.request['label'] }}"
    ).expand(request=asked)
    if fetch is None:
        return judge_again(round_name, rules, asked, answered.output)
    groups = further_looks(round_name)
    answered >> groups
    settled = judge_again(round_name, rules, asked, groups)
    again = fetch.override(task_id="look_again", task_display_name="再查一次")
    again.partial(round_name=round_name, number=3).expand(group=groups) >> settled
    return settled
