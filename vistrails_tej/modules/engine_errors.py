"""The border between the engine and the host: its errors become those of a module."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..engine import JobNotFound, TejError
from .host import Module, ModuleError


@contextmanager
def as_module_error(module: Module) -> Iterator[None]:
    """Raise ModuleError of this module, with the same sentence, for any error of the engine."""
    try:
        yield
    except JobNotFound as error:
        raise ModuleError(
            module,
            f"job {error.job_id} is not in its queue any more;"
            " run the workflow with --again to submit it anew",
        ) from error
    except TejError as error:
        raise ModuleError(module, str(error)) from error
