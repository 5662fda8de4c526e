"""doctor: check a destination step by step, each with a plain fix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from ..engine import Check, CheckState, Doctor
from .exit_codes import ExitCode, exit_code_of
from .output import write_json, write_line
from .queue_options import destination_argument, json_option, reach

_MARKS = {
    CheckState.OK: "ok",
    CheckState.WARNING: "warning",
    CheckState.FAILED: "FAILED",
    CheckState.NOT_REACHED: "-",
}


@click.command(epilog="Example: vistrails-tej doctor me@server --queue ~/jobs")
@destination_argument
@json_option
def doctor(destination: str, queue: str, accept_host_key: Sequence[str], as_json: bool) -> int:
    """Check a server step by step, and say how to mend what is wrong.

    Nothing is left on the server. The exit code is 0, or that of the first failure.
    """
    way = reach(destination, accept_host_key)
    looking = Doctor(way.destination, queue, login=way.login, decide_host_key=way.decide_host_key)
    checks = []
    for check in looking.run():
        checks.append(check)
        if not as_json:
            _write(check)
    code = _exit_code(checks)
    if as_json:
        write_json(
            {
                "destination": str(way.destination),
                "queue": queue,
                "connects": looking.connects,
                "checks": [_to_json(check) for check in checks],
                "exit_code": int(code),
            }
        )
    return int(code)


def _write(check: Check) -> None:
    found = check.found if check.state is not CheckState.NOT_REACHED else "not reached"
    write_line(f"{_MARKS[check.state]:<8} {check.name:<13} {found}")
    if check.fix:
        write_line(f"{'':<22} -> {check.fix}")


def _exit_code(checks: Sequence[Check]) -> ExitCode:
    for check in checks:
        if check.state is CheckState.FAILED:
            return exit_code_of(check.error) if check.error is not None else ExitCode.FAILED
    return ExitCode.DONE


def _to_json(check: Check) -> dict[str, Any]:
    return {
        "name": check.name,
        "state": check.state.value,
        "found": check.found,
        "fix": check.fix,
    }
