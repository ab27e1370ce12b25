from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.inspection.draft.rates import rate


@pytest.mark.parametrize(
    ("part", "whole", "decimals", "expected"),
    [
        (9, 11, 0, "82%"),
        (50, 52, 0, "96%"),
        (162, 163, 1, "99.4%"),
        (126, 134, 1, "94.0%"),
        (66, 67, 1, "98.5%"),
        (71, 130, 2, "54.62%"),
        (6, 17, 2, "35.29%"),
        (1, 8, 0, "13%"),
        (1, 200, 0, "1%"),
        (0, 7, 0, "0%"),
        (35, 35, 2, "100%"),
        (0, 0, 1, None),
    ],
)
def test_published_and_border_figures(part, whole, decimals, expected):
    assert rate(part, whole, decimals) == expected


@given(st.integers(1, 10**6), st.data(), st.integers(0, 4))
def test_is_half_up_of_the_exact_quotient(whole, data, decimals):
    part = data.draw(st.integers(0, whole))
    exact = (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert rate(part, whole, decimals) == ("100%" if exact == 100 else f"{exact}%")


@pytest.mark.parametrize(("part", "whole", "decimals"), [(2, 1, 0), (-1, 1, 0), (1, 2, -1)])
def test_counts_that_cannot_be_are_refused(part, whole, decimals):
    with pytest.raises(ValueError, match="合格率"):
        rate(part, whole, decimals)
