"""Map and Filter: run a module once for each element of a list."""
# ruff: noqa: N802 - the names that VisTrails gave them

from __future__ import annotations

from typing import Any, ClassVar

from ..module import ModuleError, ModuleSettings
from .folds import Fold
from .function_port import FunctionUser


class FoldWithModule(FunctionUser, Fold):
    """Base of folds over what a module makes of each element.

    ``FunctionPort`` is the module, connected by its output ``self``. ``InputPort`` names the
    ports that the element goes to: with several names each element is a tuple. ``OutputPort``
    names the output that is looked at. Each round is a module of its own: jobs of all rounds are
    submitted before one is waited for.
    """

    _settings: ClassVar[ModuleSettings] = ModuleSettings(abstract=True)
    _input_ports: ClassVar[Any] = [
        ("FunctionPort", "(basic:Module)"),
        ("InputPort", "(basic:List)"),
        ("OutputPort", "(basic:String)"),
    ]

    def compute(self) -> None:
        """Run all rounds, then fold. Raise ModuleSuspended if a round waits."""
        elements = self.get_input("InputList")
        names = [str(name) for name in self.get_input("InputPort")]
        output = self.get_input("OutputPort")
        if not names:
            raise ModuleError(self, "InputPort names no port; name at least one of the module's")
        self.check_ports(names, [output])
        self._fold(elements, self._run_rounds(elements, names, output))

    def _run_rounds(self, elements: list[Any], names: list[str], output: str) -> list[Any]:
        # With several ports VisTrails lets the last one decide.
        copies = [
            self.round(number, self._values(names, element), names[-1])
            for number, element in enumerate(elements)
        ]
        return self.run_rounds(copies, output)

    def _values(self, names: list[str], element: Any) -> dict[str, Any]:
        if len(names) == 1:
            return {names[0]: element}
        if not isinstance(element, (list, tuple)) or len(element) != len(names):
            raise ModuleError(
                self, f"{element!r:.60} is not a tuple of {len(names)} values, one for each port"
            )
        return dict(zip(names, element, strict=True))


class Map(FoldWithModule):
    """What a module makes of each element of a list."""

    _output_ports: ClassVar[Any] = [("Result", "(basic:List)")]

    def setInitialValue(self) -> None:
        """An empty list."""
        self.initialValue = []

    def operation(self) -> None:
        """Take the result of an element."""
        self.partialResult.append(self.elementResult)


class Filter(FoldWithModule):
    """The elements of a list for which a module gives true."""

    _output_ports: ClassVar[Any] = [("Result", "(basic:List)")]

    def setInitialValue(self) -> None:
        """An empty list."""
        self.initialValue = []

    def operation(self) -> None:
        """Take an element if its result is true."""
        if self.elementResult:
            self.partialResult.append(self.element)
