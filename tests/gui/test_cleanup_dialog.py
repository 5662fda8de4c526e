"""The preview of a clean-up, while files whose jobs it may be about are away."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from PyQt5.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from vistrails_tej.engine import JobId, JobState, JobStatus, parse_destination
from vistrails_tej.gui.monitor.queues.cleanup_dialog import CleanupChoice, CleanupDialog
from vistrails_tej.gui.theme import LIGHT
from vistrails_tej.modules.job_book import CleanupPreview
from vistrails_tej.modules.queue_reference import QueueReference

from .test_queue_window import choose

QUEUE = QueueReference(parse_destination("ada@server"))


def ended(name: str) -> JobStatus:
    return JobStatus(JobId(name), JobState.EXITED, PurePosixPath("/q"), exit_code=0)


def preview(*unread: str) -> CleanupPreview:
    """Of two jobs, one of which was followed here."""
    over = (ended("followed"), ended("stranger"))
    files = tuple(Path("/mnt/disk", one) for one in unread)
    away = frozenset({JobId("followed")}) if unread else frozenset()
    return CleanupPreview(QUEUE, PurePosixPath("/q"), over, (), frozenset(), away, files)


def text(dialog: CleanupDialog, name: str) -> str:
    label = dialog.findChild(QLabel, name)
    assert label is not None
    return "" if label.isHidden() else label.text()


def test_jobs_of_a_file_that_is_away_are_not_taken_for_unknown(qtbot: QtBot) -> None:
    dialog = CleanupDialog(preview("a.vt"), {}, LIGHT)
    qtbot.addWidget(dialog)
    assert dialog.job_ids == []
    do = dialog.findChild(QPushButton, "cleanup_do")
    assert do is not None
    assert not do.isEnabled()
    assert text(dialog, "cleanup_unread").startswith("a.vt is not there just now")
    assert choose(dialog, "unknown") == {"followed": "stays", "stranger": "deleted"}
    assert text(dialog, "cleanup_warning") == ""
    assert choose(dialog, "over") == {"followed": "deleted", "stranger": "deleted"}
    assert "1 job among them may be on record" in text(dialog, "cleanup_warning")
    dialog.accept()
    assert dialog.choice is CleanupChoice.OVER


@pytest.mark.parametrize(
    ("files", "words"),
    [(("a.vt", "b.vt"), "a.vt, b.vt are"), (tuple("abcde"), "a, b, c and 2 more are")],
)
def test_many_files_that_are_away_are_told_in_few_words(
    qtbot: QtBot, files: tuple[str, ...], words: str
) -> None:
    dialog = CleanupDialog(preview(*files), {}, LIGHT)
    qtbot.addWidget(dialog)
    assert text(dialog, "cleanup_unread").startswith(words)


def test_where_all_files_are_there_the_least_is_chosen(qtbot: QtBot) -> None:
    dialog = CleanupDialog(preview(), {}, LIGHT)
    qtbot.addWidget(dialog)
    assert dialog.job_ids == ["followed", "stranger"]
    assert text(dialog, "cleanup_unread") == ""
