"""What is to be seen on the pictures of the job monitor."""

from __future__ import annotations

import tempfile
import time
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

from PyQt5.QtCore import QPoint, QSize
from PyQt5.QtWidgets import QMenu, QTreeWidget, QWidget

from vistrails_tej.engine import ExitReason, JobFile, JobState
from vistrails_tej.gui.monitor.book_bridge import BookBridge
from vistrails_tej.gui.monitor.checks import Checks
from vistrails_tej.gui.monitor.job_files_dialog import JobFilesDialog
from vistrails_tej.gui.monitor.monitor_view import MonitorView
from vistrails_tej.gui.monitor.monitor_window import MonitorWindow
from vistrails_tej.gui.settings import Settings
from vistrails_tej.modules.job_book import JobBook, JobEntry, JobKey, JobStore

from .job_entries import SERVERS, broken, entry, with_state
from .pictures import Studio

_WRITTEN = "".join(f"step {step:3}  residual {1 / step**2:.6f}\n" for step in range(1, 60))
_SIZE = QSize(1180, 520)


class _WrittenBook(JobBook):
    """All of its jobs have written the same."""

    def job_files(self, key: JobKey, limit: int = 1000) -> Future[list[JobFile]]:
        """See JobBook."""
        now = int(time.time())
        sizes = {
            "_stderr": 0,
            "_stdout": 2_310,
            "primes/large.csv": 48_300_000,
            "primes/small.csv": 12_400,
            "report.pdf": 310_000,
            "start.sh": 412,
        }
        future: Future[list[JobFile]] = Future()
        future.set_result([JobFile(one, size, now - 900) for one, size in sizes.items()])
        return future

    def tail(self, key: JobKey, name: str = "_stdout", size: int = 64 * 1024) -> Future[str]:
        """See JobBook."""
        future: Future[str] = Future()
        future.set_result(_WRITTEN)
        return future


def monitor(studio: Studio) -> QWidget:
    window = _window(studio)
    window.view.select_job(_jobs()[1].key)
    studio.settle()
    return window


def monitor_empty(studio: Studio) -> QWidget:
    return _window(studio, jobs=False)


def monitor_output(studio: Studio) -> QWidget:
    window = _window(studio)
    window.view.select_job(_jobs()[0].key)
    window.view.show_output(_jobs()[0])
    studio.settle()
    return window


def job_files(studio: Studio) -> QWidget:
    bridge = _bridge(studio)
    dialog = JobFilesDialog(bridge, _jobs()[1], _window(studio, bridge))
    studio.show(dialog)
    shown = dialog.findChild(QTreeWidget, "job_files")
    assert shown is not None
    for row in (2, 4):
        item = shown.topLevelItem(row)
        assert item is not None
        item.setSelected(True)
    studio.settle()
    return dialog


def monitor_menu(studio: Studio) -> tuple[QWidget, ...]:
    window = _window(studio)
    tree = window.view.tree
    window.view.select_job(_jobs()[3].key)
    tree.customContextMenuRequested.emit(tree.visualRect(tree.currentIndex()).center())
    studio.settle()
    menu = tree.findChild(QMenu, "job_menu")
    assert menu is not None
    menu.move(window.mapToGlobal(QPoint(330, 150)))
    return window, menu


def jobs_dock(studio: Studio) -> QWidget:
    window = studio.open("tej-primes.vt")
    window.show_dock("jobs")
    studio.settle()
    view = window.docks["jobs"].widget()
    assert isinstance(view, MonitorView)
    view.show_jobs(_jobs())
    studio.settle()
    window.views.canvas.fit()
    studio.settle()
    return window


def _bridge(studio: Studio) -> BookBridge:
    studio.window()
    folder = tempfile.TemporaryDirectory()
    store = JobStore(Path(folder.name))
    bridge = BookBridge(lambda hear: _WrittenBook(hear, store=store))
    # Without its parent, so that it outlives the window.
    studio.keep(folder, bridge)
    return bridge


def _window(
    studio: Studio, bridge: BookBridge | None = None, *, jobs: bool = True
) -> MonitorWindow:
    bridge = bridge or _bridge(studio)
    window = MonitorWindow(bridge, Checks(bridge, Settings()), studio.theme)
    window.destroyed.connect(bridge.close)
    studio.show(window, _SIZE)
    if jobs:
        window.view.show_jobs(_jobs())
    studio.settle()
    return window


def _jobs() -> list[JobEntry]:
    now = time.time()
    found: list[JobEntry] = []

    def add(name: str, state: JobState, code: int | None = None, **more: object) -> None:
        reason = ExitReason.KILLED if code == 143 else None
        one = entry(name, None, **more)  # type: ignore[arg-type]
        found.append(with_state(one, state, code, reason, now))

    add("Find the primes", JobState.RUNNING)
    add("Count words", JobState.EXITED, 0)
    add("Draw the map", JobState.QUEUED)
    add("Average of July", JobState.EXITED, 3, version=25)
    add("Average of August", JobState.EXITED, 0, version=25)
    add("Ice of 1979", JobState.LOST, file="climate.vt", server=SERVERS[1])
    add("Ice of 1980", JobState.EXITED, 143, file="climate.vt", server=SERVERS[1])
    add("Ice of 1981", JobState.RUNNING, file="climate.vt", server=SERVERS[1])
    add("Ice of 1982", JobState.UPLOADING, file="climate.vt", server=SERVERS[1])
    found[-2] = replace(found[-2], offline_since=now - 900)
    return [*found, broken("Old run", "climate.vt")]
