"""Which links of the pages that were read lead nowhere: certainly, or as far as could be seen."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from include.inspection.extract.page_links import PageLink
from include.inspection.extract.sections import same_site
from include.inspection.facts import Holder, LinkFacts, LinkState, Seen, SiteFacts, meaning, outcome_text
from include.inspection.fetch.outcomes import Meaning, Outcome
from include.inspection.fetch.page import Page
from include.inspection.survey.look import Look

#: Addresses that do something when they are asked for, whoever asks.
_ACTS = re.compile(
    r"log-?out|sign-?out|login-?out|quit|[?&/](?:del|delete|remove|unsubscribe)(?:[=/?&]|$)", re.IGNORECASE
)
_AT_ONCE = 12
_HOLDERS = 20
_MANY_BROKEN = 20
#: Ways in which a site fails its links; one that has shut us out fails all of them so.
_REFUSING = (LinkState.BROKEN, LinkState.FORBIDDEN, LinkState.SUSPECTED)
#: Pages of one site whose links are looked at.
_MOST_PAGES = 400

#: Answers after which it is not known whether the page is there: our own failures, limits, and guards against machines.
_NOT_KNOWN = frozenset(
    {
        Outcome.RATE_LIMITED, Outcome.CHALLENGE, Outcome.BLOCKED, Outcome.ROBOTS_DISALLOWED, Outcome.ROBOTS_UNAVAILABLE,
        Outcome.DNS_UNAVAILABLE, Outcome.TIMEOUT_DNS, Outcome.NETWORK_UNREACHABLE, Outcome.OWN_RESOURCES,
        Outcome.BUDGET_PAGES, Outcome.BUDGET_SECONDS, Outcome.BUDGET_BYTES, Outcome.EVIDENCE_NOT_WRITTEN,
        Outcome.NOT_FETCHED, Outcome.UNEXPECTED,
    }
)  # fmt: skip
#: Answers of a page that is there, though we do not read it.
_THERE = frozenset(
    {Outcome.UNAUTHORIZED, Outcome.LOGIN, Outcome.TOO_LARGE, Outcome.WRONG_TYPE, Outcome.BAD_ENCODING}
)
#: The host fails, not the page.
_HOST_DOWN = frozenset(
    {
        Outcome.DNS_NO_NAME, Outcome.REFUSED, Outcome.TIMEOUT_CONNECT, Outcome.TIMEOUT_TLS, Outcome.CERT_EXPIRED,
        Outcome.CERT_WRONG_HOST, Outcome.CERT_SELF_SIGNED, Outcome.CERT_UNTRUSTED, Outcome.TLS_HANDSHAKE,
    }
)  # fmt: skip


@dataclass
class _Target:
    link: PageLink
    kinds: set[str] = field(default_factory=set)
    holders: list[Holder] = field(default_factory=list)

    @property
    def on_home(self) -> bool:
        return "home" in self.kinds

    @property
    def urgency(self) -> int:
        """Forms of guides first, then other files, the site's pages, its pictures, other sites."""
        if self.link.kind == "attachment":
            return 0 if "guide" in self.kinds else 1
        return {"page": 2, "image": 3}.get(self.link.kind, 4) if self.link.in_site else 4


async def check_links(look: Look, facts: SiteFacts) -> None:
    """Adds to ``facts`` what became of the links of the pages that were read, as many as the bounds allow.

    What failed is tried again later, so that a short trouble is none. Addresses that the survey read anyway are not
    asked for again.
    """
    targets = _targets(look)
    home = [target for target in targets if target.on_home]
    others = sorted((target for target in targets if not target.on_home), key=lambda target: target.urgency)
    wanted = [*home[: look.limits.home_links], *others[: look.limits.other_links]]
    left = [*home[look.limits.home_links :], *others[look.limits.other_links :]]
    facts.links_left = dict(Counter(group for target in left for group in _groups(target)))

    results = {
        target.link.url: [look.known[target.link.url]] for target in wanted if target.link.url in look.known
    }
    await _ask(look, [target for target in wanted if target.link.url not in results], results, visit=1)
    for visit in range(2, look.limits.link_tries + 1):
        again = [
            target for target in wanted if _state(target, results) not in (LinkState.OPENS, LinkState.UNKNOWN)
        ]
        if not again:
            break
        await look.source.wait(look.limits.link_wait_seconds)
        await _ask(look, again, results, visit)
    states = {target.link.url: _state(target, results) for target in wanted}
    if not await _still_let_in(look, states):
        states = {url: LinkState.UNKNOWN if state in _REFUSING else state for url, state in states.items()}
    elif _answers_nothing(states):
        states = {
            url: LinkState.SUSPECTED if state is LinkState.BROKEN else state for url, state in states.items()
        }
    facts.links = [_facts(target, results[target.link.url], states[target.link.url]) for target in wanted]
    _say(look, facts)


