"""A version that was never saved leaves a job: the next version of its number is another one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import VistrailJobs, open_vistrail
from vistrails_tej.gui.builder.document import Document
from vistrails_tej.gui.builder.file_loading import Wanted
from vistrails_tej.gui.builder.job_versions import JobVersions, VersionFit, is_younger
from vistrails_tej.gui.builder.window import BuilderWindow
from vistrails_tej.gui.monitor.book_bridge import BookBridge
from vistrails_tej.modules.job_book import JobBook, JobEntry, JobKey, JobStore
from vistrails_tej.modules.workflow import load_registry

from ..integration.sshd import Sshd
from .office import Office, open_office
from .windows import wait_until_open

LEGACY = Path(__file__).parents[1] / "data" / "vt"


@pytest.fixture
def office(qapp: QApplication, sshd: Sshd, tmp_path: Path, qtbot: QtBot) -> Iterator[Office]:
    with open_office(qapp, sshd, tmp_path, qtbot) as made:
        yield made


def reopened(office: Office, window: BuilderWindow) -> BuilderWindow:
    """Close a window, and open its file again."""
    path = window.document.path
    assert path is not None
    office.close(window)
    again = office.new_window()
    office.builder.open(Wanted(path), again)
    office.wait(lambda: again.document.path == path)
    wait_until_open(office.qtbot, again)
    return again


def draft(office: Office) -> BuilderWindow:
    """A file without the version that a job, draft, waits for; another one has its number."""
    window = office.make("base")
    saved = window.document.path
    assert saved is not None
    kept = saved.read_bytes()
    version = office.add_version(window, "draft")
    office.suspend(window)
    jobs = VistrailJobs(saved).monitor.serialize()
    # As it would be, had it not been saved.
    saved.write_bytes(kept)
    with_draft = VistrailJobs(saved)
    with_draft.monitor.unserialize(jobs)
    with_draft.save()
    begun = datetime.now()
    again = reopened(office, window)
    # Versions have their date to the second.
    office.wait(lambda: datetime.now() > begun + timedelta(seconds=1))
    assert office.add_version(again, "other") == version
    office.wait(lambda: [one.name for one in office.entries()] == ["draft"])
    return again


def test_what_got_the_number_of_a_version_is_neither_run_nor_shown_for_it(office: Office) -> None:
    window = draft(office)
    window.views.show_history()
    office.builder.jobs.open_pipeline(office.entry("draft").key)
    office.wait(lambda: "the job draft was never saved" in window.log.text())
    assert window.views.tabs.currentWidget() is window.views.history
    office.gate("draft").touch()
    dialog = office.wait_for_question()
    office.click(dialog, "ready_continue")
    office.wait(lambda: window.log.text().count("the job draft was never saved") == 2)
    assert "Running" not in window.log.text()
    # Its own jobs are another matter.
    office.suspend(window)
    office.builder.jobs.resume(office.entry("other").key)
    office.wait(lambda: window.running.is_running)


def test_a_job_of_an_earlier_version_belongs_to_those_made_of_it(office: Office) -> None:
    window = office.make("one")
    office.suspend(window)
    (before,) = office.entries()
    office.wait(
        lambda: (
            datetime.now()
            > datetime.fromisoformat(before.record.start).replace(microsecond=0)
            + timedelta(seconds=1)
        )
    )
    window.document.edit("Added module", lambda editor: editor.add("String"))
    version = window.document.version
    assert before.workflow is not None
    # As if a version of this number had been run, and never saved.
    shared = replace(before, workflow=replace(before.workflow, version=version))
    assert is_younger(window.document.vistrail, version, [shared])
    path = window.document.path
    assert path is not None
    office.save(window, path)
    jobs = VistrailJobs(path)
    (record,) = jobs.monitor.workflows()
    text = jobs.monitor.serialize().replace(f'"version": {record.version}', f'"version": {version}')
    jobs.monitor.unserialize(text)
    jobs.save()
    office.wait(
        lambda: [one.workflow and one.workflow.version for one in office.entries()] == [version]
    )
    office.builder.jobs.resume(office.entry("one").key)
    office.wait(lambda: window.running.is_running)
    assert window.document.version == version


def test_a_version_is_not_run_for_a_job_of_other_values(office: Office, home: Path) -> None:
    window = office.make("one")
    path = window.document.path
    assert path is not None
    source = f"until [ -e '{office.gate('one')}' ]; do sleep 0.1; done"
    command = [sys.executable, "-m", "vistrails_tej", "run", str(path), "--no-wait"]
    done = subprocess.run(
        [*command, "--set", f"SubmitShellJob.source={source}"],
        env={**os.environ, "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    office.wait(lambda: office.states() == ["running"])
    assert window.document.version in {
        one.workflow.version for one in office.entries() if one.workflow
    }
    office.open_gates()
    office.click(office.wait_for_question(), "ready_continue")
    office.wait(lambda: "was run with other values" in window.log.text())
    assert "Running" not in window.log.text()
    assert office.attempts() == [1], done.stderr


@pytest.mark.parametrize("name", ["B_suspended.vt", "B_done.vt"])
def test_jobs_of_vistrails_belong_to_their_versions(
    tmp_path: Path, qtbot: QtBot, name: str
) -> None:
    path = Path(shutil.copy(LEGACY / name, tmp_path))
    vistrail, monitor = open_vistrail(path).vistrail, VistrailJobs(path).monitor
    (workflow,) = monitor.workflows()
    assert isinstance(workflow.version, int)
    entries = [JobEntry(JobKey(path, one.id), one, workflow) for one in monitor.jobs()]
    assert not is_younger(vistrail, workflow.version, entries)
    document = Document(vistrail, load_registry(), path=path)
    bridge = BookBridge(lambda hear: JobBook(hear, store=JobStore(tmp_path / "store")))
    versions, told = JobVersions(bridge), []
    wanted = (document, workflow.version, entries, lambda: told.append(True))
    assert versions.fit(*wanted, runs=True) is None
    qtbot.waitUntil(lambda: bool(told))
    assert versions.fit(*wanted, runs=True) is VersionFit.SAME
    bridge.close()
