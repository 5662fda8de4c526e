"""The simulation's view of a queue from outside: what ran, what is left, what was promised."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.waiting import wait_until
from vistrails_tej.engine.job_submission import SMALL

# Each run says so, with the identity of the directory of its attempt, which is made once.
_SCRIPT = """#!/bin/sh
attempt=$(tr '\\000' '\\n' </proc/$PPID/cmdline | sed -n 's,.*\\(attempt-[0-9]*\\)/wrap.sh$,\\1,p')
echo "$(stat -c '%i %.W' ../.vt/$attempt) $attempt {token}" >>"{log}"
{work}
echo {token} >result
"""
WORK = {"quick": "", "short": "sleep 0.1", "failing": "exit 3", "long": "exec sleep 1000"}
_BALLAST = SMALL + 100_000
_QUEUE_NAMES = {"version", "commands", "jobs", "vt"}


class BrokenPromise(AssertionError):
    """Raised when an invariant does not hold."""


@dataclass
class World:
    """One queue below a home of its own, on this machine."""

    folder: Path
    home: Path = Path()
    """Below the folder where none is given."""
    results: dict[str, str] = field(default_factory=dict)
    """What a job that was reported as finished had as its result, by job id."""
    tokens: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        if self.home == Path():
            self.home = self.folder / "home"
            self.home.mkdir()
        self.log.write_text("")

    @property
    def queue(self) -> Path:
        return self.home / ".tej"

    @property
    def log(self) -> Path:
        return self.folder / "runs"

    def job(self, job_id: str) -> Path:
        return self.queue / "jobs" / job_id

    def make_payload(self, work: str, *, large: bool) -> Path:
        """Make a directory to submit; its result is a word that no other has."""
        self.tokens += 1
        folder = self.folder / f"payload-{self.tokens}"
        folder.mkdir()
        script = folder / "start.sh"
        script.write_text(
            _SCRIPT.format(token=f"token-{self.tokens}", log=self.log, work=WORK[work])
        )
        (folder / "input").write_text(f"token-{self.tokens}")
        if large:
            (folder / "ballast").write_bytes(b"x" * _BALLAST)
        return folder

    # What was done to the machine

    def wrapper(self, job_id: str) -> int | None:
        """Return the process of the newest attempt's wrapper, once its job has said that it ran."""
        for started in sorted(self.job(job_id).glob(".vt/attempt-*/started"), reverse=True):
            with contextlib.suppress(OSError, IndexError, ValueError):
                pid = int(started.read_text().split()[2])
                command = Path(f"/proc/{pid}/cmdline").read_bytes()
                attempt = started.parent.stat()
                if b"wrap.sh" in command and f"{attempt.st_ino} " in self.log.read_text():
                    return pid
        return None

    def payload(self, wrapper: int) -> list[int]:
        """Return the children of a wrapper that are not part of it."""
        found = []
        with contextlib.suppress(OSError):
            for word in Path(f"/proc/{wrapper}/task/{wrapper}/children").read_text().split():
                if b"wrap.sh" not in Path(f"/proc/{word}/cmdline").read_bytes():
                    found.append(int(word))
        return found

    def reboot(self) -> None:
        """End everything at once, as a power cut does, and start under another boot id."""
        for _ in range(3):
            for pid in self.processes():
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not self.processes(), message="the end of all processes")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        for name in ("intent", "started"):
            for record in self.queue.glob(f"jobs/*/.vt/attempt-*/{name}"):
                record.write_text(record.read_text().replace(boot, "before-the-reboot"))

    def processes(self) -> list[int]:
        """Return all processes that work below this home."""
        found = []
        wanted = f"HOME={self.home}".encode()
        for path in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                state = (path / "stat").read_text().rpartition(") ")[2][:1]
                if state not in "ZX" and wanted in (path / "environ").read_bytes().split(b"\0"):
                    found.append(int(path.name))
        return found

    # What must hold

    def check(self) -> None:
        """Check what must hold at any moment."""
        runs = Counter(" ".join(line.split()[:2]) for line in self.log.read_text().splitlines())
        twice = [attempt for attempt, count in runs.items() if count > 1]
        if twice:
            raise BrokenPromise(f"an attempt ran twice: {twice} in\n{self.log.read_text()}")
        for job_id, token in self.results.items():
            result = self.job(job_id) / "stage" / "result"
            if not result.is_file() or result.read_text().strip() != token:
                raise BrokenPromise(f"the result of {job_id} is lost: {result} is not {token}")

    def check_end(self) -> None:
        """Check what must hold when every job was deleted."""
        wait_until(lambda: not self._trash(), 20, f"an empty trash, not {self._trash()}")
        left = {path.name for path in self.queue.glob("jobs/*")}
        left |= {path.name for path in self.queue.iterdir()} - _QUEUE_NAMES
        left |= {path.name for path in self.home.iterdir()} - {".tej"}
        if left:
            raise BrokenPromise(f"left behind: {sorted(left)}")
        try:
            wait_until(lambda: not self.processes(), 20, "the end of all processes")
        except AssertionError:
            raise BrokenPromise(f"processes left: {self._describe_processes()}") from None

    def _trash(self) -> list[str]:
        return [path.name for path in self.queue.glob("vt/trash/*")]

    def _describe_processes(self) -> list[str]:
        found = []
        for pid in self.processes():
            with contextlib.suppress(OSError):
                found.append(Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")[:200])
        return found

    def remove(self) -> None:
        """End what is left and remove all files."""
        for pid in self.processes():
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)
