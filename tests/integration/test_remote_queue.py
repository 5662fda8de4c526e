"""A queue on a real server: every verb, and what stands in its way."""

from __future__ import annotations

import multiprocessing
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.waiting import wait_until
from vistrails_tej.engine import (
    Destination,
    JobExists,
    JobId,
    JobNotFound,
    JobState,
    JobStatus,
    JobStillRunning,
    JobWatcher,
    NotAQueue,
    QueueExists,
    QueueLinkBroken,
    QueueLinkLoop,
    QueueNotFound,
    RemoteFileNotFound,
    RemoteQueue,
    RuntimeNotAllowed,
    ScriptNotFound,
    SshConnection,
    TransferFailed,
    UnsafeName,
)
from vistrails_tej.engine.job_submission import SMALL, JobSubmission
from vistrails_tej.engine.payload import Start, read_payload
from vistrails_tej.engine.queue_session import Access, QueueSession

from .conftest import Server

MakeJob = Callable[..., Path]


@pytest.fixture
def place(server: Server) -> str:
    """A path on the server where there is nothing yet."""
    return f"{server.home}/queues {secrets.token_hex(4)}/it's mine"


@pytest.fixture
def queue(connection: SshConnection, place: str) -> Iterator[RemoteQueue]:
    with RemoteQueue(connection.destination, place, connection=connection) as opened:
        yield opened


@pytest.fixture
def make_job(tmp_path: Path) -> MakeJob:
    def make(script: str = "exit 0", **files: str) -> Path:
        directory = tmp_path / secrets.token_hex(4)
        directory.mkdir()
        (directory / "start.sh").write_text(f"#!/bin/sh\n{script}\n")
        for name, text in files.items():
            (directory / name).write_text(text)
        return directory

    return make


def wait_for_end(queue: RemoteQueue, job_id: str) -> JobStatus:
    def ended() -> JobStatus | None:
        status = queue.status(job_id)
        return status if status.is_over else None

    return wait_until(ended, message=f"the end of {job_id}")


def wait_for_state(queue: RemoteQueue, job_id: str, state: JobState) -> None:
    wait_until(lambda: queue.status(job_id).state is state, message=f"{job_id} {state.value}")


def test_a_job_runs_and_its_results_come_back(
    queue: RemoteQueue, make_job: MakeJob, tmp_path: Path
) -> None:
    directory = make_job('mkdir out; tr a-z A-Z <input >"out/the result"; echo done', input="abc")
    job_id = queue.submit("job-1", directory)
    status = wait_for_end(queue, job_id)
    assert (status.state, status.exit_code, status.attempt) == (JobState.EXITED, 0, 1)
    assert status.submitted <= status.started <= status.ended  # type: ignore[operator]
    assert queue.download(job_id, "out/the result", into=tmp_path).read_text() == "ABC"
    into = queue.download_directory(job_id, "out", into=tmp_path / "copy")
    assert (into / "the result").read_text() == "ABC"
    assert queue.read_text(job_id, "_stdout") == "done\n"


def test_an_id_is_made_when_none_is_given(queue: RemoteQueue, make_job: MakeJob) -> None:
    first, second = queue.submit(None, make_job()), queue.submit(None, make_job())
    assert first != second
    assert set(queue.statuses()) == {first, second}


def test_submit_refuses_a_job_that_exists(queue: RemoteQueue, make_job: MakeJob) -> None:
    queue.submit("job-1", make_job("echo first >mark"))
    with pytest.raises(JobExists):
        queue.submit("job-1", make_job("echo second >mark"))
    wait_for_end(queue, "job-1")
    assert queue.read_text("job-1", "mark") == "first\n"


def test_a_large_job_is_submitted_in_steps_and_refused_before_it_is_sent(
    queue: RemoteQueue, make_job: MakeJob
) -> None:
    directory = make_job("wc -c <big >size", big="x" * (2 * SMALL))
    queue.submit("large", directory)
    assert wait_for_end(queue, "large").exit_code == 0
    assert int(queue.read_text("large", "size")) == 2 * SMALL
    with pytest.raises(JobExists):
        queue.submit("large", directory)


def test_a_failing_script_gives_its_exit_code(queue: RemoteQueue, make_job: MakeJob) -> None:
    queue.submit("fails", make_job("echo sorry >&2; exit 3"))
    assert wait_for_end(queue, "fails").exit_code == 3
    assert queue.read_text("fails", "_stderr") == "sorry\n"


def test_a_command_runs_without_a_script(queue: RemoteQueue, make_job: MakeJob) -> None:
    queue.submit("command", make_job(), command='echo "it\'s $((6 * 7))"')
    wait_for_end(queue, "command")
    assert queue.read_text("command", "_stdout") == "it's 42\n"


