"""Everything that keeps a version from running is said at once, each in a sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import pytest

from tests.pipelines import PipelineBuilder
from vistrails_tej.dataflow.errors import PipelineInvalid
from vistrails_tej.dataflow.module import Module
from vistrails_tej.dataflow.pipeline import Connection, Endpoint, Pipeline, PipelineModule
from vistrails_tej.dataflow.ports import BASIC
from vistrails_tej.dataflow.preparation import prepare_pipeline
from vistrails_tej.dataflow.registry import Registry
from vistrails_tej.dataflow.storage import read_vistrail
from vistrails_tej.dataflow.validation import Problem, find_problems

from .histories import VISTRAILS
from .sample_packages import TEJ, tej_registry

STEPS = "org.example.steps"


class Picky(Module):
    _input_ports: ClassVar[Any] = [
        ("few", "basic:String", {"min_conns": 1, "max_conns": 2}),
        ("pair", "(basic:Integer,basic:String)"),
    ]


@pytest.fixture(scope="module")
def registry() -> Registry:
    registry = tej_registry()
    registry.add_package(identifier=STEPS, name="Steps", version="1", modules=[Picky])
    return registry


@pytest.fixture
def builder(registry: Registry) -> PipelineBuilder:
    return PipelineBuilder(registry)


def messages(pipeline: Pipeline, registry: Registry) -> list[str]:
    found = find_problems(pipeline, registry)
    assert all("\n" not in str(one) for one in found)
    return [str(one) for one in found]


BROKEN = {"h16_unknown_module.vt": "SubmitOtherJob", "h21_unknown_package.vt": "is not loaded"}


@pytest.mark.parametrize("path", VISTRAILS, ids=lambda path: path.name)
def test_only_the_broken_files_have_problems(path: Any, registry: Registry) -> None:
    vistrail = read_vistrail(path)
    found = messages(prepare_pipeline(vistrail, vistrail.latest_version(), registry), registry)
    if path.name in BROKEN:
        assert found
        assert all(BROKEN[path.name] in one for one in found)
    else:
        assert found == []


def test_unknown_packages_and_modules_are_named(registry: Registry) -> None:
    modules = {
        1: PipelineModule(1, "org.example.none", "Thing"),
        2: PipelineModule(2, TEJ, "SubmitOtherJob"),
        3: PipelineModule(3, "local.abstractions", "sub", kind="abstraction"),
    }
    link = Connection(0, Endpoint(1, "a"), Endpoint(2, "b"))
    found = find_problems(Pipeline(modules, {0: link}), registry)
    assert [one.module_id for one in found] == [1, 2, 3]
    assert "package org.example.none is not loaded; install it" in found[0].message
    assert "has no module SubmitOtherJob" in found[1].message
    assert "subworkflow" in found[2].message


def test_an_abstract_module_cannot_run(registry: Registry) -> None:
    pipeline = Pipeline({1: PipelineModule(1, TEJ, "BaseSubmitJob")}, {})
    assert "only stands for others" in messages(pipeline, registry)[0]


def test_ports_that_are_not_there_are_named(builder: PipelineBuilder, registry: Registry) -> None:
    queue = builder.add("Queue", package=TEJ, label="cluster", set_ports={"host": "x"})
    job = builder.add("SubmitShellJob", package=TEJ)
    builder.connect(queue, "que", job, "queue")
    builder.connect(queue, "queue", job, "qeue")
    found = messages(builder.build(), registry)
    assert len(found) == 3
    assert "'cluster' (Queue #0): there is no input port 'host'" in found[0]
    assert "output 'que'" in found[1]
    assert "input 'qeue'" in found[2]


def test_types_that_do_not_fit_are_named(builder: PipelineBuilder, registry: Registry) -> None:
    text = builder.add("String", value="x")
    queue = builder.add("Queue", package=TEJ)
    builder.connect(text, "value", queue, "port")
    (found,) = find_problems(builder.build(), registry)
    assert found.connection_id == 0
    assert "from String (#0) (value: String) to Queue (#1) (port: Integer)" in found.message


def test_a_connection_from_or_to_nowhere_is_a_problem(
    builder: PipelineBuilder, registry: Registry
) -> None:
    text = builder.add("String", value="x")
    ends = [
        Connection(0, Endpoint(9, "value"), Endpoint(text, "value")),
        Connection(1, Endpoint(text, "value"), Endpoint(8, "value")),
    ]
    pipeline = replace(builder.build(), connections={one.id: one for one in ends})
    found = messages(pipeline, registry)
    assert len(found) == 2
    assert "starts at module 9, which is not there" in found[0]
    assert "ends at module 8" in found[1]


def test_a_circle_is_a_problem(builder: PipelineBuilder, registry: Registry) -> None:
    one = builder.add("ConcatenateString", label="a")
    two = builder.add("ConcatenateString", label="b")
    builder.connect(one, "value", two, "str1")
    builder.connect(two, "value", one, "str1")
    builder.connect(9, "value", one, "str2")
    found = messages(builder.build(), registry)
    assert len(found) == 2
    assert "in a circle (b -> a -> b); remove one connection" in found[1]


@pytest.mark.parametrize(
    ("name", "value"), [("Integer", "five"), ("Boolean", "perhaps"), ("Float", ""), ("List", "[")]
)
def test_a_text_that_is_no_value_is_a_problem(
    builder: PipelineBuilder, registry: Registry, name: str, value: str
) -> None:
    module = builder.add(name, value=value)
    (found,) = find_problems(builder.build(), registry)
    assert found.module_id == module
    assert "port 'value'" in found.message


def test_the_number_of_values_and_connections_is_checked(
    builder: PipelineBuilder, registry: Registry
) -> None:
    picky = builder.add("Picky", package=STEPS, set_ports={"pair": "1"})
    assert len(messages(builder.build(), registry)) == 2
    text = builder.add("String", value="x")
    for _ in range(3):
        builder.connect(text, "value", picky, "few")
    found = messages(builder.build(), registry)
    assert "port 'pair' takes 2 values, but 1 are set" in found[0]
    assert "port 'few' takes 2 connections, not 3" in found[1]


def test_what_is_wrong_in_a_group_is_found(registry: Registry) -> None:
    inner = Pipeline({1: PipelineModule(1, TEJ, "Nothing")}, {})
    group = PipelineModule(5, BASIC, "Group", kind="group", content=inner)
    (found,) = find_problems(Pipeline({5: group}, {}), registry)
    assert found.module_id == 5
    assert found.message.startswith("in Group (#5): Nothing (#1) cannot run")


def test_problems_make_one_sentence_of_an_error() -> None:
    error = PipelineInvalid([Problem("first", 1), Problem("second")])
    assert str(error) == "this version cannot run: first; second"
