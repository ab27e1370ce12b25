"""Scrapy with selectors made for each family; no evidence. Settings as its manual advises for broad crawls."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

import scrapy
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.http import Response, TextResponse

from bench.families import BY_NAME, year_month_day
from bench.side import (
    CONNECTIONS_A_HOST,
    SITES_AT_ONCE,
    Facts,
    Ledger,
    Meter,
    Target,
    arguments,
    by_site,
)

SETTINGS = {
    "CONCURRENT_REQUESTS": SITES_AT_ONCE * CONNECTIONS_A_HOST,
    "CONCURRENT_REQUESTS_PER_DOMAIN": CONNECTIONS_A_HOST,
    "DOWNLOAD_DELAY": 0,
    "RANDOMIZE_DOWNLOAD_DELAY": False,
    "ROBOTSTXT_OBEY": False,
    "COOKIES_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "LOG_LEVEL": "INFO",
}


def in_turn(targets: list[Target]) -> Iterator[Target]:
    """As many sites at once as the other sides read at once, a page of each in turn."""
    sites = list(by_site(targets).values())
    for first in range(0, len(sites), SITES_AT_ONCE):
        wave = zip_longest(*sites[first : first + SITES_AT_ONCE])
        yield from (target for target in chain.from_iterable(wave) if target is not None)


def read_page(response: TextResponse, target: Target) -> Facts:
    tags = {tag.attrib["name"].lower(): tag.attrib.get("content", "") for tag in response.css("meta[name]")}
    links = [
        (response.urljoin(href), link.xpath("string()").get("").strip())
        for link in response.css("a[href]")
        if not (href := link.attrib["href"]).startswith(("#", "javascript:"))
    ]
    items = []
    sections = []
    published = None
    if target.role == "article":
        published = year_month_day(tags.get("pubdate") or response.css("div.info").xpath("string()").get(""))
    else:
        family = BY_NAME[target.family]
        for row in response.css(family.rows_css):
            link = row.css("a")
            found = family.parse(row.css(family.date_css).xpath("string()").get(""))
            if link and found:
                title = link.attrib.get("title") or link.xpath("string()").get("")
                items.append((title, response.urljoin(link.attrib["href"]), found))
        sections = [
            (response.urljoin(link.attrib["href"]), link.xpath("string()").get("").strip())
            for link in response.css("div.nav a, a.more")
        ]
    return Facts(
        title=response.css("title::text").get("").strip(),
        tags=len(tags),
        links=len(links),
        sections=len(sections),
        dated=len(items),
        newest=max((day for _, _, day in items), default=None),
        published=published,
    )


@dataclass
class PageItem:
    url: str
    facts: Facts


class IntoLedger:
    """The item pipeline: what other spiders write into a feed."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> IntoLedger:
        assert isinstance(crawler.spider, CorpusSpider)
        return cls(crawler.spider.ledger)

    def process_item(self, item: PageItem) -> PageItem:
        self._ledger.add(item.url, item.facts)
        return item


class CorpusSpider(scrapy.Spider):
    name = "corpus"

    def __init__(self, targets: list[Target], ledger: Ledger, **options: Any) -> None:
        super().__init__(**options)
        self._targets = targets
        self.ledger = ledger

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for target in in_turn(self._targets):
            yield scrapy.Request(target.url, callback=self.parse, cb_kwargs={"target": target})

    def parse(self, response: Response, target: Target) -> Iterator[PageItem]:
        assert isinstance(response, TextResponse)
        yield PageItem(target.url, read_page(response, target))


def main() -> None:
    targets, folder = arguments()
    ledger = Ledger(folder / "scrapy.facts")
    meter = Meter()
    process = CrawlerProcess({**SETTINGS, "ITEM_PIPELINES": {IntoLedger: 300}})
    process.crawl(CorpusSpider, targets=targets, ledger=ledger)
    process.start()
    result = meter.result(ledger)
    ledger.close()
    print(json.dumps(result))


if __name__ == "__main__":
    main()
