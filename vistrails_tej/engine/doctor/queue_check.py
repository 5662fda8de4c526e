"""The checks of the queue itself."""

from __future__ import annotations

from collections import Counter

from ..errors import QueueLinkBroken, QueueNotFound
from ..job import ExitReason, JobState, JobStatus
from ..remote_queue import RemoteQueue
from .check import Check
from .server_shell import ServerShell

__all__ = ["check_queue"]


def check_queue(shell: ServerShell, path: str) -> Check:
    """Tell who made the queue, what it runs, and how many jobs it has."""
    queue = RemoteQueue(shell.ssh.destination, path, connection=shell.ssh)
    try:
        facts = queue.resolve()
        jobs = queue.statuses()
        maker = shell.ask("doctor_queue", path, queue=path).get("maker") or "tej"
    except QueueLinkBroken:
        raise
    except QueueNotFound:
        return Check.ok("queue", f"none at {path} yet; the first submit makes it")
    finally:
        queue.close()
    states = Counter(map(_word, jobs.values()))
    told = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    links = f", through {len(facts.links)} link(s)" if facts.links else ""
    return Check.ok(
        "queue",
        f"{facts.path}{links}: made by {maker}, version {facts.version},"
        f" runtime {facts.runtime}, {f'jobs: {told}' if told else 'no jobs'}",
    )


def _word(status: JobStatus) -> str:
    """What people call a state: that of a job that has ended by how it did."""
    if status.state is not JobState.EXITED:
        return status.state.name.lower()
    if status.exit_code == 0:
        return "finished"
    return "killed" if status.reason is ExitReason.KILLED else "failed"
