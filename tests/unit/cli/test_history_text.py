"""The tree of versions as text: none is left out, and it stays on the screen."""

from __future__ import annotations

import time

from vistrails_tej.cli.history_text import history_lines, version_to_json
from vistrails_tej.dataflow import Vistrail
from vistrails_tej.dataflow.actions import Action


def vistrail_of(parents: dict[int, int]) -> Vistrail:
    return Vistrail({number: Action(number, parent) for number, parent in parents.items()})


def test_versions_that_lead_to_no_beginning_are_listed_apart() -> None:
    lines = list(history_lines(vistrail_of({1: 0, 2: 1, 5: 4, 6: 5, 7: 8, 8: 7})))
    assert lines[:2] == ["1", "2  (latest)"]
    assert lines[2].startswith("Not part of the tree")
    assert lines[3:] == ["  5  (from 4)", "  6  (from 5)", "  7  (from 8)", "  8  (from 7)"]


def test_a_tree_like_a_comb_stays_on_the_screen() -> None:
    comb = {1: 0}
    for number in range(2, 200, 2):
        comb[number] = comb[number + 1] = number - 1
    lines = list(history_lines(vistrail_of(comb)))
    assert len(lines) == len(comb)
    assert max(map(len, lines)) < 80


def test_the_latest_of_thousands_of_versions_is_looked_for_once() -> None:
    vistrail = vistrail_of({number: number - 1 for number in range(1, 5001)})
    begun = time.monotonic()
    facts = [version_to_json(vistrail, number) for number in vistrail.versions]
    assert time.monotonic() - begun < 2
    assert [one["id"] for one in facts if one["latest"]] == [5000]
