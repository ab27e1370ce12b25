"""The log line of a fetched page."""

from __future__ import annotations

from typing import Any

import structlog

from include.inspection.fetch.outcomes import Outcome, label_of
from include.inspection.fetch.page import Page, shown_url

log = structlog.get_logger("inspection.fetch")

_ROLES = {
    "home": "首页",
    "section": "栏目",
    "article": "文章",
    "guide": "办事指南",
    "question": "咨询留言",
    "data": "数据",
    "feed": "订阅源",
    "robots": "robots.txt",
    "file": "文件",
    "https": "首页（HTTPS）",
    "ipv6": "首页（IPv6）",
    "search": "首页（以搜索引擎为来源）",
    "rendered": "渲染后的页面",
    "part": "页面脚本的请求",
    "link": "链接目标",
    "outside": "站外链接目标",
}


def report(page: Page, role: str, visit: int) -> None:
    """One line a page for the auditor: what was fetched when with which answer, and where it lies."""
    what = _ROLES.get(role, role)
    again = f"（第 {visit} 次查看）" if visit > 1 else ""
    fields: dict[str, Any] = {
        "url": page.url,
        "role": role,
        "visit": visit,
        "outcome": page.outcome.value,
        "status": page.status,
        "seconds": page.seconds,
        "bytes": len(page.body),
        "address": page.address,
        "tries": len(page.tries),
        "fetched_at": page.fetched_at.isoformat(),
        "evidence_key": page.evidence.key if page.evidence else None,
        "evidence_offset": page.evidence.offset if page.evidence else None,
    }
    if page.redirects:
        fields["final_url"] = shown_url(page.final_url)
    if page.outcome is Outcome.OK and role in ("link", "outside"):
        # Hundreds a site: those that open stand in the stored outcome alone.
        log.debug(f"{what}可以打开 {page.url}", **fields)
        return
    if page.outcome is Outcome.OK:
        log.info(f"已抓取{what}{again} {page.url} 状态 {page.status}，{page.seconds:.2f} 秒", **fields)
        return
    if page.outcome is Outcome.NOT_MODIFIED:
        log.info(f"{what}没有变化 {page.url} 状态 304，{page.seconds:.2f} 秒", **fields)
        return
    if role == "robots" and page.outcome is Outcome.NOT_FOUND:
        log.info(f"网站没有 robots.txt，不限制访问 {page.url}", **fields)
        return
    status = f"状态 {page.status}，" if page.status is not None else ""
    ending = f"{label_of(page.outcome)}，{status}共 {len(page.tries)} 次，{page.seconds:.2f} 秒"
    log.warning(f"未能抓取{what}{again} {page.url}：{ending}", detail=page.detail, **fields)
