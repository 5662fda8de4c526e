"""A bar for what takes a while to be sent or fetched, on a terminal."""

from __future__ import annotations

import sys
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from .output import is_terminal

# What is smaller is there before anybody could read a bar. In bytes.
_WORTH_A_BAR = 2_000_000


class TransferBar:
    """Hears how far a transfer is and draws it on standard error; silent without a terminal.

    A context manager; leaving it takes the bar away.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._bar: Progress | None = None

    def __enter__(self) -> TransferBar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def __call__(self, done: int, size: int) -> None:
        """So many bytes of so many have been moved."""
        if size < _WORTH_A_BAR or not is_terminal(sys.stderr):
            return
        if self._bar is None:
            # Not before the first bytes: questions about keys and passwords come earlier.
            self._bar = _make_bar()
            self._bar.add_task(self._what, total=size)
            self._bar.start()
        self._bar.update(self._bar.task_ids[0], completed=done, total=size)


def _make_bar() -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
        redirect_stdout=False,
        redirect_stderr=False,
        transient=True,
    )