def test_a_missing_script_is_told_before_anything_starts(
    queue: RemoteQueue, make_job: MakeJob
) -> None:
    with pytest.raises(ScriptNotFound, match=r"run\.sh"):
        queue.submit("job-1", make_job(), script="run.sh")
    with pytest.raises(UnsafeName):
        queue.submit("job-1", make_job(), script="../start.sh")
    with pytest.raises(QueueNotFound):
        queue.statuses()


def test_kill_ends_the_job_and_its_children(queue: RemoteQueue, make_job: MakeJob) -> None:
    script = "(sleep 1000; echo alive >child) & echo $! >pid; trap '' TERM; wait; sleep 1000"
    queue.submit("long", make_job(script))
    wait_until(lambda: _reads(queue, "long", "pid"))
    pid = int(queue.read_text("long", "pid"))
    status = queue.kill("long")
    assert (status.state, status.exit_code) == (JobState.EXITED, 143)
    assert not _runs(pid)
    assert queue.kill("long").ended == status.ended


def test_delete_refuses_a_running_job(queue: RemoteQueue, make_job: MakeJob) -> None:
    queue.submit("long", make_job("sleep 1000"))
    with pytest.raises(JobStillRunning):
        queue.delete("long")
    queue.kill("long")
    queue.delete("long")
    for ask in (queue.status, queue.kill, queue.delete):
        with pytest.raises(JobNotFound):
            ask("long")


def test_cleanup_spares_running_jobs_unless_forced(
    queue: RemoteQueue, make_job: MakeJob, place: str
) -> None:
    queue.submit("long", make_job("sleep 1000"))
    wait_for_state(queue, "long", JobState.RUNNING)
    with pytest.raises(JobStillRunning):
        queue.cleanup()
    assert queue.status("long").state is JobState.RUNNING
    queue.cleanup(force=True)
    assert not Path(place).exists()
    with pytest.raises(QueueNotFound):
        queue.statuses()


def test_links_lead_to_the_queue_and_go_with_it(
    queue: RemoteQueue, connection: SshConnection, make_job: MakeJob, place: str
) -> None:
    near, far = f"{place}-link", f"{place}-links/far away"
    queue.setup(links=[near])
    with RemoteQueue(connection.destination, near, connection=connection) as linked:
        linked.setup(links=[far], only_links=True)
        assert str(linked.resolve().path) == place
    Path(far).write_text(f"tejdir: ../{Path(near).name}\n")
    with RemoteQueue(connection.destination, far, connection=connection) as linked:
        linked.submit("job-1", make_job())
        assert list(queue.statuses()) == ["job-1"]
        wait_for_end(queue, "job-1")
        linked.cleanup()
    assert not any(Path(path).exists() for path in (place, near, far))


def test_setup_refuses_what_is_there_and_keeps_jobs_when_forced(
    queue: RemoteQueue, make_job: MakeJob
) -> None:
    queue.submit("job-1", make_job("exit 4"))
    wait_for_end(queue, "job-1")
    with pytest.raises(QueueExists):
        queue.setup()
    queue.setup(force=True)
    assert queue.status("job-1").exit_code == 4


def test_a_path_that_is_no_queue_is_left_alone(
    queue: RemoteQueue, make_job: MakeJob, place: str
) -> None:
    Path(place).parent.mkdir()
    Path(place).write_text("precious\n")
    with pytest.raises(NotAQueue):
        queue.submit("job-1", make_job())
    assert Path(place).read_text() == "precious\n"
    Path(place).unlink()
    (Path(place) / "papers").mkdir(parents=True)
    with pytest.raises(NotAQueue):
        queue.submit("job-1", make_job())
    assert [path.name for path in Path(place).iterdir()] == ["papers"]


def test_broken_and_circular_links_are_told_apart(
    queue: RemoteQueue, make_job: MakeJob, place: str
) -> None:
    Path(place).parent.mkdir()
    Path(place).write_text("tejdir: nowhere\n")
    with pytest.raises(QueueLinkBroken, match="nowhere"):
        queue.submit("job-1", make_job())
    Path(place).write_text(f"tejdir: {place}\n")
    with pytest.raises(QueueLinkLoop):
        queue.status("job-1")


def test_an_unwanted_runtime_is_refused(
    queue: RemoteQueue, connection: SshConnection, make_job: MakeJob, place: str
) -> None:
    for options in ({"need_runtime": ("pbs",)}, {"setup_runtime": "pbs"}):
        strict = RemoteQueue(connection.destination, place, connection=connection, **options)  # type: ignore[arg-type]
        with pytest.raises(RuntimeNotAllowed):
            strict.submit("job-1", make_job())
        strict.close()
    queue.setup()
    with (
        RemoteQueue(
            connection.destination, place, connection=connection, need_runtime=("pbs",)
        ) as strict,
        pytest.raises(RuntimeNotAllowed),
    ):
        strict.submit("job-1", make_job())


