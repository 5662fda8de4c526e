"""Submitting one job: claim the id, send the files, start; in one request if they are few.

Each step is a method, and a job is never left half-submitted without somebody who may take it
over: the claim is given back on an error here, and lapses after 15 minutes on the server.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from .errors import ConnectionFailed, TejError
from .job import JobId, JobState, JobStatus
from .payload import Payload, Start
from .protocol import Answer, Code, Request, find_error, parse_status
from .queue_session import QueueSession
from .transfer import Progress
from .uploader import describe_uploader, is_dead_uploader

__all__ = ["JobSubmission"]

logger = logging.getLogger(__name__)

SMALL = 1024 * 1024
"""Payloads below this many bytes travel together with the request."""

_RENEW_SECONDS = 60.0
_NO_CLAIM = "-"
_TRIES = 6
_SETTLE_SECONDS = 0.2


def _is_changing_hands(status: JobStatus) -> bool:
    """Whether the id is claimed, given up or started in this moment, and so has no claimant."""
    is_uploading = status.state in (JobState.UPLOADING, JobState.STAGED)
    return is_uploading and status.nonce is None and (status.lease_age or 0) <= _TRIES


def _go_on(step: str) -> None:
    """Do nothing."""


@dataclass(slots=True)
class JobSubmission:
    """One try to submit one job. ``queue`` is the path as the user gave it.

    ``stale`` has the nonces, with commas, of uploads of the same job that are known to have failed
    here; if the job was started from one after all, that is the job. ``again`` makes a new attempt
    of one that ended.
    ``checkpoint`` is called with a name before and after each step, and in the middle of sending:
    ``submit``, ``sending``, ``submitted`` for a small job, and for a large one ``claim``,
    ``claimed``, ``sending``, ``sent``, ``committed``.
    """

    session: QueueSession
    queue: str
    job_id: JobId
    payload: Payload
    start: Start
    stale: str = _NO_CLAIM
    again: bool = False
    checkpoint: Callable[[str], None] = _go_on
    progress: Progress | None = None

    def run(self) -> JobStatus:
        """Submit; raises JobExists for a job that somebody else has submitted, or is about to.

        With ``again`` JobStillRunning is raised for one that runs.
        """
        if self.payload.size < SMALL:
            return self._submit_at_once()
        started = self._claim()
        if started is not None:
            return started
        try:
            self._send()
            return self._commit()
        except ConnectionFailed:
            raise
        except BaseException:
            self._release()
            raise

    def _submit_at_once(self) -> JobStatus:
        files = list(self.payload.pack())
        request = self._request("job_submit")
        words = [self.start.kind, self.start.text, *self._wishes()]
        self.checkpoint("submit")
        answer = self._try_all(request, words, files)
        self.checkpoint("submitted")
        return parse_status(answer, self.job_id)

    def _claim(self) -> JobStatus | None:
        """Claim the id; returns the job instead if our try before this one has started it."""
        self.checkpoint("claim")
        answer = self._try_all(self._request("job_claim"), self._wishes(), None)
        self.checkpoint("claimed")
        return None if answer.exit_code == Code.DONE else parse_status(answer, self.job_id)

    def _send(self) -> None:
        request = self._request("job_receive")
        arguments = [self.queue, self.job_id, self.payload.nonce]
        self.session.ask_apart(request, arguments, payload=self._renewing(), timeout=300.0)
        self.checkpoint("sent")

    def _commit(self) -> JobStatus:
        words = [self.queue, self.job_id, self.payload.nonce, describe_uploader()]
        words += [self.start.kind, self.start.text]
        answer = self.session.ask(self._request("job_commit"), words)
        self.checkpoint("committed")
        return parse_status(answer, self.job_id)

    def _release(self) -> None:
        """Give the id back; if that fails too, the claim lapses."""
        words = [self.queue, self.job_id, self.payload.nonce]
        with contextlib.suppress(TejError):
            self.session.ask(self._request("job_release"), words)

    def _try_all(self, request: Request, rest: list[str], files: list[bytes] | None) -> Answer:
        """Claim; again if the claim in the way is that of a dead process, or nobody's any more."""
        for tries_left in reversed(range(_TRIES)):
            answer = self._try(request, rest, files)
            if answer.exit_code != Code.JOB_EXISTS:
                break
            status = parse_status(answer, self.job_id)
            if self._is_ours(status):
                return answer
            if tries_left and _is_changing_hands(status):
                time.sleep(_SETTLE_SECONDS)
            elif not self._knows_dead_claim(status):
                break
        error = find_error(answer, request)
        if error is not None:
            raise error
        return answer

    def _try(self, request: Request, rest: list[str], files: list[bytes] | None) -> Answer:
        words = [self.queue, self.job_id, self.payload.nonce, describe_uploader(), self.stale]
        payload = None if files is None else self._watched(files)
        return self.session.try_ask(request, words + rest, payload=payload)

    def _wishes(self) -> list[str]:
        return ["yes" if self.again else "no", str(self.payload.size)]

    def _is_ours(self, status: JobStatus) -> bool:
        """Whether the try before this one, whose answer did not arrive, has started the job."""
        return status.state.is_started and status.nonce in self.stale.split(",")

    def _watched(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the pieces, and tell how far it is once each was taken."""
        done = 0
        for piece in pieces:
            yield piece
            self.checkpoint("sending")
            done += len(piece)
            self._tell(done)
        # The size was an estimate.
        self._tell(self.payload.size)

    def _tell(self, done: int) -> None:
        if self.progress is not None:
            self.progress(min(done, self.payload.size), self.payload.size)

    def _knows_dead_claim(self, status: JobStatus) -> bool:
        dead = (
            status.state in (JobState.UPLOADING, JobState.STAGED)
            and status.nonce is not None
            and status.uploader is not None
            and is_dead_uploader(status.uploader)
        )
        if dead and status.nonce is not None:
            logger.info("Taking over %s, whose upload from here was interrupted", self.job_id)
            self.stale = f"{self.stale},{status.nonce}"
        return dead

    def _renewing(self) -> Iterator[bytes]:
        """Yield the payload, and say now and then that it is still coming."""
        words = [self.queue, self.job_id, self.payload.nonce]
        told = time.monotonic()
        for piece in self._watched(self.payload.pack()):
            if time.monotonic() - told > _RENEW_SECONDS:
                self.session.ask(self._request("job_renew"), words)
                told = time.monotonic()
            yield piece

    def _request(self, command: str) -> Request:
        return Request(command, self.queue, self.job_id, self.start.text)
