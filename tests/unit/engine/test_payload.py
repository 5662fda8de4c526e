"""The files of a job, looked through before they are sent."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from pathlib import Path

import pytest

from vistrails_tej.engine.errors import ScriptNotFound, UnsafeName
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


def test_pipes_are_refused(directory: Path) -> None:
    os.mkfifo(directory / "pipe")
    with pytest.raises(UnsafeName):
        read_payload(JOB, directory, SCRIPT)


def test_a_directory_without_files_has_a_list_too(tmp_path: Path) -> None:
    assert read_payload(JOB, tmp_path, Start("command", "true")).manifest == b"\n"
