"""Following jobs as a window does: changes are told, asking can be paused and hurried."""

from __future__ import annotations

import threading
import time

import pytest

from tests.unit.engine.scripted_queue import Heard, ScriptedQueue, running, watch
from tests.waiting import wait_until
from vistrails_tej.engine.errors import ConnectionLost, JobNotFound
from vistrails_tej.engine.job import JobId, JobState
from vistrails_tej.engine.job_sighting import JobSighting, WatchedJob
from vistrails_tej.engine.job_watcher import JobWatcher


def test_each_change_is_told_with_its_job_and_status_and_nothing_else() -> None:
    first, second = (
        ScriptedQueue(a=JobState.QUEUED, b=JobState.RUNNING),
        ScriptedQueue(c=JobState.QUEUED),
    )
    heard = Heard()
    with JobWatcher(interval=0.01, on_change=heard) as watcher, running(watcher) as raised:
        a, _, c = [*watch(watcher, first, "a", "b"), *watch(watcher, second, "c")]
        wait_until(lambda: len(heard.changes) == 3)
        asked = len(first.asked)
        wait_until(lambda: len(first.asked) > asked + 3)
        assert len(heard.changes) == 3, "that time passes is no news"
        first.states["a"] = JobState.RUNNING
        wait_until(lambda: len(heard.changes) == 4)
        second.states["c"] = JobState.EXITED
        wait_until(lambda: len(heard.changes) == 5)
        wait_until(lambda: c not in watcher.sightings())
        assert a in watcher.sightings()
    assert heard.states()[3:] == [("a", JobState.RUNNING), ("c", JobState.EXITED)]
    assert [job for job, _ in heard.changes[3:]] == [a, c]
    assert raised == []


def test_a_server_that_is_away_is_told_once_with_the_time_since() -> None:
    queue = ScriptedQueue(a=JobState.RUNNING)
    heard = Heard()
    with JobWatcher(interval=0.01, on_change=heard) as watcher, running(watcher):
        (job,) = watch(watcher, queue, "a")
        wait_until(lambda: len(heard.changes) == 1)
        before = time.time()
        queue.trouble = ConnectionLost("host", "gone")
        wait_until(lambda: len(heard.changes) == 2)
        since = heard.changes[1][1].offline_since
        assert since is not None
        assert before <= since <= time.time()
        asked = len(queue.asked)
        watcher.check_now()
        wait_until(lambda: len(queue.asked) > asked)
        wait_until(lambda: watcher.sightings()[job].offline_since == since)
        assert len(heard.changes) == 2
        queue.trouble = None
        watcher.check_now()
        wait_until(lambda: len(heard.changes) == 3)
        assert heard.changes[2][1].offline_since is None
        assert not heard.changes[2][1].is_offline


def test_a_paused_watcher_asks_only_when_told_to() -> None:
    queue = ScriptedQueue(a=JobState.RUNNING)
    heard = Heard()
    with JobWatcher(interval=0.01, on_change=heard) as watcher:
        watcher.pause()
        assert watcher.is_paused
        with running(watcher):
            watch(watcher, queue, "a")
            watcher.check_now()
            wait_until(lambda: heard.states() == [("a", JobState.RUNNING)])
            queue.states["a"] = JobState.CANCELLING
            assert watcher.wait(timeout=0.2) == {}
            assert len(queue.asked) == 1
            watcher.resume()
            wait_until(lambda: heard.states()[1:] == [("a", JobState.CANCELLING)])
            assert not watcher.is_paused


def test_another_interval_counts_at_once() -> None:
    queue = ScriptedQueue(a=JobState.RUNNING)
    with JobWatcher(interval=3600) as watcher, running(watcher):
        watch(watcher, queue, "a")
        wait_until(lambda: len(queue.asked) == 1)
        watcher.set_interval(0.01)
        wait_until(lambda: len(queue.asked) > 3)
        watcher.set_interval(None)
        asked = len(queue.asked)
        assert watcher.wait(timeout=0.3) == {}
        assert len(queue.asked) <= asked + 1


def test_a_settled_job_can_be_watched_again() -> None:
    queue = ScriptedQueue()
    heard = Heard()
    with JobWatcher(interval=0.01, on_change=heard) as watcher, running(watcher):
        (job,) = watch(watcher, queue, "a")
        wait_until(lambda: job not in watcher.sightings())
        assert type(heard.changes[-1][1].error) is JobNotFound
        queue.states["a"] = JobState.RUNNING
        watch(watcher, queue, "a")
        wait_until(lambda: heard.states()[-1] == ("a", JobState.RUNNING))


def test_who_hears_of_a_change_may_use_the_watcher() -> None:
    queue = ScriptedQueue(a=JobState.RUNNING)

    def forget(job: WatchedJob, _: JobSighting) -> None:
        watcher.forget(job)

    with JobWatcher(interval=0.01, on_change=forget) as watcher, running(watcher):
        watch(watcher, queue, "a")
        wait_until(lambda: not watcher.sightings())


def test_an_error_of_who_hears_of_a_change_ends_the_run() -> None:
    def fail(_job: WatchedJob, _sighting: JobSighting) -> None:
        raise RuntimeError("a mistake of the window")

    with JobWatcher(interval=0.01, on_change=fail) as watcher, running(watcher) as raised:
        watch(watcher, ScriptedQueue(a=JobState.RUNNING), "a")
        wait_until(lambda: raised)
    assert str(raised[0]) == "a mistake of the window"


