"""Save, save as, and every question that may take."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt5.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import edit_vistrail, read_vistrail
from vistrails_tej.gui.builder.document import Document
from vistrails_tej.gui.builder.file_saving import Saving
from vistrails_tej.gui.settings import Settings

from .dialogs import Answers


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def answers(window: QWidget) -> Answers:
    return Answers(window)


@pytest.fixture
def saving(empty_document: Document, window: QWidget) -> Saving:
    add(empty_document, "String")
    return Saving(empty_document, Settings(), window)


def add(document: Document, name: str, label: str = "") -> None:
    document.edit("Added module", lambda editor: editor.add(name, label=label))


def names(path: Path) -> list[str]:
    vistrail = read_vistrail(path)
    return [one.name for one in vistrail.pipeline(vistrail.latest_version()).modules.values()]


def test_a_new_document_is_saved_where_the_user_says(
    saving: Saving, empty_document: Document, answers: Answers, tmp_path: Path
) -> None:
    answers.choose_file("save_dialog", tmp_path / "mine.vt")
    assert saving.save()
    assert empty_document.path == tmp_path / "mine.vt"
    assert not empty_document.is_modified
    assert zipfile.is_zipfile(tmp_path / "mine.vt")
    assert names(tmp_path / "mine.vt") == ["String"]


def test_a_name_without_a_suffix_gets_one(saving: Saving, answers: Answers, tmp_path: Path) -> None:
    answers.choose_file("save_dialog", tmp_path / "plain")
    assert saving.save()
    assert names(tmp_path / "plain.vt") == ["String"]


def test_a_name_with_xml_gives_plain_xml(saving: Saving, answers: Answers, tmp_path: Path) -> None:
    answers.choose_file("save_dialog", tmp_path / "mine.xml")
    assert saving.save()
    assert (tmp_path / "mine.xml").read_bytes().startswith(b"<")


def test_afterwards_saving_asks_nothing(
    saving: Saving, empty_document: Document, answers: Answers, tmp_path: Path
) -> None:
    empty_document.save(tmp_path / "mine.vt")
    add(empty_document, "Integer")
    assert saving.save()
    assert answers.seen == []
    assert sorted(names(tmp_path / "mine.vt")) == ["Integer", "String"]


def test_text_that_is_not_ascii_is_asked_about_once(
    saving: Saving, empty_document: Document, answers: Answers, tmp_path: Path
) -> None:
    add(empty_document, "String", "naïve ☃")
    answers.choose_file("save_dialog", tmp_path / "mine.vt")
    answers.click("portable_dialog", "portable_dialog_newer")
    assert saving.save()
    assert "VisTrails 2.2" in answers.seen[1]
    add(empty_document, "Integer")
    assert saving.save()
    assert len(answers.seen) == 2


def test_who_wants_no_newer_file_keeps_the_work_unsaved(
    saving: Saving, empty_document: Document, answers: Answers, tmp_path: Path
) -> None:
    add(empty_document, "String", "naïve")
    answers.choose_file("save_dialog", tmp_path / "mine.vt")
    answers.click("portable_dialog", "portable_dialog_cancel")
    assert not saving.save()
    assert empty_document.is_modified
    assert not (tmp_path / "mine.vt").exists()


@pytest.fixture
def changed_by_others(saving: Saving, empty_document: Document, tmp_path: Path) -> Path:
    """The file of the document, which another program has added a module to."""
    path = tmp_path / "mine.vt"
    empty_document.save(path)
    other = edit_vistrail(read_vistrail(path), empty_document.registry)
    other.add("Float")
    other.save(path)
    add(empty_document, "Integer")
    return path


def test_a_file_that_others_changed_is_not_overwritten_unasked(
    saving: Saving, answers: Answers, changed_by_others: Path
) -> None:
    answers.click("save_failed_dialog", "save_failed_dialog_cancel")
    assert not saving.save()
    assert "another program changed it" in answers.seen[0]
    assert sorted(names(changed_by_others)) == ["Float", "String"]


def test_it_can_be_overwritten(saving: Saving, answers: Answers, changed_by_others: Path) -> None:
    answers.click("save_failed_dialog", "save_failed_dialog_overwrite")
    assert saving.save()
    assert sorted(names(changed_by_others)) == ["Integer", "String"]


def test_the_work_can_go_into_another_file_instead(
    saving: Saving, answers: Answers, changed_by_others: Path, tmp_path: Path
) -> None:
    answers.click("save_failed_dialog", "save_failed_dialog_save_as")
    answers.choose_file("save_dialog", tmp_path / "other.vt")
    assert saving.save()
    assert sorted(names(changed_by_others)) == ["Float", "String"]
    assert sorted(names(tmp_path / "other.vt")) == ["Integer", "String"]


def test_save_as_replaces_a_file_the_user_has_chosen(
    saving: Saving,
    answers: Answers,
    open_document: Callable[[str], Document],
    tmp_path: Path,
) -> None:
    open_document("shell-job.vt").save(tmp_path / "there.vt")
    answers.choose_file("save_dialog", tmp_path / "there.vt")
    assert saving.save_as()
    assert names(tmp_path / "there.vt") == ["String"]


def test_a_folder_that_is_not_there_is_told(
    saving: Saving, empty_document: Document, answers: Answers, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    empty_document.save(folder / "mine.vt")
    add(empty_document, "Integer")
    (folder / "mine.vt").unlink()
    folder.rmdir()
    answers.click("save_failed_dialog", "save_failed_dialog_cancel")
    assert not saving.save()
    assert "was not saved" in answers.seen[0]
    assert empty_document.is_modified


@pytest.mark.parametrize(("answer", "may_close"), [("discard", True), ("cancel", False)])
def test_closing_asks_about_unsaved_work(
    saving: Saving, answers: Answers, answer: str, may_close: bool
) -> None:
    answers.click("unsaved_dialog", f"unsaved_dialog_{answer}")
    assert saving.may_close() is may_close


def test_closing_can_save_first(saving: Saving, answers: Answers, tmp_path: Path) -> None:
    answers.click("unsaved_dialog", "unsaved_dialog_save")
    answers.choose_file("save_dialog", tmp_path / "mine.vt")
    assert saving.may_close()
    assert names(tmp_path / "mine.vt") == ["String"]


def test_closing_asks_nothing_when_all_is_saved(
    empty_document: Document, window: QWidget, answers: Answers
) -> None:
    assert Saving(empty_document, Settings(), window).may_close()
    assert answers.seen == []
