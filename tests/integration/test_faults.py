"""Faults of clients and networks, one test for each row of the table of faults; a real sshd."""

from __future__ import annotations

import multiprocessing
import os
import secrets
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.integration.faulty_submit import (
    JOB,
    STEPS,
    Place,
    at_step,
    make_directory,
    submit_and_die,
)
from tests.integration.relay import Relay
from tests.integration.sshd import Sshd
from tests.waiting import wait_until
from vistrails_tej.engine import (
    ConnectionFailed,
    Destination,
    JobDeleted,
    JobExists,
    JobNotFound,
    JobState,
    JobStatus,
    JobStillRunning,
    NotEnoughSpace,
    QueueNotFound,
    RemoteQueue,
    ssh_line,
)


@pytest.fixture
def queue(sshd: Sshd) -> Iterator[RemoteQueue]:
    place = f"{sshd.home}/faults {secrets.token_hex(4)}"
    with RemoteQueue(sshd.destination, place, ssh_directory=sshd.ssh_directory) as opened:
        yield opened


@pytest.fixture
def place(sshd: Sshd, queue: RemoteQueue, tmp_path: Path) -> Callable[..., Place]:
    def make(size: str = "small", script: str = "exit 0") -> Place:
        directory = make_directory(tmp_path, size, script)
        return Place(sshd.destination, sshd.ssh_directory, queue.queue, directory)

    return make


@pytest.fixture
def relay(sshd: Sshd) -> Iterator[Relay]:
    with Relay(sshd.port) as started:
        known = sshd.ssh_directory / "known_hosts"
        before = known.read_text()
        known.write_text(before + before.replace(str(sshd.port), str(started.port)))
        yield started
        known.write_text(before)


def through(place: Place, relay: Relay) -> Place:
    return replace(place, destination=Destination("127.0.0.1", port=relay.port))


def wait_for_end(queue: RemoteQueue) -> JobStatus:
    wait_until(lambda: queue.status(JOB).is_over, message="the end of the job")
    return queue.status(JOB)


def runs(queue: RemoteQueue) -> int:
    return Path(queue.queue, "runs").read_text().count("ran")


def check_left(queue: RemoteQueue) -> None:
    """Check that no half upload is left, neither with the job nor in the trash."""
    found = {path.name for path in Path(queue.queue, "jobs", JOB).iterdir()}
    assert found == {".vt", "stage", "status"}
    trash = Path(queue.queue, "vt/trash")
    wait_until(lambda: not list(trash.iterdir()), message="an empty trash")


def die(place: Place, step: str, *, again: bool = False) -> None:
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=submit_and_die, args=(place, step, again))
    process.start()
    process.join(timeout=60)
    assert process.exitcode == -signal.SIGKILL, "it never came to that step"


@pytest.mark.parametrize(("size", "step"), STEPS)
def test_a_client_killed_while_it_submits_leaves_a_job_that_another_finishes(
    queue: RemoteQueue, place: Callable[..., Place], size: str, step: str
) -> None:
    made = place(size)
    die(made, step)
    try:
        queue.submit(JOB, made.directory)
    except JobExists:
        assert queue.status(JOB).state.is_started
    assert wait_for_end(queue).exit_code == 0
    assert (runs(queue), queue.status(JOB).attempt) == (1, 1)
    check_left(queue)


@pytest.mark.parametrize("step", ["claimed", "sending", "sent"])
def test_a_client_killed_while_it_runs_a_job_again_leaves_one_new_attempt(
    queue: RemoteQueue, place: Callable[..., Place], step: str
) -> None:
    made = place("large", "echo $$ >mark; exit 3")
    queue.submit(JOB, made.directory)
    wait_for_end(queue)
    mark = queue.read_text(JOB, "mark")
    die(made, step, again=True)
    queue.submit(JOB, made.directory, again=True)
    assert wait_for_end(queue).attempt == 2
    assert runs(queue) == 2
    assert Path(queue.queue, "jobs", JOB, ".vt/attempt-1/stage/mark").read_text() == mark
    check_left(queue)


@pytest.mark.parametrize(("size", "step"), STEPS)
def test_a_link_cut_while_a_job_is_submitted_is_made_good_by_the_next_try(
    queue: RemoteQueue, place: Callable[..., Place], relay: Relay, size: str, step: str
) -> None:
    made = through(place(size), relay)
    cuts = []

    def cut() -> None:
        cuts.append(bool(relay._sockets))
        relay.hang_up()

    first = made.submission(at_step(step, cut))
    first.session.connect()
    try:
        first.run()
    except ConnectionFailed:
        second = made.submission(lambda _: None, stale=first.payload.nonce)
        assert second.run().state.is_started
    assert cuts == [True], "nothing was cut"
    assert wait_for_end(queue).exit_code == 0
    assert (runs(queue), queue.status(JOB).attempt) == (1, 1)
    check_left(queue)


