"""RunFiles: where the jobs of what a window runs are kept, and go along when that is saved."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from pathlib import Path

from ....dataflow import DataflowError
from ....modules.job_book import JobStore, UnsavedJobs, copy_records
from ....modules.workers import in_thread
from ....modules.workflow import Workflow, workflow_of
from ..document import Document

logger = logging.getLogger(__name__)

_Left = tuple[UnsavedJobs, Path | None]


class RunFiles:
    """The file of a document keeps its jobs; before there is one, a file of the user's store."""

    def __init__(self) -> None:
        self._unsaved: dict[Document, UnsavedJobs] = {}
        self._run_file: Path | None = None
        # Records on their way to another file.
        self._moving: list[Future[None]] = []

    @property
    def run_file(self) -> Path | None:
        """The file that keeps the jobs of the run under way, or of the last one.

        What was run may have been saved elsewhere since.
        """
        return self._run_file

    def file_of(self, document: Document | None) -> Path | None:
        """The file that keeps the jobs of a document; None if it was never saved nor run."""
        if document is None or document.path is not None:
            return document.path if document is not None else None
        unsaved = self._unsaved.get(document)
        return unsaved.file if unsaved is not None else None

    def begin(self, document: Document) -> Callable[[], Workflow]:
        """A run begins: return what makes its workflow, in a thread, of the document as it is."""
        vistrail, version, registry = document.vistrail, document.version, document.registry
        path = document.path
        if path is not None:
            file = path
            left = self._take_left(document, file)
            self._run_file = file

            def take_up() -> Workflow:
                _settle(left)
                return workflow_of(vistrail, version, registry, file)

            return take_up
        unsaved = self._unsaved.setdefault(document, JobStore().new_unsaved())
        self._run_file = unsaved.file

        def keep() -> Workflow:
            kept = unsaved.keep(vistrail)
            # Where the store cannot be written it is another one.
            self._run_file = unsaved.file
            return workflow_of(kept, version, registry, unsaved.file)

        return keep

    def take_over(self, document: Document, unsaved: UnsavedJobs) -> None:
        """A document without a file has jobs from before."""
        self._unsaved[document] = unsaved

    def bring_along(self, document: Document) -> None:
        """Have what the last run recorded in the file that the document has by now.

        Not while that run is under way. It is done in a thread.
        """
        path, run_file = document.path, self._run_file
        if path is None:
            return
        left = self._take_left(document, path)
        if left:
            self._move("move jobs", lambda: _settle(left))
        elif run_file is not None and run_file != path:
            self._move("copy jobs", lambda: _copy(run_file, path))
        if run_file is not None:
            self._run_file = path

    def close(self, document: Document | None) -> Callable[[], None]:
        """Return what is to be done, in a thread, once the last run, of this document, has ended.

        It may have been saved elsewhere since that run began. What is returned ends when all
        records are where they belong.
        """
        unsaved, self._unsaved = self._unsaved, {}
        left = [(one, document.path) for document, one in unsaved.items()]
        run_file = self._run_file
        path = None if document is None or document in unsaved else document.path
        moving = tuple(self._moving)

        def settle() -> None:
            _settle(left)
            if path is not None and run_file is not None and run_file != path:
                _copy(run_file, path)
            wait(moving)

        return settle

    def _move(self, name: str, work: Callable[[], None]) -> None:
        self._moving = [one for one in self._moving if not one.done()]
        self._moving.append(in_thread(name, work))

    def _take_left(self, document: Document, path: Path) -> list[_Left]:
        before = self._unsaved.pop(document, None)
        return [(before, path)] if before is not None else []


def _settle(left: Sequence[_Left]) -> None:
    """Let jobs go to the file that their document has now; without one, what waits is kept."""
    for unsaved, path in left:
        if path is not None:
            try:
                unsaved.move_to(path)
            except DataflowError as error:
                logger.warning("The jobs from before it was saved stay apart: %s", error)
        unsaved.close()


def _copy(source: Path, target: Path) -> None:
    try:
        copy_records(source, target)
    except DataflowError as error:
        logger.warning("The jobs of %s are not on record in %s: %s", source, target, error)
