"""How states and ages are written."""

from __future__ import annotations

import pytest

from vistrails_tej.cli.status_text import format_age


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "0 s"),
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (7200, "2 h"),
        (200000, "2 d"),
    ],
)
def test_an_age_is_told_in_the_largest_unit_that_fits(seconds: float, text: str) -> None:
    assert format_age(seconds) == text
