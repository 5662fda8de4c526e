"""Which results of earlier runs are still those of a module: the cache as a run sees it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .module import GivenSource, Module, ModuleConnector, ModuleError
from .result_cache import ResultCache
from .value_text import path_state, value_text

logger = logging.getLogger(__name__)


class _TheSame:
    """An input that is compared by being the very same object."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _TheSame) and self._value is other._value

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the result of a module is kept: by its signature and what tells its inputs apart."""

    signature: str
    inputs: tuple[object, ...]


def may_be_kept(module: Module) -> bool:
    """What a module says of its results. One that cannot say, before it can run, always runs."""
    try:
        return module.is_cacheable()
    except Exception as error:  # noqa: BLE001 - somebody else's code, which may read inputs
        logger.debug("%s does not say whether it may be kept: %s", module.label, error)
        return False


def mark_unsteady(modules: Iterable[Module]) -> None:
    """Find the modules whose inputs may change though their signatures do not.

    They are those that come, at whatever distance, after a module that always runs. ``modules``
    are in an order in which each comes after those that feed it.
    """
    for module in modules:
        fed = any(one.obj.unsteady_outputs for one in _connectors(module))
        module.unsteady_inputs = module.unsteady_inputs or fed
        module.unsteady_outputs = module.unsteady_inputs or not may_be_kept(module)


class KeptResults:
    """Takes from a cache only what a module would give again.

    Where the signature tells all that enters a module, that is enough. After a module that always
    runs its inputs have to be the same values as well; what cannot be compared is not the same.
    """

    def __init__(self, cache: ResultCache) -> None:
        self._cache = cache

    def place(self, module: Module) -> Place | None:
        """Where its result belongs, asked for before it computes; None if it is not kept."""
        if not module.signature or module.repeats:
            return None
        outcome = module.known_outcome()
        if outcome is not None:
            return Place(module.signature, (outcome,))
        if not may_be_kept(module):
            return None
        try:
            inputs = tuple(_inputs(module)) if module.unsteady_inputs else ()
        except (ModuleError, ValueError):
            return None
        return Place(module.signature, inputs)

    def take(self, place: Place | None, module: Module) -> bool:
        """Give a module the outputs that are kept in a place; False if there are none."""
        outputs = None if place is None else self._cache.find(place.signature, place.inputs)
        if outputs is None:
            return False
        module.outputPorts.update(outputs)
        module.is_kept = True
        return True

    def keep(self, place: Place | None, module: Module) -> None:
        """Keep the outputs of a module that has computed."""
        if module.known_outcome() is not None:
            # It became known by computing.
            place = self.place(module)
        if place is not None:
            outputs = {port: value for port, value in module.outputPorts.items() if port != "self"}
            self._cache.put(place.signature, outputs, place.inputs)
            module.is_kept = True


def _connectors(module: Module) -> Iterator[ModuleConnector]:
    for sources in module.inputPorts.values():
        for source in sources:
            if isinstance(source, ModuleConnector):
                yield source


def _inputs(module: Module) -> Iterator[object]:
    """What stands for the inputs that no signature tells. Raise ValueError if nothing can."""
    for port, sources in sorted(module.inputPorts.items()):
        for source in sources:
            yield port
            if isinstance(source, GivenSource):
                yield value_text(source(), path_state)
            elif isinstance(source, ModuleConnector):
                yield _output(source)


def _output(source: ModuleConnector) -> object:
    giver = source.obj
    if giver.signature and not giver.unsteady_outputs:
        return giver.signature
    if not giver.upToDate:
        # To ask for the value of a branch that was not chosen would run it.
        raise ValueError(f"{giver.label} has not run")
    value = giver.get_output(source.port)
    try:
        return value_text(value, path_state)
    except ValueError:
        if not giver.is_kept:
            raise
        # A result that was kept is the one of the last run.
        return _TheSame(value)
