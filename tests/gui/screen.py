"""A screen of its own, with a mouse and a keyboard, for a program that is used as people do."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PyQt5.QtGui import QImage

SIZE = (1440, 960)
NEEDED = ("Xvfb", "xdotool")
# A key every few milliseconds is fast, and no toolkit loses any.
_KEY_PAUSE = "4"
# So far the mouse goes in one stroke of the hand.
_STROKE = 24


@dataclass(frozen=True)
class Screen:
    """A running X server; everything that is done on it is done with xdotool."""

    display: str
    memory: Path

    def move(self, x: int, y: int) -> None:
        """Put the mouse somewhere."""
        self._do("mousemove", x, y)

    def press(self) -> None:
        """Press the left button."""
        self._do("mousedown", 1)

    def release(self) -> None:
        """Let it go."""
        self._do("mouseup", 1)

    def click(self, x: int, y: int) -> None:
        """Click somewhere with the left button."""
        self._do("mousemove", x, y, "click", 1)

    def right_click(self, x: int, y: int) -> None:
        """Click somewhere with the right button."""
        self._do("mousemove", x, y, "click", 3)

    def double_click(self, x: int, y: int) -> None:
        """Click somewhere twice."""
        self._do("mousemove", x, y, "click", "--repeat", 2, "--delay", 40, 1)

    def glide(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Move the mouse along a line, in strokes as a hand makes them."""
        across, down = end[0] - start[0], end[1] - start[1]
        count = max(2, (abs(across) + abs(down)) // _STROKE)
        words: list[object] = []
        for step in range(1, count + 1):
            words += ["mousemove", start[0] + across * step // count]
            words += [start[1] + down * step // count]
        self._do(*words)

    def key(self, *names: str) -> None:
        """Press keys by their names, such as ``ctrl+s``, one after the other."""
        self._do("key", "--delay", _KEY_PAUSE, *names)

    def type(self, text: str, newline: str = "Return") -> None:
        """Type a text; ``newline`` is the key that ends a line."""
        for number, line in enumerate(text.split("\n")):
            if number:
                self.key(newline)
            if line:
                self._do("type", "--delay", _KEY_PAUSE, "--", line)

    def save_picture(self, path: Path) -> None:
        """Save what is to be seen; the program that drew it need not answer any more."""
        data = self.memory.read_bytes()
        # The X window dump: a header of 25 numbers, the colours of 12 bytes each, the pixels.
        header = struct.unpack(">25I", data[:100])
        start = header[0] + 12 * header[19]
        picture = QImage(data[start:], header[4], header[5], header[12], QImage.Format.Format_RGB32)
        picture.save(str(path))

    def _do(self, *words: object) -> None:
        subprocess.run(
            ["xdotool", *map(str, words)],
            env={**os.environ, "DISPLAY": self.display},
            check=True,
            timeout=60,
        )


@contextmanager
def running_screen(folder: Path) -> Iterator[Screen]:
    """Start an X server on a display that is free, and end it."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        message = f"there is no {' and no '.join(missing)} here"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    size = "x".join(map(str, SIZE))
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", f"{size}x24", "-dpi", "96"]
    with (folder / "xvfb.log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "-nolisten", "tcp", "-noreset", "-fbdir", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
        )
    try:
        assert server.stdout is not None
        number = server.stdout.readline().decode().strip()
        assert number, (folder / "xvfb.log").read_text()
        yield Screen(f":{number}", folder / "Xvfb_screen0")
    finally:
        server.terminate()
        server.communicate(timeout=20)
