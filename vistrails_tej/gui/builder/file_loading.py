"""Read a vistrail in a thread: a window never waits for a file."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal

from ...dataflow import (
    Registry,
    VistrailError,
    load_installed_packages,
    open_vistrail,
    used_packages,
)
from .document import Document
from .recovery_store import Copy, read_copy

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be opened: a file, perhaps at a version, as an untitled copy, or unsaved work."""

    path: Path
    version: str | int | None = None
    is_copy: bool = False
    recovered: Copy | None = None

    @property
    def title(self) -> str:
        """Its name, for the user."""
        return self.recovered.work.title if self.recovered is not None else self.path.name


class Loading(QObject):
    """One file that is being read. Either ``loaded``, with the document, or ``failed`` comes.

    A file that cannot be read fails with a sentence. After ``cancel`` nothing comes any more.
    """

    loaded = pyqtSignal(object)
    failed = pyqtSignal(str)
    # Out of the thread: a document, or the sentence.
    _read = pyqtSignal(object)

    def __init__(self, wanted: Wanted, registry: Registry, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.wanted = wanted
        self._registry = registry
        self._is_cancelled = False
        self._read.connect(self._take)

    def start(self) -> None:
        """Begin to read."""
        threading.Thread(target=self._run, name="loading", daemon=True).start()

    def cancel(self) -> None:
        """Forget the file; the thread ends by itself."""
        self._is_cancelled = True

    def _run(self) -> None:
        try:
            with _collection_put_off():
                document = _open(self.wanted, self._registry)
        except (VistrailError, OSError) as error:
            self._read.emit(str(error))
        except BaseException as error:
            # Reported as any other exception of a thread; the window must not wait for ever.
            self._read.emit(f"{self.wanted.title} cannot be opened: {error}")
            raise
        else:
            # Made here, it is to live with the windows.
            document.moveToThread(self.thread())
            self._read.emit(document)

    def _take(self, result: object) -> None:
        if self._is_cancelled:
            return
        if isinstance(result, Document):
            self.loaded.emit(result)
        else:
            self.failed.emit(str(result))


@contextmanager
def _collection_put_off() -> Iterator[None]:
    """Keep the garbage collector from stopping all threads while it looks through a history.

    What is there afterwards is not looked through any more, until `collect_again`.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if was_enabled:
            gc.enable()


def collect_again() -> None:
    """Let the garbage collector look at everything: a document was closed."""
    gc.unfreeze()


def _open(wanted: Wanted, registry: Registry) -> Document:
    if wanted.recovered is not None:
        work = wanted.recovered.work
        vistrail = read_copy(wanted.recovered)
        document = Document(vistrail, registry, path=work.path, version=work.version)
        document.mark_modified()
        return document
    opened = open_vistrail(wanted.path)
    version = opened.version if wanted.version is None else wanted.version
    path = None if wanted.is_copy else opened.path
    return Document(opened.vistrail, registry, path=path, version=version)


class PackageLoading:
    """Loads installed packages when a version needs them; each is tried once.

    ``problems`` are sentences for the user, for what could not be loaded or is not installed.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._tried: set[str] = set()

    def load_needed(self, document: Document) -> list[str]:
        """Load what the modules of the shown version come from; return the problems."""
        try:
            used = used_packages(document.vistrail, document.version)
        except VistrailError as error:
            return [str(error)]
        wanted = {one for one in used if self._registry.find_package(one) is None} - self._tried
        if not wanted:
            return []
        self._tried |= wanted
        problems = [str(error) for error in load_installed_packages(self._registry, wanted=wanted)]
        missing = sorted(one for one in wanted if self._registry.find_package(one) is None)
        if missing:
            names = ", ".join(missing)
            problems.append(
                f"Modules of this version come from packages that are not installed here: {names}."
                " It can be looked at and saved, but not run."
            )
        return problems

    def load_all(self) -> list[str]:
        """Load every installed package; return the problems."""
        return [str(error) for error in load_installed_packages(self._registry)]
