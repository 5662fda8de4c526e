"""What seldom happens to queues, submits and logs, on real servers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.sshd import Sshd
from tests.waiting import wait_until
from vistrails_tej.engine import LogFollower, RemoteQueue, job_submission
from vistrails_tej.engine.errors import (
    ConnectionFailed,
    ConnectionLost,
    JobExists,
    JobNotFound,
    LoginFailed,
    QueueLinkBroken,
    RuntimeNotAllowed,
)
from vistrails_tej.engine.failed_uploads import failed_uploads
from vistrails_tej.engine.job import JobId, JobState
from vistrails_tej.engine.job_submission import JobSubmission
from vistrails_tej.engine.login import Login
from vistrails_tej.engine.payload import Start, read_payload
from vistrails_tej.engine.protocol import Request, parse_status
from vistrails_tej.engine.queue_session import Access, QueueSession

# Queues


@pytest.fixture
def job(tmp_path: Path) -> Path:
    folder = tmp_path / "job"
    folder.mkdir()
    (folder / "start.sh").write_text("#!/bin/sh\necho hello\n")
    return folder


def test_the_next_try_takes_over_an_upload_that_was_cut(tmp_path: Path, job: Path) -> None:
    (job / "data").write_bytes(b"x" * 60_000_000)
    with Sshd(tmp_path / "server") as own:
        queue = RemoteQueue(str(own.destination), "~/cut", ssh_directory=own.ssh_directory)
        queue.connect()
        coming = own.home / "cut"
        cut = threading.Thread(
            target=lambda: wait_until(lambda: any(coming.rglob("data"))) and own.kill_sessions()
        )
        cut.start()
        with pytest.raises(ConnectionFailed):
            queue.submit("job", job)
        cut.join()
        assert queue.submit("job", job) == "job"
        wait_until(lambda: queue.status("job").is_ok)
        queue.close()


def test_another_queue_object_goes_on_where_an_upload_of_this_process_was_cut(
    sshd: Sshd, job: Path, unique: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As often as it takes, also when a try in between fails for another reason."""
    (job / "data").write_bytes(b"x" * 2 * job_submission.SMALL)

    def queue(path: str = "~/cut twice") -> RemoteQueue:
        return RemoteQueue(sshd.destination, path, ssh_directory=sshd.ssh_directory)

    for failure in (ConnectionLost(sshd.destination, "cut"), KeyboardInterrupt()):
        with monkeypatch.context() as patch, queue() as opened:
            # Between the claim and the first byte, where nobody else can notice.
            patch.setattr(JobSubmission, "_send", raising(failure))
            patch.setattr(JobSubmission, "_release", lambda _: None)
            with pytest.raises(type(failure)):
                opened.submit(unique, job)
    with queue() as opened:
        assert opened.status(unique).state is JobState.UPLOADING
        opened.submit(unique, job)
        wait_until(lambda: opened.status(unique).is_ok)
        with pytest.raises(JobExists):
            opened.submit(unique, job)
    with queue(f"{sshd.home}/cut twice") as opened, pytest.raises(JobExists):
        opened.submit(unique, job)


def raising(error: BaseException) -> Callable[[JobSubmission], None]:
    def fail(_submission: JobSubmission) -> None:
        raise error

    return fail


def test_a_link_that_was_led_elsewhere_is_followed_anew(
    sshd: Sshd, job: Path, tmp_path: Path, unique: str
) -> None:
    link = sshd.home / f"{unique}-link"
    with RemoteQueue(sshd.destination, f"~/{link.name}", ssh_directory=sshd.ssh_directory) as queue:
        for number in (1, 2):
            place = sshd.home / f"{unique}-{number}"
            link.unlink(missing_ok=True)
            with RemoteQueue(
                sshd.destination, str(place), ssh_directory=sshd.ssh_directory
            ) as direct:
                direct.setup()
            link.write_text(f"tejdir: {place}\n")
            (job / "which").write_text(str(number))
            queue.submit(unique, job)
            assert queue.download(unique, "which", into=tmp_path / "got").read_text() == str(number)
            assert queue.resolve().path.name == place.name
        link.unlink()
        with pytest.raises(JobNotFound):
            queue.download(unique, "which", into=tmp_path / "got")


def test_nothing_is_asked_about_no_jobs(tmp_path: Path) -> None:
    with RemoteQueue("no-such-host.invalid", ssh_directory=tmp_path) as queue:
        assert queue.statuses([]) == {}


def test_a_wanted_runtime_is_looked_for(sshd: Sshd, job: Path, unique: str) -> None:
    def queue(path: str, runtime: str) -> RemoteQueue:
        return RemoteQueue(
            sshd.destination, path, ssh_directory=sshd.ssh_directory, need_runtime=[runtime]
        )

    with queue(f"~/{unique}", "default") as opened:
        assert opened.submit(None, job)
    with queue(f"~/{unique}", "slurm") as opened, pytest.raises(RuntimeNotAllowed):
        opened.submit(None, job)
    (sshd.home / f"{unique}-link").write_text(f"tejdir: {sshd.home}/nothing\n")
    with queue(f"~/{unique}-link", "default") as opened, pytest.raises(QueueLinkBroken):
        opened.submit(None, job)


