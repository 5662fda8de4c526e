"""A password given in any way is in no file, log, record, list of processes or error text."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.command_line import CommandLine
from tests.integration.password_server import PasswordServer
from tests.integration.terminal import Terminal
from tests.vistrails import Draft

RIGHT = PasswordServer.password
WRONG = "hunter2-of-the-test"
SECRETS = (RIGHT, WRONG)


class ProcessWatch:
    """Reads the arguments and the environments of all processes, again and again.

    A process is its children's business too: what is handed to a program is seen by everybody.
    """

    def __init__(self) -> None:
        self.found: set[str] = set()
        self.looks = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> ProcessWatch:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        self._thread.join(30)

    def _watch(self) -> None:
        while not self._over.wait(0.01):
            self.looks += 1
            for pattern in ("cmdline", "environ"):
                for path in Path("/proc").glob(f"[0-9]*/{pattern}"):
                    with contextlib.suppress(OSError):
                        data = path.read_bytes()
                        if RIGHT.encode() in data or WRONG.encode() in data:
                            self.found.add(str(path))


def files_with_secrets(*folders: Path) -> list[Path]:
    """The files below some folders that hold a password, packed ones included."""
    found = []
    for folder in folders:
        for path in folder.rglob("*"):
            if not path.is_file():
                continue
            data = path.read_bytes()
            if path.suffix == ".vt":
                unpacked = subprocess.run(
                    ["python3", "-m", "zipfile", "-e", str(path), str(path) + ".unpacked"],
                    check=False,
                )
                if unpacked.returncode == 0:
                    found += files_with_secrets(Path(str(path) + ".unpacked"))
            if any(secret.encode() in data for secret in SECRETS):
                found.append(path)
    return found


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PasswordServer]:
    with PasswordServer(tmp_path / "server") as started:
        yield started


@pytest.fixture
def user(server: PasswordServer, tmp_path: Path) -> CommandLine:
    home, folder = tmp_path / "home", tmp_path / "folder"
    (home / ".ssh").mkdir(parents=True)
    folder.mkdir()
    (home / ".ssh" / "known_hosts").write_text(server.known_hosts)
    return CommandLine(home, folder)


def workflow(user: CommandLine, host: str, text: str = "echo from the job") -> Path:
    draft = Draft(host)
    draft.printed(draft.shell_job(text), "stdout")
    return draft.save(user.folder / "test.vt")


def test_a_password_typed_on_a_terminal_is_nowhere(
    server: PasswordServer, user: CommandLine, tmp_path: Path
) -> None:
    file = workflow(user, f"me@127.0.0.1:{server.port}")
    with ProcessWatch() as watch, Terminal(user, "-vvv", "run", file) as terminal:
        terminal.answer([("Password for me@127.0.0.1:", RIGHT)])
        assert terminal.finish() == 0, terminal.screen
        assert "from the job" in terminal.screen
        assert terminal.screen.count("Password for") == 1
        assert not any(secret in terminal.screen for secret in SECRETS)
    assert (watch.found, watch.looks > 0) == (set(), True)
    assert files_with_secrets(tmp_path) == []


def test_a_password_in_the_file_is_used_and_goes_no_further(
    server: PasswordServer, user: CommandLine, tmp_path: Path
) -> None:
    """Old programs kept it there, so there it may stay; nowhere else does it turn up."""
    host = f"me:{RIGHT}@127.0.0.1:{server.port}"
    file = workflow(user, host)
    done = user("-vvv", "run", file)
    told = [done]
    assert "from the job" in done.stdout
    told += [user("-vvv", "jobs", file, "--json"), user("-vv", "run", file)]
    for one in told:
        assert not any(secret in one.stdout + one.stderr for secret in SECRETS)
    records = user.json("jobs", file)
    assert records[0]["parameters"]["destination"] == f"ssh://me@127.0.0.1:{server.port}"
    file.unlink()
    assert files_with_secrets(tmp_path) == []


def test_a_wrong_password_is_in_no_error(
    server: PasswordServer, user: CommandLine, tmp_path: Path
) -> None:
    place = f"me:{WRONG}@127.0.0.1:{server.port}"
    job = tmp_path / "job"
    job.mkdir()
    (job / "start.sh").write_text("true\n")
    for arguments in (
        ("list", place),
        ("doctor", place),
        ("doctor", place, "--json"),
        ("logs", place, "--id", "none"),
        ("submit", place, job),
        ("cleanup", place),
    ):
        done = user("-vvv", *arguments, code=5)
        assert "password" in done.stdout + done.stderr
        assert WRONG not in done.stdout + done.stderr
    bad = user("list", f"me:{WRONG}@host:no port", code=2)
    assert WRONG not in bad.stdout + bad.stderr
    file = workflow(user, place)
    done = user("-vvv", "run", file, code=5)
    assert WRONG not in done.stdout + done.stderr
    file.unlink()
    assert files_with_secrets(tmp_path) == []


def test_a_password_among_the_values_of_a_run_is_in_no_record(
    server: PasswordServer, user: CommandLine, tmp_path: Path
) -> None:
    file = workflow(user, "elsewhere")
    value = f"Queue.hostname=me:{RIGHT}@127.0.0.1:{server.port}"
    done = user("-vvv", "run", file, "--set", value)
    assert RIGHT not in done.stdout + done.stderr
    assert files_with_secrets(tmp_path) == []


def test_the_library_speaks_only_when_asked_three_times(
    server: PasswordServer, user: CommandLine
) -> None:
    place = f"me:{RIGHT}@127.0.0.1:{server.port}"
    lines = {
        option: user(option, "list", place, code=3).stderr.splitlines()
        for option in ("-v", "-vv", "-vvv")
    }
    assert any("connect number 1" in line for line in lines["-v"])
    assert len(lines["-v"]) < len(lines["-vv"]) < 20 < len(lines["-vvv"])
