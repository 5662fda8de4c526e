"""VistrailEditor: build and change pipelines step by step; every step is a version."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ..actions import Action
from ..descriptors import ModuleDescriptor
from ..errors import EditRefused, PortNotFound, VersionNotFound
from ..job_format import user_name
from ..module_ports import PortFinder
from ..pipeline import Pipeline, PipelineModule
from ..ports import Direction, PortItem, PortSpec, parse_type_text
from ..registry import Registry
from ..settings import with_values, without_values
from ..vistrail import DESCRIPTION, NOTES, PRUNE, ROOT_VERSION, TAG, Vistrail
from . import connection_edits, module_edits, pasting
from .differences import find_operations
from .ids import IdCounters
from .stored_objects import store_action


@dataclass(frozen=True, slots=True)
class PortHandle:
    """A port of a module, to be connected."""

    module: ModuleHandle
    name: str


@dataclass(frozen=True, slots=True)
class ModuleHandle:
    """A module that an editor works on, by its id; ``handle["port"]`` is one of its ports."""

    editor: VistrailEditor
    id: int

    def __getitem__(self, port: str) -> PortHandle:
        return PortHandle(self, port)

    @property
    def module(self) -> PipelineModule:
        """The module as it is now. Raise KeyError when it was deleted."""
        return self.editor.pipeline.modules[self.id]

    def set(self, port: str, *values: Any) -> ModuleHandle:
        """See `VistrailEditor.set`; returns the module, so that calls can be chained."""
        self.editor.set(self, port, *values)
        return self

    def add_port(self, name: str, type_text: str = "File", *, output: bool = False) -> ModuleHandle:
        """See `VistrailEditor.add_port`; returns the module, so that calls can be chained."""
        self.editor.add_port(self, name, type_text, output=output)
        return self


class VistrailEditor:
    """Edits a vistrail from one version on, by default the latest.

    Every edit makes a version, whose parent is the one before; edits inside ``action`` make one
    together. Undo and redo are moves in the tree of versions: nothing is ever lost. ``vistrail``
    is the result so far. Edits that cannot be raise EditRefused or a RegistryError and change
    nothing.
    """

    def __init__(
        self,
        vistrail: Vistrail,
        registry: Registry,
        *,
        version: str | int | None = None,
        user: str | None = None,
        clock: Callable[[], datetime] = datetime.now,
    ) -> None:
        self.vistrail = vistrail
        self.registry = registry
        self.version = vistrail.resolve_version(version)
        self.pipeline = vistrail.pipeline(self.version)
        # The format is ASCII; who edits is told, not identified, by it.
        name = user_name() if user is None else user
        self._user = name.encode("ascii", "replace").decode("ascii")
        self._clock = clock
        sessions = (one.session for one in vistrail.actions.values() if one.session is not None)
        self._session = max(sessions, default=-1) + 1
        self._ids = IdCounters(vistrail)
        self._undone: list[int] = []
        self._open: tuple[Pipeline, str] | None = None

    # -- modules -----------------------------------------------------------------------------

    def add(
        self,
        name: str,
        *,
        package: str | None = None,
        at: tuple[float, float] = (0.0, 0.0),
        label: str = "",
    ) -> ModuleHandle:
        """Add a module; ``package`` is an identifier, needed where two packages have the name."""
        descriptor = self._descriptor(name, package)
        with self.action("Added module"):
            pipeline, module_id = module_edits.with_new_module(
                self.pipeline, self._ids, descriptor, at
            )
            self._put(pipeline)
            if label:
                self.set_label(ModuleHandle(self, module_id), label)
        return ModuleHandle(self, module_id)

    def module(self, module_id: int) -> ModuleHandle:
        """A module that is there. Raise EditRefused."""
        if module_id not in self.pipeline.modules:
            raise EditRefused(f"#{module_id}", "there is no such module in this version")
        return ModuleHandle(self, module_id)

    def delete(self, *modules: ModuleHandle) -> None:
        """Delete modules, with what is set on them and connected to them."""
        with self.action("Deleted modules"):
            self._put(module_edits.without_modules(self.pipeline, {one.id for one in modules}))

    def move(self, places: Mapping[ModuleHandle, tuple[float, float]]) -> None:
        """Put modules at other places (x, y); y grows upwards."""
        with self.action("Moved modules"):
            wanted = {handle.id: place for handle, place in places.items()}
            self._put(module_edits.moved(self.pipeline, self._ids, wanted))

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

    def paste(
        self, part: Pipeline, offset: tuple[float, float] = (0.0, 0.0)
    ) -> dict[int, ModuleHandle]:
        """Copy modules with the connections among them, as ``cut_out`` gives them."""
        with self.action("Pasted"):
            pipeline, numbers = pasting.pasted(self.pipeline, self._ids, part, offset)
            self._put(pipeline)
        return {old: ModuleHandle(self, new) for old, new in numbers.items()}

    # -- ports -------------------------------------------------------------------------------

    def set(self, module: ModuleHandle, port: str, *values: Any) -> None:
        """Set a port to constants, one for each of its items; texts are taken as they are.

        Setting it to its default writes nothing if nothing was set: ids of jobs depend on it.
        """
        spec = self._input(module, port)
        texts = self._texts(module, spec, values)
        with self.action("Set parameter"):
            self._change(with_values(module.module, spec, texts, self._ids.next))

    def unset(self, module: ModuleHandle, port: str) -> None:
        """Take away what is set on a port."""
        with self.action("Deleted parameter"):
            self._change(without_values(module.module, port))

    def add_port(
        self, module: ModuleHandle, name: str, type_text: str = "File", *, output: bool = False
    ) -> None:
        """Add a port of the user's; ``type_text`` as in ``basic:File``, ``File`` for short."""
        direction = Direction.OUTPUT if output else Direction.INPUT
        items = tuple(PortItem(one) for one in parse_type_text(type_text))
        with self.action("Added port"):
            spec = PortSpec(direction, name, items)
            self._change(module_edits.with_added_port(module.module, self._ids, spec))

    def delete_port(self, module: ModuleHandle, name: str, *, output: bool = False) -> None:
        """Delete a port of the user's, with what is set on it and connected to it."""
        direction = Direction.OUTPUT if output else Direction.INPUT
        with self.action("Deleted port"):
            self._put(module_edits.without_added_port(self.pipeline, module.id, direction, name))

    def order_ports(self, module: ModuleHandle, names: list[str]) -> None:
        """Put the user's input ports of a module into this order."""
        with self.action("Ordered ports"):
            self._change(module_edits.with_ports_in_order(module.module, self._ids, names))

    def connect(self, source: PortHandle, destination: PortHandle) -> int:
        """Let an output feed an input; returns the id of the connection."""
        before = set(self.pipeline.connections)
        with self.action("Added connection"):
            self._put(
                connection_edits.with_connection(
                    self.pipeline,
                    self._ids,
                    self.registry,
                    (source.module.id, source.name),
                    (destination.module.id, destination.name),
                )
            )
        (added,) = set(self.pipeline.connections) - before
        return added

    def disconnect(self, connection_id: int) -> None:
        """Delete a connection."""
        with self.action("Deleted connection"):
            self._put(connection_edits.without_connection(self.pipeline, connection_id))

    # -- versions ----------------------------------------------------------------------------

    @contextmanager
    def action(self, description: str) -> Iterator[None]:
        """Make all edits inside one version; if one of them is refused, none is made."""
        if self._open is not None:
            yield
            return
        before = self.pipeline
        self._open = before, description
        try:
            yield
            self._append(before, description)
        except BaseException:
            self.pipeline = before
            raise
        finally:
            self._open = None

    def go_to(self, version: str | int) -> None:
        """Work on another version. Raise VersionNotFound."""
        number = self.vistrail.resolve_version(version)
        self.pipeline = self.vistrail.pipeline(number)
        self.version = number
        self._undone.clear()

    def undo(self) -> bool:
        """Go back to the version this one was made from; False at the beginning."""
        if self.version == ROOT_VERSION:
            return False
        undone, left = [*self._undone, self.version], self.vistrail.actions[self.version].parent
        self.go_to(left)
        self._undone = undone
        return True

    def redo(self) -> bool:
        """Go forward again; False when nothing was undone."""
        if not self._undone:
            return False
        *left, version = self._undone
        self.go_to(version)
        self._undone = left
        return True

    def tag(self, name: str, version: int | None = None) -> None:
        """Name a version, by default the current one; a blank name takes its tag away."""
        number = self._existing(version)
        name = name.strip()
        holder = self.vistrail.tags.get(name)
        if name and holder not in (None, number):
            raise EditRefused(f"tag {name!r}", f"version {holder} has it; give another name")
        self._note(number, TAG, name or None)

    def set_notes(self, notes: str, version: int | None = None) -> None:
        """Write notes (HTML) on a version, by default the current one."""
        self._note(self._existing(version), NOTES, notes or None)

    def prune(self, version: int | None = None, *, pruned: bool = True) -> None:
        """Hide a version and what was made from it, or show it again; nothing is deleted."""
        self._note(self._existing(version), PRUNE, "True" if pruned else None)

    # -- inside ------------------------------------------------------------------------------

    def _append(self, before: Pipeline, description: str) -> None:
        operations = find_operations(before, self.pipeline, self._ids)
        if not operations:
            self.pipeline = before
            return
        action = Action(
            id=self._ids.next("action"),
            parent=self.version,
            date=f"{self._clock():%Y-%m-%d %H:%M:%S}",
            user=self._user,
            session=self._session,
            annotations={DESCRIPTION: description},
        )
        stored = store_action(action, operations, iter([self._ids.next("annotation")]))
        done = replace(action, stored=stored)
        self.vistrail = self.vistrail.with_action(done)
        self.version = action.id
        self._undone.clear()

    def _put(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline

    def _change(self, module: PipelineModule) -> None:
        self._put(module_edits.with_module(self.pipeline, module))

    def _existing(self, version: int | None) -> int:
        number = self.version if version is None else version
        if number not in self.vistrail.actions:
            raise VersionNotFound(number)
        return number

    def _note(self, version: int, key: str, value: str | None) -> None:
        self.vistrail = self.vistrail.with_action_annotation(version, key, value)

    def _descriptor(self, name: str, package: str | None) -> ModuleDescriptor:
        if package is not None:
            return self.registry.descriptor(package, name)
        found = _named(self.registry, name)
        if len(found) == 1:
            return found[0]
        if not found:
            raise EditRefused(name, "no loaded package has a module of this name")
        packages = " or ".join(one.package for one in found)
        raise EditRefused(name, f"several packages have it; say which: {packages}")

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
            value if isinstance(value, str) else self._text(item, value)
            for item, value in zip(spec.items, values, strict=True)
        ]

    def _text(self, item: PortItem, value: Any) -> str:
        write = getattr(self.registry.constant_class(item.type), "translate_to_string", str)
        return str(write(value))


def _named(registry: Registry, name: str) -> list[ModuleDescriptor]:
    return [
        descriptor
        for package in registry.packages()
        for descriptor in package.descriptors
        if descriptor.name == name and not descriptor.namespace
    ]
