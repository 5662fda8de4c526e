"""A hundred processes submit one id at the same moment; one of them wins, each time.

``python -m tests.stress.races --rounds 20`` does so by local shells and over a real sshd.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, cast

from tests.integration.sshd import Sshd
from tests.stress.local_connection import LocalConnection
from tests.stress.sim_world import World
from tests.waiting import wait_until
from vistrails_tej.engine import RemoteQueue
from vistrails_tej.engine.errors import TejError

RACERS = 100
_ID = "the-job"
_ALLOWED = {"JobExists"}

OpenQueue = Callable[[], RemoteQueue]
"""Gives a queue to a racer, connected by its first request."""


class Race:
    """One queue, and how racers reach it. ``folder`` is new."""

    def __init__(self, world: World, open_queue: OpenQueue) -> None:
        self._world = world
        self._open_queue = open_queue

    def run(self, racers: int = RACERS) -> None:
        """Let them all submit at once, and check that one job came of it."""
        payload = self._world.make_payload("quick", large=False)
        answers = self._collect(racers, payload)
        told = Counter(answers)
        assert told[""] == 1, f"not one of them won: {told}"
        assert set(told) <= {"", *_ALLOWED}, told
        self._check_one_run()

    def _collect(self, racers: int, payload: Path) -> list[str]:
        context = multiprocessing.get_context("fork")
        barrier = context.Barrier(racers)
        receive, send = context.Pipe(duplex=False)
        lock = context.Lock()
        processes = [
            context.Process(target=_race, args=(self._open_queue, payload, barrier, (send, lock)))
            for _ in range(racers)
        ]
        for one in processes:
            one.start()
        send.close()
        answers: list[str] = []
        for _ in processes:
            assert receive.poll(120), f"only {len(answers)} of {racers} answered"
            answers.append(cast("str", receive.recv()))
        for one in processes:
            one.join()
        receive.close()
        return answers

    def _check_one_run(self) -> None:
        """One run, one directory, no process; then room for the next round."""
        world = self._world
        with closing(self._open_queue()) as queue:
            wait_until(lambda: queue.status(_ID).is_ok, message="the end of the job")
            assert [path.name for path in world.queue.glob("jobs/*")] == [_ID]
            world.check()
            assert len(world.log.read_text().splitlines()) == 1, world.log.read_text()
            queue.delete(_ID)
        world.log.write_text("")
        world.check_end()


def _race(open_queue: OpenQueue, payload: Path, barrier: Barrier, answer: Any) -> None:
    """Connect, wait for all the others, submit; the life of one process."""
    pipe, lock = answer
    told = "no answer"
    try:
        with closing(open_queue()) as queue:
            # Whoever is not connected would only join a race that is over.
            queue.statuses()
            barrier.wait(100)
            queue.submit(_ID, payload)
            told = ""
    except TejError as error:
        told = type(error).__name__ if type(error).__name__ in _ALLOWED else repr(error)
    finally:
        with lock:
            pipe.send(told)
        pipe.close()
    os._exit(0)


def local_race(folder: Path, program: str) -> Race:
    """Give a race in which each process starts a shell of this machine."""
    world = World(folder)

    def open_queue() -> RemoteQueue:
        connection = LocalConnection(program, world.home, {})
        return RemoteQueue(connection.destination, "~/.tej", connection=cast("Any", connection))

    return _set_up(Race(world, open_queue), open_queue)


def sshd_race(folder: Path, server: Sshd) -> Race:
    """Give a race over a real server, a connection for each process."""
    world = World(folder, server.home)

    def open_queue() -> RemoteQueue:
        return RemoteQueue(server.destination, "~/.tej", ssh_directory=server.ssh_directory)

    return _set_up(Race(world, open_queue), open_queue)


def _set_up(race: Race, open_queue: OpenQueue) -> Race:
    with closing(open_queue()) as queue:
        queue.setup()
    return race


def main(arguments: Sequence[str]) -> int:
    """Run the rounds; an assertion ends it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--racers", type=int, default=RACERS)
    options = parser.parse_args(arguments)
    os.environ.pop("SSH_AUTH_SOCK", None)
    with tempfile.TemporaryDirectory(prefix="tej-race-") as text, _sshd(Path(text)) as server:
        races = {
            "dash": local_race(Path(text) / "dash", "dash"),
            "bash": local_race(Path(text) / "bash", "bash"),
            "sshd": sshd_race(Path(text) / "over-sshd", server),
        }
        for name, race in races.items():
            begun = time.monotonic()
            for _ in range(options.rounds):
                race.run(options.racers)
            sys.stdout.write(
                f"{name}: {options.rounds} rounds of {options.racers} processes, one run each,"
                f" {time.monotonic() - begun:.0f} s\n"
            )
            sys.stdout.flush()
    return 0


def _sshd(folder: Path) -> Sshd:
    (folder / "sshd").mkdir()
    # A hundred logins at once are what a server protects itself from.
    return Sshd(folder / "sshd", ["LoginGraceTime 120"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
