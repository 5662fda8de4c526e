"""What others wrote is shown letter by letter, and widens, freezes or breaks no window."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from PyQt5.QtCore import Qt, QTimer
from PyQt5.QtGui import QTextDocument
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from vistrails_tej.gui.foreign_text import short_name, tooltip, wrapped
from vistrails_tej.gui.monitor.filters import Column, natural_order
from vistrails_tej.gui.monitor.job_tree_model import JobTreeModel
from vistrails_tej.gui.monitor.notice_bar import NoticeBar
from vistrails_tej.gui.monitor.questions import FORGET, confirm
from vistrails_tej.gui.monitor.running_dialog import RunningJobDialog
from vistrails_tej.gui.monitor.waited_jobs_model import WaitedJobsModel
from vistrails_tej.gui.question_dialogs import AnswersDialog, HostKeyDialog
from vistrails_tej.gui.theme import LIGHT
from vistrails_tej.modules.job_book import JobEntry
from vistrails_tej.modules.job_wait import WaitedJob

from .dialogs import Answers
from .job_entries import entry

HTML = "<b>big</b> <img src='/etc/x.png'> &lt;"
LONG = "x" * 5000
HUGE = "word " * 400_000


def named(name: str) -> JobEntry:
    made = entry("a")
    return replace(made, record=replace(made.record, name=name))


def as_shown(tip: str) -> str:
    """What a tool tip shows of its text."""
    document = QTextDocument()
    if Qt.mightBeRichText(tip):  # type: ignore[call-arg, arg-type]
        document.setHtml(tip)
    else:
        document.setPlainText(tip)
    return document.toPlainText()


# -- the text itself -----------------------------------------------------------------------------


def test_a_name_is_shown_on_one_line_with_both_of_its_ends() -> None:
    assert short_name("Find  the\nprimes") == "Find the primes"
    short = short_name(f"convert_{LONG}_of_1979")
    assert len(short) == 80
    assert short.startswith("convert_x")
    assert short.endswith("x_of_1979")
    assert len(short_name(HUGE, 40)) == 40


def test_a_long_word_goes_on_in_the_next_line_and_is_still_the_same() -> None:
    text = wrapped(f"See https://{'abcdef' * 30} now")
    assert max(len(part) for part in re.split("[\u200b/ ]", text)) <= 64
    assert text.replace("\u200b", "") == f"See https://{'abcdef' * 30} now"
    assert len(wrapped(HUGE)) == 1001
    path = f"{'/folder' * 30}/file"
    assert wrapped(path) == path, "this one is broken without help"


@pytest.mark.parametrize("text", [HTML, "a < b", f"first\n{HTML}", "R&D", "plain\ntext"])
def test_a_tool_tip_shows_every_letter(qapp: object, text: str) -> None:
    assert as_shown(tooltip(text)) == text


def test_a_tool_tip_is_no_larger_than_a_screen() -> None:
    assert len(tooltip(f"{HUGE}\n" * 100).split("\n")) == 30


def test_numbers_of_any_length_are_compared_as_numbers() -> None:
    names = ["Job 10", "Job 9", f"Job {'9' * 400}", f"Job 1{'0' * 400}", "Job 09", LONG]
    assert sorted(names, key=natural_order) == [
        *("Job 9", "Job 09", "Job 10"),
        *(f"Job {'9' * 400}", f"Job 1{'0' * 400}", LONG),
    ]
    natural_order("9" * 5000)


# -- rows ----------------------------------------------------------------------------------------


def test_the_rows_of_the_monitor_show_names_as_text_and_in_short(qapp: object) -> None:
    model = JobTreeModel(LIGHT)
    one = replace(named(HUGE), problem=HTML)
    model.set_entries([one, entry("b")])
    cell = model.index_of_job(one.key)
    assert len(cell.data()) == 200
    assert as_shown(cell.data(Qt.ItemDataRole.ToolTipRole)).endswith(HTML)
    model.sort(Column.JOB)


def test_the_jobs_of_a_run_show_names_as_text_and_in_short(qapp: object) -> None:
    model = WaitedJobsModel(LIGHT)
    model.set_jobs([WaitedJob(replace(named(LONG), problem=HTML))])
    assert len(model.index(0, 0).data()) == 80
    assert as_shown(model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)).endswith(HTML)


# -- windows -------------------------------------------------------------------------------------


def assert_fits(shown: QWidget) -> None:
    room = QApplication.primaryScreen().availableSize()
    assert shown.minimumSizeHint().width() <= room.width()
    assert shown.height() <= room.height()


@pytest.mark.parametrize("name", [LONG, HUGE], ids=["one word", "many words"])
def test_news_about_a_job_with_a_long_name_keep_the_window_as_it_is(
    qtbot: QtBot, name: str
) -> None:
    bar = NoticeBar(LIGHT)
    qtbot.addWidget(bar)
    bar.tell(f"The job {name} of a.vt: finished.")
    assert_fits(bar)
    assert bar.heightForWidth(1000) < 400


def test_the_wait_for_a_job_with_a_long_name_fits(qtbot: QtBot) -> None:
    dialog = RunningJobDialog(LIGHT)
    qtbot.addWidget(dialog)
    dialog.begin(LONG)
    dialog.set_jobs([WaitedJob(named(LONG))])
    dialog.show()
    assert_fits(dialog)


@pytest.mark.parametrize("count", [1, 9])
def test_a_question_about_jobs_with_long_names_fits_and_shows_them_as_text(
    qtbot: QtBot, count: int
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    answers = Answers(window)

    def look(shown: QDialog) -> None:
        # In any case, as nobody else ends it.
        QTimer.singleShot(0, shown.reject)
        assert_fits(shown)
        for label in shown.findChildren(QLabel):
            assert label.textFormat() == Qt.TextFormat.PlainText

    answers.do("forget_dialog", look)
    assert not confirm(window, FORGET, [(f"<b>{LONG}", "running")] * count)
    assert answers.is_done


@pytest.mark.parametrize(
    "instructions", ["line\n" * 300, "words " * 5000, LONG], ids=["lines", "words", "one word"]
)
def test_a_server_with_much_to_say_leaves_its_question_in_sight(
    qtbot: QtBot, instructions: str
) -> None:
    dialog = AnswersDialog("Server", instructions, [("Code:", False)])
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    assert_fits(dialog)
    field = dialog.findChild(QLineEdit)
    assert field is not None
    assert not field.visibleRegion().isEmpty()
    assert dialog.focusWidget() is field


def test_many_questions_scroll_and_every_one_is_reached(qtbot: QtBot) -> None:
    dialog = AnswersDialog(LONG, LONG, [(f"Code {number}:", True) for number in range(60)])
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitActive(dialog)
    assert_fits(dialog)
    button = dialog.findChild(QPushButton, "answers_log_in")
    assert button is not None
    assert not button.visibleRegion().isEmpty()
    fields = dialog.findChildren(QLineEdit)
    for field in fields:
        assert dialog.focusWidget() is field
        assert not field.visibleRegion().isEmpty()
        QTest.keyClick(field, Qt.Key.Key_Tab)


def test_what_a_server_asks_is_shown_letter_by_letter(qtbot: QtBot) -> None:
    dialog = AnswersDialog("", "", [("Q&A <b>code</b>:", False)])
    qtbot.addWidget(dialog)
    (label,) = dialog.findChildren(QLabel)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.text() == "Q&&A <b>code</b>:"


def test_a_server_with_a_long_name_has_its_key_shown(qtbot: QtBot) -> None:
    sha256 = f"SHA256:{'k' * 43}"
    dialog = HostKeyDialog(f"{LONG}.example.org", "ssh-ed25519", sha256)
    qtbot.addWidget(dialog)
    dialog.show()
    assert_fits(dialog)
    assert any(sha256 in label.text() for label in dialog.findChildren(QLabel))
