"""Call the command line inside this process, for commands that need no server."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vistrails_tej.cli.main import execute


class Calling:
    """Runs commands and keeps what they print."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *arguments: object, code: int = 0) -> tuple[str, str]:
        """Run a command, check its exit code, return standard output and error."""
        self._capture.readouterr()
        got = execute([str(one) for one in arguments])
        output, told = self._capture.readouterr()
        assert got == code, (got, output, told)
        return output, told

    def json(self, *arguments: object) -> Any:
        """Run a command with --json and read what it prints."""
        return json.loads(self(*arguments, "--json")[0])

    def sentence(self, *arguments: object, code: int) -> str:
        """Run a command that fails with one sentence, and return it."""
        output, told = self(*arguments, code=code)
        assert output == ""
        (line,) = told.strip().splitlines()
        return line
