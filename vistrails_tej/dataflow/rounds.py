"""Rounds of a loop: copies of a module with other inputs, all tried before one is waited for.

The rules for signatures are those of VisTrails 2.2, so that a job in a loop is found again. Only
a loop inside a loop differs on purpose: there 2.2 gives different rounds one signature, and
hence one job.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from .module import ConstantSource, Module, ModuleLog
from .module_errors import ModuleError, ModuleSuspended, RunStopped, as_module_error

SIGNATURE_BYTES = 20


def round_signature(signature: str, round_number: int, port: str) -> str:
    """The signature of a module in one round of a loop, as upper-case hex."""
    # A For loop may count below zero, which wraps around.
    counted = (round_number % (1 << 8 * SIGNATURE_BYTES)).to_bytes(SIGNATURE_BYTES, "little")
    return mixed_signature(signature, counted, port_digest(port))


def name_round(module: Module, round_number: int, port: str) -> str:
    """The signature in one round of a loop that ``module`` makes, be it in a loop itself."""
    signature = module.signature
    if signature and signature != module.planned_signature:
        digest = hashlib.sha1(bytes.fromhex(signature), usedforsecurity=False)
        signature = digest.hexdigest()
    return round_signature(signature, round_number, port)


def port_digest(port: str) -> bytes:
    """What the name of a port adds to the signature of a round."""
    return hashlib.sha1(port.encode(), usedforsecurity=False).digest()


def mixed_signature(signature: str, *digests: bytes) -> str:
    """A signature and digests as long as it, combined bit by bit, as upper-case hex."""
    if not signature:
        return ""
    mixed = bytes.fromhex(signature)
    for digest in digests:
        mixed = bytes(a ^ b for a, b in zip(mixed, digest, strict=True))
    return mixed.hex().upper()


def constant_source(value: Any) -> ConstantSource:
    """An input that is this value."""
    return ConstantSource(partial(_same, value))


def round_copy(module: Module, values: Mapping[str, Any], signature: str) -> Module:
    """A copy of a module, to be computed with these values on its inputs."""
    inner = copy.copy(module)
    inner.inputPorts = {port: list(sources) for port, sources in module.inputPorts.items()}
    for port, value in values.items():
        inner.inputPorts[port] = [constant_source(value)]
    inner.outputPorts = {"self": inner}
    inner.upToDate = False
    inner.signature = signature
    inner.varied_ports = module.varied_ports | values.keys()
    inner.work = ""
    inner.present_rounds = None
    return inner


def name_work(module: Module, values: Mapping[str, Any]) -> str:
    """What a round with these values does, whatever the list that they come from.

    Empty if a value has no plain text, or the module is in another loop.
    """
    if not module.planned_signature or module.signature != module.planned_signature:
        return ""
    try:
        text = json.dumps(values, sort_keys=True, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return ""
    return hashlib.sha256(f"{module.planned_signature} {text}".encode()).hexdigest()


def work_inside(module: Module, group: Module) -> str:
    """What a module inside a group does in a round that the group makes."""
    if not group.work:
        return ""
    return hashlib.sha256(f"{module.planned_signature} {group.work}".encode()).hexdigest()


class Rounds:
    """The rounds of ``owner``: what waits and what fails is kept until all were tried."""

    def __init__(self, owner: Module, count: int) -> None:
        self.owner = owner
        self.count = count
        self.waiting: list[ModuleSuspended] = []
        self.failed: list[tuple[int, ModuleError]] = []

    def attempt(self, number: int, module: Module, compute: Callable[[Module], None]) -> bool:
        """Try one round; whether it gave its outputs."""
        module.logging = RoundLog(module.logging, number, self.count)
        try:
            compute(module)
        except RunStopped:
            raise
        except ModuleSuspended as suspended:
            self.waiting.append(suspended)
            return False
        except Exception as error:  # noqa: BLE001 - a module may raise anything; others go on
            self.failed.append((number, as_module_error(module, error)))
            return False
        self.owner.logging.update_progress(self.owner, (number + 1) / self.count)
        return True

    def finish(self) -> None:
        """Raise ModuleSuspended if a round waits, else ModuleError if one failed."""
        error = self.error()
        if error is not None:
            raise error

    def error(self) -> ModuleError | None:
        """What becomes of the owner: it waits, it failed, or nothing keeps it from going on."""
        failures = f", {len(self.failed)} failed" if self.failed else ""
        if self.waiting:
            message = f"{len(self.waiting)} of {self.count} rounds are waiting{failures}"
            return ModuleSuspended(self.owner, message, children=self.waiting)
        if not self.failed:
            return None
        number, first = self.failed[0]
        others = f" ({len(self.failed)} of {self.count} failed)" if len(self.failed) > 1 else ""
        error = ModuleError(
            self.owner, f"round {number + 1} of {self.count}: {first}{others}", first.trace
        )
        error.__cause__ = first
        return error


class RoundLog:
    """Tells the progress of one round as a part of the whole."""

    def __init__(self, log: ModuleLog, number: int, count: int) -> None:
        self._log = log
        self._number = number
        self._count = count

    def update_progress(self, module: Module, fraction: float) -> None:
        """Part of ``ModuleLog``."""
        self._log.update_progress(module, (self._number + fraction) / self._count)

    def annotate(self, module: Module, notes: Mapping[str, Any]) -> None:
        """Part of ``ModuleLog``."""
        self._log.annotate(module, notes)


def _same(value: Any) -> Any:
    return value
