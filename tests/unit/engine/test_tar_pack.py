"""A local directory becomes a tar stream that every tar can read."""

from __future__ import annotations

import os
import socket
import subprocess
import tarfile
import time
from io import BytesIO
from pathlib import Path

import pytest

from vistrails_tej.engine.errors import TransferFailed, UnsafeName
from vistrails_tej.engine.transfer import pack_directory


def pack(directory: Path, **extra: bytes) -> bytes:
    return b"".join(pack_directory(directory, extra=extra))


def unpack_with_tar(data: bytes, into: Path) -> Path:
    into.mkdir()
    subprocess.run(["tar", "-xf", "-"], input=data, cwd=into, check=True)
    return into


def entries(data: bytes) -> dict[str, tarfile.TarInfo]:
    with tarfile.open(fileobj=BytesIO(data)) as archive:
        return {entry.name: entry for entry in archive}


NAMES = [b"plain", b"with space", b"-rf", b"new\nline", b"q'u\"o", "ü€".encode(), b"\xff\xfe", b"*"]


def test_names_of_all_kinds_arrive(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in NAMES:
        Path(os.fsdecode(os.fsencode(source) + b"/" + name)).write_bytes(name)
    target = unpack_with_tar(pack(source), tmp_path / "target")
    found = {os.fsencode(path.name): path.read_bytes() for path in target.iterdir()}
    assert found == {name: name for name in NAMES}


def test_long_names_and_deep_directories_arrive(tmp_path: Path) -> None:
    deep = tmp_path / "source" / ("d" * 200) / ("e" * 200)
    deep.mkdir(parents=True)
    (deep / ("f" * 250)).write_text("here")
    target = unpack_with_tar(pack(tmp_path / "source"), tmp_path / "target")
    assert (target / ("d" * 200) / ("e" * 200) / ("f" * 250)).read_text() == "here"


def test_modes_are_normal_and_the_x_bit_stays(tmp_path: Path) -> None:
    (tmp_path / "directory").mkdir(mode=0o777)
    for name, mode in (("program", 0o4755), ("data", 0o666), ("group", 0o610)):
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(mode)
    modes = {name: entry.mode for name, entry in entries(pack(tmp_path)).items()}
    assert modes == {"directory": 0o700, "program": 0o700, "data": 0o600, "group": 0o700}


def test_times_are_fresh_and_nobody_owns_the_files(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("")
    os.utime(tmp_path / "old", (1, 1))
    entry = entries(pack(tmp_path))["old"]
    assert abs(entry.mtime - time.time()) < 60
    assert (entry.uid, entry.gid, entry.uname, entry.gname) == (0, 0, "", "")


def test_empty_directories_and_inner_links_are_kept(tmp_path: Path) -> None:
    (tmp_path / "a" / "empty").mkdir(parents=True)
    (tmp_path / "a" / "link").symlink_to("../b")
    (tmp_path / "b").write_text("")
    (tmp_path / "dangling").symlink_to("nothing")
    found = entries(pack(tmp_path))
    assert found["a/empty"].isdir()
    assert (found["a/link"].linkname, found["dangling"].linkname) == ("../b", "nothing")


@pytest.mark.parametrize("target", ["/etc/passwd", "..", "../x", "a/../../x", "inner/../.."])
def test_links_that_lead_out_are_refused(tmp_path: Path, target: str) -> None:
    source = tmp_path / "source"
    (source / "a").mkdir(parents=True)
    (source / "inner").symlink_to("a")
    (source / "link").symlink_to(target)
    with pytest.raises(UnsafeName, match="link"):
        pack(source)


def test_a_link_that_leads_out_through_another_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "a" / "b").mkdir(parents=True)
    (source / "up").symlink_to("a/b/../..")
    (source / "link").symlink_to("a/up/../secret")
    (source / "a" / "up").symlink_to("..")
    with pytest.raises(UnsafeName):
        pack(source)


def test_pipes_and_sockets_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnsafeName, match="pipe"):
        pack(tmp_path)
    (tmp_path / "pipe").unlink()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        with pytest.raises(UnsafeName, match="socket"):
            pack(tmp_path)


@pytest.mark.parametrize("sizes", [[], [0], [1], [511, 512, 513], [10_240] * 3, [700_000]])
def test_the_stream_is_padded_to_whole_records(tmp_path: Path, sizes: list[int]) -> None:
    for number, size in enumerate(sizes):
        (tmp_path / str(number)).write_bytes(os.urandom(size))
    data = pack(tmp_path)
    assert len(data) % 10_240 == 0
    assert data.endswith(b"\0" * 1024)
    assert [entry.size for entry in entries(data).values()] == sizes


def test_extra_files_come_in_place_of_those_on_disk(tmp_path: Path) -> None:
    (tmp_path / "script").write_text("old")
    target = tmp_path.parent / f"{tmp_path.name}-out"
    unpack_with_tar(
        b"".join(pack_directory(tmp_path, extra={"script": b"new", "b/c": b""})), target
    )
    assert (target / "script").read_text() == "new"
    assert (target / "b" / "c").read_text() == ""


@pytest.mark.parametrize("name", ["/x", "../x", "a/../x", "", "a//b", "."])
def test_extra_names_must_stay_inside(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnsafeName):
        b"".join(pack_directory(tmp_path, extra={name: b""}))


def test_a_file_that_shrinks_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x" * 1_000_000)
    stream = pack_directory(tmp_path)
    next(stream)
    os.truncate(file, 10)
    with pytest.raises(TransferFailed, match="changed while it was read"):
        b"".join(stream)


def test_a_file_that_grows_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x" * 1000)
    stream = pack_directory(tmp_path)
    next(stream)
    with file.open("ab") as longer:
        longer.write(b"y" * 5000)
    with pytest.raises(TransferFailed, match="file: it changed while it was read"):
        b"".join(stream)


@pytest.mark.parametrize("name", ["missing", "file"])
def test_only_directories_are_packed(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TransferFailed, match="not a directory"):
        pack(tmp_path / name)
