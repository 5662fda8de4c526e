"""Rounds of a loop: copies of a module with other inputs, all tried before one is waited for.

The rules for signatures are those of VisTrails 2.2, so that a job in a loop is found again. Only
a loop inside a loop differs on purpose: there 2.2 gives different rounds one signature, and
hence one job.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from .file_digests import FileDigests
from .module import GivenSource, Module, ModuleLog
from .module_errors import ModuleError, ModuleSuspended, RunStopped, as_module_error
from .value_text import value_text

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


def given_source(value: Any) -> GivenSource:
    """An input that is this value."""
    return GivenSource(partial(_same, value))


def round_copy(module: Module, values: Mapping[str, Any], signature: str) -> Module:
    """A copy of a module, to be computed with these values on its inputs."""
    inner = copy.copy(module)
    inner.inputPorts = {port: list(sources) for port, sources in module.inputPorts.items()}
    for port, value in values.items():
        inner.inputPorts[port] = [given_source(value)]
    inner.outputPorts = {"self": inner}
    inner.upToDate = False
    inner.is_kept = False
    inner.signature = signature
    inner.varied_ports = module.varied_ports | values.keys()
    inner.work = ""
    inner.present_rounds = None
    return inner


def name_work(module: Module, values: Mapping[str, Any], signature: str) -> str:
    """What a round with these values does, whatever the list that they come from.

    ``signature`` tells the module apart without that list. Files count by their content. Empty
    if a value has no text, the module is in another loop, or no job is to be found by it.
    """
    planned = module.planned_signature
    if not module.holds_jobs or not signature or module.signature != planned:
        return ""
    try:
        text = value_text(dict(values), FileDigests().digest)
    except ValueError:
        return ""
    return _digest(signature, text)


def work_inside(signature: str, group: Module) -> str:
    """What a module inside a group does in a round that the group makes.

    ``signature`` tells it apart from the others there, whatever comes into the group.
    """
    return _digest(signature, group.work) if signature and group.work else ""


def _digest(*texts: str) -> str:
    return hashlib.sha256(" ".join(texts).encode()).hexdigest()


class Rounds:
    """The rounds of ``owner``: what waits and what fails is kept until all were tried."""

    def __init__(self, owner: Module, count: int) -> None:
        self.owner = owner
        self.count = count
        self.waiting: list[ModuleSuspended] = []
        self.failed: list[tuple[int, ModuleError]] = []

    def attempt(self, number: int, module: Module, compute: Callable[[Module], None]) -> bool:
        """Try one round; whether it gave its outputs."""
        module.rounds = (*self.owner.rounds, (number + 1, self.count))
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
