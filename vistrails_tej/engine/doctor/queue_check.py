"""The checks of the queue itself."""

from __future__ import annotations

from collections import Counter

from ..errors import QueueLinkBroken, QueueNotFound
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
    states = Counter(status.state.name.lower() for status in jobs.values())
    told = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    links = f", through {len(facts.links)} link(s)" if facts.links else ""
    return Check.ok(
        "queue",
        f"{facts.path}{links}: made by {maker}, version {facts.version},"
        f" runtime {facts.runtime}, {f'jobs: {told}' if told else 'no jobs'}",
    )
