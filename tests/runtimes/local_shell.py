"""The session shell of the engine, without a network: the same prelude in a shell of this machine.

Requests run as over SSH: functions in a subshell, the payload on stdin, the answer with its code.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from vistrails_tej.engine.runtime import load_runtime


@dataclass(frozen=True)
class LocalReply:
    exit_code: int
    stdout: bytes
    stderr: bytes

    @property
    def text(self) -> str:
        return self.stdout.decode()

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


@dataclass
class LocalShell:
    """Runs functions of the runtime by ``program`` (dash or bash) below a home of its own.

    ``user``, ``group`` and ``groups`` are for root, who can be anybody.
    """

    program: str
    home: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    options: str = "-eu"
    user: int | None = None
    group: int | None = None
    groups: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        # Beside the home, for that has to look untouched.
        self._library = self.home.with_name(self.home.name + ".prelude.sh")
        self._library.write_text(load_runtime().prelude)

    def variables(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        return {**kept, "HOME": str(self.home), "VT_SHELL": self.program, **self.environment}

    def run(
        self,
        command: Sequence[str],
        *,
        payload: Iterable[bytes] | None = None,
        timeout: float = 60.0,
    ) -> LocalReply:
        words = [self.program, self.options, "-c", '. "$0"; ("$@")', str(self._library), *command]
        done = subprocess.run(
            [os.fsencode(word) for word in words],
            input=b"".join(payload or []),
            capture_output=True,
            timeout=timeout,
            env=self.variables(),
            cwd=self.home,
            user=self.user,
            group=self.group,
            extra_groups=None if self.group is None else self.groups,
            check=False,
        )
        return LocalReply(done.returncode, done.stdout, done.stderr)

    def send(
        self, command: Sequence[str], payload: Iterable[bytes], *, timeout: float = 60.0
    ) -> LocalReply:
        return self.run(command, payload=payload, timeout=timeout)

    @contextlib.contextmanager
    def stream(self, command: Sequence[str], *, timeout: float = 60.0) -> Iterator[BytesIO]:
        reply = self.run(command, timeout=timeout)
        if reply.exit_code:
            raise AssertionError(f"{command[0]} exited with {reply.exit_code}: {reply.stderr!r}")
        yield BytesIO(reply.stdout)

    def start(self, command: Sequence[str], payload: bytes = b"") -> subprocess.Popen[bytes]:
        """Begin a request and do not wait for it; for races."""
        words = [self.program, self.options, "-c", '. "$0"; ("$@")', str(self._library), *command]
        process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.variables(),
            cwd=self.home,
        )
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(payload)
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        process.stdin = None
        return process
