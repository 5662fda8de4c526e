"""Somebody who works with the builder: looks where things are, uses mouse and keyboard only."""

from __future__ import annotations

import itertools
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.waiting import wait_until

from .screen import Screen

ROOT = Path(__file__).resolve().parents[2]
Place = tuple[int, int]


class User:
    """Works on a screen; every step waits until what it needs is to be seen.

    Where that does not come, ``picture`` gets what was there instead.
    """

    def __init__(
        self,
        screen: Screen,
        questions: socket.socket,
        picture: Path,
        program: subprocess.Popen[bytes],
    ) -> None:
        self.screen = screen
        self.program = program
        self.picture = picture
        self._questions = questions
        self._answers = questions.makefile("rb")

    # -- looking ---------------------------------------------------------------------------------

    def see(self, name: str, *arguments: object) -> Any:
        """Ask the witness, once."""
        self._questions.sendall(json.dumps([name, *arguments]).encode() + b"\n")
        line = self._answers.readline()
        assert line, "the builder has ended"
        answer = json.loads(line)
        assert not (isinstance(answer, dict) and "error" in answer), (name, arguments, answer)
        return answer

    def find(self, name: str, *arguments: object) -> Place:
        """Where something is, as soon as it is to be seen and stays where it is."""
        last: list[Any] = [None]

        def stays() -> bool:
            last.append(self.see(name, *arguments))
            return last[-1] is not None and last[-1] == last[-2]

        self.wait(stays, f"{name} {arguments}")
        across, down = last[-1]
        return across, down

    def wait(self, condition: Callable[[], object], what: str, timeout: float = 30.0) -> None:
        """Wait until something is to be seen."""
        try:
            wait_until(condition, timeout, what)
        except (AssertionError, OSError) as error:
            self.screen.save_picture(self.picture)
            raise AssertionError(f"{error}; the screen is in {self.picture}") from error

    def modules(self) -> dict[int, dict[str, Any]]:
        """The modules on the canvas by their ids."""
        return {int(number): one for number, one in self.see("pipeline")["modules"].items()}

    # -- widgets ---------------------------------------------------------------------------------

    def click(self, name: str, within: str = "") -> None:
        """Click a widget, by its name."""
        self.screen.click(*self.find("widget", name, within))

    def fill(self, name: str, text: str, within: str = "", newline: str = "Return") -> None:
        """Click a field, and replace what is in it."""
        self.click(name, within)
        self.wait(lambda: self.see("focus") == name, f"the cursor in {name}")
        self.screen.key("ctrl+a", "BackSpace")
        self.screen.type(text, newline)
        self.wait(lambda: self.see("text", name, within) == text, f"what was typed in {name}")

    # -- the canvas ------------------------------------------------------------------------------

    def drag_module(self, name: str, across: float, down: float) -> int:
        """Drag a module from the palette to a place of the canvas, given from 0 to 1."""
        before = self.modules()
        self.fill("palette_search", name)
        row = self.find("row", "palette_tree", name)
        target = self.find("spot", across, down)
        self.screen.move(*row)
        self.screen.press()
        begun = self._begin_drag(row)
        self.screen.glide(begun, target)
        self.wait(lambda: self.see("pointer") == "drop", "a canvas that takes the module")
        self.screen.release()
        return self._added(before, name)

    def choose_module(self, name: str) -> int:
        """Type the name of a module into the search box, and Enter."""
        before = self.modules()
        self.fill("palette_search", name)
        self.screen.key("Return")
        return self._added(before, name)

    def select(self, module_id: int) -> None:
        """Click a module."""
        self.screen.click(*self.find("module", module_id))
        self.wait(lambda: self.see("pipeline")["selected"] == [module_id], "the selection")

    def move_module(self, module_id: int, across: float, down: float) -> None:
        """Drag a module to another place of the canvas."""
        target = self.find("spot", across, down)
        self._drag(self.find("module", module_id), target)
        self.wait(lambda: self.see("module", module_id) == list(target), "the module over there")

    def connect(self, source: tuple[int, str], destination: tuple[int, str]) -> None:
        """Drag from an output port to an input port."""
        start, end = self.find("port", source[0], "output", source[1]), None
        end = self.find("port", destination[0], "input", destination[1])
        self._drag(start, end)
        link = [*source, *destination]
        self.wait(lambda: link in self.see("pipeline")["connections"], f"connection {link}")

    def set_value(self, module_id: int, port: str, value: str) -> None:
        """Set a port in Module Info, of a module that has not this value yet."""
        self.select(module_id)
        row = f"port_input_{port}"
        self.click("port_change", row)
        self.fill("value_field", value, row, newline="shift+Return")
        self.screen.key("Return")
        self.wait(
            lambda: self.modules()[module_id]["values"].get(port) == [value], f"{port} = {value}"
        )

    def configure(self, module_id: int) -> None:
        """Open the configuration of a module."""
        self.select(module_id)
        self.click("info_configure")
        self.find("widget", "configuration_dialog")

    def save_configuration(self) -> None:
        """Save what was configured, and close the window."""
        self.click("configuration_save")
        self.click("configuration_close")
        self.wait(
            lambda: self.see("widget", "configuration_dialog") is None, "the end of the dialog"
        )

    # -- inside ----------------------------------------------------------------------------------

    def _begin_drag(self, start: Place) -> Place:
        """Move on with the button held until the pointer shows that something is dragged."""
        ways = itertools.cycle([(12, 2), (24, 4), (36, 6), (24, 4)])
        here = [start]

        def begins() -> bool:
            across, down = next(ways)
            here[0] = (start[0] + across, start[1] + down)
            self.screen.move(*here[0])
            return bool(self.see("pointer"))

        self.wait(begins, "the drag")
        return here[0]

    def _drag(self, start: Place, end: Place) -> None:
        self.screen.move(*start)
        self.screen.press()
        self.screen.glide(start, end)
        self.screen.release()

    def _added(self, before: Mapping[int, object], name: str) -> int:
        self.wait(lambda: len(self.modules()) > len(before), f"a module {name}")
        modules = self.modules()
        (added,) = modules.keys() - before.keys()
        assert modules[added]["name"] == name
        return added


@contextmanager
def working(screen: Screen, home: Path, folder: Path, *words: str) -> Iterator[User]:
    """Start ``vistrails-tej`` with these words for a user with this home, and end it."""
    mine, its = socket.socketpair()
    mine.settimeout(60)
    with (folder / "builder.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.gui.witness", str(its.fileno()), *words],
            env=environment(home, screen.display),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[its.fileno()],
        )
    its.close()
    try:
        with mine:
            yield User(screen, mine, folder / "screen.png", process)
    finally:
        process.terminate()
        process.wait(30)


def environment(home: Path, display: str) -> dict[str, str]:
    """An environment in which nothing of the real user is seen."""
    kept = {key: os.environ[key] for key in ("PATH", "LANG", "TMPDIR") if key in os.environ}
    folders = {}
    for name in ("CONFIG_HOME", "STATE_HOME", "CACHE_HOME", "DATA_HOME", "RUNTIME_DIR"):
        folder = home / f"xdg_{name.lower()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        folders[f"XDG_{name}"] = str(folder)
    return {
        **kept,
        **folders,
        "HOME": str(home),
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "PYTHONWARNINGS": "error",
    }
