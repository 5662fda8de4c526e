"""VersionRequests: versions that the monitor wants to be shown or run, one after the other."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from ...modules.job_book import JobEntry
from ...modules.sessions import current_sessions
from ..front import bring_to_front
from .file_names import FileNames
from .job_versions import JobVersions, VersionFit
from .message_log import MessageKind
from .window import BuilderWindow

_RESULTS = "what the job has given is under Files and Results in its menu in the job monitor"
_MISFITS = {
    VersionFit.OTHER: (
        "The version {version} that started the job {name} was never saved, and version {version}"
        f" is another workflow by now; {_RESULTS}."
    ),
    VersionFit.OTHER_VALUES: (
        "Version {version} was run with other values or files than it has now, so that it was not"
        " run for the job {name}: execute it if you want a new job, or give the same --set to"
        f" 'vistrails-tej run'; {_RESULTS}."
    ),
}


class VersionDeed(enum.Enum):
    """What is to be done with a version."""

    SHOW = "show"
    RUN = "run"


@dataclass(frozen=True, slots=True)
class VersionRequest:
    """A version of a file, and what is to be done with it.

    It is wanted for the sake of ``jobs``. ``again`` are the signatures of those that are to be
    submitted anew. Quietly, nothing comes to the front, and nothing that the user is at work on is
    replaced.
    """

    file: Path
    version: int
    deed: VersionDeed
    again: frozenset[str] = frozenset()
    is_quiet: bool = False
    jobs: tuple[JobEntry, ...] = field(default=(), compare=False)


class OpenFile(Protocol):
    """Opens a file in some window, or tells that it cannot."""

    def __call__(self, path: Path, *, is_quiet: bool) -> object:
        """Return at once; ``document_shown`` or ``opening_ended`` is called later."""


class VersionRequests:
    """Serves requests in their order, file by file: a window runs one version at a time.

    ``windows`` are those that are open; ``open_file`` is asked for files that none of them shows;
    ``names`` tells which names are of one file, ``versions`` which version started a job.
    """

    def __init__(
        self,
        windows: Callable[[], Sequence[BuilderWindow]],
        open_file: OpenFile,
        names: FileNames,
        versions: JobVersions,
    ) -> None:
        self._windows = windows
        self._open_file = open_file
        self._names = names
        self._versions = versions
        self._pending: dict[Path, list[VersionRequest]] = {}
        # The windows whose runs are waited for; what they show may be saved elsewhere meanwhile.
        self._holders: dict[Path, BuilderWindow] = {}
        self._opening: set[Path] = set()

    def ask(self, request: VersionRequest) -> None:
        """Do it as soon as it can be done; asked for twice, it is done once."""
        self._names.when_known(request.file, partial(self._take, request))

    def window_of(self, file: Path) -> BuilderWindow | None:
        """The window that shows a file, one where it runs before others; None if there is none."""
        wanted = self._names.real(file)
        shown = [
            one
            for one in self._windows()
            if not one.is_busy and wanted in map(self._names.real, one.running.job_files)
        ]
        return next((one for one in shown if one.running.is_running), shown[0] if shown else None)

    def document_shown(self, window: BuilderWindow) -> None:
        """A window shows a file: do what waited for it."""
        file = window.running.jobs_file
        if file is not None:
            self._names.learn(file, partial(self._begin, window, file))

    def opening_ended(self, path: Path) -> None:
        """A file was not opened after all: nothing is made up for when it is opened later."""
        file = self._names.real(path)
        self._opening.discard(file)
        self._drop(file)

    def run_waits(self, window: BuilderWindow) -> None:
        """A run has done what it could: it lets go of jobs that are to be run again."""
        file = window.running.jobs_file
        pending = self._pending.get(self._names.real(file), []) if file is not None else []
        if pending and pending[0].again and window.running.is_going_on(pending[0].version):
            # Nothing is lost: the next run waits for the same jobs.
            window.running.stop()

    def run_ended(self, window: BuilderWindow) -> None:
        """A window has done with a version: go on with the next one."""
        file = window.running.jobs_file
        files = self._held_by(window)
        if file is not None:
            files.append(self._names.real(file))
        for one in dict.fromkeys(files):
            self._serve(window, one)

    def window_closed(self, window: BuilderWindow) -> None:
        """What waited for a run in it is not made up for some day, unasked."""
        for file in self._held_by(window):
            self._drop(file)

    # -- inside ------------------------------------------------------------------------------

    def _take(self, request: VersionRequest) -> None:
        file = self._names.real(request.file)
        pending = self._pending.setdefault(file, [])
        if request in pending:
            return
        pending.append(request)
        window = self.window_of(file)
        if window is not None:
            self._serve(window, file)
        elif file not in self._opening:
            self._opening.add(file)
            self._open_file(request.file, is_quiet=request.is_quiet)

    def _begin(self, window: BuilderWindow, path: Path) -> None:
        file = self._names.real(path)
        self._opening.discard(file)
        if window in self._windows():
            self._serve(window, file)

    def _serve(self, window: BuilderWindow, file: Path) -> None:
        pending = self._pending.get(file, [])
        while pending and self._do(window, pending[0]):
            pending.pop(0)
        if pending:
            self._holders[file] = window
        else:
            self._drop(file)

    def _drop(self, file: Path) -> None:
        self._pending.pop(file, None)
        self._holders.pop(file, None)

    def _held_by(self, window: BuilderWindow) -> list[Path]:
        return [file for file, holder in self._holders.items() if holder is window]

    def _do(self, window: BuilderWindow, request: VersionRequest) -> bool:
        """Do what is wanted; False to have it done once the run under way has ended."""
        if not request.is_quiet:
            bring_to_front(window)
        fit = self._versions.fit(
            window.document,
            request.version,
            request.jobs,
            partial(self.run_ended, window),
            runs=request.deed is VersionDeed.RUN,
        )
        if fit in _MISFITS:
            name, version = request.jobs[0].name, request.version
            self._warn(window, _MISFITS[fit].format(name=name, version=version))
        if fit is not VersionFit.SAME:
            return fit is not None
        running = window.running
        is_shown = request.version == window.document.version
        if running.is_running and not running.is_going_on(request.version):
            if request.deed is VersionDeed.SHOW and is_shown:
                window.views.show_pipeline()
                return True
            if request.deed is VersionDeed.SHOW:
                self._warn(window, "Another version is running here; stop it first.")
                return True
            self._warn(window, f"{_title(request)} runs next, once this run has ended.")
            return False
        if request.is_quiet and window.is_worked_on and not is_shown:
            self._warn(window, f"{_title(request)} can go on: its jobs have ended.")
            return True
        window.document.go_to(request.version)
        return window.document.version != request.version or self._do_with_shown(window, request)

    def _do_with_shown(self, window: BuilderWindow, request: VersionRequest) -> bool:
        running = window.running
        if request.deed is VersionDeed.SHOW:
            window.views.show_pipeline()
        elif not running.is_running:
            current_sessions().run_again(request.again)
            # As it is on record: what is being typed is another version.
            running.execute(keeps_typing=True)
        elif request.again:
            self._warn(window, "The job is run again as soon as this run lets go of it.")
            if running.is_waiting:
                running.stop()
            return False
        else:
            self._warn(
                window, "The workflow is running; it goes on by itself once its jobs have ended."
            )
        return True

    def _warn(self, window: BuilderWindow, text: str) -> None:
        window.tell(text, MessageKind.WARNING)


def _title(request: VersionRequest) -> str:
    return f"Version {request.version}"
