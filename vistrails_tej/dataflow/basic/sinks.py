"""FileSink and DirectorySink: keep a result outside the temporary files."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, ClassVar

from ..module import ModuleError, NotCacheable
from ..path_object import PathObject
from .acting import ActsOutside


def save_file(
    module: ActsOutside, source: Path, target: Path, *, overwrite: bool, series: bool = False
) -> None:
    """Copy a file beside its target, then rename it: never half a file. Raise ModuleError.

    Its user is asked first; for one of a ``series``, once for all that the folder will get.
    """
    if target.is_dir():
        raise ModuleError(module, f"{target} is a directory; add a file name to the path")
    if target.exists() and not overwrite:
        raise ModuleError(module, f"{target} exists already; allow overwriting, or rename it")
    module.ask_to_write(target.with_name("*") if series else target)
    temporary = None
    try:
        if target.exists() and source.samefile(target):
            return
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        os.close(handle)
        shutil.copyfile(source, temporary)
        shutil.copymode(source, temporary)
        Path(temporary).replace(target)
    except OSError as error:
        raise ModuleError(module, f"{target} was not written: {error}") from error
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def save_directory(module: ActsOutside, source: Path, target: Path, *, overwrite: bool) -> None:
    """Copy a directory beside its target, then rename it. Raise ModuleError."""
    if target.exists() and not target.is_dir():
        raise ModuleError(module, f"{target} is a file; choose the path of a directory")
    if target.exists() and not overwrite:
        raise ModuleError(module, f"{target} exists already; allow overwriting, or rename it")
    inner, outer = source.resolve(), target.resolve()
    if inner == outer or inner in outer.parents or outer in inner.parents:
        raise ModuleError(module, f"{source} and {target} overlap; choose another path")
    module.ask_to_write(target)
    try:
        with tempfile.TemporaryDirectory(
            prefix=f".{target.name}.", dir=target.parent, ignore_cleanup_errors=True
        ) as beside:
            fresh, old = Path(beside, "new"), Path(beside, "old")
            shutil.copytree(source, fresh, symlinks=True)
            _exchange(fresh, target, old)
    except (OSError, shutil.Error) as error:
        raise ModuleError(module, f"{target} was not written: {error}") from error


def _exchange(fresh: Path, target: Path, old: Path) -> None:
    """Put a directory in the place of another, which goes to ``old``; on failure it stays."""
    replaced = target.exists()
    if replaced:
        target.replace(old)
    try:
        fresh.replace(target)
    except OSError:
        if replaced:
            old.replace(target)
        raise


class FileSink(NotCacheable, ActsOutside):
    """Copies a file to a path. ``publishFile`` is for a web server and does nothing here."""

    _input_ports: ClassVar[Any] = [
        ("file", "(basic:File)"),
        ("outputPath", "(basic:OutputPath)"),
        ("overwrite", "(basic:Boolean)", {"optional": True, "defaults": "['True']"}),
        ("publishFile", "(basic:Boolean)", {"optional": True}),
    ]

    def compute(self) -> None:
        """Write the file. Raise ModuleError."""
        source: PathObject = self.get_input("file")
        target: PathObject = self.get_input("outputPath")
        overwrite = self.get_input("overwrite")
        save_file(self, Path(source.name), Path(target.name), overwrite=overwrite)


class DirectorySink(NotCacheable, ActsOutside):
    """Copies a directory to a path, replacing what is there."""

    _input_ports: ClassVar[Any] = [
        ("dir", "(basic:Directory)"),
        ("outputPath", "(basic:OutputPath)"),
        ("overwrite", "(basic:Boolean)", {"optional": True, "defaults": "['True']"}),
    ]

    def compute(self) -> None:
        """Write the directory. Raise ModuleError."""
        source: PathObject = self.get_input("dir")
        target: PathObject = self.get_input("outputPath")
        overwrite = self.get_input("overwrite")
        save_directory(self, Path(source.name), Path(target.name), overwrite=overwrite)
