"""The book of jobs on a real server: what it shows, and what it does there."""

from __future__ import annotations

import json
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.job_files import job_record, record_jobs, recording
from tests.vistrails import wait_for_file
from tests.waiting import wait_until
from vistrails_tej.dataflow import ModuleSuspended
from vistrails_tej.engine import (
    Check,
    CheckState,
    ConnectionFailed,
    JobId,
    JobNotFound,
    JobStatus,
    JobStillRunning,
)
from vistrails_tej.engine.destination import Destination
from vistrails_tej.modules.job_book import (
    DownloadProgress,
    JobBook,
    JobBookState,
    JobEntry,
    JobKey,
    JobStore,
)
from vistrails_tej.modules.queue_reference import QueueReference, RemoteJob
from vistrails_tej.modules.remote_job_handle import RemoteJobHandle
from vistrails_tej.modules.sessions import (
    QueueSessions,
    SessionOptions,
    start_sessions,
    stop_sessions,
)

from .relay import Relay
from .sshd import Sshd, free_port

TIMEOUT = 60


class Desk:
    """A user with a book, and a queue or two on a server."""

    def __init__(self, sshd: Sshd, folder: Path, unique: str) -> None:
        self._sshd = sshd
        self.folder = folder
        self.destination = sshd.destination
        self.store = JobStore(folder / "store")
        self.news: list[frozenset[JobKey]] = []
        self.books: list[JobBook] = []
        self._unique = unique
        self.go = folder / "go"
        self.start_sessions()

    def start_sessions(self) -> None:
        options = SessionOptions(ssh_directory=self._sshd.ssh_directory)
        self.sessions: QueueSessions = start_sessions(options)

    def book(self) -> JobBook:
        """A new book, as after a new start of the program."""
        book = JobBook(self.news.append, store=self.store)
        book.set_interval(0.1)
        self.books.append(book)
        return book

    def queue(self, name: str = "one", destination: Destination | None = None) -> QueueReference:
        return QueueReference(destination or self.destination, f"~/{self._unique}-{name}")

    def submit(self, queue: QueueReference, job_id: str, script: str) -> str:
        """Start a job behind the book's back."""
        source = self.folder / f"source {job_id}"
        source.mkdir(exist_ok=True)
        (source / "start.sh").write_text(f"#!/bin/sh\n{script}\n")
        return self.sessions.queue(queue).submit(job_id, source)

    def waiting_job(self, queue: QueueReference, job_id: str, then: str = "echo done") -> str:
        """Start a job that ends when ``go`` is there."""
        return self.submit(queue, job_id, f"echo begun\n{wait_for_file(self.go, then)}")

    def file(self, name: str, **jobs: QueueReference) -> Path:
        """A file with records of jobs, by their ids."""
        records = {one: job_record(queue, one) for one, queue in jobs.items()}
        return record_jobs(self.folder / name, records)


@pytest.fixture
def desk(sshd: Sshd, tmp_path: Path, unique: str) -> Iterator[Desk]:
    desk = Desk(sshd, tmp_path, unique)
    yield desk
    desk.go.touch()
    for book in desk.books:
        book.close()
    stop_sessions()


def states(book: JobBook) -> dict[str, str]:
    return {entry.name: entry.state.value for entry in book.entries()}


def find(book: JobBook, name: str) -> JobEntry:
    (entry,) = [one for one in book.entries() if one.name == name]
    return entry


def wait_for_states(book: JobBook, **wanted: str) -> None:
    wait_until(lambda: states(book) == wanted, message=f"{wanted}, not {states(book)}")


def test_jobs_on_two_queues_are_followed_to_their_end(desk: Desk) -> None:
    one, two = desk.queue("one"), desk.queue("two")
    desk.waiting_job(one, "first")
    desk.waiting_job(two, "second", "exit 3")
    path = desk.file("two.vt", first=one, second=two)
    book = desk.book()
    book.open_file(path).result(TIMEOUT)
    wait_for_states(book, first="running", second="running")
    desk.go.touch()
    wait_for_states(book, first="finished", second="failed")
    first, second = find(book, "first"), find(book, "second")
    assert (first.exit_code, second.exit_code, second.has_failed) == (0, 3, True)
    assert second.server == str(desk.destination)
    assert second.workflow is not None
    assert second.workflow.version == 1
    assert frozenset().union(*desk.news) == {first.key, second.key}
    assert [one.connects for one in desk.sessions.traffic().values()] == [1]


