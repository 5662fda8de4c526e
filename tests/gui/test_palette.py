"""The palette: what is listed, what a search finds, and how a module is chosen or dragged."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import QModelIndex, Qt
from PyQt5.QtTest import QAbstractItemModelTester
from PyQt5.QtWidgets import QLabel, QLineEdit, QToolButton, QTreeView
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import Module, ModuleSettings, Registry, default_registry
from vistrails_tej.dataflow.module import IPort
from vistrails_tej.gui.builder.module_mime import dragged_module
from vistrails_tej.gui.builder.palette_model import PaletteModel
from vistrails_tej.gui.builder.palette_view import PaletteView
from vistrails_tej.gui.theme import DARK, LIGHT


@pytest.fixture
def palette(qtbot: QtBot, registry: Registry) -> PaletteView:
    view = PaletteView(registry, LIGHT)
    qtbot.addWidget(view)
    view.resize(260, 500)
    with qtbot.waitExposed(view):
        view.show()
    return view


def names(model: PaletteModel) -> list[str]:
    return [str(index.data()) for index in model.module_indexes()]


def packages(model: PaletteModel) -> list[str]:
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def parts(view: PaletteView) -> tuple[QLineEdit, QTreeView]:
    search = view.findChild(QLineEdit, "palette_search")
    tree = view.findChild(QTreeView, "palette_tree")
    assert search is not None
    assert tree is not None
    return search, tree


def index_of(tree: QTreeView, name: str) -> QModelIndex:
    model = tree.model()
    assert isinstance(model, PaletteModel)
    return next(index for index in model.module_indexes() if index.data() == name)


def test_each_package_has_a_header_with_its_name(registry: Registry) -> None:
    assert packages(PaletteModel(registry)) == [one.name for one in registry.packages()]


def test_abstract_and_hidden_modules_are_not_listed(registry: Registry) -> None:
    listed = names(PaletteModel(registry))
    assert "SubmitJob" in listed
    assert not {"Constant", "BaseSubmitJob", "Group", "Null"} & set(listed)


def test_namespaces_are_folders_in_their_package() -> None:
    class Deep(Module):
        """Deep."""

        _settings = ModuleSettings(namespace="tools|inner")

    registry = default_registry()
    registry.add_package(identifier="org.x", name="X", version="1", modules=[Deep])
    model = PaletteModel(registry)
    (index,) = [one for one in model.module_indexes() if one.data() == "Deep"]
    above = [index.parent().data(), index.parent().parent().data()]
    assert above == ["inner", "tools"]
    assert index.parent().parent().parent().data() == "X"


def test_the_model_keeps_the_rules_of_qt_while_it_is_searched(registry: Registry) -> None:
    model = PaletteModel(registry)
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    tester = QAbstractItemModelTester(model, mode)
    for text in ("file", "nothing at all like this", ""):
        model.set_search(text)
    assert tester.model() is model


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("file", "File"),
        ("job", "Job"),
        ("ssj", "SubmitShellJob"),
        ("SHELL", "SubmitShellJob"),
        ("format", "StringFormat"),
        ("tej dir", "DownloadDirectory"),
    ],
)
def test_the_best_match_comes_first(registry: Registry, text: str, first: str) -> None:
    model = PaletteModel(registry)
    model.set_search(text)
    assert names(model)[0] == first


def test_a_search_looks_into_names_of_packages_and_documentation(registry: Registry) -> None:
    model = PaletteModel(registry)
    model.set_search("pythoncalc")
    assert names(model) == ["PythonCalc"]
    model.set_search("zip archive")
    assert set(names(model)) == {"Unzip", "UnzipDirectory"}


def test_typing_filters_and_enter_chooses_the_first(qtbot: QtBot, palette: PaletteView) -> None:
    search, _ = parts(palette)
    qtbot.keyClicks(search, "submitsh")
    with qtbot.waitSignal(palette.module_chosen) as chosen:
        qtbot.keyClick(search, Qt.Key.Key_Return)
    assert chosen.args[0].name == "SubmitShellJob"


def test_the_arrow_keys_move_in_the_tree_from_the_search_box(
    qtbot: QtBot, palette: PaletteView
) -> None:
    search, tree = parts(palette)
    qtbot.keyClicks(search, "download")
    assert tree.currentIndex().data() == "DownloadDirectory"
    qtbot.keyClick(search, Qt.Key.Key_Down)
    assert tree.currentIndex().data() == "DownloadFile"
    with qtbot.waitSignal(palette.module_chosen) as chosen:
        qtbot.keyClick(search, Qt.Key.Key_Enter)
    assert chosen.args[0].name == "DownloadFile"


def test_a_double_click_chooses_a_module(qtbot: QtBot, palette: PaletteView) -> None:
    _, tree = parts(palette)
    place = tree.visualRect(index_of(tree, "Queue")).center()
    left = Qt.MouseButton.LeftButton
    with qtbot.waitSignal(palette.module_chosen) as chosen:
        qtbot.mouseClick(tree.viewport(), left, pos=place)
        qtbot.mouseDClick(tree.viewport(), left, pos=place)
    assert chosen.args[0].name == "Queue"


def test_enter_on_a_package_opens_and_closes_it(qtbot: QtBot, palette: PaletteView) -> None:
    _, tree = parts(palette)
    header = tree.model().index(0, 0)
    tree.setCurrentIndex(header)
    tree.setFocus()
    with qtbot.assertNotEmitted(palette.module_chosen):
        qtbot.keyClick(tree, Qt.Key.Key_Return)
    assert tree.isExpanded(header)


def test_an_empty_result_says_what_to_do_and_escape_shows_all(
    qtbot: QtBot, palette: PaletteView
) -> None:
    search, tree = parts(palette)
    label = palette.findChild(QLabel, "palette_nothing")
    assert label is not None
    qtbot.keyClicks(search, "qqqq")
    assert label.isVisible()
    assert "qqqq" in label.text()
    assert "Escape" in label.text()
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert tree.isVisible()
    assert search.text() == ""


def test_packages_are_as_open_after_a_search_as_before(qtbot: QtBot, palette: PaletteView) -> None:
    search, tree = parts(palette)
    before = [tree.isExpanded(tree.model().index(row, 0)) for row in range(4)]
    qtbot.keyClicks(search, "file")
    search.clear()
    assert [tree.isExpanded(tree.model().index(row, 0)) for row in range(4)] == before
    assert before.count(True) not in (0, 4)


def test_buttons_expand_and_collapse_everything(qtbot: QtBot, palette: PaletteView) -> None:
    _, tree = parts(palette)
    for name, is_open in (("palette_expand_all", True), ("palette_collapse_all", False)):
        button = palette.findChild(QToolButton, name)
        assert button is not None
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        opened = {tree.isExpanded(tree.model().index(row, 0)) for row in range(4)}
        assert opened == {is_open}


def test_a_module_is_dragged_with_what_the_canvas_reads(registry: Registry) -> None:
    model = PaletteModel(registry)
    index = next(one for one in model.module_indexes() if one.data() == "SubmitJob")
    found = dragged_module(model.mimeData([index]), registry)
    assert found is registry.descriptor("org.vistrails.extra.tej", "SubmitJob")
    assert model.flags(index) & Qt.ItemFlag.ItemIsDragEnabled
    assert not model.flags(index.parent()) & Qt.ItemFlag.ItemIsDragEnabled


def test_hovering_tells_documentation_and_ports_as_text(registry: Registry) -> None:
    class Odd(Module):
        """Takes <b> & more."""

        _input_ports = (IPort("x<y", "(basic:File)", optional=True),)

    other = default_registry()
    other.add_package(identifier="org.x", name="X", version="1", modules=[Odd])
    model = PaletteModel(other)
    index = next(one for one in model.module_indexes() if one.data() == "Odd")
    tip = index.data(Qt.ItemDataRole.ToolTipRole)
    assert "Takes &lt;b&gt; &amp; more." in tip
    assert "x&lt;y: File (optional)" in tip
    assert other.package("org.x").version in index.parent().data(Qt.ItemDataRole.ToolTipRole)


def test_packages_that_come_later_are_shown_after_reload(qtbot: QtBot) -> None:
    class Late(Module):
        """Late."""

    registry = default_registry()
    view = PaletteView(registry, DARK)
    qtbot.addWidget(view)
    registry.add_package(identifier="org.x", name="Late ones", version="1", modules=[Late])
    view.reload()
    model = parts(view)[1].model()
    assert isinstance(model, PaletteModel)
    assert "Late ones" in packages(model)
