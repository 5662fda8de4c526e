"""What is to be seen on each picture: one function for each, which returns the widgets."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PyQt5.QtCore import QPoint, QPointF, QRectF, QSize, Qt, QTimer
from PyQt5.QtGui import QColor, QImage, QPainter
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QGroupBox,
    QLineEdit,
    QMenu,
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

from vistrails_tej.dataflow import Direction, ModuleEvent, ModuleState, VistrailEditor
from vistrails_tej.gui.builder.canvas.filter_popup import FilterPopup
from vistrails_tej.gui.builder.document import Document
from vistrails_tej.gui.builder.recovery_dialog import RecoveryDialog
from vistrails_tej.gui.builder.recovery_store import Copy, UnsavedWork
from vistrails_tej.gui.builder.running.preview_dialog import PreviewDialog
from vistrails_tej.gui.builder.shortcuts_dialog import ShortcutsDialog
from vistrails_tej.gui.builder.window import BuilderWindow
from vistrails_tej.gui.configure import open_configuration
from vistrails_tej.gui.question_dialogs import AnswersDialog, HostKeyDialog, ask_trust
from vistrails_tej.gui.report_dialog import ReportDialog

from .canvas_hand import Hand
from .pictures import Studio

_FINGERPRINT = "SHA256:4VqXSg8Q0tAq0dE6Zk8sVv7oM3u1n1oU5nQ2h9yYbWc"
_SIDE = QSize(330, 620)
_BASIC = "org.vistrails.vistrails.basic"


def module_id(window: BuilderWindow, name: str) -> int:
    modules = window.document.pipeline.modules.values()
    return next(one.id for one in modules if name in (one.name, one.label))


def select(studio: Studio, window: BuilderWindow, name: str) -> None:
    window.views.canvas.select([module_id(window, name)])
    studio.settle()


def builder(studio: Studio) -> QWidget:
    window = studio.open("tej-primes.vt")
    select(studio, window, "Target number")
    return window


def builder_empty(studio: Studio) -> QWidget:
    return studio.window()


def builder_small(studio: Studio) -> QWidget:
    window = studio.open("tej-primes.vt", QSize(800, 600))
    select(studio, window, "SubmitJob")
    return window


_STATES = (
    (ModuleState.SUCCESS, "", None),
    (ModuleState.CACHED, "", None),
    (ModuleState.COMPUTING, "", 0.6),
    (ModuleState.WAITING, "", None),
    (ModuleState.SUSPENDED, "The job is running on cluster.example.org", None),
    (ModuleState.ERROR, "The file /data/july.csv is not there; choose another one", None),
    (ModuleState.NOT_NEEDED, "Nothing after it is wanted", None),
    (None, "", None),
)


def _build_states(editor: VistrailEditor) -> None:
    for place, (state, _, _) in enumerate(_STATES):
        row, column = divmod(place, 2)
        editor.add(
            "PythonCalc" if state is ModuleState.SUCCESS else "ConcatenateString",
            label=(state.value if state is not None else "idle").capitalize(),
            location=(column * 330.0, -row * 110.0),
        )


def states(studio: Studio) -> QWidget:
    window = studio.window(QSize(1280, 900))
    window.document.edit("States", _build_states)
    canvas = window.views.canvas
    numbers = sorted(window.document.pipeline.modules)
    for number, (state, message, progress) in zip(numbers, _STATES, strict=True):
        if state is not None:
            canvas.set_state(ModuleEvent(number, state, message, progress))
    canvas.fit()
    studio.settle()
    return canvas


def running(studio: Studio) -> QWidget:
    window = studio.open("tej-primes.vt")
    canvas = window.views.canvas
    done = [one.id for one in window.document.pipeline.modules.values() if one.id >= 0]
    final = {
        "SubmitJob": ModuleEvent(0, ModuleState.COMPUTING, "", 0.4),
        "DownloadFile": ModuleEvent(0, ModuleState.WAITING),
        "StandardOutput": ModuleEvent(0, ModuleState.WAITING),
    }
    for number in done:
        name = window.document.pipeline.modules[number].name
        event = final.get(name, ModuleEvent(0, ModuleState.SUCCESS))
        canvas.set_state(ModuleEvent(number, event.state, event.message, event.progress))
    window.tell("Running version prime number")
    window.tell("Job primes_5d3c91 was submitted to cluster.example.org")
    window.tell("Waiting for a job on servers. Stop leaves them running there.")
    studio.settle()
    return window


def history(studio: Studio) -> QWidget:
    window = studio.open("tej-primes.vt")
    _make_branches(window.document, module_id(window, "Target number"))
    window.actions_by_name["history"].trigger()
    studio.settle()
    window.views.history.fit()
    studio.settle()
    return window


def _make_branches(document: Document, number: int) -> None:
    start = document.version
    for value in ("13195", "600851475143"):
        document.go_to(start)
        document.edit("Set value", lambda editor, v=value: editor.module(number).set("value", v))
        document.edit("Added module", lambda editor: editor.add("StandardOutput"))
        document.edit("Added module", lambda editor: editor.add("String", label="A note"))
        document.annotate(lambda editor, v=value: editor.tag(f"number {v}"))
    document.edit("Set value", lambda editor: editor.module(number).set("value", "77"))


def comparison(studio: Studio) -> QWidget:
    window = studio.open("tej-primes.vt")
    document, number = window.document, module_id(window, "Target number")
    before = document.version

    def change(editor: VistrailEditor) -> None:
        editor.module(number).set("value", "600851475143")
        editor.delete(editor.module(module_id(window, "StandardOutput")))
        editor.add("WriteFile", label="Keep the result", location=(420.0, -420.0))

    document.edit("Keep the result", change)
    window.views.history.compare_requested.emit(before)
    studio.settle()
    window.views.canvas.fit()
    studio.settle()
    return window


def connecting(studio: Studio) -> QWidget:
    window = studio.window(QSize(1280, 820))

    def build(editor: VistrailEditor) -> None:
        editor.add("File", label="Measurements", location=(-160.0, 120.0))
        editor.add("SubmitJob", location=(0.0, -60.0))
        editor.add("StandardOutput", location=(220.0, 80.0))
        editor.add("String", location=(-300.0, -60.0))

    window.document.edit("Built", build)
    canvas = window.views.canvas
    canvas.fit()
    studio.settle()
    hand = Hand(canvas)
    source, target = (module_id(window, name) for name in ("Measurements", "StandardOutput"))
    start = hand.port(source, Direction.OUTPUT, "value")
    end = hand.port(target, Direction.INPUT, "value")
    hand.press(start)
    hand.move(start + QPointF(20, 20))
    hand.move(end + QPointF(-14, 0))
    studio.settle()
    return window


def quick_add(studio: Studio) -> tuple[QWidget, ...]:
    window = studio.open("tej-primes.vt")
    canvas = window.views.canvas
    place = canvas.viewport().mapToGlobal(QPoint(30, 20))
    canvas.quick_add(canvas.mapToScene(QPoint(30, 20)), place, "file")
    popup = window.findChild(FilterPopup)
    studio.settle()
    assert popup is not None
    return window, popup


def module_menu(studio: Studio) -> tuple[QWidget, ...]:
    window = studio.open("tej-primes.vt")
    canvas = window.views.canvas
    canvas.open_module_menu(module_id(window, "SubmitJob"))
    studio.settle()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return window, menu


def _module_info(studio: Studio, name: str, tab: int) -> QWidget:
    window = studio.open("tej-primes.vt")
    select(studio, window, name)
    tabs = window.findChild(QTabWidget, "info_tabs")
    assert tabs is not None
    tabs.setCurrentIndex(tab)
    studio.settle()
    return window.docks["info"]


def module_info(studio: Studio) -> QWidget:
    return _module_info(studio, "SubmitJob", 0)


def module_info_annotations(studio: Studio) -> QWidget:
    return _module_info(studio, "SubmitJob", 2)


def module_info_looping(studio: Studio) -> QWidget:
    return _module_info(studio, "SubmitJob", 3)


def module_info_documentation(studio: Studio) -> QWidget:
    return _module_info(studio, "SubmitJob", 4)


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


def _run(studio: Studio, window: BuilderWindow) -> None:
    window.running.execute()
    studio.wait(lambda: not window.running.is_running)
    studio.settle()


def _build_report(editor: VistrailEditor) -> None:
    text = editor.add("String", label="Table", location=(0.0, 120.0))
    text.set("value", "place,height\nSils,1797\nZermatt,1608\n")
    file = editor.add("WriteFile", label="heights.csv", location=(0.0, 0.0))
    lost = editor.add("File", label="Lost", location=(260.0, 120.0))
    lost.set("name", "/nowhere/july.csv")
    printed = editor.add("StandardOutput", location=(0.0, -120.0))
    other = editor.add("StandardOutput", label="Show july", location=(260.0, 0.0))
    editor.connect(text["value"], file["in_value"])
    editor.connect(file["out_value"], printed["value"])
    editor.connect(lost["value"], other["value"])


def results(studio: Studio) -> QWidget:
    window = studio.window()
    window.document.edit("Built", _build_report)
    window.views.canvas.fit()
    _run(studio, window)
    select(studio, window, "heights.csv")
    window.show_dock("results")
    studio.settle()
    return window


def results_error(studio: Studio) -> QWidget:
    window = results(studio)
    assert isinstance(window, BuilderWindow)
    window.views.canvas.error_requested.emit(module_id(window, "Lost"))
    studio.settle()
    return window


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
    found: list[QWidget] = []

    def find() -> None:
        dialog = QApplication.activeModalWidget()
        found.append(dialog)
        studio.settle()
        dialog.close()

    QTimer.singleShot(0, find)
    ask_trust(f"Run this Python code, of PythonSource:\n\n{_PYTHON}", studio.window())
    return studio.show(found[0])


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
    return [field, empty, combo, editable, QSpinBox(), slider, *checks, *radios, bar, *buttons, text, tabs]
