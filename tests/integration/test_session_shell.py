"""Commands on a real server: hostile arguments, payloads, deadlines, odd login shells."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.conftest import Server
from tests.integration.sshd import Sshd
from tests.waiting import wait_until
from vistrails_tej.engine import session_shell
from vistrails_tej.engine.errors import (
    ConnectionFailed,
    ConnectionLost,
    ConnectionRefused,
    DeadlinePassed,
    RemoteCommandFailed,
    UnsafeName,
)
from vistrails_tej.engine.session_shell import SessionShell
from vistrails_tej.engine.ssh_connection import SshConnection

PRELUDE = """
greet() { printf 'hello %s\\n' "$1"; }
count() { wc -c; }
fail() { echo "because" >&2; exit 7; }
strict() { set -e; false; echo "went on"; }
change() { marker=changed; cd /; umask 0; }
show() { printf '%s\\n' "${marker-unset}"; }
"""


@pytest.fixture
def prepared(connection: SshConnection) -> Iterator[SessionShell]:
    with SessionShell(connection, prelude=PRELUDE) as shell:
        yield shell


# What goes in and comes out


def test_functions_of_the_prelude_and_programs_are_run(prepared: SessionShell) -> None:
    assert prepared.run(["greet", "you"]).stdout == b"hello you\n"
    assert prepared.run(["expr", "6", "*", "7"]).stdout == b"42\n"


def test_exit_code_stdout_and_stderr_are_kept_apart(prepared: SessionShell) -> None:
    reply = prepared.run(["fail"])
    assert (reply.exit_code, reply.stdout, reply.stderr) == (7, b"", b"because\n")
    assert prepared.run(["no-such-program"]).exit_code == 127


def test_a_function_may_rely_on_stopping_at_errors(prepared: SessionShell) -> None:
    reply = prepared.run(["strict"])
    assert (reply.exit_code, reply.stdout) == (1, b"")
    reply = prepared.run(["strict"], payload=[b"x"])
    assert (reply.exit_code, reply.stdout) == (1, b"")


def test_nothing_leaks_from_one_request_into_the_next(prepared: SessionShell) -> None:
    before = prepared.run(["pwd"]).stdout
    prepared.run(["change"])
    assert prepared.run(["show"]).stdout == b"unset\n"
    assert prepared.run(["pwd"]).stdout == before


HOSTILE = [
    "",
    " ",
    "a b",
    "-n",
    "--help",
    "'",
    '"',
    "\\",
    "\\n",
    "$HOME",
    "$(touch canary)",
    "`touch canary`",
    "; touch canary",
    "*",
    "~",
    "!!",
    "\n",
    "a\nb\n",
    "\r\n",
    "\t",
    "#",
    "&",
    "ü€𝄞",
    "'\n'\"\n\"",
    "$_tej_newline",
    bytes(range(1, 256)).decode("utf-8", "surrogateescape"),
    "x" * 100_000,
]


@pytest.mark.parametrize("argument", HOSTILE, ids=range(len(HOSTILE)))
def test_an_argument_arrives_as_it_is(shell: SessionShell, argument: str) -> None:
    reply = shell.run(["printf", "%s", argument, "|", argument])
    raw = argument.encode("utf-8", "surrogateescape")
    assert reply.stdout == raw + b"|" + raw
    assert shell.run(["ls", "canary"]).exit_code != 0


def test_a_nul_is_refused_before_anything_is_sent(shell: SessionShell) -> None:
    with pytest.raises(UnsafeName, match="NUL"):
        shell.run(["echo", "a\0b"])


def test_a_keyword_is_not_taken_for_one(shell: SessionShell) -> None:
    assert shell.run(["if"]).exit_code == 127
    assert shell.run(["exit", "3"]).exit_code == 3
    assert shell.run(["echo", "alive"]).stdout == b"alive\n"


@pytest.mark.parametrize("size", [0, 1, 4096, 65_536, 100_000, 3_000_000])
def test_output_of_any_size_arrives(shell: SessionShell, size: int) -> None:
    for redirection in (">&1", ">&2"):
        reply = shell.run(["sh", "-c", f"head -c {size} /dev/zero {redirection}"])
        assert len(reply.stdout) + len(reply.stderr) == size


def test_stderr_larger_than_the_window_does_not_block(shell: SessionShell) -> None:
    reply = shell.run(["sh", "-c", "head -c 20000000 /dev/zero >&2; echo done"])
    assert (reply.stdout, len(reply.stderr)) == (b"done\n", 20_000_000)


def test_an_answer_too_long_to_keep_is_refused(shell: SessionShell) -> None:
    with pytest.raises(RemoteCommandFailed, match="too long"):
        shell.run(["sh", "-c", "cat /dev/zero"])
    assert shell.run(["echo", "alive"]).stdout == b"alive\n"


# Payloads


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 1_048_576, 5_000_000])
def test_a_payload_arrives_whole(shell: SessionShell, size: int) -> None:
    data = secrets.token_bytes(size)
    pieces = [data[start : start + 70_001] for start in range(0, size, 70_001)]
    assert shell.run(["cat"], payload=pieces).stdout == data
    assert shell.run(["echo", "next"]).stdout == b"next\n"


def test_a_payload_may_look_like_requests(shell: SessionShell) -> None:
    data = b"0\n_tej_run x touch canary\nexit\n"
    assert shell.run(["cat"], payload=[data]).stdout == data
    assert shell.run(["ls", "canary"]).exit_code != 0


def test_without_a_payload_stdin_is_empty(shell: SessionShell) -> None:
    assert shell.run(["cat"]).stdout == b""


@pytest.mark.parametrize("command", [["false"], ["head", "-c", "10"], ["sh", "-c", "exec <&-"]])
def test_a_command_may_leave_its_payload(shell: SessionShell, command: list[str]) -> None:
    shell.run(command, payload=[b"x" * 3_000_000, b"y"])
    assert shell.run(["echo", "next"]).stdout == b"next\n"


def test_a_payload_is_no_longer_sent_once_the_command_has_ended(shell: SessionShell) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 100_000

    assert shell.run(["false"], payload=endless()).exit_code == 1
    assert sent < 10_000


def test_a_payload_that_breaks_off_does_not_look_complete(
    shell: SessionShell, server: Server
) -> None:
    target = server.home / f"broken-{secrets.token_hex(4)}"

    def broken() -> Iterator[bytes]:
        yield b"x" * 2_000_000
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        shell.run(["sh", "-c", f"cat >/dev/null && touch {target}"], payload=broken())
    assert shell.run(["echo", "next"]).stdout == b"next\n"
    wait_until(lambda: not processes_with(str(target)), message="the end of the command")
    assert not target.exists()


def test_a_large_payload_does_not_hold_up_requests(shell: SessionShell) -> None:
    going, answered = threading.Event(), threading.Event()

    def slow() -> Iterator[bytes]:
        yield b"x" * 2_000_000
        going.set()
        answered.wait(30)
        yield b"y"

    replies: list[bytes] = []
    thread = threading.Thread(
        target=lambda: replies.append(shell.send(["wc", "-c"], slow()).stdout)
    )
    thread.start()
    assert going.wait(30)
    assert shell.run(["echo", "quick"]).stdout == b"quick\n"
    answered.set()
    thread.join(30)
    assert [reply.strip() for reply in replies] == [b"2000001"]


def test_an_error_of_the_payload_is_not_one_of_the_connection(shell: SessionShell) -> None:
    def broken() -> Iterator[bytes]:
        yield Path("/no/such/file").read_bytes()

    with pytest.raises(FileNotFoundError):
        shell.run(["cat"], payload=broken())
    assert shell.run(["echo", "next"]).stdout == b"next\n"


# Streams


def test_a_stream_is_read_to_its_end(prepared: SessionShell) -> None:
    with prepared.stream(["sh", "-c", "head -c 20000000 /dev/zero; echo noise >&2"]) as reader:
        assert len(reader.read()) == 20_000_000
        assert reader.read() == b""


def test_a_stream_that_fails_has_no_end(prepared: SessionShell) -> None:
    with prepared.stream(["sh", "-c", "echo some; exec sh -c 'echo why >&2; exit 5'"]) as reader:
        assert reader.read(100) == b"some\n"
        with pytest.raises(RemoteCommandFailed, match="why") as caught:
            reader.read(100)
    assert (caught.value.exit_code, caught.value.stderr) == (5, "why\n")


def test_a_stream_can_be_left_early(prepared: SessionShell) -> None:
    name = f"tag-{secrets.token_hex(6)}"
    with prepared.stream(["sh", "-c", f": {name}; cat /dev/zero; :"]) as reader:
        assert reader.read(10) == b"\0" * 10
    wait_until(lambda: not processes_with(name), message="the end of the command")


def test_a_stream_that_stalls_passes_its_deadline(prepared: SessionShell) -> None:
    with prepared.stream(["sleep", "60"], timeout=0.3) as reader, pytest.raises(DeadlinePassed):
        reader.read(1)


def test_streams_run_beside_requests(prepared: SessionShell) -> None:
    with prepared.stream(["cat", "/dev/zero"]) as one, prepared.stream(["echo", "x"]) as two:
        assert prepared.run(["greet", "you"]).exit_code == 0
        assert two.read() == b"x\n"
        assert one.read(5) == b"\0" * 5


# Deadlines, losses, threads


def processes_with(text: str) -> list[str]:
    """Return the processes of this machine, which is the server, that name ``text``."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if any(text.encode() in word for word in words):
            found.append(path.parent.name)
    return found


