"""Whether background processes outlive the login: start one, leave, come back and look."""

from __future__ import annotations

from collections.abc import Callable

from ..ssh_connection import SshConnection
from .check import Check
from .server_shell import Facts, ServerShell

__all__ = ["check_survival"]

_NAME = "after logout"
_LOGIND = "/etc/systemd/logind.conf"


def check_survival(shell: ServerShell, reconnect: Callable[[], SshConnection]) -> Check:
    """Start a process as jobs are started, end the connection, and see whether it lives on.

    ``reconnect`` closes the connection and returns a new one. The process ends by itself after
    two minutes, should we not come back.
    """
    if "questions of the server" in (shell.ssh.facts.login or ""):
        return Check.warning(
            _NAME,
            "not tried, as a second login would ask for another code",
            "start a job, log out for some minutes, and look whether it still runs",
        )
    started = shell.ask("doctor_start")
    process = (started.get("process") or "").split()
    if len(process) != 2:
        return Check.failed(
            _NAME, "no process could be started", "look at the limits of the account (ulimit -u)"
        )
    shell.close()
    second = ServerShell(reconnect())
    try:
        found = second.ask("doctor_look", *process)
    finally:
        second.close()
    return _judge(started, found)


def _judge(started: Facts, found: Facts) -> Check:
    before, after = started.get("host"), found.get("host")
    if before != after:
        return Check.warning(
            _NAME,
            f"not known: the first login led to {before}, the second to {after}",
            "name one of the machines as the destination; a job is judged only where it runs",
        )
    setting = found.get("logind")
    if found.get("alive") == "yes":
        return Check.ok(_NAME, "background processes live on")
    because = f"; KillUserProcesses={setting} in {_LOGIND}" if setting else ""
    return Check.failed(
        _NAME,
        f"a background process was ended when its login was over{because}",
        "on a machine with systemd: run 'loginctl enable-linger' there, or ask the administrator"
        f" for KillUserProcesses=no in {_LOGIND}; else use the batch system",
    )
