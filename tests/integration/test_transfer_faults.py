"""Transfers of whole jobs when something goes wrong, and when they are large.

LARGE_FILE_BYTES sets the size of the large file; scripts/stress takes 5 GB.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.relay import Relay
from tests.integration.sshd import Sshd
from tests.waiting import wait_until
from vistrails_tej.engine.destination import Destination
from vistrails_tej.engine.errors import (
    ConnectionFailed,
    JobNotFound,
    TejError,
    TransferFailed,
    UnsafeName,
)
from vistrails_tej.engine.remote_queue import RemoteQueue

LARGE = int(os.environ.get("LARGE_FILE_BYTES", "300000000"))
ROOT = Path(__file__).resolve().parents[2]

# The interpreter, paramiko and its buffers; a file held in memory would stand out.
MOST_KILOBYTES = 130_000

DOWNLOAD = """
import sys
from pathlib import Path
from vistrails_tej.engine.remote_queue import RemoteQueue
place, ssh_directory, verb, target = sys.argv[1:]
with RemoteQueue(place, "~/faults", ssh_directory=Path(ssh_directory)) as queue:
    if verb == "file":
        queue.download("big", "big", into=Path(target))
    else:
        queue.download_directory("big", ".", into=Path(target) / "big")
"""


@pytest.fixture
def queue(sshd: Sshd) -> Iterator[RemoteQueue]:
    with RemoteQueue(sshd.destination, "~/faults", ssh_directory=sshd.ssh_directory) as opened:
        yield opened


@pytest.fixture(scope="module")
def big_job(sshd: Sshd, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A finished job with a file that takes a while to fetch."""
    directory = tmp_path_factory.mktemp("job")
    (directory / "start.sh").write_text("#!/bin/sh\nhead -c 400000000 /dev/zero >big\n")
    with RemoteQueue(sshd.destination, "~/faults", ssh_directory=sshd.ssh_directory) as queue:
        queue.submit("big", directory)
        wait_until(lambda: queue.status("big").is_over)
    return "big"


def begun(target: Path) -> bool:
    return any(path.is_file() and path.stat().st_size > 3_000_000 for path in target.rglob("*"))


@pytest.mark.parametrize("verb", ["file", "directory"])
def test_the_next_download_clears_what_a_killed_one_left(
    sshd: Sshd, queue: RemoteQueue, big_job: str, tmp_path: Path, verb: str
) -> None:
    words = [str(sshd.destination), str(sshd.ssh_directory), verb, str(tmp_path)]
    process = subprocess.Popen([sys.executable, "-c", DOWNLOAD, *words], cwd=ROOT)
    wait_until(lambda: begun(tmp_path), message="the download")
    process.send_signal(signal.SIGKILL)
    process.wait(20)
    left = [path.name for path in tmp_path.iterdir()]
    assert len(left) == 1
    assert left[0].startswith(".big.")
    subprocess.run([sys.executable, "-c", DOWNLOAD, *words], cwd=ROOT, check=True, timeout=100)
    assert [path.name for path in tmp_path.iterdir()] == ["big"]


def test_a_link_that_is_cut_leaves_no_file(sshd: Sshd, big_job: str, tmp_path: Path) -> None:
    with Relay(sshd.port) as relay:
        known = (sshd.ssh_directory / "known_hosts").read_text()
        keys = tmp_path / "ssh"
        keys.mkdir()
        (keys / "known_hosts").write_text(known.replace(f"]:{sshd.port}", f"]:{relay.port}"))
        (keys / "id_ed25519").write_bytes((sshd.ssh_directory / "id_ed25519").read_bytes())
        (keys / "id_ed25519").chmod(0o600)
        target = tmp_path / "target"
        target.mkdir()
        cut = threading.Thread(target=lambda: wait_until(lambda: begun(target)) and relay.hang_up())
        cut.start()
        place = Destination("127.0.0.1", port=relay.port)
        with RemoteQueue(place, "~/faults", ssh_directory=keys) as queue:
            with pytest.raises(ConnectionFailed):
                queue.download("big", "big", into=target)
            cut.join()
            assert list(target.iterdir()) == []
            # The same object connects again and goes on.
            assert queue.download("big", "_stdout", into=target).exists()