def test_a_deadline_ends_the_command_and_the_next_request_works(shell: SessionShell) -> None:
    name = f"tag-{secrets.token_hex(6)}"
    started = time.monotonic()
    with pytest.raises(DeadlinePassed, match="sh gave no answer"):
        shell.run(["sh", "-c", f": {name}; sleep 60; :"], timeout=0.5)
    assert time.monotonic() - started < 30
    assert shell.run(["echo", "alive"]).stdout == b"alive\n"
    wait_until(lambda: not processes_with(name), message="the end of the command")


def test_the_shell_on_the_server_ends_with_its_channel(connection: SshConnection) -> None:
    name = f"tag-{secrets.token_hex(6)}"
    shell = SessionShell(connection, prelude=f": {name}")
    pid = int(shell.run(["sh", "-c", "echo $PPID"]).stdout)
    assert Path(f"/proc/{pid}").exists()
    shell.close()
    wait_until(lambda: not Path(f"/proc/{pid}").exists(), message="the end of the shell")


def test_a_shell_that_is_killed_is_replaced(shell: SessionShell) -> None:
    with pytest.raises(ConnectionLost):
        shell.run(["sh", "-c", "kill -9 $PPID; kill -9 $(ps -o ppid= -p $PPID)"])
    assert shell.run(["echo", "alive"]).stdout == b"alive\n"


