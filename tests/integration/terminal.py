"""Run vistrails-tej on a terminal and type answers, as a person would."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType

from .command_line import CommandLine

ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")
PATIENCE = 60


class Terminal:
    """A command that has a terminal of its own as its three streams."""

    def __init__(
        self, cli: CommandLine, *arguments: object, environment: Mapping[str, str] | None = None
    ) -> None:
        self._ours, theirs = pty.openpty()
        self._process = subprocess.Popen(
            cli.command(arguments),
            env={**cli.environment(), "TERM": "xterm", "COLUMNS": "200", **(environment or {})},
            cwd=cli.folder,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self._shown = b""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(PATIENCE)
        os.close(self._ours)

    @property
    def screen(self) -> str:
        """Everything that was shown so far."""
        return ESCAPES.sub(b"", self._shown).decode(errors="replace")

    @property
    def pid(self) -> int:
        """The process of the command."""
        return self._process.pid

    @property
    def echoes(self) -> bool:
        """Whether the terminal shows what is typed."""
        return bool(termios.tcgetattr(self._ours)[3] & termios.ECHO)

    def wait_for(self, text: str, times: int = 1) -> None:
        """Read until a text was shown so often."""
        deadline = time.monotonic() + PATIENCE
        while self.screen.count(text) < times:
            assert time.monotonic() < deadline, self.screen
            assert self._read(), self.screen

    def type(self, text: str) -> None:
        """Type a line."""
        os.write(self._ours, text.encode() + b"\n")

    def answer(self, questions: Sequence[tuple[str, str]]) -> None:
        """Wait for each question and answer it."""
        for question, text in questions:
            self.wait_for(question)
            self.type(text)

    def interrupt(self) -> None:
        """Press Ctrl+C."""
        self._process.send_signal(signal.SIGINT)

    def finish(self) -> int:
        """Read to the end; return the exit code."""
        while self._read():
            pass
        return self._process.wait(PATIENCE)

    def _read(self) -> bool:
        ready, _, _ = select.select([self._ours], [], [], PATIENCE)
        assert ready, self.screen
        try:
            data = os.read(self._ours, 1 << 16)
        except OSError:
            # The last process that had the terminal is gone.
            return False
        self._shown += data
        return bool(data)
