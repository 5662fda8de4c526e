"""From the texts of a pipeline to values, and which values a port takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, cast

from .errors import ParameterInvalid
from .pipeline import PortSetting
from .ports import PortSpec, PortType, parse_port_type
from .registry import Registry

_LONGEST_SHOWN = 60


class ConstantClass(Protocol):
    """What the class of a constant offers, as static methods."""

    def translate_to_python(self, text: str) -> Any:
        """The value of a text. Raise ValueError."""

    def translate_to_string(self, value: Any) -> str:
        """The text of a value."""

    def validate(self, value: Any) -> bool:
        """Whether a value is of this type."""


class PortValues:
    """Reads constants with the constant classes of the registry."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def setting(self, spec: PortSpec, setting: PortSetting) -> Any:
        """The value of a port that is set; a tuple if the port takes several at once.

        Raise ParameterInvalid if a text is no value of its type.
        """
        parameters = sorted(setting.parameters, key=lambda one: one.position)
        types = [
            self._readable_type(parse_port_type(one.type), spec, position)
            for position, one in enumerate(parameters)
        ]
        return self._together(types, [one.value for one in parameters])

    def default(self, spec: PortSpec) -> Any:
        """The declared default of a port; None when there is none. Raise ParameterInvalid."""
        texts = spec.defaults
        if texts is None:
            return None
        return self._together([item.type for item in spec.items], texts)

    def fit(self, spec: PortSpec, value: Any) -> Any:
        """The value as a port takes it: a single one is made a list where one is asked for.

        Raise ValueError, in one sentence, if the value is not of the port's type.
        """
        return self._fit(spec, value, spec.depth)

    def _fit(self, spec: PortSpec, value: Any, depth: int) -> Any:
        if depth:
            elements = value if isinstance(value, (list, tuple)) else [value]
            return [self._fit(spec, element, depth - 1) for element in elements]
        if len(spec.items) == 1:
            self._check(spec.items[0].type, value)
        elif spec.items:
            self._check_together(spec, value)
        return value

    def _check_together(self, spec: PortSpec, value: Any) -> None:
        if not isinstance(value, (list, tuple)) or len(value) != len(spec.items):
            raise ValueError(f"{_shown(value)} is not a tuple of {len(spec.items)} values")
        for item, element in zip(spec.items, value, strict=True):
            self._check(item.type, element)

    def _constant(self, port_type: PortType) -> ConstantClass | None:
        return cast("ConstantClass | None", self._registry.constant_class(port_type))

    def _check(self, port_type: PortType, value: Any) -> None:
        constant = self._constant(port_type)
        if constant is not None and not constant.validate(value):
            raise ValueError(f"{_shown(value)} is not a value of type {port_type.name}")

    def _readable_type(self, stored: PortType, spec: PortSpec, position: int) -> PortType:
        """The type to read a text with: the stored one says more where a port takes anything."""
        if self._constant(stored) is None and position < len(spec.items):
            return spec.items[position].type
        return stored

    def _together(self, types: Sequence[PortType], texts: Sequence[str]) -> Any:
        values = [self._read(*pair) for pair in zip(types, texts, strict=True)]
        return values[0] if len(values) == 1 else tuple(values)

    def _read(self, port_type: PortType, text: str) -> Any:
        constant = self._constant(port_type)
        if constant is None:
            raise ParameterInvalid(port_type.name, text, "this type has no constants")
        return constant.translate_to_python(text)


def _shown(value: object) -> str:
    """A value for a message, cut when it is long."""
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "..."
