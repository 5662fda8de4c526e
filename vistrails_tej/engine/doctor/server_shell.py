"""Ask a server with the functions of doctor.sh: lines of a key and a value."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from ..protocol import Answer, Request, find_error
from ..runtime import load_runtime
from ..session_shell import SessionShell
from ..ssh_connection import SshConnection

__all__ = ["Facts", "ServerShell"]


class Facts:
    """The lines of an answer."""

    def __init__(self, answer: Answer) -> None:
        """Read the answer of a function of doctor.sh."""
        text = answer.stdout.decode("utf-8", "replace")
        pairs = (line.partition(" ") for line in text.splitlines() if line)
        self._lines = [(key, value) for key, _, value in pairs]

    def get(self, key: str) -> str | None:
        """Return the value of a line, or None."""
        return next(self.all(key), None)

    def all(self, key: str) -> Iterator[str]:
        """Yield the values of all lines of a key."""
        return (value for name, value in self._lines if name == key)

    def number(self, key: str) -> int | None:
        """Return a value that begins with a number; None where it does not."""
        word = (self.get(key) or "").partition(" ")[0]
        return int(word) if word.isascii() and word.isdigit() else None


class ServerShell:
    """A shell on the server that knows doctor.sh."""

    def __init__(self, ssh: SshConnection) -> None:
        """Nothing is sent before the first question."""
        self.ssh = ssh
        text = (files(__package__) / "doctor.sh").read_text(encoding="ascii")
        self._shell = SessionShell(ssh, prelude=load_runtime().prelude + text)

    def close(self) -> None:
        """End the shell."""
        self._shell.close()

    def ask(self, function: str, *arguments: str, queue: str = "", timeout: float = 30.0) -> Facts:
        """Call a function; raises what its exit code tells."""
        answer = self._shell.run([function, *arguments], timeout=timeout)
        error = find_error(answer, Request(function, queue))
        if error is not None:
            raise error
        return Facts(answer)
