"""tej 0.6 and this project on one queue: every verb, each maker, each submitter, each user."""

from __future__ import annotations

import contextlib
import itertools
from pathlib import Path

import pytest

from tests.compat.clients import Client, Refused, copy_of_tree
from tests.compat.conftest import make_job
from tests.integration.sshd import Sshd
from tests.waiting import wait_until

CLIENTS = ("ours", "tej", "tej api")
MAKERS = ("ours", "tej api")
ENDLESS = "while :; do sleep 0.1; done"


def wait_for_status(client: Client, queue: str, job_id: str, wanted: str) -> None:
    """tej calls a job incomplete, which is an error, until its wrapper has run."""

    def arrived() -> bool:
        with contextlib.suppress(Refused):
            return client.status(queue, job_id) == wanted
        return False

    wait_until(arrived, message=f"{job_id} {wanted}")


def refusal(call: object, *arguments: object) -> str:
    """Why a client refuses a call."""
    with pytest.raises(Refused) as caught:
        call(*arguments)  # type: ignore[operator]
    return caught.value.reason


# What tej does with its own jobs on its own queues is not for us to test.
COMBINATIONS = [
    combination
    for combination in itertools.product(MAKERS, CLIENTS, CLIENTS)
    if "ours" in combination
]


@pytest.mark.parametrize(("maker", "submitter", "user"), COMBINATIONS)
def test_every_verb_works_on_the_jobs_of_every_client(
    clients: dict[str, Client],
    tmp_path: Path,
    unique: str,
    maker: str,
    submitter: str,
    user: str,
) -> None:
    queue = f"~/{unique} of a maker"
    clients[maker].setup(queue)
    by, us = clients[submitter], clients[user]
    fine = make_job(tmp_path / "fine", "cat input >'a result'; exit 0")
    (fine / "input").write_text("result\n")
    assert by.submit(queue, "fine", fine, "start.sh") == "fine"
    by.submit(queue, "long", make_job(tmp_path / "long", ENDLESS), "start.sh")
    wait_for_status(us, queue, "fine", "finished 0")
    wait_for_status(us, queue, "long", "running")
    assert us.list(queue) == {"fine": "finished", "long": "running"}
    assert us.download(queue, "fine", "a result", tmp_path).read_text() == "result\n"
    assert refusal(us.submit, queue, "fine", fine, "start.sh") == "exists"
    assert refusal(us.delete, queue, "long") == "running"
    us.kill(queue, "long")
    wait_for_status(us, queue, "long", "finished 143")
    us.delete(queue, "long")
    assert by.status(queue, "long") == us.status(queue, "long") == "not found"
    assert refusal(us.delete, queue, "long") == refusal(us.kill, queue, "long") == "no job"
    # The id is free for whoever wants it next; the job of its name may have failed.
    assert us.submit(queue, "long", make_job(tmp_path / "bad", "exit 3"), "start.sh") == "long"
    wait_for_status(by, queue, "long", "finished 3")


@pytest.mark.parametrize("maker", MAKERS)
def test_jobs_of_all_clients_live_in_one_queue(
    clients: dict[str, Client], tmp_path: Path, unique: str, maker: str
) -> None:
    queue = f"~/{unique}"
    clients[maker].setup(queue)
    job = make_job(tmp_path / "job", "echo done")
    expected = {}
    for name, client in clients.items():
        job_id = client.submit(queue, name.replace(" ", "-"), job, "start.sh")
        expected[job_id] = "finished"
        # Without an id, each makes one up in its own way; the others understand it.
        expected[client.submit(queue, None, job, "start.sh")] = "finished"
    assert len(expected) == 6
    for job_id in expected:
        wait_for_status(clients["tej api"], queue, job_id, "finished 0")
    assert [client.list(queue) for client in clients.values()] == [expected] * 3


