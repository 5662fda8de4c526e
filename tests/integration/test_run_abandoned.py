"""A run that waits for somebody else's upload takes it over once that was given up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vistrails_tej.engine import ConnectionFailed, parse_job_id
from vistrails_tej.engine.errors import ConnectionLost
from vistrails_tej.engine.job_submission import SMALL, JobSubmission
from vistrails_tej.engine.payload import Start, read_payload
from vistrails_tej.engine.queue_session import Access, QueueSession

from ..vistrails import Draft
from ..waiting import wait_until
from .command_line import CommandLine

START = Start("script", "start.sh")
LONG_AGO = 3600


def claim_and_vanish(server: Any, job_id: str, directory: Path) -> None:
    """Begin to upload a large job, and break off when the id is claimed."""
    (directory / "large").write_bytes(bytes(2 * SMALL))

    def vanish(step: str) -> None:
        if step == "claimed":
            raise ConnectionLost(server.destination, "the link was cut")

    session = QueueSession(Access(server.destination, ssh_directory=server.ssh_directory))
    payload = read_payload(parse_job_id(job_id), directory, START)
    submission = JobSubmission(
        session, "~/.tej", parse_job_id(job_id), payload, START, "-", False, vanish
    )
    with pytest.raises(ConnectionFailed):
        submission.run()
    session.close()


def make_stale(claim: Path) -> None:
    """Let the uploader have been heard of long ago: its file has nonce, time and owner."""
    nonce, heard, owner = claim.read_text(encoding="ascii").split()
    claim.write_text(f"{nonce} {int(heard) - LONG_AGO} {owner}\n", encoding="ascii")


def test_a_run_submits_the_job_itself_when_the_other_upload_is_given_up(
    server: Any, cli: CommandLine, job_directory: Path, unique: str
) -> None:
    draft = Draft(str(server.destination))
    draft.printed(draft.shell_job(f"echo {unique}"), "stdout")
    file = draft.save(cli.folder / "shared.vt")
    (signature,) = [
        one["signature"] for one in cli.json("signatures", file) if one["name"] == "SubmitShellJob"
    ]
    job_id = f"vistrails_module_{signature}"
    claim_and_vanish(server, job_id, job_directory)
    told = cli("run", file, "--no-wait", code=6).stderr
    assert "somebody else uploads it" in told
    assert "last heard of" in told
    assert "reused" not in told
    process = cli.start("run", file, "--interval", "0.5")
    assert process.stderr is not None
    wait_until(lambda: "waiting for 1 job" in process.stderr.readline())  # type: ignore[union-attr]
    job = Path(server.home) / ".tej" / "jobs" / job_id
    make_stale(job / ".vt" / "claim")
    try:
        output, told = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait(timeout=30)
    assert (process.returncode, output) == (0, f"{unique}\n"), told
