"""What a builder makes of news of jobs, as the book has them: no server is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PyQt5.QtWidgets import QApplication

from vistrails_tej.dataflow import WorkflowRecord
from vistrails_tej.engine import JobState
from vistrails_tej.gui.app import Builder
from vistrails_tej.modules.job_book import JobEntry

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
