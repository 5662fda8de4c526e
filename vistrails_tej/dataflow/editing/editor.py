"""VistrailEditor: build and change pipelines step by step; every step is a version."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import EditRefused, PortNotFound
from ..module_ports import PortFinder
from ..pipeline import VARIABLE_ANNOTATION, Pipeline, PipelineModule
from ..ports import Direction, PortSpec
from ..registry import Registry
from ..settings import (
    is_percent_encoded,
    percent_encode,
    with_alias_name,
    with_values,
    without_values,
)
from ..vistrail import Vistrail
from . import connection_edits, module_edits, pasting
from .history_editor import HistoryEditor
from .kinds import find_items, find_kind, text_of

_VARIABLE_PORT = "value"
_SCRIPT_PORT = "source"


def edit_vistrail(
    vistrail: Vistrail, registry: Registry, version: str | int | None = None
) -> VistrailEditor:
    """Edit a vistrail from a version on, a tag or a number, by default the latest.

    ``Vistrail({})`` is an empty one. Raise VersionNotFound, VistrailCorrupt.
    """
    return VistrailEditor(vistrail, registry, version=version)


@dataclass(frozen=True, slots=True)
class PortHandle:
    """A port of a module, to be connected."""

    module: ModuleHandle
    name: str


@dataclass(frozen=True, slots=True)
class ModuleHandle:
    """A module that an editor works on, by its id; ``handle["port"]`` is one of its ports.

    The methods that edit are those of `VistrailEditor`, and return the module.
    """

    editor: VistrailEditor
    id: int

    def __getitem__(self, port: str) -> PortHandle:
        return PortHandle(self, port)

    @property
    def module(self) -> PipelineModule:
        """The module as it is now. Raise EditRefused when this version does not have it."""
        return module_edits.get_module(self.editor.pipeline, self.id)

    def set(self, port: str, *values: Any) -> ModuleHandle:
        """Set a port to constants."""
        self.editor.set(self, port, *values)
        return self

    def set_script(self, port: str, text: str) -> ModuleHandle:
        """Set a port to a script, encoded as its module decodes it."""
        self.editor.set_script(self, port, text)
        return self

    def unset(self, port: str) -> ModuleHandle:
        """Take away what is set on a port."""
        self.editor.unset(self, port)
        return self

    def add_port(self, name: str, type_text: str = "File", *, output: bool = False) -> ModuleHandle:
        """Add a port of the user's."""
        self.editor.add_port(self, name, type_text, output=output)
        return self


