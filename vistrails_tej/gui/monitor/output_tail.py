"""OutputTail: the end of what a job has written, followed while it runs."""

from __future__ import annotations

from PyQt5.QtCore import Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QShowEvent, QTextCursor
from PyQt5.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...modules.job_book import JobEntry, JobKey
from ..fonts import fixed_font
from ..foreign_text import short_name, tooltip, wrapped
from ..icons import icon
from ..theme import Theme
from .book_bridge import BookBridge

_SIZE = 64 * 1024
_AGAIN_MILLISECONDS = 2000
_FILES = {"_stdout": "Output", "_stderr": "Errors"}
# As much of a name leaves room for the state behind it, in letters.
_SHOWN = 40
_PAUSED = "Checks are off or paused: a click on Output, Errors or Check shows what is new."


class OutputTail(QWidget):
    """Shows the standard output or the standard error of one job.

    It asks again every two seconds while the job is not over and the panel is seen, one question
    at a time; it follows the end unless one has scrolled up. While it is paused, only what a
    person does makes it ask. ``closed`` comes from its button.
    """

    closed = pyqtSignal()

    def __init__(self, bridge: BookBridge, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("output_tail")
        self.setAccessibleName("Output of a job")
        self._bridge = bridge
        self._entry: JobEntry | None = None
        self._file = "_stdout"
        self._is_forgotten = self._is_paused = False
        self._problem = ""
        # The question that is under way: another one makes its answer worthless.
        self._asked: object | None = None
        self._is_outdated = False
        self._title = QLabel(self)
        self._title.setObjectName("output_tail_title")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._text = self._make_text()
        self._note = QLabel(self)
        self._note.setObjectName("output_tail_note")
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setWordWrap(True)
        self._note.hide()
        self._group = QButtonGroup(self)
        self._buttons = {name: self._make_choice(name) for name in _FILES}
        self._close = self._make_close()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_AGAIN_MILLISECONDS)
        self._timer.timeout.connect(self._ask_if_seen)
        bridge.changed.connect(self._take_news)
        self._lay_out()
        self.set_theme(theme)

    def show_output(self, entry: JobEntry, file: str = "_stdout") -> None:
        """Show what a job writes into one of the two files."""
        self._entry, self._file = entry, file
        self._is_forgotten = False
        self._buttons[file].setChecked(True)
        self._begin()

    def follow(self, entry: JobEntry) -> None:
        """Show the same file of another job, where it is not that job's already."""
        if self._entry is not None and entry.key != self._entry.key:
            self.show_output(entry, self._file)

    def set_paused(self, is_paused: bool) -> None:
        """Whether servers are asked only when a person wishes so."""
        if is_paused == self._is_paused:
            return
        self._is_paused = is_paused
        self._timer.stop()
        self._show_note()
        if self._is_followed():
            self._ask_if_seen()

    def text(self) -> str:
        """What is shown."""
        return self._text.toPlainText()

    def showEvent(self, event: QShowEvent) -> None:
        """It was not asked while nobody looked."""
        super().showEvent(event)
        self._ask_later()

    def set_theme(self, theme: Theme) -> None:
        """Show it in other colours."""
        self._close.setIcon(icon("cross", theme))
        self._note.setStyleSheet(f"color: {theme.warning};")

    # -- inside ------------------------------------------------------------------------------

    def _make_text(self) -> QPlainTextEdit:
        text = QPlainTextEdit(self)
        text.setObjectName("output_tail_text")
        text.setAccessibleName("What the job has written")
        text.setReadOnly(True)
        text.setFont(fixed_font())
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        return text

    def _make_choice(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"output_tail{name}")
        button.setText(_FILES[name])
        button.setToolTip(f"Show the file {name} of the job")
        button.setCheckable(True)
        button.clicked.connect(lambda: self._choose(name))
        self._group.addButton(button)
        return button

    def _make_close(self) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("output_tail_close")
        button.setAccessibleName("Close the output")
        button.setToolTip("Close the output")
        button.clicked.connect(self._leave)
        return button

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(6, 2, 4, 2)
        head.setSpacing(4)
        head.addWidget(self._title, 1)
        for button in self._buttons.values():
            head.addWidget(button)
        head.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(self._note)
        layout.addWidget(self._text, 1)

    def _choose(self, name: str) -> None:
        if self._entry is None:
            return
        if name == self._file:
            self._ask()
        else:
            self.show_output(self._entry, name)

    def _leave(self) -> None:
        self._entry = None
        self._timer.stop()
        self.closed.emit()

    def _begin(self) -> None:
        """Show nothing of before, and ask."""
        self._asked, self._problem = None, ""
        self._text.clear()
        self._text.setPlaceholderText("Asking the server…")
        self._show_title()
        self._show_note()
        self._ask()

    def _show_title(self) -> None:
        if self._entry is not None:
            state = "forgotten" if self._is_forgotten else self._entry.state.value
            self._title.setText(f"{short_name(self._entry.name, _SHOWN)} ({state})")
            self._title.setToolTip(tooltip(self._entry.job_id))
        for button in self._buttons.values():
            button.setEnabled(not self._is_forgotten)

    def _show_note(self) -> None:
        is_waiting = self._is_paused and self._is_written()
        note = "\n".join(filter(None, (self._problem, _PAUSED if is_waiting else "")))
        self._note.setText(wrapped(note))
        self._note.setVisible(bool(note))

    def _take_news(self, news: dict[JobKey, JobEntry | None]) -> None:
        before, was_forgotten = self._entry, self._is_forgotten
        if before is None or before.key not in news:
            return
        entry = news[before.key]
        self._is_forgotten = entry is None
        self._entry = entry or before
        self._show_title()
        self._show_note()
        if entry is None:
            self._timer.stop()
        elif was_forgotten or _has_begun_anew(before, entry):
            self._begin()
        elif entry.state is not before.state or self._is_answer_to_click(before, entry):
            self._ask()

    def _is_answer_to_click(self, before: JobEntry, entry: JobEntry) -> bool:
        """Whether the server was asked although nothing asks by itself."""
        return self._is_paused and self._is_written() and entry.checked != before.checked

    def _is_written(self) -> bool:
        """Whether something may be added to what is shown."""
        return self._entry is not None and not self._is_forgotten and not self._entry.is_over

    def _is_followed(self) -> bool:
        return self._is_written() and not self._is_paused

    def _ask_if_seen(self) -> None:
        if self.visibleRegion().isEmpty():
            # Behind another dock, of which nobody tells.
            self._timer.start()
        else:
            self._ask()

    def _ask(self) -> None:
        if self._entry is None or self._is_forgotten:
            return
        if self._asked is not None:
            # What the server says to the question under way may be older than what was wanted.
            self._is_outdated = True
            return
        self._asked = question = object()
        self._is_outdated = False
        self._timer.stop()
        self._bridge.when_done(
            self._bridge.book.tail(self._entry.key, self._file, _SIZE),
            lambda text: self._take(question, text),
            lambda problem: self._fail(question, problem),
            owner=self,
        )

    def _take(self, question: object, text: str) -> None:
        if question is self._asked:
            nothing = (
                "Nothing has been written yet." if self._is_written() else "Nothing was written."
            )
            self._text.setPlaceholderText(nothing)
            self._show(text)
            self._end_question()

    def _fail(self, question: object, problem: str) -> None:
        if question is self._asked:
            self._text.setPlaceholderText("")
            self._end_question(problem)

    def _end_question(self, problem: str = "") -> None:
        self._asked, self._problem = None, problem
        self._show_note()
        if self._is_outdated:
            self._ask()
        else:
            self._ask_later()

    def _ask_later(self) -> None:
        if self._is_followed() and self._asked is None and self.isVisible():
            self._timer.start()

    def _show(self, text: str) -> None:
        before = self._text.toPlainText()
        if text == before:
            return
        bar = self._text.verticalScrollBar()
        follows, place = bar.value() >= bar.maximum(), bar.value()
        if before and text.startswith(before):
            # What one has marked stays marked.
            cursor = QTextCursor(self._text.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(text[len(before) :])
        else:
            self._text.setPlainText(text)
        bar.setValue(bar.maximum() if follows else place)


def _has_begun_anew(before: JobEntry, entry: JobEntry) -> bool:
    """Whether what the job had written by then is not what it writes now."""
    if before.is_over and not entry.is_over:
        return True
    old, new = before.status, entry.status
    return old is not None and new is not None and old.attempt != new.attempt
