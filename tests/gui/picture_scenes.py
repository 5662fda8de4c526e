"""What is to be seen on each picture: one function for each, which returns the widgets."""

from __future__ import annotations

from PyQt5.QtCore import QPoint, QPointF, QSize
from PyQt5.QtWidgets import (
    QApplication,
    QMenu,
    QTabWidget,
    QWidget,
)

from vistrails_tej.dataflow import Direction, ModuleEvent, ModuleState, VistrailEditor
from vistrails_tej.gui.builder.canvas.filter_popup import FilterPopup
from vistrails_tej.gui.builder.document import Document
from vistrails_tej.gui.builder.window import BuilderWindow

from .canvas_hand import Hand
from .pictures import Studio


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
            at=(column * 330.0, -row * 110.0),
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
    window.tell("Running version primes")
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
        editor.module(number).set("value", "13195")
        editor.delete(editor.module(module_id(window, "StandardOutput")))
        kept = editor.add("FileSink", label="Keep the result", at=(-110.0, -180.0))
        editor.connect(editor.find("DownloadFile")["file"], kept["file"])

    document.edit("Keep the result", change)
    window.views.history.compare_requested.emit(before)
    studio.settle()
    window.views.canvas.fit()
    studio.settle()
    return window


def connecting(studio: Studio) -> QWidget:
    window = studio.window(QSize(1280, 820))

    def build(editor: VistrailEditor) -> None:
        editor.add("File", label="Measurements", at=(-160.0, 120.0))
        editor.add("SubmitJob", at=(0.0, -60.0))
        editor.add("StandardOutput", at=(220.0, 80.0))
        editor.add("String", at=(-300.0, -60.0))

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
    place = QPoint(30, 20)
    canvas.quick_add(canvas.mapToScene(place), "file")
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
    return _module_info(studio, "SubmitJob", 4)


def module_info_documentation(studio: Studio) -> QWidget:
    return _module_info(studio, "SubmitJob", 3)


def _run(studio: Studio, window: BuilderWindow) -> None:
    window.running.execute()
    studio.wait(lambda: not window.running.is_running)
    studio.settle()


def _build_report(editor: VistrailEditor) -> None:
    text = editor.add("String", label="Table", at=(0.0, 120.0))
    text.set("value", "place,height\nSils,1797\nZermatt,1608\n")
    file = editor.add("WriteFile", label="heights.csv", at=(0.0, 0.0))
    lost = editor.add("File", label="Lost", at=(260.0, 120.0))
    lost.set("name", "/nowhere/july.csv")
    printed = editor.add("StandardOutput", at=(0.0, -120.0))
    other = editor.add("StandardOutput", label="Show july", at=(260.0, 0.0))
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
