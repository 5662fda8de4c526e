"""The files of a job, looked through before they are sent."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ordinary_user import ordinary_folder, ordinary_user
from vistrails_tej.engine.errors import ScriptNotFound, ScriptUnusable, TransferFailed, UnsafeName
from vistrails_tej.engine.job import JobId
from vistrails_tej.engine.payload import Start, check_relative, read_payload

SCRIPT = Start("script", "start.sh")
JOB = JobId("job-1")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "start.sh").write_text("exit 0\n")
    (tmp_path / "start.sh").chmod(0o755)
    (tmp_path / "sub/empty").mkdir(parents=True)
    (tmp_path / "sub/a b%\n").write_bytes(b"data")
    (tmp_path / "link").symlink_to("start.sh")
    return tmp_path


def test_the_list_names_every_file_with_its_hash(directory: Path) -> None:
    payload = read_payload(JOB, directory, SCRIPT)
    assert payload.manifest.decode().splitlines() == [
        "link 0 777 link",
        f"{hashlib.sha256(b'exit 0' + bytes([10])).hexdigest()} 7 700 start.sh",
        f"{hashlib.sha256(b'data').hexdigest()} 4 600 sub/a%20b%25%0A",
    ]


def test_the_list_comes_last_in_the_stream(directory: Path) -> None:
    payload = read_payload(JOB, directory, SCRIPT)
    stream = b"".join(payload.pack())
    with tarfile.open(fileobj=io.BytesIO(stream)) as archive:
        last = archive.getmembers()[-1]
        content = archive.extractfile(last)
        assert content is not None
        assert (last.name, content.read()) == (f".vt-manifest.{payload.nonce}", payload.manifest)
    assert len(stream) <= payload.size + tarfile.RECORDSIZE


def test_no_two_uploads_have_one_nonce(directory: Path) -> None:
    assert len({read_payload(JOB, directory, SCRIPT).nonce for _ in range(20)}) == 20


def test_a_missing_script_is_told(directory: Path) -> None:
    for name in ("absent", "sub"):
        with pytest.raises(ScriptNotFound) as caught:
            read_payload(JOB, directory, Start("script", name))
        assert caught.value.script == name
    assert read_payload(JOB, directory, Start("command", "absent")).nonce


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "a/../../x", "", ".", "./.", ".."])
def test_a_name_that_leads_out_is_refused(directory: Path, name: str) -> None:
    with pytest.raises(UnsafeName):
        check_relative(name)
    with pytest.raises(UnsafeName):
        read_payload(JOB, directory, Start("script", name))


def change(directory: Path) -> str:
    (directory / "start.sh").write_text("exit 1\n")
    return "start.sh"


def remove(directory: Path) -> str:
    (directory / "sub/a b%\n").unlink()
    return "sub/a b%\n"


def add(directory: Path) -> str:
    (directory / "another").write_text("")
    return "another"


def swap(directory: Path) -> str:
    """The same size and time, but another file."""
    (directory / "new").write_text("exit 1\n")
    shutil.copystat(directory / "start.sh", directory / "new")
    (directory / "new").replace(directory / "start.sh")
    return "start.sh"


@pytest.mark.parametrize("disturb", [change, remove, add, swap])
def test_a_directory_that_changes_meanwhile_is_not_sent(
    directory: Path, disturb: Callable[[Path], str]
) -> None:
    payload = read_payload(JOB, directory, SCRIPT)
    name = disturb(directory)
    with pytest.raises(TransferFailed, match="changed while it was read") as caught:
        b"".join(payload.pack())
    assert caught.value.name == name


@pytest.mark.parametrize("place", [".", "sub"])
def test_a_directory_that_cannot_be_read_is_named(directory: Path, place: str) -> None:
    with ordinary_folder() as folder:
        mine = folder / "job"
        shutil.copytree(directory, mine, symlinks=True)
        mine.chmod(0o755)
        (mine / place).chmod(0)
        with ordinary_user(), pytest.raises(TransferFailed, match="cannot be read") as caught:
            read_payload(JOB, mine, Start("command", "true"))
        (mine / place).chmod(0o755)
    assert caught.value.name == ("sub" if place == "sub" else str(mine))


def test_pipes_are_refused(directory: Path) -> None:
    os.mkfifo(directory / "pipe")
    with pytest.raises(UnsafeName):
        read_payload(JOB, directory, SCRIPT)


def test_a_directory_without_files_has_a_list_too(tmp_path: Path) -> None:
    assert read_payload(JOB, tmp_path, Start("command", "true")).manifest == b"\n"


@pytest.mark.parametrize(
    ("text", "usable"),
    [
        (b"#!/bin/sh\r\nexit 0\r\n", False),
        (b"#!/bin/sh\nexit 0\r\n", True),
        (b"exit 0\r\n", True),
        (b"", True),
    ],
)
def test_an_interpreter_with_a_windows_line_end_is_refused(
    directory: Path, text: bytes, usable: bool
) -> None:
    (directory / "start.sh").write_bytes(text)
    if usable:
        assert read_payload(JOB, directory, SCRIPT).stamps
        return
    with pytest.raises(ScriptUnusable, match="save it with Unix line ends") as caught:
        read_payload(JOB, directory, SCRIPT)
    assert caught.value.script == "start.sh"
