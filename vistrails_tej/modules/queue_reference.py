"""Which queue a module means, and which job in it: plain values that travel between modules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..engine import Destination, JobId, JobStatus, parse_job_id, split_password
from ..engine.destination import DEFAULT_PORT

DEFAULT_QUEUE = "~/.tej"


@dataclass(frozen=True, slots=True)
class QueueReference:
    """A queue on a server, and what its runtime must be. It never holds a password."""

    destination: Destination
    queue: str = DEFAULT_QUEUE
    setup_runtime: str = ""
    need_runtime: str = ""

    def to_parameters(self) -> dict[str, str]:
        """The four entries of a job record that name the queue (the keys of VisTrails 2.2)."""
        destination = str(self.destination)
        if self.destination.port == DEFAULT_PORT:
            # A port that was given wins over the ssh configuration, also when it is read again.
            destination += f":{DEFAULT_PORT}"
        return {
            "destination": destination,
            "queue": self.queue,
            "setup_runtime": self.setup_runtime,
            "need_runtime": self.need_runtime,
        }


def queue_of_record(parameters: Mapping[str, object]) -> QueueReference:
    """Read the entries of a job record. A password in a legacy record is dropped.

    Raise InvalidDestination when the record names no server.
    """
    destination, _ = split_password(str(parameters.get("destination") or ""))
    return QueueReference(
        destination,
        str(parameters.get("queue") or DEFAULT_QUEUE),
        str(parameters.get("setup_runtime") or ""),
        str(parameters.get("need_runtime") or ""),
    )


def make_destination(
    hostname: str, username: str | None = None, port: int | None = None
) -> tuple[Destination, str | None]:
    """The server that three ports name together, and the password that was among it.

    ``hostname`` may be a whole destination; the other two win over what it says. Raise
    InvalidDestination.
    """
    destination, password = split_password(hostname)
    if username is not None:
        destination = replace(destination, username=username)
    if port is not None:
        destination = replace(destination, port=port)
    return destination, password


@dataclass(frozen=True, slots=True)
class RemoteJob:
    """A job in a queue: what the ``job`` ports carry.

    ``attempt`` differs where a job of the same id has run anew; empty if that is not known.
    """

    queue: QueueReference
    job_id: JobId
    attempt: str = field(default="", compare=False)


def attempt_of(status: JobStatus) -> str:
    """What tells an ended job from one of the same id that ran before or after it."""
    return f"{status.nonce or ''}/{status.attempt}/{status.ended or ''}"


def job_of_record(parameters: Mapping[str, object]) -> RemoteJob:
    """Read a job record. Raise InvalidDestination or InvalidJobId when it names no job."""
    return RemoteJob(
        queue_of_record(parameters),
        parse_job_id(str(parameters.get("job_id") or "")),
        str(parameters.get("attempt") or ""),
    )
