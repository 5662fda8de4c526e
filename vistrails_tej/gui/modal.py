"""Dialogs that are waited for. Their window may be closed meanwhile, and takes them along."""

from __future__ import annotations

from PyQt5 import sip
from PyQt5.QtWidgets import QDialog, QWidget


def wait_for(dialog: QDialog) -> bool:
    """Show a dialog and wait; False when it was left, or is not there any more."""
    is_accepted = dialog.exec() == QDialog.DialogCode.Accepted
    return is_accepted and is_there(dialog)


def is_there(widget: QWidget | None) -> bool:
    """Whether a widget can still be asked for something."""
    return widget is not None and not sip.isdeleted(widget)


def drop(dialog: QDialog) -> None:
    """Have a dialog go once it was answered."""
    if is_there(dialog):
        dialog.deleteLater()
