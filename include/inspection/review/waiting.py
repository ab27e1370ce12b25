"""The message to those who decide that questions or a draft wait for them."""

from __future__ import annotations

from datetime import datetime, timedelta

from include.inspection.outbox.box import REVIEWERS, Message, enqueue
from include.inspection.outbox.texts import compose
from include.inspection.store import ObjectStore
from include.inspection.times import beijing


def tell_reviewers(
    store: ObjectStore, round_name: str, news: str, limit: timedelta, now: datetime, *, count: int = 0
) -> bool:
    """Put one message into the outbox for whoever the recipients list names under 复核; False where it was told before.

    ``count`` subjects wait, or with 0 the draft; ``news`` tells these questions from others of the round.
    """
    title, body = compose(
        "review-waits", round=round_name, count=count, until=f"{beijing(now + limit):%Y-%m-%d %H:%M}"
    )
    message = Message(f"review-{round_name}-{news}", "info", REVIEWERS, title, body, at=now)
    return enqueue(store, [message]) > 0
