"""A peer that is still there but answers nothing: noticed in time, idle or busy."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.integration.relay import Relay
from tests.integration.sshd import Sshd
from tests.waiting import wait_until
from vistrails_tej.engine import ssh_line
from vistrails_tej.engine.destination import Destination
from vistrails_tej.engine.errors import ConnectionLost, DeadlinePassed
from vistrails_tej.engine.session_shell import SessionShell
from vistrails_tej.engine.ssh_connection import SshConnection


@pytest.fixture
def through(sshd: Sshd, relay: Relay, monkeypatch: pytest.MonkeyPatch) -> Iterator[SshConnection]:
    """A connection through the relay, with a fraction of the usual patience."""
    monkeypatch.setattr(ssh_line, "_ASK_AFTER", 1)
    monkeypatch.setattr(ssh_line, "_SILENCE", 3.0)
    destination = Destination("127.0.0.1", port=relay.port)
    with SshConnection(destination, ssh_directory=sshd.ssh_directory) as ssh:
        yield ssh


def test_the_usual_patience_is_less_than_thirty_seconds() -> None:
    assert ssh_line._ASK_AFTER + ssh_line._SILENCE < 30


def test_an_idle_connection_stays_open(through: SshConnection) -> None:
    with SessionShell(through) as shell:
        assert shell.run(["sleep", "5"]).exit_code == 0
        assert shell.run(["echo", "alive"]).stdout == b"alive\n"


def test_silence_is_noticed_while_idle(through: SshConnection, relay: Relay) -> None:
    relay.stalled.set()
    started = time.monotonic()
    wait_until(lambda: not through.is_open, message="the end of the connection")
    assert time.monotonic() - started > 1


def test_silence_is_noticed_while_waiting_for_an_answer(
    through: SshConnection, relay: Relay
) -> None:
    with SessionShell(through) as shell:
        shell.run(["true"])
        relay.stalled.set()
        with pytest.raises(ConnectionLost, match="nothing was heard"):
            shell.run(["echo", "hello"], timeout=30)


def test_silence_is_noticed_while_sending(through: SshConnection, relay: Relay) -> None:
    def endless() -> Iterator[bytes]:
        yield b"x" * 3_000_000
        relay.stalled.set()
        while True:
            yield b"x" * 1_000_000

    with SessionShell(through) as shell, pytest.raises(ConnectionLost):
        shell.send(["sh", "-c", "cat >/dev/null"], endless(), timeout=30)


def test_a_deadline_is_kept_in_silence(through: SshConnection, relay: Relay) -> None:
    with SessionShell(through) as shell:
        shell.run(["true"])
        relay.stalled.set()
        # Before the silence is noticed, which would be a ConnectionLost.
        with pytest.raises(DeadlinePassed):
            shell.run(["echo", "hello"], timeout=0.5)


def test_a_relay_that_hangs_up_is_a_loss(through: SshConnection, relay: Relay) -> None:
    with SessionShell(through) as shell:
        shell.run(["true"])
        relay.hang_up()
        with pytest.raises(ConnectionLost):
            shell.run(["true"])
        assert not through.is_open
