"""Real pages with labels that do not belong to this repository: a folder with labels.yaml.

as_of: 2026-11-20T10:00:00+08:00     # the monitoring point
fetched: 2026-11-20T10:00:00+08:00
pages:
  - file: list.html
    url: http://www.example.gov.cn/tzgg/
    content_type: text/html          # as the server gave it; may be left out
    kind: list                       # home, list, article, or anything else
    encoding: utf-8
    name: 通知公告                    # of a list
    class: notice
    newest: 2026-11-03
    items: 20
    day: 2026-11-03                  # of an article
    footer: [icp, sponsor]           # items that are there, see model.FOOTER; left out: not measured
    tags_lost: [ColumnType]          # tags absent or empty; left out: not measured
    hidden: []                       # addresses of hidden links; left out: not measured
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from tests.accuracy.model import LabelledSite, PageLabel, SectionLabel

ENVIRONMENT = "ACCURACY_EXTRA_PAGES"


def extra_sites(folder: str) -> list[LabelledSite]:
    """One site a page; empty where no folder is named or where it holds no labels.yaml."""
    labels = Path(folder) / "labels.yaml"
    if not folder or not labels.is_file():
        return []
    data = yaml.safe_load(labels.read_text(encoding="utf-8"))
    as_of, fetched = (datetime.fromisoformat(str(data[name])) for name in ("as_of", "fetched"))
    return [_site(page, Path(folder), as_of, fetched) for page in data["pages"]]


def _site(page: dict[str, Any], folder: Path, as_of: datetime, fetched: datetime) -> LabelledSite:
    url = page["url"]
    parts = urlsplit(url)
    home = f"{parts.scheme}://{parts.netloc}/"
    body = (folder / page["file"]).read_bytes()
    site = LabelledSite(page["file"], page["file"], home, as_of, fetched, whole=False)
    name = page.get("name", "栏目")
    site.pages[home] = ("text/html", f'<div class="nav"><a href="{url}">{name}</a></div>'.encode())
    site.pages[url] = (page.get("content_type", "text/html"), body)
    site.labels[url] = PageLabel(
        url,
        page["kind"],
        page["encoding"],
        day=page.get("day"),
        footer=_set(page, "footer"),
        tags_lost=_set(page, "tags_lost"),
        hidden=_set(page, "hidden"),
    )
    if page["kind"] == "list":
        state = "dated" if page.get("newest") else page.get("state", "undated")
        site.sections[url] = SectionLabel(
            url, name, page.get("class"), 2, state, page.get("newest"), page.get("items")
        )
    return site


def _set(page: dict[str, Any], key: str) -> frozenset[str] | None:
    return frozenset(page[key]) if key in page else None
