"""Yes, no, and checks that stop a pipeline."""

from __future__ import annotations

from typing import Any, ClassVar

from ..module import Module, ModuleError


class Not(Module):
    """The opposite."""

    _input_ports: ClassVar[Any] = [("input", "(basic:Boolean)")]
    _output_ports: ClassVar[Any] = [("value", "(basic:Boolean)")]

    def compute(self) -> None:
        """True becomes False, False becomes True."""
        self.set_output("value", not self.get_input("input"))


class Assert(Module):
    """Fails if its condition is false."""

    _input_ports: ClassVar[Any] = [("condition", "(basic:Boolean)")]

    def compute(self) -> None:
        """Raise ModuleError if the condition is false."""
        if not self.get_input("condition"):
            raise ModuleError(self, "the condition is false")


class AssertEqual(Module):
    """Fails if two values differ."""

    _input_ports: ClassVar[Any] = [
        ("value1", "(basic:Variant)"),
        ("value2", "(basic:Variant)"),
    ]

    def compute(self) -> None:
        """Raise ModuleError, naming both values, if they differ."""
        first, second = self.get_input("value1"), self.get_input("value2")
        if first != second:
            raise ModuleError(self, f"the values differ: {first!r:.60} is not {second!r:.60}")
