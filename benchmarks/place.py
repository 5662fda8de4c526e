"""Where a benchmark takes place: a private sshd, a way to it, a folder for each contestant."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.integration.sshd import KEY_TYPES, Sshd

from .delay_proxy import delayed


@dataclass(frozen=True)
class Place:
    """A server that is ``round_trip`` seconds away, and where to work on both sides."""

    server: Sshd
    port: int
    round_trip: float
    folder: Path

    @property
    def home(self) -> Path:
        """The home directory on the server, which is this machine."""
        return self.server.home

    @property
    def client_home(self) -> Path:
        """Holds ``.ssh`` with the key and the known hosts."""
        return self.server.ssh_directory.parent


@contextlib.contextmanager
def prepared(folder: Path, round_trip: float) -> Iterator[Place]:
    """Start a server and the way to it."""
    folder.mkdir(parents=True)
    with (
        Sshd(folder / "sshd", ["MaxSessions 10"]) as server,
        delayed(server.port, round_trip) as port,
    ):
        _know(server, port)
        yield Place(server, port, round_trip, folder)


def _know(server: Sshd, port: int) -> None:
    """Write the host keys down for the port of the proxy too."""
    with (server.ssh_directory / "known_hosts").open("a") as known:
        for kind in KEY_TYPES:
            words = server.host_key(kind).with_suffix(".pub").read_text().split()[:2]
            known.write(f"[127.0.0.1]:{port} {' '.join(words)}\n")


def make_job(folder: Path, files: int, size: int = 4096) -> Path:
    """Make the directory of a job: a script, and data in files of ``size`` bytes."""
    data = folder / "data"
    data.mkdir(parents=True)
    (folder / "start.sh").write_text("#!/bin/sh\ntrue\n")
    (folder / "start.sh").chmod(0o755)
    for number in range(files):
        (data / f"file-{number:04}").write_bytes((b"%07d\n" % number) * (size // 8))
    return folder


def check_copy(found: Path, original: Path) -> None:
    """Fail unless every file of ``original`` is in ``found``, with its size."""
    wanted, there = _sizes(original), _sizes(found)
    missing = {name for name, size in wanted.items() if there.get(name) != size}
    if missing:
        raise AssertionError(f"{len(missing)} of {len(wanted)} files did not arrive in {found}")


def _sizes(directory: Path) -> dict[str, int]:
    return {
        str(path.relative_to(directory)): path.stat().st_size
        for path in directory.rglob("*")
        if path.is_file()
    }


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    """Wait outside of what is timed."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not happen within {seconds:g} s")
        time.sleep(0.01)
