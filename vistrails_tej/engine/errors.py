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
    |  |- NotEnoughSpace
    |  |- QueueRefused
    |  `- ProtocolMismatch
    |- JobError
    |  |- JobNotFound
    |  |- JobExists
    |  |- JobStillRunning
    |  |- JobDeleted
    |  |- ScriptNotFound
    |  `- ScriptUnusable
    |- TransferFailed
    |  |- RemoteFileNotFound
    |  `- UnsafeName
    `- RemoteCommandFailed

Every error carries its data as attributes and builds its own message: what happened, to what,
and what to do. ``retryable`` says whether trying again later, unchanged, may succeed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .job_errors import (
    JobDeleted,
    JobError,
    JobExists,
    JobNotFound,
    JobStillRunning,
    ScriptNotFound,
    ScriptUnusable,
)
from .queue_errors import (
    NotAQueue,
    NotEnoughSpace,
    ProtocolMismatch,
    QueueError,
    QueueExists,
    QueueLinkBroken,
    QueueLinkLoop,
    QueueNotFound,
    QueueRefused,
    RuntimeNotAllowed,
)
from .tej_error import TejError

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = [
    "ConnectionFailed",
    "ConnectionLost",
    "ConnectionRefused",
    "DeadlinePassed",
    "HostKeyChanged",
    "HostKeyError",
    "HostKeyRevoked",
    "HostKeyUnknown",
    "HostUnreachable",
    "InvalidDestination",
    "InvalidJobId",
    "JobDeleted",
    "JobError",
    "JobExists",
    "JobNotFound",
    "JobStillRunning",
    "LoginFailed",
    "NotAQueue",
    "NotEnoughSpace",
    "ProtocolMismatch",
    "QueueError",
    "QueueExists",
    "QueueLinkBroken",
    "QueueLinkLoop",
    "QueueNotFound",
    "QueueRefused",
    "RemoteCommandFailed",
    "RemoteFileNotFound",
    "RuntimeNotAllowed",
    "ScriptNotFound",
    "ScriptUnusable",
    "SshConfigInvalid",
    "TejError",
    "TransferFailed",
    "UnsafeName",
]


class InvalidDestination(TejError, ValueError):
    """Raised when a text does not name a user, a host and a port."""

    def __init__(self, text: str, reason: str) -> None:
        self.text = text
        self.reason = reason
        super().__init__(
            f"{text!r} is not a destination: {reason}", "write [ssh://][user@]host[:port]"
        )


class InvalidJobId(TejError, ValueError):
    """Raised when a text cannot be the name of a job's directory."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            f"{text!r} is not a job id", "use letters, digits and _-+=@%:., only, at most 255"
        )


class ConnectionFailed(TejError):
    """Raised when a destination cannot be talked to."""

    retryable = True
    advice = "try again later"

    def __init__(self, destination: object, reason: str, advice: str = "") -> None:
        self.destination = destination
        self.reason = reason
        super().__init__(f"cannot reach {destination}: {reason}", advice)

    def with_addition(self, text: str) -> Self:
        """Return the same error, with its data, and something more to say."""
        copy = type(self).__new__(type(self))
        vars(copy).update(vars(self))
        ConnectionFailed.__init__(copy, self.destination, f"{self.reason}; {text}", self.advice)
        return copy


class HostUnreachable(ConnectionFailed):
    """Raised when the name does not resolve or nothing answers at the address."""

    advice = "check the name, the network, and whether a VPN is needed"


class ConnectionRefused(ConnectionFailed):
    """Raised when the server answers and refuses; asking again at once makes it worse."""

    retryable = False
    advice = "check host and port, and wait some minutes before the next try"


class ConnectionLost(ConnectionFailed):
    """Raised when an open connection breaks."""

    advice = "check the network and try again; jobs go on without it"


class DeadlinePassed(ConnectionFailed):
    """Raised when a call got no answer in the time it was given."""

    advice = "it may be busy, so try again in a while; doctor tells how it answers"


class LoginFailed(ConnectionFailed):
    """Raised when the server does not accept any way of proving who we are."""

    retryable = False
    advice = (
        "check the user, put your public key into ~/.ssh/authorized_keys on the server"
        " (ssh-copy-id does), or give another key or a password"
    )


class SshConfigInvalid(ConnectionFailed):
    """Raised when a line of the user's ssh configuration cannot be understood."""

    retryable = False
    advice = "mend that line, of ~/.ssh/config mostly"


class HostKeyError(ConnectionFailed):
    """Raised when the server's key cannot be trusted."""

    retryable = False

    advice = "ask the server's administrator"

    def __init__(
        self, destination: object, key_type: str, sha256: str, reason: str, advice: str = ""
    ) -> None:
        self.key_type = key_type
        self.sha256 = sha256
        super().__init__(destination, reason, advice)


class HostKeyUnknown(HostKeyError):
    """Raised when no known_hosts file names the server and nobody accepted its key.

    ``authority`` is the line that trusts keys signed by an authority, which cannot be checked.
    """

    def __init__(
        self, destination: object, key_type: str, sha256: str, authority: str | None = None
    ) -> None:
        self.authority = authority
        signed = (
            f"; the @cert-authority of {authority} is passed over, as signed host keys cannot be"
            " checked"
            if authority
            else ""
        )
        super().__init__(
            destination,
            key_type,
            sha256,
            f"its host key is not known ({key_type} {sha256}){signed}",
            "compare it with what the server's administrator says, then accept it:"
            f" --accept-host-key {sha256}, or connect once with ssh",
        )


class HostKeyChanged(HostKeyError):
    """Raised when the server shows another key than the one on record."""

    def __init__(self, destination: object, key_type: str, sha256: str, where: str) -> None:
        self.where = where
        super().__init__(
            destination,
            key_type,
            sha256,
            f"its host key changed to {key_type} {sha256}, so somebody may be in between",
            f"if the administrator confirms the new key, remove the old one from {where}",
        )


class HostKeyRevoked(HostKeyError):
    """Raised when the server shows a key that was marked as revoked."""

    def __init__(self, destination: object, key_type: str, sha256: str, where: str) -> None:
        self.where = where
        super().__init__(
            destination, key_type, sha256, f"its host key {key_type} {sha256} is revoked in {where}"
        )


class TransferFailed(TejError):
    """Raised when a file could not be brought over; nothing is left under its final name."""

    advice = "check permissions and free space on both sides, then try again"

    def __init__(self, name: str, reason: str, advice: str = "") -> None:
        self.name = name
        self.reason = reason
        super().__init__(f"{name}: {reason}", advice)


class RemoteFileNotFound(TransferFailed):
    """Raised when the server has no such file or directory."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "there is no such file on the server", "check what the job writes")


class UnsafeName(TransferFailed):
    """Raised when a name, ours or the server's, would lead out of its directory."""

    advice = "it was refused and nothing was written for it; give another name, or leave it out"

    def __init__(self, name: str, reason: str = "it leads out of the job's directory") -> None:
        super().__init__(name, reason)


class RemoteCommandFailed(TejError):
    """Raised when the server could not carry out a request."""

    advice = "try again; if it fails as before, doctor tells what the server lacks"

    def __init__(self, command: str, exit_code: int, stderr: str) -> None:
        self.command = command
        self.exit_code = exit_code
        self.stderr = stderr
        told = stderr.strip() or "it gave no reason"
        super().__init__(f"{command} failed on the server with exit code {exit_code}: {told}")
