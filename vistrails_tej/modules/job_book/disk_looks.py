"""Looks at disks, one after the other; a disk that hangs holds up no other."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

__all__ = ["DiskLooks", "Look"]

logger = logging.getLogger(__name__)

# After how many seconds another thread goes on with other disks, and how many threads may wait.
_PATIENCE = 0.5
_MOST_THREADS = 8


@dataclass(frozen=True, slots=True)
class Look:
    """Something to do that may hang, as the disk may that it is done on."""

    name: Hashable
    disk: Hashable
    work: Callable[[], object]


class DiskLooks:
    """Does what is asked for in a thread, and in another one while a disk keeps that waiting.

    Each disk has one look at a time. When very many disks hang, nothing is looked at until one of
    them answers.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._due: dict[Hashable, Look] = {}
        # By disk: what is looked at there now, and since when.
        self._going: dict[Hashable, tuple[Hashable, float]] = {}
        self._threads = 0

    def ask(self, looks: Iterable[Look]) -> None:
        """Have looks taken soon; not once more where one of that name is due or under way."""
        with self._lock:
            hanging = self._hanging(_PATIENCE)
            going = {name for name, _ in self._going.values()}
            for look in looks:
                if look.name not in going and look.disk not in hanging:
                    self._due.setdefault(look.name, look)
            is_needed = any(one.disk not in self._going for one in self._due.values())
            is_somebody_free = self._threads > len(hanging)
            if not is_needed or is_somebody_free or self._threads >= _MOST_THREADS:
                return
            self._threads += 1
        try:
            threading.Thread(target=self._work, name="look at files", daemon=True).start()
        except RuntimeError as error:
            # What is due stays so; the next that is asked for tries again.
            logger.warning("Files with jobs are looked at a little later: %s", error)
            with self._lock:
                self._threads -= 1

    def hangs(self, disk: Hashable, patience: float) -> bool:
        """Whether a look at this disk takes longer than some seconds, or none can be begun."""
        with self._lock:
            hanging = self._hanging(patience)
            return disk in hanging or len(hanging) >= _MOST_THREADS

    def _hanging(self, patience: float) -> set[Hashable]:
        before = time.monotonic() - patience
        return {disk for disk, (_, begun) in self._going.items() if begun < before}

    def _work(self) -> None:
        while (look := self._take()) is not None:
            try:
                look.work()
            except Exception:
                # A mistake of who hears of one file is no reason to follow none any more.
                logger.exception("Files with jobs could not be followed")
            with self._lock:
                del self._going[look.disk]

    def _take(self) -> Look | None:
        with self._lock:
            for name, look in self._due.items():
                if look.disk not in self._going:
                    del self._due[name]
                    self._going[look.disk] = (name, time.monotonic())
                    return look
            self._threads -= 1
            return None
