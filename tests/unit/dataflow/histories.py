"""Vistrails written by hand: XML for tests, with every attribute that a test does not care for."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

from vistrails_tej.dataflow.ports import BASIC
from vistrails_tej.dataflow.storage import read_vistrail
from vistrails_tej.dataflow.vistrail import Vistrail

DATA = Path(__file__).resolve().parent.parent.parent / "data"
VISTRAILS = sorted((DATA / "vt").iterdir())


def document(*parts: str, schema: str = "1.0.4") -> str:
    return f'<vistrail id="" name="" version="{schema}">{"".join(parts)}</vistrail>'


def action(number: int, parent: int, *operations: str, attributes: str = "") -> str:
    inside = "".join(operations)
    return f'<action id="{number}" prevId="{parent}" {attributes}>{inside}</action>'


def add(number: int, what: str, content: str, object_id: int = 0, parent: str = "") -> str:
    return (
        f'<add id="{number}" what="{what}" objectId="{object_id}" parentObjId="{parent}"'
        f' parentObjType="">{content}</add>'
    )


def delete(number: int, what: str, object_id: int) -> str:
    return f'<delete id="{number}" what="{what}" objectId="{object_id}"/>'


def module(object_id: int, name: str, package: str = BASIC, version: str = "2.1.1") -> str:
    return f'<module id="{object_id}" name="{name}" package="{package}" version="{version}"/>'


def add_module(number: int, object_id: int, name: str = "String") -> str:
    return add(number, "module", module(object_id, name), object_id)


def note(action_id: int, key: str, value: str) -> str:
    return f'<actionAnnotation id="0" actionId="{action_id}" key="{key}" value="{value}"/>'


def chain(count: int) -> str:
    """Actions 1 to ``count``, each adding the String of its number."""
    return "".join(action(one, one - 1, add_module(one, one)) for one in range(1, count + 1))


def vistrail_of(folder: Path, *parts: str, schema: str = "1.0.4") -> Vistrail:
    path = folder / "history.xml"
    path.write_text(document(*parts, schema=schema), encoding="utf-8")
    return read_vistrail(path)


def write_archive(path: Path, members: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path
