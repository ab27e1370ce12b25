"""The page source of a patrol: asks only for what changed, keeps each page once a visit, and reads the given clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from include.inspection.daily.state import PageState
from include.inspection.facts import meaning
from include.inspection.fetch.client import LivePages
from include.inspection.fetch.outcomes import Meaning, Outcome
from include.inspection.fetch.page import Page

Clock = Callable[[], datetime]
_KEPT_ROLES = ("home", "section", "feed")


class PatrolPages:
    """``known`` are the pages as the day before left them; ``pages`` those of this visit that are to be remembered.

    A page whose address stands in ``ask_for_change`` is asked for with the server's own marks.
    """

    live = True

    def __init__(self, source: LivePages, known: Mapping[str, PageState], clock: Clock) -> None:
        self._source, self._known, self._clock = source, known, clock
        self._kept: dict[str, Page] = {}
        self.ask_for_change: set[str] = set()
        self.pages: dict[str, PageState] = {}
        self.failures: list[tuple[str, Page]] = []

    async def get(self, url: str, *, role: str, visit: int = 1, referer: str | None = None) -> Page:
        if visit == 1 and url in self._kept:
            return self._kept[url]
        state = self._known.get(url) if url in self.ask_for_change else None
        page = await self._source.get(
            url, role=role, visit=visit, referer=referer, known=state.known if state else None
        )
        page = replace(page, fetched_at=self._clock())
        if page.outcome is not Outcome.NOT_MODIFIED:
            self._kept[url] = page
        if meaning(page) is not Meaning.READ and role in _KEPT_ROLES:
            self.failures.append((role, page))
        elif role in _KEPT_ROLES:
            self._remember(url, page)
        return page

    async def wait(self, seconds: float) -> None:
        await self._source.wait(seconds)

    def unchanged(self, url: str, page: Page) -> bool:
        """Whether the page is, byte for byte, the one that was known."""
        if page.outcome is Outcome.NOT_MODIFIED:
            return True
        state = self._known.get(url)
        return bool(state and page.evidence and page.evidence.sha256 == state.sha256 and page.body)

    def forget(self) -> None:
        """Everything is asked for anew, and no answer that left a page out counts."""
        self.ask_for_change.clear()

    def _remember(self, url: str, page: Page) -> None:
        state = self._known.get(url)
        if page.outcome is Outcome.NOT_MODIFIED and state is not None:
            self.pages[url] = state
            return
        visit = next((one for one in reversed(self._source.visits()) if one["url"] == page.url), None)
        if visit is None or visit["body"] is None or page.evidence is None:
            return
        place = visit["body"]
        self.pages[url] = PageState(
            sha256=page.evidence.sha256,
            key=place["key"],
            offset=place["offset"],
            url=place["url"],
            date=place["date"],
            etag=page.headers.get("etag", "")[:200],
            last_modified=page.headers.get("last-modified", "")[:60],
            direct=not page.redirects and page.final_url == page.url,
            blocks=state.blocks if state and state.sha256 == page.evidence.sha256 else (),
        )