class VistrailEditor(HistoryEditor):
    """Edits a vistrail from one version on, by default the latest.

    Every edit makes a version, whose parent is the one before; edits inside ``action`` make one
    together. Edits that cannot be raise EditRefused or a RegistryError and change nothing.
    """

    # -- modules -----------------------------------------------------------------------------

    def add(
        self,
        name: str,
        *,
        package: str | None = None,
        namespace: str = "",
        at: tuple[float, float] = (0.0, 0.0),
        label: str = "",
    ) -> ModuleHandle:
        """Add a module; ``package`` is an identifier, needed where two packages have the name.

        ``namespace`` is that of the module within its package; most have none.
        """
        kind = find_kind(self.registry, name, package, namespace)
        with self.action("Added module"):
            self.pipeline, number = module_edits.with_new_module(self.pipeline, self._ids, kind, at)
            module = ModuleHandle(self, number)
            self.set_label(module, label)
        return module

    def module(self, module_id: int) -> ModuleHandle:
        """A module that is there. Raise EditRefused."""
        return ModuleHandle(self, module_edits.get_module(self.pipeline, module_id).id)

    def find(self, label: str) -> ModuleHandle:
        """The one module of this label, or of this name if it has no label. Raise EditRefused."""
        found = [one.id for one in self.pipeline.modules.values() if one.label == label]
        if len(found) != 1:
            raise EditRefused(f"module {label!r}", f"{len(found)} modules are called so, not one")
        return ModuleHandle(self, found[0])

    def delete(self, *modules: ModuleHandle) -> None:
        """Delete modules, with what is set on them and connected to them."""
        with self.action("Deleted modules"):
            gone = {one.id for one in modules}
            self.pipeline = module_edits.without_modules(self.pipeline, gone)

    def move(self, places: Mapping[ModuleHandle, tuple[float, float]]) -> None:
        """Put modules at other places (x, y); y grows upwards."""
        with self.action("Moved modules"):
            wanted = {handle.id: place for handle, place in places.items()}
            self.pipeline = module_edits.moved(self.pipeline, self._ids, wanted)

    def set_label(self, module: ModuleHandle, label: str) -> None:
        """Give a module a label; a blank one is removed."""
        with self.action("Set label"):
            self._change(module_edits.with_label(module.module, self._ids, label))

    def annotate(self, module: ModuleHandle, key: str, value: str | None) -> None:
        """Set a note of a module, or remove it with None."""
        with self.action("Added annotation"):
            self._change(module_edits.with_annotation(module.module, self._ids, key, value))

    def switch(self, module: ModuleHandle, name: str, value: str | None) -> None:
        """Set a control parameter of a module, or remove it with None."""
        with self.action("Set control parameter"):
            changed = module_edits.with_control_parameter(module.module, self._ids, name, value)
            self._change(changed)

    def bind(self, module: ModuleHandle, variable: str | None) -> None:
        """Let a constant have the value of a vistrail variable, or its own again with None.

        Raise EditRefused when it is not of the variable's type.
        """
        with self.action("Connected variable"):
            uuid = None
            if variable is not None:
                found = self.variable(variable)
                uuid = found.uuid
                if not module.module.is_a(found.module, found.package):
                    reason = f"it takes a {found.module} in its place"
                    raise EditRefused(f"{module.module.label} for variable {variable!r}", reason)
                self.set(module, _VARIABLE_PORT, found.value)
            self.annotate(module, VARIABLE_ANNOTATION, uuid)

    def paste(
        self, part: Pipeline, offset: tuple[float, float] = (0.0, 0.0)
    ) -> dict[int, ModuleHandle]:
        """Copy modules with the connections among them, as ``cut_out`` gives them.

        An alias that is taken here is blank in the copy. Raise EditRefused for a subworkflow that
        this vistrail does not have: its content would be missing. Returned are the new modules by
        the ids that those of ``part`` have.
        """
        pasting.check_subworkflows(part, self.vistrail.subworkflows)
        with self.action("Pasted"):
            self.pipeline, numbers = pasting.pasted(self.pipeline, self._ids, part, offset)
        return {old: ModuleHandle(self, new) for old, new in numbers.items()}

    # -- ports -------------------------------------------------------------------------------

    def set(self, module: ModuleHandle, port: str, *values: Any) -> None:
        """Set a port to constants, one for each of its items; texts are taken as they are.

        Setting it to its default writes nothing if nothing was set: ids of jobs depend on it.
        Raise EditRefused for values of another type, and for a script on a port ``source`` with a
        % that would be taken for a code: that is what `set_script` is for.
        """
        spec = self._input(module, port)
        texts = self._texts(module, spec, values)
        if spec.name == _SCRIPT_PORT and not all(map(is_percent_encoded, texts)):
            where = f"{module.module.label}.{port}"
            raise EditRefused(where, "its text is decoded, and has a bare %; use set_script")
        with self.action("Set parameter"):
            self._change(with_values(module.module, spec, texts, self._ids.next))

    def set_script(self, module: ModuleHandle, port: str, text: str) -> None:
        """Set the port ``source`` of a SubmitShellJob or PythonSource to a script.

        The script is given as it is to run; it is stored percent-encoded, see `percent_encode`.
        """
        self.set(module, port, percent_encode(text))

    def unset(self, module: ModuleHandle, port: str) -> None:
        """Take away what is set on a port."""
        with self.action("Deleted parameter"):
            self._change(without_values(module.module, port))

    def set_alias(self, module: ModuleHandle, port: str, alias: str, item: int = 0) -> None:
        """Give a constant that is set a name of its own; a blank one is removed.

        Raise EditRefused if another constant of the pipeline has it.
        """
        alias = alias.strip()
        if alias and any(
            parameter.alias == alias and (one.id, setting.port, place) != (module.id, port, item)
            for one in self.pipeline.modules.values()
            for setting in one.settings
            for place, parameter in enumerate(setting.parameters)
        ):
            raise EditRefused(f"alias {alias!r}", "another parameter has it; give another name")
        with self.action("Set alias"):
            changed = with_alias_name(module.module, port, item, alias, self._ids.next)
            self._change(changed)

    def add_port(
        self, module: ModuleHandle, name: str, type_text: str = "File", *, output: bool = False
    ) -> None:
        """Add a port of the user's; ``type_text`` as in ``basic:File``, ``File`` for short."""
        direction = Direction.OUTPUT if output else Direction.INPUT
        spec = PortSpec(direction, name, find_items(self.registry, type_text))
        with self.action("Added port"):
            self._change(module_edits.with_added_port(module.module, self._ids, spec))

    def delete_port(self, module: ModuleHandle, name: str, *, output: bool = False) -> None:
        """Delete a port of the user's, with what is set on it and connected to it."""
        direction = Direction.OUTPUT if output else Direction.INPUT
        with self.action("Deleted port"):
            self.pipeline = module_edits.without_added_port(
                self.pipeline, module.id, direction, name
            )

    def order_ports(self, module: ModuleHandle, names: Sequence[str]) -> None:
        """Put the user's input ports of a module into this order; those not named come last."""
        with self.action("Ordered ports"):
            self._change(module_edits.with_ports_in_order(module.module, self._ids, names))

    def connect(self, source: PortHandle, destination: PortHandle) -> int:
        """Let an output feed an input; returns the id of the connection."""
        before = self.pipeline.connections.keys()
        with self.action("Added connection"):
            self.pipeline = connection_edits.with_connection(
                self.pipeline,
                self._ids,
                self.registry,
                (source.module.id, source.name),
                (destination.module.id, destination.name),
            )
        (added,) = self.pipeline.connections.keys() - before
        return added

    def disconnect(self, connection_id: int) -> None:
        """Delete a connection."""
        with self.action("Deleted connection"):
            self.pipeline = connection_edits.without_connection(self.pipeline, connection_id)

    # -- inside ------------------------------------------------------------------------------

    def _change(self, module: PipelineModule) -> None:
        self.pipeline = module_edits.with_module(self.pipeline, module)

    def _input(self, module: ModuleHandle, port: str) -> PortSpec:
        spec = PortFinder(self.registry).inputs(module.module).get(port)
        if spec is None:
            raise PortNotFound(module.module.label, port)
        return spec

    def _texts(self, module: ModuleHandle, spec: PortSpec, values: Collection[Any]) -> list[str]:
        if len(values) != len(spec.items):
            where = f"{module.module.label}.{spec.name}"
            raise EditRefused(where, f"it takes {len(spec.items)} values, not {len(values)}")
        return [
            text_of(self.registry, item.type, value)
            for item, value in zip(spec.items, values, strict=True)
        ]
