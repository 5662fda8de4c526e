"""One id, many clients, interrupted uploads: one of them submits it, and never half of it."""

from __future__ import annotations

import os
import re

from tests.runtimes.client import OWNER, Client, names
from tests.waiting import wait_until
from vistrails_tej.engine.job import JobState
from vistrails_tej.engine.protocol import Code


def age(client: Client, job_id: str, seconds: int, name: str = "claim") -> None:
    """Make a claim look as if nobody had renewed it for some time."""
    record = client.job(job_id) / ".vt" / name
    text = record.read_text()
    record.write_text(re.sub(r" (\d+) ", lambda match: f" {int(match[1]) - seconds} ", text))


def test_of_ten_processes_one_submits_and_the_job_runs_once(client: Client) -> None:
    client.run("queue_setup", "default", "queue", "no")
    text = "#!/bin/sh\necho ran >>../../../runs\n"
    processes = []
    for _ in range(10):
        payload = client.payload("job-1", {"start.sh": text})
        words = client.words(payload, "job-1", "script", "start.sh")
        processes.append(client.shell.start(words, b"".join(payload.pack())))
    for process in processes:
        process.communicate(timeout=60)
    codes = sorted(process.returncode for process in processes)
    assert codes == [Code.DONE] + [Code.JOB_EXISTS] * 9
    client.wait_for_end("job-1")
    assert (client.queue / "runs").read_text() == "ran\n"
    assert names(client.job("job-1")) == {".vt", "stage", "status"}


def test_a_job_that_exists_is_described_and_left_alone(client: Client) -> None:
    client.submit("job-1", "#!/bin/sh\nexit 3\n")
    client.wait_for_end("job-1")
    reply = client.submit("job-1", "#!/bin/sh\nexit 4\n")
    assert reply.exit_code == Code.JOB_EXISTS
    assert "job job-1 EXITED 1 3 failed" in reply.text
    assert client.status("job-1").exit_code == 3


def test_an_upload_in_steps_is_seen_by_others_until_it_starts(client: Client) -> None:
    payload = client.payload("job-1", {"start.sh": "#!/bin/sh\nexit 3\n"})
    reply = client.run("job_claim", "job-1", payload.nonce, OWNER, "-")
    assert reply.lines == [f"queue {client.queue}", "claimed job-1"]
    status = client.status("job-1")
    assert (status.state, status.nonce, status.owner) == (
        JobState.UPLOADING,
        payload.nonce,
        OWNER,
    )
    assert client.submit("job-1", "#!/bin/sh\n").exit_code == Code.JOB_EXISTS
    words = ["job_receive", client.path, "job-1", payload.nonce]
    assert client.shell.send(words, payload.pack()).exit_code == 0
    reply = client.run("job_commit", "job-1", payload.nonce, OWNER, "script", "start.sh")
    assert reply.exit_code == 0
    assert client.wait_for_end("job-1").exit_code == 3


def test_a_stale_claim_is_taken_over_and_its_uploader_stopped(client: Client) -> None:
    late = client.payload("job-1", {"start.sh": "#!/bin/sh\nexit 4\n"})
    client.run("job_claim", "job-1", late.nonce, OWNER, "-")
    age(client, "job-1", 901)
    assert client.state("job-1") is JobState.INCOMPLETE
    assert client.submit("job-1", "#!/bin/sh\nexit 5\n").exit_code == 0
    words = ["job_receive", client.path, "job-1", late.nonce]
    assert client.shell.send(words, late.pack()).exit_code == Code.CLAIM_LOST
    reply = client.run("job_commit", "job-1", late.nonce, OWNER, "script", "start.sh")
    assert reply.exit_code == Code.CLAIM_LOST
    assert client.run("job_renew", "job-1", late.nonce).exit_code == Code.CLAIM_LOST
    assert client.run("job_release", "job-1", late.nonce).exit_code == Code.CLAIM_LOST
    assert client.wait_for_end("job-1").exit_code == 5
    wait_until(lambda: not names(client.queue / "vt/trash"), message="an empty trash")


