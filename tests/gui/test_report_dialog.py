"""What nobody foresaw is reported, and the program goes on."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from vistrails_tej.gui.report_dialog import ExceptionReporter, ReportDialog
from vistrails_tej.gui.theme import DARK, LIGHT

SLOT_THAT_FAILS = """
import sys
from PyQt5.QtCore import QTimer
from PyQt5.QtWidgets import QApplication
from vistrails_tej.gui.app import make_application
from vistrails_tej.gui.report_dialog import ExceptionReporter, ReportDialog

application = make_application(["builder"])
reporter = ExceptionReporter()
reporter.install()

def fail():
    raise RuntimeError("the slot failed")

def look():
    shown = [one for one in application.topLevelWidgets() if isinstance(one, ReportDialog)]
    if shown:
        shown[0].accept()
        application.exit(42)

QTimer.singleShot(0, fail)
timer = QTimer()
timer.timeout.connect(look)
timer.start(20)
sys.exit(application.exec())
"""


@pytest.fixture
def reporter(qapp: QApplication) -> Iterator[ExceptionReporter]:
    made = ExceptionReporter(LIGHT)
    yield made
    for dialog in dialogs():
        dialog.close()


def dialogs() -> list[ReportDialog]:
    shown = QApplication.topLevelWidgets()
    return [one for one in shown if isinstance(one, ReportDialog) and one.isVisible()]


def fail(reporter: ExceptionReporter, text: str) -> None:
    try:
        raise RuntimeError(text)
    except RuntimeError as error:
        reporter.report(type(error), error, error.__traceback__)


def fail_elsewhere(reporter: ExceptionReporter, text: str) -> None:
    try:
        raise LookupError(text)
    except LookupError as error:
        reporter.report(type(error), error, error.__traceback__)


def part(dialog: QWidget, kind: type[QWidget], name: str) -> QWidget:
    found = dialog.findChild(kind, name)
    assert found is not None
    return found


def shown_dialog(qtbot: QtBot) -> ReportDialog:
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    return dialogs()[0]


def test_a_slot_that_fails_does_not_end_the_program() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SLOT_THAT_FAILS], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 42, done.stderr


def test_the_report_says_what_happened_and_folds_the_details(
    reporter: ExceptionReporter, qtbot: QtBot
) -> None:
    fail(reporter, "no such thing")
    dialog = shown_dialog(qtbot)
    text = part(dialog, QLabel, "report_text")
    assert isinstance(text, QLabel)
    assert "RuntimeError: no such thing" in text.text()
    details = part(dialog, QPlainTextEdit, "report_details")
    assert details.isHidden()
    qtbot.mouseClick(part(dialog, QPushButton, "report_fold"), Qt.MouseButton.LeftButton)
    assert details.isVisible()


def test_the_details_can_be_copied(reporter: ExceptionReporter, qtbot: QtBot) -> None:
    fail(reporter, "copy me")
    button = part(shown_dialog(qtbot), QPushButton, "report_copy")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    copied = QApplication.clipboard().text()
    assert copied.startswith("Traceback")
    assert "copy me" in copied


def test_continue_closes_the_report(reporter: ExceptionReporter, qtbot: QtBot) -> None:
    fail(reporter, "go on")
    button = part(shown_dialog(qtbot), QPushButton, "report_continue")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialogs())


def test_what_fails_again_and_again_is_reported_once(
    reporter: ExceptionReporter, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(20):
        fail(reporter, f"time {number}")
    shown_dialog(qtbot).accept()
    fail(reporter, "once more")
    QApplication.processEvents()
    assert not dialogs()
    assert len(caplog.records) == 21


def test_another_failure_joins_the_report_that_is_shown(
    reporter: ExceptionReporter, qtbot: QtBot
) -> None:
    fail(reporter, "first")
    dialog = shown_dialog(qtbot)
    fail_elsewhere(reporter, "second")
    text, details = dialog.findChild(QLabel, "report_text"), dialog.findChild(QPlainTextEdit)
    assert text is not None
    assert details is not None
    qtbot.waitUntil(lambda: "And 1 more" in text.text())
    assert "LookupError: second" in details.toPlainText()
    assert len(dialogs()) == 1


def test_a_thread_that_fails_is_reported(qapp: QApplication, qtbot: QtBot) -> None:
    before = threading.excepthook
    reporter = ExceptionReporter(DARK)
    reporter.install()
    try:
        thread = threading.Thread(target=lambda: fail_in_thread())
        thread.start()
        thread.join()
        dialog = shown_dialog(qtbot)
    finally:
        reporter.uninstall()
    assert threading.excepthook is before
    text = dialog.findChild(QLabel, "report_text")
    assert text is not None
    assert "ValueError: in a thread" in text.text()
    dialog.accept()


def fail_in_thread() -> None:
    raise ValueError("in a thread")
