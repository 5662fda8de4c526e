"""Unpickle: a Python object from its pickled text."""

from __future__ import annotations

import pickle
from typing import Any, ClassVar

from ..module import ModuleError, ModuleSettings
from .acting import ActsOutside


class Unpickle(ActsOutside):
    """Restores a pickled object. Since that may run any code, the user has to trust the file."""

    _settings: ClassVar[ModuleSettings] = ModuleSettings(hide_descriptor=True)
    _input_ports: ClassVar[Any] = [("input", "(basic:String)")]
    _output_ports: ClassVar[Any] = [("result", "(basic:Variant)")]

    def compute(self) -> None:
        """Raise ModuleError if the data is not trusted, or is not a pickle."""
        text: str = self.get_input("input")
        self.ask_to_run(text)
        try:
            result = pickle.loads(text.encode("latin-1"))  # noqa: S301 - the user agreed
        except Exception as error:
            raise ModuleError(self, f"the pickled data cannot be restored: {error}") from error
        self.set_output("result", result)
