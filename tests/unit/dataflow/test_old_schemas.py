"""Files of older VisTrails read as if they had been written today."""

from __future__ import annotations

from pathlib import Path

import pytest

from vistrails_tej.dataflow.errors import SchemaUnsupported
from vistrails_tej.dataflow.ports import BASIC, PortType, parse_port_type
from vistrails_tej.dataflow.signature import pipeline_signatures

from .histories import action, add, add_module, chain, note, vistrail_of
from .sample_packages import TEJ, tej_registry

OLD = ["0.9.5", "1.0.0", "1.0.1"]
ALL = [*OLD, "1.0.2", "1.0.3", "1.0.4"]


@pytest.mark.parametrize("schema", ALL)
def test_every_known_schema_opens(tmp_path: Path, schema: str) -> None:
    vistrail = vistrail_of(tmp_path, chain(2), schema=schema)
    assert vistrail.schema_version == schema
    assert sorted(vistrail.pipeline(2).modules) == [1, 2]


@pytest.mark.parametrize("schema", ["", "0.3.1", "0.9.2", "1.0.5", "99.99.99", "1.0.4 beta"])
def test_other_schemas_are_refused_by_name(tmp_path: Path, schema: str) -> None:
    with pytest.raises(SchemaUnsupported, match="which is not known"):
        vistrail_of(tmp_path, chain(1), schema=schema)


@pytest.mark.parametrize("schema", OLD)
def test_tags_were_elements_of_their_own(tmp_path: Path, schema: str) -> None:
    vistrail = vistrail_of(tmp_path, chain(2), '<tag id="2" name="final"/>', schema=schema)
    assert vistrail.tags == {"final": 2}


def test_a_tag_of_today_wins_over_an_old_one(tmp_path: Path) -> None:
    parts = (chain(1), '<tag id="1" name="old"/>', note(1, "__tag__", "new"))
    assert vistrail_of(tmp_path, *parts, schema="1.0.2").tags == {"new": 1}


@pytest.mark.parametrize("schema", OLD)
def test_prune_marks_notes_and_upgrades_were_inside_actions(tmp_path: Path, schema: str) -> None:
    notes = (
        '<annotation id="0" key="__notes__" value="good"/>'
        '<annotation id="1" key="__upgrade__" value="2"/>'
        '<annotation id="2" key="__description__" value="Paste"/>'
    )
    vistrail = vistrail_of(
        tmp_path,
        action(1, 0, add_module(0, 1), notes),
        action(2, 1, add_module(1, 2)),
        action(3, 1, add_module(2, 3), attributes='prune="1"'),
        schema=schema,
    )
    assert vistrail.versions[1].notes == "good"
    assert vistrail.versions[1].description == "Paste"
    assert vistrail.upgraded(1) == 2
    assert vistrail.versions[3].pruned
    assert vistrail.latest_version() == 1


def test_a_prune_attribute_means_nothing_today(tmp_path: Path) -> None:
    vistrail = vistrail_of(tmp_path, action(1, 0, attributes='prune="1"'))
    assert not vistrail.versions[1].pruned


@pytest.mark.parametrize("schema", [*OLD, "1.0.2"])
def test_port_specs_were_python_lists(tmp_path: Path, schema: str) -> None:
    spec = (
        '<portSpec id="0" name="pair" type="input" optional="1" sortKey="0"'
        ' sigstring="(org.vistrails.vistrails.basic:Integer,edu.example.p:Thing:deep|er)"'
        " labels=\"['a', 'b']\" defaults=\"['1', None]\"/>"
    )
    vistrail = vistrail_of(
        tmp_path, action(1, 0, add_module(0, 1), add(1, "portSpec", spec, 0, "1")), schema=schema
    )
    (port,) = vistrail.pipeline(1).modules[1].port_specs
    assert [item.type for item in port.items] == [
        PortType(BASIC, "Integer"),
        PortType("edu.example.p", "Thing", "deep|er"),
    ]
    assert [(item.label, item.default) for item in port.items] == [("a", "1"), ("b", None)]
    assert (port.optional, port.depth, port.maximum_connections) == (True, 0, -1)


@pytest.mark.parametrize("texts", ["labels='5'", "labels='[' defaults='open(1)'"])
def test_port_spec_lists_that_cannot_be_read_are_left_out(tmp_path: Path, texts: str) -> None:
    spec = f'<portSpec id="0" name="p" type="output" sigstring="(basic:File)" {texts}/>'
    operations = (add_module(0, 1), add(1, "portSpec", spec, 0, "1"))
    vistrail = vistrail_of(tmp_path, action(1, 0, *operations), schema="1.0.2")
    (port,) = vistrail.pipeline(1).modules[1].output_port_specs
    assert (port.items[0].label, port.defaults) == ("", None)


def test_variables_were_one_python_dictionary(tmp_path: Path) -> None:
    value = "{'host': ('u-1', ('basic', 'String', ''), 'me@server')}"
    note = f'<annotation id="0" key="__vistrail_vars__" value="{value}"/>'
    (variable,) = vistrail_of(tmp_path, note, chain(1), schema="1.0.2").variables.values()
    assert (variable.name, variable.uuid, variable.value) == ("host", "u-1", "me@server")
    assert (variable.package, variable.module, variable.namespace) == ("basic", "String", "")


@pytest.mark.parametrize("value", ["{'host': 5}", "[]", "__import__('os')", "{" * 500])
def test_variables_that_cannot_be_read_are_left_out(tmp_path: Path, value: str) -> None:
    note = f'<annotation id="0" key="__vistrail_vars__" value="{value}"/>'
    assert vistrail_of(tmp_path, note, chain(1), schema="1.0.0").variables == {}


def test_both_spellings_of_parameter_types_are_one_type() -> None:
    old, new = (
        parse_port_type("edu.example.p:Thing:deep|er"),
        parse_port_type("edu.example.p:deep|er|Thing"),
    )
    assert old == new == PortType("edu.example.p", "Thing", "deep|er")
    assert parse_port_type("String") == parse_port_type("basic:String") == PortType(BASIC, "String")


def test_an_old_file_hashes_as_the_same_workflow_of_today(tmp_path: Path) -> None:
    def signatures(schema: str, spec: str) -> dict[int, str]:
        job = f'<module id="1" name="SubmitJob" package="{TEJ}" version="0.2"/>'
        operations = (add(0, "module", job, 1), add(1, "portSpec", spec, 0, "1"))
        vistrail = vistrail_of(tmp_path, action(1, 0, *operations), schema=schema)
        found = pipeline_signatures(vistrail.pipeline(1), tej_registry())
        return {number: one.signature for number, one in found.items()}

    head = '<portSpec id="0" name="in" type="input"'
    item = f'<portSpecItem id="0" pos="0" module="File" package="{BASIC}" namespace=""/>'
    assert signatures("1.0.1", f'{head} sigstring="({BASIC}:File)"/>') == signatures(
        "1.0.4", f"{head}>{item}</portSpec>"
    )
