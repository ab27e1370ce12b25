"""The bare loop: httpx over httpx-aiohttp and selectolax with selectors made for each family; no evidence, no log."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from urllib.parse import urljoin

import httpx
from httpx_aiohttp import AiohttpTransport
from selectolax.lexbor import LexborHTMLParser

from bench.families import BY_NAME, year_month_day
from bench.side import Facts, Ledger, Meter, Target, arguments, side_by_side, site_by_site


def read_page(text: str, target: Target) -> Facts:
    tree = LexborHTMLParser(text)
    title = tree.css_first("title")
    tags = {}
    for node in tree.css("meta[name]"):
        attributes = node.attributes
        tags[(attributes["name"] or "").lower()] = attributes.get("content") or ""
    links = []
    for node in tree.css("a[href]"):
        href = node.attributes["href"] or ""
        if not href.startswith(("#", "javascript:")):
            links.append((urljoin(target.url, href), node.text(strip=True)))
    items = []
    sections = []
    published = None
    if target.role == "article":
        info = tree.css_first("div.info")
        published = year_month_day(tags.get("pubdate") or (info.text() if info else ""))
    else:
        family = BY_NAME[target.family]
        for row in tree.css(family.rows_css):
            link, day = row.css_first("a"), row.css_first(family.date_css)
            found = family.parse(day.text()) if day else None
            if link is not None and found:
                attributes = link.attributes
                items.append(
                    (attributes.get("title") or link.text(), urljoin(target.url, attributes["href"]), found)
                )
        sections = [
            (urljoin(target.url, node.attributes["href"]), node.text(strip=True))
            for node in tree.css("div.nav a, a.more")
        ]
    return Facts(
        title=title.text(strip=True) if title else "",
        tags=len(tags),
        links=len(links),
        sections=len(sections),
        dated=len(items),
        newest=max((day for _, _, day in items), default=None),
        published=published,
    )


async def crawl(targets: list[Target], ledger: Ledger) -> None:
    async with httpx.AsyncClient(transport=AiohttpTransport(), trust_env=False) as client:

        async def read(target: Target) -> None:
            response = await client.get(target.url)
            response.raise_for_status()
            ledger.add(target.url, read_page(response.text, target))

        async def read_site(_host: str, of_site: Iterator[Target]) -> None:
            await side_by_side(of_site, read)

        await site_by_site(targets, read_site)


def main() -> None:
    targets, folder = arguments()
    ledger = Ledger(folder / "bare.facts")
    meter = Meter()
    asyncio.run(crawl(targets, ledger))
    result = meter.result(ledger)
    ledger.close()
    print(json.dumps(result))


if __name__ == "__main__":
    main()
