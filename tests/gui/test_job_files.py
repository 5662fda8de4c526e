"""The files of a job on a real server: listed, searched, downloaded, and stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt, QUrl
from PyQt5.QtGui import QDesktopServices
from PyQt5.QtWidgets import QLabel, QLineEdit, QPushButton, QTreeWidget
from pytestqt.qtbot import QtBot

from tests.waiting import wait_until
from vistrails_tej.gui.monitor.job_files_dialog import JobFilesDialog

from ..integration.conftest import unique
from ..integration.sshd import Sshd
from .dialogs import Answers
from .job_desk import TIMEOUT, JobDesk, no_sockets_in_this_thread

__all__ = ["unique"]

# Nobody copies as much before a window is closed; it has holes and takes no place.
LARGE = 4_000_000_000


class Files:
    """A user before the files of a job that has ended."""

    def __init__(self, desk: JobDesk, qtbot: QtBot) -> None:
        self.desk, self._qtbot = desk, qtbot
        self.answers = Answers(desk.view)
        script = f"mkdir out; echo 42 >out/answer; echo 43 >out/other; truncate -s {LARGE} large"
        desk.submit("first", then=script)
        desk.go.touch()
        desk.wait_for(first="finished")
        desk.select("first")

    def open(self) -> None:
        self.desk.trigger("files")
        (self.dialog,) = self.desk.view.findChildren(JobFilesDialog)
        self.wait(lambda: self.names())

    def wait(self, condition: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=TIMEOUT)

    def names(self) -> list[str]:
        return self.dialog.names()

    def note(self) -> str:
        label = self.dialog.findChild(QLabel, "job_files_note")
        assert label is not None
        return label.text()

    def select(self, *names: str) -> None:
        shown = self.dialog.findChild(QTreeWidget, "job_files")
        assert shown is not None
        shown.clearSelection()
        for name in names:
            (item,) = shown.findItems(name, Qt.MatchFlag.MatchExactly)
            item.setSelected(True)

    def button(self, name: str) -> QPushButton:
        found = self.dialog.findChild(QPushButton, f"job_files_{name}")
        assert found is not None
        return found

    def click(self, name: str) -> None:
        assert self.button(name).isEnabled(), name
        self.button(name).click()


@pytest.fixture
def files(
    sshd: Sshd, tmp_path: Path, unique: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Files]:
    desk = JobDesk(sshd, tmp_path, unique, qtbot)
    files = Files(desk, qtbot)
    with no_sockets_in_this_thread(monkeypatch):
        files.open()
        yield files
    desk.close()


def test_the_files_are_listed_and_searched(files: Files) -> None:
    assert files.names() == ["_stderr", "_stdout", "large", "out/answer", "out/other", "start.sh"]
    search = files.dialog.findChild(QLineEdit, "job_files_search")
    assert search is not None
    search.setText("OUT ans")
    assert files.names() == ["out/answer"]
    assert not files.button("download").isEnabled()


def test_one_file_is_saved_under_any_name_and_its_folder_opened(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    assert not files.button("open").isEnabled()
    files.select("out/answer")
    files.answers.choose_file("download_to_dialog", tmp_path / "copy.txt")
    files.click("download")
    files.wait(lambda: files.note() == f"Downloaded {tmp_path / 'copy.txt'}")
    assert (tmp_path / "copy.txt").read_text() == "42\n"
    files.click("open")
    assert [one.toLocalFile() for one in opened] == [str(tmp_path)]


def test_several_files_keep_their_names_and_replace_others_only_if_wished(
    files: Files, tmp_path: Path
) -> None:
    folder = tmp_path / "results"
    (folder / "out").mkdir(parents=True)
    (folder / "out" / "answer").write_text("mine")
    files.select("out/answer", "out/other")
    files.answers.choose_file("download_folder_dialog", folder)
    files.answers.click("replace_dialog", "Cancel")
    files.click("download")
    assert files.answers.is_done
    assert (folder / "out" / "answer").read_text() == "mine"
    files.answers.choose_file("download_folder_dialog", folder)
    files.answers.click("replace_dialog", "replace_dialog_do")
    files.click("download")
    files.wait(lambda: files.note() == f"Downloaded 2 files into {folder}")
    assert [(folder / "out" / name).read_text() for name in ("answer", "other")] == ["42\n", "43\n"]


def test_a_file_that_is_gone_meanwhile_is_told(files: Files, tmp_path: Path) -> None:
    (home,) = [one.status.directory for one in files.desk.view.model.entries if one.status]
    (Path(home) / "out" / "answer").unlink()
    files.select("out/answer")
    files.answers.choose_file("download_to_dialog", tmp_path / "copy.txt")
    files.click("download")
    files.wait(lambda: "out/answer" in files.note() and "Downloading" not in files.note())
    assert not (tmp_path / "copy.txt").exists()
    files.click("look")
    files.wait(lambda: "out/answer" not in files.names())


def test_closing_stops_the_download_and_leaves_no_half_of_a_file(
    files: Files, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "results"
    files.dialog.download([("large", folder / "large")], folder)
    files.wait(lambda: "Downloading large" in files.note())
    with qtbot.waitSignal(files.dialog.destroyed, timeout=TIMEOUT):
        files.dialog.close()
    wait_until(lambda: not any(one.name == "download" for one in threading.enumerate()))
    assert not folder.exists() or list(folder.iterdir()) == []
