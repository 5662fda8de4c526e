"""The table of a run on a terminal that is smaller than the table."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from tests.vistrails import EXAMPLES
from vistrails_tej.cli.live_report import LiveReport, choose_rows
from vistrails_tej.dataflow import ModuleError, ModuleEvent, ModuleState, RunResult
from vistrails_tej.modules.workflow import load_registry, open_workflow

WAITING, DONE, ERROR, RUNS = (
    ModuleState.WAITING,
    ModuleState.SUCCESS,
    ModuleState.ERROR,
    ModuleState.COMPUTING,
)


def test_all_rows_are_shown_when_there_is_room() -> None:
    assert choose_rows([WAITING, DONE, ERROR], 3) == [0, 1, 2]
    assert choose_rows([], 0) == []


def test_errors_come_first_then_what_runs_then_the_rest_in_its_order() -> None:
    states = [DONE, DONE, WAITING, RUNS, ModuleState.SUSPENDED, DONE, ERROR]
    assert choose_rows(states, 2) == [6]
    assert choose_rows(states, 3) == [3, 6]
    assert choose_rows(states, 4) == [3, 4, 6]
    assert choose_rows(states, 6) == [0, 1, 3, 4, 6]
    assert choose_rows(states, -3) == [6]


@pytest.fixture
def report() -> LiveReport:
    return LiveReport(open_workflow(EXAMPLES / "tej-primes.vt", load_registry()))


def drawn(report: LiveReport, monkeypatch: pytest.MonkeyPatch, height: int) -> list[str]:
    """The lines of the table on a terminal of this height."""
    console = Console(file=io.StringIO(), width=80, height=height, force_terminal=True)
    monkeypatch.setattr(report, "_console", console)
    with console.capture() as capture:
        console.print(report._table())
    return capture.get().splitlines()


def test_a_table_never_is_higher_than_the_terminal(
    report: LiveReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = sorted(report.workflow.pipeline.modules)
    for number in numbers:
        state = ERROR if number == numbers[-1] else DONE
        report.event(ModuleEvent(number, state, message="it went wrong\n" * 20))
    lines = drawn(report, monkeypatch, 9)
    assert len(lines) < 9
    text = "\n".join(lines)
    assert "error" in text
    assert f"... and {len(numbers) - 3} more" in text


def test_an_error_that_was_told_is_not_said_again(
    report: LiveReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = min(report.workflow.pipeline.modules)
    report.event(ModuleEvent(number, ERROR, message="it went wrong"))
    assert "it went wrong" in "\n".join(drawn(report, monkeypatch, 40))
    console = Console(file=io.StringIO())
    monkeypatch.setattr(report, "_console", console)
    error = ModuleError(None, "it went wrong")  # type: ignore[arg-type]
    report.conclusion(RunResult(errors={number: error}))
    assert "it went wrong" in console.file.getvalue()  # type: ignore[attr-defined]
    assert "it went wrong" not in "\n".join(drawn(report, monkeypatch, 40))
