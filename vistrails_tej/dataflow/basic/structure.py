"""Modules that stand for something else: any type, nothing, groups and their ports."""

from __future__ import annotations

from typing import Any, ClassVar

from ..module import Module, ModuleError, ModuleSettings


class Variant(Module):
    """Any type at all; only ports are of it."""

    _settings: ClassVar[ModuleSettings] = ModuleSettings(abstract=True)


class Null(Module):
    """Nothing."""

    _settings: ClassVar[ModuleSettings] = ModuleSettings(hide_descriptor=True)


class Group(Module):
    """Several modules that look like one."""

    _settings: ClassVar[ModuleSettings] = ModuleSettings(hide_descriptor=True)
    _output_ports: ClassVar[Any] = [("self", "(basic:Group)", {"optional": True})]

    def compute(self) -> None:
        """Raise ModuleError: groups do not run yet."""
        raise ModuleError(
            self, f"{self.label} is a group, which cannot be run yet; ungroup it to run its modules"
        )


class SubWorkflow(Group):
    """A workflow inside another."""

    _settings: ClassVar[ModuleSettings] = ModuleSettings(hide_descriptor=True)


class InputPort(Module):
    """An input port of the group it is in; by itself it passes on its default."""

    _input_ports: ClassVar[Any] = [
        ("name", "(basic:String)", {"optional": True}),
        ("optional", "(basic:Boolean)", {"optional": True}),
        ("spec", "(basic:String)"),
        ("ExternalPipe", "(basic:Variant)", {"optional": True}),
        ("Default", "(basic:Variant)"),
    ]
    _output_ports: ClassVar[Any] = [("InternalPipe", "(basic:Variant)")]

    def compute(self) -> None:
        """Pass on what comes from outside, else the default. Raise ModuleError without either."""
        port = "ExternalPipe" if self.has_input("ExternalPipe") else "Default"
        self.set_output("InternalPipe", self.get_input(port))


class OutputPort(Module):
    """An output port of the group it is in."""

    _input_ports: ClassVar[Any] = [
        ("name", "(basic:String)", {"optional": True}),
        ("optional", "(basic:Boolean)", {"optional": True}),
        ("spec", "(basic:String)"),
        ("InternalPipe", "(basic:Variant)"),
    ]
    _output_ports: ClassVar[Any] = [("ExternalPipe", "(basic:Variant)", {"optional": True})]

    def compute(self) -> None:
        """Pass on what comes from inside."""
        self.set_output("ExternalPipe", self.get_input("InternalPipe"))
