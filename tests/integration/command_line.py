"""Run vistrails-tej as a person would: a process of its own with its own home."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TIMEOUT = 60


@dataclass(frozen=True)
class CommandLine:
    """The command line with ``home`` as the user's home and ``folder`` as current directory."""

    home: Path
    folder: Path

    def __call__(
        self, *arguments: object, code: int | None = 0
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end and check its exit code."""
        done = subprocess.run(
            self.command(arguments),
            env=self.environment(),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        assert code is None or done.returncode == code, (done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def json(self, *arguments: object, code: int | None = 0) -> Any:
        """Run a command with --json and read what it prints."""
        return json.loads(self(*arguments, "--json", code=code).stdout)

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        """Start a command and leave it running."""
        return subprocess.Popen(
            self.command(arguments),
            env=self.environment(),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def command(self, arguments: tuple[object, ...]) -> list[str]:
        """The words of a command."""
        return [sys.executable, "-m", "vistrails_tej", *map(str, arguments)]

    def environment(self) -> dict[str, str]:
        """An environment in which nothing of the real user is seen."""
        kept = {key: os.environ[key] for key in ("PATH", "LANG", "TMPDIR") if key in os.environ}
        return {**kept, "HOME": str(self.home), "PYTHONWARNINGS": "error", "PYTHONUTF8": "1"}


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """What a failed command told: exactly one line on standard error."""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]