def test_output_is_read_while_a_job_runs_and_a_result_is_fetched(desk: Desk) -> None:
    queue = desk.queue()
    desk.waiting_job(queue, "first", "echo 42 > answer; echo oh >&2")
    book = desk.book()
    path = desk.file("one.vt", first=queue)
    book.open_file(path).result(TIMEOUT)
    key = JobKey(path, "first")
    wait_until(lambda: book.tail(key).result(TIMEOUT) == "begun\n")
    desk.go.touch()
    wait_for_states(book, first="finished")
    assert book.tail(key, "_stderr").result(TIMEOUT) == "oh\n"
    files = {one.name: one.size for one in book.job_files(key).result(TIMEOUT)}
    assert files == {"_stdout": 6, "_stderr": 3, "answer": 3, "start.sh": files["start.sh"]}
    told: list[DownloadProgress] = []
    wanted = [(name, desk.folder / "got" / name) for name in ("answer", "_stderr")]
    copied = book.download_files(key, wanted, told.append, threading.Event()).result(TIMEOUT)
    assert [one.read_text() for one in copied] == ["42\n", "oh\n"]
    assert [(one.name, one.number, one.count) for one in told if not one.size] == [
        ("answer", 1, 2),
        ("_stderr", 2, 2),
    ]


def test_a_download_that_is_stopped_leaves_no_half_of_a_file(desk: Desk) -> None:
    queue = desk.queue()
    desk.submit(queue, "first", "head -c 30000000 /dev/zero >large; echo done >small")
    book = desk.book()
    path = desk.file("one.vt", first=queue)
    book.open_file(path).result(TIMEOUT)
    wait_for_states(book, first="finished")
    stop = threading.Event()

    def tell(progress: DownloadProgress) -> None:
        if progress.name == "large" and progress.done:
            stop.set()

    folder = desk.folder / "got"
    wanted = [(name, folder / name) for name in ("small", "large", "start.sh")]
    copied = book.download_files(JobKey(path, "first"), wanted, tell, stop).result(TIMEOUT)
    assert copied == [folder / "small"]
    assert list(folder.iterdir()) == copied
    # The connection is as good as before.
    assert book.tail(JobKey(path, "first"), "small").result(TIMEOUT) == "done\n"
    assert [one.connects for one in desk.sessions.traffic().values()] == [1]


def test_a_job_is_killed_deleted_and_forgotten(desk: Desk) -> None:
    queue = desk.queue()
    desk.waiting_job(queue, "first")
    path = desk.file("one.vt", first=queue)
    book = desk.book()
    book.open_file(path).result(TIMEOUT)
    key = JobKey(path, "first")
    wait_for_states(book, first="running")
    refused = book.delete_on_server([key]).result(TIMEOUT)
    assert isinstance(refused[key], JobStillRunning)
    assert book.kill([key]).result(TIMEOUT) == {}
    assert states(book) == {"first": "killed"}
    assert find(book, "first").has_failed
    assert book.delete_on_server([key]).result(TIMEOUT) == {}
    assert states(book) == {"first": "deleted"}
    with pytest.raises(JobNotFound):
        desk.sessions.queue(queue).status("first")
    # Somebody else was faster: it is gone, as was wanted.
    assert book.delete_on_server([key]).result(TIMEOUT) == {}
    assert isinstance(book.kill([key]).result(TIMEOUT)[key], JobNotFound)
    assert book.forget([key]).result(TIMEOUT) == {}
    assert book.entries() == []
    again = desk.book()
    again.open_file(path).result(TIMEOUT)
    assert again.entries() == []


def test_a_server_that_is_away_keeps_nobody_from_what_is_done_on_others(
    desk: Desk, relay: Relay
) -> None:
    here = desk.queue("here", Destination("127.0.0.1", port=relay.port))
    away = desk.queue("away", Destination("127.0.0.1", port=free_port()))
    desk.waiting_job(here, "first")
    desk.waiting_job(desk.queue("third"), "third")
    book = desk.book()
    path = desk.file("one.vt", first=here, second=away, third=desk.queue("third"))
    book.open_file(path).result(TIMEOUT)
    keys = [JobKey(path, name) for name in ("first", "second", "third")]
    failures = book.kill(keys).result(TIMEOUT)
    assert list(failures) == [JobKey(path, "second")]
    assert isinstance(failures[JobKey(path, "second")], ConnectionFailed)
    wait_for_states(book, first="killed", second="unknown", third="killed")
    assert find(book, "second").problem
    assert not find(book, "second").is_over
    servers = book.traffic().servers
    assert {one.port: servers[one].connects for one in servers if servers[one].connects} == {
        relay.port: 1,
        desk.destination.port: 1,
    }


