"""What can go wrong between here and a queue.

::

    TejError
    |- InvalidDestination        (ValueError)
    |- InvalidJobId              (ValueError)
    |- ConnectionFailed          retryable
    |  |- HostUnreachable
    |  |- ConnectionRefused      not retryable
    |  |- ConnectionLost
    |  |- DeadlinePassed
    |  |- LoginFailed            not retryable
    |  |- SshConfigInvalid       not retryable
    |  `- HostKeyError           not retryable
    |     |- HostKeyUnknown
    |     |- HostKeyChanged
    |     `- HostKeyRevoked
    |- QueueError
    |  |- QueueNotFound
    |  |  `- QueueLinkBroken
    |  |- QueueExists
    |  |- QueueLinkLoop
    |  |- NotAQueue
    |  |- RuntimeNotAllowed
    |  `- ProtocolMismatch
    |- JobError
    |  |- JobNotFound
    |  |- JobExists
    |  |- JobStillRunning
    |  `- ScriptNotFound
    |- TransferFailed
    |  |- RemoteFileNotFound
    |  `- UnsafeName
    `- RemoteCommandFailed

Every error carries its data as attributes and builds its own message: what happened, to what,
and what to do. ``retryable`` says whether trying again later, unchanged, may succeed.
"""

from __future__ import annotations


class TejError(Exception):
    """Raised when the engine cannot do what was asked; the root of this tree."""

    retryable = False


class InvalidDestination(TejError, ValueError):
    """Raised when a text does not name a user, a host and a port."""

    def __init__(self, text: str, reason: str) -> None:
        self.text = text
        self.reason = reason
        super().__init__(
            f"{text!r} is not a destination: {reason}; write [ssh://][user@]host[:port]"
        )


class InvalidJobId(TejError, ValueError):
    """Raised when a text cannot be the name of a job's directory."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            f"{text!r} is not a job id: use letters, digits and _-+=@%:., only, at most 255"
        )


class ConnectionFailed(TejError):
    """Raised when a destination cannot be talked to."""

    retryable = True

    def __init__(self, destination: object, reason: str) -> None:
        self.destination = destination
        self.reason = reason
        super().__init__(f"cannot reach {destination}: {reason}")


class HostUnreachable(ConnectionFailed):
    """Raised when the name does not resolve or nothing answers at the address."""


class ConnectionRefused(ConnectionFailed):
    """Raised when the server answers and refuses; asking again at once makes it worse."""

    retryable = False


class ConnectionLost(ConnectionFailed):
    """Raised when an open connection breaks."""


class DeadlinePassed(ConnectionFailed):
    """Raised when a call got no answer in the time it was given."""


class LoginFailed(ConnectionFailed):
    """Raised when the server does not accept any way of proving who we are."""

    retryable = False


class SshConfigInvalid(ConnectionFailed):
    """Raised when a line of the user's ssh configuration cannot be understood."""

    retryable = False


class HostKeyError(ConnectionFailed):
    """Raised when the server's key cannot be trusted."""

    retryable = False

    def __init__(self, destination: object, key_type: str, sha256: str, reason: str) -> None:
        self.key_type = key_type
        self.sha256 = sha256
        super().__init__(destination, reason)


class HostKeyUnknown(HostKeyError):
    """Raised when no known_hosts file names the server and nobody accepted its key."""

    def __init__(self, destination: object, key_type: str, sha256: str) -> None:
        super().__init__(
            destination,
            key_type,
            sha256,
            f"its host key is not known ({key_type} {sha256}); compare it with what the"
            " server's administrator says, then accept it: --accept-host-key "
            f"{sha256}, or connect once with ssh",
        )


class HostKeyChanged(HostKeyError):
    """Raised when the server shows another key than the one on record."""

    def __init__(self, destination: object, key_type: str, sha256: str, where: str) -> None:
        self.where = where
        super().__init__(
            destination,
            key_type,
            sha256,
            f"its host key changed to {key_type} {sha256}, so somebody may be in between;"
            f" if the administrator confirms the new key, remove the old one from {where}",
        )


class HostKeyRevoked(HostKeyError):
    """Raised when the server shows a key that was marked as revoked."""

    def __init__(self, destination: object, key_type: str, sha256: str, where: str) -> None:
        self.where = where
        super().__init__(
            destination,
            key_type,
            sha256,
            f"its host key {key_type} {sha256} is revoked in {where};"
            " ask the server's administrator",
        )


