"""The end of what a job writes: followed as long as something may come, and as one wishes so."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from PyQt5.QtCore import Qt, QTimer
from PyQt5.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from vistrails_tej.engine import Progress
from vistrails_tej.gui.monitor.monitor_view import MonitorView
from vistrails_tej.gui.monitor.output_tail import OutputTail
from vistrails_tej.gui.theme import LIGHT
from vistrails_tej.modules.job_book import JobEntry
from vistrails_tej.modules.workers import in_thread

from ..integration.conftest import unique
from ..integration.sshd import Sshd
from ..vistrails import wait_for_file
from .job_desk import TIMEOUT, JobDesk

__all__ = ["unique"]

# More than goes along with the first request.
LARGE = 3 * 1024 * 1024


class Post:
    """Carries the questions after output to the book, which answers them; may keep answers back."""

    def __init__(self, ask: Callable[..., Future[str]]) -> None:
        self._ask = ask
        self.asked: list[str] = []
        self.kept: list[tuple[Future[str], Future[str]]] = []
        self.is_slow = False

    def tail(self, key: Any, name: str, size: int) -> Future[str]:
        """See JobBook."""
        self.asked.append(name)
        answer = self._ask(key, name, size)
        if not self.is_slow:
            return answer
        late: Future[str] = Future()
        self.kept.append((answer, late))
        return late


class Reader:
    """Somebody who looks at the output of a job, in a monitor."""

    def __init__(self, desk: JobDesk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
        self.desk, self.tail, self._qtbot = desk, desk.view.tail, qtbot
        self.post = Post(desk.bridge.book.tail)
        monkeypatch.setattr(desk.bridge.book, "tail", self.post.tail)

    @property
    def is_going_to_ask(self) -> bool:
        (timer,) = self.tail.findChildren(QTimer)
        return timer.isActive()

    def wait(self, condition: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=TIMEOUT)

    def wait_for_text(self, text: str) -> None:
        """Wait until just this is shown."""
        self.wait(lambda: self.tail.text() == text)

    def label(self, name: str) -> QLabel:
        found = self.tail.findChild(QLabel, name)
        assert found is not None
        return found

    @property
    def title(self) -> str:
        return self.label("output_tail_title").text()

    def open(self, name: str = "a") -> JobEntry:
        """Have the output of a job shown."""
        self.wait(lambda: name in self.desk.states())
        job = self.desk.select(name)
        self.desk.trigger("output")
        return job

    def click(self, file: str) -> None:
        button = self.tail.findChild(QToolButton, f"output_tail{file}")
        self._qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def bring_one(self) -> None:
        """Let the answer come that was kept longest."""
        answer, late = self.post.kept.pop(0)
        late.set_result(answer.result(30))
        came: list[bool] = []
        # Nothing overtakes what was delivered before.
        self.desk.bridge.deliver(lambda: came.append(True))
        self.wait(lambda: came)

    def look(self) -> None:
        """Ask the servers about the selected job, as the menu does."""
        self.desk.trigger("check")

    @contextmanager
    def slow_answers(self, file: str = "_stdout") -> Iterator[None]:
        """One question is under way; its answer and those to later ones are kept."""
        self.wait(lambda: self.is_going_to_ask)
        self.post.is_slow = True
        self.click(file)
        self.wait(lambda: [answer.done() for answer, _ in self.post.kept] == [True])
        yield
        self.post.is_slow = False


@pytest.fixture
def desk(sshd: Sshd, tmp_path: Path, unique: str, qtbot: QtBot) -> Iterator[JobDesk]:
    desk = JobDesk(sshd, tmp_path, unique, qtbot)
    yield desk
    desk.close()


@pytest.fixture
def reader(desk: JobDesk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Reader:
    return Reader(desk, qtbot, monkeypatch)


def test_an_upload_is_followed_until_the_job_has_written_something(
    reader: Reader, desk: JobDesk
) -> None:
    uploaded, begun = threading.Event(), threading.Event()

    def hold(_done: int, _size: int) -> None:
        begun.set()
        uploaded.wait(60)

    (desk.folder / "source a").mkdir()
    (desk.folder / "source a" / "data").write_bytes(bytes(LARGE))
    progress: Progress = hold
    script = f"echo begun\n{wait_for_file(desk.go)}"
    upload = in_thread("upload", lambda: desk.start("a", script, progress=progress))
    try:
        begun.wait(60)
        desk.record("a")
        desk.wait_for(a="uploading")
        reader.open()
        reader.wait(lambda: reader.is_going_to_ask)
        assert reader.tail.text() == ""
    finally:
        uploaded.set()
        upload.result(60)
    reader.wait_for_text("begun\n")
    desk.wait_for(a="running")


def test_a_running_job_is_asked_about_again_and_again(reader: Reader, desk: JobDesk) -> None:
    first, second = desk.folder / "first", desk.folder / "second"
    waiting = wait_for_file(first, "echo 1") + wait_for_file(second, "echo 2")
    desk.start("a", waiting + wait_for_file(desk.go))
    desk.record("a")
    desk.wait_for(a="running")
    reader.open()
    first.touch()
    reader.wait_for_text("1\n")
    second.touch()
    reader.wait_for_text("1\n2\n")


def test_a_job_that_runs_again_shows_nothing_of_its_last_attempt(
    reader: Reader, desk: JobDesk
) -> None:
    desk.start("a", "echo old; exit 1")
    desk.record("a")
    desk.wait_for(a="failed")
    reader.open()
    reader.wait_for_text("old\n")
    assert not reader.is_going_to_ask
    desk.start("a", wait_for_file(desk.go, "echo new; exit 1"), again=True)
    shown = []
    desk.bridge.changed.connect(lambda _: shown.append((reader.title, reader.tail.text())))
    reader.look()
    desk.wait_for(a="running")
    assert ("a (running)", "") in shown
    reader.wait(lambda: reader.is_going_to_ask)
    assert reader.tail.text() == ""
    desk.go.touch()
    desk.wait_for(a="failed")
    reader.wait_for_text("new\n")
    assert ("a (running)", "old\n") not in shown


def test_an_attempt_that_was_over_at_once_is_shown_all_the_same(
    reader: Reader, desk: JobDesk
) -> None:
    desk.start("a", "echo old; exit 1")
    desk.record("a")
    desk.wait_for(a="failed")
    reader.open()
    reader.wait_for_text("old\n")
    reader.post.is_slow = True
    reader.click("_stdout")
    reader.wait(lambda: reader.post.kept[0][0].done())
    desk.start("a", "echo new; exit 1", again=True)
    queue = desk.sessions.queue(desk.queue)
    reader.wait(lambda: queue.status("a").is_over)
    reader.look()
    reader.wait(lambda: len(reader.post.kept) == 2)
    reader.bring_one()
    assert reader.tail.text() == "", "that question was about the attempt before"
    reader.bring_one()
    reader.wait_for_text("new\n")


def test_the_last_words_are_asked_for_although_a_question_is_under_way(
    reader: Reader, desk: JobDesk
) -> None:
    desk.submit("a")
    desk.wait_for(a="running")
    reader.open()
    reader.wait_for_text("begun\n")
    with reader.slow_answers():
        desk.go.touch()
        desk.wait_for(a="finished")
        assert len(reader.post.kept) == 1
        reader.bring_one()
        reader.wait(lambda: len(reader.post.kept) == 1)
        assert reader.tail.text() == "begun\n"
        reader.bring_one()
        reader.wait_for_text("begun\ndone\n")
        assert not reader.is_going_to_ask


def test_a_forgotten_job_keeps_its_output_and_is_asked_about_no_more(
    reader: Reader, desk: JobDesk
) -> None:
    desk.submit("a")
    desk.wait_for(a="running")
    job = reader.open()
    reader.wait_for_text("begun\n")
    with reader.slow_answers():
        desk.bridge.book.forget([job.key])
        desk.wait_for()
        reader.bring_one()
    assert (reader.tail.text(), reader.title) == ("begun\n", "a (forgotten)")
    count = len(reader.post.asked)
    reader.click("_stderr")
    reader.tail.hide()
    reader.tail.show()
    assert not reader.is_going_to_ask
    assert len(reader.post.asked) == count
    desk.record("a")
    desk.wait_for(a="running")
    reader.wait_for_text("begun\n")
    reader.wait(lambda: reader.is_going_to_ask)
    assert reader.title == "a (running)"
    assert len(reader.post.asked) > count


def test_while_paused_only_what_a_person_does_asks(reader: Reader, desk: JobDesk) -> None:
    desk.submit("a")
    desk.wait_for(a="running")
    desk.checks.set_paused(True)
    key = reader.open().key
    reader.wait_for_text("begun\n")
    assert reader.post.asked == ["_stdout"], "the first look"
    assert not reader.is_going_to_ask
    note = reader.label("output_tail_note")
    assert note.isVisible()
    assert "paused" in note.text()
    for count in (2, 3):
        reader.click("_stderr")
        reader.wait(lambda: reader.label("output_tail_note").isVisible())
        reader.wait(lambda count=count: len(reader.post.asked) == count)
    assert reader.post.asked == ["_stdout", "_stderr", "_stderr"]
    before = desk.entry(key)
    reader.look()
    reader.wait(lambda: len(reader.post.asked) == 4)
    assert desk.entry(key).checked != before.checked
    assert not reader.is_going_to_ask


def test_that_a_server_is_away_is_no_reason_to_ask_it(
    sshd: Sshd, tmp_path: Path, unique: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        Sshd(tmp_path / "server") as server,
        closing(JobDesk(server, tmp_path, unique, qtbot)) as desk,
    ):
        desk.submit("a")
        desk.wait_for(a="running")
        desk.checks.set_paused(True)
        reader = Reader(desk, qtbot, monkeypatch)
        key = reader.open().key
        reader.wait_for_text("begun\n")
        server.crash()
        reader.look()
        reader.wait(lambda: desk.entry(key).offline_since)
        server.start()
        reader.look()
        reader.wait(lambda: not desk.entry(key).offline_since)
        # Twice: when it was opened, and when the server had answered.
        reader.wait(lambda: len(reader.post.asked) == 2)


def test_when_the_pause_ends_it_is_asked_at_once_and_followed(
    reader: Reader, desk: JobDesk
) -> None:
    more = desk.folder / "more"
    desk.start("a", f"echo begun\n{wait_for_file(more, 'echo go on')}{wait_for_file(desk.go)}")
    desk.record("a")
    desk.wait_for(a="running")
    desk.checks.set_paused(True)
    reader.open()
    reader.wait_for_text("begun\n")
    more.touch()
    queue = desk.sessions.queue(desk.queue)
    reader.wait(lambda: queue.read_text("a", "_stdout") == "begun\ngo on\n")
    assert reader.tail.text() == "begun\n"
    desk.checks.set_paused(False)
    assert len(reader.post.asked) == 2
    reader.wait_for_text("begun\ngo on\n")
    reader.wait(lambda: reader.is_going_to_ask)
    assert not reader.label("output_tail_note").isVisible()


def test_it_shows_the_output_of_the_job_that_is_selected(reader: Reader, desk: JobDesk) -> None:
    desk.submit("a", "b", then="true")
    desk.wait_for(a="running", b="running")
    reader.open()
    reader.wait_for_text("begun\n")
    reader.click("_stderr")
    reader.wait_for_text("")
    desk.select("b")
    reader.wait(lambda: reader.title == "b (running)")
    reader.wait(lambda: reader.is_going_to_ask)
    assert set(reader.post.asked[1:]) == {"_stderr"}
    desk.view.tree.selectAll()
    desk.go.touch()
    desk.wait_for(a="finished", b="finished")
    reader.wait(lambda: reader.title == "b (finished)")
    (close,) = desk.view.findChildren(QToolButton, "output_tail_close")
    close.click()
    desk.select("a")
    assert not reader.tail.isVisible()


def test_a_job_that_is_over_is_nothing_to_wait_for(reader: Reader, desk: JobDesk) -> None:
    desk.start("a", "echo all")
    desk.record("a")
    desk.wait_for(a="finished")
    desk.checks.set_paused(True)
    reader.open()
    reader.wait_for_text("all\n")
    assert not reader.label("output_tail_note").isVisible()


@pytest.mark.parametrize("how", ["pause", "off"])
def test_the_wishes_of_the_monitor_hold_for_the_output(
    reader: Reader, desk: JobDesk, qtbot: QtBot, how: str
) -> None:
    desk.submit("a")
    desk.wait_for(a="running")
    job = reader.open()
    reader.wait(lambda: reader.is_going_to_ask)
    if how == "pause":
        desk.checks.set_paused(True)
    else:
        desk.checks.set_interval(None)
    assert not reader.is_going_to_ask
    desk.checks.set_interval(0.0)
    reader.wait(lambda: reader.is_going_to_ask)
    desk.checks.set_interval(None)
    other = MonitorView(desk.bridge, desk.checks, LIGHT)
    qtbot.addWidget(other)
    other.show_output(job)
    assert isinstance(other.tail, OutputTail)
    note = other.tail.findChild(QLabel, "output_tail_note")
    assert note is not None
    assert "paused" in note.text()