def test_what_happens_behind_our_back_is_seen(desk: Desk) -> None:
    queue = desk.queue()
    for name in ("first", "second"):
        desk.waiting_job(queue, name)
    book = desk.book()
    book.open_file(desk.file("one.vt", first=queue, second=queue)).result(TIMEOUT)
    wait_for_states(book, first="running", second="running")
    remote = desk.sessions.queue(queue)
    remote.kill("first")
    wait_for_states(book, first="killed", second="running")
    book.pause()
    for name in ("first", "second"):
        remote.kill(name)
        remote.delete(name)
    book.resume()
    # The end of the first was seen; it is asked about only when somebody wants to know.
    wait_for_states(book, first="killed", second="deleted")
    assert "second" in find(book, "second").problem
    book.check([find(book, "first").key]).result(TIMEOUT)
    assert states(book) == {"first": "deleted", "second": "deleted"}


def test_a_queue_that_was_removed_has_no_jobs_any_more(desk: Desk) -> None:
    queue = desk.queue()
    desk.submit(queue, "first", "true")
    book = desk.book()
    book.pause()
    book.open_file(desk.file("one.vt", first=queue)).result(TIMEOUT)
    book.check().result(TIMEOUT)
    desk.sessions.queue(queue).cleanup(force=True)
    book.check(entry.key for entry in book.entries()).result(TIMEOUT)
    assert states(book) == {"first": "deleted"}


def test_nothing_is_asked_while_paused_but_on_request(desk: Desk) -> None:
    queue = desk.queue()
    desk.waiting_job(queue, "first")
    book = desk.book()
    book.pause()
    book.open_file(desk.file("one.vt", first=queue)).result(TIMEOUT)
    assert (states(book), book.next_check, book.is_paused) == ({"first": "unknown"}, None, True)
    book.check().result(TIMEOUT)
    assert states(book) == {"first": "running"}
    checked = find(book, "first").checked
    assert checked is not None
    desk.go.touch()
    wait_until(lambda: desk.sessions.queue(queue).status("first").is_over)
    assert find(book, "first").checked == checked
    book.resume()
    wait_for_states(book, first="finished")


def test_a_server_that_is_away_says_nothing_about_its_jobs(desk: Desk, relay: Relay) -> None:
    queue = desk.queue(destination=Destination("127.0.0.1", port=relay.port))
    desk.waiting_job(queue, "first")
    book = desk.book()
    path = desk.file("one.vt", first=queue)
    book.open_file(path).result(TIMEOUT)
    wait_for_states(book, first="running")
    relay.stalled.set()
    relay.hang_up()
    # It answers no more, in the middle of a question or before one.
    wait_until(lambda: find(book, "first").offline_since)
    assert states(book) == {"first": "running"}
    assert find(book, "first").problem
    assert not find(book, "first").is_over
    relay.stalled.clear()
    relay.hang_up()
    book.check().result(TIMEOUT)
    wait_until(lambda: find(book, "first").offline_since is None)
    assert find(book, "first").problem == ""
    assert states(book) == {"first": "running"}


def test_a_server_that_does_not_run_is_found_again(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, unique: str
) -> None:
    with Sshd(tmp_path_factory.mktemp("restarted_sshd")) as sshd:
        desk = Desk(sshd, tmp_path, unique)
        queue = desk.queue()
        desk.waiting_job(queue, "first")
        book = desk.book()
        book.open_file(desk.file("one.vt", first=queue)).result(TIMEOUT)
        wait_for_states(book, first="running")
        sshd.crash()
        wait_until(lambda: find(book, "first").offline_since)
        assert states(book) == {"first": "running"}
        sshd.start()
        desk.go.touch()
        # A person looks: it is not waited until a server that refused may be asked again.
        book.check().result(TIMEOUT)
        wait_for_states(book, first="finished")
        book.close()
        stop_sessions()


