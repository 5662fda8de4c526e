"""Jobs of vistrails that were never saved: kept in the user's store, found by other programs."""

from __future__ import annotations

import concurrent.futures
import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.disks import full_disk
from vistrails_tej.dataflow import SaveFailed, Vistrail, VistrailJobs
from vistrails_tej.modules.job_book import JobStore
from vistrails_tej.modules.workers import in_thread

from .test_job_store import finish, signatures, unfinished


@pytest.fixture
def store(tmp_path: Path) -> JobStore:
    return JobStore(tmp_path / "store")


def test_the_jobs_of_an_unsaved_vistrail_are_found_when_its_program_is_gone(
    store: JobStore,
) -> None:
    program = (
        "import sys; from pathlib import Path; from tests.job_files import record_jobs;"
        "from tests.unit.modules.test_job_store import QUEUE, job_record;"
        "from vistrails_tej.dataflow import Vistrail;"
        "from vistrails_tej.modules.job_book import JobStore;"
        "store = JobStore(Path(sys.argv[1]));"
        "waits, idle = store.new_unsaved(), store.new_unsaved();"
        "[one.keep(Vistrail({})) for one in (waits, idle)];"
        "record_jobs(waits.file, {'a': job_record(QUEUE, 'a')});"
        # Until it is killed, or whoever began it is gone.
        "print('ready', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, str(store.folder)]
    pipe, root = subprocess.PIPE, Path(__file__).parents[3]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=root) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"ready\n"
        assert store.left_unsaved() == []
        other.kill()
    (left,) = store.left_unsaved()
    assert signatures(left) == ["a"]
    finish(left, "a")
    assert store.left_unsaved() == []
    # What has nothing to wait for is removed after a month.
    files = sorted((store.folder / "unsaved").glob("*/*"))
    assert len(files) == 4
    month_ago = time.time() - 31 * 24 * 3600
    for file in files:
        if file != left:
            os.utime(file, (month_ago, month_ago))
    assert store.left_unsaved() == []
    assert sorted((store.folder / "unsaved").glob("*/*.vt")) == [left]


def test_an_unsaved_vistrail_is_held_though_another_program_looks_at_it_just_then(
    store: JobStore,
) -> None:
    unsaved = store.new_unsaved()
    lock_file = unsaved.file.with_name("lock")
    lock_file.parent.mkdir(parents=True)
    with lock_file.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = in_thread("keep", lambda: unsaved.keep(Vistrail({})))
        with pytest.raises(concurrent.futures.TimeoutError):
            kept.result(0.1)
    kept.result(30)
    unfinished(unsaved.file, "a")
    assert store.left_unsaved() == []
    unsaved.close()
    assert store.left_unsaved() == [unsaved.file]


def test_closing_keeps_what_waits_and_removes_the_rest(store: JobStore) -> None:
    never_run, waits, idle = (store.new_unsaved() for _ in range(3))
    for one in (waits, idle):
        one.keep(Vistrail({}))
    unfinished(waits.file, "a")
    assert store.left_unsaved() == []
    for one in (never_run, waits, idle):
        one.close()
    assert store.left_unsaved() == [waits.file]
    assert not idle.file.parent.exists()


def test_another_version_of_an_unsaved_vistrail_keeps_the_jobs_of_the_first(
    store: JobStore,
) -> None:
    unsaved = store.new_unsaved()
    unsaved.keep(Vistrail({}))
    unfinished(unsaved.file, "a")
    unsaved.keep(Vistrail({}))
    assert signatures(unsaved.file) == ["a"]
    unsaved.close()


def test_jobs_go_along_when_their_vistrail_is_saved(store: JobStore, tmp_path: Path) -> None:
    path = unfinished(tmp_path / "saved.vt", "c", "d")
    unsaved = store.new_unsaved()
    unsaved.keep(Vistrail({}))
    unfinished(unsaved.file, "a", "b", "d")
    finish(path, "a")
    finish(unsaved.file, "d")
    unsaved.move_to(path)
    monitor = VistrailJobs(path).monitor
    found = {one.id: one.finished for one in monitor.jobs()}
    assert found == {"a": True, "b": False, "c": False, "d": True}
    assert {one.id for one in monitor.workflows()} >= {
        workflow.id for workflow in monitor.workflows() if "b" in workflow.jobs
    }
    assert any("b" in one.jobs for one in monitor.workflows())
    assert not unsaved.file.parent.exists()
    unsaved.close()


def test_an_unsaved_vistrail_has_a_temporary_file_where_the_store_cannot_be_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    unsaved = JobStore(tmp_path / "file" / "store").new_unsaved()
    unsaved.keep(Vistrail({}))
    (told,) = caplog.messages
    assert "unless you save it" in told
    unfinished(unsaved.file, "a")
    # The next run.
    unsaved.keep(Vistrail({}))
    assert signatures(unsaved.file) == ["a"]
    assert caplog.messages == [told]
    temporary = unsaved.file.parent
    unsaved.move_to(unfinished(tmp_path / "saved.vt", "b"))
    assert sorted(signatures(tmp_path / "saved.vt")) == ["a", "b"]
    assert not temporary.exists()
    unsaved.close()


def test_a_list_that_cannot_be_written_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    store = JobStore(tmp_path / "file" / "store")
    for _ in range(3):
        store.known_files.add(tmp_path / "one.vt")
    assert len(caplog.messages) == 1


def test_a_full_disk_is_an_error_of_saving_and_leaves_nothing(store: JobStore) -> None:
    unsaved = store.new_unsaved()
    before = unsaved.file.parent
    with full_disk(), pytest.raises(SaveFailed):
        unsaved.keep(Vistrail({}))
    unsaved.close()
    assert not before.exists()
    assert not unsaved.file.parent.exists()
