"""MakeDirectory: put files together in a directory, here."""

from __future__ import annotations

from pathlib import Path

from .assemble import assemble_directory
from .host import ModuleError, PathObject
from .named_files import TakesNamedFiles


class MakeDirectory(TakesNamedFiles):
    """Put the files of the ports that the user added into one directory, under the ports' names."""

    _output_ports = (("directory", "(basic:Directory)"),)

    def compute(self) -> None:
        """Fill a directory of the file pool."""
        directory: PathObject = self.interpreter.filePool.create_directory(prefix="tej")
        try:
            assemble_directory(Path(directory.name), self.named_files())
        except OSError as error:
            raise ModuleError(self, f"the directory could not be put together: {error}") from error
        self.set_output("directory", directory)
