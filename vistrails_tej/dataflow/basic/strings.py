"""Putting texts together."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ..module import Module, ModuleError


class ConcatenateString(Module):
    """Joins up to four texts."""

    _input_ports: ClassVar[Any] = [(f"str{number}", "(basic:String)") for number in range(1, 5)]
    _output_ports: ClassVar[Any] = [("value", "(basic:String)")]

    def compute(self) -> None:
        """Join those that are there."""
        ports = [f"str{number}" for number in range(1, 5)]
        self.set_output("value", "".join(self.force_get_input(port, "") for port in ports))


class StringFormat(Module):
    """Fills a format such as ``{name} has {0} of {1:.2f}`` from ports that were added.

    The port of a field has its name or number; ``{}`` counts from 0.
    """

    _input_ports: ClassVar[Any] = [("format", "(basic:String)")]
    _output_ports: ClassVar[Any] = [("value", "(basic:String)")]

    def compute(self) -> None:
        """Fill in every field. Raise ModuleError if one has no value, or does not fit."""
        try:
            text = _PortFormatter(self).format(self.get_input("format"))
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise ModuleError(self, f"the format cannot be filled in: {error}") from error
        self.set_output("value", text)


class _PortFormatter(string.Formatter):
    """Takes the value of a field from the port of that name."""

    def __init__(self, module: Module) -> None:
        self._module = module

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        if "._" in field_name:
            raise ValueError(f"{field_name!r} is private")
        return super().get_field(field_name, args, kwargs)

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return self._module.get_input(str(key))
