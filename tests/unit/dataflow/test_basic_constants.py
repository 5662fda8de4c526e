"""Constants: their texts, their values, and what is none."""

from __future__ import annotations

import pytest

from tests.pipelines import PipelineBuilder, PipelineRunner
from vistrails_tej.dataflow.basic.color import ColorValue
from vistrails_tej.dataflow.basic.init import (
    Boolean,
    Color,
    Constant,
    Dictionary,
    Float,
    Integer,
    List,
    Path,
    String,
)
from vistrails_tej.dataflow.errors import ParameterInvalid
from vistrails_tej.dataflow.path_object import PathObject

GOOD = [
    (Boolean, "True", True),
    (Boolean, "false", False),
    (Integer, "42", 42),
    (Integer, " -7 ", -7),
    (Integer, "0x1F", 31),
    (Float, "2", 2.0),
    (Float, "-1.5e3", -1500.0),
    (String, "", ""),
    (String, " as it is\n", " as it is\n"),
    (Color, "1.0,0.5,0.25", ColorValue(1.0, 0.5, 0.25)),
    (List, "['a', 1]", ["a", 1]),
    (List, "('a', 1)", ["a", 1]),
    (List, " ", []),
    (Dictionary, "{'a': [1]}", {"a": [1]}),
    (Dictionary, "", {}),
    (Path, "/a/b", PathObject("/a/b")),
]
BAD = [
    (Boolean, "yes"),
    (Boolean, ""),
    (Integer, "1.0"),
    (Integer, "1_000"),
    (Integer, "٣"),
    (Integer, "9" * 5000),
    (Float, "one"),
    (Float, "1_0.5"),
    (Color, "1,2"),
    (Color, "2,0,0"),
    (List, "{'a': 1}"),
    (List, "[1"),
    (List, "__import__('os')"),
    (Dictionary, "[1]"),
    (Constant, "anything"),
]


@pytest.mark.parametrize(("constant", "text", "value"), GOOD)
def test_a_text_is_read(constant: type[Constant], text: str, value: object) -> None:
    read = constant.translate_to_python(text)
    assert read == value
    assert type(read) is type(value)
    assert constant.validate(read)


@pytest.mark.parametrize(("constant", "text", "value"), GOOD)
def test_the_text_of_a_value_is_read_back(
    constant: type[Constant], text: str, value: object
) -> None:
    assert constant.translate_to_python(constant.translate_to_string(value)) == value


@pytest.mark.parametrize(("constant", "text"), BAD)
def test_a_text_that_is_no_value_is_refused_in_one_sentence(
    constant: type[Constant], text: str
) -> None:
    with pytest.raises(ParameterInvalid, match=f"is not a value of type {constant.__name__}"):
        constant.translate_to_python(text)


@pytest.mark.parametrize(
    ("constant", "value"),
    [(Boolean, 1), (Integer, 1.5), (Float, "1"), (String, 1), (Color, (1, 0, 0)), (Path, "/a")],
)
def test_values_of_other_types_are_told_apart(constant: type[Constant], value: object) -> None:
    assert not constant.validate(value)


def test_a_constant_gives_its_value_and_its_text(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    module = builder.add("Float", value="0.50")
    assert runner.run(builder).outputs(module) == {"value": 0.5, "value_as_string": "0.5"}


def test_a_constant_passes_on_what_is_connected(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    module = builder.feed(builder.add("Integer", value="3"), "Float")
    assert runner.run(builder).outputs(module)["value"] == 3


def test_a_colour_knows_its_parts() -> None:
    assert Color.translate_to_python("0.5,0,1").tuple == (0.5, 0.0, 1.0)