# Following what a job writes


def test_a_new_attempt_is_read_from_its_beginning(sshd: Sshd, job: Path, unique: str) -> None:
    with RemoteQueue(sshd.destination, ssh_directory=sshd.ssh_directory) as queue:
        queue.submit(unique, job)
        log = LogFollower(queue, unique)
        assert b"".join(log.follow()) == b"hello\n"
        queue.submit(unique, job, again=True)
        assert b"".join(log.follow()) == b"hello\n"
        assert log.offset == 6


def test_following_stops_when_told_to(sshd: Sshd, job: Path, unique: str) -> None:
    (job / "start.sh").write_text("#!/bin/sh\necho hello\nexec sleep 100\n")
    stop = threading.Event()
    with RemoteQueue(sshd.destination, ssh_directory=sshd.ssh_directory) as queue:
        queue.submit(unique, job)
        log = LogFollower(queue, unique)
        for data in log.follow(stop):
            assert data == b"hello\n"
            stop.set()
        assert not log.is_over
        queue.kill(unique)


def test_following_ends_where_the_login_fails(sshd: Sshd) -> None:
    login = Login(use_agent=False, use_default_keys=False)
    with (
        RemoteQueue(sshd.destination, login=login, ssh_directory=sshd.ssh_directory) as queue,
        pytest.raises(LoginFailed),
    ):
        list(LogFollower(queue, "any").follow())


# Submitting, step by step


@pytest.fixture
def steps(sshd: Sshd, job: Path, unique: str) -> Iterator[Callable[..., JobSubmission]]:
    """Makes tries to submit one job that is too large for one request."""
    (job / "data").write_bytes(b"x" * 4_000_000)
    session = QueueSession(Access(sshd.destination, ssh_directory=sshd.ssh_directory))

    def make(**options: Any) -> JobSubmission:
        start = Start("script", "start.sh")
        payload = read_payload(JobId(unique), job, start)
        return JobSubmission(session, "~/steps", JobId(unique), payload, start, **options)

    yield make
    session.close()


def test_a_job_that_was_started_though_no_answer_came_is_that_job(
    steps: Callable[..., JobSubmission],
) -> None:
    first = steps()
    started = first.run()
    with pytest.raises(JobExists):
        steps().run()
    seen: list[str] = []
    again = steps(stale=first.payload.nonce, checkpoint=seen.append).run()
    assert (again.nonce, again.attempt) == (started.nonce, 1)
    assert seen == ["claim", "claimed"]


@pytest.mark.parametrize("looks", [True, False])
def test_a_lost_answer_is_forgotten_once_the_end_of_that_attempt_was_seen(
    sshd: Sshd, job: Path, unique: str, looks: bool
) -> None:
    with RemoteQueue(sshd.destination, "~/lost", ssh_directory=sshd.ssh_directory) as queue:
        wanted = JobId(unique)
        queue.submit(wanted, job)
        nonce = queue.status(wanted).nonce
        wait_until(lambda: queue.status(wanted).is_over)
        assert nonce is not None
        lost = ConnectionLost(sshd.destination, "its answer did not come")
        with pytest.raises(ConnectionLost), failed_uploads().trying(wanted, nonce):
            raise lost
        if looks:
            assert queue.statuses([wanted])[wanted].is_over
        queue.submit(wanted, job, again=True)
        assert queue.status(wanted).attempt == (2 if looks else 1)


def test_a_hundred_small_files_travel_in_one_request(
    steps: Callable[..., JobSubmission], job: Path
) -> None:
    (job / "data").unlink()
    for number in range(100):
        (job / f"file-{number}").write_bytes(bytes([number]) * 4096)
    seen: list[str] = []
    heard: list[tuple[int, int]] = []
    work = steps(checkpoint=seen.append, progress=lambda done, size: heard.append((done, size)))
    assert work.run().state.is_started
    assert (seen[0], seen[-1], set(seen[1:-1])) == ("submit", "submitted", {"sending"})
    assert heard == sorted(heard)
    assert heard[-1] == (work.payload.size, work.payload.size)


def test_a_claim_is_renewed_while_files_are_sent(
    steps: Callable[..., JobSubmission], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_submission, "_RENEW_SECONDS", 0.0)
    first = steps()

    def look(step: str) -> None:
        if step == "sending":
            status = parse_status(
                first.session.ask(Request("job_status", "~/steps"), ["~/steps", first.job_id]),
                first.job_id,
            )
            assert status.state is JobState.UPLOADING
            assert status.nonce == first.payload.nonce

    first.checkpoint = look
    assert first.run().state.is_started
