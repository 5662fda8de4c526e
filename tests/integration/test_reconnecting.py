"""A job is followed over a link that is cut, stalls and comes back; every connect is counted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.relay import Relay
from tests.integration.sshd import Sshd
from tests.vistrails import wait_for_file
from tests.waiting import wait_until
from vistrails_tej.engine import (
    ConnectionPool,
    ConnectionRefused,
    JobSighting,
    JobState,
    JobStatus,
    JobWatcher,
    RemoteQueue,
    connection_pool,
    ssh_line,
    watch_pace,
)
from vistrails_tej.engine.destination import Destination


@pytest.fixture
def pool(sshd: Sshd, monkeypatch: pytest.MonkeyPatch) -> Iterator[ConnectionPool]:
    """Connections that notice silence in a fraction of the usual time."""
    monkeypatch.setattr(ssh_line, "_ASK_AFTER", 1)
    monkeypatch.setattr(ssh_line, "_SILENCE", 3.0)
    with ConnectionPool(ssh_directory=sshd.ssh_directory, timeout=10) as opened:
        yield opened


def test_a_job_is_followed_over_cuts_and_silence(
    pool: ConnectionPool, relay: Relay, tmp_path: Path, unique: str
) -> None:
    go = tmp_path / "go"
    job = tmp_path / "job"
    job.mkdir()
    (job / "start.sh").write_text("#!/bin/sh\n" + wait_for_file(go))
    destination = Destination("127.0.0.1", port=relay.port)
    with RemoteQueue(destination, pool=pool) as queue, JobWatcher(interval=0.1) as watcher:
        queue.submit(unique, job)
        watched = watcher.watch(queue, unique)
        follower = Follower(watcher)

        def sees(offline: bool) -> None:
            """Wait until the job is known to be running, and whether the server answers."""

            def seen() -> bool:
                sighting = watcher.sightings().get(watched)
                return (
                    sighting is not None
                    and sighting.status is not None
                    and sighting.is_offline is offline
                )

            wait_until(seen, 60)

        sees(offline=False)
        assert pool.connects[destination] == 1
        for connects in (2, 3):
            relay.hang_up()
            wait_until(lambda wanted=connects: pool.connects[destination] >= wanted, 60)
            sees(offline=False)
        relay.stalled.set()
        sees(offline=True)
        relay.hang_up()
        relay.stalled.clear()
        sees(offline=False)
        go.touch()
        status = follower.settled()
        assert status is not None
        assert status.exit_code == 0
        assert pool.connects[destination] <= 6


def test_a_job_is_followed_over_a_restart_of_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that listens no more is waited for, and the end comes as soon as it is back."""
    monkeypatch.setattr(watch_pace, "PAUSE_AFTER_REFUSAL", 0.3)
    monkeypatch.setattr(connection_pool, "_PAUSE_AFTER_REFUSAL", 0.1)
    go, job = tmp_path / "go", tmp_path / "job"
    job.mkdir()
    (job / "start.sh").write_text("#!/bin/sh\n" + wait_for_file(go))
    told: list[JobSighting] = []
    with (
        Sshd(tmp_path / "own") as own,
        ConnectionPool(ssh_directory=own.ssh_directory, timeout=20) as pool,
        RemoteQueue(own.destination, pool=pool) as queue,
        JobWatcher(interval=0.1, on_change=lambda _, seen: told.append(seen)) as watcher,
    ):
        queue.submit("job", job)
        watcher.watch(queue, "job")
        follower = Follower(watcher)
        wait_until(lambda: _states(told)[-1:] == [(JobState.RUNNING, False)])
        own.crash()
        wait_until(lambda: _states(told)[-1:] == [(JobState.RUNNING, True)])
        wait_until(lambda: isinstance(_last_error(watcher), ConnectionRefused))
        go.touch()
        own.start()
        status = follower.settled()
        assert status is not None
        assert status.exit_code == 0
    assert _states(told)[-1] == (JobState.EXITED, False)
    assert all(seen.offline_since is not None for seen in told if seen.is_offline)


def _states(told: list[JobSighting]) -> list[tuple[JobState | None, bool]]:
    return [(seen.status.state if seen.status else None, seen.is_offline) for seen in told]


def _last_error(watcher: JobWatcher) -> Exception | None:
    return next((seen.error for seen in watcher.sightings().values()), None)


class Follower:
    """Waits for jobs in a thread of its own, as a run does."""

    def __init__(self, watcher: JobWatcher) -> None:
        self._found: list[JobSighting] = []
        self._thread = threading.Thread(target=self._wait, args=(watcher,), daemon=True)
        self._thread.start()

    def _wait(self, watcher: JobWatcher) -> None:
        self._found.extend(watcher.wait(90).values())

    def settled(self) -> JobStatus | None:
        """The status of the job that ended."""
        self._thread.join(90)
        assert len(self._found) == 1
        return self._found[0].status
