"""The sessions of the demo server: commands run by /bin/sh, as sshd would."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from pathlib import Path
from typing import Any

import asyncssh

_CHUNK = 1 << 16
# How long output that background children still hold open is waited for, in seconds.
_LINGER = 0.5
# How long connections and sessions may take to end when the server is closed, in seconds.
_END_TIMEOUT = 10.0


class Session:
    """Runs commands in ``home``, as a user whose home it is.

    ``connections`` are those that are open; whoever makes the server keeps it up to date.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._running: set[int] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self.connections: set[asyncssh.SSHServerConnection] = set()

    async def handle(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        """Run what the client asked for until it ends or the client goes away."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        command = process.command if process.command is not None else "exec /bin/sh"
        child = await asyncio.create_subprocess_exec(
            "/bin/sh",
            "-c",
            command,
            cwd=self._home,
            env=self._environment(),
            start_new_session=True,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        self._running.add(child.pid)
        try:
            await self._attend(process, child)
        finally:
            self._running.discard(child.pid)
            await _end(child)

    async def end(self) -> None:
        """End every session and every connection, and wait until they are gone."""
        for pid in self._running:
            hang_up(pid)
        left = {*self._tasks}
        for connection in list(self.connections):
            connection.abort()
            left.add(asyncio.create_task(connection.wait_closed()))
        if left:
            await asyncio.wait(left, timeout=_END_TIMEOUT)

    def _environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("SSH_")}
        return {**kept, "HOME": str(self._home), "SHELL": "/bin/sh"}

    async def _attend(
        self, process: asyncssh.SSHServerProcess[bytes], child: asyncio.subprocess.Process
    ) -> None:
        feeding = asyncio.create_task(_feed(process, child))
        printing = [
            asyncio.create_task(_copy(child.stdout, process.stdout)),
            asyncio.create_task(_copy(child.stderr, process.stderr)),
        ]
        ended = asyncio.create_task(child.wait())
        left = asyncio.create_task(process.wait_closed())
        try:
            await asyncio.wait({ended, left}, return_when=asyncio.FIRST_COMPLETED)
            if child.returncode is not None:
                await asyncio.wait(printing, timeout=_LINGER)
                _report_exit(process, child.returncode)
        finally:
            for task in (feeding, ended, left, *printing):
                task.cancel()
            await asyncio.gather(feeding, ended, left, *printing, return_exceptions=True)


class Guests(asyncssh.SSHServer):
    """Keeps the connections of a session up to date, one for each object."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Somebody came."""
        self._connection = conn
        self._session.connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        """Somebody left."""
        if self._connection is not None:
            self._session.connections.discard(self._connection)


def hang_up(pid: int) -> None:
    """Send SIGHUP to a process group, as sshd does when a client goes away."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGHUP)


async def _end(child: asyncio.subprocess.Process) -> None:
    """Hang up if the command still runs, and let go of it: its pipes too, whatever is in them."""
    try:
        if child.returncode is None:
            hang_up(child.pid)
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(child.wait(), _LINGER)
    finally:
        # asyncio has no public way to drop a process whose output nobody reads any more.
        child._transport.close()  # type: ignore[attr-defined]
        await child.wait()


async def _feed(
    process: asyncssh.SSHServerProcess[bytes], child: asyncio.subprocess.Process
) -> None:
    stdin = child.stdin
    if stdin is None:
        return
    with contextlib.suppress(OSError, asyncssh.Error):
        while data := await process.stdin.read(_CHUNK):
            stdin.write(data)
            await stdin.drain()
    stdin.close()


async def _copy(source: asyncio.StreamReader | None, sink: Any) -> None:
    if source is None:
        return
    with contextlib.suppress(OSError, asyncssh.Error):
        while data := await source.read(_CHUNK):
            sink.write(data)
            await sink.drain()


def _report_exit(process: asyncssh.SSHServerProcess[bytes], code: int) -> None:
    if code < 0:
        process.exit_with_signal(signal.Signals(-code).name[3:])
    else:
        process.exit(code)
