"""Which versions of a history are drawn, and where."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from vistrails_tej.dataflow import Vistrail
from vistrails_tej.dataflow.actions import Action
from vistrails_tej.gui.builder.history.collapsed_tree import ShownVersion, Wishes, collapse
from vistrails_tej.gui.builder.history.tree_layout import lay_out


def history(parents: Mapping[int, int]) -> Vistrail:
    return Vistrail({number: Action(number, parent) for number, parent in parents.items()})


def test_a_chain_in_which_nothing_happens_is_collapsed() -> None:
    tree = collapse(history({1: 0, 2: 1, 3: 2, 4: 3}), Wishes(current=4))
    assert tree == {0: ShownVersion(0, 0), 4: ShownVersion(4, 0, (1, 2, 3))}


def test_tags_branches_leaves_and_the_current_version_are_drawn() -> None:
    vistrail = history({1: 0, 2: 1, 3: 2, 4: 3, 5: 3, 6: 5, 7: 6, 8: 7})
    vistrail = vistrail.with_action_annotation(2, "__tag__", "good")
    tree = collapse(vistrail, Wishes(current=6))
    assert list(tree) == [0, 2, 3, 4, 6, 8]
    assert tree[2].chain == (1,)
    assert tree[6].chain == (5,)
    assert tree[8].chain == (7,)


def test_an_opened_chain_is_drawn_whole() -> None:
    vistrail = history({1: 0, 2: 1, 3: 2})
    tree = collapse(vistrail, Wishes(current=3, opened=frozenset({1, 2})))
    assert list(tree) == [0, 1, 2, 3]


def test_pruned_branches_are_hidden_until_they_are_wanted() -> None:
    vistrail = history({1: 0, 2: 1, 3: 1}).with_action_annotation(2, "__prune__", "True")
    assert 2 not in collapse(vistrail, Wishes(current=3))
    assert 2 in collapse(vistrail, Wishes(current=3, shows_pruned=True))


def test_versions_that_lead_to_no_beginning_are_left_out() -> None:
    assert list(collapse(history({1: 0, 5: 4, 6: 5}), Wishes(current=1))) == [0, 1]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 80), st.integers(0, 2**32))
def test_no_two_versions_touch_and_parents_stand_above(size: int, seed: int) -> None:
    numbers = random.Random(seed)
    vistrail = history({number: numbers.randrange(number) for number in range(1, size + 1)})
    tree = collapse(vistrail, Wishes(current=size))
    widths = {number: numbers.uniform(20, 200) for number in tree}
    places = lay_out(tree, widths)
    for number, shown in tree.items():
        if number:
            assert places[number].y > places[shown.parent].y
    rows: dict[float, list[tuple[float, float]]] = {}
    for number, place in places.items():
        row = rows.setdefault(place.y, [])
        row.append((place.x - widths[number] / 2, place.x + widths[number] / 2))
    for row in rows.values():
        row.sort()
        assert all(left[1] < right[0] for left, right in itertools.pairwise(row))


def test_a_path_of_twenty_thousand_versions_is_no_problem() -> None:
    vistrail = history({number: number - 1 for number in range(1, 20001)})
    everything = frozenset(vistrail.actions)
    tree = collapse(vistrail, Wishes(current=1, opened=everything))
    places = lay_out(tree, dict.fromkeys(tree, 50.0))
    assert len(places) == 20001
