"""Lists, dictionaries and tuples."""

from __future__ import annotations

from typing import Any, ClassVar

from ..errors import ParameterInvalid
from ..literals import parse_literal
from ..module import Module, ModuleError
from ..pipeline import PipelineModule
from .constants import Constant


class List(Constant):
    """A list: ``head``, then the value, then the ports that were added, then ``tail``."""

    _input_ports: ClassVar[Any] = [
        ("value", "(basic:List)"),
        ("head", "(basic:Variant)", {"depth": 1}),
        ("tail", "(basic:List)"),
    ]
    _output_ports: ClassVar[Any] = [("value", "(basic:List)")]

    def __init__(self) -> None:
        super().__init__()
        self._added: list[str] = []

    def transfer_attrs(self, module: PipelineModule) -> None:
        """Learn the order of the ports that were added."""
        super().transfer_attrs(module)
        self._added = [spec.name for spec in module.input_port_specs]

    @staticmethod
    def translate_to_python(text: str) -> Any:
        """The text is a list as Python writes it; blank is an empty one."""
        value = _literal("List", text) if text.strip() else []
        if not isinstance(value, (list, tuple)):
            raise ParameterInvalid("List", text, "such as [1, 2]")
        return list(value)

    @staticmethod
    def validate(value: Any) -> bool:
        """Whether a value is a list, or a tuple."""
        return isinstance(value, (list, tuple))

    def compute(self) -> None:
        """Join what there is."""
        heads = [element for part in self.force_get_input_list("head") for element in part]
        added = [self.get_input(port) for port in self._added if self.has_input(port)]
        value, tail = self.force_get_input("value", []), self.force_get_input("tail", [])
        self.set_value([*heads, *value, *added, *tail])


class Dictionary(Constant):
    """A dictionary, with pairs added one by one (``addPair``) or as a list (``addPairs``)."""

    _input_ports: ClassVar[Any] = [
        ("value", "(basic:Dictionary)"),
        ("addPair", "(basic:Module,basic:Module)"),
        ("addPairs", "(basic:List)"),
    ]
    _output_ports: ClassVar[Any] = [("value", "(basic:Dictionary)")]

    @staticmethod
    def translate_to_python(text: str) -> Any:
        """The text is a dictionary as Python writes it; blank is an empty one."""
        value = _literal("Dictionary", text) if text.strip() else {}
        if not isinstance(value, dict):
            raise ParameterInvalid("Dictionary", text, "such as {'a': 1}")
        return value

    @staticmethod
    def validate(value: Any) -> bool:
        """Whether a value is a dictionary."""
        return isinstance(value, dict)

    def compute(self) -> None:
        """Collect the pairs; later ones win."""
        collected = dict(self.force_get_input("value", {}))
        lists = self.force_get_input_list("addPairs")
        pairs = [*self.force_get_input_list("addPair"), *(pair for one in lists for pair in one)]
        for pair in pairs:
            if not isinstance(pair, (list, tuple)) or len(pair) != 2:
                raise ModuleError(self, f"{pair!r:.60} is not a pair of a key and a value")
            try:
                collected[pair[0]] = pair[1]
            except TypeError:
                raise ModuleError(self, f"{pair[0]!r:.60} cannot be a key; use a text") from None
        self.set_value(collected)


class Tuple(Module):
    """Puts the values of the ports that were added, in their order, into one tuple."""

    _input_ports: ClassVar[Any] = ()
    _output_ports: ClassVar[Any] = ()

    def __init__(self) -> None:
        super().__init__()
        self._inputs: list[str] = []

    def transfer_attrs(self, module: PipelineModule) -> None:
        """Learn the ports that were added."""
        super().transfer_attrs(module)
        self._inputs = [spec.name for spec in module.input_port_specs]

    def compute(self) -> None:
        """Set ``value``."""
        self.set_output("value", tuple(self.get_input(port) for port in self._inputs))


class Untuple(Module):
    """Gives each element of the tuple on its added input to one of its added outputs."""

    _input_ports: ClassVar[Any] = ()
    _output_ports: ClassVar[Any] = ()

    def __init__(self) -> None:
        super().__init__()
        self._inputs: list[str] = []
        self._outputs: list[str] = []

    def transfer_attrs(self, module: PipelineModule) -> None:
        """Learn the ports that were added."""
        super().transfer_attrs(module)
        self._inputs = [spec.name for spec in module.input_port_specs]
        self._outputs = [spec.name for spec in module.output_port_specs]

    def compute(self) -> None:
        """Take the tuple apart."""
        if len(self._inputs) != 1:
            raise ModuleError(self, "Untuple needs one input port for the tuple; add it")
        value = self.get_input(self._inputs[0])
        elements = value if isinstance(value, (list, tuple)) else (value,)
        if len(elements) != len(self._outputs):
            raise ModuleError(
                self,
                f"the tuple has {len(elements)} elements, but there are {len(self._outputs)}"
                " output ports; make them as many",
            )
        for port, element in zip(self._outputs, elements, strict=True):
            self.set_output(port, element)


def _literal(type_name: str, text: str) -> object:
    try:
        return parse_literal(text)
    except ValueError:
        raise ParameterInvalid(type_name, text[:80], "not a Python literal") from None
