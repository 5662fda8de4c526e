"""Which ports can be joined, and what could be put between them."""

from __future__ import annotations

import itertools

import pytest

from vistrails_tej.dataflow import (
    Direction,
    ModuleHandle,
    PortSpec,
    Registry,
    Vistrail,
    VistrailEditor,
    edit_vistrail,
)
from vistrails_tej.gui.builder.joining import (
    End,
    Joining,
    addable,
    converters,
    insertion,
    partners,
    type_words,
)

from .ports_package import IDENTIFIER, NAMESPACE, registry_with_ports

BASIC = "org.vistrails.vistrails.basic"
TEJ = "org.vistrails.extra.tej"
INPUT, OUTPUT = Direction.INPUT, Direction.OUTPUT


@pytest.fixture(scope="module")
def registry() -> Registry:
    return registry_with_ports()


@pytest.fixture
def editor(registry: Registry) -> VistrailEditor:
    return edit_vistrail(Vistrail({}), registry)


def port(registry: Registry, package: str, name: str, way: Direction, port_name: str) -> PortSpec:
    kind = registry.descriptor(package, name)
    return (kind.input_ports if way is INPUT else kind.output_ports)[port_name]


def end(module: ModuleHandle, way: Direction, name: str) -> End:
    found = module.module
    return End(module.id, port(module.editor.registry, found.package, found.name, way, name))


def joining(origin: End, editor: VistrailEditor) -> Joining:
    return Joining(editor.pipeline, editor.registry, origin)


def test_an_output_fits_an_input_of_its_type_and_the_other_way_round(
    editor: VistrailEditor,
) -> None:
    text, printed = editor.add("String"), editor.add("Single", package=IDENTIFIER)
    first, second = end(text, OUTPUT, "value"), end(printed, INPUT, "text")
    assert joining(first, editor).fits(second)
    assert joining(second, editor).fits(first)
    assert joining(first, editor).refusal(second) is None


def test_another_type_does_not_fit_and_the_reason_names_both(editor: VistrailEditor) -> None:
    number, printed = editor.add("Integer"), editor.add("Single", package=IDENTIFIER)
    first, second = end(number, OUTPUT, "value"), end(printed, INPUT, "text")
    assert not joining(first, editor).fits(second)
    assert joining(first, editor).fails_by_type(second)
    assert joining(first, editor).refusal(second) == "it gives Integer, which is no String"
    assert joining(second, editor).refusal(first) == "it gives Integer, which is no String"


def test_two_outputs_cannot_be_joined(editor: VistrailEditor) -> None:
    first, second = (end(editor.add("String"), OUTPUT, "value") for _ in "ab")
    assert not joining(first, editor).fits(second)
    assert not joining(first, editor).fails_by_type(second)
    assert "both are outputs" in str(joining(first, editor).refusal(second))


@pytest.mark.parametrize("backwards", [False, True], ids=["from the output", "from the input"])
def test_a_circle_is_refused(editor: VistrailEditor, backwards: bool) -> None:
    modules = [editor.add("ConcatenateString") for _ in "abc"]
    for first, second in itertools.pairwise(modules):
        editor.connect(first["value"], second["str1"])
    ends = [end(modules[2], OUTPUT, "value"), end(modules[0], INPUT, "str2")]
    origin, other = reversed(ends) if backwards else ends
    assert not joining(origin, editor).fits(other)
    assert "circle" in str(joining(origin, editor).refusal(other))


def test_a_module_does_not_fit_itself(editor: VistrailEditor) -> None:
    module = editor.add("ConcatenateString")
    origin = end(module, OUTPUT, "value")
    assert not joining(origin, editor).fits(end(module, INPUT, "str1"))


def test_a_full_input_takes_no_more(editor: VistrailEditor) -> None:
    one, two = editor.add("String"), editor.add("String")
    single = editor.add("Single", package=IDENTIFIER)
    editor.connect(one["value"], single["text"])
    origin = end(two, OUTPUT, "value")
    assert not joining(origin, editor).fits(end(single, INPUT, "text"))
    assert "1 connections only" in str(joining(origin, editor).refusal(end(single, INPUT, "text")))


def test_the_same_connection_is_not_made_twice_but_another_one_is(
    editor: VistrailEditor,
) -> None:
    one, two, joined = (editor.add(kind) for kind in ("String", "String", "ConcatenateString"))
    editor.connect(one["value"], joined["str1"])
    target = end(joined, INPUT, "str1")
    assert (
        joining(end(one, OUTPUT, "value"), editor).refusal(target) == "they are connected already"
    )
    assert joining(end(two, OUTPUT, "value"), editor).fits(target)


