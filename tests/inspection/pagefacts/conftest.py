"""Pages from a few lines of markup."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from include.inspection.extract.html import Document

URL = "http://www.linshi.gov.cn/zwgk/202410/t20241008_1.html"


@pytest.fixture
def page() -> Callable[..., Document]:
    def make(body: str = "", head: str = "", url: str = URL) -> Document:
        markup = f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
        return Document(markup.encode(), "text/html; charset=utf-8", url)

    return make
