"""An SSH server that asks for logins of every kind, and offers nothing behind them."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Sequence
from pathlib import Path

import paramiko

from vistrails_tej.engine.destination import Destination

Answers = tuple[tuple[str, bool, str], ...]


class _Rules(paramiko.ServerInterface):
    def __init__(self, server: LoginServer) -> None:
        self._server = server
        self._left = list(server.steps)

    def get_allowed_auths(self, username: str) -> str:
        return self._left[0]

    def _judge(self, method: str, right: bool) -> int:
        self._server.seen.append(method)
        assert self._server.answers.wait(60)
        if not right or method not in self._left[0].split(","):
            return paramiko.AUTH_FAILED
        self._left.pop(0)
        return paramiko.AUTH_PARTIALLY_SUCCESSFUL if self._left else paramiko.AUTH_SUCCESSFUL

    def check_auth_none(self, username: str) -> int:
        return self._judge("none", True)

    def check_auth_password(self, username: str, password: str) -> int:
        return self._judge("password", password == self._server.password)

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return self._judge("publickey", key.asbytes() == self._server.key)

    def check_auth_interactive(
        self, username: str, submethods: str
    ) -> int | paramiko.InteractiveQuery:
        prompts = [(prompt, echo) for prompt, echo, _ in self._server.questions]
        return paramiko.InteractiveQuery("Title", "Instructions", *prompts)

    def check_auth_interactive_response(self, responses: list[str]) -> int:
        right = [answer for *_, answer in self._server.questions]
        return self._judge("keyboard-interactive", responses == right)


class LoginServer:
    """``steps`` are the methods allowed at each step, separated by commas; all must be passed.

    While ``answers`` is not set, nobody is let in or refused.
    """

    password = "open sesame"
    questions: Answers = (("Password: ", False, "open sesame"), ("Code: ", True, "123456"))

    def __init__(self, directory: Path, steps: Sequence[str]) -> None:
        self.steps = tuple(steps)
        self.seen: list[str] = []
        self.answers = threading.Event()
        self.answers.set()
        self.key = b""
        self._host_key = paramiko.ECDSAKey.generate()
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = int(self._listener.getsockname()[1])
        self.destination = Destination("127.0.0.1", "me", port)
        self.ssh_directory = directory
        directory.mkdir(exist_ok=True)
        line = f"[127.0.0.1]:{port} {self._host_key.get_name()} {self._host_key.get_base64()}\n"
        (directory / "known_hosts").write_text(line)
        self._transports: list[paramiko.Transport] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> LoginServer:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.answers.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)
        for transport in self._transports:
            transport.close()
            transport.join(10)

    @property
    def connections(self) -> int:
        return len(self._transports)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self._listener.accept()
                transport = paramiko.Transport(peer)
                transport.add_server_key(self._host_key)
                self._transports.append(transport)
                transport.start_server(threading.Event(), _Rules(self))
