"""demo: the primes example on a server of its own, twice."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..dataflow import parse_assignment
from ..demo.examples import examples_folder
from ..engine import Login
from ..modules.run_again import Again
from ..modules.sessions import SessionOptions, start_sessions, stop_sessions
from ..modules.workflow import load_registry, open_workflow
from .exit_codes import ExitCode
from .output import tell, write_line
from .run_command import execute
from .run_report import PlainReport
from .run_wishes import RunWishes

if TYPE_CHECKING:
    from ..demo.server import DemoServer

_WISHES = RunWishes(wait=True, interval=0.2, again=Again.NONE, trust=False, as_json=False)


@click.command(epilog="Example: vistrails-tej demo")
def demo() -> int:
    """Start an SSH server on this machine and run the primes example on it, twice.

    The server listens on 127.0.0.1 only, has keys and a home of its own in a temporary folder,
    and is gone when the command ends.
    """
    server = _demo_server()
    if server is None:
        tell("the demo needs asyncssh; install it with: pip install 'vistrails-tej[demo]'")
        return ExitCode.FAILED
    with server, tempfile.TemporaryDirectory(prefix="vistrails-tej-demo-") as folder:
        write_line(f"An SSH server of this demo listens at {server.destination}")
        file = Path(folder) / "tej-primes.vt"
        shutil.copy(examples_folder() / file.name, file)
        write_line("\nFirst run: the number goes up, a job looks for its largest prime factor.")
        code = _run(server, file)
        if code is not ExitCode.DONE:
            return code
        write_line("\nSecond run of the same workflow, from a pristine copy of the file:")
        shutil.copy(examples_folder() / file.name, file)
        return _run(server, file)


def _demo_server() -> DemoServer | None:
    try:
        # asyncssh is an extra: the command says so instead of failing when the cli is imported.
        from ..demo.server import DemoServer
    except ImportError:
        return None
    return DemoServer()


def _run(server: DemoServer, file: Path) -> ExitCode:
    assignment = parse_assignment(f"Queue.hostname={server.destination}")
    workflow = open_workflow(file, load_registry(), assignments=[assignment])
    workflow.check()
    report = PlainReport(workflow)
    start_sessions(
        SessionOptions(
            login=Login(use_agent=False), ssh_directory=server.ssh_directory, tell=report.job_news
        )
    )
    try:
        return ExitCode(execute(workflow, report, _WISHES))
    finally:
        stop_sessions()
