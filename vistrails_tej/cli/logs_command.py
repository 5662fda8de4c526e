"""logs: what a job has printed so far, or as it comes."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ..engine import LogFollower, parse_job_id
from .exit_codes import ExitCode
from .output import write_bytes
from .queue_options import destination_argument, job_id_option, open_queue


@click.command(epilog="Example: vistrails-tej logs me@server --id first --follow")
@destination_argument
@job_id_option
@click.option("-f", "--follow", is_flag=True, help="Go on until the job has ended.")
@click.option("--stderr", "errors", is_flag=True, help="Its standard error, not its output.")
def logs(
    destination: str,
    queue: str,
    accept_host_key: Sequence[str],
    job_id: str,
    follow: bool,
    errors: bool,
) -> int:
    """Print what a job has written to its standard output, unchanged.

    Ctrl+C stops looking, with the exit code 6 if the job goes on.
    """
    wanted = parse_job_id(job_id)
    with open_queue(destination, queue, accept_host_key) as remote:
        log = LogFollower(remote, wanted, "_stderr" if errors else "_stdout")
        try:
            for data in log.follow() if follow else log.read():
                write_bytes(data)
        except KeyboardInterrupt:
            return int(ExitCode.DONE if log.is_over else ExitCode.SUSPENDED)
    return int(ExitCode.DONE)
