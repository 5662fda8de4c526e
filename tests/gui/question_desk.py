"""Somebody in front of the program, whom servers ask."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

from PyQt5.QtCore import QObject
from pytestqt.qtbot import QtBot

from vistrails_tej.engine import Destination
from vistrails_tej.gui.calls import GuiCalls
from vistrails_tej.gui.questions import Questions
from vistrails_tej.modules.queue_reference import QueueReference
from vistrails_tej.modules.sessions import QueueSessions
from vistrails_tej.modules.workers import in_thread

from .dialogs import Answers

TIMEOUT = 30_000


class Desk(QObject):
    """``answers`` are what the user is going to say. ``begin`` starts the program once more."""

    def __init__(self, qtbot: QtBot, ssh_directory: Path, *, use_default_keys: bool = True) -> None:
        super().__init__()
        self._qtbot = qtbot
        self._use_default_keys = use_default_keys
        self.ssh_directory = ssh_directory
        self.answers = Answers(self)
        self.begin()

    def begin(self) -> None:
        self.calls = GuiCalls(self)
        self.questions = Questions(self.calls, lambda: None)
        options = self.questions.session_options()
        login = replace(options.login, use_agent=False, use_default_keys=self._use_default_keys)
        options = replace(options, login=login, ssh_directory=self.ssh_directory)
        self.sessions = QueueSessions(options)

    def end(self) -> None:
        self.calls.close()
        self.sessions.close()

    @property
    def known_hosts(self) -> str:
        path = self.ssh_directory / "known_hosts"
        return path.read_text() if path.exists() else ""

    def connect(self, destination: Destination, count: int = 1) -> list[BaseException | None]:
        """Connect several queues of a server, each in a thread of its own; return what failed."""
        queues = [
            self.sessions.queue(QueueReference(destination, f"~/queue-{number}"))
            for number in range(count)
        ]
        futures = [in_thread("connect", queue.connect) for queue in queues]
        return self.wait(*futures)

    def wait(self, *futures: Future[None]) -> list[BaseException | None]:
        """Let Qt work until all are done; return what they raised."""
        for one in futures:
            self._qtbot.waitUntil(one.done, timeout=TIMEOUT)
        return [one.exception() for one in futures]
