"""Configurations: a window for the modules whose settings need more than a line each."""

from __future__ import annotations

from PyQt5.QtWidgets import QWidget

from ...dataflow import ModuleDescriptor, PortType
from ...dataflow.ports import BASIC
from ..theme import Theme
from .base import ConfigurationWidget, EditedDocument
from .dialog import ConfigurationDialog
from .file_list import FileListConfiguration
from .python_source import PythonSourceConfiguration
from .shell_script import ShellScriptConfiguration
from .string_format import StringFormatConfiguration

__all__ = [
    "ConfigurationDialog",
    "ConfigurationWidget",
    "EditedDocument",
    "configuration_for",
    "open_configuration",
]

_TEJ = "org.vistrails.extra.tej"


def configuration_for(descriptor: ModuleDescriptor) -> type[ConfigurationWidget] | None:
    """The configuration of a kind of module, or of what it derives from; None if it has none."""
    kinds: dict[tuple[str, str], type[ConfigurationWidget]] = {
        (_TEJ, "SubmitJob"): FileListConfiguration,
        (_TEJ, "MakeDirectory"): FileListConfiguration,
        (_TEJ, "SubmitShellJob"): ShellScriptConfiguration,
        (BASIC, "PythonSource"): PythonSourceConfiguration,
        (BASIC, "StringFormat"): StringFormatConfiguration,
    }
    current: ModuleDescriptor | None = descriptor
    while current is not None:
        found = kinds.get((current.package, current.name))
        if found is not None:
            return found
        current = current.base
    return None


def open_configuration(
    document: EditedDocument, module_id: int, theme: Theme, parent: QWidget | None = None
) -> ConfigurationDialog | None:
    """The window for a module, not shown yet; None if its ports are all there is to set."""
    module = document.pipeline.modules.get(module_id)
    if module is None:
        return None
    kind = PortType(module.package, module.name, module.namespace or None)
    descriptor = document.registry.find_descriptor(kind)
    widget_class = configuration_for(descriptor) if descriptor is not None else None
    if widget_class is None:
        return None
    return ConfigurationDialog(widget_class(document, module_id, theme), theme, parent)
