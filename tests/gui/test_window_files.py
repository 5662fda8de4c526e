"""Windows and files: new, open, recent files, examples, dropping, closing, recovery."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PyQt5.QtCore import QMimeData, QPoint, Qt, QTimer, QUrl
from PyQt5.QtGui import QDragEnterEvent, QDropEvent
from PyQt5.QtWidgets import QApplication, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import Registry, Vistrail, edit_vistrail, read_vistrail
from vistrails_tej.gui.app import Builder
from vistrails_tej.gui.builder.document import Document
from vistrails_tej.gui.builder.examples_menu import ExamplesMenu, find_examples
from vistrails_tej.gui.builder.file_loading import Loading, Wanted
from vistrails_tej.gui.builder.recent_files import RecentFilesMenu
from vistrails_tej.gui.builder.recovery import RecoveryKeeper
from vistrails_tej.gui.builder.recovery_dialog import RecoveryDialog
from vistrails_tej.gui.builder.window import BuilderWindow
from vistrails_tej.gui.settings import Settings

from .conftest import EXAMPLES
from .dialogs import Answers
from .windows import add, names, running_builder, wait_until_open

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def builder(qapp: QApplication) -> Iterator[Builder]:
    with running_builder(qapp) as made:
        yield made


@pytest.fixture
def window(builder: Builder) -> BuilderWindow:
    return builder.new_window()


@pytest.fixture
def answers(window: BuilderWindow) -> Answers:
    return Answers(window)


@pytest.fixture
def primes(tmp_path: Path) -> Path:
    return Path(shutil.copy(EXAMPLES / "tej-primes.vt", tmp_path))


def opened(builder: Builder, path: Path, qtbot: QtBot) -> BuilderWindow:
    builder.open(Wanted(path))
    qtbot.waitUntil(
        lambda: any(one.document.path == path for one in builder.windows), timeout=30_000
    )
    return next(one for one in builder.windows if one.document.path == path)


def test_an_empty_untouched_window_takes_the_file(
    builder: Builder, window: BuilderWindow, primes: Path, qtbot: QtBot
) -> None:
    assert opened(builder, primes, qtbot) is window
    assert "SubmitJob" in names(window)
    assert window.windowTitle() == "tej-primes.vt[*] - vistrails_tej"
    assert not window.isWindowModified()


def test_a_window_that_was_worked_in_stays_as_it_is(
    builder: Builder, window: BuilderWindow, primes: Path, qtbot: QtBot
) -> None:
    add(window)
    other = opened(builder, primes, qtbot)
    assert len(builder.windows) == 2
    assert names(window) == ["String"]
    assert "SubmitJob" in names(other)


def test_a_file_that_is_shown_is_not_opened_twice(
    builder: Builder, window: BuilderWindow, primes: Path, qtbot: QtBot
) -> None:
    opened(builder, primes, qtbot)
    builder.open(Wanted(primes))
    assert builder.windows == [window]
    assert not window.is_busy


def test_new_opens_another_window(builder: Builder, window: BuilderWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_N, CTRL)
    assert len(builder.windows) == 2
    assert builder.windows[1].is_untouched


def test_open_asks_for_a_file(
    builder: Builder, window: BuilderWindow, answers: Answers, primes: Path, qtbot: QtBot
) -> None:
    answers.choose_file("open_dialog", primes)
    qtbot.keyClick(window, Qt.Key.Key_O, CTRL)
    qtbot.waitUntil(lambda: window.document.path == primes)


def test_a_version_can_be_asked_for(
    builder: Builder, window: BuilderWindow, primes: Path, qtbot: QtBot
) -> None:
    version = min(read_vistrail(primes).versions)
    builder.open(Wanted(primes, str(version)))
    wait_until_open(qtbot, window)
    assert window.document.version == version


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "there is no such file"), (b"no vistrail", "not a vistrail"), (b"", "is empty")],
)
def test_a_file_that_cannot_be_opened_is_told_in_a_sentence(
    builder: Builder,
    answers: Answers,
    tmp_path: Path,
    qtbot: QtBot,
    content: bytes | None,
    sentence: str,
) -> None:
    (window,) = builder.windows
    path = tmp_path / "bad.vt"
    if content is not None:
        path.write_bytes(content)
    answers.click("error_dialog", "OK")
    builder.open(Wanted(path))
    qtbot.waitUntil(lambda: answers.is_done and not window.is_busy)
    assert sentence in answers.seen[0]
    assert window.is_untouched


def test_an_unknown_version_is_told(
    builder: Builder, window: BuilderWindow, answers: Answers, primes: Path, qtbot: QtBot
) -> None:
    answers.click("error_dialog", "OK")
    builder.open(Wanted(primes, "nonsense"))
    qtbot.waitUntil(lambda: answers.is_done)
    assert "no version or tag 'nonsense'" in answers.seen[0]


def test_a_failure_leaves_no_empty_window_behind(
    builder: Builder, window: BuilderWindow, answers: Answers, tmp_path: Path, qtbot: QtBot
) -> None:
    add(window)
    answers.click("error_dialog", "OK")
    builder.open(Wanted(tmp_path / "missing.vt"))
    assert len(builder.windows) == 2
    qtbot.waitUntil(lambda: builder.windows == [window])


def test_while_a_file_is_read_the_window_says_so_and_can_be_told_to_stop(
    builder: Builder, window: BuilderWindow, primes: Path, qtbot: QtBot
) -> None:
    builder.open(Wanted(primes))
    assert window.is_busy
    assert not window.actions_by_name["save"].isEnabled()
    assert window.actions_by_name["open"].isEnabled()
    button = window.findChild(QPushButton, "busy_cancel")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not window.is_busy
    assert window.is_untouched
    assert window.actions_by_name["save"].isEnabled()


@pytest.fixture(scope="session")
def long_history(registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of 20,000 actions."""
    path = tmp_path_factory.mktemp("long") / "long.vt"
    editor = edit_vistrail(Vistrail({}), registry)
    module = editor.add("String")
    for number in range(20_000):
        module.set("value", str(number))
    editor.save(path)
    return path


