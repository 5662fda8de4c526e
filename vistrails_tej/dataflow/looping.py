"""Implicit looping: a list that reaches a port for single values runs the module once each."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .loop_jobs import settle_names
from .loop_types import read_loop_type
from .module import ConstantSource, Module, ModuleConnector
from .module_errors import ModuleError
from .rounds import Rounds, given_source, name_round, name_work, round_copy

__all__ = ["LOOP_TYPE", "LoopedInput", "compute_rounds"]

LOOP_TYPE = "loop_type"


@dataclass(frozen=True, slots=True)
class LoopedInput:
    """A source of an input port that gives ``excess`` more levels of lists than the port takes."""

    port: str
    source: ModuleConnector | ConstantSource
    excess: int


def compute_rounds(
    module: Module, looped: Sequence[LoopedInput], compute: Callable[[Module], None]
) -> None:
    """Compute a module once for every combination of the listed elements; outputs become lists.

    The inputs whose lists are deepest loop first, the others with what is inside those. All
    rounds are tried before one that waits suspends the module. Raise ModuleError and
    ModuleSuspended.
    """
    made = _make_rounds(module, looped)
    rounds = Rounds(module, len(made))
    results: list[Module] = []
    for number, (inner, deeper) in enumerate(made):

        def compute_inner(one: Module, deeper: Sequence[LoopedInput] = deeper) -> None:
            if deeper:
                compute_rounds(one, deeper, compute)
            else:
                compute(one)

        if rounds.attempt(number, inner, compute_inner):
            results.append(inner)
    rounds.finish()
    _collect(module, results)


def _make_rounds(
    module: Module, looped: Sequence[LoopedInput]
) -> list[tuple[Module, list[LoopedInput]]]:
    """A module for each round, with its name, and what it still has to loop over."""
    deepest = max(one.excess for one in looped)
    ports, elements = _combinations(module, [one for one in looped if one.excess == deepest])
    made = []
    for number, values in enumerate(elements):
        inner, deeper = _round(module, looped, values)
        # With several looped ports VisTrails lets the last one decide.
        inner.signature = name_round(module, number, ports[-1])
        made.append((inner, deeper))
    settle_names(module.interpreter.job_monitor, [inner for inner, _ in made])
    return made


def _combinations(
    module: Module, looped: Sequence[LoopedInput]
) -> tuple[tuple[str, ...], list[dict[LoopedInput, Any]]]:
    """The ports in the order in which they are combined, and the elements of every round."""
    by_port: dict[str, list[LoopedInput]] = {}
    for one in looped:
        by_port.setdefault(one.port, []).append(one)
    try:
        loop_type = read_loop_type(module.control_params.get(LOOP_TYPE, ""), list(by_port))
        lists = {one: _elements(module, one) for one in looped}
        combined = loop_type.combine({port: _together(by_port[port], lists) for port in by_port})
    except ValueError as error:
        raise ModuleError(module, str(error)) from error
    return loop_type.ports, [
        {one: element for part in round_ for one, element in part.items()} for round_ in combined
    ]


def _together(
    looped: Sequence[LoopedInput], lists: Mapping[LoopedInput, list[Any]]
) -> list[dict[LoopedInput, Any]]:
    """Several lists on one port are combined with each other."""
    return [
        dict(zip(looped, elements, strict=True))
        for elements in itertools.product(*(lists[one] for one in looped))
    ]


def _elements(module: Module, looped: LoopedInput) -> list[Any]:
    value = looped.source()
    if not isinstance(value, (list, tuple)):
        raise ModuleError(
            module, f"port {looped.port!r}: a list was expected to loop over, not {value!r:.60}"
        )
    return list(value)


def _round(
    module: Module, looped: Sequence[LoopedInput], elements: Mapping[LoopedInput, Any]
) -> tuple[Module, list[LoopedInput]]:
    """The module with one element in the place of each list, and what is still a list then."""
    inner = round_copy(module, {}, "")
    inner.varied_ports |= {one.port for one in elements}
    deeper = []
    for one in looped:
        if one not in elements:
            deeper.append(one)
            continue
        single = given_source(elements[one])
        sources = inner.inputPorts[one.port]
        sources[sources.index(one.source)] = single
        if one.excess > 1:
            deeper.append(LoopedInput(one.port, single, one.excess - 1))
    if not deeper:
        given: dict[str, list[Any]] = {}
        for one, element in elements.items():
            given.setdefault(one.port, []).append(element)
        inner.work = name_work(module, given, module.loop_signature)
    return inner, deeper


def _collect(module: Module, results: Sequence[Module]) -> None:
    ports = {port for inner in results for port in inner.outputPorts} or set(module.output_specs)
    for port in ports - {"self"}:
        module.set_output(port, [inner.get_output(port) for inner in results])