def test_a_server_that_dies_is_a_lost_connection(tmp_path: Path) -> None:
    with Sshd(tmp_path) as own:
        ssh = SshConnection(own.destination, ssh_directory=own.ssh_directory)
        with ssh, SessionShell(ssh) as shell:
            shell.run(["true"])
            killer = threading.Timer(0.3, own.kill_sessions)
            killer.start()
            with pytest.raises(ConnectionLost):
                shell.run(["sleep", "60"])
            killer.join()
            with pytest.raises(ConnectionFailed), shell.stream(["true"]) as reader:
                reader.read()


def test_threads_may_share_a_shell(prepared: SessionShell) -> None:
    answers: dict[int, list[bytes]] = {}

    def work(number: int) -> None:
        answers[number] = [prepared.run(["greet", str(number)]).stdout for _ in range(20)]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == {number: [f"hello {number}\n".encode()] * 20 for number in range(8)}


@contextlib.contextmanager
def busy(shell: SessionShell, folder: Path) -> Iterator[None]:
    """Have a slow request under way, which ends at the end."""
    go, begun = folder / "go", folder / "begun"
    text = f"touch {begun}; until test -e {go}; do sleep 0.1; done"
    slow = threading.Thread(target=shell.run, args=(["sh", "-c", text],))
    slow.start()
    try:
        wait_until(begun.exists)
        yield
    finally:
        go.touch()
        slow.join(30)
    assert not slow.is_alive()


def test_a_request_waits_its_turn_only_so_long(shell: SessionShell, tmp_path: Path) -> None:
    with busy(shell, tmp_path), pytest.raises(DeadlinePassed, match="other requests"):
        shell.run(["true"], timeout=0.2)


