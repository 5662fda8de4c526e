"""Random histories of a queue, each from a seed: clients die, links break, machines start anew.

``python -m tests.stress.simulator --seed 7 --count 1000``. Of a history that breaks a promise, its
number and every step are printed; ``--only NUMBER`` plays that one again.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import deque
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import suppress
from pathlib import Path

from tests.stress.local_connection import Fault
from tests.stress.sim_client import CAN_RUN_AGAIN, Order, Outcome, SimClient
from tests.stress.sim_world import WORK, BrokenPromise, World
from tests.waiting import wait_until

# A wrapper's watch that outlived it looks up after this time, and ends.
USUAL = {"VT_KILL_SECONDS": "1", "VT_LOOK_SECONDS": "2"}
STALE = {**USUAL, "VT_LEASE_SECONDS": "-1"}
IMPATIENT = {**STALE, "VT_LOST_SECONDS": "-1", "VT_LOST_POLLS": "1"}
JOB_IDS = ("job-a", "job-b")
PROGRAMS = ("dash", "bash")
_MOST_STEPS = 9
_MOST_ACTIONS = 12
# What a client may be told when others, or faults, were at work; anything else is a bug.
_ANSWERS = {
    "",
    "killed",
    "ConnectionFailed",
    "JobExists",
    "JobDeleted",
    "JobNotFound",
    "JobStillRunning",
    "QueueNotFound",
    "RemoteFileNotFound",
}


class History:
    """One random sequence. Its steps depend on the seed and the number alone."""

    def __init__(self, seed: int, number: int, folder: Path) -> None:
        self._random = random.Random(f"{seed}-{number}")
        self._program = shutil.which(PROGRAMS[number % 2]) or "/bin/sh"
        self.world = World(folder)
        self._clients = [SimClient(name, self._program, self.world.home) for name in "AB"]
        self.steps: list[str] = [f"the shell is {self._program}"]

    def play(self) -> None:
        """Go through it; raises BrokenPromise."""
        try:
            for _ in range(self._random.randint(3, _MOST_STEPS)):
                self._step()
                self.world.check()
            self._bring_to_an_end()
        finally:
            for client in self._clients:
                client.kill()
            self.world.remove()

    def _step(self) -> None:
        weights = {
            self._one_order: 12,
            self._both_at_once: 4,
            self._restart_client: 1,
            self._kill_wrapper: 2,
            self._kill_payload: 2,
            self._reboot: 1,
        }
        self._random.choices(list(weights), list(weights.values()))[0]()

    # Steps

    def _one_order(self) -> None:
        client = self._random.choice(self._clients)
        order = self._make_order()
        self._obeyed(client, order, client.do(order))

    def _both_at_once(self) -> None:
        orders = [self._make_order(JOB_IDS[0]) for _ in self._clients]
        for client, order in zip(self._clients, orders, strict=True):
            client.begin(order)
        # What either may undo is no promise any more, before anything is known.
        for order in orders:
            self._forget(order)
        for client, order in zip(self._clients, orders, strict=True):
            self._obeyed(client, order, client.finish(), alone=False)

    def _restart_client(self) -> None:
        client = self._random.choice(self._clients)
        self.steps.append(f"{client.name} is killed and started anew")
        client.kill()

    def _kill_wrapper(self) -> None:
        job_id = self._random.choice(JOB_IDS)
        pid = self.world.wrapper(job_id)
        self.steps.append(f"kill -9 of the wrapper of {job_id}: {pid is not None}")
        if pid is not None:
            self._kill(pid)

    def _kill_payload(self) -> None:
        job_id = self._random.choice(JOB_IDS)
        pid = self.world.wrapper(job_id)
        self.steps.append(f"kill -9 of the payload of {job_id}: {pid is not None}")
        for child in [] if pid is None else self.world.payload(pid):
            self._kill(child)

    def _kill(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def _reboot(self) -> None:
        self.steps.append("the machine is rebooted")
        for client in self._clients:
            client.kill()
        self.world.reboot()

    def _make_order(self, job_id: str | None = None) -> Order:
        verbs = {"submit": 8, "status": 3, "kill": 3, "delete": 3, "fetch": 2}
        if CAN_RUN_AGAIN:
            verbs["again"] = 4
        verb = self._random.choices(list(verbs), list(verbs.values()))[0]
        job_id = job_id or self._random.choice(JOB_IDS)
        folder, large = "", self._random.random() < 0.3
        if verb in ("submit", "again"):
            work = self._random.choice(sorted(WORK))
            folder = str(self.world.make_payload(work, large=large))
            self.steps.append(f"(a {'large' if large else 'small'} {work} payload)")
        times = STALE if self._random.random() < 0.2 else USUAL
        return Order(verb, job_id, folder, self._make_fault(large), times)

    def _make_fault(self, large: bool) -> Fault | None:
        if self._random.random() < 0.55:
            return None
        kind = self._random.choice(["cut", "deaf", "killed"])
        if self._random.random() < 0.4:
            return Fault(kind, self._random.randint(1, 6), at_answers=True)
        most = self._random.choice([1000, 60_000, 400_000 if large else 100_000])
        return Fault(kind, self._random.randint(1, most))

    # What came of an order

    def _forget(self, order: Order) -> None:
        if order.verb in ("delete", "again"):
            self.world.results.pop(order.job_id, None)

    def _obeyed(
        self, client: SimClient, order: Order, outcome: Outcome, *, alone: bool = True
    ) -> None:
        told = outcome.error or outcome.state or "done"
        times = "" if order.environment == USUAL else " with a stale lease"
        self.steps.append(
            f"{client.name}: {order.verb} {order.job_id}{times}, {order.fault}: {told}"
            f" {outcome.text[-600:] if outcome.error else ''}"
        )
        if outcome.error not in _ANSWERS:
            raise BrokenPromise(f"{order.verb} raised {outcome.error}: {outcome.text}")
        if order.verb == "delete" or (order.verb == "again" and outcome.error in _NOT_REFUSED):
            self._forget(order)
        if alone and outcome.state == "EXITED" and outcome.exit_code == 0:
            token = (self.world.job(order.job_id) / "stage" / "result").read_text().strip()
            self.world.results[order.job_id] = token
        if alone and order.verb == "fetch" and not outcome.error:
            wanted = self.world.results.get(order.job_id)
            if wanted is not None and outcome.text.strip() != wanted:
                raise BrokenPromise(f"{order.job_id} was fetched as {outcome.text!r}")

    # The end: whatever happened, our own verbs finish or remove every job

    def _bring_to_an_end(self) -> None:
        self.steps.append("(the end)")
        client = self._random.choice(self._clients)
        for job_id in JOB_IDS:
            if self._random.random() < 0.5:
                self._finish(client, job_id)
                self.world.check()
        for job_id in JOB_IDS:
            self._throw_away(client, job_id)
        self.world.results.clear()
        # The next action empties the trash that others left.
        folder = str(self.world.make_payload("quick", large=False))
        self._ask(client, "submit", "last", folder)
        wait_until(lambda: self._ask(client, "status", "last").state == "EXITED")
        self._ask(client, "delete", "last")
        for one in self._clients:
            one.kill()
        self.world.check_end()

    def _finish(self, client: SimClient, job_id: str) -> None:
        """Get an exit code out of a job, by submitting it if need be."""
        for _ in range(_MOST_ACTIONS):
            state = self._ask(client, "status", job_id).state
            if state == "EXITED":
                return
            if state in ("RUNNING", "SUBMITTING", "SUSPECT", "CANCELLING", "LOST"):
                self._ask(client, "kill", job_id)
            elif state == "PURGED":
                self._ask(client, "delete", job_id)
            else:
                self._ask(client, "submit", job_id, str(self._quick()))
        raise BrokenPromise(f"{job_id} cannot be finished")

    def _quick(self) -> Path:
        return self.world.make_payload("quick", large=False)

    def _throw_away(self, client: SimClient, job_id: str) -> None:
        for _ in range(_MOST_ACTIONS):
            outcome = self._ask(client, "delete", job_id)
            if outcome.error in ("", "JobNotFound", "QueueNotFound"):
                return
            self._ask(client, "kill", job_id)
        raise BrokenPromise(f"{job_id} cannot be thrown away")

    def _ask(self, client: SimClient, verb: str, job_id: str, folder: str = "") -> Outcome:
        order = Order(verb, job_id, folder, None, IMPATIENT)
        outcome = client.do(order)
        self._obeyed(client, order, outcome, alone=False)
        return outcome


# A fault leaves open what was done.
_NOT_REFUSED = {"", "killed", "ConnectionFailed"}


def main(arguments: Sequence[str]) -> int:
    """Play the histories; 1 when one broke a promise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=None, help="stop after this time")
    parser.add_argument("--only", type=int, default=None, metavar="NUMBER")
    parser.add_argument("--keep-going", action="store_true")
    # Most of a history is waiting.
    parser.add_argument("--jobs", type=int, default=2 * (os.cpu_count() or 1))
    options = parser.parse_args(arguments)
    seed = random.SystemRandom().randrange(10**6) if options.seed is None else options.seed
    numbers = range(options.count) if options.only is None else [options.only]
    _say(f"--seed {seed} --count {options.count}\n")
    begun, failures, played = time.monotonic(), 0, 0
    with ProcessPoolExecutor(options.jobs) as pool:
        ahead = deque(numbers)
        playing: set[Future[str]] = set()
        while ahead or playing:
            late = options.seconds is not None and time.monotonic() - begun > options.seconds
            if late or (failures and not options.keep_going):
                ahead.clear()
            while ahead and len(playing) < options.jobs:
                playing.add(pool.submit(_play, seed, ahead.popleft()))
            done, playing = wait(playing, return_when=FIRST_COMPLETED)
            for one in done:
                played += 1
                failures += bool(one.result())
                _say(one.result())
    _say(f"{played} histories, {failures} of them broken, {time.monotonic() - begun:.0f} s\n")
    return 1 if failures else 0


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _play(seed: int, number: int) -> str:
    """Return "", or what went wrong."""
    with tempfile.TemporaryDirectory(prefix="tej-sim-") as folder:
        history = History(seed, number, Path(folder) / "world")
        try:
            history.play()
        except AssertionError as error:
            lines = [
                f"BROKEN --seed {seed} --only {number}",
                *(f"  {one}" for one in history.steps),
            ]
            if not isinstance(error, BrokenPromise):
                lines.append(traceback.format_exc())
            return "\n".join([*lines, f"  {error}", ""])
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
