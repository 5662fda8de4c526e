"""Edits by name: what each of them does, and what it refuses."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from vistrails_tej.dataflow import (
    EditRefused,
    ModuleHandle,
    ModuleNotFound,
    Pipeline,
    PortNotFound,
    Vistrail,
    VistrailEditor,
    cut_out,
    edit_vistrail,
    percent_encode,
    pipeline_signatures,
    prepare_pipeline,
    read_vistrail,
)
from vistrails_tej.dataflow.errors import VersionNotFound
from vistrails_tej.modules.workflow import load_registry

from .histories import DATA, action, add, module, vistrail_of

MOMENT = datetime(2026, 11, 22, 12, 0, 0)


@pytest.fixture
def editor() -> VistrailEditor:
    return VistrailEditor(Vistrail({}), load_registry(), user="Zoë", clock=lambda: MOMENT)


def stored(editor: VistrailEditor) -> list[tuple[str, str, int, int]]:
    """The operations of the current version: tag, what, the object, its parent."""
    operations = editor.vistrail.actions[editor.version].operations
    return [
        (one.kind.value, one.what, max(one.object_id, one.old_id), one.parent_id)
        for one in operations
    ]


# --- versions


def test_every_edit_is_a_version_of_its_own(editor: VistrailEditor) -> None:
    text = editor.add("String", at=(1, 2), label="mine")
    text.set("value", "x")
    one, two = editor.vistrail.versions.values()
    assert (one.id, one.parent, one.description) == (1, 0, "Added module")
    assert (two.id, two.parent, two.description) == (2, 1, "Set parameter")
    assert (two.date, two.user, two.session) == ("2026-11-22 12:00:00", "Zo?", 0)
    assert text.module.label == "mine"


def test_edits_together_are_one_version_or_none(editor: VistrailEditor) -> None:
    with editor.action("Two texts"):
        editor.add("String")
        editor.add("String")
    assert editor.vistrail.versions[1].description == "Two texts"
    with pytest.raises(EditRefused, match="no such module"), editor.action("Gone"):
        editor.delete(editor.add("String"), ModuleHandle(editor, 77))
    assert (editor.version, len(editor.pipeline.modules)) == (1, 2)
    with pytest.raises(EditRefused, match="an action is open"), editor.action("Moves"):
        editor.undo()


def test_an_edit_that_changes_nothing_makes_no_version(editor: VistrailEditor) -> None:
    text = editor.add("String", at=(1, 2)).set("value", "x")
    editor.switch(text, "while", "5")
    version = editor.version
    text.set("value", "x").unset("value_as_string")
    editor.move({text: (1.0, 2.0)})
    editor.set_label(text, "")
    editor.switch(text, "while", "5")
    assert editor.version == version


def test_undo_and_redo_move_in_the_tree(editor: VistrailEditor) -> None:
    for _ in range(3):
        editor.add("String")
    assert [editor.undo() for _ in range(4)] == [True, True, True, False]
    assert [editor.redo() for _ in range(4)] == [True, True, True, False]
    editor.go_to(1)
    assert not editor.redo()
    editor.undo()
    editor.add("Integer")
    assert not editor.redo()
    assert editor.vistrail.children(0) == [1, 4]
    with pytest.raises(VersionNotFound):
        editor.go_to("nowhere")


def test_a_tag_names_one_version(editor: VistrailEditor) -> None:
    editor.add("String")
    editor.tag(" first ")
    editor.tag("first")
    editor.add("String")
    with pytest.raises(EditRefused, match="version 1 has it"):
        editor.tag("first")
    editor.tag("", "first")
    editor.tag("first")
    assert editor.vistrail.tags == {"first": 2}
    editor.undo()
    editor.undo()
    with pytest.raises(VersionNotFound):
        editor.tag("the beginning")


def test_pruned_versions_are_hidden_not_lost(editor: VistrailEditor) -> None:
    editor.add("String")
    editor.add("String")
    editor.prune()
    editor.set_notes("<p>why</p>")
    assert editor.vistrail.latest_version() == 1
    assert editor.vistrail.versions[2].notes == "<p>why</p>"
    editor.prune(2, pruned=False)
    assert editor.vistrail.latest_version() == 2


# --- operations


def test_operations_come_in_the_order_that_legacy_replays(editor: VistrailEditor) -> None:
    first = editor.add("String", label="x")
    added = [("add", "module", 0, -1), ("add", "location", 0, 0), ("add", "annotation", 0, 0)]
    assert stored(editor) == added
    second = editor.add("ConcatenateString").set("str1", "a")
    assert stored(editor) == [("add", "function", 0, 1), ("add", "parameter", 0, 0)]
    second.set("str1", "b")
    assert stored(editor) == [("change", "parameter", 1, 0)]
    editor.connect(first["value"], second["str2"])
    joined = [("add", "connection", 0, -1), ("add", "port", 0, 0), ("add", "port", 1, 0)]
    assert stored(editor) == joined
    editor.delete(second)
    assert stored(editor) == [
        *(("delete", "port", 0, 0), ("delete", "port", 1, 0), ("delete", "connection", 0, -1)),
        *(
            ("delete", "location", 1, 1),
            ("delete", "parameter", 1, 0),
            ("delete", "function", 0, 1),
        ),
        ("delete", "module", 1, -1),
    ]


def test_a_group_is_deleted_as_a_group() -> None:
    vistrail = read_vistrail(DATA / "vt" / "70_group.vt")
    editor = edit_vistrail(vistrail, load_registry())
    (group,) = (one.id for one in editor.pipeline.modules.values() if one.kind == "group")
    editor.delete(editor.module(group))
    assert ("delete", "group", group, -1) in stored(editor)
    assert group not in editor.vistrail.pipeline(editor.version).modules


def test_files_with_finished_objects_inside_others_can_be_edited(tmp_path: Path) -> None:
    """Parts without an operation of their own cannot be deleted: the module is stored anew."""
    inside = (
        '<module id="3" name="String" package="org.vistrails.vistrails.basic" version="2.1.1">'
        '<location id="0" x="1" y="2"/><function id="4" name="value" pos="0"><parameter id="9"'
        ' name="&lt;no description&gt;" pos="0" val="x" type="basic:String"/></function></module>'
    )
    odd = '<plugin_data id="1" data="d"/>'
    operations = (
        *(add(0, "module", inside, 3), add(1, "module", module(5, "WriteFile"), 5)),
        *(
            add(2, "plugin_data", odd, 1, "3"),
            add(
                3,
                "connection",
                '<connection id="0">'
                '<port id="0" type="source" moduleId="3" name="value"/>'
                '<port id="1" type="destination" moduleId="5" name="in_value"/></connection>',
                0,
            ),
        ),
    )
    editor = edit_vistrail(vistrail_of(tmp_path, action(1, 0, *operations)), load_registry())
    text = editor.find("String").set("value", "y")
    assert text.id == 3
    for step in (
        lambda: editor.move({text: (5, 5)}),
        lambda: text.set("value", "z"),
        lambda: editor.delete(editor.find("WriteFile")),
        lambda: editor.delete(text),
    ):
        assert editor.vistrail.pipeline(editor.version) == editor.pipeline
        step()
    assert editor.vistrail.surviving(editor.version) == []
    editor.go_to(1)
    editor.delete(editor.find("String"))
    assert [one.what for one in editor.vistrail.surviving(editor.version)] == ["module"]


# --- modules


def test_a_module_is_found_by_name_label_or_id(editor: VistrailEditor) -> None:
    first = editor.add("String", package="edu.utah.sci.vistrails.basic", label="a text")
    assert editor.find("a text") == editor.module(0) == first
    editor.add("Integer")
    editor.add("Integer")
    for label, count in (("Integer", 2), ("nothing", 0)):
        with pytest.raises(EditRefused, match=f"{count} modules are called so"):
            editor.find(label)
    editor.delete(first)
    with pytest.raises(EditRefused, match="no such module in this version"):
        first.set("value", "x")


def test_what_cannot_be_added_is_refused(editor: VistrailEditor) -> None:
    with pytest.raises(EditRefused, match="no loaded package"):
        editor.add("Nonsense")
    with pytest.raises(ModuleNotFound):
        editor.add("Queue", package="org.vistrails.vistrails.basic")
    with pytest.raises(EditRefused, match="abstract"):
        editor.add("Constant")


def test_many_modules_move_at_once(editor: VistrailEditor) -> None:
    modules = [editor.add("String", at=(number, 0)) for number in range(3)]
    editor.move({one: (one.id, 7) for one in modules})
    assert editor.version == 4
    assert [one.module.location for one in modules] == [(0, 7), (1, 7), (2, 7)]


def test_a_paste_is_a_copy_with_what_lies_between(editor: VistrailEditor) -> None:
    first, second = editor.add("String", at=(1, 1)).set("value", "x"), editor.add("WriteFile")
    third = editor.add("StandardOutput")
    editor.connect(first["value"], second["in_value"])
    editor.connect(second["out_value"], third["value"])
    copies = editor.paste(cut_out(editor.pipeline, [first.id, second.id]), (10, -5))
    assert copies[first.id].module.location == (11, -4)
    assert editor.vistrail.versions[editor.version].description == "Pasted"
    assert len(editor.pipeline.connections) == 3
    found = pipeline_signatures(editor.pipeline, editor.registry)
    assert found[copies[second.id].id] == found[second.id]


# --- ports


def test_a_default_is_only_written_over_something_else(editor: VistrailEditor) -> None:
    queue = editor.add("Queue").set("port", 22).set("queue", "~/.tej")
    assert queue.module.settings == ()
    queue.set("port", 23).set("port", 22)
    assert queue.module.settings[0].parameters[0].value == "22"
    queue.unset("port")
    assert queue.module.settings == ()


def test_values_are_written_as_the_type_of_the_port_writes_them(editor: VistrailEditor) -> None:
    job = editor.add("SubmitShellJob").set("print_error", True)
    listed = editor.add("List").set("value", [1, "a"])
    pair = editor.add("PythonSource").add_port("pair", "Integer,String").set("pair", 5, "5")
    texts = [
        [one.value for one in handle.module.settings[0].parameters]
        for handle in (job, listed, pair)
    ]
    assert texts == [["True"], ["[1, 'a']"], ["5", "5"]]
    with pytest.raises(EditRefused, match="takes 2 values, not 1"):
        pair.set("pair", 5)
    with pytest.raises(PortNotFound):
        pair.set("nothing", 5)


def test_ports_of_the_user_have_an_order(editor: VistrailEditor) -> None:
    job = editor.add("SubmitJob").add_port("a").add_port("b").add_port("c")
    editor.order_ports(job, ["c", "a"])
    assert [one.name for one in job.module.input_port_specs] == ["c", "a", "b"]
    source = editor.add("WriteFile")
    editor.connect(source["out_value"], job["a"])
    editor.delete_port(job, "a")
    assert editor.pipeline.connections == {}
    for edit in (
        lambda: editor.delete_port(job, "script"),
        lambda: editor.order_ports(job, ["a"]),
    ):
        with pytest.raises(PortNotFound):
            edit()
    for name, type_text in (("b", "File"), (" ", "File"), ("new", "basic:Nonsense")):
        with pytest.raises(EditRefused):
            job.add_port(name, type_text)


def test_what_cannot_be_connected_is_refused_with_a_reason(editor: VistrailEditor) -> None:
    first, second = editor.add("ConcatenateString"), editor.add("ConcatenateString")
    number = editor.add("Integer")
    only = editor.connect(first["value"], second["str1"])
    for source, target, reason in (
        (first["value"], second["str1"], "connected already"),
        (second["value"], first["str1"], "in a circle"),
        (first["value"], first["str1"], "in a circle"),
        (first["value"], number["value"], "which is no"),
    ):
        with pytest.raises(EditRefused, match=reason):
            editor.connect(source, target)
    with pytest.raises(PortNotFound):
        editor.connect(first["nothing"], second["str2"])
    editor.disconnect(only)
    with pytest.raises(EditRefused, match="none of this id"):
        editor.disconnect(only)


def test_an_alias_is_one_parameters_own(editor: VistrailEditor) -> None:
    first, second = (editor.add("Integer").set("value", 5) for _ in range(2))
    editor.set_alias(first, "value", "count")
    assert first.module.settings[0].parameters[0].alias == "count"
    with pytest.raises(EditRefused, match="another parameter has it"):
        editor.set_alias(second, "value", "count")
    editor.set_alias(first, "value", "")
    editor.set_alias(second, "value", "count")
    with pytest.raises(EditRefused, match="nothing is set there"):
        editor.set_alias(editor.add("Integer"), "value", "other")


def test_variables_give_their_value_to_the_modules_bound_to_them(editor: VistrailEditor) -> None:
    editor.set_variable("host", "a.example")
    text = editor.add("String")
    editor.bind(text, "host")
    editor.set_variable("host", "b.example")

    def value() -> str:
        pipeline = prepare_pipeline(editor.vistrail, editor.version, editor.registry)
        return pipeline.modules[text.id].settings[0].parameters[0].value

    assert value() == "b.example"
    with pytest.raises(EditRefused, match="takes a String in its place"):
        editor.bind(editor.add("Integer"), "host")
    editor.bind(text, None)
    assert value() == "a.example"
    editor.delete_variable("host")
    for edit in (lambda: editor.bind(text, "host"), lambda: editor.set_variable(" ", "x")):
        with pytest.raises(EditRefused):
            edit()


def test_scripts_are_quoted_as_legacy_quotes_them() -> None:
    assert percent_encode("cp ~/a-b_c.d é\n") == "cp%20%7E/a-b_c.d%20%C3%A9%0A"


# --- upgrades


@pytest.mark.parametrize("name", ["h15_old_pkg_version.vt", "01_base.vt"])
def test_an_upgrade_is_a_version_and_keeps_the_ids_of_jobs(name: str) -> None:
    editor = edit_vistrail(read_vistrail(DATA / "vt" / name), load_registry())
    old, vistrail = editor.version, editor.vistrail

    def ids(version: int) -> list[str]:
        pipeline = prepare_pipeline(editor.vistrail, version, editor.registry)
        found = pipeline_signatures(pipeline, editor.registry)
        return sorted(one.signature for one in found.values())

    before = ids(old)
    numbers = editor.upgrade()
    if not numbers:
        assert editor.vistrail is vistrail
        return
    assert editor.vistrail.upgraded(old) == editor.version
    assert editor.vistrail.versions[editor.version].description == "Upgrade"
    assert {one.package_version for one in editor.pipeline.modules.values()} <= {"0.2", "2.1.1"}
    assert not numbers.keys() & editor.pipeline.modules.keys()
    assert editor.vistrail.pipeline(editor.version) == editor.pipeline
    assert ids(editor.version) == before
    editor.go_to(old)
    assert editor.upgrade() == {}
    assert editor.vistrail.latest_version() == old


def test_a_pipeline_from_elsewhere_can_be_pasted_into_nothing(editor: VistrailEditor) -> None:
    assert editor.paste(Pipeline({}, {})) == {}
    assert editor.version == 0
