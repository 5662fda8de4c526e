"""A peer that is silent, seen through sockets that really are."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import paramiko
import pytest

from tests.waiting import wait_until
from vistrails_tej.engine.dialing import peer_name
from vistrails_tej.engine.quick_transport import QuickTransport
from vistrails_tej.engine.watched_socket import WatchedSocket


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def fill(stream: WatchedSocket) -> None:
    """Write until the other side, which does not read, takes no more."""
    while True:
        try:
            stream.send(b"x" * 65_536)
        except TimeoutError:
            return


def test_a_full_line_is_dead_only_after_a_silence(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = pair
    watched = WatchedSocket(ours, 0.3)
    watched.settimeout(0.02)
    fill(watched)
    # Before the login a person may take as long as it takes.
    fill(watched)
    watched.expect_answers()
    with pytest.raises(TimeoutError):
        watched.send(b"x")
    theirs.send(b"alive")
    assert watched.recv(10) == b"alive"
    refused: list[BaseException] = []

    def is_dead() -> bool:
        try:
            watched.send(b"x")
        except TimeoutError:
            return False
        except ConnectionAbortedError as error:
            refused.append(error)
        return True

    wait_until(is_dead, 10)
    assert "nothing was heard for 0.3 s" in str(refused[0])


def test_silence_without_a_question_is_no_death(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    watched = WatchedSocket(pair[0], 0.0)
    watched.expect_answers()
    watched.settimeout(0.01)
    with pytest.raises(TimeoutError):
        watched.recv(1)
    watched.note_question()
    with pytest.raises(ConnectionAbortedError):
        watched.recv(1)


def test_the_other_side_has_a_name_where_the_stream_knows_one() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as ours,
    ):
        place = listener.getsockname()
        assert WatchedSocket(ours, 1.0).getpeername() == place
        assert peer_name(ours) == f"{place[0]}:{place[1]}"


def test_no_key_is_sent_before_the_server_has_proved_itself(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = pair
    transport = QuickTransport(ours)
    key = paramiko.ECDSAKey.generate()
    with pytest.raises(paramiko.SSHException, match="No existing session"):
        transport.auth_publickey("me", key)
    transport.close()
    theirs.settimeout(0)
    with pytest.raises(BlockingIOError):
        theirs.recv(1)
