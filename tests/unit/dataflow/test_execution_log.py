"""The log of runs in a .vt file: that of VisTrails is read, ours is added in the same form."""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from vistrails_tej.dataflow import vistrail_jobs
from vistrails_tej.dataflow.errors import NotAVistrail
from vistrails_tej.dataflow.events import ModuleEvent, ModuleState
from vistrails_tej.dataflow.execution_log import ExecutionRecorder, Outcome, WorkflowExecution
from vistrails_tej.dataflow.packages import default_registry
from vistrails_tej.dataflow.storage import log_saver, open_vistrail, read_annotation, read_log
from vistrails_tej.dataflow.storage.log_format import format_execution, parse_executions
from vistrails_tej.dataflow.vistrail_jobs import VistrailJobs

from ...disks import full_disk
from ...pipelines import PipelineBuilder
from .histories import DATA, write_archive

LEGACY = DATA / "vt" / "B_done.vt"
MINIMAL = '<vistrail version="1.0.4" id="" name=""/>'


def recorded(*events: tuple[int, ModuleState, str], version: int = 7) -> WorkflowExecution | None:
    """The entry of a run of two Strings in which this happened."""
    builder = PipelineBuilder(default_registry())
    builder.add("String")
    builder.add("String")
    clock = iter(datetime(2026, 11, 22, 10, minute) for minute in range(60))
    recorder = ExecutionRecorder(builder.build(), version, clock=lambda: next(clock))
    for module_id, state, message in events:
        recorder.event(ModuleEvent(module_id, state, message))
    return recorder.finish()


def run_of(version: int = 7, error: str = "") -> WorkflowExecution:
    state = ModuleState.ERROR if error else ModuleState.SUCCESS
    found = recorded((0, ModuleState.COMPUTING, ""), (0, state, error), version=version)
    assert found is not None
    return found


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_log_of_vistrails_is_read() -> None:
    runs = read_log(LEGACY)
    assert [one.outcome for one in runs] == [Outcome.SUSPENDED] * 2 + [Outcome.DONE] * 2
    assert [one.version for one in runs] == [21] * 4
    assert runs[0].modules[-1].error == "Job is running"


