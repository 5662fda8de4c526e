"""python -m tests.fuzz --seconds 600 [--seed N] [--kind NAME]: until the time is over or it fails.

Every input has two seconds of processor time; the process has 300 MB of memory in all.
"""

from __future__ import annotations

import argparse
import logging
import random
import resource
import signal
import sys
import tempfile
import time
import types
import warnings
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from .exercise import exercise
from .inputs import KINDS

MEMORY = 300 * 1024 * 1024
TIME_FOR_ONE = 2.0
# So many of one kind are made before the next one has its turn.
ROUND = 25
SUFFIXES = {"links": ".vtl", "archives": ".vt", "torn archives": ".vt"}


class TooSlow(BaseException):
    """Raised inside whatever takes longer than an input may."""


def stop(_number: int, _frame: types.FrameType | None) -> None:
    """End an input that takes too long."""
    raise TooSlow(f"one input took more than {TIME_FOR_ONE} seconds")


def make_round(kind: str, number: int, folder: Path) -> Callable[[], None]:
    """A test of a few inputs of a kind, always the same for the same number."""

    @seed(number)
    @settings(
        max_examples=ROUND,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(KINDS[kind])
    def one_round(content: bytes) -> None:
        signal.setitimer(signal.ITIMER_PROF, TIME_FOR_ONE)
        try:
            exercise(content, SUFFIXES.get(kind, ".xml"), folder)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    return one_round


def main() -> int:
    """Go on until the time is over. Exit code 0 if nothing was found."""
    parser = argparse.ArgumentParser(prog="fuzz")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6) * 1000)
    parser.add_argument("--kind", choices=sorted(KINDS))
    wanted = parser.parse_args()
    kinds = [wanted.kind] if wanted.kind else list(KINDS)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("error")
    signal.signal(signal.SIGPROF, stop)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.stdout.write(f"seed {wanted.seed}\n")
    sys.stdout.flush()
    begun, number = time.monotonic(), wanted.seed
    # Every save is forced onto the disk; in memory that costs nothing.
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=memory) as name:
        while time.monotonic() - begun < wanted.seconds:
            kind = kinds[number % len(kinds)]
            try:
                make_round(kind, number, Path(name))()
            except BaseException:
                again = f"--seed {number} --kind {kind!r} --seconds 1"
                sys.stdout.write(f"found with: scripts/fuzz {again}\n")
                sys.stdout.flush()
                raise
            number += 1
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    rounds = number - wanted.seed
    sys.stdout.write(f"nothing found in {rounds * ROUND} inputs; at most {most} MB of memory\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
