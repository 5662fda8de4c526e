"""Color: three numbers from 0 to 1."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import Any, ClassVar

from ..errors import ParameterInvalid
from .constants import Constant


@dataclass(frozen=True, slots=True)
class ColorValue:
    """A colour by its parts, each from 0 to 1."""

    red: float
    green: float
    blue: float

    @property
    def tuple(self) -> tuple[float, float, float]:
        """The parts; the name is that of VisTrails."""
        return (self.red, self.green, self.blue)


class Color(Constant):
    """A colour, written as ``0.5,1.0,0.25``."""

    _input_ports: ClassVar[Any] = [("value", "(basic:Color)")]
    _output_ports: ClassVar[Any] = [("value", "(basic:Color)")]

    @staticmethod
    def translate_to_python(text: str) -> Any:
        """The text is red, green and blue with commas between."""
        try:
            red, green, blue = (float(part) for part in text.split(","))
        except ValueError:
            raise ParameterInvalid("Color", text, "red,green,blue") from None
        if not all(0.0 <= part <= 1.0 for part in (red, green, blue)):
            raise ParameterInvalid("Color", text, "each part is between 0 and 1")
        return ColorValue(red, green, blue)

    @staticmethod
    def translate_to_string(value: Any) -> str:
        """Red, green and blue with commas between."""
        return ",".join(repr(part) for part in astuple(value))

    @staticmethod
    def validate(value: Any) -> bool:
        """Whether a value is a colour."""
        return isinstance(value, ColorValue)
