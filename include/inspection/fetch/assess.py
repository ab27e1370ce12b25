"""What a received answer amounts to: status, encoding, guard pages, emptiness and type → outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from include.inspection.fetch.answers import declared_binary, is_binary, recognise
from include.inspection.fetch.decode import DecodedTooLarge, Undecodable, decode
from include.inspection.fetch.evidence import Exchange
from include.inspection.fetch.outcomes import Outcome, outcome_of_status

#: Targets of links, in the site and outside: whether they open is all that is asked.
LINK_ROLES = ("link", "outside")
#: A request with one of these asks only for what changed.
CONDITIONS = frozenset({b"if-none-match", b"if-modified-since"})


@dataclass(frozen=True)
class Assessment:
    """``body`` is content-decoded; empty where the answer was not complete."""

    outcome: Outcome
    detail: str
    body: bytes = field(repr=False)


def assess(answer: Exchange, asked_url: str, role: str, decoded_limit: int) -> Assessment:
    """The outcome of an exchange. ``asked_url`` is where the try began, before redirects."""
    headers = joined_headers(answer.headers)
    if answer.status is None or answer.outcome not in (Outcome.OK, Outcome.TOO_LARGE):
        return Assessment(Outcome(answer.outcome), answer.detail, b"")
    if answer.status == 304 and any(name.lower() in CONDITIONS for name, _ in answer.request_headers):
        return Assessment(Outcome.NOT_MODIFIED, "", b"")
    by_status = outcome_of_status(answer.status)
    content_type = headers.get("content-type", "")
    if answer.outcome == Outcome.TOO_LARGE:
        if by_status is not Outcome.OK or role in LINK_ROLES:
            # Of a link's target no more was wanted than its beginning.
            return Assessment(by_status, "", b"")
        if role != "file" and declared_binary(content_type):
            return Assessment(Outcome.WRONG_TYPE, content_type[:80], b"")
        return Assessment(Outcome.TOO_LARGE, f"超过 {len(answer.body)} 字节", b"")
    if role in LINK_ROLES and declared_binary(content_type):
        return Assessment(by_status, "", b"")
    try:
        body = decode(answer.body, headers.get("content-encoding", ""), decoded_limit)
    except DecodedTooLarge as error:
        return Assessment(by_status if by_status is not Outcome.OK else Outcome.TOO_LARGE, str(error), b"")
    except Undecodable as error:
        return Assessment(by_status if by_status is not Outcome.OK else Outcome.BAD_ENCODING, str(error), b"")
    if role not in ("robots", "file"):
        recognised = recognise(asked_url, answer.url, answer.status, headers, body)
        if recognised is not None:
            return Assessment(*recognised, body)
    if role in LINK_ROLES:
        return Assessment(Outcome.EMPTY if by_status is Outcome.OK and not body else by_status, "", b"")
    if by_status is Outcome.OK and role != "robots":
        if not body:
            return Assessment(Outcome.EMPTY, "", body)
        if role != "file" and (is_binary(body) or declared_binary(content_type)):
            return Assessment(Outcome.WRONG_TYPE, content_type[:80], body)
    return Assessment(by_status, "", body)


def joined_headers(raw: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    """Lower-case names; repeated ones joined with a comma; no control characters, so that JSON keeps them."""
    joined: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name = raw_name.decode("latin-1").lower()
        try:
            value = raw_value.decode("utf-8")
        except UnicodeDecodeError:
            value = raw_value.decode("latin-1")
        if not value.isprintable():
            value = "".join(char if char.isprintable() else " " for char in value)
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def retry_after(value: str, now: datetime) -> float:
    """Seconds that a Retry-After header asks to wait; 0 where it says nothing sensible."""
    text = value[:64].strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - now).total_seconds(), 0.0)
