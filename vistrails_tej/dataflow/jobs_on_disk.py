"""The records of a file, and where they go when it does not take them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .errors import VistrailError, VistrailNotFound
from .job_format import JobRecords, format_records, parse_records
from .record_merge import difference, joined
from .storage.annotation_saver import read_annotation, save_annotation
from .storage.file_lock import locked

__all__ = ["JOBS_ANNOTATION", "JobsOnDisk", "SpareRecords", "Written"]

logger = logging.getLogger(__name__)

JOBS_ANNOTATION = "__jobs__"
_NO_RECORDS = "{}"


class SpareRecords(Protocol):
    """Where the records of one file are kept that it does not take."""

    def read(self) -> JobRecords:
        """Those that are kept now."""

    def keep(self, records: JobRecords) -> None:
        """Keep these instead, possibly none. Raise OSError."""


@dataclass(frozen=True, slots=True)
class Written:
    """What came of an update: ``problem`` is why the file did not take the records.

    ``held`` is what there is now, in the file and beside it; None if all is as before. Where only
    the run could not be written down in the log, ``unlogged`` is why.
    """

    held: JobRecords | None
    problem: VistrailError | None = None
    is_logged: bool = False
    unlogged: VistrailError | None = None


class JobsOnDisk:
    """The records of a file together with the spare ones; several programs may use them at once."""

    def __init__(self, path: Path, spare: SpareRecords | None = None) -> None:
        self._path = path
        self._spare = spare

    def read(self) -> JobRecords:
        """All of them. Raise VistrailError.

        A file that is gone has the spare ones alone; it is an error if there are none.
        """
        kept = self.kept()
        try:
            there = parse_records(read_annotation(self._path, JOBS_ANNOTATION) or _NO_RECORDS)
        except VistrailNotFound:
            if kept.is_empty:
                raise
            return kept
        return joined(there, kept)

    def kept(self) -> JobRecords:
        """The spare ones: what the file did not take yet."""
        return JobRecords() if self._spare is None else self._spare.read()

    def update(self, change: Callable[[JobRecords], JobRecords], log: bytes = b"") -> Written:
        """Change the records in the file, the spare ones with them, and add to its log."""
        with locked(self._path):
            kept = self.kept()
            try:
                text = read_annotation(self._path, JOBS_ANNOTATION)
                there = parse_records(text or _NO_RECORDS)
            except VistrailError as error:
                return self._put_aside(JobRecords(), change(kept), error)
            wanted = change(joined(there, kept))
            is_news = format_records(wanted) != format_records(there)
            try:
                text = _annotation(wanted) if is_news else text
                save_annotation(self._path, JOBS_ANNOTATION, text, log=log)
            except VistrailError as error:
                if is_news:
                    return self._put_aside(there, wanted, error)
                return self._settled(wanted, kept, error)
            return self._settled(wanted, kept)

    def _settled(
        self, wanted: JobRecords, kept: JobRecords, unlogged: VistrailError | None = None
    ) -> Written:
        """The file has everything: nothing is spare any more."""
        if self._spare is not None and not kept.is_empty:
            try:
                self._spare.keep(JobRecords())
            except OSError as error:
                logger.warning("The jobs of %s stay on record twice: %s", self._path, error)
        return Written(wanted, is_logged=unlogged is None, unlogged=unlogged)

    def _put_aside(self, there: JobRecords, wanted: JobRecords, why: VistrailError) -> Written:
        if self._spare is None:
            return Written(None, why)
        missing = difference(there, wanted)
        try:
            self._spare.keep(missing)
        except OSError as error:
            logger.warning("The jobs of %s cannot be kept apart either: %s", self._path, error)
            return Written(None, why)
        return Written(joined(there, missing), why)


def _annotation(records: JobRecords) -> str | None:
    """The text for the file; None when no job is left to remember."""
    return format_records(records) if records.jobs or records.unreadable else None
