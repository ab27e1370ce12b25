"""robots.txt as RFC 9309 reads it: no file (4xx) allows everything, a server in trouble (5xx) nothing."""

from __future__ import annotations

from dataclasses import replace

from protego import Protego

from include.inspection.fetch.outcomes import Meaning, Outcome, meaning_of
from include.inspection.fetch.page import Page
from include.inspection.fetch.settings import PRODUCT

_READ_BYTES = 512 * 1024
_LONGEST_DELAY = 10.0

# The host itself was not reached, so the page asked for was not either: it shares the outcome.
_HOST_LEVEL = frozenset(
    {
        Outcome.DNS_NO_NAME,
        Outcome.REFUSED,
        Outcome.TIMEOUT_CONNECT,
        Outcome.TIMEOUT_TLS,
        Outcome.CERT_EXPIRED,
        Outcome.CERT_WRONG_HOST,
        Outcome.CERT_SELF_SIGNED,
        Outcome.CERT_UNTRUSTED,
        Outcome.CERT_NOT_YET_VALID,
        Outcome.TLS_HANDSHAKE,
        Outcome.DNS_UNAVAILABLE,
        Outcome.TIMEOUT_DNS,
        Outcome.NETWORK_UNREACHABLE,
        Outcome.OWN_RESOURCES,
        Outcome.ADDRESS_REFUSED,
        Outcome.BAD_URL,
        Outcome.BUDGET_SECONDS,
        Outcome.BUDGET_BYTES,
        Outcome.EVIDENCE_NOT_WRITTEN,
    }
)
_NO_RULES = frozenset(
    {Outcome.EMPTY, Outcome.TOO_MANY_REDIRECTS, Outcome.REDIRECT_LOOP, Outcome.BAD_REDIRECT, Outcome.LOGIN}
)


class RobotsRules:
    """What one host's robots.txt says. ``crawl_delay`` in seconds, bounded; ``final`` answers are kept."""

    def __init__(self, page: Page) -> None:
        self.page = replace(page, body=b"")
        self._failure: Outcome | None = None
        self._detail = ""
        self._rules: Protego | None = None
        self.crawl_delay = 0.0
        status = page.status or 0
        if meaning_of(page.outcome) is Meaning.READ:
            self._rules = Protego.parse(page.body[:_READ_BYTES].decode("utf-8", "replace"))
            delay = float(self._rules.crawl_delay(PRODUCT) or 0)
            self.crawl_delay = min(delay, _LONGEST_DELAY) if delay > 0 else 0.0
        elif page.outcome in _NO_RULES or (400 <= status < 500 and status != 429):
            pass
        else:
            self._failure = page.outcome if page.outcome in _HOST_LEVEL else Outcome.ROBOTS_UNAVAILABLE
            self._detail = f"robots.txt：{page.outcome.value} {page.detail}".rstrip()

    @property
    def final(self) -> bool:
        return self._failure is None

    def refusal(self, url: str) -> tuple[Outcome, str] | None:
        """Why ``url`` may not be fetched, or None."""
        if self._failure is not None:
            return self._failure, self._detail
        if self._rules is not None and not self._rules.can_fetch(url, PRODUCT):
            return Outcome.ROBOTS_DISALLOWED, "robots.txt 不允许访问该地址"
        return None