class QueueError(TejError):
    """Raised when a queue as a whole cannot be used."""

    def __init__(self, queue: object, reason: str) -> None:
        self.queue = queue
        self.reason = reason
        super().__init__(f"queue {queue}: {reason}")


class QueueNotFound(QueueError):
    """Raised when there is no queue at the path and none may be made."""

    def __init__(self, queue: object, reason: str = "") -> None:
        super().__init__(queue, reason or "there is no queue there; make one with setup")


class QueueLinkBroken(QueueNotFound):
    """Raised when a link leads to a path where there is no queue."""

    def __init__(self, queue: object, target: str) -> None:
        self.target = target
        super().__init__(
            queue, f"its link leads to {target}, where there is no queue; set up the queue there"
        )


class QueueExists(QueueError):
    """Raised when a queue or a link is to be made where there is one already."""

    def __init__(self, queue: object) -> None:
        super().__init__(queue, "it exists already; give another path, or force the set-up")


class QueueLinkLoop(QueueError):
    """Raised when links lead to each other in a circle."""

    def __init__(self, queue: object) -> None:
        super().__init__(queue, "its links lead in a circle; remove one of them")


class NotAQueue(QueueError):
    """Raised when the path is taken by something else, which is left untouched."""

    def __init__(self, queue: object, found: str) -> None:
        self.found = found
        super().__init__(queue, f"{found}; give the path of a queue or of an empty directory")


class RuntimeNotAllowed(QueueError):
    """Raised when a queue has another runtime than the one that is needed."""

    def __init__(self, queue: object, runtime: str, needed: tuple[str, ...]) -> None:
        self.runtime = runtime
        self.needed = needed
        super().__init__(
            queue,
            f"it uses the runtime {runtime!r}, but {' or '.join(needed)} is needed;"
            " give another queue",
        )


class ProtocolMismatch(QueueError):
    """Raised when a queue was made by a version that we cannot work with."""

    def __init__(self, queue: object, found: str) -> None:
        self.found = found
        super().__init__(
            queue, f"it speaks version {found!r}, which is not ours; update vistrails_tej"
        )


class JobError(TejError):
    """Raised when one job cannot be treated as asked."""

    def __init__(self, job_id: str, reason: str) -> None:
        self.job_id = job_id
        self.reason = reason
        super().__init__(f"job {job_id}: {reason}")


class JobNotFound(JobError):
    """Raised when the queue has no such job."""

    def __init__(self, job_id: str) -> None:
        super().__init__(job_id, "there is no such job in the queue; list shows those there are")


class JobExists(JobError):
    """Raised when a job of this id is there already; it was left untouched."""

    def __init__(self, job_id: str) -> None:
        super().__init__(job_id, "it exists already; wait for it, or delete it first")


class JobStillRunning(JobError):
    """Raised when a job must have ended for what was asked."""

    def __init__(self, job_id: str) -> None:
        super().__init__(job_id, "it is still running; wait for it, or kill it first")


class ScriptNotFound(JobError):
    """Raised when the directory of a job has no such script."""

    def __init__(self, job_id: str, script: str) -> None:
        self.script = script
        super().__init__(job_id, f"its directory has no file {script!r} to run; add it")


class TransferFailed(TejError):
    """Raised when a file could not be brought over; nothing is left under its final name."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason
        super().__init__(f"{name}: {reason}")


class RemoteFileNotFound(TransferFailed):
    """Raised when the server has no such file or directory."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "there is no such file on the server; check what the job writes")


class UnsafeName(TransferFailed):
    """Raised when a name, ours or the server's, would lead out of its directory."""

    def __init__(self, name: str, reason: str = "it leads out of the job's directory") -> None:
        super().__init__(name, f"{reason}; it was refused and nothing was written for it")


class RemoteCommandFailed(TejError):
    """Raised when the server could not carry out a request."""

    def __init__(self, command: str, exit_code: int, stderr: str) -> None:
        self.command = command
        self.exit_code = exit_code
        self.stderr = stderr
        told = stderr.strip() or "it gave no reason"
        super().__init__(f"{command} failed on the server with exit code {exit_code}: {told}")
