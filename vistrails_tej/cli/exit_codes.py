"""What a command's exit code tells, and which error gives which."""

from __future__ import annotations

import enum

from ..dataflow import (
    AssignmentInvalid,
    DataflowError,
    JobNotRecorded,
    ModuleError,
    VersionNotFound,
    VistrailNotFound,
)
from ..engine import (
    ConnectionFailed,
    InvalidDestination,
    InvalidJobId,
    JobExists,
    JobNotFound,
    JobStillRunning,
    NotAQueue,
    QueueExists,
    QueueNotFound,
    RemoteFileNotFound,
    TejError,
)


class ExitCode(enum.IntEnum):
    """The exit codes of ``vistrails-tej``."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    CONFLICT = 4
    CONNECTION = 5
    SUSPENDED = 6
    INTERRUPTED = 130
    """Ctrl+C, and no job goes on because of the command; what shells say of it as well."""


_CODES: tuple[tuple[tuple[type[Exception], ...], ExitCode], ...] = (
    ((ConnectionFailed,), ExitCode.CONNECTION),
    ((InvalidDestination, InvalidJobId, AssignmentInvalid), ExitCode.USAGE),
    (
        (
            JobNotFound,
            JobNotRecorded,
            QueueNotFound,
            RemoteFileNotFound,
            VersionNotFound,
            VistrailNotFound,
        ),
        ExitCode.NOT_FOUND,
    ),
    ((JobExists, JobStillRunning, QueueExists, NotAQueue), ExitCode.CONFLICT),
    ((TejError, DataflowError), ExitCode.FAILED),
)


def exit_code_of(error: BaseException) -> ExitCode:
    """The exit code for an error; a module's error counts as what caused it."""
    if isinstance(error, ModuleError) and error.__cause__ is not None:
        return exit_code_of(error.__cause__)
    for kinds, code in _CODES:
        if isinstance(error, kinds):
            return code
    return ExitCode.FAILED
