"""Parameter explorations of before schema 1.0.3 become objects, as in VisTrails 2.2."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element
from xml.sax.saxutils import quoteattr

import pytest

from vistrails_tej.dataflow import read_vistrail, save_vistrail
from vistrails_tej.dataflow.storage.bundle import read_bundle
from vistrails_tej.dataflow.storage.xml_document import parse_document

from .histories import action, add, add_module, document

FUNCTION = '<function id="7" name="range" pos="0"/>'
PARAMETERS = [f'<parameter id="{8 + pos}" pos="{pos}" type="Float" val="0"/>' for pos in (0, 1)]
LINEAR = '<param id="8" dim="0" interp="Linear Interpolation" min="1" max="2"/>'
LISTED = '<param id="9" dim="1" interp="List" values="[3, 4]"/>'


def exploration(*inside: str, function: str = "7") -> str:
    listed = "".join(inside)
    return (
        '<paramexps><paramexp dims="[2, 2, 1, 1]" layout="{}" date="2012-05-01">'
        f'<function id="{function}" alias="False">{listed}</function></paramexp></paramexps>'
    )


def saved(folder: Path, value: str) -> tuple[list[Element], dict[str, str]]:
    """The explorations of a file of 1.0.2 after it was saved, and the notes on version 1."""
    path = folder / "old.xml"
    made = action(
        1,
        0,
        add_module(0, 5),
        add(1, "function", FUNCTION, 7, "5"),
        *(add(2 + pos, "parameter", one, 8 + pos, "7") for pos, one in enumerate(PARAMETERS)),
    )
    note = f'<actionAnnotation id="0" actionId="1" key="__paramexp__" value={quoteattr(value)}/>'
    path.write_text(document(made, note, schema="1.0.2"), encoding="utf-8")
    notes = save_vistrail(read_vistrail(path), path).action_annotations.get(1, {})
    root = parse_document(read_bundle(path).xml, path)
    return root.findall("parameterExploration"), dict(notes)


def test_an_exploration_names_modules_ports_and_dimensions(tmp_path: Path) -> None:
    (found,), notes = saved(tmp_path, exploration(LINEAR, LISTED))
    assert notes == {}
    facts = {"actionId": "1", "id": "0", "dims": "[2, 2, 1, 1]", "layout": "{}", "name": ""}
    assert dict(found.attrib) == {**facts, "date": "2012-05-01", "user": ""}
    (function,) = found
    assert dict(function.attrib) == {"id": "5", "name": "range", "pos": "0"}
    keys = ("id", "pos", "type", "val")
    assert [[one.get(key) for key in keys] for one in function] == [
        ["0", "0", "Linear Interpolation", "[1, 2]"],
        ["1", "1", "List", "[3, 4]"],
    ]


@pytest.mark.parametrize(
    ("inside", "value"),
    [
        ('interp="RGB Interpolation" min="0,0,0" max="1,1,1"', '["0,0,0", "1,1,1"]'),
        ('interp="User-defined Function" code="def value(i):&#10; pass"', "def value(i):\n pass"),
    ],
)
def test_values_are_kept_whatever_gives_them(tmp_path: Path, inside: str, value: str) -> None:
    (found,), _ = saved(tmp_path, exploration(f'<param id="8" dim="0" {inside}/>'))
    assert found[0][0].get("val") == value


@pytest.mark.parametrize(
    "value",
    [
        "nonsense",
        "",
        '<!DOCTYPE a [<!ENTITY b "c">]><paramexps/>',
        exploration(LINEAR, function="99"),
        exploration('<param id="99" dim="0" interp="List" values="[]"/>'),
        exploration('<param id="8" dim="0" interp="Magic" values="[]"/>'),
        exploration('<param id="8" dim="0" interp="Linear Interpolation" min="0"/>'),
    ],
)
def test_what_cannot_be_read_stays_the_note_that_it_was(tmp_path: Path, value: str) -> None:
    found, notes = saved(tmp_path, value)
    assert found == []
    assert notes == {"__paramexp__": value}
