"""What can go wrong with a queue as a whole; part of the tree in ``errors``."""

from __future__ import annotations

from .tej_error import TejError

__all__ = [
    "NotAQueue",
    "NotEnoughSpace",
    "ProtocolMismatch",
    "QueueError",
    "QueueExists",
    "QueueLinkBroken",
    "QueueLinkLoop",
    "QueueNotFound",
    "QueueRefused",
    "RuntimeNotAllowed",
]


class QueueError(TejError):
    """Raised when a queue as a whole cannot be used."""

    advice = "give another queue"

    def __init__(self, queue: object, reason: str, advice: str = "") -> None:
        self.queue = queue
        self.reason = reason
        super().__init__(f"queue {queue}: {reason}", advice)


class QueueNotFound(QueueError):
    """Raised when there is no queue at the path and none may be made."""

    def __init__(self, queue: object, reason: str = "", advice: str = "") -> None:
        super().__init__(
            queue, reason or "there is no queue there", advice or "make one with setup"
        )


class QueueLinkBroken(QueueNotFound):
    """Raised when a link leads to a path where there is no queue."""

    def __init__(self, queue: object, target: str) -> None:
        self.target = target
        super().__init__(
            queue, f"its link leads to {target}, where there is no queue", "set up the queue there"
        )


class QueueExists(QueueError):
    """Raised when a queue or a link is to be made where there is one already."""

    def __init__(self, queue: object, *, is_link: bool = True) -> None:
        self.is_link = is_link
        if is_link:
            super().__init__(queue, "it exists already", "give another path, or force the set-up")
        else:
            super().__init__(
                queue,
                "it exists already and is no link, so no link is put in its place",
                "give the link another path, or move away what is there",
            )


class QueueLinkLoop(QueueError):
    """Raised when links lead to each other in a circle."""

    def __init__(self, queue: object) -> None:
        super().__init__(queue, "its links lead in a circle", "remove one of them")


class NotAQueue(QueueError):
    """Raised when the path is taken by something else, which is left untouched."""

    def __init__(self, queue: object, found: str) -> None:
        self.found = found
        super().__init__(queue, found, "give the path of a queue or of an empty directory")


class RuntimeNotAllowed(QueueError):
    """Raised when a queue has another runtime than the one that is needed."""

    def __init__(self, queue: object, runtime: str, needed: tuple[str, ...]) -> None:
        self.runtime = runtime
        self.needed = needed
        super().__init__(
            queue,
            f"it uses the runtime {runtime!r}, but {' or '.join(needed)} is needed",
        )


class ProtocolMismatch(QueueError):
    """Raised when a queue was made by a version that we cannot work with."""

    def __init__(self, queue: object, found: str, *, read_only: bool = False) -> None:
        self.found = found
        self.read_only = read_only
        told = "may be read here, but not changed" if read_only else "which is not ours"
        super().__init__(queue, f"it speaks version {found!r}, {told}", "update vistrails_tej")


class NotEnoughSpace(QueueError):
    """Raised when the files of a job do not fit on the server; none of them was kept there.

    ``needed`` and ``free`` are bytes; ``needed`` is None when the disk became full on the way.
    """

    def __init__(self, queue: object, needed: int | None, free: int, limit: str) -> None:
        self.needed = needed
        self.free = free
        self.limit = limit
        wanted = "the files did not fit" if needed is None else f"the files need {_size(needed)}"
        place = "your quota leaves" if limit == "quota" else "its disk has"
        super().__init__(
            queue,
            f"{wanted}, and {place} {_size(free)} free",
            "delete jobs that are not needed, or use a queue on another disk",
        )


class QueueRefused(QueueError):
    """Raised when the system on the server did not let a queue be read or changed as asked."""

    advice = "check permissions and free space there, or give another queue"

    def __init__(self, queue: object, told: str) -> None:
        self.told = told
        super().__init__(queue, f"the server refused: {told}")


def _size(count: int) -> str:
    """Return a number of bytes in the largest unit that fits."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}"
    return f"{count} bytes"
