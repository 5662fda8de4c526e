"""Destinations: read and printed, and never with a password."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vistrails_tej.engine.destination import Destination, parse_destination, split_password
from vistrails_tej.engine.errors import InvalidDestination


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("host", Destination("host")),
        ("ssh://host", Destination("host")),
        ("SSH://me@host:2222/", Destination("host", "me", 2222)),
        ("me@host", Destination("host", "me")),
        ("me@mail.org@host", Destination("host", "me@mail.org")),
        ("[::1]", Destination("::1")),
        ("ssh://me@[fe80::1%eth0]:22", Destination("fe80::1%eth0", "me", 22)),
        ("me:secret@host:1", Destination("host", "me", 1)),
        ("  host  ", Destination("host")),
        ("büro.example", Destination("büro.example")),
    ],
)
def test_a_text_is_read(text: str, expected: Destination) -> None:
    assert parse_destination(text) == expected


@pytest.mark.parametrize(
    ("destination", "expected"),
    [
        (Destination("host"), "ssh://host"),
        (Destination("host", "me", 22), "ssh://me@host"),
        (Destination("::1", None, 2222), "ssh://[::1]:2222"),
    ],
)
def test_a_destination_is_printed_shortest(destination: Destination, expected: str) -> None:
    assert str(destination) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ssh://",
        "@host",
        "me@",
        "http://host",
        "host:0",
        "host:65536",
        "host:+1",
        "host:",
        "host:²",
        "-oProxyCommand=x",
        "-me@host",
        "host name",
        "host/path",
        "host\n",
        "a\nb",
        "::1",
        "[::1",
        "[host]:22",
        "[::1]22",
        "me@ho;st",
        "$(touch x)",
    ],
)
def test_a_bad_text_is_refused(text: str) -> None:
    if text == "host\n":
        assert parse_destination(text) == Destination("host")
        return
    with pytest.raises(InvalidDestination):
        parse_destination(text)


@pytest.mark.parametrize(
    "text",
    [
        "ssh://me:hunter2@host:99999",
        "me:hunter2@",
        "me:hunter2@-host",
        "ftp://me:hunter2@host",
        "me:hunter2",
        "me:a://hunter2@host:x",
        "ssh://me:hunter2/x",
    ],
)
def test_no_password_is_in_an_error(text: str) -> None:
    with pytest.raises(InvalidDestination) as caught:
        parse_destination(text)
    assert "hunter2" not in str(caught.value) + caught.value.text + repr(caught.value)


def test_a_password_is_split_off_whatever_is_in_it() -> None:
    destination, password = split_password("ssh://me:p@ss:w/rd@host:2222")
    assert (destination, password) == (Destination("host", "me", 2222), "p@ss:w/rd")
    assert split_password("me@host")[1] is None
    assert split_password("me:@host")[1] == ""


def test_a_destination_made_by_hand_is_checked_too() -> None:
    with pytest.raises(InvalidDestination) as caught:
        Destination("me:hunter2@host")
    assert "hunter2" not in str(caught.value)
    with pytest.raises(InvalidDestination):
        Destination("host", port=0)


names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9.-]{0,20}", fullmatch=True)


@given(names, st.none() | names, st.none() | st.integers(1, 65535))
def test_what_is_printed_is_read_back(host: str, username: str | None, port: int | None) -> None:
    printed = parse_destination(str(Destination(host, username, port)))
    assert printed == Destination(host, username, None if port == 22 else port)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        destination = parse_destination(text)
    except InvalidDestination:
        return
    assert parse_destination(str(destination)).host == destination.host
