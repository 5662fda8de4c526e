"""The modules that can be added, as a tree: packages, their namespaces, modules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from PyQt5.QtCore import QAbstractItemModel, QMimeData, QModelIndex, QObject, Qt
from PyQt5.QtGui import QFont

from ...dataflow import LoadedPackage, ModuleDescriptor, Registry
from .module_mime import MODULE_MIME, module_mime
from .module_tooltip import module_tooltip, package_tooltip
from .palette_search import score

DESCRIPTOR_ROLE = Qt.ItemDataRole.UserRole + 1
PACKAGE_ROLE = Qt.ItemDataRole.UserRole + 2


@dataclass(eq=False)
class PaletteNode:
    """A row: a package, a namespace, or a module (then with ``descriptor``)."""

    name: str
    parent: PaletteNode | None = None
    package: LoadedPackage | None = None
    descriptor: ModuleDescriptor | None = None
    children: list[PaletteNode] = field(default_factory=list)
    row: int = 0

    def add(self, child: PaletteNode) -> PaletteNode:
        """Add a child as the last one, and return it."""
        child.parent, child.row = self, len(self.children)
        self.children.append(child)
        return child


class PaletteModel(QAbstractItemModel):
    """A tree of one column. ``set_search`` leaves what fits, best matches first."""

    def __init__(self, registry: Registry, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._registry = registry
        self._search = ""
        self._root = self._build()

    @property
    def search(self) -> str:
        """What is searched for; empty when everything is shown."""
        return self._search

    def set_search(self, text: str) -> None:
        """Show only what fits all the words of a text."""
        self._search = text.strip()
        self.reload()

    def reload(self) -> None:
        """Look at the registry again: packages may have come or gone."""
        self.beginResetModel()
        self._root = self._build()
        self.endResetModel()

    def module_indexes(self) -> Iterator[QModelIndex]:
        """All modules that are shown, from top to bottom."""
        yield from self._modules_below(self._root)

    # -- what Qt asks ------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: QModelIndex = QModelIndex()) -> QModelIndex:  # noqa: B008 - the signature of Qt
        """See Qt."""
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, self._node(parent).children[row])

    def parent(self, child: QModelIndex) -> QModelIndex:  # type: ignore[override]
        """See Qt."""
        above = self._node(child).parent
        if above is None or above is self._root:
            return QModelIndex()
        return self.createIndex(above.row, 0, above)

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - of Qt
        """See Qt."""
        return len(self._node(parent).children)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - of Qt
        """See Qt."""
        return 1

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt; the roles of this model give the descriptor and the package."""
        if not index.isValid():
            return None
        node = self._node(index)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return node.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tooltip(node)
        if role == Qt.ItemDataRole.FontRole and node.parent is self._root:
            font = QFont()
            font.setBold(True)
            return font
        if role == DESCRIPTOR_ROLE:
            return node.descriptor
        return node.package if role == PACKAGE_ROLE else None

    def flags(self, index: QModelIndex) -> Qt.ItemFlags:
        """Modules can be dragged; packages and namespaces cannot."""
        flags = super().flags(index)
        if index.isValid() and self._node(index).descriptor is not None:
            flags |= Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemNeverHasChildren
        return flags

    def mimeTypes(self) -> list[str]:
        """See Qt."""
        return [MODULE_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # type: ignore[override]
        """The first module among the rows that are dragged."""
        for index in indexes:
            descriptor = self._node(index).descriptor
            if descriptor is not None:
                return module_mime(descriptor)
        return QMimeData()

    # -- inside ------------------------------------------------------------------------------

    def _node(self, index: QModelIndex) -> PaletteNode:
        node = index.internalPointer() if index.isValid() else None
        return node if isinstance(node, PaletteNode) else self._root

    def _modules_below(self, node: PaletteNode) -> Iterator[QModelIndex]:
        for child in node.children:
            if child.descriptor is not None:
                yield self.createIndex(child.row, 0, child)
            yield from self._modules_below(child)

    @staticmethod
    def _tooltip(node: PaletteNode) -> str:
        if node.descriptor is not None and node.package is not None:
            return module_tooltip(node.descriptor, node.package)
        is_header = node.package is not None and node.name == node.package.name
        return package_tooltip(node.package) if is_header and node.package else ""

    def _build(self) -> PaletteNode:
        root = PaletteNode("")
        found = []
        for package in self._registry.packages():
            fitting = self._fitting(package)
            if fitting:
                found.append((fitting[0][0], package, [one for _, one in fitting]))
        if self._search:
            found.sort(key=lambda one: one[0])
        for _, package, descriptors in found:
            _add_package(root, package, descriptors)
        return root

    def _fitting(self, package: LoadedPackage) -> list[tuple[int, ModuleDescriptor]]:
        """The modules of a package that are shown, with how well they fit, best first."""
        scored = []
        for descriptor in package.descriptors:
            rank = score(descriptor, package, self._search)
            if rank is not None and not descriptor.abstract and not descriptor.hidden:
                scored.append((rank, descriptor))
        return sorted(scored, key=lambda one: (one[0], one[1].name.lower()))


def _add_package(
    root: PaletteNode, package: LoadedPackage, descriptors: Sequence[ModuleDescriptor]
) -> None:
    header = root.add(PaletteNode(package.name, package=package))
    folders: dict[str, PaletteNode] = {"": header}
    for descriptor in descriptors:
        folder = _folder(folders, package, descriptor.namespace)
        folder.add(PaletteNode(descriptor.name, package=package, descriptor=descriptor))


def _folder(folders: dict[str, PaletteNode], package: LoadedPackage, namespace: str) -> PaletteNode:
    """The row of a namespace such as ``a|b``, made if it is not there yet."""
    if namespace not in folders:
        above, _, name = namespace.rpartition("|")
        folders[namespace] = _folder(folders, package, above).add(
            PaletteNode(name, package=package)
        )
    return folders[namespace]
