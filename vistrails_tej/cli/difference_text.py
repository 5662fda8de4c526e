"""Differences between two job ids as sentences."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from ..dataflow import Difference, FactKind

# Where VisTrails' modules keep a script, percent-encoded.
_ENCODED_PORT = "source"
# Longer values are cut around the first character that is not the same.
_WIDTH = 60
_BEFORE = 20


def describe_difference(difference: Difference) -> str:
    """One plain sentence without a full stop; "here" is the first of the two."""
    where = difference.label
    if difference.subject:
        where = f"{where}.{difference.subject}"
    if difference.kind is None:
        return f"{where} is not the same, in a way that cannot be told; compare the two by eye"
    here, there = difference.here, difference.there
    if difference.kind is FactKind.PARAMETER:
        is_encoded = difference.subject.rpartition(".")[2] == _ENCODED_PORT
        here, there = _cut(here, there, is_encoded=is_encoded)
    return _SENTENCES[difference.kind](where, here, there)


def _module(where: str, here: str | None, there: str | None) -> str:
    if here is None or there is None:
        return f"{where} is there only {'there' if here is None else 'here'}"
    return f"{where} is {here} here, {there} there"


def _value(where: str, here: str | None, there: str | None) -> str:
    if here is None:
        return f"{where} is not set here, and {there} there"
    return f"{where} is {here} here, {there if there is not None else 'not set'} there"


def _type(where: str, here: str | None, there: str | None) -> str:
    return f"{where} is stored with the type {here} here, {there} there"


def _version(where: str, here: str | None, there: str | None) -> str:
    return f"{where} is of package version {here or 'none'} here, {there or 'none'} there"


def _internal(where: str, here: str | None, there: str | None) -> str:
    return f"{where} is version {here or 'none'} of its subworkflow here, {there or 'none'} there"


def _port(where: str, here: str | None, there: str | None) -> str:
    if here is None or there is None:
        side = "there" if here is None else "here"
        return f"{where} is a port that was added only {side} ({here or there})"
    return f"{where} is an added port: {here} here, {there} there"


def _connection(where: str, here: str | None, there: str | None) -> str:
    return f"{where} is fed by {here or 'nothing'} here, by {there or 'nothing'} there"


_SENTENCES: dict[FactKind, Callable[[str, str | None, str | None], str]] = {
    FactKind.MODULE: _module,
    FactKind.PACKAGE_VERSION: _version,
    FactKind.INTERNAL_VERSION: _internal,
    FactKind.PARAMETER: _value,
    FactKind.PARAMETER_TYPE: _type,
    FactKind.CONTROL_PARAMETER: _value,
    FactKind.PORT: _port,
    FactKind.CONNECTION: _connection,
}


def _cut(here: str | None, there: str | None, *, is_encoded: bool) -> tuple[str | None, str | None]:
    """Both values short enough to read, with the place where they begin to differ."""
    if is_encoded:
        here, there = (one if one is None else unquote(one) for one in (here, there))
    start = 0
    if here is not None and there is not None:
        while start < min(len(here), len(there)) and here[start] == there[start]:
            start += 1
    return _around(here, start), _around(there, start)


def _around(value: str | None, place: int) -> str | None:
    if value is None:
        return None
    text = value.replace("\n", "\\n")
    if len(text) <= _WIDTH:
        return text
    start = max(0, place - _BEFORE)
    end = start + _WIDTH
    return f"{'...' if start else ''}{text[start:end]}{'...' if end < len(text) else ''}"
