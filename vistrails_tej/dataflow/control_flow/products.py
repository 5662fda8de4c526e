"""Two lists become one: element by element, or each with each."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any, ClassVar

from ..module import Module, ModuleError

_LISTS = [("List1", "(basic:List)"), ("List2", "(basic:List)")]
_RESULT = [("Result", "(basic:List)")]


class _Product(Module):
    """What the products have in common."""

    def lists(self, *, equally_long: bool = False) -> tuple[list[Any], list[Any]]:
        """The two lists. Raise ModuleError if they should be equally long and are not."""
        first, second = self.get_input("List1"), self.get_input("List2")
        if equally_long and len(first) != len(second):
            raise ModuleError(
                self, f"lists of one length are needed, not {len(first)} and {len(second)} elements"
            )
        return first, second

    def set_pairs(self, pairs: Iterable[tuple[Any, Any]], *, combine: bool) -> None:
        """Give the pairs; with ``combine`` tuples in them are joined, not nested."""
        join = _joined if combine else tuple
        self.set_output("Result", [join(pair) for pair in pairs])


class Dot(_Product):
    """The elements of two lists of one length, in pairs."""

    _input_ports: ClassVar[Any] = _LISTS
    _output_ports: ClassVar[Any] = _RESULT

    def compute(self) -> None:
        """Pair the lists; tuples in them are joined."""
        self.set_pairs(zip(*self.lists(equally_long=True), strict=True), combine=True)


class Cross(_Product):
    """Each element of the first list with each of the second."""

    _input_ports: ClassVar[Any] = _LISTS
    _output_ports: ClassVar[Any] = _RESULT

    def compute(self) -> None:
        """Combine the lists; tuples in them are joined."""
        self.set_pairs(itertools.product(*self.lists()), combine=True)


class CartesianProduct(_Product):
    """Each element of the first list with each of the second; ``CombineTuple`` joins tuples."""

    _input_ports: ClassVar[Any] = [
        *_LISTS,
        ("CombineTuple", "(basic:Boolean)", {"optional": True, "defaults": "['True']"}),
    ]
    _output_ports: ClassVar[Any] = _RESULT

    def compute(self) -> None:
        """Combine the lists."""
        pairs = itertools.product(*self.lists())
        self.set_pairs(pairs, combine=self.get_input("CombineTuple"))


class ElementwiseProduct(_Product):
    """The products of the numbers of two lists, or the elements in pairs."""

    _input_ports: ClassVar[Any] = [
        *_LISTS,
        ("NumericalProduct", "(basic:Boolean)", {"optional": True, "defaults": "['True']"}),
    ]
    _output_ports: ClassVar[Any] = _RESULT

    def compute(self) -> None:
        """Multiply, or pair, the elements. Raise ModuleError for what is no number."""
        pairs = zip(*self.lists(equally_long=True), strict=True)
        if not self.get_input("NumericalProduct"):
            self.set_pairs(pairs, combine=True)
            return
        try:
            self.set_output("Result", [first * second for first, second in pairs])
        except TypeError as error:
            raise ModuleError(
                self, f"the elements cannot be multiplied ({error}); use NumericalProduct=False"
            ) from error


def _joined(pair: Iterable[Any]) -> tuple[Any, ...]:
    parts = (one if isinstance(one, tuple) else (one,) for one in pair)
    return tuple(itertools.chain.from_iterable(parts))
