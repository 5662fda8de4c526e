"""A tar stream from a server is unpacked in its directory, and nowhere else."""

from __future__ import annotations

import os
import resource
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from vistrails_tej.engine.errors import RemoteCommandFailed, TejError, TransferFailed, UnsafeName
from vistrails_tej.engine.transfer import pack_directory, unpack_stream


def archive(*entries: tarfile.TarInfo | tuple[str, bytes]) -> BytesIO:
    stream = BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.GNU_FORMAT) as made:
        for entry in entries:
            if isinstance(entry, tuple):
                file = tarfile.TarInfo(entry[0])
                file.size = len(entry[1])
                made.addfile(file, BytesIO(entry[1]))
            else:
                made.addfile(entry)
    stream.seek(0)
    return stream


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname, entry.mode = kind, target, 0o755
    return entry


def link(name: str, target: str) -> tarfile.TarInfo:
    return special(name, tarfile.SYMTYPE, target)


class Cut:
    """A stream whose sender reports a failure at the end."""

    def __init__(self, data: bytes, error: TejError) -> None:
        self._stream = BytesIO(data)
        self._error = error

    def read(self, size: int = -1, /) -> bytes:
        data = self._stream.read(size)
        if not data:
            raise self._error
        return data


def test_what_was_packed_is_unpacked(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "empty").mkdir(parents=True)
    (source / "a" / "b").mkdir(parents=True)
    (source / "a" / "b" / "big").write_bytes(os.urandom(3_000_000))
    Path(os.fsdecode(os.fsencode(source) + b"/\xff\n -x")).write_text("name")
    (source / "program").write_text("#!/bin/sh\n")
    (source / "program").chmod(0o755)
    (source / "link").symlink_to("a/b/big")
    target = tmp_path / "new" / "target"
    unpack_stream(BytesIO(b"".join(pack_directory(source))), target)
    assert subprocess.run(["diff", "-r", source, target], check=False).returncode == 0
    assert (target / "program").stat().st_mode & 0o111
    assert (target / "link").readlink() == Path("a/b/big")
    assert [path.name for path in target.parent.iterdir()] == ["target"]


def test_a_stream_of_tar_is_unpacked_with_hard_links(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "one").write_text("same")
    os.link(tmp_path / "source" / "one", tmp_path / "source" / "two")
    data = subprocess.run(
        ["tar", "-C", tmp_path / "source", "-cf", "-", "."], capture_output=True, check=True
    ).stdout
    unpack_stream(BytesIO(data), tmp_path / "target")
    assert (tmp_path / "target" / "two").read_text() == "same"


def test_times_are_fresh_and_odd_modes_are_dropped(tmp_path: Path) -> None:
    entry = tarfile.TarInfo("file")
    entry.mode, entry.mtime = 0o6777, 1
    unpack_stream(archive(entry), tmp_path / "target")
    status = (tmp_path / "target" / "file").stat()
    assert status.st_mode & 0o7000 == 0
    assert status.st_mtime > 1_000_000


HOSTILE = {
    "absolute": [("/tmp/evil", b"x")],
    "upwards": [("../evil", b"x")],
    "upwards inside": [("a/../../evil", b"x")],
    "root": [link(".", "evil")],
    "link out": [link("a", "../evil")],
    "absolute link": [link("a", "/etc")],
    "through a link": [link("a", ".."), ("a/evil", b"x")],
    "link in place of a directory": [("a/file", b"x"), link("a", "/etc")],
    "chain of links": [link("a", "b/.."), link("b", "c/.."), special("c", tarfile.DIRTYPE)],
    "hard link out": [special("a", tarfile.LNKTYPE, "/etc/passwd")],
    "hard link upwards": [special("a", tarfile.LNKTYPE, "../evil")],
    "hard link to a link": [link("l", "x"), special("a", tarfile.LNKTYPE, "l")],
    "device": [special("a", tarfile.CHRTYPE)],
    "pipe": [special("a", tarfile.FIFOTYPE)],
    "twice": [("a", b"x"), ("a", b"y")],
    "file under a file": [("a", b"x"), ("a/b", b"y")],
    "link twice": [link("a", "b"), link("a", "c")],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_archives_leave_nothing(tmp_path: Path, name: str) -> None:
    work = tmp_path / "work"
    work.mkdir()
    with pytest.raises((UnsafeName, TransferFailed)):
        unpack_stream(archive(*HOSTILE[name]), work / "target")
    assert list(work.iterdir()) == []
    assert list(tmp_path.iterdir()) == [work]
    assert not Path("/tmp/evil").exists()


def test_a_cut_stream_leaves_nothing_wherever_it_is_cut(tmp_path: Path) -> None:
    whole = archive(("a", b"x" * 2000), ("b", b"y"), ("c", b"")).getvalue()
    end = whole.rindex(b"c\0\0\0") + 512
    for length in range(0, end + 1, 256):
        with pytest.raises(TransferFailed):
            unpack_stream(BytesIO(whole[:length]), tmp_path / "target")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_header_is_not_taken_for_the_end(tmp_path: Path) -> None:
    data = bytearray(archive(("a", b"x"), ("b", b"y")).getvalue())
    data[1024] ^= 0xFF
    with pytest.raises(TransferFailed, match="damaged"):
        unpack_stream(BytesIO(bytes(data)), tmp_path / "target")


def test_a_sender_that_failed_at_the_end_leaves_nothing(tmp_path: Path) -> None:
    data = archive(("a", b"x")).getvalue()
    with pytest.raises(RemoteCommandFailed):
        unpack_stream(Cut(data, RemoteCommandFailed("tar", 2, "")), tmp_path / "target")
    assert list(tmp_path.iterdir()) == []


def test_only_an_empty_directory_may_be_there_already(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    unpack_stream(archive(("a", b"x")), target)
    with pytest.raises(TransferFailed, match="exists already"):
        unpack_stream(archive(("a", b"other")), target)
    assert (target / "a").read_bytes() == b"x"


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TransferFailed, match="cannot be written"):
        unpack_stream(archive(("a", b"x")), tmp_path / "file" / "target")


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    """A limit on the size of files fails in the middle of a write, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(TransferFailed, match="cannot be written"):
            unpack_stream(archive(("a", b"x" * 1_000_000)), tmp_path / "target")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []
