"""Threads for what takes long, and futures for what comes of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

__all__ = ["in_thread"]

Result = TypeVar("Result")


def in_thread(name: str, work: Callable[[], Result]) -> Future[Result]:
    """Do some work in a thread of its own; the future has what it returns, or raises.

    No executor: that waits, when the program ends, for servers that keep silent.
    """
    future: Future[Result] = Future()

    def run() -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001  (the future carries it)
            future.set_exception(error)
        else:
            future.set_result(result)

    try:
        threading.Thread(target=run, name=name, daemon=True).start()
    except RuntimeError as error:
        # The system has no room for one more: whoever waits for the future hears of it.
        future.set_exception(error)
    return future