def test_an_entry_is_written_without_starting_a_program() -> None:
    code = """
import sys
from vistrails_tej.dataflow.execution_log import Outcome, WorkflowExecution
from vistrails_tej.dataflow.storage.log_format import format_execution
sys.addaudithook(lambda event, _: sys.exit(event) if event == "subprocess.Popen" else None)
print(format_execution(WorkflowExecution(1, "ann", "", "", Outcome.DONE)).decode())
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.startswith("<workflowExec"), done.stderr
    assert f'architecture="{8 * struct.calcsize("P")}"' in done.stdout


def test_a_run_comes_behind_those_of_vistrails_and_nothing_else_changes(tmp_path: Path) -> None:
    path = Path(shutil.copy(LEGACY, tmp_path))
    before = members(path)
    jobs = VistrailJobs(path)
    jobs.log(run_of())
    jobs.save()
    after = members(path)
    assert after["vistrail"] == before["vistrail"]
    assert after["log"].startswith(before["log"])
    assert [one.version for one in read_log(path)] == [21, 21, 21, 21, 7]
    assert list(after) == list(before)


def test_a_file_without_a_log_gets_one_with_its_jobs(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "new.vt", {"vistrail": MINIMAL, "thumbs/a.png": b"png"})
    jobs = VistrailJobs(path)
    jobs.monitor.on_change = None
    jobs.monitor.set_cache("0" * 40, {"exitcode": 0}, "Job")
    jobs.log(run_of())
    jobs.save()
    assert members(path).keys() == {"vistrail", "thumbs/a.png", "log"}
    assert members(path)["thumbs/a.png"] == b"png"
    assert "0" * 40 in (read_annotation(path, "__jobs__") or "")
    assert len(read_log(path)) == 1


def test_a_full_disk_is_told_once_and_called_that(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = write_archive(tmp_path / "new.vt", {"vistrail": MINIMAL})
    before = path.read_bytes()
    jobs = VistrailJobs(path)
    with full_disk():
        for version in (1, 2):
            jobs.log(run_of(version=version))
            jobs.save()
    assert path.read_bytes() == before
    (told,) = caplog.messages
    assert "File too large" in told
    assert "zip" not in told
    jobs.save()
    assert [one.version for one in read_log(path)] == [1, 2]


def test_another_disk_that_is_full_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_archive(
        tmp_path / "new.vt", {"vistrail": MINIMAL, "log": format_execution(run_of())}
    )
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nothing can be written here"))
    jobs = VistrailJobs(path)
    jobs.log(run_of())
    jobs.save()
    assert len(read_log(path)) == 2
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_bare_xml_file_has_no_log_and_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "bare.xml"
    path.write_text(MINIMAL)
    jobs = VistrailJobs(path)
    jobs.log(run_of())
    jobs.save()
    assert path.read_text() == MINIMAL
    assert read_log(path) == []


def test_what_is_written_is_read_again() -> None:
    run = run_of(error='<"&\n')
    (read,) = parse_executions(format_execution(run), Path("x.vt"))
    assert read == run


def test_an_error_that_vistrails_could_not_load_is_written_in_ascii() -> None:
    text = format_execution(run_of(error="café äö \x00\x1b \U0001f600 \udcff x" + "x" * 5000))
    assert text.isascii()
    (read,) = parse_executions(text, Path("x.vt"))
    # We read again what we wrote; half a character stays as it was written.
    assert read.modules[0].error.startswith("café äö    \U0001f600 \\udcff x")
    assert len(read.modules[0].error) == 2000 + len("\\udcff") - 1


def test_the_oldest_runs_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_archive(tmp_path / "new.vt", {"vistrail": MINIMAL})
    size = len(format_execution(run_of(version=1)))
    monkeypatch.setattr(log_saver, "LARGEST_LOG", 3 * size)
    jobs = VistrailJobs(path)
    for version in range(1, 7):
        jobs.log(run_of(version=version))
        jobs.save()
    assert [one.version for one in read_log(path)] == [4, 5, 6]


def test_runs_of_vistrails_never_make_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    theirs = '<workflowExec id="-1" parentVersion="3" vtVersion="2.2.3"/>' * 40
    path = write_archive(tmp_path / "new.vt", {"vistrail": MINIMAL, "log": theirs})
    size = len(format_execution(run_of(version=1)))
    for room, versions in ((2, [1]), (2, [1, 2]), (2, [2, 3]), (0, [2, 3])):
        monkeypatch.setattr(log_saver, "LARGEST_LOG", len(theirs) + room * size)
        jobs = VistrailJobs(path)
        jobs.log(run_of(version=versions[-1]))
        jobs.save()
        assert [one.version for one in read_log(path)] == [3] * 40 + versions
        assert ("is too large; this run" in caplog.text) == (room == 0)


def test_runs_too_large_for_the_log_are_dropped_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_archive(tmp_path / "new.vt", {"vistrail": MINIMAL})
    size = len(format_execution(run_of(version=1)))
    monkeypatch.setattr(vistrail_jobs, "LARGEST_LOG", 5 * size // 2)
    jobs = VistrailJobs(path)
    for version in (1, 2, 3):
        jobs.log(run_of(version=version))
    jobs.save()
    assert [one.version for one in read_log(path)] == [2, 3]


@pytest.mark.parametrize("log", ['<log version="1.0.4"/>', "no XML at all"])
def test_a_log_of_another_form_is_left_alone(tmp_path: Path, log: str) -> None:
    path = write_archive(tmp_path / "new.vt", {"vistrail": MINIMAL, "log": log})
    jobs = VistrailJobs(path)
    jobs.monitor.on_change = None
    jobs.monitor.set_cache("0" * 40, {"exitcode": 0}, "Job")
    jobs.log(run_of())
    jobs.save()
    assert members(path)["log"] == log.encode()
    assert read_annotation(path, "__jobs__")


def test_a_broken_log_does_not_keep_the_file_from_opening(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "new.vt", {"vistrail": MINIMAL, "log": "<workflowExec"})
    assert open_vistrail(path).vistrail.latest_version() == 0
    with pytest.raises(NotAVistrail, match="damaged"):
        read_log(path)


def test_a_run_in_which_nothing_happened_is_not_recorded() -> None:
    assert recorded((0, ModuleState.WAITING, ""), (0, ModuleState.NOT_NEEDED, "")) is None


def test_the_worst_outcome_of_a_module_is_that_of_the_run() -> None:
    run = recorded(
        (0, ModuleState.COMPUTING, ""),
        (0, ModuleState.SUSPENDED, "job is running"),
        (1, ModuleState.COMPUTING, ""),
        (1, ModuleState.ERROR, "bad"),
    )
    assert run is not None
    assert run.outcome is Outcome.FAILED
    assert [one.error for one in run.modules] == ["job is running", "bad"]


def test_a_module_that_was_interrupted_is_unfinished() -> None:
    run = recorded((0, ModuleState.COMPUTING, ""))
    assert run is not None
    assert run.outcome is Outcome.UNFINISHED


def test_what_failed_because_of_another_is_not_in_the_log() -> None:
    run = recorded(
        (0, ModuleState.COMPUTING, ""),
        (0, ModuleState.ERROR, "bad"),
        (1, ModuleState.ERROR, "not run, because String failed"),
    )
    assert run is not None
    assert [one.module_id for one in run.modules] == [0]
