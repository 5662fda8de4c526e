"""The edits that the panel makes of one module; each is one version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from ....dataflow import ModuleHandle, PortSpec, VistrailEditor
from ..document import Document
from ..port_visibility import SHOWN_PORTS, shown_ports_note

_Result = TypeVar("_Result")


class ModuleEdits:
    """Edits of the module of this id; nothing is done where a version does not have it.

    A refusal is told by the document, and returned as False.
    """

    def __init__(self, document: Document, module_id: int) -> None:
        self._document = document
        self.module_id = module_id

    def set_values(self, port: str, texts: Sequence[str]) -> bool:
        """Set a port to texts, one for each item."""

        def change(editor: VistrailEditor) -> ModuleHandle:
            return editor.module(self.module_id).set(port, *texts)

        return self._edit(f"Set {port}", change) is not None

    def unset(self, port: str) -> None:
        """Take away what is set on a port."""
        self._edit(f"Unset {port}", lambda editor: self._module(editor).unset(port))

    def set_alias(self, port: str, item: int, alias: str) -> bool:
        """Name one of the constants of a port; a blank name is removed."""

        def change(editor: VistrailEditor) -> bool:
            editor.set_alias(self._module(editor), port, alias, item)
            return True

        return bool(self._edit(f"Set alias of {port}", change))

    def show_port(self, spec: PortSpec, *, shown: bool) -> None:
        """Draw an optional port on the canvas, or not."""

        def change(editor: VistrailEditor) -> None:
            handle = self._module(editor)
            note = shown_ports_note(handle.module, spec, shown=shown)
            editor.annotate(handle, SHOWN_PORTS, note)

        self._edit(f"{'Show' if shown else 'Hide'} port {spec.name}", change)

    def set_label(self, label: str) -> None:
        """Give the module a label; a blank one is removed."""
        self._edit("Set label", lambda one: one.set_label(self._module(one), label))

    def annotate(self, changes: Sequence[tuple[str, str | None]]) -> None:
        """Set notes, or remove those with None, all in one version."""

        def change(editor: VistrailEditor) -> None:
            for key, value in changes:
                editor.annotate(self._module(editor), key, value)

        self._edit("Change annotations", change)

    def switch(self, name: str, value: str | None) -> None:
        """Set a control parameter, or remove it with None."""
        self._edit(
            "Change looping", lambda editor: editor.switch(self._module(editor), name, value)
        )

    def _edit(
        self, description: str, change: Callable[[VistrailEditor], _Result]
    ) -> _Result | None:
        if self.module_id not in self._document.pipeline.modules:
            return None
        return self._document.edit(description, change)

    def _module(self, editor: VistrailEditor) -> ModuleHandle:
        return editor.module(self.module_id)
