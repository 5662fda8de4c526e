"""Document: the vistrail that a builder window works on, with signals for what changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PyQt5.QtCore import QObject, pyqtSignal

from ...dataflow import (
    DataflowError,
    Pipeline,
    PortFinder,
    Registry,
    Vistrail,
    VistrailEditor,
    edit_vistrail,
)

_Result = TypeVar("_Result")


class Document(QObject):
    """One vistrail, at one of its versions. Every edit goes through ``edit``; widgets only listen.

    ``pipeline_changed`` carries the pipeline before and after an edit or a move to another
    version; ``history_changed`` says that the tree of versions, a tag or a note is another;
    ``refused`` carries a sentence for the user. ``path`` is None until it was saved once.
    """

    pipeline_changed = pyqtSignal(object, object)
    version_changed = pyqtSignal(int)
    history_changed = pyqtSignal()
    modified_changed = pyqtSignal(bool)
    path_changed = pyqtSignal(object)
    refused = pyqtSignal(str)

    def __init__(
        self,
        vistrail: Vistrail,
        registry: Registry,
        *,
        path: Path | None = None,
        version: str | int | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = edit_vistrail(vistrail, registry, version)
        self._path = path
        self._saved: Vistrail | None = self._editor.vistrail
        self._ports: tuple[Pipeline, PortFinder] | None = None

    # -- what there is -----------------------------------------------------------------------

    @property
    def vistrail(self) -> Vistrail:
        """The whole history as it is now."""
        return self._editor.vistrail

    @property
    def registry(self) -> Registry:
        """The packages that modules can come from."""
        return self._editor.registry

    @property
    def version(self) -> int:
        """The version that is shown."""
        return self._editor.version

    @property
    def pipeline(self) -> Pipeline:
        """The pipeline of that version."""
        return self._editor.pipeline

    @property
    def ports(self) -> PortFinder:
        """Finds the ports of the modules of the pipeline."""
        if self._ports is None or self._ports[0] is not self.pipeline:
            self._ports = (self.pipeline, PortFinder(self.registry))
        return self._ports[1]

    @property
    def path(self) -> Path | None:
        """The file it was opened from or saved to last."""
        return self._path

    @property
    def title(self) -> str:
        """The name of the file, for the title of a window."""
        return self._path.name if self._path is not None else "Untitled"

    @property
    def version_title(self) -> str:
        """The tag of the version, or the nearest one before it and the number of steps since."""
        versions, current, steps = self.vistrail.versions, self.version, 0
        while current in versions and not versions[current].tag:
            current, steps = versions[current].parent, steps + 1
        tag = versions[current].tag if current in versions else "Start"
        return f"{tag} + {steps}" if steps else tag

    @property
    def is_modified(self) -> bool:
        """Whether something was changed that no file holds."""
        return self._editor.vistrail is not self._saved

    # -- changing it -------------------------------------------------------------------------

    def edit(self, description: str, change: Callable[[VistrailEditor], _Result]) -> _Result | None:
        """Make one version of all that ``change`` does; None, and ``refused``, if it cannot be."""

        def within() -> _Result:
            with self._editor.action(description):
                return change(self._editor)

        return self._do(within)

    def annotate(self, change: Callable[[VistrailEditor], _Result]) -> _Result | None:
        """Say something of versions or of the vistrail (tag, notes, prune), likewise."""
        return self._do(lambda: change(self._editor))

    def go_to(self, version: int) -> None:
        """Show another version."""
        self._do(lambda: self._editor.go_to(version))

    def undo(self) -> bool:
        """Go back to the version this one was made from; False at the beginning."""
        return bool(self._do(self._editor.undo))

    def redo(self) -> bool:
        """Go forward again to what was undone; False when nothing was."""
        return bool(self._do(self._editor.redo))

    def save(self, path: Path, *, ascii_only: bool = True, overwrite: bool = False) -> None:
        """Save it there, and go on with that file. Raise VistrailError; nothing is lost then."""
        was_modified = self.is_modified
        self._editor.save(path, ascii_only=ascii_only, overwrite=overwrite)
        self._saved = self._editor.vistrail
        if path != self._path:
            self._path = path
            self.path_changed.emit(path)
        if was_modified:
            self.modified_changed.emit(False)

    def mark_modified(self) -> None:
        """Hold it for changed, as a recovered vistrail is: its file holds another one."""
        if not self.is_modified:
            self._saved = None
            self.modified_changed.emit(True)

    # -- inside ------------------------------------------------------------------------------

    def _do(self, change: Callable[[], _Result]) -> _Result | None:
        vistrail, pipeline, version = self.vistrail, self.pipeline, self.version
        was_modified = self.is_modified
        try:
            result = change()
        except DataflowError as error:
            self.refused.emit(str(error))
            return None
        if self.pipeline is not pipeline:
            self.pipeline_changed.emit(pipeline, self.pipeline)
        if self.version != version:
            self.version_changed.emit(self.version)
        if self.vistrail is not vistrail:
            self.history_changed.emit()
        if self.is_modified != was_modified:
            self.modified_changed.emit(self.is_modified)
        return result
