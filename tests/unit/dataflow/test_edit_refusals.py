"""What an editor refuses so that nothing is lost, and what it leaves as it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from vistrails_tej.dataflow import (
    EditRefused,
    Pipeline,
    PipelineModule,
    Vistrail,
    VistrailEditor,
    cut_out,
    edit_vistrail,
    percent_encode,
    read_vistrail,
)
from vistrails_tej.dataflow.storage.bundle import read_bundle
from vistrails_tej.dataflow.storage.xml_document import parse_document
from vistrails_tej.dataflow.subworkflows import with_subworkflows
from vistrails_tej.dataflow.vistrail import TAG
from vistrails_tej.modules.workflow import load_registry

from .histories import DATA


@pytest.fixture
def editor() -> VistrailEditor:
    return edit_vistrail(Vistrail({}), load_registry())


def value_of(editor: VistrailEditor, module_id: int) -> str:
    (setting,) = editor.pipeline.modules[module_id].settings
    return setting.parameters[0].value


def test_notes_of_versions_have_ids_of_their_own_after_a_save(
    editor: VistrailEditor, tmp_path: Path
) -> None:
    path = tmp_path / "a.vt"
    editor.add("String", label="one")
    editor.tag("first")
    editor.save(path)
    editor.add("String", label="two")
    editor.tag("second")
    editor.save(path)
    root = parse_document(read_bundle(path).xml, path)
    tags = ("annotation", "actionAnnotation")
    ids = Counter(one.get("id") for one in root.iter() if one.tag in tags)
    assert len(ids) > 5
    assert set(ids.values()) == {1}


SAYINGS: list[Callable[[VistrailEditor], None]] = [
    lambda editor: editor.tag("final"),
    lambda editor: editor.set_notes("x"),
    lambda editor: editor.prune(),
]


@pytest.mark.parametrize("say", SAYINGS)
def test_nothing_is_said_of_a_version_that_is_still_being_made(
    editor: VistrailEditor, say: Callable[[VistrailEditor], None]
) -> None:
    editor.add("String")
    before = editor.vistrail

    def make_two() -> None:
        with editor.action("Two"):
            editor.add("Integer")
            editor.set_variable("host", "x")
            say(editor)

    with pytest.raises(EditRefused, match="an action is open"):
        make_two()
    assert editor.vistrail is before
    assert len(editor.pipeline.modules) == 1


def test_a_path_is_stored_whole(editor: VistrailEditor) -> None:
    for kind in ("File", "Path", "String"):
        module = editor.add(kind).set("value", Path("/data/x.csv"))
        assert value_of(editor, module.id) == "/data/x.csv"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("Integer", 1.5),
        ("Integer", True),
        ("Float", False),
        ("String", b"x"),
        ("String", None),
        ("String", 5),
        ("Boolean", 1),
        ("List", None),
        ("List", 5),
    ],
)
def test_a_value_of_another_type_is_refused(editor: VistrailEditor, kind: str, value: Any) -> None:
    module = editor.add(kind)
    before = editor.version
    with pytest.raises(EditRefused, match=f"it is no value of type {kind}"):
        module.set("value", value)
    assert editor.version == before


def test_scripts_are_set_as_they_are_to_run(editor: VistrailEditor) -> None:
    script = 'printf "%20d" 5 # 100%'
    for kind in ("SubmitShellJob", "PythonSource"):
        module = editor.add(kind).set_script("source", script)
        assert value_of(editor, module.id) == percent_encode(script)
        for text in (script, "%", "%zz", "%FF"):
            with pytest.raises(EditRefused, match="use set_script"):
                module.set("source", text)
        module.set("source", percent_encode("a b%"))
        module.set("source", "echo plain")


def test_editing_goes_on_from_the_upgrade_of_the_latest_version(tmp_path: Path) -> None:
    editor = edit_vistrail(read_vistrail(DATA / "vt" / "h15_old_pkg_version.vt"), load_registry())
    assert editor.upgrade()
    editor.save(tmp_path / "new.vt")
    again = edit_vistrail(read_vistrail(tmp_path / "new.vt"), load_registry())
    assert (again.version, again.pipeline) == (editor.version, editor.pipeline)


def test_a_tag_that_is_a_number_is_refused(editor: VistrailEditor) -> None:
    editor.add("String")
    with pytest.raises(EditRefused, match="names a version already"):
        editor.tag("1")
    assert not editor.vistrail.tags


def test_an_alias_that_is_taken_is_blank_in_a_copy(editor: VistrailEditor) -> None:
    module = editor.add("Integer").set("value", 5)
    editor.set_alias(module, "value", "count")
    part = cut_out(editor.pipeline, {module.id})
    (copy,) = editor.paste(part).values()
    assert [one.alias for one in copy.module.settings[0].parameters] == [""]
    editor.delete(module)
    (copy,) = editor.paste(part).values()
    assert [one.alias for one in copy.module.settings[0].parameters] == ["count"]


def test_a_subworkflow_is_pasted_only_where_it_is_known(
    editor: VistrailEditor, tmp_path: Path
) -> None:
    source = read_vistrail(DATA / "vt" / "74_job_in_subworkflow.vt")
    part = source.pipeline(source.latest_version())
    assert "abstraction" in {one.kind for one in part.modules.values()}
    with pytest.raises(EditRefused, match="does not have that subworkflow"):
        editor.paste(part)
    assert editor.version == 0
    owner = edit_vistrail(source, load_registry())
    owner.paste(with_subworkflows(part, source.subworkflows))
    assert owner.vistrail.pipeline(owner.version) == owner.pipeline
    owner.save(tmp_path / "new.vt")
    assert b"<workflow" not in read_bundle(tmp_path / "new.vt").xml
    assert read_vistrail(tmp_path / "new.vt").subworkflows.keys() == source.subworkflows.keys()


def test_a_tag_that_is_a_number_does_not_hide_a_version_inside_a_subworkflow(
    editor: VistrailEditor,
) -> None:
    editor.add("String")
    editor.add("Integer")
    inner = editor.vistrail.with_action_annotation(2, TAG, "1")
    module = PipelineModule(
        id=0, package="local.abstractions", name="sub", namespace="u", kind="abstraction"
    )
    outer = Pipeline({0: replace(module, internal_version="1")}, {})
    content = with_subworkflows(outer, {"u": inner}).modules[0].content
    assert content == inner.pipeline(1)
