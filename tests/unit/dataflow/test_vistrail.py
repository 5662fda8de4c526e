"""The version tree: tags, pruned branches, upgrades, and replaying a version."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from vistrails_tej.dataflow.errors import VersionNotFound, VistrailCorrupt
from vistrails_tej.dataflow.storage import read_vistrail
from vistrails_tej.dataflow.vistrail import Vistrail

from .histories import action, add, add_module, chain, delete, document, note, vistrail_of

LOCATION = '<location id="{0}" x="{0}" y="0"/>'


def change(number: int, old: int, new: int) -> str:
    return (
        f'<change id="{number}" what="location" oldObjId="{old}" newObjId="{new}"'
        f' parentObjId="1" parentObjType="module">{LOCATION.format(new)}</change>'
    )


@pytest.fixture
def branched(tmp_path: Path) -> Vistrail:
    """1 - 2 - 3, with 4 and then 5 made from 2; 3 is tagged "7", 5 is tagged "final"."""
    return vistrail_of(
        tmp_path,
        action(5, 4, add_module(5, 5)),
        chain(3),
        action(4, 2, add_module(4, 4), attributes='user="ann" date="2026-01-02 03:04:05"'),
        note(3, "__tag__", "7"),
        note(5, "__tag__", "final"),
        note(5, "__notes__", "it &lt;b&gt;works&lt;/b&gt;"),
    )


def test_versions_form_a_tree(branched: Vistrail) -> None:
    assert list(branched.versions) == [1, 2, 3, 4, 5]
    assert branched.children(2) == [3, 4]
    assert branched.children(0) == [1]
    assert branched.children(5) == []
    version = branched.versions[4]
    assert (version.parent, version.user, version.date) == (2, "ann", "2026-01-02 03:04:05")
    assert branched.versions[5].notes == "it <b>works</b>"


def test_a_version_holds_what_its_branch_added(branched: Vistrail) -> None:
    assert sorted(branched.pipeline(3).modules) == [1, 2, 3]
    assert sorted(branched.pipeline(5).modules) == [1, 2, 4, 5]
    assert branched.pipeline(0).modules == {}


def test_a_tag_wins_over_a_number(branched: Vistrail) -> None:
    assert branched.tags == {"7": 3, "final": 5}
    assert branched.resolve_version("final") == 5
    assert branched.resolve_version("7") == 3
    assert branched.resolve_version("2") == branched.resolve_version(2) == 2
    assert branched.resolve_version(None) == 5
    assert branched.resolve_version(0) == 0


@pytest.mark.parametrize("version", ["Final", "6", "-1", "", "²", "9" * 50, 6, -1])
def test_a_version_that_is_not_there_is_named(branched: Vistrail, version: str | int) -> None:
    with pytest.raises(VersionNotFound, match="history lists them"):
        branched.resolve_version(version)


def test_a_pruned_branch_is_not_the_latest(tmp_path: Path) -> None:
    pruned = note(4, "__prune__", "True")
    branch = action(4, 2) + action(5, 4) + action(6, 5)
    assert vistrail_of(tmp_path, chain(3), branch).latest_version() == 6
    assert vistrail_of(tmp_path, chain(3), branch, pruned).latest_version() == 3
    assert vistrail_of(tmp_path, chain(3), note(1, "__prune__", "True")).latest_version() == 0


def test_an_upgrade_counts_as_the_version_it_upgrades(tmp_path: Path) -> None:
    upgrades = note(3, "__upgrade__", "4") + note(4, "__upgrade__", "5")
    vistrail = vistrail_of(tmp_path, chain(5), upgrades)
    assert vistrail.latest_version() == 3
    assert vistrail.upgraded(3) == 5
    assert vistrail.upgraded(2) == 2


@pytest.mark.parametrize("target", ["1", "2", "9", "x", "", "9" * 40])
def test_an_upgrade_that_leads_nowhere_ends(tmp_path: Path, target: str) -> None:
    vistrail = vistrail_of(
        tmp_path, chain(2), note(1, "__upgrade__", "2"), note(2, "__upgrade__", target)
    )
    assert vistrail.upgraded(1) == 2


def test_changes_and_deletes_are_replayed(tmp_path: Path) -> None:
    vistrail = vistrail_of(
        tmp_path,
        action(1, 0, add_module(0, 1), add(1, "location", LOCATION.format(1), 1, "1")),
        action(2, 1, change(2, 1, 2)),
        action(3, 2, delete(3, "location", 2)),
        action(4, 3, delete(4, "module", 1)),
    )
    places = [vistrail.pipeline(version).modules[1].location for version in (1, 2, 3)]
    assert places == [(1.0, 0.0), (2.0, 0.0), None]
    assert vistrail.pipeline(4).modules == {}


def test_what_lost_its_parent_is_left_out(tmp_path: Path) -> None:
    port = '<port id="0" type="source" moduleId="1" name="value"/>'
    vistrail = vistrail_of(
        tmp_path,
        action(1, 0, add_module(0, 1), add(1, "location", LOCATION.format(1), 1, "1")),
        action(2, 1, delete(2, "module", 1)),
        action(3, 2, add(3, "connection", '<connection id="0"/>'), add(4, "port", port, 0, "0")),
    )
    assert vistrail.pipeline(3).modules == {}
    assert vistrail.pipeline(3).connections == {}


@pytest.mark.parametrize(
    ("actions", "reason"),
    [
        (action(1, 0, delete(0, "module", 1)), "removes the module 1, which is not there"),
        (action(1, 9), "version 9, from which version 1 was made, is missing"),
        (action(1, 2) + action(2, 1), "comes from itself"),
        (action(1, 0, add(0, "module", "")), "holds no module"),
        (action(1, 0, add(0, "module", '<module id="x"/>')), "is not a number"),
        (action(1, 0, add_module(0, 1), delete(1, "group", 1)), "removes the group 1"),
    ],
)
def test_a_history_that_contradicts_itself_is_reported(
    tmp_path: Path, actions: str, reason: str
) -> None:
    vistrail = vistrail_of(tmp_path, actions)
    with pytest.raises(VistrailCorrupt, match=reason):
        vistrail.pipeline(1)


@pytest.mark.parametrize("actions", [action(1, 0) * 2, action(0, 0), '<action prevId="0"/>'])
def test_versions_have_numbers_of_their_own(tmp_path: Path, actions: str) -> None:
    with pytest.raises(VistrailCorrupt):
        vistrail_of(tmp_path, actions)


def test_a_pipeline_of_unknown_packages_is_read(tmp_path: Path) -> None:
    strange = '<module id="1" name="Thing" package="org.example.none" version=""/>'
    vistrail = vistrail_of(tmp_path, action(1, 0, add(0, "module", strange, 1)))
    assert vistrail.pipeline(1).modules[1].package == "org.example.none"


def test_a_long_history_opens_and_replays_at_once(tmp_path: Path) -> None:
    moves = [
        action(one, one - 1, *(change(4 * one + k, 4 * one + k - 1, 4 * one + k) for k in range(4)))
        for one in range(2, 5001)
    ]
    start = action(1, 0, add_module(0, 1), add(7, "location", LOCATION.format(7), 7, "1"))
    path = tmp_path / "long.xml"
    path.write_text(document(start, *moves))
    opening = time.perf_counter()
    vistrail = read_vistrail(path)
    latest = vistrail.latest_version()
    opened = time.perf_counter()
    pipeline = vistrail.pipeline(latest)
    replayed = time.perf_counter()
    assert latest == 5000
    assert pipeline.modules[1].location == (20003.0, 0.0)
    # Ten times what it takes on a slow machine.
    assert opened - opening < 5
    assert replayed - opened < 2
