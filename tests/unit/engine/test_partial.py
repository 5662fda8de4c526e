"""Where downloads grow: beside their place, and never in the way of the next one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from vistrails_tej.engine.partial import growing_directory, growing_file

Growing = Callable[[Path], AbstractContextManager[Path]]

# Dies in the middle, as after kill -9: nothing of Python runs any more.
DIE = """
import os, sys
from pathlib import Path
from vistrails_tej.engine import partial
with getattr(partial, sys.argv[1])(Path(sys.argv[2])) as part:
    if part.is_dir():
        (part / "inside").write_text("half")
    os.kill(os.getpid(), 9)
"""

BOTH = pytest.mark.parametrize("growing", [growing_file, growing_directory])


def names(directory: Path) -> list[str]:
    return [path.name for path in directory.iterdir()]


def die_within(growing: Growing, target: Path) -> None:
    words = [sys.executable, "-c", DIE, getattr(growing, "__name__", ""), str(target)]
    assert subprocess.run(words, check=False).returncode == -9


@BOTH
def test_what_is_finished_stays_and_what_is_not_goes(tmp_path: Path, growing: Growing) -> None:
    with growing(tmp_path / "new" / "target") as part:
        part.rename(tmp_path / "new" / "target")
    with growing(tmp_path / "new" / "target"):
        pass
    assert names(tmp_path / "new") == ["target"]


@BOTH
def test_the_litter_of_a_killed_process_is_cleared_by_the_next(
    tmp_path: Path, growing: Growing
) -> None:
    for _ in range(3):
        die_within(growing, tmp_path / "target")
        assert len(names(tmp_path)) == 1
        assert not (tmp_path / "target").exists()
    with growing(tmp_path / "target") as part:
        assert names(tmp_path) == [part.name]
    assert names(tmp_path) == []


@BOTH
def test_a_part_that_somebody_is_at_work_on_is_left(tmp_path: Path, growing: Growing) -> None:
    with growing(tmp_path / "target") as first:
        with growing(tmp_path / "target") as second:
            assert set(names(tmp_path)) == {first.name, second.name}
        assert names(tmp_path) == [first.name]


@BOTH
def test_files_of_the_user_are_no_litter(tmp_path: Path, growing: Growing) -> None:
    kept = [".target.part", ".target.mine.part", ".other.0123456789ab.part", "target"]
    for name in kept:
        (tmp_path / name).write_text("mine")
    (tmp_path / ".target.0123456789ab.part").symlink_to("target")
    with growing(tmp_path / "target"):
        pass
    assert sorted(names(tmp_path)) == sorted([*kept, ".target.0123456789ab.part"])


@BOTH
@pytest.mark.parametrize("name", ["数" * 84, "a" * 255, "\udcff" * 250, "a" + "é" * 127])
def test_the_longest_legal_names_have_room_for_a_part(
    tmp_path: Path, growing: Growing, name: str
) -> None:
    with growing(tmp_path / name) as part:
        part.rename(tmp_path / name)
    assert names(tmp_path) == [name]
