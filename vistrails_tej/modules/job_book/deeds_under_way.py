"""What a person had done to jobs, until it is done: the end of the program gives it some time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Any, TypeVar

from ..workers import in_thread

__all__ = ["DeedsUnderWay"]

logger = logging.getLogger(__name__)

Result = TypeVar("Result")


class DeedsUnderWay:
    """Does things in threads of their own, and knows which are not done yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._going: dict[Future[Any], str] = {}

    def begin(self, name: str, work: Callable[[], Result]) -> Future[Result]:
        """Do something, such as "kill jobs"; see ``in_thread``."""
        future = in_thread(name, work)
        with self._lock:
            self._going[future] = name
        future.add_done_callback(self._end)
        return future

    def wait(self, seconds: float) -> None:
        """Wait until all is done, but no longer than this; what is not is told as a warning."""
        with self._lock:
            going = dict(self._going)
        for name in sorted(going[one] for one in wait(going, seconds).not_done):
            logger.warning(
                'The program ends before its wish to "%s" was answered;'
                " look at the next start what has become of them",
                name,
            )

    def _end(self, future: Future[Any]) -> None:
        with self._lock:
            del self._going[future]
