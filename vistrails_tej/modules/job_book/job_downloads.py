"""The files of a job: listed, and copied to this machine, until somebody stops it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...engine import JobId, RemoteQueue

__all__ = ["DownloadProgress", "download_files"]


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """How far a download is: which file, the how many-th of how many, and its bytes."""

    name: str
    number: int
    count: int
    done: int = 0
    size: int = 0


class _Stopped(Exception):
    """Raised inside the copying of a file that is not wanted any more."""


def download_files(
    queue: RemoteQueue,
    job_id: JobId,
    files: Sequence[tuple[str, Path]],
    tell: Callable[[DownloadProgress], None],
    stop: threading.Event,
) -> list[Path]:
    """Copy files of a job, each given by its name and where it is to go; return those that came.

    Folders are made. Once ``stop`` is set nothing more is copied, and no half of a file is left.
    Raises TejError, or OSError for a folder that cannot be made.
    """
    copied: list[Path] = []
    for number, (name, target) in enumerate(files, start=1):
        begun = DownloadProgress(name, number, len(files))

        def hear(done: int, size: int, begun: DownloadProgress = begun) -> None:
            if stop.is_set():
                raise _Stopped
            tell(DownloadProgress(begun.name, begun.number, begun.count, done, size))

        if stop.is_set():
            break
        tell(begun)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            copied.append(queue.download(job_id, name, into=target, progress=hear))
        except _Stopped:
            break
    return copied
