"""What is in the directories of recorded jobs on their servers: listed, read and fetched."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

from ...engine import JobFile, JobNotFound
from ..job_asking import asked_place
from ..queue_reference import RemoteJob
from ..workers import in_thread
from .entry import JobKey
from .job_downloads import DownloadProgress, download_files
from .server_page import ServerPages

__all__ = ["JobFilePages"]


class JobFilePages(ServerPages):
    """What a book does with the files of its jobs; see ``JobBook``."""

    def tail(self, key: JobKey, name: str = "_stdout", size: int = 64 * 1024) -> Future[str]:
        """The last ``size`` bytes of a file of a job, also while it runs. Raises TejError.

        It may be asked for again and again: a server that refused us is left alone.
        """

        def work() -> str:
            place = self._place(key)
            return self._sessions().queue(place.queue).read_text(place.job_id, name, size=size)

        return in_thread("read output", work)

    def job_files(self, key: JobKey, limit: int = 1000) -> Future[list[JobFile]]:
        """The files of a job, at most so many, also while it runs. Raises TejError."""

        def work() -> list[JobFile]:
            place = self._place(key)
            return self._queue(place.queue).files(place.job_id, limit=limit)

        return in_thread("list files", work)

    def download_files(
        self,
        key: JobKey,
        files: Sequence[tuple[str, Path]],
        tell: Callable[[DownloadProgress], None],
        stop: threading.Event,
    ) -> Future[list[Path]]:
        """Copy files of a job, each given by its name and where it is to go, until ``stop``.

        The future has those that came; it raises TejError or OSError. ``tell`` is called in a
        thread.
        """

        def work() -> list[Path]:
            place = self._place(key)
            return download_files(self._queue(place.queue), place.job_id, files, tell, stop)

        return in_thread("download", work)

    # -- inside ------------------------------------------------------------------------------

    def _place(self, key: JobKey) -> RemoteJob:
        entry = self._ledger.entry(key)
        if entry is None or entry.place is None:
            raise JobNotFound(key.signature if entry is None else entry.job_id)
        return asked_place(entry.place)