def test_of_ten_that_take_over_one_wins(client: Client) -> None:
    client.run("job_claim", "job-1", "dead", OWNER, "-")
    age(client, "job-1", 901)
    processes = []
    for _ in range(10):
        payload = client.payload("job-1", {"start.sh": "#!/bin/sh\necho ran >>../../../runs\n"})
        words = client.words(payload, "job-1", "script", "start.sh")
        processes.append(client.shell.start(words, b"".join(payload.pack())))
    answers = [process.communicate(timeout=60) for process in processes]
    codes = sorted(process.returncode for process in processes)
    assert codes == [Code.DONE] + [Code.JOB_EXISTS] * 9, answers
    client.wait_for_end("job-1")
    assert (client.queue / "runs").read_text() == "ran\n"


def test_a_renewed_claim_is_not_stale(client: Client) -> None:
    client.run("job_claim", "job-1", "mine", OWNER, "-")
    age(client, "job-1", 901)
    assert client.run("job_renew", "job-1", "mine").exit_code == 0
    assert client.state("job-1") is JobState.UPLOADING
    assert client.run("job_release", "job-1", "mine").exit_code == 0
    assert client.run("job_status", "job-1").exit_code == Code.NO_SUCH_JOB


def test_a_claim_known_to_be_dead_need_not_become_stale(client: Client) -> None:
    client.run("job_claim", "job-1", "dead", OWNER, "-")
    assert client.submit("job-1", "#!/bin/sh\n", stale="other").exit_code == Code.JOB_EXISTS
    assert client.submit("job-1", "#!/bin/sh\n", stale="dead").exit_code == 0


def test_a_client_that_died_right_after_mkdir_does_not_block_the_id(client: Client) -> None:
    client.run("queue_setup", "default", "queue", "no")
    client.job("job-1").mkdir()
    assert client.state("job-1") is JobState.UPLOADING
    assert client.submit("job-1", "#!/bin/sh\n").exit_code == Code.JOB_EXISTS
    os.utime(client.job("job-1"), (1, 1))
    assert client.state("job-1") is JobState.INCOMPLETE
    assert client.submit("job-1", "#!/bin/sh\n").exit_code == 0


def test_a_payload_that_was_cut_off_is_not_started(client: Client) -> None:
    payload = client.payload("job-1", {"start.sh": "#!/bin/sh\n", "data": "x" * 3000})
    stream = b"".join(payload.pack())
    # In the middle of a file, and where a file ends: a tar that simply stops there looks whole.
    for cut in (2000, 1024, 5120):
        words = client.words(payload, "job-1", "script", "start.sh")
        reply = client.shell.run(words, payload=[stream[:cut]])
        assert reply.exit_code in (Code.NOT_WHOLE, Code.NO_SCRIPT)
        assert client.run("job_status", "job-1").exit_code == Code.NO_SUCH_JOB


def test_a_missing_script_gives_the_id_back(client: Client) -> None:
    payload = client.payload("job-1", {"start.sh": "#!/bin/sh\n"})
    reply = client.shell.run(
        client.words(payload, "job-1", "script", "run.sh"), payload=payload.pack()
    )
    assert reply.exit_code == Code.NO_SCRIPT
    assert client.submit("job-1", "#!/bin/sh\n").exit_code == 0


def test_an_upload_can_be_deleted(client: Client) -> None:
    client.run("job_claim", "job-1", "mine", OWNER, "-")
    assert client.run("job_delete", "job-1").exit_code == 0
    assert client.run("job_receive", "job-1", "mine").exit_code == Code.JOB_DELETED
    reply = client.run("job_commit", "job-1", "mine", OWNER, "script", "start.sh")
    assert reply.exit_code == Code.JOB_DELETED


def test_a_job_that_was_staged_and_forgotten_is_taken_over(client: Client) -> None:
    client.run("job_claim", "job-1", "dead", OWNER, "-")
    (client.job("job-1") / "stage.part.dead").rename(client.job("job-1") / "stage")
    (client.job("job-1") / ".vt/manifest").write_text("\n")
    assert client.state("job-1") is JobState.STAGED
    assert client.submit("job-1", "#!/bin/sh\n").exit_code == Code.JOB_EXISTS
    age(client, "job-1", 901)
    assert client.submit("job-1", "#!/bin/sh\nexit 5\n").exit_code == 0
    assert client.wait_for_end("job-1").exit_code == 5
