"""Change the ports a user added to a module into those that are wanted, keeping connections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...dataflow import (
    Direction,
    Endpoint,
    ModuleHandle,
    PipelineModule,
    PortHandle,
    PortSpec,
    VistrailEditor,
)


@dataclass(frozen=True, slots=True)
class PlannedPort:
    """A port that is wanted. ``was`` is the name of the port that it is now, None for a new one."""

    name: str
    type_text: str
    was: str | None = None


def planned_ports(specs: Iterable[PortSpec]) -> list[PlannedPort]:
    """The plan that changes nothing."""
    return [PlannedPort(spec.name, spec.type_text, was=spec.name) for spec in specs]


def change_ports(
    editor: VistrailEditor,
    module: ModuleHandle,
    wanted: Sequence[PlannedPort],
    *,
    direction: Direction = Direction.INPUT,
) -> None:
    """Make the added ports of one direction those that are wanted, inputs in that order.

    A port with another name or type is made anew; what was connected to it and set on it is
    again. Raise EditRefused or RegistryError, for instance if a connection does not fit the type.
    """
    is_output = direction is Direction.OUTPUT
    before = {spec.name: spec for spec in _specs(module.module, direction)}
    kept = _kept(wanted, before)
    remade = [one for one in wanted if one.was not in kept]
    contents = {one.name: _Content.of(editor, module, one.was, direction) for one in remade}
    for name in before:
        if name not in kept:
            editor.delete_port(module, name, output=is_output)
    for one in remade:
        editor.add_port(module, one.name, one.type_text, output=is_output)
        contents[one.name].put_back(editor, module, one.name, direction)
    if not is_output:
        editor.order_ports(module, [one.name for one in wanted])


@dataclass(frozen=True, slots=True)
class _Content:
    """What is at a port: the far ends of its connections, and the constants it is set to."""

    ends: tuple[Endpoint, ...] = ()
    texts: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, editor: VistrailEditor, module: ModuleHandle, port: str | None, direction: Direction
    ) -> _Content:
        if port is None:
            return cls()
        pipeline = editor.pipeline
        if direction is Direction.OUTPUT:
            return cls(tuple(one.destination for one in pipeline.outgoing(module.id, port)))
        settings = [one for one in module.module.settings if one.port == port]
        return cls(
            tuple(one.source for one in pipeline.incoming(module.id, port)),
            tuple(one.value for one in settings[0].parameters) if settings else (),
        )

    def put_back(
        self, editor: VistrailEditor, module: ModuleHandle, port: str, direction: Direction
    ) -> None:
        here = PortHandle(module, port)
        for end in self.ends:
            there = PortHandle(editor.module(end.module_id), end.port)
            if direction is Direction.OUTPUT:
                editor.connect(here, there)
            else:
                editor.connect(there, here)
        if self.texts:
            editor.set(module, port, *self.texts)


def _specs(module: PipelineModule, direction: Direction) -> tuple[PortSpec, ...]:
    is_output = direction is Direction.OUTPUT
    return module.output_port_specs if is_output else module.input_port_specs


def _kept(wanted: Sequence[PlannedPort], before: dict[str, PortSpec]) -> set[str | None]:
    """The ports that stay as they are."""
    return {
        one.was
        for one in wanted
        if one.was == one.name
        and one.name in before
        and before[one.name].type_text == one.type_text
    }
