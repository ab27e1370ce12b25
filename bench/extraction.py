"""Extraction alone: this project's reading of pages in memory against BeautifulSoup over lxml reading the same."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from urllib.parse import urljoin

from bs4 import BeautifulSoup

from bench.corpus import Corpus, Spot
from bench.families import year_month_day
from bench.ours import read_document
from bench.side import Facts
from include.inspection.extract.html import Document

Page = tuple[Spot, str, bytes]


def with_soup(page: Page) -> Facts:
    spot, url, body = page
    soup = BeautifulSoup(body, "lxml", from_encoding=spot.site.family.charset)
    tags = {
        str(tag["name"]).lower(): str(tag.get("content", ""))
        for tag in soup.find_all("meta", attrs={"name": True})
    }
    links = [
        (urljoin(url, href), link.get_text(strip=True))
        for link in soup.find_all("a", href=True)
        if not (href := str(link["href"])).startswith(("#", "javascript:"))
    ]
    items = []
    sections = []
    published = None
    if spot.role == "article":
        info = soup.select_one("div.info")
        published = year_month_day(tags.get("pubdate") or (info.get_text() if info else ""))
    else:
        family = spot.site.family
        for row in soup.select(family.rows_css):
            link, day = row.find("a"), row.select_one(family.date_css)
            found = family.parse(day.get_text()) if day else None
            if link is not None and found:
                items.append((link.get("title") or link.get_text(), urljoin(url, str(link["href"])), found))
        sections = [
            (urljoin(url, str(link["href"])), link.get_text(strip=True))
            for link in soup.select("div.nav a, a.more")
        ]
    return Facts(
        title=soup.title.get_text(strip=True) if soup.title else "",
        tags=len(tags),
        links=len(links),
        sections=len(sections),
        dated=len(items),
        newest=max((day for _, _, day in items), default=None),
        published=published,
    )


def with_ours(page: Page) -> Facts:
    spot, url, body = page
    content_type = f"text/html; charset={spot.site.family.charset}"
    return read_document(Document(body, content_type, url), spot.role)


def _timed(read: Callable[[Page], Facts], pages: list[Page]) -> tuple[float, list[Facts]]:
    began = time.process_time()
    found = [read(page) for page in pages]
    return time.process_time() - began, found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--rounds", type=int, required=True)
    given = parser.parse_args()
    corpus = Corpus(given.pages, given.seed)
    pages = [(spot, f"http://{spot.site.host}{spot.path}", corpus.render(spot)) for spot in corpus.spots()]
    rounds = []
    for _ in range(given.rounds):
        ours, facts = _timed(with_ours, pages)
        soup, others = _timed(with_soup, pages)
        rounds.append({"ours": ours, "soup": soup})
    for (_, url, _), one, other in zip(pages, facts, others, strict=True):
        if one.compared != other.compared:
            raise SystemExit(f"{url}: different facts: {one} and {other}")
    print(json.dumps({"pages": len(pages), "facts": sum(one.count for one in facts), "rounds": rounds}))


if __name__ == "__main__":
    main()
