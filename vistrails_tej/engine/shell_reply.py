"""Answers of a shell on the server: what stands between markers that nobody can guess."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Frame", "Reply"]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a command on the server answered."""

    exit_code: int
    stdout: bytes
    stderr: bytes


class Frame:
    """Cuts what stands between two markers out of one stream."""

    def __init__(self, mark: bytes) -> None:
        """``mark`` begins the lines before and behind it; a number follows each."""
        self._begin = mark + b" begin "
        self._end = mark + b" "
        self._buffer = bytearray()
        self._searched = 0
        self.pid: int | None = None
        self.exit_code: int | None = None

    def add(self, data: bytes) -> None:
        """Take the next bytes of the stream."""
        self._buffer += data
        if self.pid is None:
            found = self._find(self._begin)
            if found is not None:
                self.pid = found[2]
                del self._buffer[: found[1]]
                self._searched = 0
        if self.pid is not None and self.exit_code is None:
            found = self._find(self._end)
            if found is not None:
                self.exit_code = found[2]
                del self._buffer[found[0] :]

    def _find(self, mark: bytes) -> tuple[int, int, int] | None:
        """Return start and end of the line of ``mark``, and the number that stands in it."""
        start = self._buffer.find(mark, self._searched)
        self._searched = max(0, len(self._buffer) - len(mark)) if start < 0 else start
        end = -1 if start < 0 else self._buffer.find(b"\n", start)
        if end < 0:
            return None
        return start, end + 1, int(self._buffer[start + len(mark) : end])

    @property
    def content(self) -> bytes:
        """What stands between the markers, as far as it is there."""
        return bytes(self._buffer)

    def take(self) -> bytes:
        """Remove and return what is known to stand between the markers."""
        if self.pid is None:
            return b""
        size = self._searched if self.exit_code is None else len(self._buffer)
        data = bytes(memoryview(self._buffer)[:size])
        del self._buffer[:size]
        self._searched = 0
        return data

    def forget(self, kept: int) -> None:
        """Drop all but the last ``kept`` bytes of what is between the markers."""
        if self.pid is not None and self._searched > kept:
            del self._buffer[: self._searched - kept]
            self._searched = kept

    @property
    def size(self) -> int:
        """How much is held."""
        return len(self._buffer)
