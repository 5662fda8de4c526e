"""Keep a copy of unsaved work, so that a killed program loses half a minute of it at most."""

from __future__ import annotations

import logging
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from ...dataflow import VistrailError
from .document import Document
from .recovery_store import Copy, RecoveryFolder, UnsavedWork, origin_digest

logger = logging.getLogger(__name__)

# From an edit to its copy on the disk, in milliseconds.
DELAY = 15_000


class RecoveryKeeper:
    """Writes the copies of all documents of this program, one after the other, in a thread."""

    def __init__(self, parent: Path | None = None) -> None:
        self._folder = RecoveryFolder(parent)
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recovery")

    def keep(self, key: str, document: Document) -> Future[None]:
        """Write a document as it is now; a vistrail is a value, so edits may go on meanwhile."""
        vistrail = document.vistrail
        work = UnsavedWork(
            title=document.title,
            path=document.path.absolute() if document.path is not None else None,
            version=document.version,
            changed=datetime.now(),
        )

        def write() -> None:
            digest = origin_digest(vistrail)
            self._folder.keep(key, vistrail, replace(work, digest=digest))

        return self._worker.submit(write)

    def drop(self, key: str) -> None:
        """Remove the copy of a document, after whatever is still being written."""
        self._worker.submit(self._folder.drop, key)

    def adopt(self, copy: Copy, key: str) -> Copy:
        """Take over a copy of a program that is gone. Raise OSError."""
        return self._worker.submit(self._folder.adopt, copy, key).result()

    def close(self) -> None:
        """Finish what is being written, and leave nothing behind but unsaved work."""
        self._worker.shutdown(wait=True)
        self._folder.close()


class Autosave(QObject):
    """Watches one document: some seconds after an edit its copy is written.

    ``kept`` says that a copy is on the disk.
    """

    kept = pyqtSignal()

    def __init__(
        self,
        document: Document,
        keeper: RecoveryKeeper,
        *,
        key: str | None = None,
        delay: int = DELAY,
    ) -> None:
        super().__init__(document)
        self.key = key or uuid.uuid4().hex
        self._document = document
        self._keeper = keeper
        self._has_failed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(delay)
        self._timer.timeout.connect(self.keep_now)
        document.history_changed.connect(self._wait)
        document.modified_changed.connect(self._modified)

    def keep_now(self) -> Future[None] | None:
        """Write the copy now, if there is anything to lose."""
        self._timer.stop()
        if not self._document.is_modified:
            return None
        future = self._keeper.keep(self.key, self._document)
        future.add_done_callback(self._written)
        return future

    def stop(self) -> None:
        """Write no more; a copy that is there stays."""
        self._timer.stop()

    def drop(self) -> None:
        """The work is saved, or not wanted any more: the copy goes, and none is written."""
        self._timer.stop()
        self._keeper.drop(self.key)

    def _wait(self) -> None:
        # Not started anew by the next edit: who never pauses would never have a copy.
        if self._document.is_modified and not self._timer.isActive():
            self._timer.start()

    def _modified(self, is_modified: bool) -> None:
        if is_modified:
            self._wait()
        else:
            self.drop()

    def _written(self, future: Future[None]) -> None:
        """Called in the thread that writes."""
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            self._has_failed = False
            self.kept.emit()
        elif isinstance(error, (OSError, VistrailError)):
            if not self._has_failed:
                logger.warning("No copy of the unsaved work could be kept: %s", error)
            self._has_failed = True
        else:
            logger.error("No copy of the unsaved work could be kept", exc_info=error)
