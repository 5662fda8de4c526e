"""What is remembered of jobs for each user, beside the records in the .vt files."""

from __future__ import annotations

from pathlib import Path

import platformdirs

from ...dataflow import SaveFailed, Vistrail, VistrailJobs, forget_all_jobs, save_vistrail
from ...dataflow.job_format import JobRecords
from .known_files import KnownFiles
from .last_seen import LastSeen
from .unsaved_jobs import UnsavedJobs, find_unsaved
from .unwritten_jobs import UnwrittenJobs

__all__ = ["JobStore", "forget_recorded", "open_jobs", "recorded_jobs"]


class JobStore:
    """A folder in the user's state folder, or another one. Nothing is made before it is needed."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or _user_folder()
        self.known_files = KnownFiles(self.folder / "known_files.json")
        self.last_seen = LastSeen(self.folder / "last_seen.json")
        self.unwritten = UnwrittenJobs(self.folder / "unwritten")

    def new_unsaved(self) -> UnsavedJobs:
        """A place for the jobs of a vistrail that has no file."""
        return UnsavedJobs(self.folder / "unsaved")

    def is_unsaved(self, file: Path) -> bool:
        """Whether a file is kept here for a vistrail that has none of its own."""
        return file.parent.parent == self.folder / "unsaved"

    def left_unsaved(self) -> list[Path]:
        """The files of vistrails that were never saved, whose program is gone, with jobs."""
        return find_unsaved(self.folder / "unsaved")

    def files(self) -> list[Path]:
        """All files that are known to have jobs."""
        return list(dict.fromkeys([*self.known_files.paths(), *self.left_unsaved()]))

    def remembered(self) -> list[Path]:
        """The same, and those that are not there now; no disk but that of the store is asked."""
        files = [*self.known_files.remembered(), *self.left_unsaved(), *self.unwritten.files()]
        return list(dict.fromkeys(files))

    def adopted(self) -> Path:
        """The file for jobs that were found on servers; made if it is not there."""
        path = self.folder / "adopted jobs.vt"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            save_vistrail(Vistrail({}), path)
        return path


def recorded_jobs(path: Path, store: JobStore | None = None) -> VistrailJobs:
    """The jobs of a file, with those that it did not take. Raise VistrailError."""
    return VistrailJobs(path, (store or JobStore()).unwritten.of(path))


def forget_recorded(path: Path, store: JobStore | None = None) -> None:
    """Drop all records of a file, those that it did not take first. Raise VistrailError."""
    try:
        (store or JobStore()).unwritten.of(path).keep(JobRecords())
    except OSError as error:
        raise SaveFailed(path, f"what it did not take cannot be dropped: {error}") from error
    forget_all_jobs(path)


def open_jobs(path: Path, store: JobStore | None = None) -> VistrailJobs:
    """The jobs of a file that is about to run; it becomes a known one with its first job.

    What it does not take is kept in the store, and found there by the next run. Raise
    VistrailError.
    """
    store = store or JobStore()
    known = store.known_files
    jobs = recorded_jobs(path, store)
    save = jobs.monitor.on_change

    def changed() -> None:
        if save is not None:
            save()
        if jobs.monitor.jobs():
            jobs.monitor.on_change = save
            known.add(path)

    if jobs.monitor.jobs():
        known.add(path)
    else:
        jobs.monitor.on_change = changed
    return jobs


def _user_folder() -> Path:
    return Path(platformdirs.user_state_dir("vistrails_tej", appauthor=False)) / "jobs"