@pytest.mark.parametrize("user", CLIENTS)
def test_the_first_submit_makes_a_queue_for_all(
    clients: dict[str, Client], tmp_path: Path, unique: str, user: str
) -> None:
    queue = f"~/{unique}"
    for client in clients.values():
        assert refusal(client.list, queue) == "no queue"
    clients[user].submit(queue, "first", make_job(tmp_path / "job", "exit 0"), "start.sh")
    for client in clients.values():
        assert refusal(client.setup, queue) == "queue exists"
        wait_for_status(client, queue, "first", "finished 0")


@pytest.mark.parametrize("maker", MAKERS)
def test_a_chain_of_links_of_both_makers_leads_to_the_queue(
    clients: dict[str, Client], tej_server: Sshd, tmp_path: Path, unique: str, maker: str
) -> None:
    queue, near, far = f"~/{unique} queue", f"~/{unique} near", f"~/{unique} far"
    clients[maker].setup(queue, [near])
    # Relative to the place of the link; both programs read it so.
    (tej_server.home / f"{unique} far").write_text(f"tejdir: {unique} near\n")
    job = make_job(tmp_path / "job", "pwd")
    for name, client in clients.items():
        job_id = name.replace(" ", "-")
        client.submit(far, job_id, job, "start.sh")
        wait_for_status(client, near, job_id, "finished 0")
    assert clients["ours"].list(queue) == clients["tej"].list(far) == clients["tej api"].list(near)
    assert (tej_server.home / f"{unique} queue" / "jobs" / "tej").is_dir()


@pytest.mark.parametrize("user", CLIENTS)
def test_a_link_that_leads_nowhere_is_told_by_all(
    clients: dict[str, Client], tej_server: Sshd, unique: str, user: str
) -> None:
    (tej_server.home / unique).write_text("tejdir: nothing here\n")
    assert refusal(clients[user].list, f"~/{unique}") == "no queue"


@pytest.mark.parametrize("maker", MAKERS)
def test_a_file_that_is_missing_is_told_by_all(
    clients: dict[str, Client], tmp_path: Path, unique: str, maker: str
) -> None:
    queue = f"~/{unique}"
    clients[maker].setup(queue)
    clients[maker].submit(queue, "job", make_job(tmp_path / "job", "exit 0"), "start.sh")
    for client in (clients["ours"], clients["tej api"]):
        wait_for_status(client, queue, "job", "finished 0")
        assert refusal(client.download, queue, "job", "nothing.csv", tmp_path) == "no file"


def test_a_queue_of_tej_is_used_as_it_is(
    clients: dict[str, Client], tej_server: Sshd, tmp_path: Path, unique: str
) -> None:
    """No file that tej made is rewritten, whatever we do with our own jobs beside its jobs."""
    queue = f"~/{unique}"
    tej, ours = clients["tej api"], clients["ours"]
    tej.setup(queue)
    job = make_job(tmp_path / "job", "echo done")
    tej.submit(queue, "fine", job, "start.sh")
    tej.submit(queue, "bad", make_job(tmp_path / "bad", "exit 3"), "start.sh")
    wait_for_status(tej, queue, "fine", "finished 0")
    wait_for_status(tej, queue, "bad", "finished 3")
    before = copy_of_tree(tej_server.home / unique)
    for job_id in ("one", "two"):
        ours.submit(queue, job_id, job, "start.sh")
        wait_for_status(ours, queue, job_id, "finished 0")
    assert set(ours.list(queue)) == {"fine", "bad", "one", "two"}
    ours.kill(queue, "fine")
    ours.kill(queue, "two")
    ours.delete(queue, "two")
    ours.download(queue, "bad", "_stdout", tmp_path)
    after = copy_of_tree(tej_server.home / unique)
    assert {name: after.get(name, b"gone") for name in before} == before
    added = {name.split("/")[0] for name in set(after) - set(before)}
    assert added <= {"jobs", "vt"}
    assert {name.split("/")[1] for name in set(after) - set(before) if name[:5] == "jobs/"} == {
        "one"
    }
    # What we left there does not disturb tej.
    assert tej.list(queue) == dict.fromkeys(("fine", "bad", "one"), "finished")
