"""Follow what a job writes, byte by byte, until the job has ended; over broken connections too."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

from .errors import ConnectionFailed, RemoteFileNotFound
from .job import JobId, JobState, JobStatus, parse_job_id
from .queue_layout import STDOUT
from .remote_queue import RemoteQueue
from .watch_pace import WatchPace

__all__ = ["LogFollower"]

logger = logging.getLogger(__name__)

_PIECE = 1024 * 1024
# Whoever reads along wants to see it soon; a look is one small request on an open connection.
_LONGEST_PAUSE = 5.0


class LogFollower:
    """Reads a file of a job from its beginning, each byte once and in order.

    ``offset`` is how far it came. A new attempt of the job begins at 0 again.
    """

    def __init__(self, queue: RemoteQueue, job_id: str, name: str = STDOUT) -> None:
        """Nothing is read yet."""
        self._queue = queue
        self._job_id: JobId = parse_job_id(job_id)
        self._name = name
        self._attempt: int | None = None
        self.offset = 0
        self.status: JobStatus | None = None

    def read(self) -> Iterator[bytes]:
        """Yield what is there now and was not read before.

        Raises JobNotFound, or a ConnectionFailed; what was yielded is not yielded again.
        """
        # First the state: what an ended job wrote is complete when it is read afterwards.
        self.status = self._queue.status(self._job_id)
        if self._attempt not in (None, self.status.attempt):
            self.offset = 0
        self._attempt = self.status.attempt
        while data := self._read_piece():
            self.offset += len(data)
            yield data

    def follow(self, stop: threading.Event | None = None) -> Iterator[bytes]:
        """Yield as it is written, until the job has ended or ``stop`` is set.

        Lost connections are made again, with growing pauses. Raises JobNotFound, and a
        ConnectionFailed that is not ``retryable``.
        """
        pace = WatchPace()
        stop = threading.Event() if stop is None else stop
        while not stop.is_set():
            before = self.offset
            try:
                yield from self.read()
            except ConnectionFailed as error:
                if not error.retryable:
                    raise
                pause = pace.after_failure()
                logger.warning("Trying again in %.0f s: %s", pause, error)
            else:
                if self.is_over:
                    return
                pause = min(pace.after_answer(changed=self.offset > before), _LONGEST_PAUSE)
            stop.wait(pause)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be written, as far as was seen when it was last read."""
        status = self.status
        return status is not None and (status.is_over or status.state is JobState.INCOMPLETE)

    def _read_piece(self) -> bytes:
        try:
            return self._queue.read_from(self._job_id, self._name, self.offset, size=_PIECE)
        except RemoteFileNotFound:
            # A job that has not begun has written nothing; one that has ended, nothing either.
            return b""
