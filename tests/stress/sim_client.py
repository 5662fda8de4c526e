"""A client of the simulation: a process of its own, so that it can be killed for good.

It holds a RemoteQueue, obeys one order at a time, and says what came of it.
"""

from __future__ import annotations

import inspect
import multiprocessing
import os
import signal
import tempfile
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

from tests.stress.local_connection import Fault, LocalConnection
from vistrails_tej.engine import RemoteQueue
from vistrails_tej.engine.errors import ConnectionFailed, TejError

CAN_RUN_AGAIN = "again" in inspect.signature(RemoteQueue.submit).parameters


@dataclass(frozen=True)
class Order:
    """One thing to do. ``environment`` is for the server's functions: times, mostly."""

    verb: str
    job_id: str
    folder: str = ""
    fault: Fault | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """``error`` is the name of the class, "" for success, "killed" when the client is no more."""

    error: str = ""
    state: str = ""
    exit_code: int | None = None
    text: str = ""


class SimClient:
    """The parent's side of one client process."""

    def __init__(self, name: str, program: str, home: Path) -> None:
        self.name = name
        self._arguments = (program, home)
        self._process: Any = None
        self._pipe: Connection | None = None

    def begin(self, order: Order) -> None:
        """Send an order; a client that was killed is started anew and knows nothing."""
        if self._process is None:
            context = multiprocessing.get_context("fork")
            self._pipe, far = context.Pipe()
            self._process = context.Process(target=_obey, args=(far, *self._arguments), daemon=True)
            self._process.start()
            far.close()
        assert self._pipe is not None
        self._pipe.send(order)

    def finish(self, timeout: float = 60.0) -> Outcome:
        """Wait for what came of the order."""
        assert self._pipe is not None
        try:
            if not self._pipe.poll(timeout):
                self.kill()
                return Outcome("TimedOut", text=f"no answer within {timeout:g} s")
            return cast("Outcome", self._pipe.recv())
        except (EOFError, ConnectionResetError):
            self.kill()
            return Outcome("killed")

    def do(self, order: Order) -> Outcome:
        self.begin(order)
        return self.finish()

    def kill(self) -> None:
        """End the process as it stands, if there is one."""
        process, self._process = self._process, None
        if process is not None:
            if process.is_alive():
                os.kill(process.pid, signal.SIGKILL)
            process.join()
            process.close()
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None


def _obey(pipe: Connection, program: str, home: Path) -> None:
    connection = LocalConnection(program, home, {})
    queue = RemoteQueue(connection.destination, "~/.tej", connection=cast("Any", connection))
    while True:
        try:
            order = cast("Order", pipe.recv())
        except EOFError:
            return
        if connection.environment != order.environment:
            # The functions read it when the shell starts.
            connection.environment = dict(order.environment)
            queue.close()
        connection.break_by(order.fault)
        try:
            outcome = _carry_out(queue, order)
        except ConnectionFailed as error:
            connection.reopen()
            outcome = Outcome("ConnectionFailed", text=str(error))
        except TejError as error:
            outcome = Outcome(type(error).__name__, text=str(error))
        except Exception:  # noqa: BLE001  (it is shown by the parent, as what breaks the history)
            outcome = Outcome("Crashed", text=traceback.format_exc())
        connection.break_by(None)
        pipe.send(outcome)


def _carry_out(queue: RemoteQueue, order: Order) -> Outcome:
    if order.verb == "submit":
        queue.submit(order.job_id, Path(order.folder))
    elif order.verb == "again":
        # Found out above: an older engine has no such argument.
        cast("Any", queue).submit(order.job_id, Path(order.folder), again=True)
    elif order.verb == "kill":
        status = queue.kill(order.job_id)
        return Outcome(state=status.state.value, exit_code=status.exit_code)
    elif order.verb == "delete":
        queue.delete(order.job_id)
    elif order.verb == "setup":
        queue.statuses() if queue.resolve() else None
    elif order.verb == "fetch":
        with tempfile.TemporaryDirectory() as folder:
            into = queue.download_directory(order.job_id, ".", into=Path(folder) / "copy")
            result = into / "result"
            return Outcome(text=result.read_text() if result.exists() else "")
    else:
        status = queue.status(order.job_id)
        return Outcome(state=status.state.value, exit_code=status.exit_code)
    return Outcome()
