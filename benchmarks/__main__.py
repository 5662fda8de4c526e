"""Time what the engine does against a private sshd: ``python -m benchmarks [NAME]...``."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.integration.sshd import Sshd
from vistrails_tej.engine import RemoteQueue

ROUNDS = 7


def connect(server: Sshd, _folder: Path) -> Callable[[], object]:
    """Connect, log in and ask for a queue that is there."""
    with open_queue(server) as queue:
        queue.setup()

    def round_() -> None:
        with open_queue(server) as fresh:
            fresh.statuses()

    return round_


def submit(server: Sshd, folder: Path) -> Callable[[], object]:
    """Submit a job of three small files over an open connection."""
    for name in ("start.sh", "input", "parameters"):
        (folder / name).write_text("true\n")
    queue = open_queue(server)
    numbers = count()
    queue.submit("warm-up", folder)
    return lambda: queue.submit(f"submit-{next(numbers)}", folder)


def status_of_one(server: Sshd, folder: Path) -> Callable[[], object]:
    """Ask for one job."""
    queue = filled_queue(server, folder, 1)
    return lambda: queue.status("job-0")


def status_of_hundred(server: Sshd, folder: Path) -> Callable[[], object]:
    """Ask for a hundred jobs, in one call."""
    queue = filled_queue(server, folder, 100)
    return queue.statuses


BENCHMARKS = {one.__name__: one for one in (connect, submit, status_of_one, status_of_hundred)}


def open_queue(server: Sshd) -> RemoteQueue:
    """Give a queue that is connected by its first request."""
    return RemoteQueue(server.destination, ssh_directory=server.ssh_directory)


def filled_queue(server: Sshd, folder: Path, jobs: int) -> RemoteQueue:
    """Give a queue with jobs that have ended."""
    (folder / "start.sh").write_text("true\n")
    queue = open_queue(server)
    for number in range(jobs):
        queue.submit(f"job-{number}", folder)
    while not all(one.is_over for one in queue.statuses().values()):
        time.sleep(0.1)
    return queue


@contextmanager
def prepared(name: str) -> Iterator[Callable[[], object]]:
    """Give one benchmark's round on a server of its own."""
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        (folder / "job").mkdir()
        (folder / "sshd").mkdir()
        with Sshd(folder / "sshd") as server:
            yield BENCHMARKS[name](server, folder / "job")


def measure(round_: Callable[[], object]) -> list[float]:
    """Time the rounds, one after the other, in seconds."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        round_()
        times.append(time.perf_counter() - begun)
    return times


def main(names: list[str]) -> int:
    """Print the median, the fastest and the slowest round of each benchmark."""
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        print(
            f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}"
        )
        return 2
    print(f"{'milliseconds':20} {'median':>8} {'min':>8} {'max':>8}")
    for name in names or BENCHMARKS:
        with prepared(name) as round_:
            times = [1000 * one for one in measure(round_)]
        print(f"{name:20} {statistics.median(times):8.1f} {min(times):8.1f} {max(times):8.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
