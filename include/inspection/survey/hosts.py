"""Which other government hosts the pages of a site lead to."""

from __future__ import annotations

from collections.abc import Sequence

from include.inspection.extract.domain import host_of, is_government, without_www
from include.inspection.extract.html import Document
from include.inspection.facts import LinkedHost, Seen
from include.inspection.survey.section_page import SectionPage

#: More than any site of a place leads to.
_MOST_HOSTS = 500


def linked_hosts(home: Document, home_seen: Seen, pages: Sequence[SectionPage]) -> list[LinkedHost]:
    """The government hosts other than its own that the home page and the section pages lead to, by name."""
    own = without_www(host_of(home_seen.url))
    found: dict[str, LinkedHost] = {}
    looked = [(home, home_seen)]
    looked += [(page.document, Seen.on(page.page)) for page in pages if page.document is not None]
    for document, seen in looked:
        authorities: set[str] = set()
        for link in document.links:
            authority = link.url.split("/", 3)[2]
            if authority in authorities:
                continue
            authorities.add(authority)
            host = host_of(link.url)
            if is_government(host) and without_www(host) != own:
                found.setdefault(host, LinkedHost(host, link.label[:60], seen))
    return [found[host] for host in sorted(found)][:_MOST_HOSTS]
