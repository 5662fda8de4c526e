"""The mix-in of modules that take files on ports which the user added."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..engine import FileSource
from .assemble import UnusableName, checked_name
from .host import Module, ModuleError


class TakesNamedFiles(Module):
    """Knows the ports that the user added, in the order in which the user left them."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._file_ports: tuple[str, ...] = ()

    def transfer_attrs(self, module: Any) -> None:
        """Learn the ports from the module of the pipeline."""
        super().transfer_attrs(module)
        self._file_ports = tuple(spec.name for spec in module.input_port_specs)

    def named_files(self) -> list[FileSource]:
        """The files of these ports, under the names of the ports. Raise ModuleError."""
        try:
            return [
                FileSource(Path(self.get_input(port).name), str(checked_name(port)))
                for port in self._file_ports
            ]
        except UnusableName as error:
            raise ModuleError(self, f"the directory could not be put together: {error}") from error
