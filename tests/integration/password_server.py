"""A server that lets in by a password and runs what it is told in a home of its own."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import asyncssh

from vistrails_tej.demo.session import Guests, Session


class _Passwords(Guests):
    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return password == PasswordServer.password


class PasswordServer:
    """``known_hosts`` is the line by which a client knows it; its files are below ``home``."""

    password = "correct-horse-of-the-test"

    def __init__(self, directory: Path) -> None:
        self.home = directory / "home"
        self.port = 0
        self.known_hosts = ""
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None

    def __enter__(self) -> PasswordServer:
        self.home.mkdir(parents=True)
        self._thread.start()
        assert self._ready.wait(30)
        return self

    def __exit__(self, *exception: object) -> None:
        assert self._loop is not None
        assert self._stop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(30)

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        host_key = asyncssh.generate_private_key("ssh-ed25519")
        session = Session(self.home)
        server = await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=lambda: _Passwords(session),
            server_host_keys=[host_key],
            process_factory=session.handle,
            encoding=None,
            line_editor=False,
        )
        self.port = server.get_port()
        public = host_key.export_public_key().decode("ascii")
        self.known_hosts = f"[127.0.0.1]:{self.port} {public}"
        self._ready.set()
        await self._stop.wait()
        server.close()
        await session.end()
