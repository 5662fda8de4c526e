"""Queue: the server, and the directory on it, where jobs are run."""

from __future__ import annotations

from ..engine import Destination
from .engine_errors import as_module_error
from .host import Module
from .queue_reference import DEFAULT_QUEUE, QueueReference, make_destination
from .sessions import current_sessions


class Queue(Module):
    """The server on which jobs are run, and the directory on it that holds them.

    ``hostname`` is a name, an address, an alias of ~/.ssh/config or a whole destination
    ``[ssh://][user@]host[:port]``; ``username`` and ``port`` take precedence over what it says.
    The queue is made, if there is none, when the first job is submitted.
    """

    _input_ports = (
        ("hostname", "(basic:String)"),
        ("username", "(basic:String)", {"optional": True}),
        ("port", "(basic:Integer)", {"optional": True, "defaults": ["22"]}),
        ("queue", "(basic:String)", {"optional": True, "defaults": [DEFAULT_QUEUE]}),
        ("setup_runtime", "(basic:String)", {"optional": True}),
        ("need_runtime", "(basic:String)", {"optional": True}),
    )
    _output_ports = (("queue", "(org.vistrails.extra.tej:Queue)"),)

    def compute(self) -> None:
        """Give the reference of the queue, once its server was reached."""
        with as_module_error(self):
            reference = QueueReference(
                self._destination(),
                self.get_input("queue"),
                self.force_get_input("setup_runtime", "") or "",
                self.force_get_input("need_runtime", "") or "",
            )
            current_sessions().queue(reference).connect()
        self.set_output("queue", reference)

    def _destination(self) -> Destination:
        destination, password = make_destination(
            self.get_input("hostname"),
            self.get_input("username") if self.has_input("username") else None,
            self.get_input("port") if self.has_input("port") else None,
        )
        if password is not None:
            current_sessions().remember_password(destination, password)
        return destination
