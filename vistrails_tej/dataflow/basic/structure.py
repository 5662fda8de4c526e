"""Modules that stand for something else: any type, nothing, groups and their ports."""

from __future__ import annotations

from typing import Any, ClassVar

from ..group_module import GroupModule
from ..module import InvalidOutput, Module, ModuleSettings


class Variant(Module):
    """Any type at all; only ports are of it."""

    _settings: ClassVar[ModuleSettings] = ModuleSettings(abstract=True)


class Null(Module):
    """Nothing."""

    _settings: ClassVar[ModuleSettings] = ModuleSettings(hide_descriptor=True)


class Group(GroupModule):
    """Several modules that look like one."""

    _settings: ClassVar[ModuleSettings] = ModuleSettings(hide_descriptor=True)
    _output_ports: ClassVar[Any] = [("self", "(basic:Group)", {"optional": True})]


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
        """Pass on what comes from outside, else the default, else that there is no value."""
        for port in ("ExternalPipe", "Default"):
            if self.has_input(port):
                self.set_output("InternalPipe", self.get_input(port))
                return
        self.set_output("InternalPipe", InvalidOutput)


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
        """Pass on what comes from inside, or that there is no value."""
        value = self.force_get_input("InternalPipe", InvalidOutput)
        self.set_output("ExternalPipe", value)
