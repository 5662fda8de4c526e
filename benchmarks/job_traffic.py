"""Count what following 200 jobs costs their server: ``python -m benchmarks.job_traffic``.

The jobs are on two queues of an OpenSSH server on this machine, which is asked every 10 s for a
minute. The exit code is 1 if it took more than one connection, or more channels with time.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from pathlib import Path

from tests.integration.sshd import Sshd
from tests.job_files import job_record, record_jobs
from tests.waiting import wait_until
from vistrails_tej.engine import RemoteQueue, Traffic
from vistrails_tej.modules.job_book import JobBook, JobStore
from vistrails_tej.modules.queue_reference import QueueReference
from vistrails_tej.modules.sessions import SessionOptions, start_sessions, stop_sessions

JOBS = 200
INTERVAL = 10.0
SECONDS = 60.0


def main() -> int:
    """Start the jobs, follow them, and print what passed."""
    with tempfile.TemporaryDirectory(prefix="tej-bench-") as name, Sshd(Path(name)) as sshd:
        sessions = start_sessions(SessionOptions(ssh_directory=sshd.ssh_directory))
        queues = [QueueReference(sshd.destination, f"~/queue{number}") for number in range(2)]
        try:
            file = _start_jobs(Path(name), [sessions.queue(one) for one in queues], queues)
            # Connections of its own: those of the set-up do not count.
            start_sessions(SessionOptions(ssh_directory=sshd.ssh_directory))
            first, later = _follow(Path(name), file)
        finally:
            sessions = start_sessions(SessionOptions(ssh_directory=sshd.ssh_directory))
            for queue in queues:
                sessions.queue(queue).cleanup(force=True)
            stop_sessions()
    _print(first, later)
    return int(later.connects > 1 or later.channels > first.channels)


def _start_jobs(folder: Path, remotes: list[RemoteQueue], queues: list[QueueReference]) -> Path:
    source = folder / "source"
    source.mkdir()
    (source / "start.sh").write_text("exec sleep 3600\n")
    records = {}
    for number in range(JOBS):
        queue = queues[number % len(queues)]
        job_id = remotes[number % len(remotes)].submit(f"job{number}", source)
        records[f"signature{number}"] = job_record(queue, job_id)
    return record_jobs(folder / "jobs.vt", records)


def _follow(folder: Path, file: Path) -> tuple[Traffic, Traffic]:
    """What passed until all jobs were known, and until the minute was over."""
    book = JobBook(lambda _keys: None, store=JobStore(folder / "store"))
    book.set_interval(INTERVAL)
    try:
        book.open_file(file).result()
        wait_until(lambda: all(one.status is not None for one in book.entries()), timeout=120)
        first = book.traffic().total
        threading.Event().wait(SECONDS)
        return first, book.traffic().total
    finally:
        book.close()


def _print(first: Traffic, later: Traffic) -> None:
    hours = SECONDS / 3600
    sent, received = (
        getattr(later, name) - getattr(first, name) for name in ("bytes_sent", "bytes_received")
    )
    print(f"{JOBS} jobs on 2 queues, asked every {INTERVAL:g} s")
    print(f"connections {later.connects}, channels {later.channels}")
    print(f"to begin with: sent {first.bytes_sent:,} bytes, received {first.bytes_received:,}")
    print(f"per hour: sent {sent / hours:,.0f} bytes, received {received / hours:,.0f}")


if __name__ == "__main__":
    sys.exit(main())
