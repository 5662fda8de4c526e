"""Implicit looping: a list that reaches a port for single values runs the module once each.

The rules for signatures are those of VisTrails 2.2, so that a job in a loop is found again.
"""

from __future__ import annotations

import copy
import hashlib
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from .module import ConstantSource, Module, ModuleConnector, ModuleLog
from .module_errors import ModuleError, ModuleSuspended

LOOP_TYPE = "loop_type"
WHILE_CONDITION = "while_cond"
_SIGNATURE_BYTES = 20


@dataclass(frozen=True, slots=True)
class LoopedInput:
    """A source of an input port that gives ``excess`` more levels of lists than the port takes."""

    port: str
    source: ModuleConnector | ConstantSource
    excess: int


def refuse_condition(module: Module) -> None:
    """Raise ModuleError for a module that is to repeat until a condition holds."""
    if module.control_params.get(WHILE_CONDITION):
        raise ModuleError(
            module, f"{module.label} repeats until a condition holds, which is not supported yet"
        )


def round_signature(signature: str, round_number: int, port: str) -> str:
    """The signature of a module in one round of a loop, as upper-case hex."""
    if not signature:
        return ""
    counted = round_number.to_bytes(_SIGNATURE_BYTES, "little")
    named = hashlib.sha1(port.encode(), usedforsecurity=False).digest()
    mixed = (a ^ b ^ c for a, b, c in zip(bytes.fromhex(signature), counted, named, strict=True))
    return bytes(mixed).hex().upper()


def compute_rounds(
    module: Module, looped: Sequence[LoopedInput], compute: Callable[[Module], None]
) -> None:
    """Compute a module once for every combination of the listed elements; outputs become lists.

    All rounds are tried before one that waits suspends the module. Raise ModuleError and
    ModuleSuspended.
    """
    looped = [one for one in looped if one.source in module.inputPorts.get(one.port, ())]
    rounds = _rounds(module, looped)
    results: list[Module] = []
    waiting: list[ModuleSuspended] = []
    for number, elements in enumerate(rounds):
        inner, deeper = _round(module, looped, elements, number)
        inner.logging = _RoundLog(module, number, len(rounds))
        try:
            if deeper:
                compute_rounds(inner, deeper, compute)
            else:
                compute(inner)
        except ModuleSuspended as suspended:
            waiting.append(suspended)
            continue
        results.append(inner)
        module.logging.update_progress(module, (number + 1) / len(rounds))
    if waiting:
        message = f"{len(waiting)} of {len(rounds)} rounds are waiting"
        raise ModuleSuspended(module, message, children=waiting)
    _collect(module, results)


def _rounds(module: Module, looped: Sequence[LoopedInput]) -> list[tuple[Any, ...]]:
    lists = [_elements(module, one) for one in looped]
    loop_type = module.control_params.get(LOOP_TYPE, "cartesian")
    if loop_type == "cartesian":
        return list(itertools.product(*lists))
    if loop_type != "pairwise":
        raise ModuleError(
            module, f"loop type {loop_type!r} is not supported; use pairwise or cartesian"
        )
    if len({len(one) for one in lists}) > 1:
        lengths = ", ".join(
            f"{len(one)} on {by.port!r}" for one, by in zip(lists, looped, strict=True)
        )
        raise ModuleError(module, f"a pairwise loop needs lists of one length, not {lengths}")
    return list(zip(*lists, strict=True))


def _elements(module: Module, looped: LoopedInput) -> list[Any]:
    value = looped.source()
    if not isinstance(value, (list, tuple)):
        raise ModuleError(
            module, f"port {looped.port!r}: a list was expected to loop over, not {value!r:.60}"
        )
    return list(value)


def _round(
    module: Module, looped: Sequence[LoopedInput], elements: Sequence[Any], number: int
) -> tuple[Module, list[LoopedInput]]:
    """The module with one element in the place of each list, and what is still a list then."""
    inner = copy.copy(module)
    inner.inputPorts = {port: list(sources) for port, sources in module.inputPorts.items()}
    deeper = []
    for one, element in zip(looped, elements, strict=True):
        single = ConstantSource(partial(_same, element))
        sources = inner.inputPorts[one.port]
        sources[sources.index(one.source)] = single
        if one.excess > 1:
            deeper.append(LoopedInput(one.port, single, one.excess - 1))
    inner.outputPorts = {"self": inner}
    # With several looped ports VisTrails lets the last one decide.
    inner.signature = round_signature(module.signature, number, looped[-1].port)
    return inner, deeper


def _same(value: Any) -> Any:
    return value


def _collect(module: Module, results: Sequence[Module]) -> None:
    ports = {port for inner in results for port in inner.outputPorts} or set(module.output_specs)
    for port in ports - {"self"}:
        module.set_output(port, [inner.get_output(port) for inner in results])


class _RoundLog:
    """Tells the progress of one round as a part of the whole."""

    def __init__(self, module: Module, number: int, count: int) -> None:
        self._log: ModuleLog = module.logging
        self._number = number
        self._count = count

    def update_progress(self, module: Module, fraction: float) -> None:
        self._log.update_progress(module, (self._number + fraction) / self._count)

    def annotate(self, module: Module, notes: Mapping[str, Any]) -> None:
        self._log.annotate(module, notes)
