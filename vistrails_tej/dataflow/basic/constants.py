"""Constants: text in the file, a Python value while running."""

from __future__ import annotations

import numbers
import re
from typing import Any, ClassVar

from ..errors import ParameterInvalid
from ..module import Module, ModuleError, ModuleSettings

_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_HEXADECIMAL = re.compile(r"[+-]?0[xX][0-9a-fA-F]+")
_TRUTH = {"true": True, "false": False}


class Constant(Module):
    """A value that is set, or passed on.

    Subclasses say how their values look as text; the three static methods are what the rest of
    the program reads and checks values of ports with.
    """

    _settings: ClassVar[ModuleSettings] = ModuleSettings(abstract=True)
    _input_ports: ClassVar[Any] = [("value", "(basic:Constant)")]
    _output_ports: ClassVar[Any] = [
        ("value", "(basic:Constant)"),
        ("value_as_string", "(basic:String)"),
    ]

    @staticmethod
    def translate_to_python(text: str) -> Any:
        """The value of a text. Raise ParameterInvalid."""
        raise ParameterInvalid("Constant", text, "the type of the constant is not known")

    @staticmethod
    def translate_to_string(value: Any) -> str:
        """The text of a value, which ``translate_to_python`` reads back."""
        return str(value)

    @staticmethod
    def validate(value: Any) -> bool:
        """Whether a value is of this type."""
        return True

    def compute(self) -> None:
        """Pass the value on, and its text."""
        self.set_value(self.get_input("value"))

    def set_value(self, value: Any) -> None:
        """Set the outputs to a value. Raise ModuleError if it is not of this type."""
        if not self.validate(value):
            raise ModuleError(self, f"{value!r:.60} is not a value of type {type(self).__name__}")
        self.set_output("value", value)
        self.set_output("value_as_string", self.translate_to_string(value))


class Boolean(Constant):
    """True or False."""

    _input_ports: ClassVar[Any] = [("value", "(basic:Boolean)")]
    _output_ports: ClassVar[Any] = [("value", "(basic:Boolean)")]

    @staticmethod
    def translate_to_python(text: str) -> Any:
        """The text is True or False, in any case."""
        try:
            return _TRUTH[text.strip().lower()]
        except KeyError:
            raise ParameterInvalid("Boolean", text, "True or False") from None

    @staticmethod
    def validate(value: Any) -> bool:
        """Whether a value is True or False."""
        return isinstance(value, bool)


class Float(Constant):
    """A number."""

    _input_ports: ClassVar[Any] = [("value", "(basic:Float)")]
    _output_ports: ClassVar[Any] = [("value", "(basic:Float)")]

    @staticmethod
    def translate_to_python(text: str) -> Any:
        """The text is a decimal number, with or without an exponent."""
        try:
            if "_" in text:
                raise ValueError(text)
            return float(text)
        except ValueError:
            raise ParameterInvalid("Float", text, "a number") from None

    @staticmethod
    def translate_to_string(value: Any) -> str:
        """The shortest text that gives the number again."""
        return repr(float(value))

    @staticmethod
    def validate(value: Any) -> bool:
        """Whether a value is a real number."""
        return isinstance(value, numbers.Real)


class Integer(Float):
    """A whole number."""

    _input_ports: ClassVar[Any] = [("value", "(basic:Integer)")]
    _output_ports: ClassVar[Any] = [("value", "(basic:Integer)")]

    @staticmethod
    def translate_to_python(text: str) -> Any:
        """The text is a whole number, decimal or as 0x1f."""
        stripped = text.strip()
        try:
            if _INTEGER.fullmatch(stripped):
                return int(stripped)
        except ValueError as error:  # thousands of digits
            raise ParameterInvalid("Integer", text[:20] + "...", "too long") from error
        if _HEXADECIMAL.fullmatch(stripped):
            return int(stripped, 16)
        raise ParameterInvalid("Integer", text, "a whole number")

    @staticmethod
    def translate_to_string(value: Any) -> str:
        """The number in decimal."""
        return str(int(value))

    @staticmethod
    def validate(value: Any) -> bool:
        """Whether a value is a whole number."""
        return isinstance(value, numbers.Integral)


class String(Constant):
    """A text."""

    _input_ports: ClassVar[Any] = [("value", "(basic:String)")]
    _output_ports: ClassVar[Any] = [
        ("value", "(basic:String)"),
        ("value_as_string", "(basic:String)", {"optional": True}),
    ]

    @staticmethod
    def translate_to_python(text: str) -> Any:
        """The text itself."""
        return text

    @staticmethod
    def validate(value: Any) -> bool:
        """Whether a value is a text."""
        return isinstance(value, str)