@pytest.mark.parametrize("step", ["claimed", "sending"])
def test_a_link_that_stalls_while_a_job_is_submitted_is_noticed_and_made_good(
    queue: RemoteQueue,
    place: Callable[..., Place],
    relay: Relay,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    monkeypatch.setattr(ssh_line, "_ASK_AFTER", 1)
    monkeypatch.setattr(ssh_line, "_SILENCE", 3.0)
    made = through(place("large"), relay)
    first = made.submission(at_step(step, relay.stalled.set))
    with pytest.raises(ConnectionFailed):
        first.run()
    relay.stalled.clear()
    made.submission(lambda _: None, stale=first.payload.nonce).run()
    assert wait_for_end(queue).exit_code == 0
    assert runs(queue) == 1


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("size", ["small", "large"])
def test_a_link_cut_in_the_middle_of_the_files_gives_the_id_to_any_other_at_once(
    queue: RemoteQueue, place: Callable[..., Place], relay: Relay, size: str, again: bool
) -> None:
    made = through(place(size, "exit 3"), relay)
    (made.directory / "more").write_bytes(os.urandom(700_000))
    if again:
        queue.submit(JOB, made.directory)
        wait_for_end(queue)
    first = made.submission(lambda _: None, again=again)
    first.session.connect()
    relay.left = 500_000

    def hang_up_on_the_way() -> None:
        wait_until(lambda: relay.stalled.is_set() and is_uploading(queue))
        relay.hang_up()

    cut = threading.Thread(target=hang_up_on_the_way)
    cut.start()
    with pytest.raises(ConnectionFailed):
        first.run()
    cut.join()
    # Not as one that knows of the first: for all it can tell, that is on another machine.
    wait_until(lambda: not is_uploading(queue), message="the end of the upload")
    if again:
        assert queue.status(JOB).attempt == 1
    direct = replace(made, destination=queue.destination)
    direct.submission(lambda _: None, again=again).run()
    assert wait_for_end(queue).attempt == (2 if again else 1)
    check_left(queue)


def is_uploading(queue: RemoteQueue) -> bool:
    try:
        return queue.status(JOB).state is JobState.UPLOADING
    except JobNotFound:
        return False


def test_a_link_cut_right_after_a_job_was_run_again_makes_no_second_attempt(
    queue: RemoteQueue, place: Callable[..., Place], relay: Relay
) -> None:
    """The answer is lost, the attempt is there, and its end comes before the next try."""
    made = through(place("small"), relay)
    queue.submit(JOB, made.directory)
    wait_for_end(queue)
    first = made.submission(lambda _: None, again=True)
    first.run()
    assert wait_for_end(queue).attempt == 2
    relay.hang_up()
    second = made.submission(lambda _: None, again=True, stale=first.payload.nonce)
    assert second.run().attempt == 2
    assert runs(queue) == 2


@pytest.mark.parametrize("step", ["claimed", "sending", "sent"])
def test_a_job_deleted_while_it_is_uploaded_is_told_to_the_uploader(
    queue: RemoteQueue, place: Callable[..., Place], step: str
) -> None:
    made = place("large")
    with pytest.raises(JobDeleted):
        made.submission(at_step(step, lambda: queue.delete(JOB))).run()
    with pytest.raises(JobNotFound):
        queue.status(JOB)
    queue.submit(JOB, made.directory)
    assert wait_for_end(queue).exit_code == 0


def test_a_queue_deleted_under_a_client_is_told_and_made_anew(
    queue: RemoteQueue, place: Callable[..., Place]
) -> None:
    made = place("small", "until [ -e ../../../go ]; do sleep 0.1; done")
    queue.submit(JOB, made.directory)
    wait_until(lambda: queue.status(JOB).state is JobState.RUNNING)
    aside = Path(f"{queue.queue} aside")
    Path(queue.queue).rename(aside)
    for ask in (queue.status, queue.kill, queue.delete):
        with pytest.raises(JobNotFound):
            ask(JOB)
    with pytest.raises(QueueNotFound):
        queue.statuses()
    (aside / "go").touch()
    wait_until((aside / "jobs" / JOB / ".vt/attempt-1/exit.0").exists)
    shutil.rmtree(aside)
    queue.submit(JOB, place_without_gate(made))
    assert wait_for_end(queue).exit_code == 0


def place_without_gate(made: Place) -> Path:
    (made.directory / "start.sh").write_text("#!/bin/sh\n")
    return made.directory


def test_what_a_running_job_has_written_so_far_can_be_fetched(
    queue: RemoteQueue, place: Callable[..., Place], tmp_path: Path
) -> None:
    script = "n=0\nuntil [ -e go ]; do n=$((n + 1)); echo $n; sleep 0.001; done"
    queue.submit(JOB, place("small", script).directory)
    wait_until(lambda: queue.read_tail(JOB, "_stdout"))
    for number in range(3):
        one = queue.download(JOB, "_stdout", into=tmp_path / f"file-{number}")
        every = queue.download_directory(JOB, ".", into=tmp_path / f"all-{number}")
        for path in (one, every / "_stdout"):
            lines = path.read_text().splitlines()[:-1]
            assert lines == [str(count) for count in range(1, len(lines) + 1)]
    assert queue.status(JOB).state is JobState.RUNNING
    with pytest.raises(JobStillRunning):
        queue.submit(JOB, tmp_path / "small", again=True)
    queue.kill(JOB)


def test_the_clock_of_the_client_does_not_matter(
    queue: RemoteQueue, place: Callable[..., Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = time.time
    made = place("large", "exit 3")
    seen = []
    for hours in (-2, 0, 2):
        monkeypatch.setattr(time, "time", lambda hours=hours: real() + 3600 * hours)
        queue.submit(JOB, made.directory, again=True)
        status = wait_for_end(queue)
        seen.append((status.submitted, status.started, status.ended, status.checked))
    assert all(abs(moment - real()) < 120 for times in seen for moment in times if moment)
    assert [times[0] for times in seen] == sorted(times[0] for times in seen)  # type: ignore[type-var]


def test_files_that_cannot_fit_are_refused_before_they_are_sent(
    queue: RemoteQueue, place: Callable[..., Place]
) -> None:
    made = place("large")
    submission = made.submission(at_step("claimed", lambda: pytest.fail("it was claimed")))
    submission.payload = replace(submission.payload, size=10**14)
    with pytest.raises(NotEnoughSpace, match=r"need 100000\.0 GB") as caught:
        submission.run()
    assert (caught.value.needed, caught.value.limit) == (10**14, "disk")
    assert caught.value.free > 0
    with pytest.raises(JobNotFound):
        queue.status(JOB)