def test_the_last_known_state_is_shown_at_the_next_start(desk: Desk) -> None:
    one, two = desk.queue("one"), desk.queue("two")
    desk.submit(one, "first", "exit 2")
    desk.waiting_job(two, "second")
    path = desk.file("one.vt", first=one, second=two, third=two)
    book = desk.book()
    book.open_file(path).result(TIMEOUT)
    wait_for_states(book, first="failed", second="running", third="deleted")
    checked = find(book, "second").checked
    book.close()
    stop_sessions()
    # Nobody can be asked now.
    desk.sessions = start_sessions(SessionOptions(ssh_directory=desk.folder))
    again = desk.book()
    again.pause()
    assert desk.store.files() == [path]
    again.open_known_files().result(TIMEOUT)
    assert states(again) == {"first": "failed", "second": "running", "third": "deleted"}
    assert find(again, "first").exit_code == 2
    assert find(again, "second").checked == pytest.approx(checked, abs=60)
    run_time = find(again, "second").run_time(now=find(again, "second").checked or 0)
    assert run_time is not None
    assert run_time < 60


def test_the_records_of_a_run_are_followed_as_they_are_made(desk: Desk) -> None:
    queue = desk.queue()
    desk.waiting_job(queue, "first")
    book = desk.book()
    with recording(desk.folder / "run.vt") as jobs:
        path = desk.folder / "run.vt"
        book.open_file(path, jobs.monitor).result(TIMEOUT)
        assert book.entries() == []
        jobs.monitor.add_job("first", job_record(queue, "first"), "first")
        wait_for_states(book, first="running")
        assert find(book, "first").workflow is not None
        desk.go.touch()
        wait_for_states(book, first="finished")
        assert not find(book, "first").is_collected
        jobs.monitor.set_cache("first", job_record(queue, "first", exitcode=0), "first")
        wait_until(lambda: find(book, "first").is_collected)
        assert book.forget([JobKey(path, "first")]).result(TIMEOUT) == {}
        assert jobs.monitor.jobs() == []
    book.open_file(path).result(TIMEOUT)
    assert book.entries() == []


class HostMonitor:
    """The monitor of a VisTrails: its names, and whom it tells, kept weakly as there."""

    def __init__(self) -> None:
        self._jobs: dict[str, dict[str, object]] = {}
        self._view: Callable[[], Any] = lambda: None

    def setCallback(self, gui: Any) -> None:  # noqa: N802
        self._view = weakref.ref(gui) if gui is not None else lambda: None

    def addJob(self, job_id: str, params: dict[str, str], name: str) -> None:  # noqa: N802
        self._jobs[job_id] = {
            "id": job_id,
            "name": name,
            "start": "2026-11-28T10:00:00",
            "finished": False,
            "parameters": params,
        }
        view = self._view()
        if view is not None:
            view.addJob(self._jobs[job_id])

    def deleteJob(self, job_id: str) -> None:  # noqa: N802
        del self._jobs[job_id]
        view = self._view()
        if view is not None:
            view.deleteJob(job_id)

    def serialize(self) -> str:
        workflow = {"id": "w", "version": 3, "name": "n", "user": "u", "jobs": list(self._jobs)}
        return json.dumps({"jobs": self._jobs, "workflows": {"w": workflow}})


def test_the_monitor_of_a_real_vistrails_is_followed_under_its_own_names(desk: Desk) -> None:
    queue = desk.queue()
    desk.waiting_job(queue, "first")
    book = desk.book()
    path, monitor = desk.folder / "host.vt", HostMonitor()
    book.open_file(path, monitor).result(TIMEOUT)
    monitor.addJob("first", job_record(queue, "first"), "first")
    wait_for_states(book, first="running")
    entry = find(book, "first")
    assert entry.workflow is not None
    assert entry.workflow.version == 3
    assert book.forget([entry.key]).result(TIMEOUT) == {}
    assert book.entries() == []


def test_a_job_that_a_run_waits_for_again_is_followed_again(desk: Desk) -> None:
    queue = desk.queue()
    desk.submit(queue, "first", "exit 1")
    book = desk.book()
    with recording(desk.folder / "run.vt") as jobs:
        book.open_file(desk.folder / "run.vt", jobs.monitor).result(TIMEOUT)
        jobs.monitor.add_job("first", job_record(queue, "first"), "first")
        wait_for_states(book, first="failed")
        source = desk.folder / "source first"
        (source / "start.sh").write_text(f"#!/bin/sh\n{wait_for_file(desk.go)}\n")
        desk.sessions.queue(queue).submit("first", source, again=True)
        handle = RemoteJobHandle(RemoteJob(queue, JobId("first")))
        with pytest.raises(ModuleSuspended):
            jobs.monitor.check_job(object(), "first", handle)
        wait_for_states(book, first="running")
        desk.go.touch()
        wait_for_states(book, first="finished")


