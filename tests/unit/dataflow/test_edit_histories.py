"""Whatever is edited: the file holds exactly that, and keeps what it held before."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, tostring

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vistrails_tej.dataflow import (
    Registry,
    Vistrail,
    VistrailEditor,
    cut_out,
    edit_vistrail,
    pipeline_signatures,
    read_vistrail,
    save_vistrail,
)
from vistrails_tej.dataflow.editing.irregular import Irregular, find_irregular
from vistrails_tej.dataflow.storage.bundle import read_bundle
from vistrails_tej.dataflow.storage.xml_document import parse_document
from vistrails_tej.modules.workflow import load_registry

from .edit_steps import STEPS, start, take
from .histories import VISTRAILS

REGISTRY = load_registry()
PORTABLE = [path for path in VISTRAILS if path.name != "h06_nonascii.vt"]
NUMBERS = st.integers(0, 30)
EDITS = st.lists(st.tuples(st.sampled_from(STEPS), NUMBERS, NUMBERS), max_size=25)
MANY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def facts(vistrail: Vistrail) -> dict[str, Any]:
    """All that is known of a vistrail, but for the schema it was read in."""
    return {
        "versions": vistrail.versions,
        "notes": {key: one for key, one in vistrail.action_annotations.items() if one},
        "annotations": vistrail.annotations,
        "variables": vistrail.variables,
        "pipelines": {number: vistrail.pipeline(number) for number in vistrail.versions},
    }


def signatures(vistrail: Vistrail, registry: Registry) -> dict[int, object]:
    return {
        number: pipeline_signatures(vistrail.pipeline(number), registry)
        for number in vistrail.versions
    }


def elements(path: Path) -> Counter[bytes]:
    """Every object at the top of a document, in one spelling."""
    root = parse_document(read_bundle(path).xml, path)
    return Counter(map(spelled, root))


def spelled(element: Element) -> bytes:
    for one in element.iter():
        one.text = one.tail = None
    return tostring(element)


def check_stored(editor: VistrailEditor) -> None:
    """The current version says what the editor has, each object by an operation of its own."""
    assert editor.vistrail.pipeline(editor.version) == editor.pipeline
    operations = editor.vistrail.surviving(editor.version)
    stored = {(one.what, one.object_id): one for one in operations}
    assert find_irregular(stored, editor.pipeline) == Irregular()
    order = {(one.what, one.object_id): one.id for one in operations}
    for one in operations:
        if one.parent_id >= 0:
            stored = next(
                order[what, one.parent_id]
                for what in parents(one.what)
                if (what, one.parent_id) in order
            )
            assert stored < one.id


def parents(what: str) -> tuple[str, ...]:
    known = {"parameter": ("function",), "port": ("connection",)}
    return known.get(what, ("module", "group", "abstraction"))


def check_ids(vistrail: Vistrail) -> None:
    """No id is given twice in a file."""
    given: Counter[tuple[str, str]] = Counter()
    for action in vistrail.actions.values():
        assert isinstance(action.stored, Element)
        for one in action.stored.iter():
            kind = "operation" if one.tag in ("add", "change", "delete") else one.tag
            given[kind, one.get("id", "")] += 1
    assert [key for key, count in given.items() if count > 1] == []


@MANY
@given(edits=EDITS)
def test_a_new_vistrail_is_replayed_as_it_was_edited(edits: list[Any], tmp_path: Path) -> None:
    editor = edit_vistrail(Vistrail({}), REGISTRY)
    start(editor)
    assert len(editor.pipeline.connections) > 2
    for edit in edits:
        take(editor, *edit)
        check_stored(editor)
    check_ids(editor.vistrail)
    path = tmp_path / "made.vt"
    path.unlink(missing_ok=True)
    editor.save(path)
    reread = read_vistrail(path)
    assert facts(reread) == facts(editor.vistrail)
    assert signatures(reread, REGISTRY) == signatures(editor.vistrail, REGISTRY)


@MANY
@given(path=st.sampled_from(PORTABLE), other=st.sampled_from(PORTABLE), edits=EDITS)
def test_a_file_keeps_its_past_when_it_is_edited(
    path: Path, other: Path, edits: list[Any], tmp_path: Path
) -> None:
    vistrail = read_vistrail(path)
    editor = edit_vistrail(vistrail, REGISTRY)
    strange = read_vistrail(other)
    part = strange.pipeline(strange.latest_version())
    foreign = {
        number
        for number, one in part.modules.items()
        if one.kind == "abstraction" and one.namespace not in vistrail.subworkflows
    }
    editor.paste(cut_out(part, part.modules.keys() - foreign))
    for edit in edits:
        take(editor, *edit)
        assert editor.vistrail.pipeline(editor.version) == editor.pipeline
    target = tmp_path / f"edited{path.suffix}"
    save_vistrail(editor.vistrail, target, overwrite=True)
    reread = read_vistrail(target)
    assert facts(reread) == facts(editor.vistrail)
    past = Counter({text: count for text, count in elements(path).items() if b"<action " in text})
    assert not past - elements(target)
    before, after = facts(vistrail), facts(reread)
    assert {number: after["pipelines"][number] for number in before["pipelines"]} == before[
        "pipelines"
    ]


@pytest.mark.parametrize("path", PORTABLE, ids=lambda path: path.name)
def test_a_file_that_is_saved_unchanged_says_the_same(path: Path, tmp_path: Path) -> None:
    vistrail = read_vistrail(path)
    target = tmp_path / path.name
    saved = save_vistrail(vistrail, target)
    reread = read_vistrail(target)
    assert facts(reread) == facts(vistrail) == facts(saved)
    assert signatures(reread, REGISTRY) == signatures(vistrail, REGISTRY)
    if vistrail.schema_version == "1.0.4":
        assert elements(target) == elements(path)
    again = save_vistrail(reread, target)
    assert again.origin == saved.origin
