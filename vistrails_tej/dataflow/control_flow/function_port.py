"""Modules that run another one, whose output ``self`` is connected to their FunctionPort."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..loop_forecast import FUNCTION_PORT
from ..loop_jobs import settle_names
from ..module import Module, ModuleConnector, ModuleError
from ..rounds import Rounds, mixed_signature, name_round, name_work, round_copy
from ..upstream_plan import can_be_planned

SELF = "self"


class FunctionUser(Module):
    """Base of modules that run another one, as often as they like; by itself it does not run."""

    def upstream_modules(self) -> Iterator[Module]:
        """What feeds this module, and instead of the function all that feeds that."""
        for port, sources in self.inputPorts.items():
            for source in sources:
                if not isinstance(source, ModuleConnector):
                    continue
                if port != FUNCTION_PORT:
                    yield source.obj
                elif can_be_planned(type(source.obj)):
                    yield from source.obj.upstream_modules()

    def is_cacheable(self) -> bool:
        """Only if what it runs may be kept."""
        sources = self.inputPorts.get(FUNCTION_PORT, ())
        functions = [one.obj for one in sources if isinstance(one, ModuleConnector)]
        return super().is_cacheable() and all(one.is_cacheable() for one in functions)

    @property
    def function(self) -> Module:
        """The module to run. Raise ModuleError if none is connected."""
        for source in self.inputPorts.get(FUNCTION_PORT, ()):
            if isinstance(source, ModuleConnector):
                return source.obj
        raise ModuleError(
            self, f"nothing is connected to {FUNCTION_PORT}; connect the output self of a module"
        )

    def check_ports(self, inputs: Sequence[str], outputs: Sequence[str]) -> None:
        """Raise ModuleError if the function lacks one of these ports."""
        function = self.function
        sides = (
            ("input", inputs, function.input_specs),
            ("output", outputs, function.output_specs),
        )
        for side, names, known in sides:
            for name in names:
                if name not in known:
                    raise ModuleError(self, f"{function.label} has no {side} port {name!r}")

    def round(self, number: int, values: Mapping[str, Any], port: str) -> Module:
        """The function as it is in one round; ``port`` is the one that names the round."""
        function = self.function
        inner = round_copy(function, values, name_round(self, number, port))
        inner.work = name_work(function, values, function.planned_signature)
        inner.unsteady_inputs = self.unsteady_inputs
        return inner

    def run_rounds(self, copies: Sequence[Module], output: str) -> list[Any]:
        """Compute copies of the function and return what each gives on an output.

        All are tried before ModuleSuspended or ModuleError is raised for one of them.
        """
        host, rounds = self.interpreter, Rounds(self, len(copies))
        settle_names(host.job_monitor, copies)

        def compute(one: Module) -> None:
            # Outputs that are known do not make the module itself.
            host.compute_round(one, reuse=output != SELF)

        done = [one for number, one in enumerate(copies) if rounds.attempt(number, one, compute)]
        error = rounds.error()
        host.tell_rounds(self.function, error, f"{len(done)} of {len(copies)} rounds are done")
        if error is not None:
            raise error
        return [one.get_output(output) for one in done]

    def plain_signature(self) -> str:
        """The signature of the function where it runs under its own name.

        In a loop around this module it differs from round to round, by the same bits.
        """
        own = (self.signature, self.planned_signature)
        if own[0] == own[1] or not all(own):
            return self.function.signature
        return mixed_signature(self.function.signature, *map(bytes.fromhex, own))
