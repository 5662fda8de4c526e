"""Any name that a file system or a person can make up works, or is refused; none is executed.

The number of examples is HOSTILE_EXAMPLES, the seed HOSTILE_SEED; both are printed on a failure.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, seed, settings
from hypothesis import strategies as st

from tests.integration.sshd import Sshd
from tests.waiting import wait_until
from vistrails_tej.engine.errors import InvalidJobId, NotAQueue, TejError
from vistrails_tej.engine.job import parse_job_id
from vistrails_tej.engine.remote_queue import RemoteQueue
from vistrails_tej.engine.ssh_connection import SshConnection

EXAMPLES = int(os.environ.get("HOSTILE_EXAMPLES", "25"))
SEED = int(os.environ.get("HOSTILE_SEED", "20200229"))

CANARY = "canary-of-the-test"
ATTACKS = [
    f"$(touch {CANARY})",
    f"`touch {CANARY}`",
    f";touch {CANARY};",
    f"\ntouch {CANARY}\n",
    f"&touch {CANARY}&",
    f"|touch {CANARY}",
    f"';touch {CANARY};'",
    f'";touch {CANARY};"',
    f"'\ntouch {CANARY}\n'",
    f"x\\';touch {CANARY};",
    f"$((a[$(touch {CANARY})]))",
    f"${{HOME:=$(touch {CANARY})}}",
    f"-e touch {CANARY}",
    f"--checkpoint-action=exec=touch {CANARY}",
    f"--to-command=touch {CANARY}",
    f"-oProxyCommand=touch {CANARY}",
    "-rf",
    "--",
    "~",
    "~root",
    "*",
    "!!",
    "\\",
    "%s%n",
    "tejdir: x",
    "é€𝄞",
    "\u202egpj.exe",
    "A\u030a",
    " ",
    "\t",
    "\r",
    "\x1b]0;x\x07",
    "\x7f",
]


def _printed(text: str) -> str:
    return text.replace("\0", "")


# A name may hold any byte but NUL and slash; those that are no UTF-8 are surrogates here.
raw_names = st.binary(min_size=1, max_size=60).map(
    lambda data: os.fsdecode(data.replace(b"\0", b"0").replace(b"/", b"|"))
)
plain_names = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0/"), min_size=1, max_size=40
)
attacks = st.lists(st.sampled_from(ATTACKS), min_size=1, max_size=3).map("".join)
names = (
    st.one_of(attacks, plain_names, raw_names)
    .filter(lambda name: name not in (".", ".."))
    .filter(lambda name: len(os.fsencode(name)) <= 200)
)
job_ids = st.one_of(attacks, st.text(max_size=20), st.from_regex(r"[A-Za-z0-9_+=@%:.,-]{1,30}\Z"))


@pytest.fixture(scope="module")
def ssh(sshd: Sshd) -> Iterator[SshConnection]:
    with SshConnection(sshd.destination, ssh_directory=sshd.ssh_directory) as opened:
        yield opened


@pytest.fixture
def check(sshd: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Look for a canary in every place where a shell of ours may have been."""
    here = tmp_path / "current"
    here.mkdir()
    monkeypatch.chdir(here)

    def look() -> None:
        for place in (sshd.home, tmp_path, Path.home(), Path("/")):
            assert not (place / CANARY).exists(), place
        # Not rglob, which stumbles over what the server removes meanwhile.
        for folder, _, files in os.walk(sshd.home):
            assert CANARY not in files, folder

    return look


@pytest.fixture
def opened_queue(sshd: Sshd, ssh: SshConnection) -> Iterator[Callable[[str], RemoteQueue]]:
    """Queues that share the connection and give its channels back."""
    with contextlib.ExitStack() as stack:
        yield lambda path: stack.enter_context(RemoteQueue(sshd.destination, path, connection=ssh))


def hypothesis_settings(share: float = 1.0) -> settings:
    return settings(
        max_examples=max(1, int(EXAMPLES * share)),
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )


def make_directory(tmp_path: Path, script: str) -> Path:
    directory = tmp_path / secrets.token_hex(6)
    directory.mkdir()
    (directory / script).write_text("#!/bin/sh\necho ran\n")
    return directory


def finish(queue: RemoteQueue, job_id: str) -> int | None:
    wait_until(lambda: queue.status(job_id).is_over, message=job_id)
    return queue.status(job_id).exit_code


def test_files_and_scripts_of_any_name_run_and_come_back(
    opened_queue: Callable[[str], RemoteQueue], tmp_path: Path, check: Callable[[], None]
) -> None:
    """A script, a file beside it, a file in a directory, and a link, all named by an enemy."""
    queue = opened_queue("~/hostile files")

    @hypothesis_settings()
    @seed(SEED)
    @given(script=names, folder=names, file=names, content=st.binary(max_size=100))
    def works(script: str, folder: str, file: str, content: bytes) -> None:
        directory = make_directory(tmp_path, script)
        if folder == script:
            folder = f"{folder}2"
        (directory / folder).mkdir()
        (directory / folder / file).write_bytes(content)
        (directory / folder / f"{file}.link").symlink_to(file)
        job_id = queue.submit(None, directory, script=script)
        assert finish(queue, job_id) == 0
        assert queue.read_text(job_id, "_stdout") == "ran\n"
        target = tmp_path / secrets.token_hex(6)
        found = queue.download(job_id, f"{folder}/{file}", into=target)
        assert found.read_bytes() == content
        down = queue.download_directory(job_id, folder, into=target.with_suffix(".d"))
        assert (down / file).read_bytes() == content
        assert (down / f"{file}.link").readlink() == Path(file)
        queue.delete(job_id)
        check()

    works()


