"""Start and stop one private OpenSSH server on the loopback address, with keys of its own."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.waiting import wait_until
from vistrails_tej.engine.destination import Destination

KEY_TYPES = ("ed25519", "ecdsa", "rsa")


def find_sshd() -> str | None:
    """Return the path of the server program; it must be absolute to start itself again."""
    return shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def make_key(path: Path, kind: str = "ed25519", passphrase: str = "") -> Path:
    """Make a key pair; return the private half."""
    command = ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", "test", "-f", str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return path


def free_port() -> int:
    """Return a port that nobody uses, of those that the system gives to nobody by itself."""
    given = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()
    first, last = map(int, given)
    ports = [port for port in range(10_000, 65_000) if not first <= port <= last]
    while True:
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", secrets.choice(ports) if ports else 0))
            return int(probe.getsockname()[1])


class Sshd:
    """A server that lets in one key; its sessions have ``home`` as their HOME.

    ``ssh_directory`` is what ``~/.ssh`` would be at the client: the key and the known hosts.
    """

    def __init__(self, directory: Path, lines: Sequence[str] = ()) -> None:
        """``lines`` are added to the server's configuration."""
        self._directory = directory
        self._lines = tuple(lines)
        self._process: subprocess.Popen[bytes] | None = None
        self.home = directory / "server_home"
        self.ssh_directory = directory / "client_home" / ".ssh"
        self.authorized_keys = directory / "authorized_keys"
        self.port = free_port()
        self.destination = Destination("127.0.0.1", port=self.port)

    def configure(self, *lines: str) -> None:
        """Add lines to the server's configuration; they count from the next start."""
        self._lines += lines

    def __enter__(self) -> Sshd:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def host_key(self, kind: str) -> Path:
        return self._directory / f"host_{kind}"

    def start(self) -> None:
        program = find_sshd()
        assert program is not None
        self._make_files()
        config = self._directory / "sshd_config"
        config.write_text("\n".join([*self._configuration(), *self._lines, ""]))
        if os.geteuid() == 0:
            # Compiled into sshd as the place where its unprivileged half lives.
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        listening = self._listening()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [program, "-D", "-e", "-f", str(config)], stdin=subprocess.DEVNULL, stderr=log
            )
        try:
            wait_until(lambda: self._has_started(listening), message="sshd")
        except BaseException:
            self.stop()
            raise

    @property
    def log(self) -> Path:
        return self._directory / "sshd.log"

    def stop(self) -> None:
        """Stop listening; sessions that are open live on."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(60)
            self._process = None

    def crash(self) -> None:
        """Stop listening and cut every open connection, with no time for a new one in between."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        self.kill_sessions()
        self._process.kill()
        self._process.wait(60)
        self._process = None

    def kill_sessions(self) -> int:
        """Cut every open connection from the server's side; return how many there were."""
        assert self._process is not None
        found = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self._process.pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        pids = [int(pid) for pid in found.stdout.split()]
        for pid in pids:
            os.kill(pid, 9)
        return len(pids)

    def wait_for_sessions_to_end(self) -> None:
        """Wait until no process has this server's home as its HOME."""
        wait_until(lambda: not self._sessions(), message="the end of the sessions")

    def _sessions(self) -> list[Path]:
        found = []
        for path in Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):
                if f"HOME={self.home}".encode() in path.read_bytes().split(b"\0"):
                    found.append(path)
        return found

    def _has_started(self, before: int) -> bool:
        """Whether it listens, by its own word: a connection would be one more than a test makes."""
        assert self._process is not None
        assert self._process.poll() is None, self.log.read_text()
        lines = (*self._configuration(), *self._lines)
        wanted = sum(line.startswith("ListenAddress ") for line in lines)
        return self._listening() == before + wanted

    def _listening(self) -> int:
        text = self.log.read_text() if self.log.exists() else ""
        return text.count("Server listening on ")

    def _make_files(self) -> None:
        if self.ssh_directory.exists():
            return
        self.home.mkdir(parents=True)
        self.ssh_directory.mkdir(parents=True, mode=0o700)
        known = []
        for kind in KEY_TYPES:
            key = make_key(self.host_key(kind), kind)
            kind_and_blob = key.with_suffix(".pub").read_text().split()[:2]
            known.append(" ".join([f"[127.0.0.1]:{self.port}", *kind_and_blob, "\n"]))
        (self.ssh_directory / "known_hosts").write_text("".join(known))
        client = make_key(self.ssh_directory / "id_ed25519")
        shutil.copy(client.with_suffix(".pub"), self.authorized_keys)

    def _configuration(self) -> list[str]:
        return [
            f"ListenAddress 127.0.0.1:{self.port}",
            *(f"HostKey {self.host_key(kind)}" for kind in KEY_TYPES),
            "PidFile none",
            f"AuthorizedKeysFile {self.authorized_keys}",
            "StrictModes no",
            "UsePAM no",
            "PermitRootLogin yes",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "PrintMotd no",
            "UseDNS no",
            "MaxStartups 100:30:200",
            "Subsystem sftp internal-sftp",
            f"SetEnv HOME={self.home}",
            "LogLevel VERBOSE",
        ]
