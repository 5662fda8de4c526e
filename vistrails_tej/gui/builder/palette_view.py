"""The palette: find a module, drag it onto the canvas or choose it."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QEvent, QModelIndex, QObject, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent, QPainter
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QStackedWidget,
    QStyleOptionViewItem,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from ...dataflow import ModuleDescriptor, Registry
from ..theme import Theme
from .glyphs import glyph_icon
from .palette_model import DESCRIPTOR_ROLE, PaletteModel

_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_MODIFIERS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
# Packages of no more modules than this are open at first.
_SMALL = 12


class PaletteView(QWidget):
    """All modules by package, with a search box. ``module_chosen`` carries a ModuleDescriptor."""

    module_chosen = pyqtSignal(object)

    def __init__(self, registry: Registry, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("palette")
        self.setAccessibleName("Modules")
        self._model = PaletteModel(registry, self)
        self._search = self._make_search()
        self._tree = PaletteTree(theme, self)
        self._tree.setModel(self._model)
        self._nothing = self._make_nothing()
        self._expand = self._make_button("expand_all", "Expand all", self._tree.expandAll)
        self._collapse = self._make_button("collapse_all", "Collapse all", self._tree.collapseAll)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._tree)
        self._pages.addWidget(self._nothing)
        self._lay_out()
        self._tree.doubleClicked.connect(self._choose)
        self._search.textChanged.connect(self._filter)
        self.setFocusProxy(self._search)
        self._opened = {one.name for one in registry.packages() if len(one.descriptors) <= _SMALL}
        self._restore(self._opened)
        self._show_page()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Show it in other colours."""
        self._tree.set_theme(theme)
        self._expand.setIcon(glyph_icon("expand", theme))
        self._collapse.setIcon(glyph_icon("collapse", theme))

    def reload(self) -> None:
        """Show the packages that are loaded now."""
        opened = self._open_packages() if not self._model.search else self._opened
        self._model.reload()
        self._restore(opened)
        self._show_page()

    def focus_search(self) -> None:
        """Let the user type what to search for."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keys of the search box that move in the tree, and Enter in either."""
        is_key = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if isinstance(event, QKeyEvent) and is_key and self._take_key(watched, event):
            return True
        return super().eventFilter(watched, event)

    # -- inside ------------------------------------------------------------------------------

    def _take_key(self, watched: QObject, event: QKeyEvent) -> bool:
        if event.key() in _ENTER and not event.modifiers() & _MODIFIERS:
            return self._choose(self._tree.currentIndex()) or self._toggle()
        if watched is not self._search:
            return False
        if event.key() in _MOVES:
            self._tree.keyPressEvent(event)
            return True
        if event.key() == Qt.Key.Key_Escape and self._search.text():
            self._search.clear()
            return True
        return False

    def _toggle(self) -> bool:
        """Open or close the package or namespace of the current row."""
        index = self._tree.currentIndex()
        if index.isValid():
            self._tree.setExpanded(index, not self._tree.isExpanded(index))
        return index.isValid()

    def _make_search(self) -> QLineEdit:
        search = QLineEdit(self)
        search.setObjectName("palette_search")
        search.setAccessibleName("Search modules")
        search.setPlaceholderText("Search")
        search.setClearButtonEnabled(True)
        search.installEventFilter(self)
        return search

    def _make_nothing(self) -> QLabel:
        label = QLabel(self)
        label.setObjectName("palette_nothing")
        label.setAccessibleName("No module found")
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        label.setMargin(18)
        return label

    def _make_button(self, name: str, text: str, action: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"palette_{name}")
        button.setAccessibleName(text)
        button.setToolTip(text)
        button.setAutoRaise(True)
        button.setIconSize(QSize(16, 16))
        button.clicked.connect(lambda: action())
        return button

    def _lay_out(self) -> None:
        self._tree.installEventFilter(self)
        top = QHBoxLayout()
        top.setSpacing(2)
        for widget in (self._search, self._expand, self._collapse):
            top.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self._pages)

    def _choose(self, index: QModelIndex) -> bool:
        """Choose the module of a row; a package is opened or closed by Qt itself."""
        descriptor = index.data(DESCRIPTOR_ROLE) if index.isValid() else None
        if not isinstance(descriptor, ModuleDescriptor):
            return False
        self.module_chosen.emit(descriptor)
        return True

    def _filter(self, text: str) -> None:
        if not self._model.search:
            self._opened = self._open_packages()
        self._model.set_search(text)
        if self._model.search:
            self._tree.expandAll()
            self._tree.setCurrentIndex(next(self._model.module_indexes(), QModelIndex()))
        else:
            self._restore(self._opened)
        self._show_page()

    def _show_page(self) -> None:
        if self._model.rowCount():
            self._pages.setCurrentWidget(self._tree)
            return
        if self._model.search:
            text = (
                f"No module fits “{self._model.search}”.\n\n"
                "Try fewer letters, or a word of its description. Escape shows all modules again."
            )
        else:
            text = "No package with modules is loaded."
        self._nothing.setText(text)
        self._pages.setCurrentWidget(self._nothing)

    def _open_packages(self) -> set[str]:
        rows = [self._model.index(row, 0) for row in range(self._model.rowCount())]
        return {str(index.data()) for index in rows if self._tree.isExpanded(index)}

    def _restore(self, opened: set[str]) -> None:
        for row in range(self._model.rowCount()):
            index = self._model.index(row, 0)
            self._tree.setExpanded(index, str(index.data()) in opened)


class PaletteTree(QTreeView):
    """The tree itself: packages look like headers, modules can be dragged away."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("palette_tree")
        self.setAccessibleName("Modules by package")
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(14)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setExpandsOnDoubleClick(True)
        self.setAnimated(False)

    def set_theme(self, theme: Theme) -> None:
        """Show it in other colours."""
        self._theme = theme
        self.viewport().update()

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """A package gets a band behind its name."""
        if not index.parent().isValid():
            painter.fillRect(option.rect, self._theme.color("window"))
            painter.setPen(self._theme.color("border"))
            painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        super().drawRow(painter, option, index)
