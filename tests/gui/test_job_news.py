"""What a builder makes of news of jobs, as the book has them: no server is asked."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import WorkflowRecord
from vistrails_tej.engine import JobState
from vistrails_tej.gui.app import Builder
from vistrails_tej.modules.job_book import JobEntry, JobKey

from .job_entries import entry, with_state
from .windows import running_builder


@pytest.fixture
def builder(qapp: QApplication) -> Iterator[Builder]:
    with running_builder(qapp) as running:
        yield running


def let_end(builder: Builder, job: JobEntry) -> None:
    """The book says that a job runs, and then that it has ended."""
    for one in (job, with_state(job, JobState.EXITED, 0)):
        builder.jobs.bridge.changed.emit({one.key: one})


@pytest.mark.parametrize("runs_on", [False, True])
@pytest.mark.parametrize(
    "workflow", [None, WorkflowRecord("found on servers"), WorkflowRecord("exploration of 3")]
)
def test_the_end_of_a_job_that_no_version_waits_for_is_only_told(
    builder: Builder, workflow: WorkflowRecord | None, runs_on: bool
) -> None:
    window = builder.new_window()
    builder.jobs.checks.set_runs_on(runs_on)
    let_end(builder, replace(entry("first"), workflow=workflow))
    assert "The job first of primes.vt" in window.notice.text
    assert builder.jobs.completion.dialog is None


def test_the_thread_of_the_windows_asks_no_disk_when_a_job_ends(
    builder: Builder, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may hang."""
    window = builder.new_window()
    folder, this, asked = tmp_path / "far", threading.get_ident(), []
    folder.mkdir()
    window.document.save(folder / "shown.vt")
    real = os.lstat

    def lstat(path: str, **options: int | None) -> os.stat_result:
        if str(path).startswith(str(folder)) and threading.get_ident() == this:
            asked.append(path)
        return real(path, **options)

    monkeypatch.setattr(os, "lstat", lstat)
    made = entry("first")
    let_end(builder, replace(made, key=JobKey(folder / "primes.vt", made.key.signature)))
    qtbot.waitUntil(lambda: builder.jobs.completion.dialog is not None)
    with qtbot.waitSignal(window.running.controller.finished):
        window.document.edit("Begun", lambda editor: editor.add("String"))
        window.running.execute()
    assert asked == []
