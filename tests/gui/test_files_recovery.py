"""Unsaved work survives the program: copies are kept, found again, and removed when saved."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QPushButton, QTreeWidget
from pytestqt.qtbot import QtBot

from tests.waiting import wait_until
from vistrails_tej.dataflow import Registry, SaveFailed, Vistrail
from vistrails_tej.gui.builder.document import Document
from vistrails_tej.gui.builder.recovery import DELAY, Autosave, RecoveryKeeper
from vistrails_tej.gui.builder.recovery_dialog import RecoveryChoice, RecoveryDialog
from vistrails_tej.gui.builder.recovery_store import (
    AbandonedFolder,
    Copy,
    find_abandoned,
    read_copy,
    recovery_folder,
)

EDITS_FOR_EVER = """
import sys
from pathlib import Path
from PyQt5.QtCore import QTimer
from vistrails_tej.gui.app import Builder, make_application
from vistrails_tej.gui.builder.file_loading import Wanted

application = make_application(["builder"])
builder = Builder(application)
builder.start(Wanted(Path(sys.argv[1])) if sys.argv[1:2] > [""] else None)

def edit():
    window = builder.windows[0]
    if window.is_busy:
        QTimer.singleShot(10, edit)
        return
    window.document.edit("Added module", lambda editor: editor.add("Float", label="unsaved"))
    if len(sys.argv) > 2:
        QTimer.singleShot(0, lambda: sys.stdout.write("edited\\n") and sys.stdout.flush())
    else:
        for autosave in builder._autosaves.values():
            autosave.kept.connect(lambda: sys.stdout.write("kept\\n") and sys.stdout.flush())
            autosave.keep_now()

