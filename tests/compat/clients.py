"""Three ways to work on a queue behind one face: tej 0.6 by command, by its API, and ours."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tests.integration.sshd import Sshd
from vistrails_tej.engine import errors
from vistrails_tej.engine.remote_queue import RemoteQueue
from vistrails_tej.engine.ssh_connection import SshConnection

ROOT = Path(__file__).resolve().parents[2]
TEJ = ROOT / ".venv-tej" / "bin" / "tej"
TIMEOUT = 60


class Refused(Exception):
    """What a client was told; ``reason`` is one of a few words, the same for all clients."""

    def __init__(self, reason: str, text: str = "") -> None:
        super().__init__(f"{reason}: {text}")
        self.reason = reason


class Client(Protocol):
    """The verbs. ``status`` and ``list`` use tej's words; errors are Refused."""

    def setup(self, queue: str, links: Sequence[str] = ()) -> None: ...
    def submit(self, queue: str, job_id: str | None, directory: Path, script: str) -> str: ...
    def status(self, queue: str, job_id: str) -> str: ...
    def list(self, queue: str) -> dict[str, str]: ...
    def download(self, queue: str, job_id: str, name: str, folder: Path) -> Path: ...
    def kill(self, queue: str, job_id: str) -> None: ...
    def delete(self, queue: str, job_id: str) -> None: ...


def user_environment(server: Sshd) -> dict[str, str]:
    """The environment of a user whose keys and known hosts are those for the server."""
    home = server.ssh_directory.parent
    kept = {key: os.environ[key] for key in ("PATH", "LANG", "TMPDIR") if key in os.environ}
    return {**kept, "HOME": str(home), "PYTHONUTF8": "1"}


@dataclass
class TejProcess:
    """The Python of tej 0.6, in which tej_service.py waits for what to call."""

    server: Sshd
    _process: subprocess.Popen[str] | None = field(default=None, init=False)

    def __enter__(self) -> TejProcess:
        self._process = subprocess.Popen(
            [str(TEJ.with_name("python")), str(Path(__file__).with_name("tej_service.py"))],
            env=user_environment(self.server),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *exception: object) -> None:
        assert self._process is not None
        self._process.communicate(timeout=TIMEOUT)

    def ask(self, verb: str, queue: str = "", *arguments: object) -> Any:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        place = f"127.0.0.1:{self.server.port}"
        print(json.dumps([verb, place, queue, *arguments]), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())


@dataclass
class TejCommand:
    """The command line of tej 0.6, a process for each verb."""

    process: TejProcess

    def run(self, verb: str, *words: object, folder: Path | None = None) -> tuple[int, str, str]:
        """Return the exit code, stdout and stderr."""
        server = self.process.server
        line = [verb, f"127.0.0.1:{server.port}", *map(str, words)]
        here = str(folder or server.ssh_directory.parent)
        code, out, err = self.process.ask("command", "", line, here)["value"]
        return code, out, err

    def call(self, verb: str, queue: str, *words: object, folder: Path | None = None) -> str:
        code, out, err = self.run(verb, "--queue", queue, *words, folder=folder)
        if code:
            raise Refused(_reason(err), err)
        return out

    def setup(self, queue: str, links: Sequence[str] = ()) -> None:
        self.call("setup", queue, *(word for link in links for word in ("--make-link", link)))

    def submit(self, queue: str, job_id: str | None, directory: Path, script: str) -> str:
        named = [] if job_id is None else ["--id", job_id]
        return self.call("submit", queue, *named, "--script", script, directory).strip()

    def status(self, queue: str, job_id: str) -> str:
        return self.call("status", queue, "--id", job_id).strip()

    def list(self, queue: str) -> dict[str, str]:
        return dict(line.split(" ", 1) for line in self.call("list", queue).splitlines())

    def download(self, queue: str, job_id: str, name: str, folder: Path) -> Path:
        self.call("download", queue, "--id", job_id, name, folder=folder)
        return folder / name

    def kill(self, queue: str, job_id: str) -> None:
        self.call("kill", queue, "--id", job_id)

    def delete(self, queue: str, job_id: str) -> None:
        self.call("delete", queue, "--id", job_id)