def test_missing_files_and_unsafe_names_are_refused(
    queue: RemoteQueue, make_job: MakeJob, tmp_path: Path
) -> None:
    queue.submit("job-1", make_job("mkdir out"))
    wait_for_end(queue, "job-1")
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(RemoteFileNotFound):
        queue.download("job-1", "absent", into=into)
    with pytest.raises(RemoteFileNotFound):
        queue.download_directory("job-1", "absent", into=into / "new")
    with pytest.raises(RemoteFileNotFound):
        queue.read_tail("job-1", "absent")
    with pytest.raises(TransferFailed):
        queue.download("job-1", "out", into=into)
    with pytest.raises(UnsafeName):
        queue.download("job-1", "../status", into=into)
    with pytest.raises(JobNotFound):
        queue.download("job-2", "out", into=into)
    with pytest.raises(JobNotFound):
        queue.download_directory("job-2", "out", into=into / "new")
    assert not list(into.iterdir())


def test_a_job_survives_the_disconnect(server: Server, make_job: MakeJob, place: str) -> None:
    options = {"ssh_directory": server.ssh_directory}
    with RemoteQueue(server.destination, place, **options) as queue:  # type: ignore[arg-type]
        queue.submit("long", make_job("until [ -e go ]; do sleep 0.05; done; echo late"))
        stage = Path(queue.status("long").directory)
    (stage / "go").touch()
    with RemoteQueue(server.destination, place, **options) as queue:  # type: ignore[arg-type]
        assert wait_for_end(queue, "long").exit_code == 0
        assert queue.read_text("long", "_stdout") == "late\n"


def test_of_two_processes_one_submits(
    server: Server, queue: RemoteQueue, make_job: MakeJob, place: str
) -> None:
    directory = make_job("echo ran >>../../../runs")
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    arguments = (server.destination, server.ssh_directory, place, directory, answers)
    processes = [context.Process(target=_submit, args=arguments) for _ in range(2)]
    for process in processes:
        process.start()
    told = sorted(answers.get(timeout=60) for _ in processes)
    for process in processes:
        process.join(timeout=60)
    assert told == ["exists", "submitted"]
    wait_for_end(queue, "shared")
    assert Path(place, "runs").read_text() == "ran\n"


def test_an_upload_whose_process_died_is_taken_over_at_once(
    server: Server, queue: RemoteQueue, make_job: MakeJob, place: str
) -> None:
    directory = make_job("exit 6")
    context = multiprocessing.get_context("spawn")
    arguments = (server.destination, server.ssh_directory, place, directory)
    process = context.Process(target=_claim_and_die, args=arguments)
    process.start()
    process.join(timeout=60)
    assert queue.status("shared").state is JobState.UPLOADING
    queue.submit("shared", directory)
    assert wait_for_end(queue, "shared").exit_code == 6


def test_one_question_tells_about_all_jobs(queue: RemoteQueue, make_job: MakeJob) -> None:
    directory = make_job("exit 7")
    wanted = {queue.submit(None, directory) for _ in range(20)}
    for job_id in wanted:
        wait_for_end(queue, job_id)
    found = queue.statuses()
    assert set(found) == wanted
    assert {status.exit_code for status in found.values()} == {7}
    some = sorted(wanted)[:3]
    assert list(queue.statuses([*some, "absent"])) == some


def test_a_watcher_reports_jobs_as_they_end(queue: RemoteQueue, make_job: MakeJob) -> None:
    with JobWatcher(interval=0.05) as watcher:
        quick = watcher.watch(queue, queue.submit("quick", make_job("exit 5")))
        slow = watcher.watch(queue, queue.submit("slow", make_job("sleep 1000")))
        settled = watcher.wait(timeout=30)
        assert list(settled) == [quick]
        assert settled[quick].status is not None
        assert settled[quick].status.exit_code == 5
        queue.kill("slow")
        assert list(watcher.wait(timeout=30)) == [slow]
        assert watcher.wait(timeout=30) == {}


def _submit(
    destination: Destination,
    ssh_directory: Path,
    place: str,
    directory: Path,
    answers: multiprocessing.Queue[str],
) -> None:
    with RemoteQueue(destination, place, ssh_directory=ssh_directory) as queue:
        try:
            queue.submit("shared", directory)
        except JobExists:
            answers.put("exists")
        else:
            answers.put("submitted")


def _claim_and_die(
    destination: Destination, ssh_directory: Path, place: str, directory: Path
) -> None:
    """Do the first step of a large submit, and no more."""
    session = QueueSession(Access(destination, ssh_directory=ssh_directory))
    start = Start("script", "start.sh")
    payload = read_payload(JobId("shared"), directory, start)
    JobSubmission(session, place, JobId("shared"), payload, start)._claim()
    os._exit(0)


def _reads(queue: RemoteQueue, job_id: str, name: str) -> str:
    try:
        return queue.read_text(job_id, name)
    except RemoteFileNotFound:
        return ""


def _runs(pid: int) -> bool:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return fields[0] != "Z"
