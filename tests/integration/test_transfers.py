"""Files up and down on a real server: odd names, failures on either side, hostile servers."""

from __future__ import annotations

import os
import resource
import secrets
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.conftest import Server
from tests.integration.sshd import Sshd
from tests.waiting import wait_until
from vistrails_tej.engine.errors import (
    ConnectionFailed,
    ConnectionLost,
    DeadlinePassed,
    RemoteCommandFailed,
    RemoteFileNotFound,
    TransferFailed,
    UnsafeName,
)
from vistrails_tej.engine.session_shell import SessionShell
from vistrails_tej.engine.ssh_connection import SshConnection
from vistrails_tej.engine.transfer import download_file, pack_directory, unpack_stream

NAMES = [
    b"plain",
    b"with space",
    b"-rf",
    b"--",
    b"new\nline",
    b"q'u\"o`te",
    b"$(touch canary)",
    b"*",
    b"back\\slash",
    "ü€".encode(),
    b"\xff\xfe",
    b"x" * 255,
    b"FILE COMMAND MARK",
]


@pytest.fixture
def place(server: Server) -> Iterator[Path]:
    """A directory on the server, which is this machine."""
    directory = server.home / f"transfer-{secrets.token_hex(4)}"
    directory.mkdir()
    yield directory
    shutil.rmtree(directory)


def inside(directory: Path, name: bytes) -> bytes:
    return os.fsencode(directory) + b"/" + name


# Single files


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_file_of_any_name_comes_down(
    connection: SshConnection, place: Path, tmp_path: Path, name: bytes
) -> None:
    Path(os.fsdecode(inside(place, name))).write_bytes(b"content of " + name)
    found = download_file(connection, inside(place, name), tmp_path)
    assert os.fsencode(found.name) == name
    assert found.read_bytes() == b"content of " + name
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("size", [0, 1, 4096, 1_048_576, 30_000_001])
def test_a_file_of_any_size_comes_down(
    connection: SshConnection, place: Path, tmp_path: Path, size: int
) -> None:
    data = secrets.token_bytes(size)
    (place / "file").write_bytes(data)
    assert download_file(connection, str(place / "file"), tmp_path / "new").read_bytes() == data


def test_the_x_bit_comes_along_and_nothing_else(
    connection: SshConnection, place: Path, tmp_path: Path
) -> None:
    for name, mode, expected in (("a", 0o6777, 0o755), ("b", 0o604, 0o644)):
        (place / name).write_text("")
        (place / name).chmod(mode)
        before = os.umask(0o022)
        try:
            found = download_file(connection, str(place / name), tmp_path)
        finally:
            os.umask(before)
        assert found.stat().st_mode & 0o7777 == expected


