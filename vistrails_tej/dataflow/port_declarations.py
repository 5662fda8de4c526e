"""From what a module class declares (``_input_ports``, ``_output_ports``) to port specs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .literals import parse_list
from .ports import BASIC, Direction, PortItem, PortSpec, PortType, parse_port_type

Resolve = Callable[[object], PortType]
"""From a class or the text of one type to the type. Raises ValueError."""

_ATTRIBUTES = {Direction.INPUT: "_input_ports", Direction.OUTPUT: "_output_ports"}


def declared_ports(
    module_class: type, direction: Direction, resolve: Resolve
) -> dict[str, PortSpec]:
    """The ports a class and its bases declare, base first; a subclass may redeclare one.

    Every module has the output ``self``, declared or not. Raise ValueError, naming the port.
    """
    specs: dict[str, PortSpec] = {}
    if direction is Direction.OUTPUT:
        itself = PortItem(PortType(BASIC, "Module"))
        specs["self"] = PortSpec(direction, "self", (itself,), optional=True)
    for ancestor in reversed(module_class.__mro__):
        declarations = vars(ancestor).get(_ATTRIBUTES[direction], ())
        for declaration in declarations:
            spec = _port_spec(declaration, direction, resolve)
            specs[spec.name] = spec
    return specs


def type_names(text: str) -> list[str]:
    """The texts of the single types of a signature text such as ``(basic:File,basic:String)``."""
    inner = text.strip().removeprefix("(").removesuffix(")")
    return [part.strip() for part in inner.split(",") if part.strip()]


def named_type(text: str, package: str, names: Iterable[str]) -> PortType:
    """The type of a text; a bare name is one of ``names`` in the package itself, else basic."""
    text = text.strip()
    if ":" not in text and text in names:
        return PortType(package, text)
    return parse_port_type(text)


def _port_spec(declaration: Any, direction: Direction, resolve: Resolve) -> PortSpec:
    name, signature, options = _unpack(declaration)
    try:
        types = [resolve(entry) for entry in _type_entries(signature)]
        items = _items(types, options)
        return PortSpec(
            direction=direction,
            name=name,
            items=items,
            optional=bool(options.get("optional", False)),
            depth=int(options.get("depth", 0)),
            minimum_connections=int(options.get("min_conns", 0)),
            maximum_connections=int(options.get("max_conns", -1)),
        )
    except (TypeError, ValueError) as error:
        raise ValueError(f"its port {name!r} is not declared well: {error}") from error


def _unpack(declaration: Any) -> tuple[str, object, Mapping[str, Any]]:
    """Name, signature and options of an IPort, an OPort or a tuple."""
    if isinstance(declaration, list | tuple):
        if not 2 <= len(declaration) <= 3 or not isinstance(declaration[0], str):
            raise ValueError(f"{declaration!r} is not a port: (name, signature, options)")
        options = declaration[2] if len(declaration) == 3 else {}
        if not isinstance(options, Mapping):
            # The oldest form: the third value says whether the port is optional.
            options = {"optional": bool(options)}
        return declaration[0], declaration[1], options
    name = getattr(declaration, "name", None)
    if not isinstance(name, str):
        raise ValueError(  # noqa: TRY004 - one kind of error for a wrong declaration
            f"{declaration!r} is not a port: (name, signature, options)"
        )
    return name, declaration.signature, getattr(declaration, "options", {})


def _type_entries(signature: object) -> list[object]:
    """One class or type text for each item of a port."""
    if isinstance(signature, str):
        return list(type_names(signature))
    if isinstance(signature, list | tuple):
        return [entry for part in signature for entry in _type_entries(part)]
    return [signature]


def _items(types: list[PortType], options: Mapping[str, Any]) -> tuple[PortItem, ...]:
    count = len(types)
    labels = _texts(options.get("labels"), count)
    defaults = _texts(options.get("defaults"), count)
    values = _list(options.get("values"), count)
    entry_types = _texts(options.get("entry_types", options.get("entry_type")), count)
    return tuple(
        PortItem(
            type=one,
            label=labels[index] or "",
            default=defaults[index],
            values=tuple(str(value) for value in _as_list(values[index])),
            entry_type=entry_types[index] or "",
        )
        for index, one in enumerate(types)
    )


def _texts(option: object, count: int) -> list[str | None]:
    return [None if value is None else str(value) for value in _list(option, count)]


def _list(option: object, count: int) -> list[object]:
    """An option as one value for each item; None where nothing is given."""
    if isinstance(option, str) and not option.lstrip().startswith(("[", "(")):
        option = [option]
    given = _as_list(option)
    if len(given) > count:
        raise ValueError(f"{option!r} has more values than the port has items")
    return given + [None] * (count - len(given))


def _as_list(option: object) -> list[object]:
    if option is None:
        return []
    return parse_list(option) if isinstance(option, str) else list(option)  # type: ignore[call-overload]