def test_what_another_program_records_in_a_file_is_seen(desk: Desk) -> None:
    queue = desk.queue()
    desk.submit(queue, "first", "true")
    book = desk.book()
    path = desk.file("one.vt")
    book.open_file(path).result(TIMEOUT)
    desk.file("one.vt", first=queue)
    wait_for_states(book, first="finished")
    book.close_file(path)
    assert book.entries() == []


def test_one_job_in_two_files_is_asked_about_once(desk: Desk) -> None:
    queue = desk.queue()
    desk.waiting_job(queue, "first")
    book = desk.book()
    for name in ("one.vt", "two.vt"):
        book.open_file(desk.file(name, first=queue)).result(TIMEOUT)
    wait_until(lambda: [one.state for one in book.entries()] == [JobBookState.RUNNING] * 2)
    book.close_file(desk.folder / "one.vt")
    desk.go.touch()
    wait_for_states(book, first="finished")


def unknown(book: JobBook, queue: QueueReference) -> list[JobStatus]:
    """The jobs of a queue that no record is about."""
    known = book.recorded_jobs(queue)
    jobs = book.look_at_queue(queue).result(TIMEOUT).jobs
    return [one for one in jobs if one.job_id not in known]


def test_jobs_nobody_here_knows_are_found_adopted_and_removed(desk: Desk) -> None:
    queue = desk.queue()
    desk.submit(queue, "known", "true")
    desk.waiting_job(queue, "vistrails_module_00ff")
    desk.submit(queue, "other", "true")
    book = desk.book()
    book.open_file(desk.file("one.vt", known=queue)).result(TIMEOUT)
    wait_for_states(book, known="finished")
    wait_until(lambda: desk.sessions.queue(queue).status("other").is_over)
    assert book.recorded_queues() == [queue]
    look = book.look_at_queue(queue).result(TIMEOUT)
    assert str(look.facts.path).endswith(queue.queue.removeprefix("~/"))
    found = unknown(book, queue)
    assert {one.job_id for one in found} == {"vistrails_module_00ff", "other"}
    preview = book.cleanup_preview(queue).result(TIMEOUT)
    assert {one.job_id for one in preview.over} == {"known", "other"}
    assert [one.job_id for one in preview.active] == ["vistrails_module_00ff"]
    assert (set(preview.known), preview.is_free) == ({"known"}, False)
    usage = book.queue_usage(queue).result(TIMEOUT)
    assert usage.used > 0
    assert usage.free is not None
    ours = [one for one in found if one.job_id != "other"]
    (key,) = book.adopt(queue, ours).result(TIMEOUT)
    assert key == JobKey(desk.store.adopted(), "00ff")
    wait_until(lambda: book.entry(key).state is JobBookState.RUNNING)  # type: ignore[union-attr]
    assert set(desk.store.files()) == {desk.folder / "one.vt", key.file}
    job_ids = [JobId("other"), JobId("vistrails_module_00ff")]
    failed = book.delete_server_jobs(queue, job_ids).result(TIMEOUT)
    assert list(failed) == ["vistrails_module_00ff"]
    assert unknown(book, queue) == []
    with pytest.raises(JobStillRunning):
        book.remove_queue(queue).result(TIMEOUT)
    book.remove_queue(queue, force=True).result(TIMEOUT)
    assert set(states(book).values()) == {"deleted"}


def test_the_same_id_is_adopted_from_two_queues(desk: Desk) -> None:
    queues = [desk.queue("one"), desk.queue("two")]
    book = desk.book()
    for code, queue in enumerate(queues):
        desk.submit(queue, "vistrails_module_00ff", f"exit {code}")
        jobs = book.look_at_queue(queue).result(TIMEOUT).jobs
        book.adopt(queue, jobs).result(TIMEOUT)
        # Once more is no other record.
        book.adopt(queue, jobs).result(TIMEOUT)
    wait_until(lambda: [one.state.value for one in book.entries()] == ["finished", "failed"])
    assert [one.queue for one in book.entries()] == queues


