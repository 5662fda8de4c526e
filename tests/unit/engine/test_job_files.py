"""The directory of a job, made of what lies at several places here."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from vistrails_tej.engine import FileSource, ScriptNotFound, TransferFailed, UnsafeName
from vistrails_tej.engine.job import JobId
from vistrails_tej.engine.job_files import Directory, list_files
from vistrails_tej.engine.payload import Start, read_payload
from vistrails_tej.engine.transfer import pack_directory

START = Start("script", "start.sh")
JOB = JobId("job-1")


@pytest.fixture
def base(tmp_path: Path) -> Path:
    base = tmp_path / "base"
    (base / "data").mkdir(parents=True)
    (base / "start.sh").write_text("exit 0\n")
    (base / "data" / "old").write_text("old")
    return base


@pytest.fixture
def other(tmp_path: Path) -> Path:
    other = tmp_path / "other"
    other.write_text("other")
    return other


def packed(directory: Directory) -> dict[str, str]:
    """What is sent: the content of files, where links lead, ``/`` for directories."""
    found = {}
    stream = io.BytesIO(b"".join(pack_directory(directory)))
    with tarfile.open(fileobj=stream) as archive:
        for one in archive:
            content = archive.extractfile(one) if one.isfile() else None
            found[one.name] = content.read().decode() if content else one.linkname or "/"
    return found


def test_files_lie_on_top_of_the_base_directory(base: Path, other: Path) -> None:
    sources = [FileSource(base), FileSource(other, "data/new"), FileSource(other, "far/away")]
    assert packed(sources) == {
        "data": "/",
        "data/new": "other",
        "data/old": "old",
        "far": "/",
        "far/away": "other",
        "start.sh": "exit 0\n",
    }
    assert sorted(one.name for one in base.rglob("*")) == ["data", "old", "start.sh"]


def test_a_file_replaces_a_directory_of_the_base(base: Path, other: Path) -> None:
    assert packed([FileSource(base), FileSource(other, "data")])["data"] == "other"
    assert "data/old" not in packed([FileSource(base), FileSource(other, "data")])


def test_a_later_source_replaces_an_earlier(base: Path, other: Path) -> None:
    assert packed([FileSource(other, "x"), FileSource(base / "start.sh", "x")]) == {"x": "exit 0\n"}


def test_a_file_given_by_a_link_is_sent_itself(tmp_path: Path, other: Path) -> None:
    (tmp_path / "link").symlink_to(other)
    assert packed([FileSource(tmp_path / "link", "x")]) == {"x": "other"}


def test_a_link_between_two_sources_stays_inside(base: Path, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "link").symlink_to("../start.sh")
    assert packed([FileSource(base), FileSource(inner, "x")])["x/link"] == "../start.sh"
    payload = read_payload(
        JOB, [FileSource(base), FileSource(inner, "x")], Start("script", "x/link")
    )
    assert b"x/link" in payload.manifest
    with pytest.raises(UnsafeName):
        packed([FileSource(inner)])


def test_nothing_is_written_through_a_link(base: Path, other: Path, tmp_path: Path) -> None:
    (base / "away").symlink_to(tmp_path)
    with pytest.raises(TransferFailed, match="away is in its way"):
        list_files([FileSource(base), FileSource(other, "away/file")])


def test_a_file_is_no_directory_for_others(base: Path, other: Path) -> None:
    with pytest.raises(TransferFailed, match=r"start\.sh is in its way"):
        list_files([FileSource(base), FileSource(other, "start.sh/x")])


@pytest.mark.parametrize("name", ["../x", "/x", "a//b", "."])
def test_a_name_that_leads_out_is_refused(other: Path, name: str) -> None:
    with pytest.raises(UnsafeName):
        list_files([FileSource(other, name)])


def test_what_is_not_there_is_told(tmp_path: Path, other: Path) -> None:
    with pytest.raises(TransferFailed, match="x: cannot be read"):
        read_payload(JOB, [FileSource(tmp_path / "no", "x")], Start("command", "true"))
    with pytest.raises(TransferFailed, match="not a directory"):
        list_files([FileSource(other)])
    with pytest.raises(ScriptNotFound):
        read_payload(JOB, [FileSource(other, "x")], START)


def test_a_source_that_changes_meanwhile_is_not_sent(base: Path, other: Path) -> None:
    payload = read_payload(JOB, [FileSource(base), FileSource(other, "x")], START)
    other.write_text("another")
    with pytest.raises(TransferFailed, match="x: it changed while it was read"):
        b"".join(payload.pack())
