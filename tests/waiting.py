"""Wait for a condition, with a deadline; the only place of the tests that passes time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


def wait_until(
    condition: Callable[[], Answer], timeout: float = 30.0, message: str = "the condition"
) -> Answer:
    """Return the first true answer of ``condition``; fail after ``timeout`` seconds."""
    deadline = time.monotonic() + timeout
    pause = threading.Event()
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"{message} did not come true within {timeout:g} s")
        pause.wait(0.05)
