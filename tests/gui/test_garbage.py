"""Python's garbage collector, while there are windows: it works in their thread alone."""

from __future__ import annotations

import gc
import threading
import weakref

from PyQt5.QtCore import QObject
from pytestqt.qtbot import QtBot

from vistrails_tej.gui.garbage import GuiCollector


class _Part(QObject):
    """Garbage as soon as nobody has it any more, but only for the collector: it holds itself."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self


def test_what_is_garbage_ends_in_the_thread_of_the_windows(qtbot: QtBot) -> None:
    ended_in: list[int] = []
    weakref.finalize(_Part(), lambda: ended_in.append(threading.get_ident()))
    # More than it takes for a collection.
    kept: list[list[int]] = []
    thread = threading.Thread(target=lambda: kept.extend([] for _ in range(5000)))
    thread.start()
    thread.join()
    assert not gc.isenabled()
    assert ended_in == []
    qtbot.waitUntil(lambda: bool(ended_in), timeout=30_000)
    assert ended_in == [threading.get_ident()]


def test_it_is_left_as_it_was(qapp: object) -> None:
    gc.enable()
    try:
        collector = GuiCollector()
        for _ in range(2):
            collector.start()
        assert not gc.isenabled()
        for _ in range(2):
            collector.stop()
        assert gc.isenabled()
    finally:
        gc.disable()
