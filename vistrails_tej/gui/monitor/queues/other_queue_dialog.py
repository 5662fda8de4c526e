"""Ask for a queue that no job here is in: its server, and its path there."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from ....engine import TejError
from ....modules.queue_reference import DEFAULT_QUEUE, QueueReference, make_destination
from ....modules.sessions import current_sessions
from ...dialog_height import fit_height
from ...foreign_text import wrapped
from ...modal import drop, wait_for

_WIDTH = 420


class OtherQueueDialog(QDialog):
    """Two lines to type in; what makes no sense is told, and can be mended."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("other_queue_dialog")
        self.setWindowTitle("Other Queue")
        self.setMinimumWidth(_WIDTH)
        self.queue: QueueReference | None = None
        self._server = self._line("other_queue_server", "Server")
        self._server.setPlaceholderText("a name of ~/.ssh/config, or user@host:port")
        self._path = self._line("other_queue_path", "Queue")
        self._path.setText(DEFAULT_QUEUE)
        self._problem = QLabel(self)
        self._problem.setObjectName("other_queue_problem")
        self._problem.setTextFormat(Qt.TextFormat.PlainText)
        self._problem.setWordWrap(True)
        self._problem.hide()
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.addRow("&Server", self._server)
        form.addRow("&Queue", self._path)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        look = buttons.addButton("&Look", QDialogButtonBox.ButtonRole.AcceptRole)
        look.setObjectName("other_queue_look")
        look.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(12)
        layout.addLayout(form)
        layout.addWidget(self._problem)
        layout.addWidget(buttons)
        fit_height(self)

    def accept(self) -> None:
        """Take what was typed, if it names a queue."""
        if not self._server.text().strip():
            self._tell("Type the name of a server, such as ada@cluster.example.org.")
            return
        try:
            destination, password = make_destination(self._server.text().strip())
        except TejError as error:
            self._tell(str(error))
            return
        path = self._path.text().strip()
        if not path:
            self._tell(f"Type the path of the queue, such as {DEFAULT_QUEUE}.")
            return
        if password is not None:
            # It was typed where it is not asked for; it goes no further than this session.
            current_sessions().remember_password(destination, password)
        self.queue = QueueReference(destination, path)
        super().accept()

    def _tell(self, problem: str) -> None:
        self._problem.setText(wrapped(problem))
        self._problem.show()
        fit_height(self)

    def _line(self, name: str, title: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setObjectName(name)
        line.setAccessibleName(title)
        return line


def ask_queue(parent: QWidget) -> QueueReference | None:
    """The queue that the user names; None if the dialog was left."""
    dialog = OtherQueueDialog(parent)
    queue = dialog.queue if wait_for(dialog) else None
    drop(dialog)
    return queue
