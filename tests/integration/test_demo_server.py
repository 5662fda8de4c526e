"""The loopback server of the demo: closed while it is used, it leaves nothing behind."""

from __future__ import annotations

import gc
from pathlib import Path

from tests.waiting import wait_until
from vistrails_tej.demo.server import DemoServer
from vistrails_tej.engine.session_shell import SessionShell
from vistrails_tej.engine.ssh_connection import SshConnection


def test_a_server_that_is_closed_ends_its_connections() -> None:
    with DemoServer() as server:
        ssh = SshConnection(server.destination, ssh_directory=server.ssh_directory)
        ssh.open()
        shell = SessionShell(ssh)
        assert shell.run(["echo", "alive"]).stdout == b"alive\n"
        home = server.home
    wait_until(lambda: not ssh.is_open)
    ssh.close()
    assert not home.exists()
    # What was left open would be told now, which is an error here.
    gc.collect()


def test_a_server_that_is_closed_ends_a_command_that_will_not_end() -> None:
    with DemoServer() as server:
        ssh = SshConnection(server.destination, ssh_directory=server.ssh_directory)
        ssh.open()
        channel = ssh.open_channel()
        channel.exec_command("trap '' HUP TERM; echo $$; while :; do sleep 1; done")
        pid = int(channel.recv(100))
        assert Path(f"/proc/{pid}").exists()
    assert not Path(f"/proc/{pid}").exists()
    ssh.close()
    gc.collect()
