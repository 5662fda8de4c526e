"""What is to be seen on the pictures of dialogs: one function for each."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PyQt5.QtCore import QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QImage, QPainter
from PyQt5.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QGroupBox,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QSlider,
    QSpinBox,
    QTabWidget,
    QTreeView,
    QWidget,
)

from vistrails_tej.dataflow import VistrailEditor
from vistrails_tej.gui.builder.recovery_dialog import RecoveryDialog
from vistrails_tej.gui.builder.recovery_store import Copy, UnsavedWork
from vistrails_tej.gui.builder.running.preview_dialog import PreviewDialog
from vistrails_tej.gui.builder.shortcuts_dialog import ShortcutsDialog
from vistrails_tej.gui.builder.window import BuilderWindow
from vistrails_tej.gui.configure import open_configuration
from vistrails_tej.gui.question_dialogs import AnswersDialog, HostKeyDialog, TrustDialog
from vistrails_tej.gui.report_dialog import ReportDialog

from .picture_scenes import module_id
from .pictures import Studio

_FINGERPRINT = "SHA256:4VqXSg8Q0tAq0dE6Zk8sVv7oM3u1n1oU5nQ2h9yYbWc"


_SCRIPT = """\
# Count the words of every text, three at a time.
set -eu
for text in texts/*.txt; do
    words=$(wc -w < "$text")
    echo "$text has $words words"
done | sort -k 3 > counts.txt
if [ "$DEBUG" = yes ]; then cat counts.txt; fi
"""
_PYTHON = '''\
"""Keep the numbers above the mean."""
numbers = [float(line) for line in open(data.name)]
mean = sum(numbers) / len(numbers)
large = [one for one in numbers if one > mean]
print("kept", len(large), "of", len(numbers))
'''


def _configure(studio: Studio, window: BuilderWindow, number: int, size: QSize) -> QWidget:
    dialog = open_configuration(window.document, number, studio.theme, window)
    assert dialog is not None
    return studio.show(dialog, size)


def configure_submit_job(studio: Studio) -> QWidget:
    window = studio.open("tej-primes.vt")
    return _configure(studio, window, module_id(window, "SubmitJob"), QSize(520, 420))


def configure_make_directory(studio: Studio) -> QWidget:
    window = studio.window()
    number = window.document.edit("Added", lambda one: one.add("MakeDirectory").id)
    assert number is not None
    return _configure(studio, window, number, QSize(520, 420))


def configure_shell_job(studio: Studio) -> QWidget:
    window = studio.window()
    number = window.document.edit(
        "Added", lambda one: one.add("SubmitShellJob").set_script("source", _SCRIPT).id
    )
    assert number is not None
    return _configure(studio, window, number, QSize(640, 440))


def configure_python(studio: Studio) -> QWidget:
    window = studio.window()

    def build(editor: VistrailEditor) -> int:
        handle = editor.add("PythonSource").set_script("source", _PYTHON)
        handle.add_port("data", "File").add_port("large", "List", output=True)
        return handle.id

    number = window.document.edit("Added", build)
    assert number is not None
    return _configure(studio, window, number, QSize(680, 560))


def configure_format(studio: Studio) -> QWidget:
    window = studio.window()

    def build(editor: VistrailEditor) -> int:
        handle = editor.add("StringFormat").set("format", "{name}: {value:.2f} of {total}")
        handle.add_port("name", "String").add_port("value", "Float").add_port("total", "Float")
        return handle.id

    number = window.document.edit("Added", build)
    assert number is not None
    return _configure(studio, window, number, QSize(560, 420))


def _preview(studio: Studio, path: Path) -> QWidget:
    return studio.show(PreviewDialog(path, path.name, studio.window()))


def preview_text(studio: Studio) -> QWidget:
    path = studio.folder / "output.txt"
    path.write_text("".join(f"{number}: {number**5}\n" for number in range(1, 60)))
    return _preview(studio, path)


def preview_table(studio: Studio) -> QWidget:
    path = studio.folder / "heights.csv"
    rows = "".join(f"station {n},{1200 + 37 * n},{20 - n / 3:.1f}\n" for n in range(1, 25))
    path.write_text(f"place,height,temperature\n{rows}")
    return _preview(studio, path)


def preview_picture(studio: Studio) -> QWidget:
    image = QImage(360, 240, QImage.Format.Format_RGB32)
    image.fill(QColor("#fafafa"))
    painter = QPainter(image)
    for place in range(12):
        height = 20 + (place * 53) % 170
        painter.fillRect(QRectF(20 + 27 * place, 220 - height, 20, height), QColor("#3a74b0"))
    painter.end()
    path = studio.folder / "bars.png"
    image.save(str(path))
    return _preview(studio, path)


def recovery(studio: Studio) -> QWidget:
    moment = datetime(2026, 11, 22, 16, 4, 12)
    copies = [
        Copy(Path("a.vt"), UnsavedWork("primes.vt", Path("/home/ada/work/primes.vt"), 7, moment)),
        Copy(Path("b.vt"), UnsavedWork("Untitled", None, 3, moment.replace(minute=1))),
    ]
    return studio.show(RecoveryDialog(copies, studio.window()))


def report(studio: Studio) -> QWidget:
    trace = "".join(
        f'  File "vistrails_tej/gui/builder/{name}.py", line {line}, in {name}\n    {name}()\n'
        for name, line in (("window", 120), ("canvas", 77), ("scene", 203))
    )
    details = f"Traceback (most recent call last):\n{trace}KeyError: 12\n"
    dialog = ReportDialog("KeyError: 12", details, studio.theme, studio.window())
    studio.show(dialog)
    fold = dialog.findChild(QPushButton, "report_fold")
    assert fold is not None
    fold.click()
    studio.settle()
    return dialog


def host_key(studio: Studio) -> QWidget:
    window = studio.window()
    return studio.show(
        HostKeyDialog("ada@cluster.example.org", "ssh-ed25519", _FINGERPRINT, window)
    )


def password(studio: Studio) -> QWidget:
    prompts = [("Password of ada@cluster.example.org:", False), ("Code of your key:", True)]
    dialog = AnswersDialog("", "The cluster asks for a second factor.", prompts, studio.window())
    studio.show(dialog)
    for field, text in zip(dialog.findChildren(QLineEdit), ("secret", "283 114"), strict=False):
        field.setText(text)
    return dialog


def trust(studio: Studio) -> QWidget:
    text = f"Run this Python code, of PythonSource:\n\n{_PYTHON}"
    return studio.show(TrustDialog(text, studio.window()))


def shortcuts(studio: Studio) -> QWidget:
    window = studio.window()
    actions = [*window.actions_by_name, *window.views.canvas.actions_by_name.values()]
    return studio.show(ShortcutsDialog(actions, window))


def widgets(studio: Studio) -> QWidget:
    """Every kind of widget in each of its conditions, to see that they belong together."""
    page = QWidget(studio.window(), Qt.WindowType.Window)
    grid = QGridLayout(page)
    for column, is_enabled in enumerate((True, False)):
        group = QGroupBox("Enabled" if is_enabled else "Disabled", page)
        group.setEnabled(is_enabled)
        inner = QGridLayout(group)
        for row, one in enumerate(_one_of_each()):
            inner.addWidget(one, *divmod(row, 2))
        grid.addWidget(group, 0, column)
    studio.show(page, QSize(900, 460))
    page.findChildren(QLineEdit)[0].setFocus()
    page.findChildren(QLineEdit)[0].selectAll()
    studio.settle()
    return page


def _one_of_each() -> list[QWidget]:
    checks = [QCheckBox("Off"), QCheckBox("On"), QCheckBox("Partly")]
    checks[1].setChecked(True)
    checks[2].setTristate(True)
    checks[2].setCheckState(Qt.CheckState.PartiallyChecked)
    radios = [QRadioButton("One"), QRadioButton("Other")]
    radios[0].setChecked(True)
    combo, editable = QComboBox(), QComboBox()
    combo.addItems(["A choice", "Another"])
    editable.addItems(["Editable"])
    editable.setEditable(True)
    field = QLineEdit("A field")
    field.setClearButtonEnabled(True)
    empty = QLineEdit()
    empty.setPlaceholderText("Placeholder")
    default = QPushButton("Default")
    default.setDefault(True)
    bar = QProgressBar()
    bar.setValue(40)
    slider = QSlider(Qt.Orientation.Horizontal)
    text = QPlainTextEdit("\n".join(f"line {n}" for n in range(20)))
    tabs = QTabWidget()
    tabs.addTab(QTreeView(), "First")
    tabs.addTab(QWidget(), "Second")
    buttons = [QPushButton("Button"), default]
    return [
        field,
        empty,
        combo,
        editable,
        QSpinBox(),
        slider,
        *checks,
        *radios,
        bar,
        *buttons,
        text,
        tabs,
    ]
