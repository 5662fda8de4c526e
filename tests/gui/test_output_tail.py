"""The end of what a job writes: followed as long as something may come, and as one wishes so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt, QTimer
from PyQt5.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from vistrails_tej.engine import JobState
from vistrails_tej.gui.monitor.checks import Checks
from vistrails_tej.gui.monitor.monitor_view import MonitorView
from vistrails_tej.gui.monitor.output_tail import OutputTail
from vistrails_tej.gui.settings import Settings
from vistrails_tej.gui.theme import LIGHT
from vistrails_tej.modules.job_book import JobEntry

from .job_entries import entry, with_state
from .written_book import WrittenBridge


class Reader:
    """Somebody who looks at the output of a job."""

    def __init__(self, bridge: WrittenBridge, qtbot: QtBot) -> None:
        self.bridge, self.book, self._qtbot = bridge, bridge.book, qtbot
        self.tail = OutputTail(bridge, LIGHT)
        qtbot.addWidget(self.tail)
        self.tail.show()
        qtbot.waitExposed(self.tail)

    @property
    def title(self) -> str:
        return self.label("output_tail_title").text()

    @property
    def is_going_to_ask(self) -> bool:
        (timer,) = self.tail.findChildren(QTimer)
        return timer.isActive()

    def label(self, name: str) -> QLabel:
        found = self.tail.findChild(QLabel, name)
        assert found is not None
        return found

    def show(self, job: JobEntry, text: str = "") -> JobEntry:
        self.book.text = text
        self.bridge.list_jobs(job)
        self.tail.show_output(job)
        return job

    def click(self, file: str) -> None:
        button = self.tail.findChild(QToolButton, f"output_tail{file}")
        self._qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def wait_for_question(self) -> None:
        count = len(self.book.asked)
        self._qtbot.waitUntil(lambda: len(self.book.asked) > count)


@pytest.fixture
def bridge(qapp: object, tmp_path: Path) -> Iterator[WrittenBridge]:
    made = WrittenBridge(tmp_path)
    yield made
    made.close()


@pytest.fixture
def reader(bridge: WrittenBridge, qtbot: QtBot) -> Reader:
    return Reader(bridge, qtbot)


def ended(job: JobEntry, attempt: int = 1) -> JobEntry:
    over = with_state(job, JobState.EXITED, 1)
    assert over.status is not None
    return replace(over, status=replace(over.status, attempt=attempt))


def test_an_upload_is_followed_until_the_job_has_written_something(reader: Reader) -> None:
    job = reader.show(entry("a", JobState.UPLOADING))
    assert reader.is_going_to_ask
    reader.book.text = "begun\n"
    reader.bridge.list_jobs(with_state(job, JobState.RUNNING))
    assert reader.tail.text() == "begun\n"
    assert reader.is_going_to_ask


def test_a_running_job_is_asked_about_again_and_again(reader: Reader) -> None:
    reader.show(entry("a"), "begun\n")
    reader.wait_for_question()
    reader.wait_for_question()


def test_a_job_that_runs_again_shows_nothing_of_its_last_attempt(reader: Reader) -> None:
    job = reader.show(ended(entry("a")), "old\n")
    assert reader.tail.text() == "old\n"
    assert not reader.is_going_to_ask
    reader.book.text = ""
    reader.bridge.list_jobs(with_state(job, JobState.QUEUED))
    assert reader.tail.text() == ""
    assert reader.is_going_to_ask
    reader.book.text = "new\n"
    reader.bridge.list_jobs(ended(job, attempt=2))
    assert reader.tail.text() == "new\n"


def test_an_attempt_that_was_over_at_once_is_shown_all_the_same(reader: Reader) -> None:
    job = reader.show(ended(entry("a")), "old\n")
    reader.book.is_slow = True
    reader.click("_stdout")
    reader.bridge.list_jobs(ended(job, attempt=2))
    old, new = reader.book.open
    old.set_result("old\n")
    assert reader.tail.text() == "", "that question was about the attempt before"
    new.set_result("new\n")
    assert reader.tail.text() == "new\n"


def test_the_last_words_are_asked_for_although_a_question_is_under_way(reader: Reader) -> None:
    job = reader.show(entry("a"))
    reader.book.is_slow = True
    reader.click("_stdout")
    reader.bridge.list_jobs(ended(job, attempt=0))
    reader.book.open.pop().set_result("begun\n")
    reader.book.open.pop().set_result("begun\ndone\n")
    assert reader.tail.text() == "begun\ndone\n"
    assert not reader.is_going_to_ask


def test_a_forgotten_job_keeps_its_output_and_is_asked_about_no_more(reader: Reader) -> None:
    job = reader.show(entry("a"), "begun\n")
    reader.book.is_slow = True
    reader.click("_stdout")
    reader.bridge.list_jobs()
    reader.book.open.pop().set_result("begun\n")
    assert not reader.is_going_to_ask
    assert (reader.tail.text(), reader.title) == ("begun\n", "a (forgotten)")
    reader.click("_stderr")
    assert reader.book.open == []
    reader.bridge.list_jobs(job)
    reader.book.open.pop().set_result("begun again\n")
    assert (reader.tail.text(), reader.title) == ("begun again\n", "a (running)")
    assert reader.is_going_to_ask


def test_while_paused_only_what_a_person_does_asks(reader: Reader) -> None:
    reader.tail.set_paused(True)
    job = reader.show(entry("a"), "begun\n")
    assert reader.book.asked == ["_stdout"], "the first look"
    assert not reader.is_going_to_ask
    note = reader.label("output_tail_note")
    assert note.isVisible()
    assert "paused" in note.text()
    reader.click("_stderr")
    reader.click("_stderr")
    assert reader.book.asked == ["_stdout", "_stderr", "_stderr"]
    reader.bridge.list_jobs(replace(job, offline_since=1.0))
    assert len(reader.book.asked) == 3
    assert job.checked is not None
    reader.bridge.list_jobs(replace(job, checked=job.checked + 1))
    assert len(reader.book.asked) == 4, "somebody clicked Check"
    assert not reader.is_going_to_ask


def test_when_the_pause_ends_it_is_asked_at_once_and_followed(reader: Reader) -> None:
    reader.tail.set_paused(True)
    reader.show(entry("a"), "begun\n")
    reader.book.text = "begun\ngone on\n"
    reader.tail.set_paused(False)
    assert reader.tail.text() == "begun\ngone on\n"
    assert reader.is_going_to_ask
    assert not reader.label("output_tail_note").isVisible()


def test_a_job_that_is_over_is_nothing_to_wait_for(reader: Reader) -> None:
    reader.tail.set_paused(True)
    reader.show(ended(entry("a")), "all\n")
    assert not reader.label("output_tail_note").isVisible()


@pytest.mark.parametrize("how", ["pause", "off"])
def test_the_wishes_of_the_monitor_hold_for_the_output(
    bridge: WrittenBridge, qtbot: QtBot, how: str
) -> None:
    checks = Checks(bridge, Settings())
    view = MonitorView(bridge, checks, LIGHT)
    qtbot.addWidget(view)
    view.show()
    qtbot.waitExposed(view)
    bridge.list_jobs(entry("a"))
    view.show_output(entry("a"))
    (timer,) = view.tail.findChildren(QTimer)
    assert timer.isActive()
    if how == "pause":
        checks.set_paused(True)
    else:
        checks.set_interval(None)
    assert not timer.isActive()
    checks.set_interval(0.0)
    assert timer.isActive()
    checks.set_interval(None)
    other = MonitorView(bridge, checks, LIGHT)
    qtbot.addWidget(other)
    other.show_output(entry("a"))
    note = other.tail.findChild(QLabel, "output_tail_note")
    assert note is not None
    assert "paused" in note.text()
