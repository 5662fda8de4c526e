"""What the tests of the server's functions share: a queue behind a local shell."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.runtimes.local_shell import LocalReply, LocalShell
from tests.waiting import wait_until
from vistrails_tej.engine.job import JobId, JobState, JobStatus
from vistrails_tej.engine.payload import Payload, Start, read_payload
from vistrails_tej.engine.protocol import parse_status, parse_statuses

OWNER = "ann@pc"
DEAD = "-"


@dataclass
class Client:
    """Calls the functions as the engine does; ``path`` is the queue as a user would write it."""

    shell: LocalShell
    scratch: Path
    path: str = "~/.tej"
    _wrappers: list[int] = field(default_factory=list)

    @property
    def queue(self) -> Path:
        return self.shell.home / ".tej"

    def job(self, job_id: str) -> Path:
        return self.queue / "jobs" / job_id

    def attempt(self, job_id: str, number: int = 1) -> Path:
        return self.job(job_id) / ".vt" / f"attempt-{number}"

    def run(self, *words: str) -> LocalReply:
        return self.shell.run([words[0], self.path, *words[1:]])

    def payload(self, job_id: str, files: Mapping[str, str], script: str = "start.sh") -> Payload:
        directory = self.scratch / secrets.token_hex(4)
        for name, text in files.items():
            target = directory / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        return read_payload(JobId(job_id), directory, Start("script", script))

    def words(self, payload: Payload, job_id: str, *start: str, stale: str = DEAD) -> list[str]:
        return ["job_submit", self.path, job_id, payload.nonce, OWNER, stale, *start]

    def submit(
        self, job_id: str, text: str, *, script: str = "start.sh", stale: str = DEAD
    ) -> LocalReply:
        """Submit a job of one script, whose text this is."""
        payload = self.payload(job_id, {script: text}, script)
        words = self.words(payload, job_id, "script", script, stale=stale)
        return self.shell.run([*words, "no", str(payload.size)], payload=payload.pack())

    def submit_again(self, job_id: str, text: str, *, stale: str = DEAD) -> LocalReply:
        """Make a new attempt of a job."""
        payload = self.payload(job_id, {"start.sh": text})
        words = self.words(payload, job_id, "script", "start.sh", stale=stale)
        return self.shell.run([*words, "yes"], payload=payload.pack())

    def status(self, job_id: str) -> JobStatus:
        return parse_status(self.run("job_status", job_id), JobId(job_id))

    def state(self, job_id: str) -> JobState:
        return self.status(job_id).state

    def statuses(self) -> dict[JobId, JobStatus]:
        return parse_statuses(self.run("job_statuses"))

    def wait_for(self, job_id: str, state: JobState) -> JobStatus:
        wait_until(lambda: self.state(job_id) is state, message=f"{job_id} {state.value}")
        return self.status(job_id)

    def wait_for_end(self, job_id: str) -> JobStatus:
        wait_until(lambda: self.status(job_id).is_over, message=f"the end of {job_id}")
        return self.status(job_id)

    def output(self, job_id: str, name: str = "_stdout") -> str:
        return (self.job(job_id) / "stage" / name).read_text()

    def wait_for_number(self, job_id: str, name: str) -> int:
        """Wait for a job to write a number into a file, and return that."""
        path = self.job(job_id) / "stage" / name
        return int(wait_until(lambda: path.exists() and path.read_text(), message=name))

    def start_running(self, job_id: str, text: str = "sleep 1000") -> int:
        """Submit a job that stays, and return the process id of its wrapper."""
        reply = self.submit(job_id, f"#!/bin/sh\n{text}\n")
        assert reply.exit_code == 0, reply
        self.wait_for(job_id, JobState.RUNNING)
        pid = int((self.attempt(job_id) / "started").read_text().split()[2])
        self._wrappers.append(pid)
        return pid

    def change_start(self, job_id: str, **changes: str) -> None:
        """Rewrite words of the record of a job's start: host, boot, pid, start, group, epoch."""
        names = ("host", "boot", "pid", "start", "group", "epoch")
        record = self.attempt(job_id) / "started"
        words = dict(zip(names, record.read_text().split(), strict=True))
        record.write_text(" ".join({**words, **changes}.values()) + "\n")

    def kill_all(self) -> None:
        reply = self.run("job_statuses")
        for job_id in parse_statuses(reply) if reply.exit_code == 0 else ():
            self.run("job_kill", job_id)
        # Some a test has put where no kill finds them.
        for pid in self._wrappers:
            with contextlib.suppress(OSError):
                if b"wrap.sh" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    os.killpg(pid, signal.SIGKILL)


def names(directory: Path) -> set[str]:
    """Return the names of what is in a directory."""
    return {path.name for path in directory.iterdir()}


def link_programs(directory: Path, without: set[str]) -> str:
    """Make a PATH of the standard programs, less some."""
    directory.mkdir()
    names = (
        "basename cat chmod cut date dd dirname env expr false head hostname id kill ln ls mkdir"
        " mktemp mv nohup od printf ps pwd readlink rm rmdir seq sh sha256sum sleep sort stat tail"
        " tar tee test timeout touch tr true uname wc setsid flock perl gzip sed"
    )
    for name in set(names.split()) - without:
        found = shutil.which(name)
        if found is not None:
            (directory / name).symlink_to(found)
    return str(directory)


def fill(directory: Path) -> Path:
    """Write a file until the disk is full, and return it."""
    filler = directory / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            return filler
