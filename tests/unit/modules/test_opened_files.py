"""The files of a book: followed whatever a disk does, and read again once they were mended."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.job_files import job_record, record_jobs, recording
from tests.waiting import wait_until
from vistrails_tej.dataflow import NotAVistrail
from vistrails_tej.engine import parse_destination
from vistrails_tej.modules.job_book import JobBook, JobKey, JobStore, disk_looks, opened_files
from vistrails_tej.modules.job_book.ledger import Changes
from vistrails_tej.modules.job_book.opened_files import Followers, OpenedFiles
from vistrails_tej.modules.job_book.records import FileRecords
from vistrails_tej.modules.queue_reference import QueueReference

QUEUE = QueueReference(parse_destination("ssh://ann@server"), "~/.tej")
TIMEOUT = 30


@pytest.fixture
def store(tmp_path: Path) -> JobStore:
    return JobStore(tmp_path / "store")


@pytest.fixture
def book(store: JobStore) -> Iterator[JobBook]:
    book = JobBook(lambda _: None, store=store)
    book.pause()
    yield book
    book.close()


class Disks:
    """Which folders stand for disks that answer nobody, until they are let go."""

    def __init__(self) -> None:
        self._hanging: dict[Path, threading.Event] = {}
        self.waiting: list[Path] = []
        self._look = opened_files.file_mark

    def look(self, path: Path) -> tuple[int, int, int, int] | None:
        hanging = self._hanging.get(path.parent)
        if hanging is not None and not hanging.is_set():
            self.waiting.append(path)
            hanging.wait(TIMEOUT)
        found = self._look(path)
        # Each folder is a disk of its own.
        return found and (hash(path.parent), *found[1:])

    def hang(self, folder: Path) -> None:
        self._hanging[folder] = threading.Event()

    def let_go(self) -> None:
        for one in self._hanging.values():
            one.set()


@pytest.fixture
def disks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disks]:
    disks = Disks()
    monkeypatch.setattr(opened_files, "file_mark", disks.look)
    yield disks
    disks.let_go()


@pytest.fixture
def mounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The list of what is mounted on this machine."""
    table = tmp_path / "mountinfo"
    monkeypatch.setattr("vistrails_tej.modules.job_book.mounts._TABLE", table)
    return table


def unfinished(path: Path, *names: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    return record_jobs(path, {name: job_record(QUEUE, name) for name in names})


def shown(book: JobBook) -> set[str]:
    return {entry.name for entry in book.entries()}


def open_all(book: JobBook, *paths: Path) -> None:
    for path in paths:
        book.open_file(path).result(TIMEOUT)


def looking() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name == "look at files"]


# -- disks that hang -------------------------------------------------------------------------


def test_a_disk_that_hangs_holds_up_no_other_file(
    book: JobBook, disks: Disks, tmp_path: Path
) -> None:
    hanging, other = unfinished(tmp_path / "nfs" / "a.vt", "a"), unfinished(tmp_path / "b.vt", "b")
    open_all(book, hanging, other)
    disks.hang(hanging.parent)
    unfinished(hanging, "a2")
    wait_until(lambda: disks.waiting)
    unfinished(other, "b2")
    wait_until(lambda: shown(book) == {"a", "b", "b2"})
    disks.let_go()
    wait_until(lambda: shown(book) == {"a", "a2", "b", "b2"})


def test_a_run_is_followed_while_all_disks_hang(
    book: JobBook, disks: Disks, tmp_path: Path
) -> None:
    hanging = unfinished(tmp_path / "nfs" / "a.vt", "a")
    open_all(book, hanging)
    disks.hang(hanging.parent)
    disks.hang(tmp_path)
    wait_until(lambda: disks.waiting)
    with recording(tmp_path / "run.vt") as jobs:
        open_future = book.open_file(tmp_path / "run.vt", jobs.monitor)
        open_future.result(TIMEOUT)
        jobs.monitor.add_job("b", job_record(QUEUE, "b"), "b")
        wait_until(lambda: shown(book) == {"a", "b"})


