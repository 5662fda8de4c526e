"""The hard stop for a server whose key is not the one on record, or was revoked."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QApplication,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ..engine import HostKeyChanged, HostKeyRevoked
from .dialog_height import fit_height
from .fonts import bold, fixed_font
from .icons import pixmap
from .theme import Theme

Alarm = HostKeyChanged | HostKeyRevoked

_ICON = 32
_WIDTH = 600
_FRAME = 24


def find_alarm(error: BaseException | None) -> Alarm | None:
    """The host key that stands behind an error, if one does."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, (HostKeyChanged, HostKeyRevoked)):
            return error
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return None


def show_alarms(errors: Iterable[BaseException], window: QWidget, theme: Theme) -> None:
    """Show what errors say of host keys: each key once, and none that is shown already."""
    for error in errors:
        alarm = find_alarm(error)
        if alarm is None:
            continue
        shown = [one.alarm for one in window.findChildren(HostKeyAlarm) if one.isVisible()]
        if not any(_is_same(alarm, one) for one in shown):
            HostKeyAlarm(alarm, theme, window).open()


class HostKeyAlarm(QDialog):
    """Says which key came, where the other one is on record, and what to do. Nothing to accept."""

    def __init__(self, alarm: Alarm, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.alarm = alarm
        self._is_revoked = isinstance(alarm, HostKeyRevoked)
        self.setObjectName("host_key_alarm")
        self.setAccessibleName("A host key that cannot be trusted")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Revoked Host Key" if self._is_revoked else "Changed Host Key")
        self.setMinimumWidth(_WIDTH)
        sign = QLabel(self)
        sign.setPixmap(pixmap("warning", theme.error, _ICON, self.devicePixelRatioF()))
        column = QVBoxLayout()
        column.setSpacing(12)
        heading = self._label(self._heading(), "alarm_heading")
        heading.setFont(bold(heading.font()))
        column.addWidget(heading)
        column.addWidget(self._label(self._meaning(), "alarm_meaning"))
        column.addLayout(self._facts())
        advice = QVBoxLayout()
        advice.setSpacing(4)
        for line in self._advice().splitlines():
            advice.addWidget(self._label(line, "alarm_advice"))
        column.addLayout(advice)
        column.addStretch()
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(column, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(16)
        layout.addLayout(top)
        layout.addLayout(self._buttons())
        fit_height(self)

    def text(self) -> str:
        """All of it, for the administrator."""
        facts = "\n".join(f"{name}: {value}" for name, value in self._values())
        return "\n\n".join([self._heading(), self._meaning(), facts, self._advice()])

    def _heading(self) -> str:
        what = "is revoked" if self._is_revoked else "has changed"
        return f"The host key of {self.alarm.destination} {what}."

    def _meaning(self) -> str:
        meaning = (
            "Whoever answers there shows a key that was declared invalid, perhaps because it was"
            " stolen."
            if self._is_revoked
            else "Somebody else may be answering in its place, or it was given a new key."
        )
        return f"Nothing was sent there: no password, no command, no file. {meaning}"

    def _values(self) -> list[tuple[str, str]]:
        file, line = self._place()
        where = "Revoked in" if self._is_revoked else "On record in"
        shown = [("Key it shows", self.alarm.sha256), ("Type of key", self.alarm.key_type)]
        return [*shown, (where, file), ("Line", line)]

    def _place(self) -> tuple[str, str]:
        file, _, line = self.alarm.where.rpartition(", line ")
        return file, line

    def _advice(self) -> str:
        file, line = self._place()
        if self._is_revoked:
            return (
                "What to do: connect no more, and tell the server's administrator. Only a new key"
                " of the server helps; leave the line that revokes this one where it is."
            )
        return (
            "What to do:\n"
            "1. Ask the server's administrator, on the telephone for instance, for the SHA256 of"
            " its key.\n"
            f"2. Only if it is the one above, remove line {line} from {file}.\n"
            "3. Run again. You will be asked whether to accept the new key.\n"
            "If it is another one, connect no more and tell the administrator."
        )

    def _facts(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for row, (name, value) in enumerate(self._values()):
            title = self._label(name, "")
            title.setWordWrap(False)
            # A path may be longer than any window.
            shown = QLineEdit(value, self)
            shown.setReadOnly(True)
            shown.setFont(fixed_font())
            shown.setAccessibleName(name)
            shown.setCursorPosition(0)
            if value == self.alarm.sha256:
                # It is to be compared, so all of it has to be seen.
                shown.setMinimumWidth(shown.fontMetrics().horizontalAdvance(value) + _FRAME)
            grid.addWidget(title, row, 0)
            grid.addWidget(shown, row, 1)
        return grid

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self._button("alarm_copy", "&Copy", self._copy))
        row.addStretch()
        close = self._button("alarm_close", "Close", self.close)
        close.setDefault(True)
        row.addWidget(close)
        return row

    def _button(self, name: str, text: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: slot())
        return button

    def _label(self, text: str, name: str) -> QLabel:
        label = QLabel(text, self)
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        return label

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.text())


def _is_same(one: Alarm, other: Alarm) -> bool:
    return (str(one.destination), one.sha256) == (str(other.destination), other.sha256)
