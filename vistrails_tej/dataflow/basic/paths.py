"""Paths, files and directories on this machine."""

from __future__ import annotations

from pathlib import Path as LocalPath
from typing import Any, ClassVar

from ..module import GivenSource, ModuleConnector, ModuleError
from ..path_object import PathObject
from .acting import ActsOutside
from .constants import Constant

__all__ = ["Directory", "File", "OutputPath", "Path", "PathObject"]


class Path(Constant):
    """A path, whatever is there. ``name`` is its text, in place of ``value``."""

    _input_ports: ClassVar[Any] = [
        ("value", "(basic:Path)"),
        ("name", "(basic:String)", {"optional": True}),
    ]
    _output_ports: ClassVar[Any] = [("value", "(basic:Path)")]

    # Whether a constant of this type counts in signatures by what is there.
    _is_hashed: ClassVar[bool] = False

    @staticmethod
    def translate_to_python(text: str) -> Any:
        """The text is the path."""
        return PathObject(text)

    @staticmethod
    def translate_to_string(value: Any) -> str:
        """The path."""
        return str(value.name)

    @staticmethod
    def validate(value: Any) -> bool:
        """Whether a value is a path."""
        return isinstance(value, PathObject)

    def is_cacheable(self) -> bool:
        """Only if its signature tells what is there: else what follows would not see a change."""
        sources = self.inputPorts.get("value", ())
        is_given = any(isinstance(one, (ModuleConnector, GivenSource)) for one in sources)
        is_told = self._is_hashed and not is_given and not self.has_input("name")
        return is_told and super().is_cacheable()

    def compute(self) -> None:
        """Pass the path on."""
        self.set_value(self.get_path())

    def get_path(self) -> PathObject:
        """The path that is set. Raise ModuleError if it is missing or empty."""
        if self.has_input("value"):
            path: PathObject = self.get_input("value")
        elif self.has_input("name"):
            path = PathObject(self.get_input("name"))
        else:
            raise ModuleError(self, "missing value on port 'value'; connect it or set it")
        if not path.name:
            raise ModuleError(self, "the path is empty; set it")
        return path


class File(ActsOutside, Path):
    """A file that exists, or that is made empty if ``create_file`` says so."""

    _is_hashed: ClassVar[bool] = True
    _input_ports: ClassVar[Any] = [
        ("value", "(basic:File)"),
        ("create_file", "(basic:Boolean)", {"optional": True}),
    ]
    _output_ports: ClassVar[Any] = [
        ("value", "(basic:File)"),
        ("local_filename", "(basic:String)", {"optional": True}),
    ]

    def compute(self) -> None:
        """Check that the file is there. Raise ModuleError if it is not."""
        path = self.get_path()
        if self.force_get_input("create_file", False):
            self._create(path)
        if not LocalPath(path.name).is_file():
            raise ModuleError(self, f"{path.name} is not a file; correct the path")
        self.set_value(path)
        self.set_output("local_filename", path.name)

    def _create(self, path: PathObject) -> None:
        local = LocalPath(path.name)
        if local.is_file():
            return
        self.ask_to_write(local)
        try:
            local.touch()
        except OSError as error:
            raise ModuleError(self, f"{path.name} cannot be created: {error.strerror}") from error


class Directory(ActsOutside, Path):
    """A directory that exists, or that is made if ``create_directory`` says so."""

    _is_hashed: ClassVar[bool] = True
    _input_ports: ClassVar[Any] = [
        ("value", "(basic:Directory)"),
        ("create_directory", "(basic:Boolean)", {"optional": True}),
    ]
    _output_ports: ClassVar[Any] = [("value", "(basic:Directory)"), ("itemList", "(basic:List)")]

    def compute(self) -> None:
        """Check that the directory is there, list it. Raise ModuleError if it is not."""
        path = self.get_path()
        local = LocalPath(path.name)
        try:
            if self.force_get_input("create_directory", False) and not local.is_dir():
                self.ask_to_write(local)
                local.mkdir(parents=True, exist_ok=True)
            if not local.is_dir():
                raise ModuleError(self, f"{path.name} is not a directory; correct the path")
            items = sorted(local.iterdir())
        except OSError as error:
            raise ModuleError(self, f"{path.name} cannot be used: {error.strerror}") from error
        self.set_value(path)
        self.set_output("itemList", [PathObject(str(item)) for item in items])


class OutputPath(Path):
    """A path that something will be written to; nothing has to be there."""

    _input_ports: ClassVar[Any] = [("value", "(basic:OutputPath)")]
    _output_ports: ClassVar[Any] = [("value", "(basic:OutputPath)")]

    def is_cacheable(self) -> bool:
        """What is there is of no account: it will be written over."""
        return Constant.is_cacheable(self)
