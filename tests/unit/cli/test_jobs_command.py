"""jobs with files that are damaged."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.vistrails import EXAMPLES
from vistrails_tej.cli.exit_codes import ExitCode
from vistrails_tej.dataflow import VistrailJobs, WorkflowRecord, save_annotation

from .calling import Calling

JOB = {"job_id": "vistrails_module_a", "destination": "ssh://host", "queue": "~/.tej"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory, with a file that remembers a job."""
    monkeypatch.chdir(tmp_path)
    jobs = VistrailJobs(shutil.copy(EXAMPLES / "tej-primes.vt", tmp_path / "good.vt"))
    jobs.monitor.start_workflow(WorkflowRecord(version=1, name="w", id="w"))
    jobs.monitor.add_job("a", JOB, "SubmitJob")
    jobs.save()
    return tmp_path


@pytest.fixture
def garbled(folder: Path) -> Path:
    """A file whose records nobody can read."""
    file = folder / "garbled.vt"
    shutil.copy(EXAMPLES / "tej-primes.vt", file)
    save_annotation(file, "__jobs__", "{ garbage")
    return file


def test_of_several_files_a_damaged_one_hides_no_other(
    folder: Path, garbled: Path, call: Calling
) -> None:
    (folder / "cut.vt").write_bytes(garbled.read_bytes()[:100])
    output, told = call("jobs", code=1)
    assert [line.split("\t")[4:] for line in output.splitlines()] == [
        ["vistrails_module_a", "good.vt"]
    ]
    assert ["cut.vt" in line or "garbled.vt" in line for line in told.splitlines()] == [True, True]


def test_a_job_is_one_line_whatever_its_file_is_called(folder: Path, call: Calling) -> None:
    (folder / "good.vt").rename(folder / "two\nlines\t.vt")
    (line,) = call("jobs")[0].splitlines()
    assert line.split("\t")[4:] == ["vistrails_module_a", r"two\nlines\t.vt"]


def test_a_damaged_file_that_was_asked_for_is_an_error(garbled: Path, call: Calling) -> None:
    assert "--forget-all" in call.sentence("jobs", garbled, code=1)


def test_records_that_nobody_can_read_are_dropped(garbled: Path, call: Calling) -> None:
    assert call("jobs", garbled, "--forget-all") == ("", "")
    assert call("jobs", garbled) == ("", "")
    assert call.json("jobs", garbled) == []


def test_all_records_of_a_file_are_dropped_and_no_others(folder: Path, call: Calling) -> None:
    shutil.copy(folder / "good.vt", folder / "other.vt")
    call("jobs", "good.vt", "--forget-all")
    assert [one["file"] for one in call.json("jobs")] == ["other.vt"]


def test_the_records_of_a_whole_folder_are_not_dropped_at_once(folder: Path, call: Calling) -> None:
    assert "FILE" in call("jobs", "--forget-all", code=2)[1]
    assert len(call.json("jobs")) == 1


def test_a_job_that_is_not_on_record_is_looked_for_in_files_and_in_no_queue(
    folder: Path, call: Calling
) -> None:
    for option in ("--forget", "--kill", "--again"):
        told = call.sentence("jobs", "good.vt", option, "nope", code=ExitCode.NOT_FOUND)
        assert told.startswith("vistrails-tej: good.vt does not remember a job nope")
        assert "queue" not in told
    shutil.copy(folder / "good.vt", folder / "other.vt")
    told = call.sentence("jobs", "--forget", "nope", code=ExitCode.NOT_FOUND)
    assert "none of the files that are known remembers a job nope" in told
