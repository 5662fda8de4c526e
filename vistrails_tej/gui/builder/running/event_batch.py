"""What a run tells, gathered in its thread and handed out some times a second."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from ....dataflow import ModuleEvent

# A module that prints without end must not fill the memory before anybody looks.
_MOST_OUTPUT = 1_000_000


@dataclass(slots=True)
class Batch:
    """The last event of each module, and what was printed, since the batch before."""

    events: dict[tuple[int, ...], ModuleEvent] = field(default_factory=dict)
    output: list[str] = field(default_factory=list)
    output_size: int = 0


class EventBatches:
    """Takes events from any thread; windows are redrawn once for many of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._batch = Batch()

    def add_event(self, event: ModuleEvent) -> None:
        """A module came into a state: only its last one is kept."""
        key = (*event.path, event.module_id)
        with self._lock:
            self._batch.events.pop(key, None)
            self._batch.events[key] = event

    def add_output(self, text: str) -> None:
        """A module printed something; the end of it is dropped when it is far too much."""
        with self._lock:
            room = _MOST_OUTPUT - self._batch.output_size
            kept = text[:room]
            self._batch.output.append(kept)
            self._batch.output_size += len(kept)

    def take(self) -> Batch:
        """What came since the last time."""
        with self._lock:
            batch, self._batch = self._batch, Batch()
        return batch
