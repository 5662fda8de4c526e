"""What is to be seen on the pictures of queues on servers."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path, PurePosixPath
from typing import TypeVar

from PyQt5.QtCore import QSize
from PyQt5.QtWidgets import QComboBox, QWidget

from vistrails_tej.engine import (
    Check,
    ExitReason,
    JobId,
    JobState,
    JobStatus,
    QueueFacts,
    QueueUsage,
    parse_destination,
)
from vistrails_tej.gui.monitor.book_bridge import BookBridge
from vistrails_tej.gui.monitor.queues.cleanup_dialog import CleanupDialog
from vistrails_tej.gui.monitor.queues.other_queue_dialog import OtherQueueDialog
from vistrails_tej.gui.monitor.queues.queue_jobs_model import QueueJobKind
from vistrails_tej.gui.monitor.queues.queue_window import QueueWindow
from vistrails_tej.modules.job_book import CleanupPreview, JobBook, JobEntry, JobStore, QueueLook
from vistrails_tej.modules.queue_reference import QueueReference

from .job_entries import SERVERS, entry
from .pictures import Studio

_SIZE = QSize(1080, 520)
_QUEUE = QueueReference(parse_destination(SERVERS[0]))
_DIRECTORY = PurePosixPath("/home/ada/.tej")
_CHECKS = (
    Check.ok("name", "cluster.example.org, port 22, as ada"),
    Check.ok("reachable", "answers after 12 ms"),
    Check.ok("host key", "ssh-ed25519, on record in /home/ada/.ssh/known_hosts"),
    Check.ok("login", "with the key id_ed25519 of the agent"),
    Check.ok("login shell", "/bin/bash; it prints nothing of its own"),
    Check.ok("programs", "sh, tar and all others are there"),
    Check.warning("space", "3 % of /home is free (4.1 GB)", "delete what you need no more"),
    Check.ok("clock", "2 s behind this machine"),
    Check.ok("after logout", "processes go on when you log out"),
    Check.ok(
        "queue", "/home/ada/.tej: made by tej, version 0.2, runtime default, jobs: 8 finished"
    ),
)
Result = TypeVar("Result")


def _done(result: Result) -> Future[Result]:
    future: Future[Result] = Future()
    future.set_result(result)
    return future


class _SeenBook(JobBook):
    """Has looked at one queue on a server."""

    def look_at_queue(self, queue: QueueReference) -> Future[QueueLook]:
        """See JobBook."""
        facts = QueueFacts(_DIRECTORY, "0.2.1", "default", ())
        return _done(QueueLook(queue, facts, tuple(_jobs()), time.time()))

    def queue_usage(self, queue: QueueReference) -> Future[QueueUsage]:
        """See JobBook."""
        return _done(QueueUsage(3_650_000_000, 124_000_000_000))

    def recorded_jobs(self, queue: QueueReference) -> dict[JobId, list[JobEntry]]:
        """See JobBook."""
        return _known()

    def recorded_queues(self) -> list[QueueReference]:
        """See JobBook."""
        return [_QUEUE, QueueReference(parse_destination(SERVERS[1]))]

    def examine(
        self, queue: QueueReference, tell: Callable[[Check], None], stop: threading.Event
    ) -> Future[None]:
        """See JobBook."""
        for check in _CHECKS:
            tell(check)
        return _done(None)


def queue(studio: Studio) -> QWidget:
    window = _window(studio)
    window.page.facts.count()
    kind = window.findChild(QComboBox, "queue_kind")
    assert kind is not None
    kind.setCurrentIndex(list(QueueJobKind).index(QueueJobKind.ALL))
    studio.settle()
    table = window.page.table
    table.setCurrentIndex(window.page.model.index(1, 0))
    studio.settle()
    return window


def queue_doctor(studio: Studio) -> QWidget:
    window = _window(studio)
    window.tabs.setCurrentWidget(window.doctor)
    window.doctor.run()
    studio.settle()
    return window


def queue_cleanup(studio: Studio) -> QWidget:
    jobs = _jobs()
    over = tuple(one for one in jobs if one.is_over)
    active = tuple(one for one in jobs if not one.is_over)
    known = _known()
    ids = frozenset(one.job_id for one in over if one.job_id in known)
    preview = CleanupPreview(_QUEUE, _DIRECTORY, over, active, ids)
    return studio.show(CleanupDialog(preview, known, studio.theme, studio.window()))


def queue_other(studio: Studio) -> QWidget:
    dialog = OtherQueueDialog(studio.window())
    studio.show(dialog)
    dialog.accept()
    studio.settle()
    return dialog


def _window(studio: Studio) -> QueueWindow:
    studio.window()
    folder = tempfile.TemporaryDirectory()
    store = JobStore(Path(folder.name))
    bridge = BookBridge(lambda hear: _SeenBook(hear, store=store))
    window = QueueWindow(bridge, studio.theme)
    studio.keep(folder, bridge)
    window.destroyed.connect(bridge.close)
    studio.show(window, _SIZE)
    window.show_queue(_QUEUE)
    studio.settle()
    return window


def _jobs() -> list[JobStatus]:
    now = int(time.time())
    found: list[JobStatus] = []

    def add(
        name: str, state: JobState, code: int | None, age: int, owner: str = "ada@desk"
    ) -> None:
        reason = ExitReason.KILLED if code == 143 else None
        found.append(
            JobStatus(
                JobId(name),
                state,
                _DIRECTORY / "jobs" / name / "stage",
                exit_code=code,
                reason=reason,
                submitted=now - age * 3600,
                ended=now - age * 1800 if state.is_final else None,
                uploader=owner,
                checked=now,
            )
        )

    add("vistrails_module_9c95fe34efcfe67450cf134f5a8b299488c8995f", JobState.RUNNING, None, 1)
    add("vistrails_module_61d0b8e2c4f7a95310bb27ee0fd4c1a29c730d58", JobState.EXITED, 0, 3)
    add("vistrails_module_0b7f3ad95c1e8264fa5d90b1733ee2c4d80f6a17", JobState.EXITED, 0, 5)
    add("job_20261126-093042_5b1e07a4", JobState.EXITED, 1, 50, "bob@lab12")
    add("job_20261125-171502_88c1d2f0", JobState.EXITED, 143, 66, "bob@lab12")
    add("vistrails_module_c41f7780ad2b9e6613d5f08247bb95ce1a30e6d9", JobState.LOST, None, 90)
    return found


def _known() -> dict[JobId, list[JobEntry]]:
    names = ("Find the primes", "Count words")
    jobs = _jobs()
    return {job.job_id: [entry(name)] for job, name in zip(jobs, names, strict=False)}
