"""The client goes away in the middle of a request: the id is free at once, or the job runs."""

from __future__ import annotations

import itertools
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.runtimes.client import OWNER, Client, names
from tests.waiting import wait_until
from vistrails_tej.engine.job import JobState
from vistrails_tej.engine.payload import Payload
from vistrails_tej.engine.protocol import Code

# Hangs up on all that the server does for this client, the first time one is to run as number AT.
PROGRAM = """#!/bin/sh
echo called >>"$CALLS"
[ "$(wc -l <"$CALLS")" -ne "$AT" ] || kill -s HUP 0
exec {program} "$@"
"""
PROGRAMS = ("chmod", "date", "mkdir", "mv", "rm", "stat", "tar")

HangUp = Callable[..., bool]


@pytest.fixture
def hang_up(client: Client, tmp_path: Path) -> HangUp:
    """Runs a request and hangs up at its Nth program; whether it came to that."""
    programs, calls = tmp_path / "programs", tmp_path / "calls"
    programs.mkdir()
    for name in PROGRAMS:
        (programs / name).write_text(PROGRAM.format(program=shutil.which(name)))
        (programs / name).chmod(0o755)

    def run(number: int, words: list[str], payload: bytes = b"") -> bool:
        calls.write_text("")
        variables = client.shell.variables()
        variables["PATH"] = f"{programs}:{variables['PATH']}"
        subprocess.run(
            [client.shell.program, "-c", '. "$0"; ("$@")', str(client.shell._library), *words],
            input=payload,
            # Its end is that of the last process that works for the request.
            capture_output=True,
            env={**variables, "CALLS": str(calls), "AT": str(number)},
            cwd=client.shell.home,
            start_new_session=True,
            timeout=60,
            check=False,
        )
        return calls.read_text().count("called") >= number

    return run


def new_payload(client: Client) -> tuple[Payload, bytes]:
    """A payload, and all of its stream."""
    text = "#!/bin/sh\necho ran >>../../../runs\n"
    payload = client.payload("job-1", {"start.sh": text, "data": "x" * 3000})
    return payload, b"".join(payload.pack())


def settle(client: Client) -> None:
    trash = client.queue / "vt/trash"
    wait_until(lambda: not names(trash), message="an empty trash")


def is_absent(client: Client) -> bool:
    return client.run("job_status", "job-1").exit_code == Code.NO_SUCH_JOB


@pytest.mark.parametrize("share", [0, 0.5])
def test_a_client_that_goes_away_while_it_sends_leaves_the_id_free_at_once(
    client: Client, hang_up: HangUp, share: float
) -> None:
    client.run("queue_setup", "default", "queue", "no")
    for number in itertools.count(1):
        payload, stream = new_payload(client)
        words = client.words(payload, "job-1", "script", "start.sh")
        reached = hang_up(number, words, stream[: int(len(stream) * share)])
        assert is_absent(client), number
        settle(client)
        if not reached:
            break
    assert number > 4
    assert names(client.queue / "jobs") == set()


def test_a_client_that_goes_away_once_all_was_sent_leaves_a_job_that_runs_once(
    client: Client, hang_up: HangUp
) -> None:
    client.run("queue_setup", "default", "queue", "no")
    for number in itertools.count(1):
        payload, stream = new_payload(client)
        reached = hang_up(number, client.words(payload, "job-1", "script", "start.sh"), stream)
        if is_absent(client):
            # It went away before the server began.
            assert number == 1
        else:
            assert client.wait_for_end("job-1").exit_code == 0, number
            assert (client.queue / "runs").read_text() == "ran\n"
            (client.queue / "runs").unlink()
            assert client.run("job_delete", "job-1").exit_code == 0
        settle(client)
        if not reached:
            break
    assert number > 4


