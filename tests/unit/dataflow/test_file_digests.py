"""Digests follow the content, and are remembered only as long as that is safe."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from vistrails_tej.dataflow.file_digests import SMALLEST_REMEMBERED, FileDigests

LARGE = b"x" * SMALLEST_REMEMBERED


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "digests.json"


def settled(path: Path, content: bytes, seconds: int = 1_000_000_000) -> Path:
    """A file that nobody touched for long."""
    path.write_bytes(content)
    os.utime(path, (seconds, seconds))
    return path


def test_a_file_has_the_digest_of_its_bytes(tmp_path: Path, cache: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(b"abc")
    assert FileDigests(cache).digest(str(path)) == f"sha256:{hashlib.sha256(b'abc').hexdigest()}"


@pytest.mark.parametrize("path", ["", "none", "a\0b", "/dev/null"])
def test_what_is_no_file_has_none(cache: Path, path: str) -> None:
    assert FileDigests(cache).digest(path) is None


def test_a_pipe_is_not_waited_for(tmp_path: Path, cache: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert FileDigests(cache).digest(str(tmp_path / "pipe")) is None
    assert FileDigests(cache).digest(str(tmp_path)) is not None


def test_a_large_file_is_remembered(tmp_path: Path, cache: Path) -> None:
    path = settled(tmp_path / "data", LARGE)
    first = FileDigests(cache).digest(str(path))
    assert list(json.loads(cache.read_text()).values()) == [first.removeprefix("sha256:")]
    cache.write_text(cache.read_text().replace(first.removeprefix("sha256:"), "remembered"))
    assert FileDigests(cache).digest(str(path)) == "sha256:remembered"


@pytest.mark.parametrize(
    "touch",
    [
        lambda path: os.utime(path, (1, 1)),
        lambda path: settled(path, LARGE + b"x"),
        lambda path: settled(path.with_name("new"), LARGE).replace(path),
    ],
    ids=["time", "size", "inode"],
)
def test_a_file_that_looks_different_is_read_again(
    tmp_path: Path, cache: Path, touch: Callable[[Path], object]
) -> None:
    path = settled(tmp_path / "data", LARGE)
    digests = FileDigests(cache)
    digests.digest(str(path))
    cache.write_text("{}")
    touch(path)
    digests.digest(str(path))
    assert len(json.loads(cache.read_text())) == 1


def test_a_file_just_written_is_not_remembered(tmp_path: Path, cache: Path) -> None:
    path = tmp_path / "data"
    digests = FileDigests(cache)
    found = set()
    for letter in (b"a", b"b", b"c"):
        path.write_bytes(letter * SMALLEST_REMEMBERED)
        found.add(digests.digest(str(path)))
    assert len(found) == 3
    assert not cache.exists()


@pytest.mark.parametrize("content", ["", "{", "[]", "5", '{"a": 1}', "\0"])
def test_a_broken_cache_is_no_obstacle(tmp_path: Path, cache: Path, content: str) -> None:
    cache.parent.mkdir()
    cache.write_text(content)
    path = settled(tmp_path / "data", LARGE)
    expected = f"sha256:{hashlib.sha256(LARGE).hexdigest()}"
    assert FileDigests(cache).digest(str(path)) == expected
    assert expected.removeprefix("sha256:") in cache.read_text()


def test_a_cache_that_cannot_be_written_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = settled(tmp_path / "data", LARGE)
    assert FileDigests(tmp_path / "file" / "cache.json").digest(str(path)) is not None
    (tmp_path / "folder").mkdir()
    assert FileDigests(tmp_path / "folder").digest(str(path)) is not None
    assert not list(tmp_path.glob(".digests-*"))


def test_many_threads_share_a_cache(tmp_path: Path, cache: Path) -> None:
    paths = [settled(tmp_path / f"data{one}", LARGE + bytes([one])) for one in range(8)]
    found: list[str | None] = []

    def work() -> None:
        digests = FileDigests(cache)
        found.extend(digests.digest(str(path)) for path in paths)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 48
    assert len(set(found)) == 8
    assert json.loads(cache.read_text())
    assert [one.name for one in cache.parent.iterdir()] == [cache.name]


def build(folder: Path) -> Path:
    (folder / "sub" / "empty").mkdir(parents=True)
    (folder / "run.sh").write_text("echo")
    (folder / "run.sh").chmod(0o644)
    (folder / "sub" / "data").write_text("1")
    (folder / "link").symlink_to("sub/data")
    return folder


@pytest.mark.parametrize(
    "edit",
    [
        lambda folder: (folder / "sub" / "data").write_text("2"),
        lambda folder: (folder / "run.sh").chmod(0o755),
        lambda folder: (folder / "run.sh").rename(folder / "go.sh"),
        lambda folder: (folder / "sub" / "empty").rmdir(),
        lambda folder: (folder / "new").touch(),
        lambda folder: ((folder / "link").unlink(), (folder / "link").symlink_to("run.sh")),
    ],
    ids=["content", "x-bit", "name", "empty directory", "new file", "link"],
)
def test_a_directory_changes_with_anything_in_it(
    tmp_path: Path, cache: Path, edit: Callable[[Path], object]
) -> None:
    digests = FileDigests(cache)
    before = digests.digest(str(build(tmp_path / "one")))
    assert digests.digest(str(build(tmp_path / "two"))) == before
    edit(tmp_path / "one")
    assert digests.digest(str(tmp_path / "one")) != before


def test_times_and_other_modes_do_not_count(tmp_path: Path, cache: Path) -> None:
    digests = FileDigests(cache)
    folder = build(tmp_path / "one")
    before = digests.digest(str(folder))
    os.utime(folder / "run.sh", (5, 5))
    (folder / "run.sh").chmod(0o600)
    assert digests.digest(str(folder)) == before


def test_names_that_are_no_text_are_digested(tmp_path: Path, cache: Path) -> None:
    folder = build(tmp_path / "one")
    before = FileDigests(cache).digest(str(folder))
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\n")).write_text("x")
    after = FileDigests(cache).digest(str(folder))
    assert None not in (before, after)
    assert before != after


def test_what_was_moved_away_keeps_its_last_digest(tmp_path: Path, cache: Path) -> None:
    path = tmp_path / "data"
    for content in (b"old", b"new"):
        path.write_bytes(content)
        digests = FileDigests(cache)
        found = digests.last_digest(str(path))
        digests.save()
    path.rename(tmp_path / "moved")
    assert FileDigests(cache).digest(str(path)) is None
    assert FileDigests(cache).last_digest(str(path)) == found
    assert FileDigests(cache).last_digest(str(tmp_path / "moved")) == found
    path.write_bytes(b"another")
    assert FileDigests(cache).last_digest(str(path)) != found


def test_many_paths_are_remembered_at_once(tmp_path: Path, cache: Path) -> None:
    digests = FileDigests(cache)
    for number in range(3):
        (tmp_path / str(number)).write_text(str(number))
        digests.last_digest(str(tmp_path / str(number)))
    assert not cache.exists()
    digests.save()
    assert len(json.loads(cache.read_text())) == 3


def test_a_relative_path_has_no_last_digest_where_its_directory_is_gone(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    assert FileDigests(cache).last_digest("data") is None


@pytest.mark.parametrize("path", ["", "none", "a\0b", "/dev/null"])
def test_what_never_was_there_has_no_last_digest(cache: Path, path: str) -> None:
    assert FileDigests(cache).last_digest(path) is None
