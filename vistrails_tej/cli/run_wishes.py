"""How the user wants a run to go."""

from __future__ import annotations

import math
from dataclasses import dataclass

import click

from ..modules.run_again import Again


@dataclass(frozen=True, slots=True)
class RunWishes:
    """The options of ``run`` that are not about what is run."""

    wait: bool
    interval: float | None
    again: Again
    trust: bool
    as_json: bool


def check_interval(
    _context: click.Context, _parameter: click.Parameter, value: float | None
) -> float | None:
    """Refuse what no clock can wait for, which is no number and yet passes for one."""
    if value is not None and math.isnan(value):
        raise click.BadParameter("give a number of seconds")
    return value
