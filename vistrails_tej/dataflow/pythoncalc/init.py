"""The one module of this package."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, ClassVar

from ..module import Module, ModuleError

_OPERATIONS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


class PythonCalc(Module):
    """Computes with two numbers; ``op`` is ``+``, ``-``, ``*`` or ``/``."""

    _input_ports: ClassVar[Any] = [
        ("value1", "(basic:Float)"),
        ("value2", "(basic:Float)"),
        ("op", "(basic:String)"),
    ]
    _output_ports: ClassVar[Any] = [("value", "(basic:Float)")]

    def compute(self) -> None:
        """Compute. Raise ModuleError for another sign, or a division by zero."""
        sign = self.get_input("op").strip()
        operation = _OPERATIONS.get(sign)
        if operation is None:
            raise ModuleError(self, f"{sign!r} is no operation; use one of {' '.join(_OPERATIONS)}")
        first, second = self.get_input("value1"), self.get_input("value2")
        try:
            self.set_output("value", float(operation(first, second)))
        except (ZeroDivisionError, OverflowError) as error:
            raise ModuleError(self, f"{first} {sign} {second}: {error}") from error


_modules = [PythonCalc]
