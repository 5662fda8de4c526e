"""Modules that make one type from another."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, ClassVar

from ..module import Module, ModuleError, ModuleSettings
from ..path_object import PathObject

_ENCODING = "utf-8"


class Converter(Module):
    """Base of the modules that take ``in_value`` and give ``out_value``."""

    _settings: ClassVar[ModuleSettings] = ModuleSettings(abstract=True)
    _input_ports: ClassVar[Any] = [("in_value", "(basic:Variant)")]
    _output_ports: ClassVar[Any] = [("out_value", "(basic:Variant)")]


class ReadFile(Converter):
    """The content of a file as text; UTF-8 unless ``encoding`` says otherwise."""

    _input_ports: ClassVar[Any] = [
        ("in_value", "(basic:File)"),
        ("encoding", "(basic:String)", {"optional": True}),
    ]
    _output_ports: ClassVar[Any] = [("out_value", "(basic:String)")]

    def compute(self) -> None:
        """Read the file. Raise ModuleError if it cannot be read in that encoding."""
        path: PathObject = self.get_input("in_value")
        encoding = self.force_get_input("encoding", _ENCODING)
        try:
            text = Path(path.name).read_bytes().decode(encoding)
        except OSError as error:
            raise ModuleError(self, f"{path.name} cannot be read: {error.strerror}") from error
        except (UnicodeError, LookupError) as error:
            raise ModuleError(
                self, f"{path.name} is not text in the encoding {encoding}: {error}"
            ) from error
        self.set_output("out_value", text)


class WriteFile(Converter):
    """A new temporary file that holds a text."""

    _input_ports: ClassVar[Any] = [
        ("in_value", "(basic:String)"),
        ("suffix", "(basic:String)", {"optional": True}),
        ("encoding", "(basic:String)", {"optional": True}),
    ]
    _output_ports: ClassVar[Any] = [("out_value", "(basic:File)")]

    def compute(self) -> None:
        """Write the file. Raise ModuleError if the text has no form in that encoding."""
        text: str = self.get_input("in_value")
        encoding = self.force_get_input("encoding", _ENCODING)
        suffix = self.force_get_input("suffix", "")
        if "/" in suffix or "\0" in suffix:
            raise ModuleError(self, f"{suffix!r} cannot end a file name; remove the slash")
        try:
            content = text.encode(encoding)
        except (UnicodeError, LookupError) as error:
            raise ModuleError(
                self, f"the text cannot be written in the encoding {encoding}: {error}"
            ) from error
        path = self.interpreter.filePool.create_file(suffix=suffix)
        Path(path.name).write_bytes(content)
        self.set_output("out_value", path)


class Round(Converter):
    """The whole number below, or the nearest one if ``floor`` is off."""

    _settings: ClassVar[ModuleSettings] = ModuleSettings(hide_descriptor=True)
    _input_ports: ClassVar[Any] = [
        ("in_value", "(basic:Float)"),
        ("floor", "(basic:Boolean)", {"optional": True, "defaults": "['True']"}),
    ]
    _output_ports: ClassVar[Any] = [("out_value", "(basic:Integer)")]

    def compute(self) -> None:
        """Round half up. Raise ModuleError for infinity and what is not a number."""
        value = self.get_input("in_value")
        if not math.isfinite(value):
            raise ModuleError(self, f"{value} has no whole number near it")
        self.set_output("out_value", math.floor(value if self.get_input("floor") else value + 0.5))


class TupleToList(Converter):
    """The elements of a tuple as a list."""

    _settings: ClassVar[ModuleSettings] = ModuleSettings(hide_descriptor=True)
    _input_ports: ClassVar[Any] = [("in_value", "(basic:Variant)")]
    _output_ports: ClassVar[Any] = [("out_value", "(basic:List)")]

    def compute(self) -> None:
        """Raise ModuleError for anything but a tuple or a list."""
        value = self.get_input("in_value")
        if not isinstance(value, (list, tuple)):
            raise ModuleError(self, f"{value!r:.60} is not a tuple")
        self.set_output("out_value", list(value))
