"""Offers: the popups of the canvas, which add and connect modules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from PyQt5.QtCore import QObject, QPoint, QPointF, Qt
from PyQt5.QtWidgets import QLabel, QMenu, QWidget, QWidgetAction

from ....dataflow import ModuleDescriptor, PortSpec
from ..joining import (
    Converter,
    End,
    Joining,
    addable,
    as_link,
    converters,
    partners,
    type_words,
)
from ..palette_search import score
from .editing import CanvasEditing
from .filter_popup import Entry, FilterPopup
from .linking import Linking

_MOST_CONVERTERS = 6
_MARGIN = 8


class Offers(QObject):
    """Opens popups over a canvas. ``say`` tells a line in its status bar."""

    def __init__(
        self,
        editing: CanvasEditing,
        linking: Linking,
        canvas: QWidget,
        say: Callable[[str], None],
    ) -> None:
        super().__init__(canvas)
        self._editing = editing
        self._linking = linking
        self._canvas = canvas
        self._say = say

    def modules(self, point: QPointF, place: QPoint, text: str = "") -> FilterPopup:
        """Offer all modules, to be added at a point of the scene."""
        found = self._entries([(one, None) for one in self._descriptors()])

        def add(value: tuple[ModuleDescriptor, PortSpec | None]) -> None:
            self._editing.add_module(value[0], point)

        return self._open("Add a module", found, add, place, text)

    def modules_for(self, origin: End, point: QPointF, place: QPoint) -> FilterPopup:
        """Offer what a connection from ``origin`` could go on with, at a point of the scene."""
        fitting = addable(self._editing.scene.document.registry, origin.spec)
        found = self._entries(list(fitting.items()))
        way = "after" if origin.is_output else "before"

        def add(value: tuple[ModuleDescriptor, PortSpec]) -> None:
            self._linking.add_connected(value[0], value[1], origin, point)

        title = f"Add a module {way} {self._label(origin)}"
        return self._open(title, found, add, place, "")

    def converters(self, origin: End, wrong: End, refusal: str, place: QPoint) -> QMenu | None:
        """Offer what could make a connection possible; else only tell why it is not."""
        document = self._editing.scene.document
        menu = QMenu(self._canvas)
        menu.setObjectName("converter_menu")
        if Joining(document.pipeline, document.registry, origin).fails_by_type(wrong):
            source, destination = as_link(origin, wrong)
            self._add_alternatives(menu, source, destination)
            self._add_converters(menu, source, destination)
        if menu.isEmpty():
            menu.deleteLater()
            self.refuse(refusal)
            return None
        self._add_reason(menu, refusal)
        menu.aboutToHide.connect(menu.deleteLater)
        self._say(f"These cannot be connected as they are: {refusal}.")
        menu.popup(place)
        return menu

    def refuse(self, refusal: str) -> None:
        """Tell why a connection cannot be."""
        self._editing.scene.document.refused.emit(f"This cannot be connected: {refusal}.")

    def connections(self, module_id: int, place: QPoint) -> FilterPopup:
        """Offer every connection that a module could get."""
        document = self._editing.scene.document
        labels = Counter(module.label for module in document.pipeline.modules.values())
        entries = [
            Entry(
                f"{self._label(source, labels)} to {self._label(destination, labels)}",
                (source, destination),
                type_words(destination.spec),
            )
            for source, destination in partners(document.pipeline, document.registry, module_id)
        ]
        label = document.pipeline.modules[module_id].label

        def find(text: str) -> list[Entry]:
            words = text.lower().split()
            return [one for one in entries if all(word in one.text.lower() for word in words)]

        def connect(link: tuple[End, End]) -> None:
            self._linking.connect(*link)

        return self._open(f"Connect {label}", find, connect, place, "")

    # -- inside ------------------------------------------------------------------------------

    def _open(
        self,
        title: str,
        find: Callable[[str], Sequence[Entry]],
        take: Callable[..., None],
        place: QPoint,
        text: str,
    ) -> FilterPopup:
        popup = FilterPopup(title, find, self._canvas)
        popup.chosen.connect(take)
        popup.open_at(place, text)
        return popup

    def _descriptors(self) -> Iterable[ModuleDescriptor]:
        for package in self._editing.scene.document.registry.packages():
            for descriptor in package.descriptors:
                if not (descriptor.hidden or descriptor.abstract):
                    yield descriptor

    def _entries(
        self, choices: Sequence[tuple[ModuleDescriptor, PortSpec | None]]
    ) -> Callable[[str], list[Entry]]:
        registry = self._editing.scene.document.registry

        def find(text: str) -> list[Entry]:
            found: list[tuple[int, int, Entry]] = []
            for order, (descriptor, spec) in enumerate(choices):
                package = registry.package(descriptor.package)
                rank = score(descriptor, package, text)
                if rank is not None:
                    name = descriptor.name if spec is None else f"{descriptor.name}.{spec.name}"
                    note = " / ".join(filter(None, (package.name, descriptor.namespace)))
                    hint = descriptor.documentation.strip()
                    found.append((rank, order, Entry(name, (descriptor, spec), note, hint)))
            found.sort(key=lambda one: one[:2])
            return [entry for _, _, entry in found]

        return find

    def _add_alternatives(self, menu: QMenu, source: End, destination: End) -> None:
        """The source may have another output that fits."""
        document = self._editing.scene.document
        module = document.pipeline.modules[source.module_id]
        for name, spec in document.ports.outputs(module).items():
            other = End(source.module_id, spec)
            joining = Joining(document.pipeline, document.registry, other)
            if name != "self" and joining.fits(destination):
                menu.addAction(
                    f"Use the output {name} instead", _then(self._connect, other, destination)
                )

    def _add_converters(self, menu: QMenu, source: End, destination: End) -> None:
        registry = self._editing.scene.document.registry
        found = converters(registry, source.spec, destination.spec)
        for converter in found[:_MOST_CONVERTERS]:
            menu.addAction(
                f"Put {converter.descriptor.name} in between",
                _then(self._convert, source, destination, converter),
            )

    def _add_reason(self, menu: QMenu, refusal: str) -> None:
        """The reason as the head of a menu, which cannot be chosen."""
        words = QLabel(f"{refusal[:1].upper()}{refusal[1:]}.", menu)
        words.setObjectName("refusal")
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setMargin(_MARGIN)
        first, head = menu.actions()[0], QWidgetAction(menu)
        head.setDefaultWidget(words)
        menu.insertAction(first, head)
        menu.insertSeparator(first)
        menu.setActiveAction(first)

    def _connect(self, source: End, destination: End) -> None:
        self._linking.connect(source, destination)

    def _convert(self, source: End, destination: End, converter: Converter) -> None:
        self._linking.connect_through(source, destination, converter)

    def _label(self, end: End, labels: Mapping[str, int] | None = None) -> str:
        """A port with its module; with the id of that if ``labels`` counts several of its label."""
        label = self._editing.scene.pipeline.modules[end.module_id].label
        number = f" #{end.module_id}" if labels and labels[label] > 1 else ""
        return f"{label}{number}.{end.spec.name}"


def _then(act: Callable[..., None], *arguments: object) -> Callable[[], None]:
    def call() -> None:
        act(*arguments)

    return call
