"""Footer items and page tags."""

from __future__ import annotations

from include.inspection.extract.footer import LABELS
from include.inspection.facts import SiteFacts
from include.inspection.measures.base import Context, Detail, Measured, measured


def footer_items_missing(facts: SiteFacts, context: Context) -> Measured:
    """Footer items that no page shows; those that only some pages lack, or whose footer stands elsewhere, are doubtful."""
    pages = facts.marks
    nowhere = [name for name in LABELS if pages and all(name in page.footer_missing for page in pages)]
    sure = nowhere if all(page.footer_seen for page in pages) else []
    if any(page.map_link for page in pages):
        sure = [name for name in sure if name != "site_map"]
    somewhere = [name for name in LABELS if any(name in page.footer_missing for page in pages)]
    details = [Detail(f"全部{len(pages)}个页面都没有“{LABELS[name]}”", facts.home) for name in sure]
    doubtful = [LABELS[name] for name in somewhere if name not in sure]
    unseen = sum(not page.footer_seen for page in pages)
    why = f"有{unseen}个页面的底部由脚本、框架等另行载入，待人工查看" if unseen else "部分页面没有或不能确定"
    reason = f"检查页面{len(pages)}个" + (f"；{why}：{'、'.join(doubtful)}" if doubtful else "")
    return measured(len(sure), len(somewhere), facts.home, details, reason)


def page_tags_wrong(facts: SiteFacts, context: Context) -> Measured:
    """Pages whose tags are missing, empty or never filled in."""
    wrong = [page for page in facts.marks if page.tags_wrong]
    details = [Detail(f"{page.seen.url}：{'、'.join(page.tags_wrong)}", page.seen) for page in wrong]
    return measured(
        len(wrong),
        seen=wrong[0].seen if wrong else facts.home,
        details=details,
        reason=f"检查页面{len(facts.marks)}个",
    )
