"""Linking: the edits that connect modules, and add modules that are connected at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PyQt5.QtCore import QPointF

from ....dataflow import Connection, ModuleDescriptor, PortSpec, VistrailEditor
from ..joining import Converter, End, as_link, insertion
from .editing import add_kind
from .scene import PipelineScene

_Result = TypeVar("_Result")
_BELOW = 90.0


class Linking:
    """Connects modules of a scene's document. While versions are compared nothing happens."""

    def __init__(self, scene: PipelineScene) -> None:
        self.scene = scene

    def connect(self, source: End, destination: End) -> int | None:
        """Let an output feed an input; returns the id of the connection."""

        def change(editor: VistrailEditor) -> int:
            return _connect(editor, source, destination)

        return self._edit("Added connection", change)

    def move(self, connection_id: int, source: End, destination: End) -> int | None:
        """Let a connection lead from elsewhere or to elsewhere; select it."""

        def change(editor: VistrailEditor) -> int:
            editor.disconnect(connection_id)
            return _connect(editor, source, destination)

        moved = self._edit("Moved connection", change)
        if moved is not None:
            self.scene.select((), [moved])
        return moved

    def disconnect(self, connection_id: int) -> None:
        """Delete a connection."""
        self._edit("Deleted connection", lambda editor: editor.disconnect(connection_id))

    def add_connected(
        self, descriptor: ModuleDescriptor, port: PortSpec, origin: End, point: QPointF
    ) -> int | None:
        """Add a module at a point of the scene, its port connected to ``origin``; select it."""

        def change(editor: VistrailEditor) -> int:
            added = add_kind(editor, descriptor, point)
            _connect(editor, *as_link(origin, End(added.id, port)))
            return added.id

        return self._add("Added module", change)

    def connect_through(self, source: End, destination: End, converter: Converter) -> int | None:
        """Add a module between two ports, connected to both; select it."""
        ends = [self.scene.modules.get(end.module_id) for end in (source, destination)]
        first, second = (QPointF() if item is None else item.pos() for item in ends)
        middle = (first + second) / 2
        if abs(first.y() - second.y()) < _BELOW:
            middle = QPointF(middle.x(), max(first.y(), second.y()) + _BELOW)

        def change(editor: VistrailEditor) -> int:
            return _put_between(editor, source, destination, converter, middle)

        return self._add("Added converter", change)

    def fits_into(self, descriptor: ModuleDescriptor, connection: Connection) -> bool:
        """Whether a module can be put into a connection."""
        return self._insertion(descriptor, connection) is not None

    def insert(
        self, descriptor: ModuleDescriptor, connection: Connection, point: QPointF
    ) -> int | None:
        """Put a module into a connection, at a point of the scene; select it."""
        found = self._insertion(descriptor, connection)
        if found is None:
            return None
        source, destination, converter = found

        def change(editor: VistrailEditor) -> int:
            editor.disconnect(connection.id)
            return _put_between(editor, source, destination, converter, point)

        return self._add("Inserted module", change)

    # -- inside ------------------------------------------------------------------------------

    def _insertion(
        self, descriptor: ModuleDescriptor, connection: Connection
    ) -> tuple[End, End, Converter] | None:
        document = self.scene.document
        modules = document.pipeline.modules
        source = modules.get(connection.source.module_id)
        destination = modules.get(connection.destination.module_id)
        if source is None or destination is None:
            return None
        given = document.ports.outputs(source).get(connection.source.port)
        taken = document.ports.inputs(destination).get(connection.destination.port)
        if given is None or taken is None:
            return None
        converter = insertion(document.registry, descriptor, given, taken)
        if converter is None:
            return None
        return End(source.id, given), End(destination.id, taken), converter

    def _edit(
        self, description: str, change: Callable[[VistrailEditor], _Result]
    ) -> _Result | None:
        if self.scene.is_comparing:
            return None
        return self.scene.document.edit(description, change)

    def _add(self, description: str, change: Callable[[VistrailEditor], int]) -> int | None:
        added = self._edit(description, change)
        if added is not None:
            self.scene.select([added])
        return added


def _connect(editor: VistrailEditor, source: End, destination: End) -> int:
    return editor.connect(
        editor.module(source.module_id)[source.spec.name],
        editor.module(destination.module_id)[destination.spec.name],
    )


def _put_between(
    editor: VistrailEditor, source: End, destination: End, converter: Converter, point: QPointF
) -> int:
    added = add_kind(editor, converter.descriptor, point)
    _connect(editor, source, End(added.id, converter.input))
    _connect(editor, End(added.id, converter.output), destination)
    return added.id