def test_all_files_of_a_disk_that_hangs_keep_one_thread_waiting(
    book: JobBook, disks: Disks, tmp_path: Path
) -> None:
    hanging = [unfinished(tmp_path / "nfs" / f"{n}.vt", f"a{n}") for n in range(20)]
    other = unfinished(tmp_path / "b.vt", "b")
    open_all(book, *hanging, other)
    disks.hang(tmp_path / "nfs")
    wait_until(lambda: disks.waiting)
    for n in range(3):
        unfinished(other, f"more {n}")
        wait_until(lambda n=n: f"more {n}" in shown(book))
    assert len(disks.waiting) == 1


def test_known_files_are_shown_although_one_of_their_disks_hangs(
    store: JobStore, book: JobBook, disks: Disks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened_files, "_SETTLE_AT_MOST", 0.0)
    files = [unfinished(tmp_path / name / "a.vt", name) for name in ("one", "nfs", "two")]
    for path in files:
        store.known_files.add(path)
    disks.hang(tmp_path / "nfs")
    future = book.open_known_files()
    wait_until(lambda: shown(book) == {"one", "two"})
    future.result(TIMEOUT)
    # Nobody knows whether it is there.
    assert store.known_files.remembered() == files
    disks.let_go()
    wait_until(lambda: shown(book) == {"one", "nfs", "two"})


@pytest.mark.parametrize("name", ["nfs", "link", "link to a folder"])
def test_many_folders_of_a_disk_that_hangs_hold_up_no_other_file(
    store: JobStore, book: JobBook, disks: Disks, tmp_path: Path, mounts: Path, name: str
) -> None:
    mounts.write_text(
        "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        f"36 21 0:99 / {tmp_path}/net\\040fs rw shared:1 - nfs4 server:/export rw\n"
    )
    nfs = tmp_path / "net fs"
    (nfs / "far").mkdir(parents=True)
    (tmp_path / "link").symlink_to(nfs.name)
    (tmp_path / "link to a folder").symlink_to(nfs / "far")
    place = tmp_path / name if name != "nfs" else nfs
    hanging = [unfinished(place / f"project {n}" / "a.vt", "a") for n in range(9)]
    for path in (*hanging, unfinished(tmp_path / "b" / "b.vt", "b")):
        store.known_files.add(path)
    for path in hanging:
        disks.hang(path.parent)
    opened = book.open_known_files()
    wait_until(lambda: shown(book) == {"b"})
    assert len(disks.waiting) == 1
    disks.let_go()
    opened.result(TIMEOUT)
    assert len(book.entries()) == 10


def test_there_is_an_end_to_the_threads_that_wait_for_disks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(disk_looks, "_PATIENCE", 0.05)
    looks, release = disk_looks.DiskLooks(), threading.Event()
    done: list[int] = []

    def ask(numbers: range, work: Callable[[int], object]) -> None:
        looks.ask([disk_looks.Look(n, f"disk {n}", lambda n=n: work(n)) for n in numbers])

    hanging: set[int] = set()

    def hang(number: int) -> None:
        hanging.add(number)
        release.wait(TIMEOUT)

    def all_wait() -> bool:
        ask(range(20), hang)
        return len(hanging) == 8

    wait_until(all_wait)
    wait_until(lambda: len(looking()) == 8)
    ask(range(100, 101), done.append)
    assert looks.hangs("disk 100", 0.0)
    release.set()
    wait_until(lambda: done == [100])
    wait_until(lambda: looking() == [])


