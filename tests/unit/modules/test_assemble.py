"""Putting files together in a directory, under the names of ports."""

from __future__ import annotations

from pathlib import Path

import pytest

from vistrails_tej.engine import FileSource
from vistrails_tej.modules.assemble import (
    UnusableName,
    assemble_directory,
    checked_name,
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / name).write_text(name)
    return folder


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


def test_files_get_the_names_of_their_ports(source: Path, target: Path) -> None:
    assemble_directory(target, [FileSource(source / "one", "data/input.txt")])
    assert (target / "data" / "input.txt").read_text() == "one"


def test_a_later_port_of_the_same_name_replaces_the_earlier(source: Path, target: Path) -> None:
    files = [FileSource(source / "one", "x"), FileSource(source / "two", "x")]
    assemble_directory(target, files)
    assert (target / "x").read_text() == "two"


def test_a_directory_arrives_whole_with_its_modes(source: Path, target: Path) -> None:
    (source / "one").chmod(0o755)
    assemble_directory(target, [FileSource(source, "all")])
    assert (target / "all" / "one").stat().st_mode & 0o100
    assert (target / "all" / "two").read_text() == "two"


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../up", "a/../../b", "a\0b"])
def test_a_name_that_leads_out_is_refused(name: str) -> None:
    with pytest.raises(UnusableName, match="rename the port"):
        checked_name(name)


def test_nothing_is_copied_for_a_name_that_leads_out(source: Path, target: Path) -> None:
    with pytest.raises(UnusableName):
        assemble_directory(target, [FileSource(source / "one", "../up")])
    assert not (target.parent / "up").exists()