def _targets(look: Look) -> list[_Target]:
    found: dict[str, _Target] = {}
    # Pages come in the order of their answers: sorted, the same links are chosen when the round is judged again.
    pages = sorted(look.page_links.items(), key=lambda item: (item[0][1] != "home", item[0]))
    for (url, kind), links in pages[:_MOST_PAGES]:
        for link in links:
            if _ACTS.search(link.url):
                continue
            target = found.setdefault(link.url, _Target(link))
            target.kinds.add(kind)
            holder = Holder(url, link.position, link.label)
            if len(target.holders) < _HOLDERS and holder not in target.holders:
                target.holders.append(holder)
    return list(found.values())


def _groups(target: _Target) -> Iterator[str]:
    """What the link is counted under: ``home``; elsewhere ``attachment`` or ``other``; a guide's files also ``form``."""
    yield "home" if target.on_home else "attachment" if target.link.kind == "attachment" else "other"
    if target.link.kind == "attachment" and "guide" in target.kinds:
        yield "form"


async def _ask(look: Look, targets: list[_Target], results: dict[str, list[Page]], visit: int) -> None:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(target: _Target) -> None:
        url = target.link.url
        role = "link" if target.link.in_site else "outside"
        async with gate:
            page = await look.source.get(url, role=role, visit=visit, referer=target.holders[0].url)
        results.setdefault(url, []).append(replace(page, body=b""))

    await asyncio.gather(*(one(target) for target in targets))


def _state(target: _Target, results: dict[str, list[Page]]) -> LinkState:
    pages = results[target.link.url]
    outcomes = [page.outcome for page in pages]
    if any(meaning(page) is Meaning.READ or page.outcome in _THERE for page in pages):
        return LinkState.OPENS
    if any(outcome in _NOT_KNOWN for outcome in outcomes):
        return LinkState.UNKNOWN
    if not target.link.in_site:
        return LinkState.SUSPECTED
    if all(meaning(page) is Meaning.GONE and same_site(page.final_url, target.link.url) for page in pages):
        return LinkState.BROKEN
    return LinkState.FORBIDDEN if set(outcomes) == {Outcome.FORBIDDEN} else LinkState.SUSPECTED


async def _still_let_in(look: Look, states: dict[str, LinkState]) -> bool:
    """Whether the home page still opens for us after so many requests; asked where links of the site failed."""
    if not any(state in _REFUSING for state in states.values()):
        return True
    page = await look.source.get(look.home, role="home", visit=look.limits.home_tries + 4)
    return meaning(page) is Meaning.READ


def _answers_nothing(states: dict[str, LinkState]) -> bool:
    """Whether so many pages of the site "do not exist" that a guard against machines is the likelier reason."""
    broken = sum(state is LinkState.BROKEN for state in states.values())
    opens = sum(state is LinkState.OPENS for state in states.values())
    return broken >= _MANY_BROKEN and broken > 2 * opens


def _facts(target: _Target, pages: list[Page], state: LinkState) -> LinkFacts:
    page = pages[-1]
    return LinkFacts(
        url=target.link.url,
        groups=tuple(_groups(target)),
        state=state,
        outcome=outcome_text(page),
        host_down=page.outcome in _HOST_DOWN,
        holders=() if state is LinkState.OPENS else tuple(target.holders),
        tries=len(pages),
        seen=Seen.on(page),
    )


def _say(look: Look, facts: SiteFacts) -> None:
    states = Counter(link.state for link in facts.links)
    look.say(
        f"链接检查：共{len(facts.links)}个，确定打不开{states[LinkState.BROKEN]}个，禁止访问{states[LinkState.FORBIDDEN]}个，"
        f"疑似打不开{states[LinkState.SUSPECTED]}个，未能判断{states[LinkState.UNKNOWN]}个，"
        f"超出数量未检查{sum(facts.links_left.values())}个",
        links=len(facts.links),
        **{str(state): number for state, number in sorted(states.items())},
    )
