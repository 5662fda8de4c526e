"""The loopback server of the demo: throw-away keys and home, gone when it is closed."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import logging
import shutil
import tempfile
import threading
from pathlib import Path
from types import TracebackType

import asyncssh

from ..engine.destination import Destination
from .session import Guests, Session

_LOOPBACK = "127.0.0.1"
_START_TIMEOUT = 20.0


class DemoServer:
    """An SSH server on 127.0.0.1 that only its own throw-away key can log in to.

    Everything lies in one temporary folder: ``home``, where the sessions live, and
    ``ssh_directory``, which holds the client's key and known_hosts. Nothing of the user's own
    ``~/.ssh`` is read or written. Use it as a context manager.
    """

    def __init__(self) -> None:
        self._folder = Path()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._port = 0
        self._stopping: asyncio.Event | None = None

    def __enter__(self) -> DemoServer:
        self._folder = Path(tempfile.mkdtemp(prefix="vistrails-tej-demo-"))
        self.home.mkdir(mode=0o700)
        self.ssh_directory.mkdir(mode=0o700)
        self._thread = threading.Thread(target=self._serve, name="demo server", daemon=True)
        self._thread.start()
        self._ready.wait(_START_TIMEOUT)
        if self._failure is not None or not self._port:
            failure = self._failure
            self.close()
            raise OSError(f"the demo server did not start: {failure}") from failure
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def home(self) -> Path:
        """The home folder that the sessions see."""
        return self._folder / "home"

    @property
    def ssh_directory(self) -> Path:
        """What takes the place of the client's ``~/.ssh``."""
        return self._folder / "ssh"

    @property
    def destination(self) -> Destination:
        """Where the server listens, as the user that runs it."""
        return Destination(_LOOPBACK, username=getpass.getuser(), port=self._port)

    def close(self) -> None:
        """End the server with its sessions, and remove its folder."""
        if self._loop is not None and self._stopping is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._stopping.set)
        if self._thread is not None:
            self._thread.join(_START_TIMEOUT)
            self._thread = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def _serve(self) -> None:
        logging.getLogger("asyncssh").setLevel(logging.WARNING)
        try:
            asyncio.run(self._main())
        except (OSError, asyncssh.Error) as error:
            self._failure = error
        finally:
            self._ready.set()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        host_key = asyncssh.generate_private_key("ssh-ed25519")
        client_key = asyncssh.generate_private_key("ssh-ed25519")
        session = Session(self.home)
        server = await asyncssh.listen(
            _LOOPBACK,
            0,
            server_factory=lambda: Guests(session),
            server_host_keys=[host_key],
            authorized_client_keys=asyncssh.import_authorized_keys(
                client_key.export_public_key().decode("ascii")
            ),
            process_factory=session.handle,
            sftp_factory=asyncssh.SFTPServer,
            allow_scp=True,
            encoding=None,
            line_editor=False,
        )
        port = server.get_port()
        self._write_client_files(client_key, host_key, port)
        self._port = port
        self._ready.set()
        await self._stopping.wait()
        server.close()
        await session.end()

    def _write_client_files(
        self, client_key: asyncssh.SSHKey, host_key: asyncssh.SSHKey, port: int
    ) -> None:
        private = self.ssh_directory / "id_ed25519"
        private.touch(mode=0o600)
        private.write_bytes(client_key.export_private_key())
        known = f"[{_LOOPBACK}]:{port} {host_key.export_public_key().decode('ascii')}"
        (self.ssh_directory / "known_hosts").write_text(known, encoding="ascii")