def test_a_directory_that_changes_under_an_upload_starts_nothing(
    queue: RemoteQueue, tmp_path: Path
) -> None:
    directory = tmp_path / "job"
    directory.mkdir()
    (directory / "start.sh").write_text("#!/bin/sh\nexit 0\n")
    (directory / "data").write_bytes(os.urandom(20_000_000))
    stop = threading.Event()

    def disturb() -> None:
        while not stop.is_set():
            with (directory / "data").open("ab") as file:
                file.write(b"more")

    writer = threading.Thread(target=disturb)
    writer.start()
    wait_until(lambda: (directory / "data").stat().st_size > 20_000_000)
    try:
        with pytest.raises(TransferFailed, match="data: it changed while it was read"):
            queue.submit("changing", directory)
    finally:
        stop.set()
        writer.join()
    with pytest.raises(JobNotFound):
        queue.status("changing")
    queue.submit("changing", directory)
    wait_until(lambda: queue.status("changing").is_ok)
    queue.delete("changing")


def test_a_disk_that_is_full_at_the_server_is_told_and_keeps_nothing(tmp_path: Path) -> None:
    """A limit on the size of files fails in the middle of a write, as a full disk does."""
    limit = 'ForceCommand ulimit -f 2000; trap "" XFSZ; exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"'
    directory = tmp_path / "job"
    directory.mkdir()
    (directory / "start.sh").write_text("#!/bin/sh\nexit 0\n")
    (directory / "data").write_bytes(os.urandom(4_000_000))
    with (
        Sshd(tmp_path / "server", [limit]) as own,
        RemoteQueue(own.destination, "~/full", ssh_directory=own.ssh_directory) as queue,
    ):
        with pytest.raises(TejError, match=r"(?i)too large|no space|not fit|arrive"):
            queue.submit("job", directory)
        with pytest.raises(JobNotFound):
            queue.status("job")
        (directory / "data").write_bytes(b"small")
        queue.submit("job", directory)
        wait_until(lambda: queue.status("job").is_ok)


def test_links_stay_inside_both_ways(queue: RemoteQueue, tmp_path: Path) -> None:
    directory = tmp_path / "job"
    (directory / "a" / "empty").mkdir(parents=True)
    (directory / "a" / "up").symlink_to("../start.sh")
    (directory / "start.sh").write_text("#!/bin/sh\nln -s /etc out; ln -s ../../.. up\n")
    (directory / "start.sh").chmod(0o755)
    job_id = queue.submit(None, directory)
    wait_until(lambda: queue.status(job_id).is_ok)
    with pytest.raises(UnsafeName):
        queue.download_directory(job_id, ".", into=tmp_path / "all")
    assert not (tmp_path / "all").exists()
    (directory / "a" / "out").symlink_to("../../secret")
    with pytest.raises(UnsafeName, match="leads out"):
        queue.submit(None, directory)
    queue.delete(job_id)


@pytest.mark.timeout(1800)
def test_a_large_file_takes_little_memory_both_ways(sshd: Sshd, tmp_path: Path) -> None:
    directory = tmp_path / "job"
    directory.mkdir()
    (directory / "start.sh").write_text("#!/bin/sh\nexit 0\n")
    with (directory / "large").open("wb") as file:
        file.truncate(LARGE)
        file.seek(LARGE // 2)
        file.write(b"in the middle")
    words = [str(sshd.destination), str(sshd.ssh_directory), "~/large", str(directory)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.moving_large_files", *words, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < MOST_KILOBYTES
    for found in (tmp_path / "large", tmp_path / "all" / "large"):
        assert found.stat().st_size == LARGE
        with found.open("rb") as file:
            file.seek(LARGE // 2)
            assert file.read(13) == b"in the middle"
