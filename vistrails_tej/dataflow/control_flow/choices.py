"""Which of several modules runs, or in which order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from ..module import ConstantSource, InvalidOutput, Module, ModuleConnector, ModuleError


class If(Module):
    """One of two branches; only the chosen one runs.

    ``Result`` is what the branch gives on its output that is named in ``TrueOutputPorts`` or
    ``FalseOutputPorts``; a list if several are named; without any, what the connection carries.
    """

    _input_ports: ClassVar[Any] = [
        ("Condition", "(basic:Boolean)"),
        ("TruePort", "(basic:Module)"),
        ("FalsePort", "(basic:Module)"),
        ("TrueOutputPorts", "(basic:List)", {"optional": True}),
        ("FalseOutputPorts", "(basic:List)", {"optional": True}),
    ]
    _output_ports: ClassVar[Any] = [("Result", "(basic:Variant)")]

    def is_cacheable(self) -> bool:
        """Only if both branches may be kept."""
        branches = _feeding(self, ("TruePort", "FalsePort"))
        return super().is_cacheable() and all(one.is_cacheable() for one in branches)

    def upstream_modules(self) -> Iterator[Module]:
        """What the choice needs; the branch comes after it."""
        yield from _feeding(self, ("Condition",))

    def compute(self) -> None:
        """Run the chosen branch, pass on what it gives."""
        choice = "True" if self.get_input("Condition") else "False"
        port = f"{choice}Port"
        self.check_input(port)
        source = self.inputPorts[port][0]
        value = source()
        if self.has_input(f"{choice}OutputPorts"):
            value = self._named(source, self.get_input(f"{choice}OutputPorts"))
        self.set_output("Result", value)

    def _named(self, source: ModuleConnector | ConstantSource, names: list[str]) -> Any:
        if not isinstance(source, ModuleConnector):
            raise ModuleError(self, "outputs can only be named where a module is connected")
        values = [source.obj.get_output(name) for name in names]
        return values[0] if len(values) == 1 else values


class Default(Module):
    """Its input, or the default where there is none; the default is computed only then."""

    _input_ports: ClassVar[Any] = [
        ("Input", "(basic:Variant)"),
        ("Default", "(basic:Variant)"),
    ]
    _output_ports: ClassVar[Any] = [("Result", "(basic:Variant)")]

    def upstream_modules(self) -> Iterator[Module]:
        """What gives the input."""
        yield from _feeding(self, ("Input",))

    def compute(self) -> None:
        """Pass on the input, else the default. Raise ModuleError without either."""
        value = self.get_input("Input" if self.has_input("Input") else "Default")
        if value is InvalidOutput:
            raise ModuleError(self, "neither the input nor the default has a value")
        self.set_output("Result", value)


class ExecuteInOrder(Module):
    """Runs what is connected to ``module1``, all that it needs included, before ``module2``."""

    _input_ports: ClassVar[Any] = [
        ("module1", "(basic:Module)"),
        ("module2", "(basic:Module)"),
    ]

    def is_cacheable(self) -> bool:
        """Only if what it runs may be kept."""
        both = _feeding(self, ("module1", "module2"))
        return super().is_cacheable() and all(one.is_cacheable() for one in both)

    def upstream_modules(self) -> Iterator[Module]:
        """None: the order is made here."""
        return iter(())

    def compute(self) -> None:
        """Run one after the other; if the first fails or waits, the second does not run."""
        for port in ("module1", "module2"):
            for module in _feeding(self, (port,)):
                if not module.upToDate:
                    module.update()


def _feeding(module: Module, ports: tuple[str, ...]) -> Iterator[Module]:
    for port in ports:
        for source in module.inputPorts.get(port, ()):
            if isinstance(source, ModuleConnector):
                yield source.obj
