"""logs: every byte once and in order, while the job runs, over cut connections, to its end."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.command_line import CommandLine
from tests.integration.relay import Relay
from tests.integration.sshd import Sshd
from tests.vistrails import wait_for_file
from tests.waiting import wait_until
from vistrails_tej.engine import JobNotFound, LogFollower, RemoteQueue
from vistrails_tej.engine.destination import Destination

ODD = bytes(range(256)) + b"\r\nno line end"


def make_job(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "start.sh").write_text(f"#!/bin/sh\n{text}")
    return folder


def test_what_a_job_printed_is_printed_byte_for_byte(
    server: Any, cli: CommandLine, tmp_path: Path, unique: str
) -> None:
    job = make_job(tmp_path / "job", "cat odd; echo oops >&2\n")
    (job / "odd").write_bytes(ODD)
    cli("submit", server.destination, "--id", unique, job)
    command = cli.command(("logs", server.destination, "--id", unique, "-f"))
    done = subprocess.run(
        command, env=cli.environment(), cwd=cli.folder, capture_output=True, check=True, timeout=60
    )
    assert done.stdout == ODD
    assert cli("logs", server.destination, "--id", unique, "--stderr").stdout == "oops\n"


def test_following_ends_with_the_job(
    server: Any, cli: CommandLine, tmp_path: Path, unique: str
) -> None:
    go = tmp_path / "go"
    job = make_job(tmp_path / "job", "echo first\n" + wait_for_file(go, "echo last"))
    cli("submit", server.destination, "--id", unique, job)
    with cli.start("logs", server.destination, "--id", unique, "--follow") as following:
        assert following.stdout is not None
        assert following.stdout.readline() == "first\n"
        assert cli("logs", server.destination, "--id", unique).stdout == "first\n"
        go.touch()
        assert following.stdout.read() == "last\n"
        assert following.wait(30) == 0


def test_ctrl_c_ends_following_quietly_and_not_the_job(
    server: Any, cli: CommandLine, tmp_path: Path, unique: str
) -> None:
    go = tmp_path / "go"
    job = make_job(tmp_path / "job", "echo first\n" + wait_for_file(go))
    cli("submit", server.destination, "--id", unique, job)
    with cli.start("logs", server.destination, "--id", unique, "--follow") as following:
        assert following.stdout is not None
        assert following.stdout.readline() == "first\n"
        following.send_signal(signal.SIGINT)
        told, errors = following.communicate(timeout=30)
        assert (following.returncode, told, errors) == (6, "", "")
    assert cli("status", server.destination, "--id", unique).stdout == "running\n"
    go.touch()


def test_a_job_that_is_not_there_is_not_found(
    server: Any, cli: CommandLine, job_directory: Path, unique: str
) -> None:
    cli("submit", server.destination, "--id", unique, job_directory)
    for options in ((), ("--follow",)):
        cli("logs", server.destination, "--id", f"{unique}.no", *options, code=3)


# Over a connection that breaks


@pytest.fixture
def queue(sshd: Sshd, relay: Relay) -> Iterator[RemoteQueue]:
    destination = Destination("127.0.0.1", port=relay.port)
    with RemoteQueue(destination, ssh_directory=sshd.ssh_directory) as opened:
        yield opened


LINES = b"".join(b"%06d\n" % number for number in range(400))


def test_a_cut_connection_neither_loses_nor_repeats_a_byte(
    queue: RemoteQueue, relay: Relay, tmp_path: Path, unique: str
) -> None:
    # It writes a part at each file that appears; so it runs on while nobody can look.
    steps = [tmp_path / f"step{number}" for number in range(4)]
    text = "".join(
        wait_for_file(step, f"head -n {100 * number + 100} all | tail -n 100")
        for number, step in enumerate(steps)
    )
    job = make_job(tmp_path / "job", text)
    (job / "all").write_bytes(LINES)
    queue.submit(unique, job)
    log = LogFollower(queue, unique)
    seen, done = b"", 0
    steps[0].touch()
    for data in log.follow():
        seen += data
        while done < len(seen) // 700:
            done += 1
            relay.hang_up()
            if done < len(steps):
                steps[done].touch()
    assert seen == LINES
    assert log.offset == len(LINES)
    assert log.is_over


def test_what_was_read_is_not_sent_again(queue: RemoteQueue, tmp_path: Path, unique: str) -> None:
    go = tmp_path / "go"
    job = make_job(tmp_path / "job", "head -c 3000000 /dev/zero\n" + wait_for_file(go))
    queue.submit(unique, job)
    log = LogFollower(queue, unique)
    pieces: list[int] = []

    def whole() -> bool:
        pieces.extend(len(data) for data in log.read())
        return sum(pieces) == 3_000_000

    wait_until(whole)
    assert max(pieces) <= 1 << 20
    assert list(log.read()) == []
    go.touch()
    assert b"".join(log.follow()) == b"done\n"


def test_a_file_that_is_not_there_yet_is_empty(
    queue: RemoteQueue, job_directory: Path, unique: str
) -> None:
    with pytest.raises(JobNotFound):
        list(LogFollower(queue, unique).read())
    queue.submit(unique, job_directory)
    assert list(LogFollower(queue, unique, "no such file").follow()) == []