def test_a_job_id_of_any_text_works_or_is_refused(
    opened_queue: Callable[[str], RemoteQueue], tmp_path: Path, check: Callable[[], None]
) -> None:
    queue = opened_queue("~/hostile ids")
    directory = make_directory(tmp_path, "start.sh")
    seen = set()

    @hypothesis_settings()
    @seed(SEED)
    @example(job_id="-plain=1@%:.,+_")
    @given(job_id=job_ids)
    def works_or_is_refused(job_id: str) -> None:
        try:
            parse_job_id(job_id)
        except InvalidJobId:
            for call in (queue.status, queue.kill, queue.delete):
                with pytest.raises(InvalidJobId):
                    call(job_id)
            with pytest.raises(InvalidJobId):
                queue.submit(job_id, directory)
            seen.add("refused")
        else:
            queue.submit(job_id, directory)
            assert finish(queue, job_id) == 0
            queue.kill(job_id)
            queue.delete(job_id)
            assert job_id not in queue.statuses()
            seen.add("works")
        check()

    works_or_is_refused()
    assert seen == {"refused", "works"}


def test_a_queue_path_of_any_text_works_or_is_refused(
    sshd: Sshd, ssh: SshConnection, tmp_path: Path, check: Callable[[], None]
) -> None:
    directory = make_directory(tmp_path, "start.sh")
    seen = set()

    @hypothesis_settings(0.6)
    @seed(SEED)
    @example(name="a\nb")
    @example(name=f"$(touch {CANARY})")
    @given(name=st.one_of(names, attacks))
    def works_or_is_refused(name: str) -> None:
        try:
            queue = RemoteQueue(sshd.destination, f"~/queues/{name}", connection=ssh)
        except NotAQueue:
            assert "\n" in name
            seen.add("refused")
            return
        with queue:
            job_id = queue.submit(None, directory)
            assert finish(queue, job_id) == 0
            queue.download(job_id, "_stdout", into=tmp_path)
            queue.delete(job_id)
            queue.cleanup()
        check()
        seen.add("works")

    works_or_is_refused()
    assert seen == {"refused", "works"}


@pytest.mark.parametrize("path", ["~nobody-of-this-name/x", f"~$(touch {CANARY})/x", "~;/x"])
def test_a_home_of_nobody_is_refused(
    sshd: Sshd, ssh: SshConnection, tmp_path: Path, check: Callable[[], None], path: str
) -> None:
    with RemoteQueue(sshd.destination, path, connection=ssh) as queue:
        for call in (queue.statuses, queue.resolve, queue.setup):
            with pytest.raises(TejError, match="no user"):
                call()
        with pytest.raises(TejError, match="no user"):
            queue.submit("job", make_directory(tmp_path, "start.sh"))
    check()


def test_the_name_of_a_download_works_or_is_refused(
    opened_queue: Callable[[str], RemoteQueue], tmp_path: Path, check: Callable[[], None]
) -> None:
    """Names that lead out, and names of nothing, on every call that takes one."""
    queue = opened_queue("~/hostile downloads")
    job_id = queue.submit(None, make_directory(tmp_path, "start.sh"))
    finish(queue, job_id)
    target = tmp_path / "target"
    target.mkdir()

    @hypothesis_settings()
    @seed(SEED)
    @given(name=st.one_of(names, st.lists(st.one_of(st.just(".."), names)).map("/".join)))
    def is_refused(name: str) -> None:
        for call in (
            lambda: queue.download(job_id, name, into=target),
            lambda: queue.download_directory(job_id, f"{name}/", into=target / "new"),
            lambda: queue.read_tail(job_id, name),
        ):
            with pytest.raises(TejError):
                call()
        assert list(target.iterdir()) == []
        check()

    is_refused()


def test_the_commands_of_old_clients_execute_no_name(
    sshd: Sshd, ssh: SshConnection, check: Callable[[], None]
) -> None:
    """Called as a program calls a program, with the words as they are."""
    with RemoteQueue(sshd.destination, "~/hostile old", connection=ssh) as queue:
        queue.setup()
    commands = sshd.home / "hostile old" / "commands"

    def call(name: str, *words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [str(commands / name), *map(os.fsencode, words)],
            cwd=sshd.home,
            env={"PATH": os.environ["PATH"], "HOME": str(sshd.home)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )

    @hypothesis_settings(0.6)
    @seed(SEED)
    @example(job_id="-plain=1@%:.,+_", script="-e")
    @given(job_id=job_ids.map(_printed), script=names)
    def works_or_is_refused(job_id: str, script: str) -> None:
        made = call("new_job", job_id)
        try:
            parse_job_id(job_id)
        except InvalidJobId:
            assert made.returncode == 1
            for name in ("status", "kill", "delete"):
                assert call(name, job_id).returncode == 1
        else:
            assert made.returncode == 0
            stage = Path(made.stdout.decode().removesuffix("\n"))
            stage.mkdir()
            (stage / script).write_text("#!/bin/sh\necho ran\n")
            assert call("submit", job_id, str(stage), script).returncode == 0
            wait_until(lambda: call("status", job_id).returncode == 0, message=job_id)
            assert (stage / "_stdout").read_text() == "ran\n"
            assert call("list").returncode == 0
            assert call("delete", job_id).returncode == 0
        check()

    works_or_is_refused()
