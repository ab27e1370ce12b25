"""What is taken for granted before a run is what its form fills in."""

from __future__ import annotations

from include.embedded.request import DEFAULT_PROFILE, DEFAULT_RULES


def test_defaults_are_those_of_the_form():
    from inspection_form import PARAMS

    assert PARAMS["profile"].value == DEFAULT_PROFILE
    assert tuple(PARAMS["rules"].value) == DEFAULT_RULES
