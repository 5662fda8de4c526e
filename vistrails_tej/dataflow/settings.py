"""Set a port of a module to constants, by the rule of VisTrails' editor about defaults."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from urllib.parse import quote, unquote

from .errors import EditRefused
from .pipeline import Parameter, PipelineModule, PortSetting
from .ports import PortSpec

# VisTrails gives every parameter this name, and it counts in the signature.
PARAMETER_NAME = "<no description>"
_ENCODED = re.compile(r"(?:[A-Za-z0-9_.~/-]|%[0-9A-Fa-f]{2})*")


def percent_encode(text: str) -> str:
    """A script as the ports ``source`` take it: quoted as VisTrails' editors do, in Python 2.

    Only letters, digits and ``_.-/`` stay; the tilde does not. The signature covers the result.
    """
    return quote(text, safe="/").replace("~", "%7E")


def is_percent_encoded(text: str) -> bool:
    """Whether a text for a port ``source`` is decoded without loss: every % in it is a code."""
    if "%" not in text:
        return True
    if _ENCODED.fullmatch(text) is None:
        return False
    try:
        unquote(text, errors="strict")
    except UnicodeDecodeError:
        return False
    return True


def with_alias_name(
    module: PipelineModule, port: str, position: int, alias: str, next_id: Callable[[str], int]
) -> PipelineModule:
    """The module with one of its constants under another name, for setting it from outside.

    Raise EditRefused if that constant is not set.
    """
    settings = list(module.settings)
    for place, setting in enumerate(settings):
        if setting.port == port and position < len(setting.parameters):
            parameters = list(setting.parameters)
            old = parameters[position]
            if old.alias == alias:
                return module
            parameters[position] = replace(old, id=next_id("parameter"), alias=alias)
            settings[place] = replace(setting, parameters=tuple(parameters))
            return replace(module, settings=tuple(settings))
    raise EditRefused(f"{module.label}.{port}", "nothing is set there; set it first")


def with_values(
    module: PipelineModule, spec: PortSpec, values: Sequence[str], next_id: Callable[[str], int]
) -> PipelineModule:
    """The module with a port set to texts, one for each item of the port.

    Values equal to the declared defaults add no setting, but change one that is there: the
    signature tells the two apart. Whatever else was set on the port is gone. ``next_id`` gives
    fresh ids of the kinds ``function`` and ``parameter``.
    """
    existing = [setting for setting in module.settings if setting.port == spec.name]
    if not existing:
        if tuple(values) == spec.defaults:
            return module
        added = _new_setting(module, spec, values, next_id)
        return replace(module, settings=(*module.settings, added))
    settings = tuple(
        _changed(setting, spec, values, next_id) if setting is existing[0] else setting
        for setting in module.settings
        if setting is existing[0] or setting.port != spec.name
    )
    return replace(module, settings=settings)


def without_values(module: PipelineModule, port: str) -> PipelineModule:
    """The module with nothing set on a port."""
    left = tuple(setting for setting in module.settings if setting.port != port)
    return replace(module, settings=left)


def _changed(
    setting: PortSetting, spec: PortSpec, values: Sequence[str], next_id: Callable[[str], int]
) -> PortSetting:
    """The setting with other values; the types and names of its parameters stay: they count too."""
    if len(setting.parameters) != len(values):
        parameters = _parameters(spec, values, next_id)
        return replace(setting, id=next_id("function"), parameters=parameters)
    return replace(
        setting,
        parameters=tuple(
            one if one.value == value else replace(one, id=next_id("parameter"), value=value)
            for one, value in zip(setting.parameters, values, strict=True)
        ),
    )


def _new_setting(
    module: PipelineModule, spec: PortSpec, values: Sequence[str], next_id: Callable[[str], int]
) -> PortSetting:
    return PortSetting(
        id=next_id("function"),
        position=max((setting.position for setting in module.settings), default=-1) + 1,
        port=spec.name,
        parameters=_parameters(spec, values, next_id),
    )


def _parameters(
    spec: PortSpec, values: Sequence[str], next_id: Callable[[str], int]
) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(next_id("parameter"), position, PARAMETER_NAME, str(item.type), value)
        for position, (item, value) in enumerate(zip(spec.items, values, strict=True))
    )