def test_a_window_answers_while_20000_actions_are_read(
    builder: Builder, window: BuilderWindow, long_history: Path, qtbot: QtBot
) -> None:
    """The longest time that events had to wait, from the click until the file is shown."""
    beats = [time.monotonic()]
    heart = QTimer()
    heart.timeout.connect(lambda: beats.append(time.monotonic()))
    heart.start(5)
    begin = time.monotonic()
    window_of_file = opened(builder, long_history, qtbot)
    took = time.monotonic() - begin
    heart.stop()
    gaps = [after - before for before, after in pairwise(beats)]
    assert window_of_file.document.pipeline.modules
    assert took < 15
    assert len(gaps) > 10
    assert max(gaps) < 1.0, sorted(gaps)[-5:]


def test_the_document_lives_in_the_thread_of_the_windows(
    registry: Registry, qapp: QApplication, primes: Path, qtbot: QtBot
) -> None:
    loading = Loading(Wanted(primes), registry)
    with qtbot.waitSignal(loading.loaded) as blocker:
        loading.start()
    assert blocker.args is not None
    assert blocker.args[0].thread() is qapp.thread()
    assert threading.current_thread() is threading.main_thread()


# -- recent files and examples ---------------------------------------------------------------


def texts(menu: QMenu) -> list[str]:
    return [one.text().replace("&", "") for one in menu.actions() if not one.isSeparator()]


def test_recent_files_are_listed_and_opened_again(
    builder: Builder, window: BuilderWindow, primes: Path, qtbot: QtBot
) -> None:
    opened(builder, primes, qtbot)
    assert Settings().recent_files == [primes]
    other = builder.new_window()
    menu = other.findChild(RecentFilesMenu)
    assert menu is not None
    menu.aboutToShow.emit()
    assert texts(menu) == ["1  tej-primes.vt", "Clear List"]
    window.close()
    menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: other.document.path == primes)


def test_a_recent_file_that_is_gone_leaves_the_list(
    builder: Builder, window: BuilderWindow, answers: Answers, tmp_path: Path, qtbot: QtBot
) -> None:
    Settings().recent_files = [tmp_path / "gone.vt"]
    answers.click("error_dialog", "OK")
    builder.open(Wanted(tmp_path / "gone.vt"))
    qtbot.waitUntil(lambda: answers.is_done)
    assert Settings().recent_files == []


def test_an_example_opens_as_a_copy_without_a_name(
    builder: Builder, window: BuilderWindow, qtbot: QtBot
) -> None:
    menu = window.findChild(ExamplesMenu)
    assert menu is not None
    menu.aboutToShow.emit()
    assert len(texts(menu)) == len(find_examples()) == 3
    menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: "SubmitJob" in names(window))
    assert window.document.path is None
    assert window.document.title == "Untitled"
    assert Settings().recent_files == []
    assert window.saving.suggested_name == "tej-primes.vt"


