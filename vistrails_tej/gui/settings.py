"""What the program remembers of a user's wishes: theme, layout of the window, recent files."""

from __future__ import annotations

import enum
import json
from collections.abc import Sequence
from pathlib import Path

from PyQt5.QtCore import QByteArray, QSettings
from PyQt5.QtGui import QPalette

from ..modules.queue_reference import QueueReference, queue_of_record
from .theme import DARK, LIGHT, Theme

_APPLICATION = "vistrails_tej"
_DARKER_THAN = 128
_NEVER = "off"


class ThemeChoice(enum.Enum):
    """Which colours the user wants."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Settings:
    """Reads and writes the user's settings file; wrong values in it count as absent."""

    def __init__(self) -> None:
        self._store = QSettings(
            QSettings.Format.IniFormat, QSettings.Scope.UserScope, _APPLICATION, "builder"
        )

    @property
    def theme(self) -> ThemeChoice:
        """The choice of the menu."""
        try:
            return ThemeChoice(self._store.value("theme", ThemeChoice.SYSTEM.value))
        except ValueError:
            return ThemeChoice.SYSTEM

    @theme.setter
    def theme(self, choice: ThemeChoice) -> None:
        self._store.setValue("theme", choice.value)

    @property
    def window_geometry(self) -> QByteArray:
        """Where the last window was, as Qt writes it; empty if unknown."""
        return self._bytes("window/geometry")

    @window_geometry.setter
    def window_geometry(self, geometry: QByteArray) -> None:
        self._store.setValue("window/geometry", geometry)

    @property
    def window_state(self) -> QByteArray:
        """Where its docks and tool bars were, as Qt writes it; empty if unknown."""
        return self._bytes("window/state")

    @window_state.setter
    def window_state(self, state: QByteArray) -> None:
        self._store.setValue("window/state", state)

    @property
    def recent_files(self) -> list[Path]:
        """The files opened or saved last, the latest first."""
        value = self._store.value("recent_files", [])
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list):
            return []
        return [Path(text) for text in texts if isinstance(text, str) and text]

    @recent_files.setter
    def recent_files(self, paths: Sequence[Path]) -> None:
        self._store.setValue("recent_files", [str(path) for path in paths])

    @property
    def folder(self) -> Path:
        """Where the next file dialog begins: the folder of the last file, else the home."""
        value = self._store.value("folder", "")
        if isinstance(value, str) and value and Path(value).is_dir():
            return Path(value)
        return Path.home()

    @folder.setter
    def folder(self, folder: Path) -> None:
        self._store.setValue("folder", str(folder))

    @property
    def job_interval(self) -> float | None:
        """How often servers are asked about jobs, in seconds; None for never, 0 as needed."""
        value = str(self._store.value("jobs/interval", ""))
        if value == _NEVER:
            return None
        try:
            return max(0.0, float(value))
        except ValueError:
            return 0.0

    @job_interval.setter
    def job_interval(self, seconds: float | None) -> None:
        self._store.setValue("jobs/interval", _NEVER if seconds is None else f"{seconds:g}")

    @property
    def runs_on(self) -> bool:
        """Whether a workflow runs on by itself, unasked, once its jobs have ended."""
        return str(self._store.value("jobs/runs_on", "false")).lower() == "true"

    @runs_on.setter
    def runs_on(self, is_wanted: bool) -> None:
        self._store.setValue("jobs/runs_on", is_wanted)

    @property
    def queues(self) -> list[QueueReference]:
        """The queues that the user named last, the latest first."""
        value = self._store.value("jobs/queues", "")
        try:
            found = json.loads(str(value)) if value else []
            return [queue_of_record(one) for one in found if isinstance(one, dict)]
        except (ValueError, TypeError, RecursionError):
            return []

    @queues.setter
    def queues(self, queues: Sequence[QueueReference]) -> None:
        self._store.setValue("jobs/queues", json.dumps([one.to_parameters() for one in queues]))

    def _bytes(self, key: str) -> QByteArray:
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()


def choose_theme(choice: ThemeChoice, system: QPalette) -> Theme:
    """The theme for a choice; that of the system is told by how dark its windows are."""
    if choice is ThemeChoice.SYSTEM:
        window = system.color(QPalette.ColorRole.Window)
        return DARK if window.lightness() < _DARKER_THAN else LIGHT
    return DARK if choice is ThemeChoice.DARK else LIGHT
