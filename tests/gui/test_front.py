"""Windows that are called come to the front, also out of the task bar."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from vistrails_tej.gui.front import bring_to_front
from vistrails_tej.gui.host_windows import HostWindows
from vistrails_tej.modules.sessions import stop_sessions

from .windows import running_builder

Show = Callable[[], QWidget]


@pytest.fixture
def host(qapp: QApplication) -> Iterator[HostWindows]:
    windows = HostWindows(qapp)
    yield windows
    windows.close()
    stop_sessions()


def is_brought_back(show: Show, qtbot: QtBot) -> bool:
    window = show()
    qtbot.addWidget(window)
    qtbot.waitExposed(window)
    window.showMinimized()
    qtbot.waitUntil(window.isMinimized)
    assert show() is window
    return not window.isMinimized()


def test_a_minimised_monitor_and_queue_window_come_back_when_called(
    qapp: QApplication, qtbot: QtBot
) -> None:
    with running_builder(qapp) as builder:
        builder.new_window()
        assert is_brought_back(builder.jobs.show_window, qtbot)
        assert is_brought_back(builder.jobs.show_queues, qtbot)


def test_they_come_back_beside_a_host_as_well(host: HostWindows, qtbot: QtBot) -> None:
    assert is_brought_back(host.show_jobs, qtbot)
    assert is_brought_back(host.show_queues, qtbot)


def test_a_window_comes_back_as_large_as_it_was(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.showMaximized()
    window.setWindowState(window.windowState() | Qt.WindowState.WindowMinimized)
    bring_to_front(window)
    assert (window.isMinimized(), window.isMaximized()) == (False, True)
