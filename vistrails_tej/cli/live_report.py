"""What a run tells on a terminal: a table of its modules, redrawn in place."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from ..dataflow import ModuleEvent, ModuleState
from ..modules.workflow import Workflow
from .interruption import INTERRUPTED
from .output import is_terminal, make_table
from .run_report import PlainReport, RunReport, write_of_module

_COLOURS = {
    ModuleState.WAITING: "dim",
    ModuleState.COMPUTING: "yellow",
    ModuleState.SUCCESS: "green",
    ModuleState.CACHED: "green",
    ModuleState.ERROR: "bold red",
    ModuleState.SUSPENDED: "dark_orange",
    ModuleState.NOT_NEEDED: "dim",
}
# What a person looks for first, when there is no room for all.
_FIRST = (ModuleState.ERROR, ModuleState.COMPUTING, ModuleState.SUSPENDED)
# The heading, the lines around it and at the end, and one for the cursor.
_BESIDE_ROWS = 5


def choose_rows(states: Sequence[ModuleState], room: int) -> list[int]:
    """The places of the rows to show, in their order, when there is room for so many lines.

    Errors come first, then what runs. Where some are left out, one line is left for saying so.
    """
    if len(states) <= room:
        return list(range(len(states)))
    ranks = [_FIRST.index(state) if state in _FIRST else len(_FIRST) for state in states]
    order = sorted(range(len(states)), key=lambda place: (ranks[place], place))
    return sorted(order[: max(room - 1, 1)])


class LiveReport(PlainReport):
    """A table of the modules and their states, redrawn in place, with the lines above it."""

    def __init__(self, workflow: Workflow, *, runs_again: bool = False) -> None:
        super().__init__(workflow, runs_again=runs_again)
        self._is_over = False
        self._console = Console(file=sys.stderr, highlight=False)
        self._live = Live(
            console=self._console,
            get_renderable=self._table,
            redirect_stdout=False,
            redirect_stderr=False,
            refresh_per_second=8,
        )

    def __enter__(self) -> LiveReport:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_over = True
        self._live.stop()

    def event(self, event: ModuleEvent) -> None:
        """See `RunReport.event`; the table shows it."""
        RunReport.event(self, event)

    def output(self, text: str) -> None:
        """See `RunReport.output`."""
        RunReport.output(self, text)
        if is_terminal(sys.stdout):
            # Through the console of the table, which would otherwise be drawn over the text.
            self._console.print(Text(text.removesuffix("\n")), soft_wrap=True)
        else:
            write_of_module(text)

    def line(self, text: str) -> None:
        """See `PlainReport.line`."""
        self._console.print(Text(text), soft_wrap=True)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """See `RunReport.paused`."""
        self._live.stop()
        try:
            yield
        finally:
            self._live.start()

    def _table(self) -> Table:
        """All modules, but while the table is redrawn no more than the screen has lines for."""
        events = list(self._latest.values())
        room = self._console.size.height - _BESIDE_ROWS
        is_cut = len(events) > room and not self._is_over
        shown = events
        if is_cut:
            shown = [events[place] for place in choose_rows([one.state for one in events], room)]
        table = make_table(
            ("module", "state", ""), [self._row(one) for one in shown], is_cut=is_cut
        )
        for event, row in zip(shown, table.rows, strict=True):
            row.style = _COLOURS[event.state]
        if is_cut:
            table.add_row(Text(f"... and {len(events) - len(shown)} more", style="dim"))
        return table

    def _row(self, event: ModuleEvent) -> tuple[str, str, str]:
        state = self.state_word(event)
        if event.progress is not None and state == event.state.value:
            state = f"{state} {event.progress:.0%}"
        # What stands above the table, or in the state, is not said twice.
        is_told = event.message == INTERRUPTED or any(
            event.message and event.message in text for text in self._told.values()
        )
        message = "" if is_told else " ".join(self.message(event).split())
        label = self.label(event.module_id, event.path)
        return f"{label}{event.round_text}", state, message


def make_report(workflow: Workflow, *, as_json: bool, runs_again: bool = False) -> RunReport:
    """The report that fits: JSON when asked for, live on a terminal, plain lines otherwise."""
    if as_json:
        return RunReport(workflow, runs_again=runs_again)
    kind = LiveReport if is_terminal(sys.stderr) else PlainReport
    return kind(workflow, runs_again=runs_again)
