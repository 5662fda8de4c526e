"""A window that is closed while it asks something answers no, and nobody waits any longer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from PyQt5 import sip
from PyQt5.QtCore import Qt, QTimer
from PyQt5.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import Deed, DeedKind
from vistrails_tej.engine import Destination, HostKeyAnswer
from vistrails_tej.gui.calls import GuiCalls
from vistrails_tej.gui.monitor.questions import FORGET, confirm
from vistrails_tej.gui.monitor.queues.other_queue_dialog import ask_queue
from vistrails_tej.gui.questions import Questions


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QMainWindow]:
    """A window that the program closes once a question stands in front of it."""
    made = QMainWindow()
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    made.show()
    qtbot.waitExposed(made)
    watch = QTimer()

    def close() -> None:
        if QApplication.activeModalWidget() is not None:
            watch.stop()
            made.close()

    watch.timeout.connect(close)
    watch.start(10)
    yield made
    watch.stop()
    assert sip.isdeleted(made)


QUESTIONS: dict[str, tuple[Callable[[Questions], object], object]] = {
    "password": (lambda one: one.ask_password("Password:"), None),
    "code": (lambda one: one.ask_answers("", "", [("Code:", True)]), None),
    "host key": (
        lambda one: one.decide_host_key(Destination("far"), "ssh-ed25519", "SHA256:x"),
        HostKeyAnswer.REFUSE,
    ),
}


@pytest.mark.parametrize("name", list(QUESTIONS))
def test_a_question_of_a_server_is_answered_with_a_refusal(
    window: QMainWindow, qtbot: QtBot, name: str
) -> None:
    questions = Questions(GuiCalls(), lambda: window)
    ask, refusal = QUESTIONS[name]
    answers: list[object] = []

    def work() -> None:
        try:
            answers.append(ask(questions))
        except RuntimeError as error:
            answers.append(error)

    asking = threading.Thread(target=work, daemon=True)
    asking.start()
    qtbot.waitUntil(lambda: not asking.is_alive())
    assert answers == [refusal]


def test_a_file_that_wants_to_act_may_not(window: QMainWindow) -> None:
    assert not Questions(GuiCalls(), lambda: window).may_act(Deed(DeedKind.RUN, "it"))


def test_jobs_are_left_as_they_are(window: QMainWindow) -> None:
    assert not confirm(window, FORGET, [("a", "running")])


def test_no_queue_is_named(window: QMainWindow) -> None:
    assert ask_queue(window) is None


def test_a_window_that_is_gone_asks_nothing_of_its_own(qtbot: QtBot) -> None:
    gone = QMainWindow()
    sip.delete(gone)
    questions = Questions(GuiCalls(), lambda: gone)
    QTimer.singleShot(0, lambda: QApplication.activeModalWidget().close())
    assert questions.ask_secret("Passphrase:") is None