def test_a_client_that_goes_away_while_it_claims_leaves_its_name_or_nothing(
    client: Client, hang_up: HangUp
) -> None:
    """By which others on its machine know that it is dead."""
    client.run("queue_setup", "default", "queue", "no")
    for number in itertools.count(1):
        nonce = f"dead-{number}"
        reached = hang_up(number, ["job_claim", client.path, "job-1", nonce, OWNER, "-"])
        if is_absent(client):
            assert number == 1
        else:
            status = client.status("job-1")
            found = (status.state, status.nonce, status.owner)
            assert found == (JobState.UPLOADING, nonce, OWNER), number
            assert client.run("job_release", "job-1", nonce).exit_code == 0
        settle(client)
        if not reached:
            break
    assert number > 2


def test_a_large_upload_that_is_cut_off_leaves_the_id_free_at_once(client: Client) -> None:
    payload, stream = new_payload(client)
    # Nothing, where one file ends, within one, and within the list of files, which is the last.
    for cut in (0, 1024, 2000, stream.rindex(b".vt-manifest") + 10):
        assert client.run("job_claim", "job-1", payload.nonce, OWNER, "-").exit_code == 0
        words = ["job_receive", client.path, "job-1", payload.nonce]
        assert client.shell.run(words, payload=[stream[:cut]]).exit_code == Code.NOT_WHOLE
        assert is_absent(client)
    settle(client)


def test_a_large_upload_of_a_new_attempt_that_is_cut_off_leaves_the_old_one(
    client: Client, hang_up: HangUp
) -> None:
    client.submit("job-1", "#!/bin/sh\nexit 3\n")
    client.wait_for_end("job-1")
    for number in itertools.count(1):
        payload, stream = new_payload(client)
        words = ["job-1", payload.nonce]
        claimed = client.run("job_claim", *words, OWNER, "-", "yes")
        assert claimed.exit_code == 0, number
        if not hang_up(number, ["job_receive", client.path, *words], stream[:2000]):
            break
        if number > 1:
            assert (client.status("job-1").exit_code, client.output("job-1")) == (3, "")
        else:
            client.run("job_release", *words)
    assert number > 3
    settle(client)


def test_who_gives_an_upload_up_does_not_take_the_place_of_one_who_took_it_over(
    client: Client, tmp_path: Path
) -> None:
    """The other one comes when the first has seen that the claim is its own, and no later."""
    client.run("queue_setup", "default", "queue", "no")
    programs = tmp_path / "programs"
    programs.mkdir()
    heir = client.payload("job-1", {"start.sh": "#!/bin/sh\nexit 5\n"})
    (tmp_path / "payload").write_bytes(b"".join(heir.pack()))
    for name in ("mkdir", "mv"):
        # Not where a release begins, but before the first change that it makes.
        (programs / name).write_text(
            f"""#!/bin/sh
if mkdir {tmp_path}/once 2>/dev/null; then
    PATH=$OLD_PATH $PROGRAM -c '. "$0"; ("$@")' "$LIBRARY" job_submit '{client.path}' job-1 \\
        {heir.nonce} heir first script start.sh <{tmp_path}/payload >{tmp_path}/answer 2>&1
    echo $? >>{tmp_path}/answer
fi
PATH=$OLD_PATH exec {name} "$@"
""".replace("if mkdir", f"if {shutil.which('mkdir')}")
        )
        (programs / name).chmod(0o755)
    old_path = client.shell.variables()["PATH"]
    client.run("job_claim", "job-1", "first", OWNER, "-")
    before = client.shell.environment
    client.shell.environment = {
        **before,
        "PATH": f"{programs}:{old_path}",
        "OLD_PATH": old_path,
        "PROGRAM": client.shell.program,
        "LIBRARY": str(client.shell._library),
    }
    released = client.run("job_release", "job-1", "first")
    client.shell.environment = before
    answer = (tmp_path / "answer").read_text()
    # One of the two has it, and knows.
    if released.exit_code == 0:
        assert answer.endswith(f"\n{int(Code.JOB_EXISTS)}\n"), answer
        assert is_absent(client)
    else:
        assert released.exit_code == Code.CLAIM_LOST
        assert client.wait_for_end("job-1").exit_code == 5
