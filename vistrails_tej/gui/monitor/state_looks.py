"""What each state of a job looks like: a drawing and a colour, beside its word."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt5.QtGui import QIcon

from ...modules.job_book import JobBookState
from ..icons import SIZES, pixmap
from ..theme import Theme


@dataclass(frozen=True, slots=True)
class JobLook:
    """The name of a drawing, and the field of the theme that colours it and its word."""

    icon: str
    ink: str


LOOKS = {
    JobBookState.UNKNOWN: JobLook("job-unknown", "faint_text"),
    JobBookState.UPLOADING: JobLook("upload", "link"),
    JobBookState.QUEUED: JobLook("clock", "warning"),
    JobBookState.RUNNING: JobLook("job-running", "link"),
    JobBookState.FINISHED: JobLook("job-finished", "success"),
    JobBookState.FAILED: JobLook("job-failed", "error"),
    JobBookState.LOST: JobLook("job-lost", "error"),
    JobBookState.KILLED: JobLook("job-killed", "warning"),
    JobBookState.DELETED: JobLook("delete", "faint_text"),
    JobBookState.BROKEN: JobLook("warning", "warning"),
}


def state_icons(theme: Theme) -> dict[JobBookState, QIcon]:
    """The drawings of all states in the colours of a theme, readable also where selected."""
    return {state: _icon(look, theme) for state, look in LOOKS.items()}


def _icon(look: JobLook, theme: Theme) -> QIcon:
    made = QIcon()
    for mode, ink in (
        (QIcon.Mode.Normal, getattr(theme, look.ink)),
        (QIcon.Mode.Selected, theme.accent_text),
    ):
        for size in SIZES:
            made.addPixmap(pixmap(look.icon, ink, size), mode)
    return made
