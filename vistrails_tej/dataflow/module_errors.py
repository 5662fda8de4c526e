"""How a running module says that it failed, or that it waits for something outside."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from typing import Protocol

from .errors import DataflowError


class JobHandle(Protocol):
    """Something outside that a module waits for."""

    def finished(self) -> bool:
        """Whether there is nothing more to wait for."""


class ModuleError(DataflowError):
    """Raised when a module cannot give its outputs.

    ``module`` is the running module, ``trace`` the Python traceback as text when the error was
    not foreseen by the module, else empty.
    """

    def __init__(self, module: object, message: str, trace: str = "") -> None:
        self.module = module
        self.msg = message
        self.trace = trace
        super().__init__(message)


class ModuleSuspended(ModuleError):
    """Raised when a module waits for something outside, such as a remote job.

    ``handle`` tells whether that is over; a module that was looped has ``children`` instead, one
    for each round that waits.
    """

    def __init__(
        self,
        module: object,
        message: str,
        handle: JobHandle | None = None,
        children: Sequence[ModuleSuspended] = (),
    ) -> None:
        super().__init__(module, message)
        self.handle = handle
        self.children = tuple(children)

    def handles(self) -> Iterator[JobHandle]:
        """Everything that is waited for here, children included."""
        if self.handle is not None:
            yield self.handle
        for child in self.children:
            yield from child.handles()


class RunStopped(ModuleError):
    """Raised inside a module that needs another one, or another round, of a stopped run."""


def as_module_error(module: object, error: Exception) -> ModuleError:
    """The error of a module; one that it did not foresee gets its traceback along."""
    if isinstance(error, ModuleError):
        return error
    message = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    failure = ModuleError(module, message, "".join(traceback.format_exception(error)))
    failure.__cause__ = error
    return failure
