"""Which files have jobs: remembered for each user, also while a disk is not there."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from vistrails_tej.modules.job_book.known_files import KnownFiles


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store" / "known_files.json"


@pytest.fixture
def known(store: Path) -> KnownFiles:
    return KnownFiles(store)


def add(known: KnownFiles, *paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        path.touch()
        known.add(path)


def let_days_pass(store: Path, days: float) -> None:
    """Set back the moments at which files were first missed."""
    content = json.loads(store.read_text())
    for one in content:
        if isinstance(one, dict):
            one["gone"] -= days * 24 * 3600
    store.write_text(json.dumps(content))


def test_a_file_is_remembered_while_its_disk_is_not_mounted(
    known: KnownFiles, store: Path, tmp_path: Path
) -> None:
    at_the_top, below = tmp_path / "disk" / "top.vt", tmp_path / "folder" / "below.vt"
    add(known, at_the_top, below)
    # The mount point of a disk stays a folder; the other disk has gone with its folder.
    at_the_top.rename(tmp_path / "top.vt")
    below.parent.rename(tmp_path / "away")
    assert known.paths() == []
    add(known, tmp_path / "new.vt")
    let_days_pass(store, 29)
    (tmp_path / "top.vt").rename(at_the_top)
    (tmp_path / "away").rename(below.parent)
    assert known.paths() == [at_the_top, below, tmp_path / "new.vt"]


def test_a_file_that_was_missing_for_a_month_is_forgotten(
    known: KnownFiles, store: Path, tmp_path: Path
) -> None:
    removed, back = tmp_path / "removed.vt", tmp_path / "back.vt"
    add(known, removed, back)
    removed.unlink()
    back.unlink()
    assert known.paths() == []
    let_days_pass(store, 20)
    back.touch()
    assert known.paths() == [back]
    # The days when it is away do not add up.
    back.unlink()
    assert known.paths() == []
    let_days_pass(store, 11)
    assert known.paths() == []
    assert known.remembered() == [back]


def test_a_file_of_the_store_that_was_removed_is_forgotten_at_once(
    known: KnownFiles, store: Path
) -> None:
    path = store.parent / "untitled.vt"
    add(known, path)
    path.unlink()
    assert known.paths() == []
    assert known.remembered() == []


def test_a_file_that_nobody_looked_for_stays_as_it_is(known: KnownFiles, tmp_path: Path) -> None:
    one, other = tmp_path / "one.vt", tmp_path / "other.vt"
    known.add(one)
    known.add(other)
    known.note({one: False})
    known.add(one)
    assert known.remembered() == [other, one]


def test_a_file_that_is_added_again_is_not_missing_any_more(
    known: KnownFiles, store: Path, tmp_path: Path
) -> None:
    path = tmp_path / "one.vt"
    known.add(path)
    known.note({path: False})
    assert json.loads(store.read_text())[0]["gone"] == pytest.approx(time.time(), abs=60)
    known.add(path)
    assert json.loads(store.read_text()) == [str(path)]


@pytest.mark.parametrize("gone", ["x", None, [], {}])
def test_a_damaged_moment_is_none(known: KnownFiles, store: Path, gone: object) -> None:
    store.parent.mkdir()
    store.write_text(json.dumps([{"file": "/no/such.vt", "gone": gone}, {"file": 3}, {}]))
    assert known.paths() == []
    assert known.remembered() == [Path("/no/such.vt")]
