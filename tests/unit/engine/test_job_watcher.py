"""Following jobs, with queues that answer as they are told to."""

from __future__ import annotations

import threading
import time
from pathlib import PurePosixPath

import pytest

from tests.waiting import wait_until
from vistrails_tej.engine import watch_pace
from vistrails_tej.engine.errors import (
    ConnectionLost,
    ConnectionRefused,
    HostKeyRevoked,
    JobNotFound,
    LoginFailed,
    TejError,
)
from vistrails_tej.engine.job import JobId, JobState, JobStatus
from vistrails_tej.engine.job_watcher import JobWatcher
from vistrails_tej.engine.watch_pace import WatchPace


class ScriptedQueue:
    """A queue whose jobs and troubles a test sets; counts how often it was asked."""

    def __init__(self, **states: JobState) -> None:
        self.states = states
        self.trouble: Exception | None = None
        self.asked: list[list[JobId]] = []
        self.silent = threading.Event()
        self.silent.set()

    def statuses(self, job_ids: list[JobId]) -> dict[JobId, JobStatus]:
        self.asked.append(job_ids)
        self.silent.wait(30)
        if self.trouble is not None:
            raise self.trouble
        return {
            job_id: JobStatus(job_id, self.states[job_id], PurePosixPath("/q"), exit_code=0)
            for job_id in job_ids
            if job_id in self.states
        }


def watch(watcher: JobWatcher, queue: ScriptedQueue, *job_ids: str) -> list[object]:
    return [watcher.watch(queue, job_id) for job_id in job_ids]  # type: ignore[arg-type]


def test_one_question_asks_about_all_jobs_of_a_queue() -> None:
    queue = ScriptedQueue(a=JobState.RUNNING, b=JobState.QUEUED, c=JobState.EXITED)
    with JobWatcher() as watcher:
        jobs = watch(watcher, queue, "a", "b", "c")
        seen = watcher.poll()
    assert queue.asked == [["a", "b", "c"]]
    assert [seen[job].status.state for job in jobs] == list(queue.states.values())  # type: ignore


def test_wait_returns_the_ended_jobs_once() -> None:
    queue = ScriptedQueue(a=JobState.RUNNING, b=JobState.EXITED)
    with JobWatcher(interval=0.01) as watcher:
        a, b = watch(watcher, queue, "a", "b")
        assert list(watcher.wait(timeout=10)) == [b]
        queue.states["a"] = JobState.LOST
        assert list(watcher.wait(timeout=10)) == [a]
        assert watcher.wait(timeout=10) == {}


def test_wait_gives_up_after_its_time_and_on_a_stop() -> None:
    queue = ScriptedQueue(a=JobState.RUNNING)
    stop = threading.Event()
    with JobWatcher(interval=0.01) as watcher:
        watch(watcher, queue, "a")
        assert watcher.wait(timeout=0.05) == {}
        threading.Timer(0.05, stop.set).start()
        assert watcher.wait(stop=stop, timeout=10) == {}
        assert stop.is_set()


def test_close_ends_a_wait() -> None:
    watcher = JobWatcher(interval=0.01)
    watch(watcher, ScriptedQueue(a=JobState.RUNNING), "a")
    threading.Timer(0.05, watcher.close).start()
    assert watcher.wait(timeout=10) == {}


def test_a_lost_connection_is_no_news_about_the_job() -> None:
    queue = ScriptedQueue(a=JobState.RUNNING)
    with JobWatcher(interval=0.01) as watcher:
        (job,) = watch(watcher, queue, "a")
        watcher.poll()
        queue.trouble = ConnectionLost("host", "gone")
        sighting = watcher.poll()[job]  # type: ignore[index]
        assert sighting.is_offline
        assert not sighting.is_settled
        assert sighting.status is not None
        assert sighting.status.state is JobState.RUNNING
        queue.trouble, queue.states["a"] = None, JobState.EXITED
        assert list(watcher.wait(timeout=30)) == [job]


@pytest.mark.parametrize("trouble", [LoginFailed("host", "no"), None])
def test_what_waiting_cannot_mend_is_reported(trouble: TejError | None) -> None:
    queue = ScriptedQueue()
    queue.trouble = trouble
    with JobWatcher(interval=0.01) as watcher:
        (job,) = watch(watcher, queue, "absent")
        sighting = watcher.wait(timeout=10)[job]  # type: ignore[index]
    assert type(sighting.error) is (LoginFailed if trouble else JobNotFound)
    assert not sighting.is_offline


def test_a_silent_queue_holds_up_no_other() -> None:
    silent, lively = ScriptedQueue(a=JobState.RUNNING), ScriptedQueue(b=JobState.EXITED)
    silent.silent.clear()
    with JobWatcher(interval=0.01) as watcher:
        watch(watcher, silent, "a")
        (job,) = watch(watcher, lively, "b")
        assert list(watcher.wait(timeout=10)) == [job]
        assert len(silent.asked) == 1
        silent.silent.set()


def test_a_job_that_is_watched_later_is_asked_about_soon() -> None:
    queue = ScriptedQueue(a=JobState.RUNNING, b=JobState.EXITED)
    with JobWatcher(interval=60) as watcher:
        watch(watcher, queue, "a")
        watcher.poll()
        (job,) = watch(watcher, queue, "b")
        assert list(watcher.wait(timeout=10)) == [job]


