"""The files of a job on a real server: listed, searched, downloaded, and stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt, QUrl
from PyQt5.QtGui import QDesktopServices
from PyQt5.QtWidgets import QLabel, QLineEdit, QPushButton, QTreeWidget, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from tests.waiting import wait_until
from vistrails_tej.gui.monitor.job_files_dialog import JobFilesDialog
from vistrails_tej.gui.monitor.monitor_window import MonitorWindow
from vistrails_tej.gui.theme import LIGHT

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

    @property
    def tree(self) -> QTreeWidget:
        shown = self.dialog.findChild(QTreeWidget, "job_files")
        assert shown is not None
        return shown

    def item(self, name: str) -> QTreeWidgetItem:
        (item,) = self.tree.findItems(name, Qt.MatchFlag.MatchExactly)
        return item

    def select(self, *names: str) -> None:
        self.tree.clearSelection()
        for name in names:
            self.item(name).setSelected(True)

    def double_click(self, name: str) -> None:
        place = self.tree.visualItemRect(self.item(name)).center()
        self._qtbot.mouseDClick(self.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)

    def search(self, text: str) -> None:
        field = self.dialog.findChild(QLineEdit, "job_files_search")
        assert field is not None
        field.setText(text)

    def button(self, name: str) -> QPushButton:
        found = self.dialog.findChild(QPushButton, f"job_files_{name}")
        assert found is not None
        return found

    def click(self, name: str) -> None:
        assert self.button(name).isEnabled(), name
        self.button(name).click()


def is_downloading() -> bool:
    return any(one.name == "download" for one in threading.enumerate())


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
    files.search("OUT ans")
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
    wait_until(lambda: not is_downloading())
    assert not folder.exists() or list(folder.iterdir()) == []


def test_a_download_stops_with_the_window_that_its_dialog_is_of(
    files: Files, tmp_path: Path, qtbot: QtBot
) -> None:
    window = MonitorWindow(files.desk.bridge, files.desk.checks, LIGHT)
    window.show()
    window.view.select_job(files.desk.select("first").key)
    window.view.commands["files"].trigger()
    (dialog,) = window.findChildren(JobFilesDialog)
    folder = tmp_path / "results"
    dialog.download([("large", folder / "large")], folder)
    files.wait(is_downloading)
    with qtbot.waitSignal(dialog.destroyed, timeout=TIMEOUT):
        window.close()
    wait_until(lambda: not is_downloading())
    assert not folder.exists() or list(folder.iterdir()) == []


def test_nothing_else_is_downloaded_before_the_first_has_ended(
    files: Files, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "results"
    files.dialog.download([("large", folder / "large")], folder)
    files.wait(lambda: "Downloading large" in files.note())
    files.answers.press("download_to_dialog", Qt.Key.Key_Escape)
    files.double_click("out/answer")
    qtbot.keyClick(files.tree, Qt.Key.Key_Return)
    assert not files.answers.is_done
    files.dialog.download([("out/answer", folder / "answer")], folder)
    files.click("close")
    files.wait(lambda: files.note().startswith("Stopped"))
    wait_until(lambda: not is_downloading())
    assert list(folder.iterdir()) == []
    files.double_click("out/answer")
    assert files.answers.is_done


def test_enter_is_for_what_has_the_focus_and_asks_once(files: Files, qtbot: QtBot) -> None:
    files.select("out/answer")
    files.dialog.activateWindow()
    for _ in range(2):
        files.answers.press("download_to_dialog", Qt.Key.Key_Escape)
    look = files.button("look")
    look.setFocus()
    qtbot.keyClick(look, Qt.Key.Key_Return)
    assert files.note() == "Asking the server…"
    assert files.answers.seen == []
    files.wait(look.isEnabled)
    files.tree.setFocus()
    qtbot.keyClick(files.tree, Qt.Key.Key_Return)
    assert len(files.answers.seen) == 1


def test_what_is_not_listed_is_not_downloaded(files: Files, qtbot: QtBot) -> None:
    files.select("out/answer", "out/other")
    files.search("other")
    assert files.dialog.selected() == ["out/other"]
    assert files.button("download").text() == "&Download…"
    files.search("start")
    assert not files.button("download").isEnabled()
    files.search("")
    assert files.button("download").text() == "&Download 2 Files…"


def test_what_became_of_a_download_stays_when_the_list_comes(files: Files, tmp_path: Path) -> None:
    (tmp_path / "no folder").touch()
    files.click("look")
    files.dialog.download([("out/answer", tmp_path / "no folder" / "answer")], tmp_path)
    files.wait(files.button("look").isEnabled)
    assert "no folder" in files.note()


def test_only_a_list_that_is_cut_says_so(files: Files) -> None:
    (home,) = [one.status.directory for one in files.desk.view.model.entries if one.status]
    for number in range(1000 - len(files.names())):
        (Path(home) / f"file {number}").touch()
    files.click("look")
    files.wait(lambda: len(files.names()) == 1000)
    assert files.note() == ""
    (Path(home) / "one more").touch()
    files.click("look")
    files.wait(files.note)
    files.wait(lambda: files.note() != "Asking the server…")
    assert (len(files.names()), files.note()) == (1000, "The first 1,000 files are listed.")
