"""What enters a signature, and that a differing signature is always given a reason."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vistrails_tej.dataflow.explanation import Explanation, FactKind, explain
from vistrails_tej.dataflow.explanation_differences import Difference, find_differences
from vistrails_tej.dataflow.file_digests import FileDigests
from vistrails_tej.dataflow.packages import default_registry
from vistrails_tej.dataflow.pipeline import Pipeline
from vistrails_tej.dataflow.registry import Registry
from vistrails_tej.dataflow.signature import pipeline_signatures
from vistrails_tej.dataflow.storage import open_vistrail

from ...pipelines import PipelineBuilder
from .histories import DATA

REGISTRY = default_registry()


def explained(
    pipeline: Pipeline, module_id: int, digests: FileDigests | None = None
) -> Explanation:
    signatures = pipeline_signatures(pipeline, REGISTRY, digests=digests)
    return explain(pipeline, (module_id,), REGISTRY, signatures, digests=digests)


def differences(
    first: PipelineBuilder, second: PipelineBuilder, digests: FileDigests | None = None
) -> tuple[Difference, ...]:
    """Of the last module of each."""
    one, two = first.build(), second.build()
    return find_differences(
        explained(one, max(one.modules), digests), explained(two, max(two.modules), digests)
    )


def number_into_sum(value: str = "1", label: str = "Target", port: str = "str1") -> PipelineBuilder:
    builder = PipelineBuilder(REGISTRY)
    text = builder.add("String", label=label, value=value)
    builder.feed(text, "ConcatenateString", port)
    return builder


def test_equal_pipelines_have_no_difference() -> None:
    assert differences(number_into_sum(), number_into_sum()) == ()


def test_a_label_makes_no_difference() -> None:
    assert differences(number_into_sum(label="One"), number_into_sum(label="Two")) == ()


def test_a_value_far_upstream_is_named_where_it_was_set() -> None:
    (found,) = differences(number_into_sum("10"), number_into_sum("20"))
    assert (found.label, found.kind, found.subject) == ("Target", FactKind.PARAMETER, "value")
    assert (found.here, found.there) == ("'10'", "'20'")


def test_a_parameter_that_only_one_has_is_missing_in_the_other() -> None:
    first, second = number_into_sum(), PipelineBuilder(REGISTRY)
    second.feed(second.add("String", label="Target"), "ConcatenateString", "str1")
    (found,) = differences(first, second)
    assert (found.here, found.there) == ("'1'", None)


def test_another_port_is_a_connection_less_and_one_more() -> None:
    found = differences(number_into_sum(port="str1"), number_into_sum(port="str2"))
    assert {(one.subject, one.here, one.there) for one in found} == {
        ("str1", "Target.value (String)", None),
        ("str2", None, "Target.value (String)"),
    }


def test_another_kind_of_module_is_told_at_the_connection() -> None:
    first, second = PipelineBuilder(REGISTRY), PipelineBuilder(REGISTRY)
    first.feed(first.add("Integer", value="1"), "StandardOutput")
    second.feed(second.add("String", value="1"), "StandardOutput")
    (found,) = differences(first, second)
    assert (found.kind, found.here, found.there) == (
        FactKind.CONNECTION,
        "Integer.value",
        "String.value",
    )


def test_an_added_port_and_a_control_parameter_count() -> None:
    first, second = PipelineBuilder(REGISTRY), PipelineBuilder(REGISTRY)
    first.add("StringFormat", inputs={"n": "Integer"}, controls={"While": "x"})
    second.add("StringFormat", inputs={"n": "String"}, controls={"While": "y"})
    assert {one.kind for one in differences(first, second)} == {
        FactKind.PORT,
        FactKind.CONTROL_PARAMETER,
    }


def test_a_file_counts_by_its_content_and_not_by_its_path(tmp_path: Path) -> None:
    digests = FileDigests(tmp_path / "digests.json")
    names = {"one": "same", "two": "same", "three": "other"}
    for name, content in names.items():
        (tmp_path / name).write_text(content)

    def file(name: str) -> PipelineBuilder:
        builder = PipelineBuilder(REGISTRY)
        builder.add("File", value=str(tmp_path / name))
        return builder

    assert differences(file("one"), file("two"), digests) == ()
    (found,) = differences(file("one"), file("three"), digests)
    assert found.here is not None
    assert "with the content sha256:" in found.here
    # Gone, it still counts by the content that it had.
    (tmp_path / "one").unlink()
    assert differences(file("one"), file("two"), digests) == ()


def test_every_module_upstream_comes_after_those_that_feed_it() -> None:
    builder = number_into_sum()
    builder.feed(1, "StandardOutput")
    explanation = explained(builder.build(), 2)
    assert list(explanation.modules) == [(0,), (1,), (2,)]


def test_a_diamond_of_many_levels_is_walked_once() -> None:
    first, second = deep_diamond("1"), deep_diamond("2")
    (found,) = differences(first, second)
    assert found.label == "Bottom"


def deep_diamond(value: str) -> PipelineBuilder:
    """Each module feeds the next one twice: 2 to the 300th ways lead up."""
    builder = PipelineBuilder(REGISTRY)
    last = builder.add("String", label="Bottom", value=value)
    for _ in range(300):
        following = builder.feed(last, "ConcatenateString", "str1")
        builder.connect(last, "value", following, "str2")
        last = following
    return builder


def pipelines_of(path: Path, registry: Registry) -> Iterator[Pipeline]:
    vistrail = open_vistrail(path).vistrail
    yield from (vistrail.pipeline(version) for version in vistrail.versions)


@pytest.mark.parametrize("name", ["70_group", "71_group_inputs", "72_group_function", "01_base"])
def test_versions_of_real_files_differ_exactly_when_their_signatures_do(name: str) -> None:
    pipelines = list(pipelines_of(DATA / "vt" / f"{name}.vt", REGISTRY))
    for first, second in itertools.pairwise(pipelines):
        for module_id in first.modules.keys() & second.modules.keys():
            one, two = explained(first, module_id), explained(second, module_id)
            is_same = one.module.signature == two.module.signature
            assert bool(find_differences(one, two)) is not is_same


@st.composite
def pipelines(draw: st.DrawFn) -> PipelineBuilder:
    """A few Strings and concatenations, connected at random, each after those that feed it."""
    builder = PipelineBuilder(REGISTRY)
    texts = st.sampled_from(["", "a", "b"])
    for number in range(draw(st.integers(1, 5))):
        kind = draw(st.sampled_from(["String", "ConcatenateString", "StandardOutput"]))
        if kind == "String":
            builder.add(kind, value=draw(texts), label=draw(texts))
            continue
        module = builder.add(kind, controls={"x": draw(texts)} if draw(st.booleans()) else None)
        ports = ["str1", "str2"] if kind == "ConcatenateString" else ["value"]
        for port in ports:
            for source in draw(st.lists(st.integers(0, max(0, number - 1)), max_size=2)):
                if source < number:
                    builder.connect(source, "value", module, port)
    return builder


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(first=pipelines(), second=pipelines())
def test_there_is_a_reason_exactly_when_signatures_differ(
    first: PipelineBuilder, second: PipelineBuilder
) -> None:
    one, two = first.build(), second.build()
    here, there = explained(one, max(one.modules)), explained(two, max(two.modules))
    found = find_differences(here, there)
    assert bool(found) is (here.module.signature != there.module.signature)
    assert all(difference.kind is not None for difference in found)