# -- dropping --------------------------------------------------------------------------------


def drop(window: BuilderWindow, path: Path) -> bool:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    target = window.views.canvas.viewport()
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    actions, place = Qt.DropAction.CopyAction, QPoint(20, 20)
    enter = QDragEnterEvent(place, actions, mime, buttons, keys)
    QApplication.sendEvent(target, enter)
    # The system sends the drop to whoever took the drag: the canvas leaves it to the window.
    taker = target if enter.isAccepted() else window
    if taker is window:
        QApplication.sendEvent(window, enter)
    if enter.isAccepted():
        QApplication.sendEvent(taker, QDropEvent(place, actions, mime, buttons, keys))
    return enter.isAccepted()


def test_a_vistrail_that_is_dropped_on_the_window_opens(
    window: BuilderWindow, primes: Path, qtbot: QtBot
) -> None:
    assert drop(window, primes)
    qtbot.waitUntil(lambda: window.document.path == primes)


def test_other_files_are_not_taken(window: BuilderWindow, tmp_path: Path) -> None:
    assert not drop(window, tmp_path / "picture.png")


# -- closing ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("answer", "stays"), [("cancel", True), ("discard", False)])
def test_closing_asks_about_unsaved_work(
    builder: Builder, window: BuilderWindow, answers: Answers, answer: str, stays: bool
) -> None:
    add(window)
    answers.click("unsaved_dialog", f"unsaved_dialog_{answer}")
    assert window.close() is not stays
    assert (window in builder.windows) is stays


def test_quit_stops_at_the_window_that_is_to_stay(
    builder: Builder, window: BuilderWindow, answers: Answers
) -> None:
    builder.new_window()
    add(window)
    answers.click("unsaved_dialog", "unsaved_dialog_cancel")
    builder.quit()
    assert len(builder.windows) == 2


def test_a_closed_window_listens_to_nothing_any_more(
    builder: Builder, window: BuilderWindow, primes: Path, qtbot: QtBot
) -> None:
    """Opened into again and again, a window keeps one set of views."""
    opened(builder, primes, qtbot)
    qtbot.waitUntil(lambda: len(window.findChildren(type(window.views.tabs), "views")) == 1)


# -- recovery --------------------------------------------------------------------------------


@pytest.fixture
def lost_work(registry: Registry, primes: Path, qapp: QApplication) -> Path:
    """A copy of unsaved work on the primes, as a program leaves it that was killed."""
    document = Document(read_vistrail(primes), registry, path=primes)
    document.edit("Added module", lambda editor: editor.add("Float"))
    keeper = RecoveryKeeper()
    keeper.keep("lost", document).result(timeout=30)
    keeper.close()
    return primes


def recover(builder: Builder, qtbot: QtBot, button: str) -> None:
    builder.offer_recovery()
    window = builder.windows[0]
    dialog = window.findChild(RecoveryDialog)
    assert dialog is not None
    qtbot.mouseClick(dialog.findChild(QPushButton, button), Qt.MouseButton.LeftButton)


def test_unsaved_work_is_recovered_and_goes_on_with_its_file(
    lost_work: Path, builder: Builder, window: BuilderWindow, qtbot: QtBot
) -> None:
    recover(builder, qtbot, "recovery_recover")
    qtbot.waitUntil(lambda: window.document.path == lost_work)
    assert window.isWindowModified()
    assert "Float" in names(window)
    assert window.save()
    saved = read_vistrail(lost_work)
    pipeline = saved.pipeline(saved.latest_version())
    assert "Float" in [one.name for one in pipeline.modules.values()]


def test_recovered_work_goes_to_the_window_that_shows_its_file(
    lost_work: Path, builder: Builder, window: BuilderWindow, qtbot: QtBot
) -> None:
    builder.open(Wanted(lost_work), window)
    qtbot.waitUntil(lambda: window.document.path == lost_work)
    assert "Float" not in names(window)
    recover(builder, qtbot, "recovery_recover")
    qtbot.waitUntil(lambda: "Float" in names(window))
    assert builder.windows == [window]
    assert window.isWindowModified()


def test_discarded_work_is_not_offered_again(
    lost_work: Path, builder: Builder, window: BuilderWindow, qtbot: QtBot
) -> None:
    recover(builder, qtbot, "recovery_discard")
    qtbot.waitUntil(lambda: window.findChild(RecoveryDialog) is None)
    builder.offer_recovery()
    assert window.findChild(RecoveryDialog) is None
