"""What a home page shows only to those who come from a search engine: planted content that hides from everybody else."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from include.inspection.extract.domain import host_of, is_government, registrable
from include.inspection.extract.hidden_links import TRADES, HiddenLinkWords, standard_words
from include.inspection.extract.html import Document
from include.inspection.extract.page_links import page_links
from include.inspection.extract.redirects import client_redirect

#: The referrer of the second look: a search for the site's name tells nobody anything.
SEARCH_REFERRER = "https://www.baidu.com/s?wd=%E6%94%BF%E5%BA%9C%E7%BD%91%E7%AB%99"

_MOST = 50
#: So many new words of a trade in the text are planted; one may be the day's news.
_MANY_WORDS = 3


@dataclass(frozen=True)
class Cloaked:
    """Something that stands only on the second look's page. ``url`` is "" for words."""

    url: str
    text: str
    why: str


def only_from_search(
    first: Document, second: Document, words: HiddenLinkWords | None = None
) -> list[Cloaked]:
    """What ``second``, fetched as from a search engine, shows and ``first`` does not: foreign targets, foreign links with words
    of the trade or in great number, such words in its title and text. Dates, counters, new articles are no difference."""
    words = words or standard_words()
    own = {registrable(host_of(first.url))}
    sent = [url for url in (second.url, client_redirect(second) or "") if _is_foreign(url, own, words)]
    # A page that leads everybody on does so openly.
    known = {registrable(host_of(url)) for url in (first.url, client_redirect(first) or "")}
    sent = [url for url in sent if registrable(host_of(url)) not in known]
    if sent:
        return [Cloaked(sent[-1], "", "从搜索引擎进入时被带往其他网站")]
    before = {registrable(host_of(link.url)) for link in page_links(first)}
    new = [
        link
        for link in page_links(second)
        if _is_foreign(link.url, own, words) and registrable(host_of(link.url)) not in before
    ]
    found = []
    for link in new:
        hit = words.find(f"{link.label} {link.url}")
        if hit:
            found.append(Cloaked(link.url, link.label, f"含{TRADES[hit[1]]}用语“{hit[0]}”"))
    if not found and len(new) >= words.many:
        found = [Cloaked(link.url, link.label, f"多出 {len(new)} 个站外链接") for link in new]
    return [*found, *_new_words(first, second, words)][:_MOST]


def _new_words(first: Document, second: Document, words: HiddenLinkWords) -> list[Cloaked]:
    """Words of the trade in the title or, several times, in the text of the second page alone."""
    old = f"{_head(first)} {first.body_text}"
    title = words.find(_head(second))
    if title and title[0] not in old.lower():
        return [Cloaked("", _head(second)[:80], f"标题或描述含{TRADES[title[1]]}用语“{title[0]}”")]
    counted = Counter(
        hit for piece in second.body_text.split() if (hit := words.find(piece)) and hit[0] not in old.lower()
    )
    if sum(counted.values()) < _MANY_WORDS:
        return []
    return [Cloaked("", word, f"正文多次出现{TRADES[trade]}用语“{word}”") for word, trade in sorted(counted)]


def _head(document: Document) -> str:
    return (
        f"{document.title} {document.meta.get('keywords', '')} {document.meta.get('description', '')}".strip()
    )


def _is_foreign(url: str, own: set[str], words: HiddenLinkWords) -> bool:
    host = host_of(url)
    name = registrable(host) if host else ""
    return bool(name) and name not in own and not is_government(host) and name not in words.services
