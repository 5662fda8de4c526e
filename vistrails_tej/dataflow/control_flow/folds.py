"""Folds: from a list to one value."""
# ruff: noqa: N802 - the names that VisTrails gave them

from __future__ import annotations

from typing import Any, ClassVar

from ..module import Module, ModuleSettings


class Fold(Module):
    """Base of modules that go through a list element by element.

    A subclass sets ``self.initialValue`` in ``setInitialValue`` and, in ``operation``, makes
    ``self.partialResult`` from it and ``self.element``. The names are those of VisTrails, whose
    packages define folds of their own.
    """

    _settings: ClassVar[ModuleSettings] = ModuleSettings(abstract=True)
    _input_ports: ClassVar[Any] = [("InputList", "(basic:List)")]
    _output_ports: ClassVar[Any] = [("Result", "(basic:Variant)")]

    def __init__(self) -> None:
        super().__init__()
        self.initialValue: Any = None
        self.partialResult: Any = None
        self.element: Any = None
        self.elementResult: Any = None

    def setInitialValue(self) -> None:
        """Set ``initialValue``."""

    def operation(self) -> None:
        """Take one more element into ``partialResult``."""

    def compute(self) -> None:
        """Fold the list."""
        elements = self.get_input("InputList")
        self._fold(elements, [None] * len(elements))

    def _fold(self, elements: list[Any], results: list[Any]) -> None:
        """Fold elements; ``elementResult`` is what a module made of each."""
        self.setInitialValue()
        self.partialResult = self.initialValue
        for self.element, self.elementResult in zip(elements, results, strict=True):
            self.operation()
        self.set_output("Result", self.partialResult)


class Sum(Fold):
    """The sum of a list."""

    def setInitialValue(self) -> None:
        """Zero."""
        self.initialValue = 0

    def operation(self) -> None:
        """Add an element."""
        self.partialResult += self.element


class And(Fold):
    """Whether all elements of a list are true."""

    _output_ports: ClassVar[Any] = [("Result", "(basic:Boolean)")]

    def setInitialValue(self) -> None:
        """True, as there is no false one yet."""
        self.initialValue = True

    def operation(self) -> None:
        """Look at an element."""
        self.partialResult = self.partialResult and bool(self.element)


class Or(Fold):
    """Whether any element of a list is true."""

    _output_ports: ClassVar[Any] = [("Result", "(basic:Boolean)")]

    def setInitialValue(self) -> None:
        """False, as there is no true one yet."""
        self.initialValue = False

    def operation(self) -> None:
        """Look at an element."""
        self.partialResult = self.partialResult or bool(self.element)