def test_an_older_copy_is_replaced_only_by_a_whole_one(
    connection: SshConnection, place: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("old")
    with pytest.raises(RemoteFileNotFound):
        download_file(connection, str(place / "file"), tmp_path)
    assert (tmp_path / "file").read_text() == "old"
    (place / "file").write_text("new")
    download_file(connection, str(place / "file"), tmp_path)
    assert (tmp_path / "file").read_text() == "new"


def test_a_missing_file_is_named(connection: SshConnection, place: Path, tmp_path: Path) -> None:
    with pytest.raises(RemoteFileNotFound) as caught:
        download_file(connection, str(place / "nothing"), tmp_path / "new")
    assert str(place / "nothing") in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    """Seen by a server without the rights of root, whoever runs the tests."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "scp").write_text("#!/bin/sh\nprintf '\\001tej:unreadable\\n'\n")
    (programs / "scp").chmod(0o755)
    path = f"{programs}:{os.environ['PATH']}"
    command = f'ForceCommand PATH={path} exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"'
    with (
        Sshd(tmp_path / "server", [command]) as own,
        SshConnection(own.destination, ssh_directory=own.ssh_directory) as ssh,
    ):
        (own.home / "file").write_text("x")
        with pytest.raises(TransferFailed, match="permissions"):
            download_file(ssh, str(own.home / "file"), tmp_path)


def test_a_directory_is_refused_with_advice(
    connection: SshConnection, place: Path, tmp_path: Path
) -> None:
    with pytest.raises(TransferFailed, match="download_directory"):
        download_file(connection, str(place), tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("remote", ["/", "..", "/x/.."])
def test_a_path_without_a_name_is_refused(
    connection: SshConnection, tmp_path: Path, remote: str
) -> None:
    with pytest.raises(UnsafeName):
        download_file(connection, remote, tmp_path)


def test_a_full_disk_leaves_nothing(connection: SshConnection, place: Path, tmp_path: Path) -> None:
    """A limit on the size of files fails in the middle of a write, as a full disk does."""
    (place / "file").write_bytes(b"x" * 3_000_000)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    try:
        with pytest.raises(TransferFailed, match="cannot be written here"):
            download_file(connection, str(place / "file"), tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []
    (place / "file").write_text("small")
    assert download_file(connection, str(place / "file"), tmp_path).read_text() == "small"


def test_without_scp_on_the_server_files_come_down_all_the_same(tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "cat", "dd", "head", "wc"):
        (programs / name).symlink_to(shutil.which(name) or "")
    command = f'ForceCommand PATH={programs} exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"'
    with (
        Sshd(tmp_path / "server", [command]) as own,
        SshConnection(own.destination, ssh_directory=own.ssh_directory) as ssh,
    ):
        for size in (0, 3_000_000):
            (own.home / "a file").write_bytes(b"x" * size)
            (own.home / "a file").chmod(0o755)
            found = download_file(ssh, str(own.home / "a file"), tmp_path)
            assert found.stat().st_size == size
            assert found.stat().st_mode & 0o100
        with pytest.raises(RemoteFileNotFound):
            download_file(ssh, str(own.home / "other"), tmp_path)


# What a hostile or broken server may answer, after the NUL of the client.
ANSWERS = {
    "a directory": r"printf 'D0755 0 evil\n'; cat",
    "a name that leads up": r"printf 'C0644 4 ../evil\n'; cat",
    "two files": r"printf 'C0644 1 a\n'; take; printf 'x\0'; take; printf 'C0644 1 b\n'; cat",
    "too little": r"printf 'C0644 100 a\n'; take; printf 'x'; exit",
    "no size": r"printf 'C0644 many a\n'; cat",
    "a size below nothing": r"printf 'C0644 -5 a\n'; cat",
    "something else": r"printf 'hello\n'; cat",
    "an unfinished line": r"printf 'C0644'; cat",
    "an error in the middle": r"printf 'C0644 1 a\n'; take; printf 'x\001broken\n'; cat",
    "nothing": "cat >/dev/null",
    "the end": "exit 1",
}


# What is said about some of them, so that each is known to get as far as it should.
TOLD = {
    "a directory": "use download_directory",
    "two files": "more than one file",
    "no size": "as SCP prescribes",
    "a size below nothing": "named no size",
    "an error in the middle": "broken",
    "the end": "as SCP prescribes",
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_hostile_answer_leaves_nothing_behind(tmp_path: Path, name: str) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    take = "take() { dd bs=1 count=1 >/dev/null 2>&1; }"
    (programs / "scp").write_text(f"#!/bin/sh\n{take}\ntake\n{ANSWERS[name]}\n")
    (programs / "scp").chmod(0o755)
    path = f"{programs}:{os.environ['PATH']}"
    target = tmp_path / "target"
    target.mkdir()
    command = f'ForceCommand PATH={path} exec /bin/sh -c "$SSH_ORIGINAL_COMMAND" 2>/dev/null'
    with (
        Sshd(tmp_path / "server", [command]) as own,
        SshConnection(own.destination, ssh_directory=own.ssh_directory) as ssh,
    ):
        (own.home / "file").write_text("x")
        if name == "a name that leads up":
            # The name that the server gives is not looked at, so its content is fine.
            (programs / "scp").write_text(
                "#!/bin/sh\ntake() { dd bs=1 count=1 >/dev/null 2>&1; }\n"
                "take; printf 'C0644 1 ../evil\\n'; take; printf 'x\\0'; take\n"
            )
            assert download_file(ssh, str(own.home / "file"), target) == target / "file"
            assert [found.name for found in target.iterdir()] == ["file"]
            return
        # Some answers never end, and say nothing by which they could be told from slow ones.
        patience = 60 if name in TOLD else 2
        with pytest.raises((TransferFailed, ConnectionFailed), match=TOLD.get(name)):
            download_file(ssh, str(own.home / "file"), target, timeout=patience)
    assert list(target.iterdir()) == []
    assert not (tmp_path / "evil").exists()


# Directories


def test_a_directory_goes_up_and_comes_down(
    shell: SessionShell, place: Path, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    (source / "empty").mkdir(parents=True)
    (source / "link").symlink_to("empty")
    for name in NAMES:
        Path(os.fsdecode(inside(source, name))).write_bytes(name * 1000)
    reply = shell.run(["tar", "-C", str(place), "-xf", "-"], payload=pack_directory(source))
    assert (reply.exit_code, reply.stderr) == (0, b"")
    with shell.stream(["tar", "-C", str(place), "-cf", "-", "."]) as reader:
        unpack_stream(reader, tmp_path / "target")
    compared = subprocess.run(["diff", "-r", source, tmp_path / "target"], check=False)
    assert compared.returncode == 0
    assert (tmp_path / "target" / "empty").is_dir()


def test_a_thousand_files_travel_in_one_stream(
    shell: SessionShell, place: Path, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for number in range(1000):
        (source / str(number)).write_bytes(os.urandom(4096))
    reply = shell.send(["tar", "-C", str(place), "-xf", "-"], pack_directory(source))
    assert reply.exit_code == 0
    with shell.stream(["tar", "-C", str(place), "-cf", "-", "."]) as reader:
        unpack_stream(reader, tmp_path / "target")
    compared = subprocess.run(["diff", "-r", source, tmp_path / "target"], check=False)
    assert compared.returncode == 0


def test_a_directory_that_is_missing_leaves_nothing(
    shell: SessionShell, place: Path, tmp_path: Path
) -> None:
    with (
        pytest.raises(RemoteCommandFailed),
        shell.stream(["tar", "-C", str(place / "nothing"), "-cf", "-", "."]) as reader,
    ):
        unpack_stream(reader, tmp_path / "target")
    assert list(tmp_path.iterdir()) == []


def download_one(ssh: SshConnection, directory: Path, into: Path) -> None:
    download_file(ssh, str(directory / "file"), into)


def download_all(ssh: SshConnection, directory: Path, into: Path) -> None:
    command = ["tar", "-C", str(directory), "-cf", "-", "."]
    with SessionShell(ssh) as shell, shell.stream(command) as reader:
        unpack_stream(reader, into / "new")


@pytest.mark.parametrize("download", [download_one, download_all])
def test_a_cut_download_leaves_nothing(
    tmp_path: Path, download: Callable[[SshConnection, Path, Path], None]
) -> None:
    target = tmp_path / "target"
    target.mkdir()
    with Sshd(tmp_path / "server") as own:
        (own.home / "big").mkdir()
        with (own.home / "big" / "file").open("wb") as sparse:
            sparse.truncate(5_000_000_000)
        cut = threading.Thread(target=lambda: wait_until(begun(target)) and own.kill_sessions())
        with SshConnection(own.destination, ssh_directory=own.ssh_directory) as ssh:
            cut.start()
            with pytest.raises(ConnectionLost):
                download(ssh, own.home / "big", target)
        cut.join()
    assert list(target.iterdir()) == []


def begun(target: Path) -> Callable[[], bool]:
    """Tell when more than a few bytes have arrived anywhere below ``target``."""
    return lambda: any(
        path.is_file() and path.stat().st_size > 5_000_000 for path in target.rglob("*")
    )


def test_an_upload_that_is_cut_does_not_look_complete(tmp_path: Path) -> None:
    """The command must not see an ordinary end, or it would take half a job for a whole."""
    cut = threading.Event()
    with Sshd(tmp_path / "server") as own:

        def halves() -> Iterator[bytes]:
            yield b"x" * 3_000_000
            own.kill_sessions()
            cut.set()
            yield b"y" * 3_000_000

        done = own.home / "done"
        ssh = SshConnection(own.destination, ssh_directory=own.ssh_directory)
        with ssh, SessionShell(ssh) as shell:
            command = ["sh", "-c", f"cat >{own.home}/part; touch {done}"]
            with pytest.raises(ConnectionLost):
                shell.send(command, halves())
        assert cut.is_set()
        own.wait_for_sessions_to_end()
        assert not done.exists()


# A peer that falls silent


def test_a_transfer_that_stands_still_passes_its_deadline(
    shell: SessionShell, connection: SshConnection, place: Path, tmp_path: Path
) -> None:
    os.mkfifo(place / "pipe")
    with pytest.raises((DeadlinePassed, TransferFailed)):
        download_file(connection, str(place / "pipe"), tmp_path, timeout=0.5)
    assert list(tmp_path.iterdir()) == []
