"""Many queues on one server share its connection, and one channel for their requests."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from tests.integration.conftest import Server
from tests.waiting import wait_until
from vistrails_tej.engine import ConnectionPool, RemoteQueue

# More than the channels that a connection may have open at once.
QUEUES = 7


def test_more_queues_than_channels_work_at_once(
    server: Server, tmp_path: Path, job_directory: Path, unique: str
) -> None:
    with ConnectionPool(ssh_directory=server.ssh_directory) as pool, ExitStack() as stack:
        queues = [
            stack.enter_context(RemoteQueue(server.destination, f"~/{unique}/{number}", pool=pool))
            for number in range(QUEUES)
        ]
        for queue in queues:
            queue.submit("job", job_directory)
        for number, queue in enumerate(queues):
            wait_until(lambda queue=queue: queue.status("job").is_over)
            queue.download("job", "result.txt", into=tmp_path / str(number))
        assert pool.connects == {server.destination: 1}
    assert {(tmp_path / str(number)).read_text() for number in range(QUEUES)} == {"42\n"}


def test_closing_a_queue_leaves_the_others_working(
    server: Server, job_directory: Path, unique: str
) -> None:
    with ConnectionPool(ssh_directory=server.ssh_directory) as pool:
        with RemoteQueue(server.destination, f"~/{unique}", pool=pool) as first:
            first.submit("job", job_directory)
        with RemoteQueue(server.destination, f"~/{unique}", pool=pool) as second:
            assert "job" in second.statuses()
