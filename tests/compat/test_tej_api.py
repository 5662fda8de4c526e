"""What the Python API of tej 0.6 takes, ours takes too, with the same meaning."""

from __future__ import annotations

import getpass
import inspect
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.compat.clients import TejApi
from vistrails_tej.engine.destination import Destination, parse_destination, split_password
from vistrails_tej.engine.errors import InvalidDestination
from vistrails_tej.engine.remote_queue import RemoteQueue

# Under which name ours has what tej has.
SAME = {
    "__init__": "__init__",
    "setup": "setup",
    "submit": "submit",
    "status": "status",
    "download": "download",
    "kill": "kill",
    "delete": "delete",
    "list": "statuses",
    "cleanup": "cleanup",
}
# What ours does not have, and why.
LEFT_OUT = {
    "check_call": "commands are not for callers",
    "check_output": "commands are not for callers",
    "get_client": "a connection is handed in, or comes from the pool",
    "get_scp_client": "download does it",
    "server_logger": "the loggers of Python do it",
}
# Arguments of another name or shape.
RENAMED = {
    ("submit", "job_id"): "job_id",
    ("download", "files"): "name",
    ("download", "kwargs"): "into",
    ("cleanup", "kill"): "force",
}


@pytest.fixture
def tej(clients: dict[str, Any]) -> TejApi:
    found: TejApi = clients["tej api"]
    return found


def test_every_method_has_its_like(tej: TejApi) -> None:
    theirs: dict[str, list[str]] = tej.call("api", "")
    assert set(theirs) == set(SAME) | set(LEFT_OUT)
    for name, ours in SAME.items():
        accepted = set(inspect.signature(getattr(RemoteQueue, ours)).parameters)
        wanted = {RENAMED.get((name, argument), argument) for argument in theirs[name]}
        assert wanted <= accepted, name


def told(place: Destination, password: str | None) -> dict[str, object]:
    """A destination as tej holds it; the user is the one of this machine if none was named."""
    found: dict[str, object] = {"hostname": place.host}
    found["username"] = place.username or getpass.getuser()
    if password:
        found["password"] = password
    if place.port is not None:
        found["port"] = place.port
    return found


names = st.text("aZ09_.-", min_size=1, max_size=5)
passwords = st.text("aZ0:/!#%\\'\"$é\t\n", min_size=1, max_size=5)
ports = st.one_of(st.integers(0, 99_999).map(str), st.text("0123456789", min_size=1, max_size=7))
destinations = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", "ssh://"]),
        st.one_of(
            st.just(""),
            names.map("{}@".format),
            st.tuples(names, passwords).map(lambda pair: f"{pair[0]}:{pair[1]}@"),
        ),
        names,
        st.one_of(st.just(""), ports.map(":{}".format)),
        st.sampled_from(["", "\n"]),
    ),
)

# Why ours refuses what tej takes; each would be an option of ssh, or no port at all.
REASONS = (
    "the host has characters that no host name has",
    "the user has characters that no user name has",
    "the port is not a number from 1 to 65535",
    "only ssh:// is known",
)


def test_what_tej_takes_for_a_destination_is_one_with_the_same_meaning(tej: TejApi) -> None:
    seen = {"same": 0, "refused": 0}

    @settings(max_examples=300, deadline=None, derandomize=True, database=None)
    @given(destinations)
    def compare(text: str) -> None:
        answer = tej.process.ask("parse", "", text)
        if "error" in answer:
            return
        try:
            mine = told(*split_password(text))
        except InvalidDestination as error:
            refused = error.reason
        else:
            assert mine == answer["value"]
            seen["same"] += 1
            return
        assert refused in REASONS
        assert is_strange(text, answer["value"]), text
        seen["refused"] += 1

    compare()
    assert seen["same"] > 50
    assert seen["refused"] > 5


def is_strange(text: str, found: dict[str, Any]) -> bool:
    """Whether no server could be meant: an option, a port that is none, a scheme as a user."""
    port = found.get("port", 22)
    return (
        found["hostname"].startswith("-")
        or found["username"].startswith("-")
        or not 1 <= port <= 65_535
        # tej reads any number of zeros in front.
        or re.search(r":0[0-9]{5,}$", text) is not None
        or found.get("password", "").startswith("//")
    )


@pytest.mark.parametrize(
    "text",
    ["server", "ann@server", "ann@server:22", "ssh://ann@server:2222", "10.0.0.1:8022"],
)
def test_how_tej_prints_a_destination_is_read_back(tej: TejApi, text: str) -> None:
    printed = tej.call("format", "", tej.call("parse", "", text))
    mine = parse_destination(printed)
    wanted = parse_destination(text)
    assert (mine.host, mine.port or 22) == (wanted.host, wanted.port or 22)
    assert str(mine) == printed
