"""What a run gave: previews of files, and the panel that offers them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QImage
from PyQt5.QtWidgets import QFileDialog, QLabel, QPlainTextEdit, QPushButton, QTableWidget
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import (
    FilePool,
    Interpreter,
    JobMonitor,
    Registry,
    ResultCache,
    RunResult,
    Vistrail,
    edit_vistrail,
    pipeline_signatures,
)
from vistrails_tej.gui.builder.running.file_kinds import FileKind, read_preview
from vistrails_tej.gui.builder.running.preview_dialog import PreviewDialog
from vistrails_tej.gui.builder.running.results_panel import ResultsPanel

LEFT = Qt.MouseButton.LeftButton


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("out", b"one\ntwo\n", FileKind.TEXT),
        ("out", b"a,b\n1,2\n3,4\n", FileKind.TABLE),
        ("out.tsv", b"a\tb\n1\n", FileKind.TABLE),
        ("out", b"a, yes\nand no\n", FileKind.TEXT),
        ("out", b"\x00\x01", FileKind.BINARY),
        ("out", b"\x89PNG\r\n\x1a\n", FileKind.PICTURE),
        ("out", b"", FileKind.TEXT),
        ("latin", b"caf\xe9", FileKind.TEXT),
    ],
)
def test_a_file_is_shown_as_what_it_is(
    tmp_path: Path, name: str, data: bytes, kind: FileKind
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert read_preview(path).kind is kind


def test_of_a_long_file_the_beginning_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "long"
    path.write_text("line\n" * 300_000)
    preview = read_preview(path)
    assert preview.is_cut
    assert len(preview.text) == 1_000_000


def test_a_directory_lists_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "file").touch()
    assert read_preview(tmp_path).text == "file\ninner/"


def test_a_table_a_picture_and_a_text_are_previewed(tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    image = QImage(8, 6, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    image.save(str(tmp_path / "p.png"))
    (tmp_path / "text").write_text("hello")
    table, picture, text = (
        PreviewDialog(tmp_path / name, name) for name in ("t.csv", "p.png", "text")
    )
    for dialog in (table, picture, text):
        qtbot.addWidget(dialog)
    cell = table.findChild(QTableWidget).item(0, 1)
    assert cell is not None
    assert cell.text() == "2"
    assert picture.findChild(QLabel, "preview_picture").pixmap().width() == 8
    assert text.findChild(QPlainTextEdit).toPlainText() == "hello"


def test_a_file_that_went_says_so(tmp_path: Path, qtbot: QtBot) -> None:
    dialog = PreviewDialog(tmp_path / "gone", "gone")
    qtbot.addWidget(dialog)
    assert any("cannot be read" in label.text() for label in dialog.findChildren(QLabel))


@pytest.fixture
def run(registry: Registry, tmp_path: Path) -> tuple[RunResult, int, int]:
    """A run of WriteFile, with the ids of the file's module and of its text's."""
    edit = edit_vistrail(Vistrail({}), registry)
    text = edit.add("String").set("value", "hello\n")
    file = edit.add("WriteFile")
    edit.connect(text["value"], file["in_value"])
    signatures = pipeline_signatures(edit.pipeline, registry)
    interpreter = Interpreter(
        registry, job_monitor=JobMonitor(), cache=ResultCache(), file_pool=FilePool(tmp_path)
    )
    result = interpreter.run(edit.pipeline, signatures)
    return result, file.id, text.id


def test_results_are_shown_for_the_selected_module(
    run: tuple[RunResult, int, int], qtbot: QtBot
) -> None:
    result, file, text = run
    panel = ResultsPanel()
    qtbot.addWidget(panel)
    panel.set_result(result)
    panel.show_module(text, "greeting")
    assert panel.findChild(QLabel, "result_value").text() == "hello\n"
    panel.show_module(file, "WriteFile")
    assert panel.findChild(QLabel, "results_title").text() == "WriteFile: success"


def test_a_result_file_is_saved_where_the_user_wants_it(
    run: tuple[RunResult, int, int],
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result, file, _ = run
    panel = ResultsPanel()
    qtbot.addWidget(panel)
    panel.set_result(result)
    panel.show_module(file)
    kept = tmp_path / "kept"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(kept), ""))
    qtbot.mouseClick(panel.findChild(QPushButton, "save_out_value"), LEFT)
    assert kept.read_text() == "hello\n"


def test_a_result_file_is_previewed(run: tuple[RunResult, int, int], qtbot: QtBot) -> None:
    result, file, _ = run
    panel = ResultsPanel()
    qtbot.addWidget(panel)
    panel.set_result(result)
    panel.show_module(file)
    qtbot.mouseClick(panel.findChild(QPushButton, "preview_out_value"), LEFT)
    dialog = panel.window().findChild(PreviewDialog)
    assert dialog.findChild(QPlainTextEdit).toPlainText() == "hello\n"
