"""Texts, logic and output."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipelines import PipelineBuilder, PipelineRunner


def test_texts_are_joined(builder: PipelineBuilder, runner: PipelineRunner) -> None:
    module = builder.add("ConcatenateString", str1="a", str3="c", str4="d")
    assert runner.run(builder).outputs(module) == {"value": "acd"}


def test_a_format_takes_its_fields_from_ports(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    named = builder.add(
        "StringFormat",
        format="{name} has {0} of {{x}} {1:.2f} {name!r}",
        inputs={"name": "String", "0": "Integer", "1": "Float"},
        set_ports={"name": "Ann", "0": "3", "1": "2.5"},
    )
    counted = builder.add(
        "StringFormat",
        format="{}-{}",
        inputs={"0": "Integer", "1": "Integer"},
        set_ports={"0": "1", "1": "2"},
    )
    result = runner.run(builder)
    assert result.outputs(named) == {"value": "Ann has 3 of {x} 2.50 'Ann'"}
    assert result.outputs(counted) == {"value": "1-2"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{missing}", "missing value on port 'missing'"),
        ("{open", "the format cannot be filled in"),
        ("{a:q}", "the format cannot be filled in"),
        ("{a.__class__}", "is private"),
        ("{}{a}{0}", "cannot be filled in"),
    ],
)
def test_a_format_that_cannot_be_filled_in_is_refused(
    builder: PipelineBuilder, runner: PipelineRunner, text: str, reason: str
) -> None:
    module = builder.add(
        "StringFormat",
        format=text,
        inputs={"a": "Integer", "0": "Integer"},
        set_ports={"a": "1", "0": "1"},
    )
    assert reason in str(runner.run(builder).errors[module])


def test_not_gives_the_opposite(builder: PipelineBuilder, runner: PipelineRunner) -> None:
    module = builder.add("Not", input="True")
    assert runner.run(builder).outputs(module) == {"value": False}


def test_assertions_pass_or_stop_the_pipeline(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    fine = [
        builder.add("Assert", condition="True"),
        builder.add("AssertEqual", value1="a", value2="a"),
    ]
    false = builder.add("Assert", condition="False")
    unequal = builder.add("AssertEqual", value1="a", value2="b")
    result = runner.run(builder)
    assert set(fine).isdisjoint(result.errors)
    assert str(result.errors[false]) == "the condition is false"
    assert str(result.errors[unequal]) == "the values differ: 'a' is not 'b'"


@pytest.mark.parametrize(
    ("number", "floor", "rounded"),
    [("2.7", "True", 2), ("-2.1", "True", -3), ("2.5", "False", 3), ("2.4", "False", 2)],
)
def test_numbers_are_rounded(
    builder: PipelineBuilder, runner: PipelineRunner, number: str, floor: str, rounded: int
) -> None:
    module = builder.add("Round", in_value=number, floor=floor)
    assert runner.run(builder).outputs(module) == {"out_value": rounded}


def test_infinity_cannot_be_rounded(builder: PipelineBuilder, runner: PipelineRunner) -> None:
    module = builder.add("Round", in_value="inf")
    assert str(runner.run(builder).errors[module]) == "inf has no whole number near it"


# -- output --------------------------------------------------------------------------------------


def test_values_are_printed(builder: PipelineBuilder, runner: PipelineRunner) -> None:
    builder.feed(builder.add("Integer", value="5"), "StandardOutput")
    builder.feed(builder.add("List", value="[1, 'a']"), "StandardOutput")
    runner.run(builder)
    assert sorted(runner.printed) == ["5\n", "[1, 'a']\n"]
    runner.run(builder)
    assert sorted(runner.printed) == ["5\n", "[1, 'a']\n"]


@pytest.mark.parametrize("content", ["7\n", "no end of line", "", "x" * 200_000 + "\n"])
def test_of_a_file_the_content_is_printed(
    builder: PipelineBuilder, runner: PipelineRunner, content: str
) -> None:
    writer = builder.add("WriteFile", in_value=content)
    printer = builder.add("StandardOutput")
    builder.connect(writer, "out_value", printer, "value")
    runner.run(builder)
    assert runner.output == (content if content.endswith("\n") or not content else content + "\n")


def test_a_file_that_is_no_text_is_printed_all_the_same(
    builder: PipelineBuilder, runner: PipelineRunner, tmp_path: Path
) -> None:
    path = tmp_path / "binary"
    path.write_bytes(b"ok \xff\n")
    builder.feed(builder.add("File", value=str(path)), "StandardOutput")
    runner.run(builder)
    assert runner.output == "ok \ufffd\n"


def test_an_output_module_prints_by_itself(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    builder.add("GenericOutput", value="text")
    builder.add("GenericOutput", value="text", mode_type="stdout")
    runner.run(builder)
    assert runner.printed == ["text\n", "text\n"]


def test_a_file_output_prints_the_content_and_an_image_its_path(
    builder: PipelineBuilder, runner: PipelineRunner, tmp_path: Path
) -> None:
    path = tmp_path / "a.png"
    path.write_text("pixels")
    file = builder.add("File", value=str(path))
    for name in ("FileOutput", "ImageOutput", "RichTextOutput"):
        builder.feed(file, name)
    runner.run(builder)
    assert runner.output == f"pixels\n{path}\npixels\n"


def test_output_goes_to_the_file_that_is_configured(
    builder: PipelineBuilder, runner: PipelineRunner, tmp_path: Path
) -> None:
    builder.add("GenericOutput", value="one", configuration=str({"file": str(tmp_path / "a")}))
    builder.add(
        "GenericOutput",
        value="two",
        mode_type="file",
        configuration=str({"file": {"dir": str(tmp_path), "basename": "b", "suffix": ".log"}}),
    )
    series = str({"dir": str(tmp_path), "prefix": "run", "basename": "-", "series": True})
    for _ in range(2):
        builder.add("GenericOutput", value="three", configuration=series)
    assert runner.run(builder).succeeded
    written = {path.name: path.read_text() for path in tmp_path.iterdir() if path.is_file()}
    assert written == {
        "a": "one\n",
        "b.log": "two\n",
        "run-000.txt": "three\n",
        "run-001.txt": "three\n",
    }


def test_output_that_cannot_go_anywhere_says_so(
    builder: PipelineBuilder, runner: PipelineRunner, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.touch()
    fails = {
        builder.add("GenericOutput", value="x", mode_type="hologram"): "no mode 'hologram'",
        builder.add("GenericOutput", value="x", mode_type="file"): "names no file",
        builder.add(
            "GenericOutput",
            value="x",
            configuration=str({"file": str(kept), "overwrite": False}),
        ): "exists already",
        builder.add(
            "GenericOutput", value="x", configuration="{'basename': '../x'}"
        ): "is no file name",
    }
    errors = runner.run(builder).errors
    assert all(reason in str(errors[one]) for one, reason in fails.items())
