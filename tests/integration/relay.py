"""A TCP relay on the loopback address that can be told to swallow what passes, or to hang up."""

from __future__ import annotations

import contextlib
import socket
import threading


class Relay:
    """Carries connections to ``port`` of this machine; ``port`` of its own is free to use."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.stalled = threading.Event()
        self.left: int | None = None
        """How many bytes may still go to the server; then it stalls."""
        self.connections = 0
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Relay:
        self._start(self._serve)
        return self

    def __exit__(self, *exception: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()
        for thread in self._threads:
            thread.join(10)
        # One that came at the last moment.
        self.hang_up()

    def hang_up(self) -> None:
        """Cut every connection."""
        while self._sockets:
            one = self._sockets.pop()
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _start(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.connections += 1
                self._sockets.append(client)
                server = socket.create_connection(("127.0.0.1", self._target))
                self._sockets.append(server)
                self._start(self._copy, client, server, True)
                self._start(self._copy, server, client, False)

    def _copy(self, source: socket.socket, sink: socket.socket, is_request: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if is_request and self.left is not None:
                    data = data[: self.left]
                    self.left -= len(data)
                if not self.stalled.is_set():
                    sink.sendall(data)
                if self.left == 0:
                    self.stalled.set()
            sink.shutdown(socket.SHUT_WR)
