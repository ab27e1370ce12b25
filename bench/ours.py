"""This project's own way: Fetcher and LivePages with evidence and log, then the extraction that a survey does."""

from __future__ import annotations

import asyncio
import ipaddress
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog

from bench.families import AS_OF
from bench.side import CONNECTIONS_A_HOST, Facts, Ledger, Meter, Target, arguments, side_by_side, site_by_site
from include.inspection.extract.article import publication_day
from include.inspection.extract.data_lists import embedded_lists
from include.inspection.extract.html import Document
from include.inspection.extract.lists import find_lists
from include.inspection.extract.sections import section_links
from include.inspection.fetch.client import Fetcher, LivePages
from include.inspection.fetch.evidence import EvidenceWriter
from include.inspection.fetch.outcomes import Outcome
from include.inspection.fetch.settings import FetchSettings


def read_document(document: Document, role: str) -> Facts:
    """Lists and sections of section and home pages, the day of publication of articles; tags and links of all."""
    dated: list[Any] = []
    sections = 0
    published = None
    if role == "article":
        published = publication_day(document, AS_OF, AS_OF)
    else:
        parts = urlsplit(document.url)
        sections = len(section_links(document, home=f"{parts.scheme}://{parts.netloc}/"))
        lists = find_lists(document, AS_OF, AS_OF) + embedded_lists(document, AS_OF, AS_OF)
        dated = [item.day for group in lists if not group.aside for item in group.items if item.day]
    return Facts(
        title=document.title,
        tags=len(document.meta),
        links=len(document.links),
        sections=sections,
        dated=len(dated),
        newest=max(dated, default=None),
        published=published,
    )


def log_to(path: Path) -> None:
    """The task log as JSON lines, as the orchestrator writes it."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=path.open("w", encoding="utf-8")),
        wrapper_class=structlog.make_filtering_bound_logger("info"),
        cache_logger_on_first_use=True,
    )


async def crawl(targets: list[Target], folder: Path, ledger: Ledger) -> None:
    settings = FetchSettings(
        allow_net=(ipaddress.ip_network("127.0.0.0/8"),),
        pause_seconds=0,
        connections_per_host=CONNECTIONS_A_HOST,
    )
    async with Fetcher(settings) as fetcher:

        async def read_site(host: str, of_site: Iterator[Target]) -> None:
            writer = EvidenceWriter(
                folder / f"{host}.warc.gz", f"rounds/bench/evidence/{host}/fetch-1.warc.gz"
            )
            pages = LivePages(fetcher, writer, authorised=True)

            async def read(target: Target) -> None:
                page = await pages.get(target.url, role=target.role)
                if page.outcome is not Outcome.OK:
                    raise RuntimeError(f"{target.url}: {page.outcome} {page.detail}")
                document = Document(page.body, page.headers.get("content-type", ""), page.final_url)
                ledger.add(target.url, read_document(document, target.role))

            await side_by_side(of_site, read)
            writer.close()
            (folder / f"{host}.outcome.json").write_text(
                json.dumps(pages.visits(), ensure_ascii=False), encoding="utf-8"
            )

        await site_by_site(targets, read_site)


def main() -> None:
    targets, folder = arguments()
    log_to(folder / "ours.log")
    ledger = Ledger(folder / "ours.facts")
    meter = Meter()
    asyncio.run(crawl(targets, folder, ledger))
    result = meter.result(
        ledger, evidence_bytes=sum(path.stat().st_size for path in folder.glob("*.warc.gz"))
    )
    ledger.close()
    print(json.dumps(result))


if __name__ == "__main__":
    main()