QTimer.singleShot(0, edit)
sys.exit(application.exec())
"""


Abandoned = Callable[[], list[Copy]]


@pytest.fixture
def keeper(qapp: object) -> Iterator[RecoveryKeeper]:
    made = RecoveryKeeper()
    yield made
    made.close()


@pytest.fixture
def copies(keeper: RecoveryKeeper) -> Path:
    """The folder with the copies of the keeper."""
    (folder,) = recovery_folder().iterdir()
    return folder


def add(document: Document, label: str = "") -> None:
    document.edit("Added module", lambda editor: editor.add("Float", label=label))


def labels(vistrail: Vistrail) -> list[str]:
    pipeline = vistrail.pipeline(vistrail.latest_version())
    return [one.label for one in pipeline.modules.values()]


@pytest.fixture
def abandoned(own_settings: Path) -> Iterator[Abandoned]:
    """Finds the copies of programs that are gone."""
    taken: list[AbandonedFolder] = []

    def find() -> list[Copy]:
        taken.extend(find_abandoned())
        return [copy for folder in taken for copy in folder.copies]

    yield find
    for folder in taken:
        folder.leave()


def killed_program(*arguments: object, line: str = "kept") -> None:
    """Run the builder, edit, wait until it says so, and kill it without a warning."""
    program = subprocess.Popen(
        [sys.executable, "-c", EDITS_FOR_EVER, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
    )
    # One that does not get so far is not waited for.
    deadline = threading.Timer(40, program.kill)
    deadline.start()
    try:
        assert program.stdout is not None
        assert program.stdout.readline().strip() == line
    finally:
        deadline.cancel()
        program.send_signal(signal.SIGKILL if line == "kept" else signal.SIGTERM)
        program.communicate(timeout=30)


def test_the_copy_comes_soon_enough() -> None:
    """At most a minute of edits may be lost."""
    assert DELAY <= 30_000


def test_an_edit_is_kept_by_itself(
    empty_document: Document, keeper: RecoveryKeeper, copies: Path, qtbot: QtBot
) -> None:
    autosave = Autosave(empty_document, keeper, delay=10)
    with qtbot.waitSignal(autosave.kept):
        add(empty_document)
    assert sorted(one.suffix for one in copies.glob("*.*")) == [".json", ".vt"]


def test_edits_without_a_pause_do_not_put_it_off(
    empty_document: Document, keeper: RecoveryKeeper, qtbot: QtBot
) -> None:
    autosave = Autosave(empty_document, keeper, delay=100)
    kept: list[bool] = []
    autosave.kept.connect(lambda: kept.append(True))

    def edit_and_look() -> bool:
        add(empty_document)
        return bool(kept)

    qtbot.waitUntil(edit_and_look, timeout=10_000)
    autosave.drop()


def test_saving_removes_the_copy(
    empty_document: Document,
    keeper: RecoveryKeeper,
    copies: Path,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    autosave = Autosave(empty_document, keeper, delay=10)
    with qtbot.waitSignal(autosave.kept):
        add(empty_document)
    empty_document.save(tmp_path / "saved.vt")
    wait_until(lambda: not list(copies.glob("*.*")))


def test_a_move_in_the_history_of_a_saved_file_keeps_nothing(
    empty_document: Document, keeper: RecoveryKeeper, copies: Path, tmp_path: Path
) -> None:
    add(empty_document)
    empty_document.save(tmp_path / "saved.vt")
    autosave = Autosave(empty_document, keeper)
    empty_document.undo()
    assert autosave.keep_now() is None


def test_a_copy_that_cannot_be_written_is_told_once(
    empty_document: Document,
    keeper: RecoveryKeeper,
    copies: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    autosave = Autosave(empty_document, keeper)
    add(empty_document)
    (copies / "lock").unlink()
    copies.rmdir()
    for _ in range(3):
        future = autosave.keep_now()
        assert future is not None
        assert isinstance(future.exception(timeout=30), (OSError, SaveFailed))
    wait_until(lambda: len(caplog.records) >= 1)
    assert len(caplog.records) == 1


def test_the_copies_of_a_running_program_are_not_offered(
    empty_document: Document, keeper: RecoveryKeeper
) -> None:
    add(empty_document)
    keeper.keep("mine", empty_document).result(timeout=30)
    assert find_abandoned() == []


def test_closing_leaves_nothing_behind(empty_document: Document, qapp: object) -> None:
    keeper = RecoveryKeeper()
    add(empty_document)
    keeper.keep("mine", empty_document).result(timeout=30)
    keeper.drop("mine")
    keeper.close()
    assert list(recovery_folder().iterdir()) == []


def test_work_that_is_still_unsaved_at_the_end_stays(
    abandoned: Abandoned, empty_document: Document, qapp: object
) -> None:
    keeper = RecoveryKeeper()
    add(empty_document, "precious")
    keeper.keep("mine", empty_document).result(timeout=30)
    keeper.close()
    (copy,) = abandoned()
    assert labels(read_copy(copy)) == ["precious"]


def test_a_program_killed_without_a_warning_loses_nothing_that_was_kept(
    abandoned: Abandoned, own_settings: Path, qapp: object
) -> None:
    killed_program()
    (copy,) = abandoned()
    assert (copy.work.title, copy.work.path) == ("Untitled", None)
    assert labels(read_copy(copy)) == ["unsaved"]


def test_a_program_that_is_asked_to_end_keeps_its_work_first(
    abandoned: Abandoned, own_settings: Path, tmp_path: Path, qapp: object
) -> None:
    killed_program("", "quickly", line="edited")
    (copy,) = abandoned()
    assert labels(read_copy(copy)) == ["unsaved"]


def test_recovered_work_goes_on_with_its_file(
    abandoned: Abandoned,
    own_settings: Path,
    empty_document: Document,
    registry: Registry,
    tmp_path: Path,
) -> None:
    path = tmp_path / "mine.vt"
    add(empty_document, "saved")
    empty_document.save(path)
    killed_program(path)
    (copy,) = abandoned()
    assert (copy.work.title, copy.work.path) == ("mine.vt", path)
    document = Document(read_copy(copy), registry, path=path, version=copy.work.version)
    document.mark_modified()
    document.save(path)
    assert sorted(labels(document.vistrail)) == ["saved", "unsaved"]


def test_recovered_work_does_not_overwrite_what_others_saved_meanwhile(
    abandoned: Abandoned,
    own_settings: Path,
    empty_document: Document,
    registry: Registry,
    tmp_path: Path,
) -> None:
    path = tmp_path / "mine.vt"
    add(empty_document, "saved")
    empty_document.save(path)
    killed_program(path)
    add(empty_document, "saved later")
    empty_document.save(path)
    (copy,) = abandoned()
    document = Document(read_copy(copy), registry, path=path, version=copy.work.version)
    with pytest.raises(SaveFailed, match="another vistrail is there"):
        document.save(path)


def test_one_program_at_a_time_offers_the_copies(
    abandoned: Abandoned, empty_document: Document, qapp: object
) -> None:
    keeper = RecoveryKeeper()
    add(empty_document)
    keeper.keep("mine", empty_document).result(timeout=30)
    keeper.close()
    (folder,) = find_abandoned()
    assert abandoned() == []
    folder.leave()
    assert len(abandoned()) == 1


def test_a_damaged_copy_is_passed_over(
    abandoned: Abandoned, empty_document: Document, qapp: object
) -> None:
    keeper = RecoveryKeeper()
    add(empty_document)
    for key in ("good", "bad"):
        keeper.keep(key, empty_document).result(timeout=30)
    keeper.close()
    (folder,) = recovery_folder().iterdir()
    (folder / "bad.json").write_text("{")
    (copy,) = abandoned()
    assert copy.file.stem == "good"


def test_copies_are_for_the_user_alone(keeper: RecoveryKeeper, copies: Path) -> None:
    assert copies.stat().st_mode & 0o077 == 0


@pytest.fixture
def dialog(empty_document: Document, qtbot: QtBot, abandoned: Abandoned) -> RecoveryDialog:
    keeper = RecoveryKeeper()
    add(empty_document)
    for key in ("one", "two"):
        keeper.keep(key, empty_document).result(timeout=30)
    keeper.close()
    made = RecoveryDialog(abandoned())
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize("choice", list(RecoveryChoice))
def test_the_dialog_gives_the_answer(dialog: RecoveryDialog, choice: RecoveryChoice) -> None:
    button = dialog.findChild(QPushButton, f"recovery_{choice.value}")
    assert button is not None
    button.click()
    assert dialog.choice is choice


def test_only_ticked_work_is_recovered(dialog: RecoveryDialog) -> None:
    listed = dialog.findChild(QTreeWidget, "recovery_list")
    assert listed is not None
    item = listed.topLevelItem(0)
    assert item is not None
    item.setCheckState(0, Qt.CheckState.Unchecked)
    assert len(dialog.chosen) == 1


def test_where_no_copy_can_be_kept_the_program_is_of_use_without(
    empty_document: Document,
    tmp_path: Path,
    qtbot: QtBot,
    caplog: pytest.LogCaptureFixture,
) -> None:
    parent = tmp_path / "state"
    parent.touch()
    keeper = RecoveryKeeper(parent)
    autosave = Autosave(empty_document, keeper)
    add(empty_document)
    for _ in range(2):
        future = autosave.keep_now()
        assert future is not None
        assert isinstance(future.exception(30), OSError)
    qtbot.waitUntil(lambda: "No copy of the unsaved work" in caplog.text)
    assert caplog.text.count("No copy of the unsaved work") == 1
    parent.unlink()
    with qtbot.waitSignal(autosave.kept):
        autosave.keep_now()
    autosave.drop()
    keeper.close()
    assert list(parent.iterdir()) == []
