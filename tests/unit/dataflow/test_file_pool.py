"""Temporary files: private, and all gone at the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from vistrails_tej.dataflow.file_pool import FilePool
from vistrails_tej.dataflow.path_object import PathObject


def test_files_and_directories_live_as_long_as_the_pool(tmp_path: Path) -> None:
    with FilePool(tmp_path) as pool:
        file = Path(pool.create_file(prefix="a_", suffix=".txt").name)
        folder = Path(pool.create_directory(prefix="b_").name)
        assert file.is_file()
        assert (file.name[:2], file.suffix) == ("a_", ".txt")
        assert folder.is_dir()
        (folder / "inside").touch()
        assert pool.holds(PathObject(str(folder / "inside")))
        assert not pool.holds(PathObject("/etc/passwd"))
    assert not list(tmp_path.iterdir())


def test_every_file_is_another_one(tmp_path: Path) -> None:
    with FilePool(tmp_path) as pool:
        assert len({pool.create_file() for _ in range(50)}) == 50


def test_nobody_else_may_look_in(tmp_path: Path) -> None:
    with FilePool(tmp_path) as pool:
        assert pool.directory.stat().st_mode & 0o077 == 0


def test_an_unused_pool_makes_nothing(tmp_path: Path) -> None:
    with FilePool(tmp_path):
        assert not list(tmp_path.iterdir())


def test_directories_that_cannot_be_written_to_go_too(tmp_path: Path) -> None:
    pool = FilePool(tmp_path)
    folder = Path(pool.create_directory().name)
    (folder / "file").touch()
    folder.chmod(0o500)
    pool.close()
    pool.close()
    assert not list(tmp_path.iterdir())


def test_a_closed_pool_gives_no_files(tmp_path: Path) -> None:
    pool = FilePool(tmp_path)
    pool.close()
    with pytest.raises(ValueError, match="closed"):
        pool.create_file()
