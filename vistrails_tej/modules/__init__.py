"""The modules of the tej package, which tie the engine to a host of VisTrails packages."""

from __future__ import annotations

from .download import DownloadDirectory, DownloadFile
from .job import Job
from .make_directory import MakeDirectory
from .queue import Queue
from .sessions import start_sessions, stop_sessions
from .submission import BaseSubmitJob
from .submit_job import SubmitJob
from .submit_shell_job import SubmitShellJob

MODULES = [
    Queue,
    Job,
    BaseSubmitJob,
    SubmitJob,
    SubmitShellJob,
    DownloadFile,
    DownloadDirectory,
    MakeDirectory,
]


def start() -> None:
    """Get ready to reach servers; nothing is connected yet."""
    start_sessions()


def stop() -> None:
    """Close every connection. It may be called twice."""
    stop_sessions()
