"""Work on a queue directly, with the verbs, options and output of the tej command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from ..engine import JobNotFound, JobStatus, parse_job_id
from .output import tell, write_json, write_line
from .queue_options import destination_argument, job_id_option, json_option, open_queue
from .status_text import legacy_status, status_to_json
from .transfer_bar import TransferBar


@click.command(epilog="Example: vistrails-tej setup me@server --queue ~/jobs --make-default-link")
@destination_argument
@click.option("--make-link", multiple=True, metavar="LINK", help="Make a link to the queue.")
@click.option("--make-default-link", is_flag=True, help="Make ~/.tej a link to the queue.")
@click.option("--force", is_flag=True, help="Replace a link that is there already.")
@click.option("--only-links", is_flag=True, help="Make the links, not the queue.")
@click.option("--runtime", metavar="NAME", help="How jobs are run; default: plainly.")
def setup(
    destination: str,
    queue: str,
    accept_host_key: Sequence[str],
    make_link: Sequence[str],
    make_default_link: bool,
    force: bool,
    only_links: bool,
    runtime: str | None,
) -> None:
    """Make a queue on a server, and links to it."""
    links = [*make_link, *(["~/.tej"] if make_default_link else [])]
    with open_queue(destination, queue, accept_host_key) as remote:
        remote.setup(links=links, force=force, only_links=only_links, runtime=runtime)


@click.command(epilog="Example: vistrails-tej submit me@server --id first --script run.sh ./job")
@destination_argument
@click.option("--id", "job_id", help="The id of the job; one is made up otherwise.")
@click.option("--script", default="start.sh", show_default=True, help="The file to run.")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
def submit(
    destination: str,
    queue: str,
    accept_host_key: Sequence[str],
    job_id: str | None,
    script: str,
    directory: Path,
) -> None:
    """Run the script of a directory on a server; prints the id of the job."""
    with open_queue(destination, queue, accept_host_key) as remote:
        wanted = parse_job_id(job_id) if job_id is not None else None
        with TransferBar(f"sending {directory.name}") as bar:
            submitted = remote.submit(wanted, directory, script=script, progress=bar)
        write_line(submitted)


@click.command(epilog="Example: vistrails-tej status me@server --id first")
@destination_argument
@job_id_option
@json_option
def status(
    destination: str, queue: str, accept_host_key: Sequence[str], job_id: str, as_json: bool
) -> None:
    """Tell whether a job runs, has finished (with its exit code), or is not found."""
    with open_queue(destination, queue, accept_host_key) as remote:
        try:
            found: JobStatus | None = remote.status(parse_job_id(job_id))
        except JobNotFound:
            found = None
    if as_json:
        write_json(status_to_json(found) if found else {"id": job_id, "state": "not found"})
    else:
        write_line(legacy_status(found) if found else "not found")


@click.command(epilog="Example: vistrails-tej download me@server --id first output.csv")
@destination_argument
@job_id_option
@click.argument("files", nargs=-1, required=True)
def download(
    destination: str,
    queue: str,
    accept_host_key: Sequence[str],
    job_id: str,
    files: Sequence[str],
) -> None:
    """Bring files of a job into the current directory."""
    with open_queue(destination, queue, accept_host_key) as remote:
        for name in files:
            with TransferBar(f"fetching {name}") as bar:
                remote.download(parse_job_id(job_id), name, into=Path(), progress=bar)


@click.command(epilog="Example: vistrails-tej kill me@server --id first")
@destination_argument
@job_id_option
def kill(destination: str, queue: str, accept_host_key: Sequence[str], job_id: str) -> None:
    """End a job with everything it started; one that has ended is left as it is."""
    with open_queue(destination, queue, accept_host_key) as remote:
        left = remote.kill(parse_job_id(job_id))
    if not left.is_over:
        tell(f"job {job_id} was told to end, but still is {left.state.name.lower()}")


@click.command(epilog="Example: vistrails-tej delete me@server --id first")
@destination_argument
@job_id_option
def delete(destination: str, queue: str, accept_host_key: Sequence[str], job_id: str) -> None:
    """Remove a job that has ended, with its files."""
    with open_queue(destination, queue, accept_host_key) as remote:
        remote.delete(parse_job_id(job_id))


@click.command("list", epilog="Example: vistrails-tej list me@server")
@destination_argument
@json_option
def list_jobs(destination: str, queue: str, accept_host_key: Sequence[str], as_json: bool) -> None:
    """List the jobs of a queue, a line each: id and state."""
    with open_queue(destination, queue, accept_host_key) as remote:
        found = remote.statuses()
    if as_json:
        write_json([status_to_json(one) for one in found.values()])
        return
    for job_id, one in found.items():
        write_line(f"{job_id} {legacy_status(one).split()[0]}")


@click.command(epilog="Example: vistrails-tej cleanup me@server --queue ~/jobs")
@destination_argument
@click.option("--force", is_flag=True, help="Kill the jobs that still run.")
def cleanup(destination: str, queue: str, accept_host_key: Sequence[str], force: bool) -> None:
    """Remove a whole queue with all its jobs, and the links that led to it."""
    with open_queue(destination, queue, accept_host_key) as remote:
        remote.cleanup(force=force)
    tell(f"the queue {queue} on {destination.rpartition('@')[2]} is gone")


QUEUE_COMMANDS = (setup, submit, status, download, kill, delete, list_jobs, cleanup)
