"""vistrails-tej: the commands, and the one place that turns errors into a sentence and a code."""

from __future__ import annotations

import logging
import signal
import sys
from typing import NoReturn

import click

from ..dataflow import DataflowError
from ..engine import TejError, ssh_library_logger
from .demo_command import demo
from .doctor_command import doctor
from .exit_codes import ExitCode, exit_code_of
from .explain_command import explain_command
from .job_commands import jobs
from .logs_command import logs
from .monitor_command import monitor
from .open_command import open_command
from .output import OutputFailed, tell
from .questions import terminal_kept
from .queue_commands import QUEUE_COMMANDS
from .run_command import run
from .vistrail_commands import history, show, signatures

_ALL_OF_SSH = 3
_LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-v",
    "--verbose",
    count=True,
    help="Tell more; twice tells every remote command, three times all of the SSH library.",
)
@click.option(
    "--keyring", is_flag=True, help="Look for passwords in the keyring, and offer to keep new ones."
)
@click.version_option(package_name="vistrails-tej", message="%(prog)s %(version)s")
def commands(verbose: int, keyring: bool) -> None:
    """Run steps of a workflow on any server that SSH reaches, and wait for them.

    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 conflict
    (exists, still running), 5 connection, login or host key, 6 suspended
    (jobs still running), 130 stopped with Ctrl+C.
    """
    level = _LEVELS[min(verbose, len(_LEVELS) - 1)]
    logging.basicConfig(level=level, format="%(levelname)s: %(message)s", stream=sys.stderr)
    if verbose >= _ALL_OF_SSH:
        ssh_library_logger().setLevel(logging.DEBUG)
    # The questions look this option up in the context, when a password is needed.
    del keyring


for _command in (
    run,
    open_command,
    explain_command,
    show,
    history,
    signatures,
    jobs,
    monitor,
    demo,
    doctor,
    *QUEUE_COMMANDS,
    logs,
):
    commands.add_command(_command)


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        # Started with nohup, we are to go on.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)
    sys.exit(int(execute(sys.argv[1:])))


def _stop(_number: int, _frame: object) -> NoReturn:
    """Whoever ends us from outside means what Ctrl+C means: suspend, and leave nothing behind."""
    raise KeyboardInterrupt


def execute(arguments: list[str]) -> int:
    """Run a command and return its exit code; every foreseen error is one sentence."""
    try:
        with terminal_kept():
            outcome = commands.main(
                args=arguments, prog_name="vistrails-tej", standalone_mode=False
            )
        return int(outcome) if isinstance(outcome, int) else ExitCode.DONE
    except (click.exceptions.Abort, KeyboardInterrupt):
        tell("vistrails-tej: stopped")
        return ExitCode.INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has left: there is nobody to tell.
        sys.stderr.close()
        return ExitCode.FAILED
    except (TejError, DataflowError, OutputFailed, OSError) as error:
        tell(f"vistrails-tej: {error}")
        return exit_code_of(error)
