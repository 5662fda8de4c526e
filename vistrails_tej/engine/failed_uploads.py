"""Uploads of this process that failed: the next try of the same job need not wait for them."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from .job import JobId

__all__ = ["FailedUploads", "failed_uploads"]

_MOST = 64


class FailedUploads:
    """The nonces of failed uploads by job, the last 64 of each. Threads may share it.

    A nonce says all: no other upload, to whichever queue, has the same.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._nonces: dict[JobId, tuple[str, ...]] = {}

    @contextlib.contextmanager
    def trying(self, job_id: JobId, nonce: str) -> Iterator[tuple[str, ...]]:
        """Give the nonces that failed before; remember this one if the block raises."""
        with self._lock:
            before = self._nonces.get(job_id, ())
        try:
            yield before
        except BaseException:
            # Also an interrupt: the claim may be there, and nobody goes on with it.
            with self._lock:
                self._nonces[job_id] = (*self._nonces.get(job_id, ()), nonce)[-_MOST:]
            raise

    def settle(self, job_id: JobId, nonce: str | None) -> None:
        """Forget an upload that became the job after all: a later submit is a new wish."""
        with self._lock:
            left = tuple(one for one in self._nonces.pop(job_id, ()) if one != nonce)
            if left:
                self._nonces[job_id] = left


# That an upload failed is a fact about the process, as its pid is, which stands in the claim:
# any object of this process that submits the job next has to know.
_OF_THIS_PROCESS = FailedUploads()


def failed_uploads() -> FailedUploads:
    """Return those of this process."""
    return _OF_THIS_PROCESS
