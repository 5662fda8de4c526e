"""What is asked before something is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel, QMessageBox, QWidget

from ..foreign_text import short_name, wrapped
from ..modal import drop, is_there

_NAMED = 8
# As much of a name fits into a line beside its state, in letters.
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Deed:
    """What is to be done to jobs: for one, for several, what it means, and the button.

    ``doing`` begins the sentence while it is done.
    """

    name: str
    doing: str
    one: str
    several: str
    meaning: str
    button: str


KILL = Deed(
    "kill",
    "Killing",
    "Kill the job {name}?",
    "Kill {count} jobs?",
    "What runs ends at once. What was written stays on the server.",
    "&Kill",
)
DELETE = Deed(
    "delete",
    "Deleting",
    "Delete the job {name} on its server?",
    "Delete {count} jobs on their servers?",
    "All files there go, also results that nobody has collected.",
    "&Delete",
)
FORGET = Deed(
    "forget",
    "Forgetting",
    "Forget the job {name}?",
    "Forget {count} jobs?",
    "What is recorded here goes. What is on the server stays; the next run of the workflow finds it"
    " again.",
    "&Forget",
)


def confirm(window: QWidget, deed: Deed, jobs: Sequence[tuple[str, str]]) -> bool:
    """Ask whether it is to be done; Enter and Escape both mean no, as nothing brings it back.

    ``jobs`` are their names and the words for their states.
    """
    text = deed.one if len(jobs) == 1 else deed.several
    box = QMessageBox(window)
    box.setObjectName(f"{deed.name}_dialog")
    box.setWindowModality(Qt.WindowModality.WindowModal)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(wrapped(text.format(name=short_name(jobs[0][0]), count=len(jobs))))
    box.setInformativeText("\n\n".join(filter(None, (_names(jobs), deed.meaning))))
    for label in box.findChildren(QLabel):
        # The format above is that of the first text only.
        label.setTextFormat(Qt.TextFormat.PlainText)
    do = box.addButton(deed.button, QMessageBox.ButtonRole.DestructiveRole)
    do.setObjectName(f"{deed.name}_dialog_do")
    cancel = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
    cancel.setObjectName(f"{deed.name}_dialog_cancel")
    box.setDefaultButton(cancel)
    box.setEscapeButton(cancel)
    box.exec()
    is_wanted = is_there(box) and box.clickedButton() is do
    drop(box)
    return is_wanted


def _names(jobs: Sequence[tuple[str, str]]) -> str:
    if len(jobs) == 1:
        return ""
    names = [f"{short_name(name, _SHOWN)} ({state})" for name, state in jobs[:_NAMED]]
    if len(jobs) > _NAMED:
        names.append(f"and {len(jobs) - _NAMED} more")
    return "\n".join(names)
