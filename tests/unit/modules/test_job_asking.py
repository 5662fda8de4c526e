"""Several followers of jobs on one queue: one question, and each hears of it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from typing import cast

import pytest

from tests.waiting import wait_until
from vistrails_tej.engine import (
    ConnectionRefused,
    JobId,
    JobState,
    WatchedJob,
    parse_destination,
)
from vistrails_tej.modules.job_asking import Asking, Heard
from vistrails_tej.modules.queue_reference import QueueReference, RemoteJob
from vistrails_tej.modules.sessions import QueueSessions

from ..engine.scripted_queue import ScriptedQueue

SERVER = parse_destination("ada@server")
QUEUE = QueueReference(SERVER, "~/.tej")
A, B = (RemoteJob(QUEUE, JobId(one)) for one in "ab")
TIMEOUT = 30


class Sessions:
    """Sessions with one queue, whose answers a test sets."""

    def __init__(self) -> None:
        self.remote = ScriptedQueue(a=JobState.RUNNING, b=JobState.RUNNING)

    def queue(self, _reference: QueueReference) -> ScriptedQueue:
        return self.remote

    def asked(self) -> list[set[str]]:
        return [set(one) for one in self.remote.asked]


@pytest.fixture
def sessions() -> Sessions:
    return Sessions()


@pytest.fixture
def asking(sessions: Sessions) -> Iterator[Asking]:
    asking = Asking(lambda: cast(QueueSessions, sessions))
    asking.watcher.set_interval(3600)
    asking.start()
    yield asking
    sessions.remote.silent.set()
    asking.close()


def test_one_question_answers_all_followers(asking: Asking, sessions: Sessions) -> None:
    one: list[Heard] = []
    other: list[Heard] = []
    with asking.follower(one.append) as first, asking.follower(other.append) as second:
        asking.watcher.pause()
        first.follow([A])
        second.follow([A, B])
        first.check([A]).result(TIMEOUT)
    assert sessions.asked() == [{"a", "b"}]
    assert one == other
    assert one[0].queue == QUEUE


def test_what_one_leaves_another_still_follows(asking: Asking, sessions: Sessions) -> None:
    heard: list[Heard] = []
    with asking.follower(heard.append) as stays:
        with asking.follower(lambda _: None) as goes:
            stays.follow([A])
            goes.follow([A, B])
            wait_until(lambda: {"a", "b"} in sessions.asked())
        count = len(sessions.remote.asked)
        asking.watcher.check_now()
        wait_until(lambda: len(sessions.remote.asked) > count)
    assert sessions.asked()[-1] == {"a"}
    wait_until(lambda: asking.watcher.next_check() is None)


def test_a_check_is_answered_by_a_question_put_after_it(asking: Asking, sessions: Sessions) -> None:
    """The answer under way may be about an attempt that ended before the job was run again."""
    sessions.remote.states["a"] = JobState.EXITED
    sessions.remote.silent.clear()
    with asking.follower(lambda _: None) as follower:
        follower.follow([A])
        wait_until(lambda: sessions.remote.asked)
        check = follower.check([A])
        wait_until(lambda: follower.checks)
        sessions.remote.silent.set()
        check.result(TIMEOUT)
    assert sessions.asked() == [{"a"}, {"a"}]


def test_a_check_of_a_follower_that_is_closed_ends(asking: Asking, sessions: Sessions) -> None:
    sessions.remote.silent.clear()
    follower = asking.follower(lambda _: None)
    check = follower.check([A])
    wait_until(lambda: sessions.remote.asked)
    follower.close()
    check.result(TIMEOUT)


def test_after_its_end_a_follower_checks_and_follows_nothing(asking: Asking) -> None:
    """Check Now in the moment in which a wait ends must not leave a thread behind."""
    follower = asking.follower(lambda _: None)
    follower.close()
    follower.check([A]).result(TIMEOUT)
    follower.follow([B])
    assert asking.watcher.sightings() == {}


def test_who_begins_to_follow_a_job_as_another_leaves_it_hears_of_it(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Heard] = []
    checks: list[Future[None]] = []
    goes, comes = asking.follower(lambda _: None), asking.follower(heard.append)
    forget = asking.watcher.forget

    def forget_late(job: WatchedJob) -> None:
        """The other comes just now, if nothing keeps it from that."""
        if not checks:
            checks.append(comes.check([A]))
            with contextlib.suppress(AssertionError):
                wait_until(lambda: comes.places, timeout=0.2)
        forget(job)

    monkeypatch.setattr(asking.watcher, "forget", forget_late)
    asking.watcher.pause()
    goes.follow([A])
    goes.leave([A])
    checks[0].result(TIMEOUT)
    assert [one.job_ids for one in heard] == [("a",)]


def test_all_followers_hear_what_was_found_out_elsewhere(asking: Asking) -> None:
    one: list[Heard] = []
    other: list[Heard] = []
    with asking.follower(one.append), asking.follower(other.append):
        news = Heard(QUEUE, (A.job_id,), {}, 5.0)
        asking.tell(news)
    asking.tell(Heard(QUEUE, (B.job_id,), {}, 6.0))
    assert one == other == [news]


def test_a_check_that_raises_ends_too(
    asking: Asking, sessions: Sessions, caplog: pytest.LogCaptureFixture
) -> None:
    sessions.remote.trouble = RuntimeError("a mistake")
    with asking.follower(lambda _: None) as follower:
        follower.check([A]).result(TIMEOUT)
    wait_until(lambda: "could not be followed" in caplog.text)


def test_a_server_that_refuses_after_it_answered_is_taken_to_restart(
    asking: Asking, sessions: Sessions
) -> None:
    heard: list[Heard] = []
    with asking.follower(heard.append) as follower:
        follower.check([A]).result(TIMEOUT)
        sessions.remote.trouble = ConnectionRefused(SERVER, "no")
        follower.check([A]).result(TIMEOUT)
    assert [one.restarts for one in heard] == [False, True]


def test_threads_that_come_and_go_leave_nothing_behind(asking: Asking, sessions: Sessions) -> None:
    def work() -> None:
        for _ in range(20):
            with asking.follower(lambda _: None) as follower:
                follower.check([A, B]).result(TIMEOUT)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(TIMEOUT)
    assert not any(one.is_alive() for one in threads)
    assert asking.watcher.sightings() == {}
