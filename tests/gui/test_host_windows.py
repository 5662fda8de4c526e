"""The windows in a VisTrails that is not ours: beside what runs there already."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PyQt5.QtWidgets import QApplication, QCheckBox, QWidget

from vistrails_tej.engine import parse_destination
from vistrails_tej.gui import host_windows
from vistrails_tej.gui.monitor.monitor_window import MonitorWindow
from vistrails_tej.modules.queue_reference import QueueReference
from vistrails_tej.modules.sessions import (
    QueueSessions,
    current_sessions,
    start_sessions,
    stop_sessions,
)


@pytest.fixture
def sessions(qapp: QApplication) -> Iterator[QueueSessions]:
    yield start_sessions()
    host_windows.close()
    stop_sessions()


def shown() -> MonitorWindow:
    (found,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, MonitorWindow)]
    return found


def test_they_use_the_sessions_that_are_there(sessions: QueueSessions) -> None:
    sessions.waits_for("00ff")
    queue = QueueReference(parse_destination("ada@cluster.example.org"))
    before = sessions.queue(queue)
    assert sessions.options.login.ask_password is None
    host_windows.show_jobs()
    assert current_sessions() is sessions
    assert sessions.has_waited("00ff")
    assert sessions.options.login.ask_password is not None
    assert sessions.queue(queue) is not before, "it asks in windows, too"


def test_what_nothing_does_there_is_not_offered(sessions: QueueSessions) -> None:
    host_windows.show_jobs()
    view = shown().view
    box = view.findChild(QCheckBox, "job_runs_on")
    assert box is not None
    assert not box.isVisible()
    kind = view.findChild(QWidget, "job_kind")
    assert kind is not None
    assert kind.isVisible()
