"""A builder window while something goes on in it; tells how long its event loop did not answer.

``python -m benchmarks.busy_window idle|run|dead|download PORT`` prints one line of JSON. PORT is
that of a server on this machine that lets in the user of this home. Meanwhile the canvas is panned
30 times a second, as somebody does who waits.
"""

from __future__ import annotations

import json
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from PyQt5.QtCore import QEventLoop, QObject, Qt, QTimer
from PyQt5.QtWidgets import QPushButton

from vistrails_tej.dataflow import Deed, DeedKind, Vistrail, VistrailEditor, edit_vistrail
from vistrails_tej.gui.app import Builder, make_application, short_turns
from vistrails_tej.gui.builder.file_loading import Wanted
from vistrails_tej.gui.builder.window import BuilderWindow
from vistrails_tej.modules.trusted_deeds import TrustedDeeds
from vistrails_tej.modules.workflow import load_registry

COLUMNS, ROWS = 25, 20
SIZE = 256 * 1024 * 1024
_TICK = 5
_FRAME = 33
_DEADLINE = 100.0
# So long is waited for the server that does not answer, and for nothing when idle.
_PATIENCE = 5.0
# What users write: code of Python that leaves the processor to nobody of its own accord.
_CODE = "total = sum(number * number for number in range(5_000_000))\n"
_SHELL = f"head -c {SIZE} /dev/zero > large\n"

Make = Callable[[VistrailEditor, int], None]


class LoopWatch(QObject):
    """Measures how long the event loop lets a timer of 5 ms wait, in milliseconds.

    ``gaps`` has pairs: the whole time, and how much of it the thread was ready to go on but other
    programs had the processors, which is no fault of this one.
    """

    def __init__(self, pan: Callable[[int, int], None]) -> None:
        super().__init__()
        self.gaps: list[tuple[float, float]] = []
        self._last = time.perf_counter(), queued()
        self._pan = pan
        self._step = 3
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(_TICK)
        self._frames = QTimer(self)
        self._frames.timeout.connect(self._frame)

    def spin(self, is_over: Callable[[], bool]) -> None:
        """Let the event loop run until something is the case."""
        loop = QEventLoop()
        deadline = time.monotonic() + _DEADLINE

        def look() -> None:
            if is_over() or time.monotonic() > deadline:
                loop.quit()

        self._timer.timeout.connect(look)
        loop.exec()
        self._timer.timeout.disconnect(look)
        assert is_over(), f"it went on for more than {_DEADLINE:g} s"

    def wait(self, seconds: float) -> None:
        """Let the event loop run so long."""
        end = time.monotonic() + seconds
        self.spin(lambda: time.monotonic() > end)

    def rest(self) -> None:
        """Pan no more."""
        self._frames.stop()

    def begin(self) -> None:
        """Forget what was before, and pan from now on."""
        self._frames.start(_FRAME)
        self.gaps.clear()
        self._last = time.perf_counter(), queued()

    def _tick(self) -> None:
        now, (before, queued_before) = (time.perf_counter(), queued()), self._last
        self.gaps.append(((now[0] - before) * 1000, (now[1] - queued_before) * 1000))
        self._last = now

    def _frame(self) -> None:
        self._step = -self._step
        self._pan(self._step, 0)


def queued() -> float:
    """How long this thread has waited for a processor, in seconds; 0 where nobody counts it."""
    try:
        # Linux: the time it ran, the time it waited, both in ns, and how often it ran.
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
    except OSError:
        return 0.0


# -- workflows -----------------------------------------------------------------------------------


def many_modules(edit: VistrailEditor, _port: int) -> None:
    """500 modules that hand texts down through files and print them, and code that takes long."""
    for column in range(COLUMNS):
        text = edit.add("String", at=(column * 200, 0)).set("value", f"text {column} " * 100)
        last = text["value"]
        for row in range(1, ROWS - 1):
            name = "WriteFile" if row % 2 else "ReadFile"
            module = edit.add(name, at=(column * 200, -row * 90))
            edit.connect(last, module["in_value"])
            last = module["out_value"]
        printer = edit.add("StandardOutput", at=(column * 200, -ROWS * 90))
        edit.connect(last, printer["value"])
    edit.add("PythonSource", at=(-200, 0)).set_script("source", _CODE)


def large_download(edit: VistrailEditor, port: int) -> None:
    """A job whose result is large, and its download."""
    queue = edit.add("Queue", at=(0, 200)).set("hostname", "127.0.0.1").set("port", port)
    job = edit.add("SubmitShellJob", at=(0, 100)).set_script("source", _SHELL)
    edit.connect(queue["queue"], job["queue"])
    download = edit.add("DownloadFile", at=(0, 0)).set("filename", "large")
    edit.connect(job["job"], download["job"])


MAKERS: dict[str, Make] = {
    "idle": many_modules,
    "run": many_modules,
    "dead": large_download,
    "download": large_download,
}


# -- what goes on --------------------------------------------------------------------------------


def watch(builder: Builder, name: str) -> list[tuple[float, float]]:
    """The gaps of the event loop while something goes on."""
    (window,) = builder.windows
    running, log = window.running, window.log
    results: list[object] = []
    running.controller.finished.connect(results.append)
    watching = LoopWatch(window.views.canvas.pan)
    watching.spin(lambda: not window.is_busy and not window.is_untouched)
    if name == "dead":
        builder.new_window()
    # The first picture is not what is measured here.
    watching.wait(1.0)
    watching.begin()
    if name != "idle":
        running.execute()
    if name in ("idle", "dead"):
        watching.wait(_PATIENCE)
    if name == "dead":
        assert running.is_running, log.text()
        watching.rest()
        close(window, watching)
    elif name != "idle":
        watching.spin(lambda: bool(results))
        assert "The run is done." in log.text(), log.text()
    return watching.gaps[:]


def close(window: BuilderWindow, watching: LoopWatch) -> None:
    """Close a window whose run waits for a server; another one goes on."""

    def answer() -> None:
        button = window.findChild(QPushButton, "running_dialog_stop")
        assert button is not None
        button.click()

    QTimer.singleShot(50, answer)
    assert window.close()
    watching.wait(1.0)


@contextmanager
def dead_server() -> Iterator[int]:
    """The port of a server that is there and never answers: its queue of callers is full."""
    with ExitStack() as sockets:
        server = sockets.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        port = int(server.getsockname()[1])
        for _ in range(4):
            caller = sockets.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", port))
        yield port


def main(name: str, port: int) -> None:
    """Open the window on a workflow, watch it, print the figures."""
    application = make_application(sys.argv[:1])
    with ExitStack() as stack:
        stack.enter_context(short_turns())
        if name == "dead":
            port = stack.enter_context(dead_server())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        edit = edit_vistrail(Vistrail({}), load_registry())
        with edit.action("Made a workflow"):
            MAKERS[name](edit, port)
        edit.save(folder / "busy.vt")
        TrustedDeeds().add(Deed(DeedKind.RUN, _CODE))
        builder = Builder(application)
        builder.start(Wanted(folder / "busy.vt"))
        try:
            gaps = watch(builder, name)
        finally:
            builder.stop()
    whole = sorted(gap for gap, _ in gaps)
    figures = {
        "seconds": sum(whole) / 1000,
        "median": whole[len(whole) // 2],
        "99 %": whole[int(len(whole) * 0.99)],
        "longest": whole[-1],
        "longest of its own": max(gap - waited for gap, waited in gaps),
    }
    print(json.dumps({title: round(figure, 2) for title, figure in figures.items()}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
