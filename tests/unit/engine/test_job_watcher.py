"""Waiting for jobs, with queues that answer as they are told to."""

from __future__ import annotations

import threading
import time

import pytest

from tests.unit.engine.scripted_queue import ScriptedQueue, ask_once, watch
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
from vistrails_tej.engine.job import JobState
from vistrails_tej.engine.job_watcher import JobWatcher
from vistrails_tej.engine.watch_pace import WatchPace


def test_one_question_asks_about_all_jobs_of_a_queue() -> None:
    queue = ScriptedQueue(a=JobState.RUNNING, b=JobState.QUEUED, c=JobState.EXITED)
    with JobWatcher(interval=60) as watcher:
        a, b, c = watch(watcher, queue, "a", "b", "c")
        assert list(watcher.wait(timeout=10)) == [c]
        seen = watcher.sightings()
    assert queue.asked == [["a", "b", "c"]]
    assert {job: one.status.state for job, one in seen.items() if one.status} == {
        a: JobState.RUNNING,
        b: JobState.QUEUED,
    }


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
        ask_once(watcher, queue)
        queue.trouble = ConnectionLost("host", "gone")
        sighting = ask_once(watcher, queue)[job]
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
        sighting = watcher.wait(timeout=10)[job]
    assert type(sighting.error) is (LoginFailed if trouble else JobNotFound)
    assert not sighting.is_offline


def test_a_silent_queue_holds_up_no_other() -> None:
    silent, lively = ScriptedQueue(a=JobState.RUNNING), ScriptedQueue(b=JobState.EXITED)
    silent.silent.clear()
    with JobWatcher(interval=0.01) as watcher:
        watch(watcher, silent, "a")
        (job,) = watch(watcher, lively, "b")
        assert list(watcher.wait(timeout=10)) == [job]
        # Its thread was started first, which does not say that it came first.
        wait_until(lambda: silent.asked)
        assert watcher.wait(timeout=0.05) == {}
        assert len(silent.asked) == 1
        silent.silent.set()


def test_a_job_that_is_watched_later_is_asked_about_soon() -> None:
    queue = ScriptedQueue(a=JobState.RUNNING, b=JobState.EXITED)
    with JobWatcher(interval=60) as watcher:
        watch(watcher, queue, "a")
        ask_once(watcher, queue)
        (job,) = watch(watcher, queue, "b")
        assert list(watcher.wait(timeout=10)) == [job]


def test_a_watcher_does_not_ask_before_the_time_has_come() -> None:
    queue = ScriptedQueue(a=JobState.RUNNING)
    with JobWatcher(interval=0.2) as watcher:
        watch(watcher, queue, "a")
        started = time.monotonic()
        watcher.wait(timeout=1.0)
        assert time.monotonic() - started >= 0.99
    assert 2 <= len(queue.asked) <= 7


def test_a_job_may_be_watched_twice_and_forgotten_while_its_queue_is_asked() -> None:
    queue = ScriptedQueue(a=JobState.EXITED, b=JobState.EXITED)
    queue.silent.clear()
    with JobWatcher(interval=0.01) as watcher:
        a, b = watch(watcher, queue, "a", "b")
        assert watch(watcher, queue, "a") == [a]
        assert watcher.wait(timeout=0.05) == {}
        wait_until(lambda: queue.asked)
        watcher.forget(a)
        # The question from before is still open, so no second one is asked.
        watcher.check_now()
        assert watcher.wait(timeout=0.05) == {}
        assert list(watcher.sightings()) == [b]
        queue.silent.set()
        assert list(watcher.wait(timeout=10)) == [b]
        watcher.forget(a)
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
        queue.trouble, queue.states["a"] = None, JobState.EXITED
        watcher.check_now()
        assert list(watcher.wait(timeout=10)) == [job]


# Servers that are away


def test_a_server_that_starts_again_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = ScriptedQueue(a=JobState.RUNNING)
    with JobWatcher(interval=0.01) as watcher:
        (job,) = watch(watcher, queue, "a")
        ask_once(watcher, queue)
        queue.trouble = ConnectionRefused("host", "nothing listens")
        sighting = ask_once(watcher, queue)[job]
        assert sighting.is_offline
        assert not sighting.is_settled
        asked = len(queue.asked)
        assert watcher.wait(timeout=0.3) == {}
        assert len(queue.asked) == asked
        monkeypatch.setattr(watch_pace, "PAUSE_AFTER_REFUSAL", 0.05)
        watcher.check_now()
        queue.trouble, queue.states["a"] = None, JobState.EXITED
        assert list(watcher.wait(timeout=10)) == [job]


@pytest.mark.parametrize("kind", [LoginFailed, HostKeyRevoked])
def test_a_server_that_does_not_let_us_in_any_more_is_not_waited_for(
    kind: type[TejError],
) -> None:
    queue = ScriptedQueue(a=JobState.RUNNING)
    with JobWatcher(interval=0.01) as watcher:
        (job,) = watch(watcher, queue, "a")
        ask_once(watcher, queue)
        queue.trouble = kind.__new__(kind)
        assert list(watcher.wait(timeout=10)) == [job]


def test_a_server_that_never_answered_is_not_waited_for() -> None:
    queue = ScriptedQueue(a=JobState.RUNNING)
    queue.trouble = ConnectionRefused("host", "nothing listens")
    with JobWatcher(interval=0.01) as watcher:
        (job,) = watch(watcher, queue, "a")
        assert list(watcher.wait(timeout=10)) == [job]


# How often


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


def test_no_question_comes_before_the_pause_after_a_refusal_is_over() -> None:
    pace = WatchPace(fixed=0.5)
    assert all(300 < pace.after_refusal() <= 330 for _ in range(20))
    assert pace.after_answer(changed=False) == 0.5
