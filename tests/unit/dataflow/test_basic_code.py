"""Python in a pipeline: what it sees, what it gives, and who lets it run."""

from __future__ import annotations

import pickle
import urllib.parse

import pytest

from tests.pipelines import PipelineBuilder, PipelineRunner


def code(builder: PipelineBuilder, source: str, **options: dict[str, str]) -> int:
    inputs, outputs = options.get("inputs", {}), options.get("outputs", {"o": "Variant"})
    values = options.get("values", {})
    return builder.add(
        "PythonSource",
        inputs=inputs,
        outputs=outputs,
        set_ports={"source": urllib.parse.quote(source), **values},
    )


def test_inputs_are_variables_and_assignments_outputs(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    module = code(
        builder,
        "o = a * 2\nunset = None\nlocal = 1\n",
        inputs={"a": "Integer", "not_set": "Integer"},
        outputs={"o": "Integer", "unset": "Integer"},
        values={"a": "21"},
    )
    assert runner.run(builder).outputs(module) == {"o": 42}


def test_functions_of_the_code_see_each_other(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    source = "import math\ndef f(n):\n    return math.factorial(n) if n else f(3)\no = f(0)\n"
    module = code(builder, source)
    assert runner.run(builder).outputs(module) == {"o": 6}


def test_the_code_knows_its_module(builder: PipelineBuilder, runner: PipelineRunner) -> None:
    module = code(builder, "self.set_output('o', self.get_input('source') != '')")
    assert runner.run(builder).outputs(module) == {"o": True}


def test_what_the_code_prints_is_output(builder: PipelineBuilder, runner: PipelineRunner) -> None:
    code(builder, "print('a', 1, sep='-', end='!')")
    runner.run(builder)
    assert runner.output == "a-1!"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("x = 1\nfail('not today')", "not today"),
        ("x = 1\n\n1 / 0\n", "line 3: ZeroDivisionError: division by zero"),
        ("def f():\n    return {}['k']\n\nf()\n", "line 2: KeyError: 'k'"),
        ("x = 1\ny = = 2", "line 2: invalid syntax"),
        ("raise ValueError", "line 1: ValueError"),
        ("import sys\nsys.exit(3)", "the code called exit(3); use fail()"),
        ("a\0b", "null bytes"),
    ],
)
def test_errors_of_the_code_name_the_line(
    builder: PipelineBuilder, runner: PipelineRunner, source: str, message: str
) -> None:
    module = code(builder, source)
    assert message in str(runner.run(builder).errors[module])


def test_code_that_is_not_trusted_does_not_run(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    runner.trusted = False
    module = code(builder, "print('ran')")
    error = runner.run(builder).errors[module]
    assert str(error) == (
        "its Python code comes from the file; run again with --trust if you trust the file"
    )
    assert runner.output == ""


def test_no_code_needs_no_trust(builder: PipelineBuilder, runner: PipelineRunner) -> None:
    runner.trusted = False
    builder.add("PythonSource")
    assert runner.run(builder).succeeded


def test_only_trusted_data_is_unpickled(builder: PipelineBuilder, runner: PipelineRunner) -> None:
    text = pickle.dumps({"a": 1}, protocol=0).decode("latin-1")
    module = builder.add("Unpickle", input=text)
    broken = builder.add("Unpickle", input="nonsense")
    result = runner.run(builder)
    assert result.outputs(module) == {"result": {"a": 1}}
    assert "cannot be restored" in str(result.errors[broken])
    runner.trusted = False
    runner.cache.clear()
    assert "run again with --trust" in str(runner.run(builder).errors[module])
