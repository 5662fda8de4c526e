"""What is to be seen on the pictures of jobs that are waited for, and of what servers ask."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

from PyQt5.QtWidgets import QDialog, QWidget

from vistrails_tej.dataflow import JobRecord, WorkflowRecord
from vistrails_tej.engine import HostKeyChanged, HostKeyRevoked, JobId, JobState, JobStatus
from vistrails_tej.gui.host_key_alarm import HostKeyAlarm
from vistrails_tej.gui.monitor.pending_jobs import ReadyWorkflow
from vistrails_tej.gui.monitor.ready_dialog import ReadyDialog
from vistrails_tej.gui.monitor.running_dialog import RunningJobDialog
from vistrails_tej.gui.question_dialogs import AnswersDialog
from vistrails_tej.modules.job_book import JobEntry, JobKey
from vistrails_tej.modules.job_wait import WaitedJob
from vistrails_tej.modules.queue_reference import QueueReference, RemoteJob, make_destination

from .pictures import Studio

_SERVER = "ada@cluster.example.org"
_FINGERPRINT = "SHA256:4VqXSg8Q0tAq0dE6Zk8sVv7oM3u1n1oU5nQ2h9yYbWc"
_FILE = Path("/home/ada/work/tej-primes.vt")


def _waited(name: str, state: JobState, minutes: float, *, is_offline: bool = False) -> WaitedJob:
    """A job that is in this state since some minutes."""
    now = int(time.time())
    begun = now - int(60 * minutes)
    destination, _ = make_destination(_SERVER)
    status = JobStatus(
        JobId(name),
        state,
        PurePosixPath("/home/ada/.tej/jobs") / name,
        submitted=begun,
        started=begun if state is JobState.RUNNING else None,
        checked=now,
    )
    start = (datetime.now() - timedelta(minutes=minutes)).isoformat()
    entry = JobEntry(
        JobKey(_FILE, name),
        JobRecord(name, {}, name, start=start),
        place=RemoteJob(QueueReference(destination), JobId(name)),
        status=status,
        checked=now - (300 if is_offline else 12),
        offline_since=now - 240 if is_offline else None,
    )
    return WaitedJob(entry, now)


def running_job(studio: Studio) -> QWidget:
    dialog = RunningJobDialog(studio.theme, studio.window())
    jobs = [
        _waited("Find the primes", JobState.RUNNING, 7),
        _waited("Count words (2 of 3)", JobState.QUEUED, 15),
        _waited("Draw", JobState.RUNNING, 3, is_offline=True),
        _waited("Over", JobState.RUNNING, 1),
    ]
    dialog.begin("tej-primes.vt")
    dialog.set_jobs(jobs)
    dialog.set_jobs(jobs[:3])
    return studio.show(dialog)


def jobs_ready(studio: Studio) -> QWidget:
    return _ready(studio, "tej-primes.vt")


def jobs_ready_many(studio: Studio) -> QWidget:
    return _ready(studio, "tej-primes.vt", "word-count.vt", "seasons.vt")


def _ready(studio: Studio, *names: str) -> QWidget:
    dialog = ReadyDialog(studio.window())
    entry = _waited("Find the primes", JobState.RUNNING, 7).entry
    assert entry.status is not None
    failed = replace(entry, status=replace(entry.status, state=JobState.EXITED, exit_code=2))
    found = [
        ReadyWorkflow(_FILE.with_name(name), WorkflowRecord(25 + 3 * place), (entry,))
        for place, name in enumerate(names)
    ]
    found[-1] = replace(found[-1], jobs=(entry, failed) if len(found) > 1 else (entry,))
    dialog.add(found)
    return studio.show(dialog)


def jobs_news(studio: Studio) -> QWidget:
    window = studio.open("tej-primes.vt")
    window.notice.tell("The job SubmitJob of tej-primes.vt on cluster: finished.", "Show Jobs")
    studio.settle()
    return window


def host_key_changed(studio: Studio) -> QWidget:
    where = "/home/ada/.ssh/known_hosts, line 12"
    return _alarm(studio, HostKeyChanged(_SERVER, "ssh-ed25519", _FINGERPRINT, where))


def host_key_revoked(studio: Studio) -> QWidget:
    where = "/etc/ssh/ssh_known_hosts, line 3"
    return _alarm(studio, HostKeyRevoked(_SERVER, "ssh-ed25519", _FINGERPRINT, where))


def _alarm(studio: Studio, error: HostKeyChanged | HostKeyRevoked) -> QDialog:
    dialog = HostKeyAlarm(error, studio.theme, studio.window())
    studio.show(dialog)
    return dialog


def password_keyring(studio: Studio) -> QWidget:
    note, prompts = "What you typed before was not accepted.", [(f"Password for {_SERVER}:", False)]
    return studio.show(AnswersDialog("", note, prompts, studio.window(), can_keep=True))
