"""What every configuration of a module is: a widget whose text is saved or put back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from PyQt5.QtCore import pyqtBoundSignal, pyqtSignal
from PyQt5.QtWidgets import QWidget

from ...dataflow import Pipeline, PipelineModule, Registry, VistrailEditor
from ..theme import Theme

_Result = TypeVar("_Result")


class EditedDocument(Protocol):
    """What a configuration needs of the document of the builder."""

    @property
    def pipeline(self) -> Pipeline:
        """The pipeline that is shown."""

    @property
    def registry(self) -> Registry:
        """The packages that are loaded."""

    @property
    def pipeline_changed(self) -> pyqtBoundSignal:
        """Carries the pipeline before and after an edit."""

    @property
    def refused(self) -> pyqtBoundSignal:
        """Carries why an edit was refused."""

    def edit(self, description: str, change: Callable[[VistrailEditor], _Result]) -> _Result | None:
        """Make one version of what ``change`` does; None if it is refused."""


class ConfigurationWidget(QWidget):
    """Edits one module as a whole; nothing is changed before ``save``.

    ``modified_changed`` says whether there is something to save; ``problem_changed`` carries what
    stands in the way of saving, empty for nothing. Subclasses fill in ``_load``, ``_is_changed``,
    ``_find_problem`` and ``_change``, and call ``_look_again`` whenever the user changed something.
    """

    modified_changed = pyqtSignal(bool)
    problem_changed = pyqtSignal(str)

    def __init__(
        self,
        document: EditedDocument,
        module_id: int,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.document = document
        self.module_id = module_id
        self.theme = theme
        self._is_modified = False
        self._problem = ""

    @property
    def module(self) -> PipelineModule | None:
        """The module as it is saved; None when this version does not have it."""
        return self.document.pipeline.modules.get(self.module_id)

    @property
    def is_modified(self) -> bool:
        """Whether there is something that is not saved."""
        return self._is_modified

    @property
    def problem(self) -> str:
        """What has to be mended before it can be saved; empty for nothing."""
        return self._problem

    def save(self) -> bool:
        """Save it as one version; False, with nothing changed, if it cannot be."""
        if self.module is None or self._problem:
            return False
        reasons: list[str] = []
        self.document.refused.connect(reasons.append)
        try:
            done = self.document.edit("Configure module", self._changed)
        finally:
            self.document.refused.disconnect(reasons.append)
        if not done:
            self.problem_changed.emit(reasons[-1] if reasons else "It could not be saved.")
            return False
        self.reset()
        return True

    def reset(self) -> None:
        """Show what is saved; what was not is lost."""
        module = self.module
        if module is not None:
            self._load(module)
            self._look_again()

    def set_theme(self, theme: Theme) -> None:
        """Show it in other colours."""
        self.theme = theme

    # -- for subclasses ----------------------------------------------------------------------

    def _load(self, module: PipelineModule) -> None:
        raise NotImplementedError

    def _is_changed(self) -> bool:
        raise NotImplementedError

    def _find_problem(self) -> str:
        return ""

    def _change(self, editor: VistrailEditor) -> None:
        raise NotImplementedError

    def _look_again(self) -> None:
        """Find out whether there is something to save, and whether it can be."""
        is_modified, problem = self._is_changed(), self._find_problem()
        if is_modified != self._is_modified:
            self._is_modified = is_modified
            self.modified_changed.emit(is_modified)
        self._problem = problem
        self.problem_changed.emit(problem)

    def _changed(self, editor: VistrailEditor) -> bool:
        self._change(editor)
        return True


def set_text(module: PipelineModule, port: str) -> str | None:
    """The text a port is set to, as it is stored; None when it is not set."""
    for setting in module.settings:
        if setting.port == port and setting.parameters:
            return setting.parameters[0].value
    return None
