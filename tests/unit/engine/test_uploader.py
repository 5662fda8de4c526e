"""Telling a process that is gone from one that may still upload."""

from __future__ import annotations

import subprocess
import sys

from vistrails_tej.engine.uploader import describe_uploader, is_dead_uploader

TELL = "from vistrails_tej.engine.uploader import describe_uploader as d; print(d())"


def test_this_process_is_alive() -> None:
    text = describe_uploader()
    assert len(text.split("/")) == 4
    assert " " not in text
    assert "@" in text.split("/")[0]
    assert not is_dead_uploader(text)


def test_a_process_of_this_machine_that_ended_is_dead() -> None:
    done = subprocess.run([sys.executable, "-c", TELL], capture_output=True, text=True, check=True)
    assert is_dead_uploader(done.stdout.strip())


def test_another_start_time_is_another_process() -> None:
    person, key, pid, start = describe_uploader().split("/")
    assert is_dead_uploader(f"{person}/{key}/{pid}/{int(start) + 1}")


def test_what_is_not_of_this_machine_is_never_called_dead() -> None:
    person, key, _, start = describe_uploader().split("/")
    gone = 2**22 + 1
    assert is_dead_uploader(f"{person}/{key}/{gone}/{start}")
    for text in (
        "",
        "ann@pc",
        "old-client",
        f"{person}/other/{gone}/{start}",
        f"{person}/{key}/x/1",
    ):
        assert not is_dead_uploader(text)


def test_a_number_that_no_process_has_is_no_dead_process() -> None:
    """The text was read from a queue, where others may have written anything."""
    person, key, _, start = describe_uploader().split("/")
    for pid in ("0", "1", "-1", "", "\u00b2", "\u0663", "9" * 30):
        assert not is_dead_uploader(f"{person}/{key}/{pid}/{start}")
