"""FileNames: where names of files lead, found out in threads, as a disk may hang."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from ...dataflow import DataflowError, open_vistrail
from ...modules.job_book.known_files import absolute
from ...modules.workers import in_thread
from ..monitor.book_bridge import BookBridge

_LINK_SUFFIX = ".vtl"


class FileNames:
    """The files behind names, be they links of the system or .vtl links, as last found out.

    Nothing here waits for a disk. Until more is known, a name stands for itself.
    """

    def __init__(self, bridge: BookBridge) -> None:
        self._bridge = bridge
        self._known: dict[Path, Path] = {}
        self._waiting: dict[Path, list[Callable[[], object]]] = {}

    def real(self, path: Path) -> Path:
        """The file itself, as far as it is known."""
        name = absolute(path)
        return self._known.get(name, name)

    def is_known(self, path: Path) -> bool:
        """Whether it was found out where a name leads."""
        return absolute(path) in self._known

    def learn(self, path: Path, then: Callable[[], object] | None = None) -> None:
        """Find out where a name leads now, and call ``then`` later, in this thread."""
        name = absolute(path)
        calls = [] if then is None else [then]
        if name in self._waiting:
            self._waiting[name] += calls
            return
        self._waiting[name] = calls
        self._bridge.when_done(
            in_thread("follow links", partial(follow_links, name)), partial(self._take, name)
        )

    def when_known(self, path: Path, then: Callable[[], object]) -> None:
        """Call ``then`` once it is known where a name leads; at once if it is."""
        if self.is_known(path):
            then()
        else:
            self.learn(path, then)

    def _take(self, name: Path, real: Path) -> None:
        self._known[name] = self._known[real] = real
        for call in self._waiting.pop(name):
            call()


def is_link(path: Path) -> bool:
    """Whether a file is, by its name, a link to a vistrail."""
    return path.suffix.lower() == _LINK_SUFFIX


def link_target(path: Path) -> Path:
    """The file of the vistrail that a link leads to. Raise VistrailError."""
    return open_vistrail(path).path


def follow_links(path: Path) -> Path:
    """The file behind a name; the name itself where that cannot be found out."""
    try:
        return (link_target(path) if is_link(path) else path).resolve()
    except (DataflowError, OSError, RuntimeError):
        return path
