"""ModuleInfo: everything about the module that is selected, and the place to change it."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QFrame,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from ....dataflow import ModuleDescriptor, PipelineModule, PortType
from ....dataflow.pipeline import VARIABLE_ANNOTATION
from ...configure import configuration_for
from ...theme import Theme
from ..document import Document
from ..module_tooltip import module_documentation
from .annotations_tab import AnnotationsTab
from .edits import ModuleEdits
from .header import Header
from .loop_tab import LoopTab
from .panel_tabs import PanelTabs
from .port_facts import input_facts, output_facts
from .port_list import PortList
from .selection_summary import NOTHING, summary_html


class ModuleInfo(QWidget):
    """Shows a module and follows the document. ``configure_requested`` carries its id."""

    configure_requested = pyqtSignal(int)

    def __init__(self, document: Document, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("module_info")
        self.setAccessibleName("Module info")
        self._document = document
        self._selected: tuple[int, ...] = ()
        self._edits: ModuleEdits | None = None
        self._header = Header(theme, self)
        self._header.label_given.connect(self._set_label)
        self._header.configure_clicked.connect(self._configure)
        self._header.documentation_clicked.connect(self._show_documentation)
        self._inputs = PortList("Inputs", document.registry, theme, self)
        self._inputs.script_wanted.connect(self._configure)
        self._outputs = PortList("Outputs", document.registry, theme, self)
        self._annotations = AnnotationsTab(theme, self)
        self._looping = LoopTab(theme, self)
        self._documentation = self._make_documentation()
        self._tabs = self._make_tabs()
        self._summary = self._make_summary()
        self._pages = QStackedWidget(self)
        self._lay_out()
        document.pipeline_changed.connect(self._refresh)
        self._tabs.set_theme(theme)
        self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """Show it in other colours."""
        for part in (
            self._tabs,
            self._header,
            self._inputs,
            self._outputs,
            self._annotations,
            self._looping,
        ):
            part.set_theme(theme)

    def set_document(self, document: Document) -> None:
        """Show the modules of another document; nothing is selected then."""
        self.commit()
        self._document.pipeline_changed.disconnect(self._refresh)
        self._document = document
        self._selected, self._edits = (), None
        self._inputs.clear()
        self._outputs.clear()
        document.pipeline_changed.connect(self._refresh)
        self._refresh()

    def show_module(self, module_id: int | None) -> None:
        """Show one module, or with None that none is selected."""
        self.show_modules([] if module_id is None else [module_id])

    def show_modules(self, module_ids: Sequence[int]) -> None:
        """Show one module, or a summary of several. What is typed now is saved first."""
        if tuple(module_ids) != self._selected:
            self.commit()
            self._selected = tuple(module_ids)
        self._refresh()

    @property
    def is_typed_into(self) -> bool:
        """Whether something is typed that is not saved yet."""
        return any(getattr(one, "is_dirty", False) for one in self.findChildren(QWidget))

    def commit(self) -> None:
        """Save what is typed, if it is right; also done when the focus goes elsewhere."""
        self._header.commit()
        self._inputs.commit()
        self._looping.commit()

    # -- inside ------------------------------------------------------------------------------

    def _make_documentation(self) -> QTextBrowser:
        browser = QTextBrowser(self)
        browser.setObjectName("info_documentation")
        browser.setAccessibleName("Documentation of the module")
        browser.setFrameShape(QFrame.Shape.NoFrame)
        browser.setOpenExternalLinks(True)
        return browser

    def _make_tabs(self) -> PanelTabs:
        looping = QScrollArea(self)
        looping.setFrameShape(QFrame.Shape.NoFrame)
        looping.setWidgetResizable(True)
        looping.setWidget(self._looping)
        tabs = PanelTabs(self)
        tabs.add_page(self._inputs, "Inputs", "Inputs")
        tabs.add_page(self._outputs, "Outputs", "Outputs")
        tabs.add_page(self._annotations, "Annotations", "Notes")
        tabs.add_page(self._documentation, "Documentation", "Docs")
        tabs.add_page(looping, "Looping", "Loop")
        return tabs

    def _make_summary(self) -> QLabel:
        label = QLabel(NOTHING, self)
        label.setObjectName("info_summary")
        label.setAccessibleName("Selection")
        label.setWordWrap(True)
        label.setMargin(14)
        label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        return label

    def _lay_out(self) -> None:
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._header)
        layout.addWidget(self._tabs, 1)
        self._pages.addWidget(self._summary)
        self._pages.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(6, 6, 6, 6)
        outer.addWidget(self._pages)

    def _refresh(self) -> None:
        pipeline = self._document.pipeline
        module = pipeline.modules.get(self._selected[0]) if len(self._selected) == 1 else None
        if module is None:
            self._summary.setText(summary_html(pipeline, self._selected))
            self._pages.setCurrentIndex(0)
            return
        if self._edits is None or self._edits.module_id != module.id:
            self._edits = ModuleEdits(self._document, module.id)
            self._documentation.clear()
        self._show(module, self._edits)
        self._pages.setCurrentIndex(1)

    def _show(self, module: PipelineModule, edits: ModuleEdits) -> None:
        document, finder = self._document, self._document.ports
        registry, pipeline = document.registry, document.pipeline
        descriptor = self._descriptor(module)
        self._header.show_module(
            module,
            registry,
            note=self._note(module, descriptor),
            can_configure=descriptor is not None and configuration_for(descriptor) is not None,
        )
        inputs = input_facts(pipeline, module, finder, registry)
        outputs = output_facts(pipeline, module, finder)
        self._inputs.show_ports(inputs, edits)
        self._outputs.show_ports(outputs, edits)
        self._annotations.show_module(module, edits)
        names = [one.spec.name for one in inputs], [one.spec.name for one in outputs]
        self._looping.show_module(module, *names, edits)
        if not self._documentation.toPlainText():
            self._documentation.setHtml(_documentation(descriptor, module))

    def _descriptor(self, module: PipelineModule) -> ModuleDescriptor | None:
        kind = PortType(module.package, module.name, module.namespace or None)
        return self._document.registry.find_descriptor(kind)

    def _note(self, module: PipelineModule, descriptor: ModuleDescriptor | None) -> str:
        """What is special about the module, in a sentence."""
        if descriptor is None and module.kind == "module":
            return f"{module.package} is not loaded here, so this module cannot run."
        uuid = module.annotation(VARIABLE_ANNOTATION)
        for variable in self._document.vistrail.variables.values():
            if uuid and variable.uuid == uuid:
                return f"Its value is that of the variable “{variable.name}”."
        return ""

    def _set_label(self, label: str) -> None:
        if self._edits is not None:
            self._edits.set_label(label)

    def _configure(self) -> None:
        if self._edits is not None:
            self.commit()
            self.configure_requested.emit(self._edits.module_id)

    def _show_documentation(self) -> None:
        self._tabs.setCurrentWidget(self._documentation)
        self._documentation.setFocus()


def _documentation(descriptor: ModuleDescriptor | None, module: PipelineModule) -> str:
    if descriptor is None:
        return f"<p>Nothing is known of {module.name}.</p>"
    return module_documentation(descriptor)
