"""Check a destination step by step; every step is a value, made when it is asked for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from ..destination import Destination
from ..errors import TejError
from ..host_keys import DecideHostKey
from ..login import Login
from ..queue_layout import DEFAULT_QUEUE
from ..ssh_connection import SshConnection
from .account import (
    check_clock,
    check_file_system,
    check_login_shell,
    check_programs,
    check_schedulers,
    check_space,
)
from .check import Check, CheckState
from .queue_check import check_queue
from .reaching import STEPS, check_name, check_way
from .server_shell import ServerShell
from .survival import check_survival

__all__ = ["Doctor"]

logger = logging.getLogger(__name__)

_ON_SERVER: tuple[tuple[str, Callable[[ServerShell, str], Check]], ...] = (
    ("login shell", check_login_shell),
    ("programs", check_programs),
    ("space", check_space),
    ("clock", check_clock),
    ("file system", check_file_system),
    ("schedulers", check_schedulers),
)
_AFTER_LOGOUT, _QUEUE, _CONNECTS = "after logout", "queue", "connects"
# Without these nothing behind them can be told.
_DECISIVE = ("login shell",)


class Doctor:
    """Looks at a destination and at a queue there. Nothing is left on the server.

    The server is connected to twice, and never probed: once for all checks, once to see what a
    logout ends.
    """

    def __init__(
        self,
        destination: Destination,
        queue: str = DEFAULT_QUEUE,
        *,
        login: Login | None = None,
        decide_host_key: DecideHostKey | None = None,
        ssh_directory: Path | None = None,
    ) -> None:
        """Nothing is sent yet; see SshConnection for the arguments."""
        self.destination = destination
        self.queue = queue
        self._ssh_directory = ssh_directory
        self._ssh = SshConnection(
            destination,
            login=login,
            decide_host_key=decide_host_key,
            ssh_directory=ssh_directory,
        )

    @property
    def connects(self) -> int:
        """How often the server was connected to."""
        return self._ssh.connects

    def run(self) -> Iterator[Check]:
        """Yield the checks in their order, each as soon as it was made."""
        made: set[str] = set()
        try:
            for check in self._run():
                made.add(check.name)
                yield check
        finally:
            self._ssh.close()
        for name in (*STEPS, *(name for name, _ in _ON_SERVER), _AFTER_LOGOUT, _QUEUE, _CONNECTS):
            if name not in made:
                yield Check(name, CheckState.NOT_REACHED, "an earlier check failed")

    def _run(self) -> Iterator[Check]:
        check, settings = check_name(self.destination, self._ssh_directory)
        yield check
        if settings is None:
            return
        for check in check_way(self._ssh):
            yield check
            if check.state is CheckState.FAILED:
                return
        shell = ServerShell(self._ssh)
        for name, look in _ON_SERVER:
            check = _made(name, lambda look=look: look(shell, self.queue))  # type: ignore[misc]
            yield check
            if check.state is CheckState.FAILED and (name in _DECISIVE or not shell.ssh.is_open):
                return
        yield _made(_AFTER_LOGOUT, lambda: check_survival(shell, self._reconnect))
        yield from self._run_queue()
        count = self.connects
        yield Check.ok(_CONNECTS, f"{count} connection{'s' if count > 1 else ''} made for this")

    def _run_queue(self) -> Iterator[Check]:
        try:
            self._ssh.open()
        except TejError as error:
            yield Check.failed(_QUEUE, str(error), "try again later", error)
            return
        shell = ServerShell(self._ssh)
        yield _made(_QUEUE, lambda: check_queue(shell, self.queue))
        shell.close()

    def _reconnect(self) -> SshConnection:
        self._ssh.close()
        self._ssh.open()
        return self._ssh


def _made(name: str, look: Callable[[], Check]) -> Check:
    """Make a check; what it raises is what it found."""
    try:
        return look()
    except TejError as error:
        logger.debug("The check %s ended early", name, exc_info=True)
        return Check.failed(name, str(error), "see the page 'When something goes wrong'", error)