def test_a_port_that_the_module_does_not_have_is_a_reason(
    editor: VistrailEditor, registry: Registry
) -> None:
    one, two = editor.add("String"), editor.add("ConcatenateString")
    unknown = End(two.id, port(registry, IDENTIFIER, "Single", INPUT, "text"))
    assert "text" in str(joining(end(one, OUTPUT, "value"), editor).refusal(unknown))


def test_the_best_port_is_free_and_of_the_same_type(editor: VistrailEditor) -> None:
    one, two, joined = (editor.add(kind) for kind in ("String", "String", "ConcatenateString"))
    specs = editor.registry.descriptor(BASIC, "ConcatenateString").input_ports.values()
    editor.connect(one["value"], joined["str1"])
    best = joining(end(two, OUTPUT, "value"), editor).best(joined.id, specs)
    assert best is not None
    assert best.name == "str2"


def test_the_best_port_is_rather_one_that_is_drawn(editor: VistrailEditor) -> None:
    text, writer = editor.add("String"), editor.add("WriteFile")
    specs = reversed(editor.registry.descriptor(BASIC, "WriteFile").input_ports.values())
    best = joining(end(text, OUTPUT, "value"), editor).best(writer.id, specs)
    assert best is not None
    assert (best.name, best.optional) == ("in_value", False)


def test_modules_that_can_follow_a_port_come_with_their_best_port(registry: Registry) -> None:
    found = addable(registry, port(registry, TEJ, "Queue", OUTPUT, "queue"))
    first = [(kind.name, spec.name) for kind, spec in list(found.items())[:3]]
    assert ("SubmitJob", "queue") in first
    before = addable(registry, port(registry, TEJ, "SubmitJob", INPUT, "queue"))
    assert next(iter(before)).name == "Queue"
    assert not any(kind.hidden or kind.abstract for kind in (*found, *before))


def test_converters_take_the_one_type_and_give_the_other(registry: Registry) -> None:
    given = port(registry, BASIC, "String", OUTPUT, "value")
    taken = port(registry, BASIC, "File", INPUT, "value")
    found = {one.descriptor.name: one for one in converters(registry, given, taken)}
    assert {"WriteFile", "Deep"} <= found.keys()
    assert (found["WriteFile"].input.name, found["WriteFile"].output.name) == (
        "in_value",
        "out_value",
    )
    assert found["Deep"].descriptor.namespace == NAMESPACE


def test_what_needs_more_than_one_thing_is_no_converter(registry: Registry) -> None:
    given = port(registry, BASIC, "String", OUTPUT, "value")
    taken = port(registry, BASIC, "File", INPUT, "value")
    assert "Needy" not in [one.descriptor.name for one in converters(registry, given, taken)]


def test_a_module_fits_into_a_connection_of_its_types_only(registry: Registry) -> None:
    given = port(registry, BASIC, "String", OUTPUT, "value")
    taken = port(registry, BASIC, "ConcatenateString", INPUT, "str1")
    found = insertion(registry, registry.descriptor(BASIC, "ConcatenateString"), given, taken)
    assert found is not None
    assert (found.input.name, found.output.name) == ("str1", "value")
    assert insertion(registry, registry.descriptor(TEJ, "Queue"), given, taken) is None


def test_partners_are_all_connections_that_could_be_free_inputs_first(
    editor: VistrailEditor,
) -> None:
    text, other, joined = (editor.add(kind) for kind in ("String", "String", "ConcatenateString"))
    editor.connect(other["value"], joined["str1"])
    found = [
        (source.module_id, source.spec.name, target.module_id, target.spec.name)
        for source, target in partners(editor.pipeline, editor.registry, text.id)
    ]
    into = [one for one in found if one[:3] == (text.id, "value", joined.id)]
    assert [one[3] for one in into][-1] == "str1"
    assert len({one[3] for one in into}) == 4
    assert (other.id, "value", text.id, "value") in found
    assert not any("self" in one for one in found)


def test_types_are_told_in_words(registry: Registry) -> None:
    assert type_words(port(registry, TEJ, "DownloadFile", OUTPUT, "file")) == "File"


def test_a_module_with_a_namespace_is_added_by_it(editor: VistrailEditor) -> None:
    added = editor.add("Deep", package=IDENTIFIER, namespace=NAMESPACE)
    assert (added.module.name, added.module.namespace) == ("Deep", NAMESPACE)
    assert editor.add("Deep", namespace=NAMESPACE).module.package == IDENTIFIER
