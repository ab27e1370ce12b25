"""Everyday texts take a short way to their plain form, which is the same as the long one."""

from __future__ import annotations

import itertools
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from include.inspection.extract.dates import normalise

EVERYDAY = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000]
TEXTS = st.text() | st.text("年月日2026０１２：．－（）【】…　 a·—“”é\u0301\u2236\u200b\u00a0\u3099か〇㈠①")


def long_way(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    return plain.replace("\u2236", ":").replace("\u00a0", " ").replace("\u200b", "")


def test_every_sign_alone() -> None:
    assert [sign for sign in EVERYDAY if normalise(sign) != long_way(sign)] == []


def test_signs_that_melt_into_the_one_before() -> None:
    marks = [sign for sign in EVERYDAY if unicodedata.combining(sign)]
    starts = "eａ年…　：か"
    assert all(normalise(a + b) == long_way(a + b) for a, b in itertools.product(starts, marks))


@given(TEXTS)
def test_any_text(text: str) -> None:
    assert normalise(text) == long_way(text)
