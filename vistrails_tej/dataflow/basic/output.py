"""Output: values printed, or written to files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from ..module import Module, ModuleError, ModuleSettings, NotCacheable
from ..path_object import PathObject
from .acting import ActsOutside
from .output_files import chosen_path
from .sinks import save_file

_CHUNK = 65536


def print_value(module: Module, value: Any) -> None:
    """Print a value on its own lines; of a file, the content. Raise ModuleError."""
    write = module.interpreter.write_output
    if not isinstance(value, PathObject) or not Path(value.name).is_file():
        write(f"{value}\n")
        return
    last = "\n"
    for chunk in _chunks(module, value):
        write(chunk)
        last = chunk[-1]
    if last != "\n":
        write("\n")


def _chunks(module: Module, path: PathObject) -> Iterator[str]:
    """The content of a file. Raise ModuleError; what becomes of the content is not its concern."""
    try:
        with Path(path.name).open(encoding="utf-8", errors="replace", newline="") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise ModuleError(module, f"{path.name} cannot be read: {error.strerror}") from error


class StandardOutput(NotCacheable, Module):
    """Prints a value; of a file, its content."""

    _input_ports: ClassVar[Any] = [("value", "(basic:Variant)")]

    def compute(self) -> None:
        """Print it."""
        print_value(self, self.get_input("value"))


class OutputModule(NotCacheable, ActsOutside):
    """Base of the modules that end a pipeline with something to see.

    ``mode_type`` is ``stdout`` or ``file``. ``configuration`` says where files go, either by
    itself or below the name of the mode: ``file``, or ``dir``, ``prefix``, ``basename``,
    ``suffix`` and ``series``; ``overwrite`` is on unless it is False.
    """

    _settings: ClassVar[ModuleSettings] = ModuleSettings(abstract=True)
    _input_ports: ClassVar[Any] = [
        ("value", "(basic:Variant)"),
        ("mode_type", "(basic:String)"),
        ("configuration", "(basic:Dictionary)"),
    ]

    def compute(self) -> None:
        """Show the value in the mode that is set. Raise ModuleError for an unknown one."""
        settings = self.force_get_input("configuration", {})
        mode = self.force_get_input("mode_type", "file" if settings else "stdout")
        if mode == "stdout":
            print_value(self, self.shown(self.get_input("value")))
        elif mode == "file":
            mode_settings = settings.get("file")
            self._write(mode_settings if isinstance(mode_settings, dict) else settings)
        else:
            raise ModuleError(self, f"there is no mode {mode!r} here; use stdout or file")

    def shown(self, value: Any) -> Any:
        """What to print of a value."""
        return value

    def _write(self, settings: dict[str, Any]) -> None:
        value = self.get_input("value")
        source = value if isinstance(value, PathObject) else self._as_file(value)
        target = chosen_path(self, settings, Path(source.name).suffix)
        overwrite = bool(settings.get("overwrite", True))
        series = bool(settings.get("series")) and not settings.get("file")
        save_file(self, Path(source.name), target, overwrite=overwrite, series=series)

    def _as_file(self, value: Any) -> PathObject:
        path = self.interpreter.filePool.create_file(suffix=".txt")
        Path(path.name).write_text(f"{value}\n", encoding="utf-8")
        return path


class GenericOutput(OutputModule):
    """Prints any value, or writes its text to a file."""


class FileOutput(OutputModule):
    """Prints the content of a file, or copies it."""

    _input_ports: ClassVar[Any] = [("value", "(basic:File)")]


class ImageOutput(FileOutput):
    """Copies an image; without a screen to show it on, its path is printed."""

    _input_ports: ClassVar[Any] = [("value", "(basic:File)")]

    def shown(self, value: Any) -> Any:
        """The path: an image is nothing to print."""
        return str(value)


class RichTextOutput(FileOutput):
    """Prints the source of a formatted text, or copies it."""

    _input_ports: ClassVar[Any] = [("value", "(basic:File)")]