def test_nothing_is_told_after_the_end() -> None:
    queue = ScriptedQueue(a=JobState.RUNNING)
    queue.silent.clear()
    heard = Heard()
    with JobWatcher(interval=0.01, on_change=heard) as watcher, running(watcher):
        watch(watcher, queue, "a")
        wait_until(lambda: queue.asked)
    queue.silent.set()
    wait_until(lambda: not [one for one in threading.enumerate() if one.name.startswith("watch <")])
    assert heard.changes == []


def test_a_job_that_ended_may_be_run_again_and_watched_by_who_is_told() -> None:
    queue = ScriptedQueue(a=JobState.EXITED)
    heard = Heard()

    def run_again(job: WatchedJob, sighting: JobSighting) -> None:
        heard(job, sighting)
        if len(heard.changes) == 1:
            queue.states["a"] = JobState.RUNNING
            watch(watcher, queue, "a")

    watcher = JobWatcher(interval=0.01, on_change=run_again)
    watch(watcher, queue, "a")
    with running(watcher):
        wait_until(lambda: heard.states() == [("a", JobState.EXITED), ("a", JobState.RUNNING)])


def test_an_answer_from_before_a_job_was_watched_does_not_count() -> None:
    queue = ScriptedQueue(a=JobState.RUNNING, b=JobState.RUNNING)
    queue.trouble = JobNotFound(JobId("a"))
    queue.silent.clear()
    heard = Heard()

    def mend(job: WatchedJob, sighting: JobSighting) -> None:
        heard(job, sighting)
        queue.trouble = None

    with JobWatcher(interval=0.01, on_change=mend) as watcher, running(watcher):
        a, _ = watch(watcher, queue, "a", "b")
        wait_until(lambda: queue.asked)
        watcher.forget(a)
        watch(watcher, queue, "a")
        queue.silent.set()
        wait_until(lambda: len(heard.changes) == 2)
    assert heard.states() == [("b", None), ("a", JobState.RUNNING)]


def test_watched_anew_a_job_is_asked_about_behind_the_question_under_way() -> None:
    """It ended, and was run again while the answer was on its way."""
    queue = ScriptedQueue(a=JobState.EXITED)
    queue.silent.clear()
    heard = Heard()
    with JobWatcher(interval=3600, on_change=heard) as watcher, running(watcher):
        watch(watcher, queue, "a")
        wait_until(lambda: queue.asked)
        watcher.watch(queue, "a", anew=True)  # type: ignore[arg-type]
        # Paused, so that only the wish can bring the second question.
        watcher.pause()
        watcher.check_now()
        queue.silent.set()
        wait_until(lambda: len(queue.asked) == 2)
        wait_until(lambda: heard.changes)
    assert heard.states() == [("a", JobState.EXITED)]


@pytest.mark.parametrize("is_paused", [False, True])
def test_a_queue_is_asked_once_a_thread_can_be_had_for_it(
    is_paused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine with no room for one more thread a question has to wait, not to be dropped."""
    start, refused = threading.Thread.start, []

    def refuse(thread: threading.Thread) -> None:
        if thread.name.startswith("watch <") and not refused:
            refused.append(thread)
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    queue = ScriptedQueue(a=JobState.RUNNING)
    with JobWatcher(interval=3600) as watcher:
        if is_paused:
            watcher.pause()
        watch(watcher, queue, "a")
        watcher.check_now()
        with running(watcher) as raised:
            wait_until(lambda: queue.asked == [["a"]])
        assert (len(refused), raised) == (1, [])


def test_one_queue_is_asked_now_and_no_other() -> None:
    one, two = ScriptedQueue(a=JobState.RUNNING), ScriptedQueue(a=JobState.RUNNING)
    with JobWatcher() as watcher, running(watcher):
        watcher.pause()
        watch(watcher, one, "a")
        watch(watcher, two, "a")
        watcher.check_now([two])  # type: ignore[list-item]
        wait_until(lambda: len(watcher.sightings()) == 2 and two.asked)
        assert one.asked == []


def test_a_job_that_came_during_a_question_is_asked_about_even_while_paused() -> None:
    queue = ScriptedQueue(a=JobState.RUNNING, b=JobState.RUNNING)
    queue.silent.clear()
    with JobWatcher() as watcher, running(watcher):
        watcher.pause()
        watch(watcher, queue, "a")
        watcher.check_now()
        wait_until(lambda: queue.asked)
        watch(watcher, queue, "b")
        watcher.check_now()
        queue.silent.set()
        wait_until(lambda: queue.asked == [["a"], ["a", "b"]])


def test_it_is_known_when_a_queue_is_asked_next() -> None:
    queue = ScriptedQueue(a=JobState.RUNNING)
    with JobWatcher(interval=500) as watcher, running(watcher):
        assert watcher.next_check() is None
        watch(watcher, queue, "a")
        wait_until(lambda: 490 < (watcher.next_check() or 0) <= 500)
        watcher.set_interval(50)
        assert 40 < (watcher.next_check() or 0) <= 50
        watcher.pause()
        assert watcher.next_check() is None
