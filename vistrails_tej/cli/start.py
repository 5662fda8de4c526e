"""The entry point: all there is before the program itself is imported, which takes a moment."""

from __future__ import annotations

import signal
import sys
from typing import NoReturn

# What shells say of a program that Ctrl+C ended; `ExitCode.INTERRUPTED` is imported only later.
_INTERRUPTED = 128 + signal.SIGINT


def main() -> NoReturn:
    """Run the command line and exit with its code; Ctrl+C ends it quietly from the beginning."""
    # A background job of a shell script ignores Ctrl+C, and is to go on doing so.
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if ours:
        # There is nothing to clear up yet, and an exception would pass through half an import.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from .main import main as run

    try:
        if ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        run()
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    finally:
        if ours:
            # The result is told: while Python clears up, nothing is left to suspend.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