# What tej says on stderr, or raises, for each of our words.
_TOLD = {
    "exists": ("Job already exists", "JobAlreadyExists"),
    "no job": ("Job not found", "JobNotFound"),
    "running": ("Job is still running", "JobStillRunning"),
    "no queue": (
        "Queue doesn't exist",
        "QueueDoesntExist",
        "link chain is broken",
        "QueueLinkBroken",
    ),
    "queue exists": ("Queue already exists", "QueueExists"),
    "no file": ("No such file", "SCPException"),
    "failed": ("RemoteCommandFailure",),
}


def _reason(text: str) -> str:
    for reason, told in _TOLD.items():
        if any(words in text for words in told):
            return reason
    raise AssertionError(f"tej failed in an unknown way: {text}")


@dataclass
class TejApi:
    """The Python API of tej 0.6."""

    process: TejProcess

    def call(self, verb: str, queue: str, *arguments: object) -> Any:
        answer = self.process.ask(verb, queue, *arguments)
        if "error" in answer:
            raise Refused(_reason(answer["error"]), answer["text"])
        return answer["value"]

    def setup(self, queue: str, links: Sequence[str] = ()) -> None:
        self.call("setup", queue, list(links), False, False)

    def submit(self, queue: str, job_id: str | None, directory: Path, script: str) -> str:
        return str(self.call("submit", queue, job_id, str(directory), script))

    def status(self, queue: str, job_id: str) -> str:
        try:
            state, _, result = self.call("status", queue, job_id)
        except Refused as error:
            if error.reason == "no job":
                return "not found"
            raise
        return state if result is None else f"{state} {result}"

    def list(self, queue: str) -> dict[str, str]:
        return dict(self.call("list", queue))

    def download(self, queue: str, job_id: str, name: str, folder: Path) -> Path:
        self.call("download", queue, job_id, [name], str(folder))
        return folder / name

    def kill(self, queue: str, job_id: str) -> None:
        self.call("kill", queue, job_id)

    def delete(self, queue: str, job_id: str) -> None:
        self.call("delete", queue, job_id)


@dataclass
class Ours:
    """The engine of this project, on one connection."""

    ssh: SshConnection

    def queue(self, path: str) -> RemoteQueue:
        return RemoteQueue(self.ssh.destination, path, connection=self.ssh)

    def setup(self, queue: str, links: Sequence[str] = ()) -> None:
        with _translated(), self.queue(queue) as remote:
            remote.setup(links=links)

    def submit(self, queue: str, job_id: str | None, directory: Path, script: str) -> str:
        with _translated(), self.queue(queue) as remote:
            return remote.submit(job_id, directory, script=script)

    def status(self, queue: str, job_id: str) -> str:
        with _translated(), self.queue(queue) as remote:
            try:
                found = remote.status(job_id)
            except errors.JobNotFound:
                return "not found"
        return f"finished {found.exit_code}" if found.is_over else "running"

    def list(self, queue: str) -> dict[str, str]:
        with _translated(), self.queue(queue) as remote:
            found = remote.statuses()
        return {job_id: "finished" if one.is_over else "running" for job_id, one in found.items()}

    def download(self, queue: str, job_id: str, name: str, folder: Path) -> Path:
        with _translated(), self.queue(queue) as remote:
            return remote.download(job_id, name, into=folder)

    def kill(self, queue: str, job_id: str) -> None:
        with _translated(), self.queue(queue) as remote:
            remote.kill(job_id)

    def delete(self, queue: str, job_id: str) -> None:
        with _translated(), self.queue(queue) as remote:
            remote.delete(job_id)


class _translated:  # noqa: N801  (reads as a sentence)
    _WORDS: tuple[tuple[type[Exception], str], ...] = (
        (errors.JobExists, "exists"),
        (errors.JobNotFound, "no job"),
        (errors.JobStillRunning, "running"),
        (errors.QueueNotFound, "no queue"),
        (errors.QueueExists, "queue exists"),
        (errors.RemoteFileNotFound, "no file"),
    )

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        for wanted, reason in self._WORDS:
            if isinstance(error, wanted):
                raise Refused(reason, str(error)) from error


def copy_of_tree(directory: Path) -> dict[str, bytes | None]:
    """Every name below a directory with its bytes; None for a directory."""
    return {
        str(path.relative_to(directory)): path.read_bytes() if path.is_file() else None
        for path in sorted(directory.rglob("*"))
    }


def require_tej() -> None:
    """Fail, with what to do, where tej 0.6 is not installed."""
    assert shutil.which(str(TEJ)), "no tej 0.6 here; run scripts/legacy-environment"
