"""The windows that ask: for a password, for answers to a server, whether to trust something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from ..engine import HostKeyAnswer
from .dialog_height import fit_height, scrolled
from .fonts import bold, fixed_font
from .foreign_text import short_name, wrapped
from .modal import drop, wait_for

_WIDTH = 420
# In letters; what a server says before it asks may be long.
_TEXT, _INSTRUCTIONS = 1000, 20_000
# Of the height of the screen: what is asked stays in sight below it.
_SHARE = 0.3


def _plain_label(text: str, most: int = _TEXT) -> QLabel:
    """What a server says is shown as it is: never as HTML."""
    label = QLabel(wrapped(text, most))
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _column(dialog: QDialog) -> QVBoxLayout:
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(20, 20, 20, 16)
    layout.setSpacing(12)
    return layout


@dataclass(frozen=True, slots=True)
class Answers:
    """What was typed, and whether the keyring is to keep it."""

    texts: tuple[str, ...] = field(repr=False)
    is_to_be_kept: bool = False


class AnswersDialog(QDialog):
    """Puts one or more questions; answers that are secret are not shown while typed.

    With ``can_keep`` there is a box to tick that has the keyring keep the answer.
    """

    def __init__(
        self,
        title: str,
        instructions: str,
        prompts: Sequence[tuple[str, bool]],
        parent: QWidget | None = None,
        *,
        can_keep: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("answers_dialog")
        self.setWindowTitle(short_name(title) or "Log In")
        self.setMinimumWidth(_WIDTH)
        layout = _column(self)
        if title:
            heading = _plain_label(title)
            heading.setFont(bold(heading.font()))
            layout.addWidget(heading)
        if instructions:
            told = _plain_label(instructions, _INSTRUCTIONS)
            layout.addWidget(scrolled(told, _WIDTH, _SHARE))
        self._fields = [self._field(prompt, is_shown) for prompt, is_shown in prompts]
        layout.addWidget(scrolled(self._questions(prompts), _WIDTH, _SHARE))
        for line in self._fields[:1]:
            line.setFocus()
        self._keep = QCheckBox("&Remember it in the keyring of this computer", self)
        self._keep.setObjectName("answers_keep")
        self._keep.setVisible(can_keep)
        if can_keep:
            layout.addWidget(self._keep)
        # With its parent from the beginning: else Enter would mean the first button.
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        log_in = buttons.addButton("&Log In", QDialogButtonBox.ButtonRole.AcceptRole)
        log_in.setObjectName("answers_log_in")
        log_in.setDefault(True)
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setAutoDefault(False)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addStretch()
        layout.addWidget(buttons)
        fit_height(self)

    def ask(self) -> Answers | None:
        """Show it and wait; None when the user gave up."""
        answers = None
        if wait_for(self):
            texts = tuple(line.text() for line in self._fields)
            answers = Answers(texts, self._keep.isChecked())
            for line in self._fields:
                line.clear()
        drop(self)
        return answers

    def _questions(self, prompts: Sequence[tuple[str, bool]]) -> QWidget:
        """All fields, each below what is asked."""
        made = QWidget(self)
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for (prompt, _), line in zip(prompts, self._fields, strict=True):
            # For a buddy an ampersand would mean a key.
            label = _plain_label(prompt.strip().replace("&", "&&"))
            label.setBuddy(line)
            question = QVBoxLayout()
            question.setSpacing(4)
            question.addWidget(label)
            question.addWidget(line)
            column.addLayout(question)
        return made

    def _field(self, prompt: str, is_shown: bool) -> QLineEdit:
        line = QLineEdit(self)
        line.setAccessibleName(short_name(prompt))
        if not is_shown:
            line.setEchoMode(QLineEdit.EchoMode.Password)
        return line


class HostKeyDialog(QDialog):
    """Shows the key of a server that is not known yet: once, always or refuse."""

    def __init__(
        self, destination: str, key_type: str, sha256: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("host_key_dialog")
        self.setWindowTitle("Unknown server")
        self.setMinimumWidth(520)
        self._answer = HostKeyAnswer.REFUSE
        layout = _column(self)
        heading = _plain_label(f"The server {destination} is not known yet.")
        heading.setFont(bold(heading.font()))
        layout.addWidget(heading)
        key = _plain_label(f"{key_type}\n{sha256}")
        key.setFont(fixed_font())
        key.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        key.setAccessibleName("Host key")
        layout.addWidget(key)
        layout.addWidget(
            _plain_label(
                "Compare this key with what the server's administrator says. With another key,"
                " somebody else may be answering in its place."
            )
        )
        layout.addWidget(
            _plain_label(
                "Accepted once, it counts until this program ends. Accepted always, it is written"
                " into your known_hosts file."
            )
        )
        layout.addStretch()
        buttons = QDialogButtonBox()
        roles = QDialogButtonBox.ButtonRole
        for name, text, role, answer in (
            ("host_key_once", "Accept once", roles.AcceptRole, HostKeyAnswer.ONCE),
            ("host_key_always", "Accept always", roles.AcceptRole, HostKeyAnswer.ALWAYS),
            ("host_key_refuse", "Refuse", roles.RejectRole, HostKeyAnswer.REFUSE),
        ):
            button = buttons.addButton(text, role)
            button.setObjectName(name)
            button.setAutoDefault(False)
            button.setDefault(answer is HostKeyAnswer.REFUSE)
            if answer is HostKeyAnswer.REFUSE:
                button.setFocus()
            button.clicked.connect(lambda _=False, chosen=answer: self._choose(chosen))
        layout.addWidget(buttons)
        fit_height(self)

    def ask(self) -> HostKeyAnswer:
        """Show it and wait; closing it refuses."""
        is_answered = wait_for(self)
        drop(self)
        return self._answer if is_answered else HostKeyAnswer.REFUSE

    def _choose(self, answer: HostKeyAnswer) -> None:
        self._answer = answer
        self.accept()


class TrustDialog(QDialog):
    """Shows what a file wants to do here."""

    def __init__(self, text: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setObjectName("trust_dialog")
        self.setWindowTitle("Trust this file?")
        self.resize(640, 420)
        layout = _column(self)
        layout.addWidget(
            _plain_label(
                "This workflow wants to do the following on your computer. Run it only if you"
                " know where it comes from; you are asked once."
            )
        )
        shown = QPlainTextEdit(text)
        shown.setReadOnly(True)
        shown.setAccessibleName("What it wants to do")
        shown.setFont(fixed_font())
        layout.addWidget(shown)
        buttons = QDialogButtonBox()
        run = buttons.addButton("Trust and run", QDialogButtonBox.ButtonRole.AcceptRole)
        run.setObjectName("trust_run")
        run.setAutoDefault(False)
        refuse = buttons.addButton("Do not run", QDialogButtonBox.ButtonRole.RejectRole)
        refuse.setObjectName("trust_refuse")
        refuse.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)


def ask_trust(text: str, parent: QWidget | None = None) -> bool:
    """Ask whether what a file wants to do here may be done."""
    dialog = TrustDialog(text, parent)
    may_run = wait_for(dialog)
    drop(dialog)
    return may_run
