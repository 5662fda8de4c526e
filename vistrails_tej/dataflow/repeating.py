"""Repeating a module as long as an output of it is true: by control parameters, or by While."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .module import Module
from .module_errors import ModuleError
from .rounds import round_copy

WHILE_CONDITION = "while_cond"
WHILE_MOST = "while_max"
WHILE_DELAY = "while_delay"
WHILE_INPUT = "while_input"
WHILE_OUTPUT = "while_output"
MOST_ROUNDS = 20

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Repetition:
    """How a module repeats: after each round, until the output ``condition`` is false.

    Without a condition it runs ``most`` times. The outputs ``state_outputs`` of a round are the
    inputs ``state_inputs`` of the next one; ``delay`` is the pause between two, in seconds.
    """

    condition: str = ""
    most: int = MOST_ROUNDS
    delay: float = 0.0
    state_inputs: Sequence[str] = ()
    state_outputs: Sequence[str] = ()


def wanted_repetition(module: Module) -> Repetition | None:
    """What the control parameters of a module say; None if it runs once. Raise ModuleError."""
    texts = module.control_params
    if not (texts.get(WHILE_CONDITION) or texts.get(WHILE_MOST)):
        return None
    try:
        most = int(texts.get(WHILE_MOST) or MOST_ROUNDS)
        delay = float(texts.get(WHILE_DELAY) or 0)
    except ValueError as error:
        raise ModuleError(module, f"its while loop has no usable number: {error}") from error
    return Repetition(
        texts.get(WHILE_CONDITION, ""),
        most,
        delay,
        [texts[WHILE_INPUT]] if texts.get(WHILE_INPUT) else (),
        [texts[WHILE_OUTPUT]] if texts.get(WHILE_OUTPUT) else (),
    )


def repeat(
    module: Module,
    repetition: Repetition,
    compute: Callable[[Module], None],
    name_round: Callable[[int], str],
) -> Module:
    """Compute copies of a module one after the other and return the last one.

    ``name_round`` gives the signature of a round, from 0. Raise ModuleError; ModuleSuspended as
    soon as a round waits, since the next one depends on it.
    """
    _check(module, repetition)
    state: dict[str, Any] = {}
    for number in range(repetition.most):
        if number and repetition.delay > 0:
            module.interpreter.pause(repetition.delay)
        inner = round_copy(module, state, name_round(number))
        inner.rounds = (*module.rounds, (number + 1, 0))
        # Its rounds have one signature, but not one result.
        inner.repeats = True
        compute(inner)
        module.logging.update_progress(module, (number + 1) / repetition.most)
        if repetition.condition and not inner.get_output(repetition.condition):
            return inner
        state = _handed_on(inner, repetition)
    if repetition.condition:
        logger.warning(
            "%s stopped after %d rounds, its condition still true", module.label, repetition.most
        )
    return inner


def _handed_on(inner: Module, repetition: Repetition) -> dict[str, Any]:
    """What a round gives to the next one, by input."""
    ports = zip(repetition.state_inputs, repetition.state_outputs, strict=True)
    return {target: inner.get_output(source) for target, source in ports}


def _check(module: Module, repetition: Repetition) -> None:
    if repetition.most < 1:
        raise ModuleError(module, f"it is to repeat {repetition.most} times; at least 1 is needed")
    inputs, outputs = len(repetition.state_inputs), len(repetition.state_outputs)
    if inputs != outputs:
        raise ModuleError(
            module,
            f"the state of a round goes from outputs to as many inputs, not from {outputs} to"
            f" {inputs}",
        )
