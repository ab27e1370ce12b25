"""Feeds of the accounts: RSS 2.0, Atom or JSON Feed, by platform."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape

from include.demo.city import AccountPlan, data
from include.demo.dates import BEIJING, days_back, office_hour, seed

POSTS = 8


@dataclass(frozen=True)
class Post:
    id: str
    title: str
    published: datetime


def posts_of(plan: AccountPlan, as_of: datetime, count: int = POSTS) -> list[Post]:
    """The posts of an account, newest first; times are aware, Beijing time."""
    today = as_of.date()
    words = data("words")
    age = 1 + seed(plan.account_id) % 6
    if "newest" in plan.make:
        age = days_back(today, plan.make["newest"])
    ages = [age]
    while len(ages) < count:
        ages.append(ages[-1] + 1 + seed(plan.account_id, len(ages)) % 4)
    if "future" in plan.make:
        ages.insert(0, -plan.make["future"])
    posts = []
    for index, days in enumerate(ages):
        moment = office_hour(today - timedelta(days=days), plan.account_id, index)
        if plan.make.get("utc_edge") and index == 0:
            moment = datetime(moment.year, moment.month, moment.day, 0, 30, tzinfo=BEIJING)
        turn = seed(plan.account_id) + index
        title = words["posts"][turn % len(words["posts"])].format(
            topic=words["topics"][turn % len(words["topics"])], place=plan.region
        )
        posts.append(Post(f"{plan.account_id}-{today - timedelta(days=days)}-{index}", title, moment))
    return posts


def feed(plan: AccountPlan, as_of: datetime, port: int) -> tuple[str, bytes]:
    """Content type and bytes of an account's feed."""
    return feed_of(plan, posts_of(plan, as_of), port)


def feed_of(plan: AccountPlan, posts: list[Post], port: int) -> tuple[str, bytes]:
    """The same with these posts."""
    base = f"http://{plan.host}:{port}/{plan.platform_id}/"
    if plan.feed == "rss":
        return "application/rss+xml; charset=utf-8", _rss(plan, base, posts).encode()
    if plan.feed == "atom":
        return "application/atom+xml; charset=utf-8", _atom(plan, base, posts).encode()
    return "application/feed+json; charset=utf-8", _json(plan, base, posts).encode()


def _rss(plan: AccountPlan, base: str, posts: list[Post]) -> str:
    items = "".join(
        f"<item><title>{escape(post.title)}</title><link>{base}{post.id}</link>"
        f'<guid isPermaLink="false">{post.id}</guid>'
        f"<pubDate>{format_datetime(post.published)}</pubDate></item>\n"
        for post in posts
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>'
        f"<title>{escape(plan.name)}</title><link>{base}</link>"
        f"<description>{escape(plan.sponsor)}{plan.platform}账号</description>\n{items}</channel></rss>\n"
    )


def _atom(plan: AccountPlan, base: str, posts: list[Post]) -> str:
    """Times in UTC, as many feed writers give them."""
    entries = "".join(
        f'<entry><id>{base}{post.id}</id><title>{escape(post.title)}</title><link href="{base}{post.id}"/>'
        f"<published>{_zulu(post.published)}</published><updated>{_zulu(post.published)}</updated></entry>\n"
        for post in posts
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>{base}{plan.account_id}</id><title>{escape(plan.name)}</title>"
        f"<updated>{_zulu(posts[0].published)}</updated>"
        f"<author><name>{escape(plan.sponsor)}</name></author>\n{entries}</feed>\n"
    )


def _json(plan: AccountPlan, base: str, posts: list[Post]) -> str:
    items = [
        {
            "id": post.id,
            "url": base + post.id,
            "title": post.title,
            "content_text": post.title,
            "date_published": post.published.isoformat(),
        }
        for post in posts
    ]
    found = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": plan.name,
        "home_page_url": base,
        "items": items,
    }
    return json.dumps(found, ensure_ascii=False, indent=1)


def _zulu(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