def test_a_look_at_a_queue_is_a_check_of_its_jobs(desk: Desk) -> None:
    queue = desk.queue()
    desk.submit(queue, "first", "true")
    wait_until(lambda: desk.sessions.queue(queue).status("first").is_over)
    book = desk.book()
    book.pause()
    book.open_file(desk.file("one.vt", first=queue, second=queue)).result(TIMEOUT)
    assert states(book) == {"first": "unknown", "second": "unknown"}
    book.look_at_queue(queue).result(TIMEOUT)
    assert states(book) == {"first": "finished", "second": "deleted"}


def test_a_job_of_a_queue_is_killed_whether_recorded_or_not(desk: Desk) -> None:
    queue = desk.queue()
    for name in ("first", "second"):
        desk.waiting_job(queue, name)
    book = desk.book()
    book.pause()
    book.open_file(desk.file("one.vt", first=queue)).result(TIMEOUT)
    job_ids = [JobId("first"), JobId("second"), JobId("third")]
    assert book.kill_server_jobs(queue, job_ids).result(TIMEOUT) == {}
    assert states(book) == {"first": "killed"}
    assert all(one.is_over for one in book.look_at_queue(queue).result(TIMEOUT).jobs)


def test_a_server_is_examined_over_connections_of_its_own(desk: Desk) -> None:
    queue = desk.queue()
    desk.submit(queue, "first", "true")
    book = desk.book()
    checks: list[Check] = []
    stop = threading.Event()
    book.examine(queue, checks.append, stop).result(TIMEOUT)
    assert {one.state for one in checks} <= {CheckState.OK, CheckState.WARNING}
    (found,) = [one.found for one in checks if one.name == "queue"]
    assert "1 finished" in found
    assert [one.connects for one in desk.sessions.traffic().values()] == [1]
    stop.set()
    count = len(checks)
    book.examine(queue, checks.append, stop).result(TIMEOUT)
    assert len(checks) == count


def test_many_records_are_read_and_asked_about_with_one_connection(desk: Desk) -> None:
    one, two = desk.queue("one"), desk.queue("two")
    for queue in (one, two):
        desk.submit(queue, "job0", "true")
    records = {f"job{number}": job_record(one, f"job{number}") for number in range(500)}
    records |= {f"two{number}": job_record(two, f"job{number}") for number in range(500)}
    path = record_jobs(desk.folder / "many.vt", records)
    book = desk.book()
    book.set_interval(10)
    book.open_file(path).result(TIMEOUT)
    book.check().result(TIMEOUT)
    wait_until(lambda: all(entry.is_over for entry in book.entries()))
    found = states(book)
    assert len(found) == 1000
    assert [name for name, state in found.items() if state == "finished"] == ["job0", "two0"]
    assert set(found.values()) == {"finished", "deleted"}
    total = book.traffic().total
    assert total.connects == 1
    assert total.channels <= 4
    assert total.bytes_received > 1000
    assert book.traffic().bytes_per_hour > 0


def test_who_is_told_may_ask_the_book(desk: Desk) -> None:
    """No lock is held while it tells."""
    queue = desk.queue()
    desk.submit(queue, "first", "true")
    done = threading.Event()

    def told(keys: frozenset[JobKey]) -> None:
        entries = [book.entry(key) for key in keys]
        if any(one is not None and one.state is JobBookState.FINISHED for one in entries):
            asked = threading.Thread(target=lambda: (book.entries(), done.set()))
            asked.start()
            asked.join(TIMEOUT)

    book = JobBook(told, store=desk.store)
    desk.books.append(book)
    book.open_file(desk.file("one.vt", first=queue)).result(TIMEOUT)
    assert done.wait(TIMEOUT)


def test_a_mistake_of_who_is_told_holds_up_no_check(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    queue = desk.queue()
    desk.waiting_job(queue, "first")
    told: list[frozenset[JobKey]] = []

    def fail(keys: frozenset[JobKey]) -> None:
        told.append(keys)
        if len(told) == 2:
            raise RuntimeError("a mistake of the window")

    book = JobBook(fail, store=desk.store)
    desk.books.append(book)
    book.pause()
    book.open_file(desk.file("one.vt", first=queue)).result(TIMEOUT)
    for _ in range(2):
        book.check().result(TIMEOUT)
    assert states(book) == {"first": "running"}
    wait_until(lambda: "could not be followed" in caplog.text)
    book.resume()
    book.set_interval(0.1)
    desk.go.touch()
    wait_for_states(book, first="finished")