def test_a_forgotten_job_is_asked_about_no_more() -> None:
    queue = ScriptedQueue(a=JobState.RUNNING, b=JobState.RUNNING)
    with JobWatcher() as watcher:
        a, b = watch(watcher, queue, "a", "b")
        watcher.forget(a)  # type: ignore[arg-type]
        assert list(watcher.poll()) == [b]
        watcher.forget(b)  # type: ignore[arg-type]
        assert watcher.sightings() == {}


def test_questions_become_rare_when_nothing_happens_and_frequent_when_something_does() -> None:
    pace = WatchPace()
    pauses = [pace.after_answer(changed=False) for _ in range(20)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (1.0, 30.0)
    assert pace.after_answer(changed=True) == 1.0
    assert pace.after_answer(changed=False) == 1.5


def test_failures_are_waited_out_longer_and_longer() -> None:
    pace = WatchPace(fixed=0.5)
    pauses = [pace.after_failure() for _ in range(20)]
    assert 0.75 <= pauses[0] <= 1.25
    assert 225 <= pauses[-1] <= 375
    assert pace.after_answer(changed=False) == 0.5


def test_a_watcher_does_not_ask_before_the_time_has_come() -> None:
    queue = ScriptedQueue(a=JobState.RUNNING)
    with JobWatcher(interval=0.2) as watcher:
        watch(watcher, queue, "a")
        started = time.monotonic()
        watcher.wait(timeout=1.0)
        assert time.monotonic() - started >= 0.99
    wait_until(lambda: 3 <= len(queue.asked) <= 7, timeout=1)


def test_a_job_may_be_watched_twice_and_a_poll_need_not_wait_for_all() -> None:
    queue = ScriptedQueue(a=JobState.RUNNING, b=JobState.EXITED)
    queue.silent.clear()
    with JobWatcher(interval=0.01) as watcher:
        a, b = watch(watcher, queue, "a", "b")
        assert watch(watcher, queue, "a") == [a]
        assert {sighting.status for sighting in watcher.poll(timeout=0.05).values()} == {None}
        watcher.forget(a)  # type: ignore[arg-type]
        # The question from before is still open, so no second one is asked.
        assert list(watcher.poll(timeout=0.05)) == [b]
        queue.silent.set()
        assert list(watcher.wait()) == [b]
        watcher.forget(a)  # type: ignore[arg-type]
    assert queue.asked == [["a", "b"]]


def test_an_error_of_the_program_reaches_who_waits_and_is_no_storm_of_questions() -> None:
    queue = ScriptedQueue(a=JobState.RUNNING)
    queue.trouble = RuntimeError("a mistake of ours")
    with JobWatcher(interval=10) as watcher:
        (job,) = watch(watcher, queue, "a")
        with pytest.raises(RuntimeError, match="a mistake of ours"):
            watcher.wait(timeout=10)
        assert watcher.wait(timeout=0.5) == {}
        assert len(queue.asked) == 1
        with pytest.raises(RuntimeError, match="a mistake of ours"):
            watcher.poll(timeout=10)
        queue.trouble, queue.states["a"] = None, JobState.EXITED
        watcher.poll(timeout=10)
        assert list(watcher.wait(timeout=10)) == [job]


def test_a_server_that_starts_again_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = ScriptedQueue(a=JobState.RUNNING)
    with JobWatcher(interval=0.01) as watcher:
        (job,) = watch(watcher, queue, "a")
        watcher.poll()
        queue.trouble = ConnectionRefused("host", "nothing listens")
        assert watcher.wait(timeout=0.5) == {}
        sighting = watcher.sightings()[job]  # type: ignore[index]
        assert sighting.is_offline
        assert not sighting.is_settled
        asked = len(queue.asked)
        assert watcher.wait(timeout=0.3) == {}
        assert len(queue.asked) == asked
        monkeypatch.setattr(watch_pace, "PAUSE_AFTER_REFUSAL", 0.05)
        watcher.poll()
        queue.trouble, queue.states["a"] = None, JobState.EXITED
        assert list(watcher.wait(timeout=10)) == [job]


@pytest.mark.parametrize("kind", [LoginFailed, HostKeyRevoked])
def test_a_server_that_does_not_let_us_in_any_more_is_not_waited_for(
    kind: type[TejError],
) -> None:
    queue = ScriptedQueue(a=JobState.RUNNING)
    with JobWatcher(interval=0.01) as watcher:
        (job,) = watch(watcher, queue, "a")
        watcher.poll()
        queue.trouble = kind.__new__(kind)
        assert list(watcher.wait(timeout=10)) == [job]


def test_a_server_that_never_answered_is_not_waited_for() -> None:
    queue = ScriptedQueue(a=JobState.RUNNING)
    queue.trouble = ConnectionRefused("host", "nothing listens")
    with JobWatcher(interval=0.01) as watcher:
        (job,) = watch(watcher, queue, "a")
        assert list(watcher.wait(timeout=10)) == [job]


def test_no_question_comes_before_the_pause_after_a_refusal_is_over() -> None:
    pace = WatchPace(fixed=0.5)
    assert all(300 < pace.after_refusal() <= 330 for _ in range(20))
    assert pace.after_answer(changed=False) == 0.5
