"""Who is timed: this engine, tej 0.6 in an environment of its own, and plain OpenSSH.

Each times its own work, so that what it takes to call it counts for nobody.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from vistrails_tej.engine import RemoteQueue
from vistrails_tej.engine.destination import Destination

from .place import Place

ROOT = Path(__file__).resolve().parent.parent


class Contestant(Protocol):
    """What each can do; every method but ``close`` returns the seconds it took."""

    name: str
    jobs: Path
    """Where the jobs are on the server."""

    def connect(self) -> float:
        """Connect and log in anew; from then on that connection is used."""

    def submit(self, job_id: str, directory: Path) -> float:
        """Send the directory and start its start.sh."""

    def status(self, job_ids: Sequence[str]) -> float:
        """Ask for all these jobs; each of them has ended well, or this fails."""

    def download(self, job_id: str, name: str, into: Path) -> float:
        """Fetch a directory of a job as ``into``/``name``."""

    def is_over(self, job_id: str) -> bool:
        """Whether a job has ended, looked up on the disk."""

    def close(self) -> None:
        """End the connection."""


def timed(work: Callable[[], object]) -> float:
    """Return how long ``work`` took, in seconds."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


class Ours:
    """The engine of this project."""

    name = "ours"

    def __init__(self, place: Place) -> None:
        self._place = place
        self._queue = self._make()
        self.jobs = place.home / ".ours" / "jobs"

    def _make(self) -> RemoteQueue:
        destination = Destination("127.0.0.1", port=self._place.port)
        return RemoteQueue(destination, "~/.ours", ssh_directory=self._place.server.ssh_directory)

    def connect(self) -> float:
        """Connect and log in anew."""
        self.close()
        self._queue = self._make()
        return timed(self._queue.connect)

    def submit(self, job_id: str, directory: Path) -> float:
        """Send a directory and start it."""
        return timed(lambda: self._queue.submit(job_id, directory))

    def status(self, job_ids: Sequence[str]) -> float:
        """Ask for these jobs."""
        begun = time.perf_counter()
        if len(job_ids) == 1:
            found = [self._queue.status(job_ids[0])]
        else:
            found = list(self._queue.statuses(job_ids).values())
        took = time.perf_counter() - begun
        assert len(found) == len(job_ids)
        assert all(one.is_ok for one in found), found
        return took

    def download(self, job_id: str, name: str, into: Path) -> float:
        """Fetch a directory."""
        return timed(lambda: self._queue.download_directory(job_id, name, into=into / name))

    def is_over(self, job_id: str) -> bool:
        """Look on the disk."""
        return (self.jobs / job_id / ".vt" / "attempt-1" / "exit.0").exists()

    def close(self) -> None:
        """End it."""
        self._queue.close()


class Legacy:
    """tej 0.6 from PyPI, in a process of its own environment."""

    name = "tej 0.6"

    def __init__(self, place: Place, python: Path) -> None:
        self.jobs = place.home / ".tej" / "jobs"
        # Its host keys and its key are those of the home directory.
        self._process = subprocess.Popen(
            [str(python), str(Path(__file__).with_name("legacy_worker.py")), str(place.port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"HOME": str(place.client_home), "PATH": "/usr/bin:/bin"},
        )

    def _ask(self, verb: str, *arguments: object) -> float:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([verb, *arguments]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"tej 0.6 failed in {verb}"
        return float(line)

    def connect(self) -> float:
        """Connect and log in anew."""
        return self._ask("connect")

    def submit(self, job_id: str, directory: Path) -> float:
        """Send a directory and start it."""
        return self._ask("submit", job_id, str(directory))

    def status(self, job_ids: Sequence[str]) -> float:
        """Ask for these jobs."""
        return self._ask("status", list(job_ids))

    def download(self, job_id: str, name: str, into: Path) -> float:
        """Fetch a directory."""
        return self._ask("download", job_id, name, str(into))

    def is_over(self, job_id: str) -> bool:
        """Look on the disk."""
        status = self.jobs / job_id / "status"
        return status.exists() and status.read_text().startswith("finished\n")

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)
        if self._process.stdout is not None:
            self._process.stdout.close()


class OpenSsh:
    """ssh with ControlMaster and tar: what a careful person would write into a script."""

    name = "ssh + tar"

    def __init__(self, place: Place) -> None:
        self.jobs = place.home / "plain"
        self.jobs.mkdir()
        # A socket's name may be about 100 characters long.
        self._control = Path("/tmp") / f"tej-bench-{place.port}"
        options = {
            "UserKnownHostsFile": place.server.ssh_directory / "known_hosts",
            "IdentityFile": place.server.ssh_directory / "id_ed25519",
            "IdentitiesOnly": "yes",
            "StrictHostKeyChecking": "yes",
            "ControlPath": self._control,
            "Port": place.port,
            "LogLevel": "ERROR",
        }
        self._words = [word for key, value in options.items() for word in ("-o", f"{key}={value}")]

    def _ssh(self, *words: str) -> list[str]:
        return ["ssh", "-F", "none", *self._words, *words]

    def connect(self) -> float:
        """Connect and log in anew."""
        self.close()
        return timed(
            lambda: subprocess.run(
                self._ssh("-M", "-N", "-f", "127.0.0.1"), check=True, stderr=subprocess.DEVNULL
            )
        )

    def submit(self, job_id: str, directory: Path) -> float:
        """Send a directory and start it."""
        command = (
            f"mkdir ~/plain/{job_id} && cd ~/plain/{job_id} && tar -xf - &&"
            " { nohup sh -c './start.sh >_stdout 2>_stderr; echo $? >exit' </dev/null >/dev/null"
            " 2>&1 & }"
        )
        return timed(
            lambda: _pipe(["tar", "-cf", "-", "-C", str(directory), "."], self._run(command))
        )

    def status(self, job_ids: Sequence[str]) -> float:
        """Ask for these jobs."""
        command = (
            f"cd ~/plain && for id in {' '.join(job_ids)}; do read c <$id/exit; echo $id $c; done"
        )
        begun = time.perf_counter()
        told = subprocess.run(self._run(command), check=True, capture_output=True, text=True)
        took = time.perf_counter() - begun
        assert told.stdout.split() == [word for one in job_ids for word in (one, "0")]
        return took

    def download(self, job_id: str, name: str, into: Path) -> float:
        """Fetch a directory."""
        into.mkdir(exist_ok=True)
        command = f"tar -cf - -C ~/plain/{job_id} {name}"
        return timed(lambda: _pipe(self._run(command), ["tar", "-xf", "-", "-C", str(into)]))

    def _run(self, command: str) -> list[str]:
        return self._ssh("127.0.0.1", command)

    def is_over(self, job_id: str) -> bool:
        """Look on the disk."""
        return (self.jobs / job_id / "exit").exists()

    def close(self) -> None:
        """End it."""
        if self._control.exists():
            subprocess.run(
                self._ssh("-O", "exit", "127.0.0.1"), check=False, stderr=subprocess.DEVNULL
            )


def _pipe(source: list[str], sink: list[str]) -> None:
    with subprocess.Popen(source, stdout=subprocess.PIPE) as first:
        subprocess.run(sink, stdin=first.stdout, check=True, stdout=subprocess.DEVNULL)
    assert first.returncode == 0


def copy_job(contestant: Contestant, source: str, copies: Sequence[str]) -> None:
    """Make more jobs that have ended of one, on the server's disk."""
    for name in copies:
        shutil.copytree(contestant.jobs / source, contestant.jobs / name, symlinks=True)
