"""The records of a run go along with its document, also when the window is closed at once."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from tests.job_files import job_record, recording
from tests.waiting import wait_until
from vistrails_tej.dataflow import Vistrail, VistrailJobs
from vistrails_tej.dataflow.storage.file_lock import locked
from vistrails_tej.engine import parse_destination
from vistrails_tej.gui.builder.document import Document
from vistrails_tej.gui.builder.running.run_files import RunFiles
from vistrails_tej.modules.job_book import JobStore
from vistrails_tej.modules.queue_reference import QueueReference
from vistrails_tej.modules.workers import in_thread
from vistrails_tej.modules.workflow import load_registry

QUEUE = QueueReference(parse_destination("ada@server"))


@pytest.mark.usefixtures("qapp")
def test_the_end_waits_for_records_that_are_on_their_way(tmp_path: Path) -> None:
    files, path = RunFiles(), tmp_path / "saved.vt"
    document = Document(Vistrail({}), load_registry())
    unsaved = JobStore(tmp_path / "store").new_unsaved()
    unsaved.keep(document.vistrail)
    with recording(unsaved.file) as jobs:
        jobs.monitor.add_job("s", job_record(QUEUE, "s"), "s")
    files.take_over(document, unsaved)
    document.save(path)
    # Another program is saving the same file.
    with locked(path):
        files.bring_along(document)
        closing = in_thread("closing", files.close(document))
        with contextlib.suppress(AssertionError):
            wait_until(closing.done, timeout=0.3)
        assert not closing.done()
    closing.result(30)
    assert [one.id for one in VistrailJobs(path).monitor.jobs()] == ["s"]
    assert not unsaved.file.exists()