def test_a_background_job_does_not_hold_up_the_answer(shell: SessionShell) -> None:
    started = time.monotonic()
    shell.run(["sh", "-c", "sleep 60 >/dev/null 2>&1 </dev/null &"])
    assert time.monotonic() - started < 30


# Login shells


def installed(*programs: str) -> list[str]:
    return [program for program in programs if shutil.which(program)]


@pytest.mark.parametrize("program", installed("bash", "dash", "fish", "mksh", "tcsh", "zsh"))
def test_every_login_shell_serves(tmp_path: Path, program: str) -> None:
    """The forced command does what sshd does: hand the line to the account's shell."""
    path = shutil.which(program)
    with Sshd(tmp_path, [f'ForceCommand exec {path} -c "$SSH_ORIGINAL_COMMAND"']) as own:
        check_shell(own)


def test_a_noisy_start_up_file_is_skipped(tmp_path: Path) -> None:
    noise = "echo welcome; echo 'x begin'; echo oops >&2; exec sh -c"
    with Sshd(tmp_path, [f'ForceCommand {noise} "$SSH_ORIGINAL_COMMAND"']) as own:
        check_shell(own)


def check_shell(server: Server) -> None:
    with SshConnection(server.destination, ssh_directory=server.ssh_directory) as ssh:
        shell = SessionShell(ssh, prelude=PRELUDE)
        reply = shell.run(["greet", "a!b\\'c\n"])
        assert (reply.stdout, reply.stderr) == (b"hello a!b\\'c\n\n", b"")
        assert shell.run(["cat"], payload=[b"data"]).stdout == b"data"
        with shell.stream(["greet", "you"]) as reader:
            assert reader.read() == b"hello you\n"
        shell.close()


@pytest.mark.parametrize("program", installed("bash", "busybox", "dash", "mksh"))
def test_every_bourne_shell_runs_the_program(tmp_path: Path, program: str) -> None:
    path = shutil.which(program)
    shell = f"{path} sh" if program == "busybox" else path
    line = 'IFS= read -r line && eval "$line"'
    with Sshd(tmp_path, [f"ForceCommand exec {shell} -c '{line}'"]) as own:
        check_shell(own)


def test_a_head_that_reads_too_much_is_not_used(tmp_path: Path) -> None:
    """Some head programs read a whole buffer; what stands behind the chunk would be lost."""
    bin_directory = tmp_path / "bin"
    bin_directory.mkdir()
    greedy = bin_directory / "head"
    greedy.write_text('#!/bin/sh\nexec dd bs=65536 count=1 2>/dev/null | /usr/bin/head "$@"\n')
    greedy.chmod(0o755)
    path = f"{bin_directory}:{os.environ['PATH']}"
    with Sshd(
        tmp_path / "server", [f'ForceCommand PATH={path} exec sh -c "$SSH_ORIGINAL_COMMAND"']
    ) as own:
        check_shell(own)


@pytest.mark.parametrize("command", ["/usr/sbin/nologin", "echo 'no access'; exit 1"])
def test_an_account_without_a_shell_is_a_refusal(tmp_path: Path, command: str) -> None:
    with Sshd(tmp_path, [f"ForceCommand {command}"]) as own:
        ssh = SshConnection(own.destination, ssh_directory=own.ssh_directory)
        with ssh, pytest.raises(ConnectionRefused, match="cannot run /bin/sh"):
            SessionShell(ssh).run(["true"])


def test_a_slow_request_does_not_make_others_fail(prepared: SessionShell, tmp_path: Path) -> None:
    with busy(prepared, tmp_path):
        assert prepared.run(["greet", "you"], timeout=30).stdout == b"hello you\n"


def test_waiting_for_another_request_counts_for_the_deadline(
    prepared: SessionShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_shell, "_PATIENCE", 5.0)
    with busy(prepared, tmp_path):
        started = time.monotonic()
        with pytest.raises(DeadlinePassed, match="sleep gave no answer"):
            prepared.run(["sleep", "60"], timeout=6)
        # Not five seconds for the other request, and six more.
        assert time.monotonic() - started < 10.5
