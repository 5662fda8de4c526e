"""A user with a monitor and jobs on a real server, and a watch over the windows' thread."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PyQt5.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from vistrails_tej.gui.monitor.book_bridge import BookBridge
from vistrails_tej.gui.monitor.checks import Checks
from vistrails_tej.gui.monitor.monitor_view import MonitorView
from vistrails_tej.gui.settings import Settings
from vistrails_tej.gui.theme import LIGHT
from vistrails_tej.modules.job_book import JobBook, JobEntry, JobKey, JobStore
from vistrails_tej.modules.queue_reference import QueueReference
from vistrails_tej.modules.sessions import SessionOptions, start_sessions, stop_sessions

from ..integration.sshd import Sshd
from ..job_files import job_record, record_jobs
from ..vistrails import wait_for_file

TIMEOUT = 60_000
_CALLS = ("connect", "connect_ex", "send", "sendall", "recv", "recv_into")


@contextmanager
def no_sockets_in_this_thread(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever this thread, that of the windows, does with a socket is an error at the end."""
    this, caught = threading.get_ident(), []

    def guarded(name: str) -> Any:
        real = getattr(socket.socket, name)

        def call(*arguments: Any, **options: Any) -> Any:
            if threading.get_ident() == this:
                caught.append(name)
                raise AssertionError(f"socket.{name} in the thread of the windows")
            return real(*arguments, **options)

        return call

    with monkeypatch.context() as patch:
        for name in _CALLS:
            patch.setattr(socket.socket, name, guarded(name), raising=False)
        yield
    assert caught == []


class JobDesk:
    """Submits jobs behind the monitor's back, which wait for the file ``go``."""

    def __init__(self, sshd: Sshd, folder: Path, unique: str, qtbot: QtBot) -> None:
        self.folder, self.go = folder, folder / "go"
        self._qtbot = qtbot
        self.queue = QueueReference(sshd.destination, f"~/{unique}-jobs")
        self.sessions = start_sessions(SessionOptions(ssh_directory=sshd.ssh_directory))
        self.bridge = BookBridge(lambda hear: JobBook(hear, store=JobStore(folder / "store")))
        self.checks = Checks(self.bridge, Settings())
        self.checks.set_interval(1.0)
        self.view = MonitorView(self.bridge, self.checks, LIGHT)
        self.view.resize(1100, 500)
        qtbot.addWidget(self.view)
        self.view.show()

    def submit(self, *job_ids: str, then: str = "echo done") -> Path:
        """Start jobs, and record them in a file that the monitor shows."""
        for job_id in job_ids:
            self.start(job_id, f"echo begun\n{wait_for_file(self.go, then)}")
        return self.record(*job_ids)

    def start(self, job_id: str, script: str, **options: Any) -> None:
        """Start a job that runs a shell script; nothing records it."""
        source = self.folder / f"source {job_id}"
        source.mkdir(exist_ok=True)
        (source / "start.sh").write_text(f"#!/bin/sh\n{script}\n")
        self.sessions.queue(self.queue).submit(job_id, source, **options)

    def record(self, *job_ids: str) -> Path:
        """Record jobs in a file, and have the monitor show them."""
        records = {one: job_record(self.queue, one) for one in job_ids}
        path = record_jobs(self.folder / "jobs.vt", records)
        self.bridge.book.open_file(path)
        return path

    def states(self) -> dict[str, str]:
        """What the rows say, by the names of the jobs."""
        return {one.name: str(one.state.value) for one in self.view.model.entries}

    def wait_for(self, **wanted: str) -> None:
        """Wait until the rows say so."""
        self._qtbot.waitUntil(lambda: self.states() == wanted, timeout=TIMEOUT)

    def entry(self, key: JobKey) -> JobEntry:
        """What the book knows of a job."""
        found = self.bridge.book.entry(key)
        assert found is not None
        return found

    def select(self, name: str) -> JobEntry:
        """Select one job."""
        (found,) = [one for one in self.view.model.entries if one.name == name]
        self.view.select_job(found.key)
        return found

    def trigger(self, name: str) -> None:
        """Use one of the actions of the menu."""
        action = self.view.commands[name]
        assert action.isEnabled(), name
        action.trigger()

    def child(self, name: str) -> Any:
        """A part of the view by its name."""
        found = self.view.findChild(QWidget, name)
        assert found is not None, name
        return found

    def close(self) -> None:
        """Let all jobs end, and close everything."""
        self.go.touch()
        self.bridge.close()
        stop_sessions()
