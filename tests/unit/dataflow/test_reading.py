"""Vistrails of every kind open, and every version of them can be replayed."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from vistrails_tej.dataflow.errors import NotAVistrail, VistrailNotFound
from vistrails_tej.dataflow.pipeline import Pipeline
from vistrails_tej.dataflow.ports import BASIC, Direction
from vistrails_tej.dataflow.storage import open_vistrail, read_vistrail

from .histories import DATA, VISTRAILS, action, add, chain, document, module, write_archive


def latest(path: Path) -> Pipeline:
    vistrail = read_vistrail(path)
    return vistrail.pipeline(vistrail.latest_version())


@pytest.mark.parametrize("path", VISTRAILS, ids=lambda path: path.name)
def test_every_version_of_every_file_is_replayed(path: Path) -> None:
    vistrail = read_vistrail(path)
    assert vistrail.versions
    assert vistrail.tags
    for version in vistrail.versions:
        assert vistrail.pipeline(version).order() is not None
    assert vistrail.pipeline(vistrail.latest_version()).modules


def test_the_real_primes_workflow_is_read_as_it_was_drawn() -> None:
    pipeline = latest(DATA / "vt" / "B_done.vt")
    labels = sorted(one.label for one in pipeline.modules.values())
    assert "Target number" in labels
    assert len(pipeline.connections) == 8
    target = next(one for one in pipeline.modules.values() if one.label == "Target number")
    assert target.settings[0].parameters[0].value == "19499353009569584981"
    assert target.location == (123.704789147, 267.450615959)
    submit = next(one for one in pipeline.modules.values() if one.name == "SubmitJob")
    assert [spec.name for spec in submit.input_port_specs] == ["findprimes.py", "input"]


def test_ports_the_user_added_come_in_their_order() -> None:
    ports = latest(DATA / "vt" / "53_pythonsource_ports.vt").modules[0].port_specs
    assert [(one.name, one.depth) for one in ports] == [
        ("i", 0),
        ("o", 0),
        ("pair", 0),
        ("deep", 2),
    ]
    assert ports[1].direction is Direction.OUTPUT
    assert ports[2].type_text == f"({BASIC}:Integer,{BASIC}:String)"
    by_id = latest(DATA / "vt" / "h19_portspecs.vt").modules[0].input_port_specs
    assert [one.name for one in by_id] == ["b", "a"]


def test_values_keep_their_line_breaks_and_blanks() -> None:
    referenced = latest(DATA / "vt" / "h04_tab_cr_charref.vt").modules[1].settings[0]
    assert referenced.parameters[0].value == "a\tb\nc\rd \"<&>'"


def test_a_group_holds_its_pipeline() -> None:
    group = latest(DATA / "vt" / "70_group.vt").modules[7]
    assert group.kind == "group"
    assert group.content is not None
    names = sorted(one.name for one in group.content.modules.values())
    assert names == ["OutputPort", "String", "WriteFile"]
    assert group.content.connections[1].source.port == "value"
    assert group.content.modules[1].settings[0].parameters[0].value.startswith("#!/bin/sh")


def test_groups_may_nest_and_modules_may_come_finished(tmp_path: Path) -> None:
    finished = (
        f'<module id="1" name="String" package="{BASIC}" version="2.1.1"><location x="1" y="-2"/>'
        '<function id="0" name="value" pos="0"><parameter id="0" pos="0" val="x" type="String"/>'
        "</function></module>"
    )
    for _ in range(3):
        finished = (
            f'<group id="1" name="Group" package="{BASIC}"><workflow>{finished}</workflow></group>'
        )
    path = tmp_path / "nested.xml"
    path.write_text(document(action(1, 0, add(0, "group", finished, 1))))
    module = latest(path).modules[1]
    for _ in range(3):
        assert module.content is not None
        module = module.content.modules[1]
    assert module.location == (1.0, -2.0)
    assert module.settings[0].parameters[0].value == "x"


def test_a_subworkflow_keeps_its_uuid_and_version() -> None:
    subworkflow = latest(DATA / "vt" / "74_job_in_subworkflow.vt").modules[3]
    assert subworkflow.kind == "abstraction"
    assert subworkflow.internal_version == "1"
    assert subworkflow.namespace == "0d91e524-e664-11f1-986b-02fc00000001"


def test_what_is_missing_or_unknown_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "odd.xml"
    odd = '<plugin_data id="0">x</plugin_data>'
    operations = add(0, "module", module(0, "String")) + add(1, "plugin_data", odd)
    path.write_text(
        document("<strange><thing/></strange>", f'<action id="1">{operations}</action>')
    )
    vistrail = read_vistrail(path)
    assert vistrail.versions[1].parent == 0
    assert (vistrail.versions[1].date, vistrail.versions[1].session) == ("", None)
    assert vistrail.pipeline(1).modules[0].location is None


def test_a_variable_and_annotations_of_the_vistrail_are_read() -> None:
    variables = read_vistrail(DATA / "vt" / "60_vistrail_variable.vt").variables
    (variable,) = variables.values()
    assert (variable.name, variable.value, variable.module) == ("host", "user@server", "String")
    assert '"exitcode": 0' in read_vistrail(DATA / "vt" / "B_done.vt").annotations["__jobs__"]


# --- links


def write_link(folder: Path, **attributes: str) -> Path:
    path = folder / "link.vtl"
    path.write_text("<vtlink " + " ".join(f'{k}="{v}"' for k, v in attributes.items()) + "/>")
    return path


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return write_archive(tmp_path / "real.vt", {"vistrail": document(chain(3))})


def test_a_link_leads_to_the_file_beside_it(tmp_path: Path, target: Path) -> None:
    opened = open_vistrail(write_link(tmp_path, filename="real.vt", version="2"))
    assert opened.path == target
    assert opened.version == "2"
    assert len(opened.vistrail.versions) == 3


def test_a_tag_of_a_link_wins_over_its_version(tmp_path: Path, target: Path) -> None:
    assert (
        open_vistrail(write_link(tmp_path, filename="real.vt", version="2", tag="w")).version == "w"
    )
    assert open_vistrail(write_link(tmp_path, filename=str(target), version=" ")).version is None


def test_a_link_may_carry_the_file_and_opening_writes_nothing(tmp_path: Path, target: Path) -> None:
    content = base64.b64encode(target.read_bytes()).decode()
    path = write_link(tmp_path, filename="../../packed.vt", vtcontent=content, version="1")
    opened = open_vistrail(path)
    assert len(opened.vistrail.versions) == 3
    assert opened.path == path
    assert sorted(one.name for one in tmp_path.iterdir()) == ["link.vtl", "real.vt"]


def test_a_file_unpacked_before_counts_more_than_the_link(tmp_path: Path, target: Path) -> None:
    content = base64.b64encode(b"<vistrail version='1.0.4'/>").decode()
    opened = open_vistrail(write_link(tmp_path, filename="real.vt", vtcontent=content))
    assert opened.path == target
    assert len(opened.vistrail.versions) == 3


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({"host": "db.example.org", "vtid": "3"}, "database"),
        ({"filename": "@examples/terminator.vt"}, "VisTrails installation"),
        ({"filename": "link.vtl"}, "'vtlink', not a vistrail"),
        ({"vtcontent": "%%%"}, "damaged"),
        ({"filename": "a&#0;b"}, "damaged"),
    ],
)
def test_a_link_that_leads_nowhere_says_so(
    tmp_path: Path, attributes: dict[str, str], reason: str
) -> None:
    with pytest.raises(NotAVistrail, match=reason):
        open_vistrail(write_link(tmp_path, **attributes))


def test_a_link_to_a_file_that_is_gone_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(VistrailNotFound, match=r"gone\.vt"):
        open_vistrail(write_link(tmp_path, filename="gone.vt"))
