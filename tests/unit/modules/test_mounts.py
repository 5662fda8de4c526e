"""Which foreign disk a file is on, by what is mounted, without a look at that disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vistrails_tej.modules.job_book.mounts import Mounts

LOCAL = "21 1 8:1 / / rw - ext4 /dev/sda1 rw"


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    table = tmp_path / "mountinfo"
    monkeypatch.setattr("vistrails_tej.modules.job_book.mounts._TABLE", table)
    return table


def mounted(table: Path, *lines: str) -> Mounts:
    table.write_text("\n".join((LOCAL, *lines)) + "\n")
    mounts = Mounts()
    mounts.refresh()
    return mounts


@pytest.mark.parametrize(
    ("kind", "is_foreign"),
    [
        ("nfs4 server:/export", True),
        ("cifs //server/share", True),
        ("fuse.sshfs ada@server:", True),
        ("fuse.rclone remote", True),
        ("autofs /etc/auto.net", True),
        ("gpfs /dev/gpfs0", True),
        ("ext4 /dev/sda2", False),
        ("tmpfs tmpfs", False),
        ("overlay overlay", False),
        ("zfs tank/home", False),
    ],
)
def test_a_disk_of_another_machine_is_told_from_a_local_one(
    table: Path, kind: str, is_foreign: bool
) -> None:
    mounts = mounted(table, f"36 21 0:99 / /there rw,noatime shared:1 master:2 - {kind} rw,x=a - b")
    expected = os.makedev(0, 99) if is_foreign else None
    assert mounts.disk(Path("/there/a/b")) == expected
    assert mounts.disk(Path("/there")) == expected
    assert mounts.disk(Path("/thereabouts/a")) is None


def test_the_nearest_mount_counts_and_the_last_one_there(table: Path) -> None:
    mounts = mounted(
        table,
        "36 21 0:97 / /net rw - autofs /etc/auto.net rw",
        "37 36 0:98 / /net rw - nfs4 server:/export rw",
        "38 37 8:2 / /net/scratch rw - ext4 /dev/sda2 rw",
    )
    assert mounts.disk(Path("/net/home")) == os.makedev(0, 98)
    assert mounts.disk(Path("/net/scratch/ada")) is None


def test_links_are_followed_as_long_as_they_are_on_local_disks(table: Path, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for one in (here, there):
        one.mkdir()
    (here / "up").symlink_to("../there/project")
    (here / "away").symlink_to(there)
    (here / "loop").symlink_to("loop")
    (there / "back").symlink_to(here)
    mounts = mounted(table, f"36 21 0:99 / {there} rw - nfs4 server:/export rw")
    foreign = os.makedev(0, 99)
    assert mounts.disk(here / "up") == foreign
    assert mounts.disk(here / "away" / "a") == foreign
    assert mounts.disk(here / "away" / "back") == foreign
    assert mounts.disk(here / "loop" / "a") is None
    assert mounts.disk(here) is None


def test_what_is_mounted_later_is_seen(table: Path) -> None:
    mounts = mounted(table)
    assert mounts.disk(Path("/there")) is None
    table.write_text(f"{LOCAL}\n36 21 0:99 / /there rw - nfs4 server:/export rw\n")
    mounts.refresh()
    assert mounts.disk(Path("/there")) == os.makedev(0, 99)


def test_lines_that_make_no_sense_are_passed_over(table: Path) -> None:
    mounts = mounted(
        table, "", "36", "36 21 a:b / /there rw - nfs4 a:b rw", "36 21 0:1 / /there rw"
    )
    assert mounts.disk(Path("/there")) is None


@pytest.mark.usefixtures("table")
def test_without_a_list_the_name_has_to_do() -> None:
    mounts = Mounts()
    mounts.refresh()
    share = mounts.disk(Path("/Volumes/share/a"))
    assert share is not None
    assert mounts.disk(Path("/Volumes/share/b/c")) == share
    assert mounts.disk(Path("/Volumes/other")) != share
    assert mounts.disk(Path("/Users/ada")) is None
    assert mounts.disk(Path("/")) is None
