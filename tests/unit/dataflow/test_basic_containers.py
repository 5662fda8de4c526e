"""Lists, dictionaries, tuples."""

from __future__ import annotations

from tests.pipelines import PipelineBuilder, PipelineRunner


def test_a_list_is_put_together_from_its_head_value_ports_and_tail(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    module = builder.add("List", value="[3]", inputs={"item0": "Integer"}, item0="4", tail="[5, 6]")
    for number in ("1", "2"):
        builder.connect(builder.add("Integer", value=number), "value", module, "head")
    assert runner.run(builder).outputs(module)["value"] == [1, 2, 3, 4, 5, 6]


def test_a_list_is_its_own_element_in_a_list(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    inner = builder.add("List", value="[1, 2]")
    outer = builder.add("List", inputs={"item0": "Variant"})
    builder.connect(inner, "value", outer, "item0")
    assert runner.run(builder).outputs(outer)["value"] == [[1, 2]]


def test_a_dictionary_takes_pairs_one_by_one_and_in_lists(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    module = builder.add("Dictionary", value="{'a': 1}", addPairs="[('c', 3), ['a', 9]]")
    pair = builder.add(
        "Tuple",
        inputs={"k": "String", "v": "Integer"},
        outputs={"value": "String,Integer"},
        k="b",
        v="2",
    )
    builder.connect(pair, "value", module, "addPair")
    assert runner.run(builder).outputs(module)["value"] == {"a": 9, "b": 2, "c": 3}


def test_what_is_no_pair_is_refused(builder: PipelineBuilder, runner: PipelineRunner) -> None:
    single = builder.add("Dictionary", addPairs="['abc']")
    unusable = builder.add("Dictionary", addPairs="[([], 1)]")
    errors = runner.run(builder).errors
    assert str(errors[single]) == "'abc' is not a pair of a key and a value"
    assert str(errors[unusable]) == "[] cannot be a key; use a text"


def test_a_tuple_is_put_together_and_taken_apart(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    whole = builder.add(
        "Tuple",
        inputs={"b": "String", "a": "Integer"},
        outputs={"value": "String,Integer"},
        b="text",
        a="1",
    )
    parts = builder.add(
        "Untuple",
        inputs={"value": "String,Integer"},
        outputs={"first": "String", "second": "Integer"},
    )
    builder.connect(whole, "value", parts, "value")
    result = runner.run(builder)
    assert result.outputs(whole) == {"value": ("text", 1)}
    assert result.outputs(parts) == {"first": "text", "second": 1}


def test_several_constants_on_one_port_are_a_tuple(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    parts = builder.add(
        "Untuple",
        inputs={"value": "String,Integer"},
        outputs={"first": "String", "second": "Integer"},
        value=("x", "5"),
    )
    assert runner.run(builder).outputs(parts) == {"first": "x", "second": 5}


def test_a_tuple_of_another_length_or_type_is_refused(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    single = builder.add("Tuple", inputs={"a": "Integer"}, outputs={"value": "Variant"}, a="1")
    typed = builder.add("Untuple", inputs={"value": "Integer,Integer"}, outputs={"a": "Integer"})
    counted = builder.add("Untuple", inputs={"value": "Variant"}, outputs={})
    without = builder.add("Untuple", outputs={"a": "Integer"})
    for target in (typed, counted):
        builder.connect(single, "value", target, "value")
    errors = runner.run(builder).errors
    assert str(errors[typed]) == "port 'value': (1,) is not a tuple of 2 values"
    assert "the tuple has 1 elements, but there are 0 output ports" in str(errors[counted])
    assert "needs one input port" in str(errors[without])


def test_a_tuple_becomes_a_list(builder: PipelineBuilder, runner: PipelineRunner) -> None:
    whole = builder.add("Tuple", inputs={"a": "Integer"}, outputs={"value": "Variant"}, a="1")
    listed = builder.feed(whole, "TupleToList", port="in_value")
    refused = builder.add("TupleToList", in_value="text")
    result = runner.run(builder)
    assert result.outputs(listed) == {"out_value": [1]}
    assert str(result.errors[refused]) == "'text' is not a tuple"