def test_files_are_looked_at_once_a_thread_can_be_had_for_it(
    book: JobBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = unfinished(tmp_path / "a.vt", "a")
    open_all(book, path)
    wait_until(lambda: looking() == [])
    start, refused = threading.Thread.start, []

    def refuse(thread: threading.Thread) -> None:
        if thread.name == "look at files" and len(refused) < 2:
            refused.append(thread)
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    wait_until(lambda: len(refused) == 2)
    unfinished(path, "b")
    wait_until(lambda: shown(book) == {"a", "b"})


# -- reads at the same time ------------------------------------------------------------------


def test_one_reading_does_not_overtake_another(store: JobStore, tmp_path: Path) -> None:
    """What was read last is what is known in the end, and decides who is asked about."""
    path = unfinished(tmp_path / "a.vt", "a")
    went: list[tuple[str, int]] = []
    begun, go_on = threading.Event(), threading.Event()

    def take(_path: Path, records: FileRecords) -> Changes:
        went.append(("taken", len(records.jobs)))
        return Changes(frozenset(JobKey(path, one) for one in records.jobs))

    def apply(changes: Changes) -> None:
        begun.set()
        go_on.wait(TIMEOUT)
        went.append(("applied", len(changes.keys)))

    followers = Followers(take, apply, lambda _: None, lambda _path, _job: None, lambda: None)
    files = OpenedFiles(followers, store.unwritten)
    threads = [threading.Thread(target=read, args=(path,)) for read in (files.open, files.refresh)]
    threads[0].start()
    assert begun.wait(TIMEOUT)
    unfinished(path, "b")
    threads[1].start()
    with contextlib.suppress(AssertionError):
        wait_until(lambda: len(went) > 1, timeout=0.3)
    go_on.set()
    for one in threads:
        one.join(TIMEOUT)
    assert went == [("taken", 1), ("applied", 1), ("taken", 2), ("applied", 2)]


def test_files_that_another_program_runs_for_the_first_time_are_followed(
    store: JobStore, book: JobBook, tmp_path: Path
) -> None:
    first, second, third = (unfinished(tmp_path / f"{one}.vt", one) for one in "abc")
    store.known_files.add(first)
    book.open_known_files().result(TIMEOUT)
    assert shown(book) == {"a"}
    other = JobStore(store.folder)
    other.known_files.add(second)
    wait_until(lambda: shown(book) == {"a", "b"})
    # What was closed here stays closed.
    book.close_file(second)
    other.known_files.add(third)
    wait_until(lambda: shown(book) == {"a", "c"})
    other.known_files.remove(third)
    assert book.files() == [first, third]


# -- files that cannot be read ---------------------------------------------------------------


def test_a_known_file_that_is_half_copied_is_shown_once_it_is_whole(
    store: JobStore, book: JobBook, tmp_path: Path
) -> None:
    path = unfinished(tmp_path / "one.vt", "a")
    content = path.read_bytes()
    store.known_files.add(path)
    path.write_bytes(content[: len(content) // 2])
    book.open_known_files().result(TIMEOUT)
    assert book.entries() == []
    assert str(path) in book.problems()[path]
    path.write_bytes(content)
    wait_until(lambda: shown(book) == {"a"})
    assert book.problems() == {}


def test_a_known_file_that_is_not_there_is_shown_once_it_comes(
    store: JobStore, book: JobBook, tmp_path: Path
) -> None:
    path = unfinished(tmp_path / "one.vt", "a")
    store.known_files.add(path)
    path.rename(tmp_path / "away.vt")
    book.open_known_files().result(TIMEOUT)
    assert (book.entries(), book.problems()) == ([], {})
    (tmp_path / "away.vt").rename(path)
    wait_until(lambda: shown(book) == {"a"})


def test_a_known_file_that_is_a_link_to_itself_is_passed_over(
    store: JobStore, book: JobBook, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    loop, path = tmp_path / "loop.vt", unfinished(tmp_path / "one.vt", "a")
    loop.symlink_to(loop)
    for one in (loop, path):
        store.known_files.add(one)
    book.open_known_files().result(TIMEOUT)
    unfinished(path, "b")
    wait_until(lambda: shown(book) == {"a", "b"})
    assert [one for one in caplog.records if one.levelname == "ERROR"] == []
    loop.unlink()
    unfinished(loop, "c")
    wait_until(lambda: shown(book) == {"a", "b", "c"})


def test_a_damaged_file_that_is_opened_is_an_error_and_followed(
    book: JobBook, tmp_path: Path
) -> None:
    path = unfinished(tmp_path / "one.vt", "a")
    content = path.read_bytes()
    path.write_text("half a file")
    future = book.open_file(path)
    wait_until(future.done)
    assert isinstance(future.exception(), NotAVistrail)
    assert book.problems()[path] == str(future.exception())
    path.write_bytes(content)
    wait_until(lambda: shown(book) == {"a"})
