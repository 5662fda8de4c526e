"""HistoryScene: the version tree of a document, drawn."""

from __future__ import annotations

from dataclasses import replace

from PyQt5.QtCore import QObject, QPointF, QRectF
from PyQt5.QtWidgets import QApplication, QGraphicsScene

from ....dataflow.job_format import user_name
from ....dataflow.vistrail import ROOT_VERSION
from ...theme import Theme
from ..document import Document
from .chain_item import ChainItem
from .collapsed_tree import ShownVersion, Wishes, collapse
from .tree_layout import lay_out
from .version_item import VersionFonts, VersionItem, look_of


class HistoryScene(QGraphicsScene):
    """Follows a document; what is not seen is not drawn until ``refresh``, when somebody looks."""

    def __init__(self, document: Document, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._document = document
        self._user = user_name()
        self._fonts = VersionFonts(QApplication.font())
        self._wishes = Wishes()
        self._drawn: tuple[object, Wishes] | None = None
        self._compared: int | None = None
        self.tree: dict[int, ShownVersion] = {}
        self.versions: dict[int, VersionItem] = {}
        self.chains: dict[int, ChainItem] = {}

    @property
    def document(self) -> Document:
        """The document whose history is drawn."""
        return self._document

    @property
    def wishes(self) -> Wishes:
        """What the user wants to see."""
        return self._wishes

    def set_document(self, document: Document) -> None:
        """Draw another history."""
        self._document = document
        self._wishes = Wishes()
        self._compared = None
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        for version in self.versions.values():
            version.set_theme(theme)
        for chain in self.chains.values():
            chain.set_theme(theme)

    def open_chain(self, version: int) -> None:
        """Draw the versions that are hidden above this one."""
        chain = self.tree[version].chain
        self._wishes = replace(self._wishes, opened=self._wishes.opened | frozenset(chain))
        self.refresh()

    def collapse_chains(self) -> None:
        """Hide again what was opened."""
        self._wishes = replace(self._wishes, opened=frozenset())
        self.refresh()

    def show_pruned(self, shows: bool) -> None:
        """Draw pruned versions too, or not."""
        self._wishes = replace(self._wishes, shows_pruned=shows)
        self.refresh()

    def mark(self, compared: int | None) -> None:
        """Mark the version that the shown one is compared with."""
        self._compared = compared
        for number, item in self.versions.items():
            item.set_marked(number == compared)

    def refresh(self) -> None:
        """Draw the document as it is now, if it is another than was drawn last."""
        document = self._document
        self._wishes = replace(self._wishes, current=document.version)
        wanted = (document.vistrail, self._wishes)
        if self._drawn is None or self._drawn[0] is not wanted[0] or self._drawn[1] != wanted[1]:
            self.tree = collapse(document.vistrail, self._wishes)
            self._update_versions()
            self._place()
            self._drawn = wanted
        for number, item in self.versions.items():
            is_current = number == document.version
            if item.isSelected() != is_current:
                item.setFlag(VersionItem.GraphicsItemFlag.ItemIsSelectable, is_current)
                item.setSelected(is_current)

    def version_at(self, point: QPointF) -> int | None:
        """The version drawn there."""
        for item in self.items(point):
            if isinstance(item, VersionItem):
                return item.version
        return None

    def chain_at(self, point: QPointF) -> int | None:
        """The version below the box of hidden versions that is there."""
        for number, chain in self.chains.items():
            if chain.chain and chain.is_box_at(point):
                return number
        return None

    def drawn_rect(self) -> QRectF:
        """What is covered by versions."""
        return self.itemsBoundingRect()

    def _update_versions(self) -> None:
        for number in self.versions.keys() - self.tree.keys():
            self.removeItem(self.versions.pop(number))
        for number in self.chains.keys() - self.tree.keys():
            self.removeItem(self.chains.pop(number))
        versions = self._document.vistrail.versions
        for number in self.tree:
            item = self.versions.get(number)
            if item is None:
                item = self.versions[number] = VersionItem(number, self._fonts, self._theme)
                self.addItem(item)
            item.set_look(look_of(versions.get(number), self._user))
            item.set_marked(number == self._compared)

    def _place(self) -> None:
        places = lay_out(self.tree, {number: one.width for number, one in self.versions.items()})
        points = {number: QPointF(place.x, place.y) for number, place in places.items()}
        for number, point in points.items():
            self.versions[number].setPos(point)
        for number, shown in self.tree.items():
            if number == ROOT_VERSION:
                continue
            chain = self.chains.get(number)
            if chain is None:
                chain = self.chains[number] = ChainItem(self._theme, self._fonts.plain)
                self.addItem(chain)
            chain.set_way(points[shown.parent], points[number], shown)
