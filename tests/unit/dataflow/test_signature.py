"""Signatures are those that VisTrails 2.2 computed for the same files."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from tests.pipelines import PipelineBuilder
from vistrails_tej.dataflow.errors import PipelineHasCycle
from vistrails_tej.dataflow.file_digests import FileDigests
from vistrails_tej.dataflow.pipeline import Connection, Endpoint, Pipeline
from vistrails_tej.dataflow.ports import BASIC
from vistrails_tej.dataflow.preparation import prepare_pipeline
from vistrails_tej.dataflow.registry import Registry
from vistrails_tej.dataflow.signature import ModuleSignature, pipeline_signatures
from vistrails_tej.dataflow.storage import read_vistrail

from .histories import DATA, action, add, vistrail_of
from .sample_packages import tej_registry

GOLDEN = json.loads((DATA / "golden_signatures.json").read_text())


@lru_cache
def registry() -> Registry:
    return tej_registry()


def prepared(entry: dict[str, Any]) -> Pipeline:
    vistrail = read_vistrail(DATA / entry["relfile"])
    return prepare_pipeline(vistrail, vistrail.resolve_version(entry["tag"]), registry())


def test_the_golden_file_covers_the_formats() -> None:
    assert len(GOLDEN) == 51
    assert sum(len(entry["modules"]) for entry in GOLDEN) == 185


@pytest.mark.parametrize("entry", GOLDEN, ids=lambda entry: Path(entry["relfile"]).name)
def test_every_module_hashes_as_in_vistrails(entry: dict[str, Any], tmp_path: Path) -> None:
    pipeline = prepared(entry)
    found = pipeline_signatures(pipeline, registry(), digests=FileDigests(tmp_path / "cache"))
    ours = sorted(
        (pipeline.modules[one].name, found[one].module_signature, found[one].signature)
        for one in found
    )
    theirs = sorted(
        (one["name"], one["module_sig"], one["subpipeline_sig"]) for one in entry["modules"]
    )
    assert ours == theirs
    if not entry["upgraded"]:
        assert {one: found[one].signature for one in found} == {
            one["id"]: one["subpipeline_sig"] for one in entry["modules"]
        }


@pytest.mark.parametrize("entry", GOLDEN, ids=lambda entry: Path(entry["relfile"]).name)
def test_no_package_needs_to_be_loaded_if_the_file_has_its_version(entry: dict[str, Any]) -> None:
    pipeline = prepared(entry)
    assert pipeline_signatures(pipeline, Registry()) == pipeline_signatures(pipeline, registry())


def test_the_worked_example_of_the_specification(tmp_path: Path) -> None:
    """Version 20 of the primes workflow that came with VisTrails' tej package."""
    pipeline = read_vistrail(DATA / "vt" / "B_suspended.vt").pipeline(20)
    found = pipeline_signatures(pipeline, registry())
    names = {pipeline.modules[one].name: found[one] for one in found}
    assert names["Queue"] == ModuleSignature(
        "91436e408eb9113a475f95adb8a9cb016a822682", "3b874fec9c63d30371abb798a2b718b389175ad3"
    )
    assert names["SubmitJob"] == ModuleSignature(
        "36b7889bc2fad9a1dcb6718fbc4eae16ee935dc9", "d00a608ec1656f9999f7ae1a3a2679547ee3b358"
    )


def test_the_recorded_job_is_that_of_its_version() -> None:
    vistrail = read_vistrail(DATA / "vt" / "B_done.vt")
    (job,) = json.loads(vistrail.annotations["__jobs__"])["jobs"]
    found = pipeline_signatures(vistrail.pipeline(21), registry())
    assert job in {one.signature for one in found.values()}


def test_the_inside_of_a_group_is_signed_too() -> None:
    entry = next(one for one in GOLDEN if "73_job_in_group" in one["relfile"])
    pipeline = prepared(entry)
    group = next(one for one in pipeline.modules.values() if one.content is not None)
    content = pipeline_signatures(pipeline, registry())[group.id].content
    assert group.content is not None
    assert set(content) == set(group.content.modules)
    assert all(len(one.signature) == 40 for one in content.values())


def text_pipeline(*values: str, order: int = 1) -> dict[str, str]:
    """Strings joined by a ConcatenateString; by name, their signatures."""
    builder = PipelineBuilder(registry())
    texts = [builder.add("String", value=value) for value in values]
    joined = builder.add("ConcatenateString")
    for port, text in list(enumerate(texts, 1))[::order]:
        builder.connect(text, "value", joined, f"str{port}")
    found = pipeline_signatures(builder.build(), registry())
    return {str(one): found[one].signature for one in (*texts, joined)}


def test_the_order_of_connections_does_not_count() -> None:
    assert text_pipeline("a", "b") == text_pipeline("a", "b", order=-1)


def test_values_count_as_they_are_written() -> None:
    assert text_pipeline("5") != text_pipeline("05")
    assert text_pipeline("a", "b")["2"] != text_pipeline("b", "a")["2"]


def test_a_connection_from_nowhere_is_ignored() -> None:
    builder = PipelineBuilder(registry())
    text = builder.add("String", value="x")
    whole = builder.build()
    dangling = Connection(0, Endpoint(99, "value"), Endpoint(text, "value"))
    torn = replace(whole, connections={0: dangling})
    assert pipeline_signatures(torn, registry()) == pipeline_signatures(whole, registry())


def test_a_circle_is_named_not_followed() -> None:
    builder = PipelineBuilder(registry())
    first, second = builder.add("ConcatenateString", label="one"), builder.add("ConcatenateString")
    builder.connect(first, "value", second, "str1")
    builder.connect(second, "value", first, "str1")
    with pytest.raises(PipelineHasCycle, match="one"):
        pipeline_signatures(builder.build(), registry())


def test_a_chain_of_five_thousand_modules_is_signed() -> None:
    builder = PipelineBuilder(registry())
    last = builder.add("String", value="x")
    for _ in range(5000):
        last = builder.feed(last, "ConcatenateString", "str1")
    found = pipeline_signatures(builder.build(), registry())
    assert len({one.signature for one in found.values()}) == 5001


def test_an_input_port_outside_a_group_has_a_stable_signature(tmp_path: Path) -> None:
    stored = f'<module id="1" name="InputPort" package="{BASIC}" version="2.1.1"/>'
    pipeline = vistrail_of(tmp_path, action(1, 0, add(0, "module", stored, 1))).pipeline(1)
    assert pipeline_signatures(pipeline, registry()) == pipeline_signatures(pipeline, registry())


# --- constants that are files


def file_signature(path: Path | str, digests: FileDigests, name: str = "File") -> str:
    builder = PipelineBuilder(registry())
    builder.add(name, value=str(path))
    return pipeline_signatures(builder.build(), registry(), digests=digests)[0].signature


@pytest.fixture
def digests(tmp_path: Path) -> FileDigests:
    return FileDigests(tmp_path / "cache.json")


def test_a_file_counts_by_content_not_by_place(tmp_path: Path, digests: FileDigests) -> None:
    (tmp_path / "a").write_text("same")
    (tmp_path / "b").write_text("same")
    (tmp_path / "c").write_text("other")
    first = file_signature(tmp_path / "a", digests)
    assert first == file_signature(tmp_path / "b", digests)
    assert first != file_signature(tmp_path / "c", digests)
    content = hashlib.sha256(b"same").hexdigest()
    assert first == file_signature(f"sha256:{content}", FileDigests(tmp_path / "none"))


def test_a_missing_file_counts_by_its_path(tmp_path: Path, digests: FileDigests) -> None:
    entry = next(one for one in GOLDEN if "30_file_missing" in one["relfile"])
    found = pipeline_signatures(prepared(entry), registry(), digests=digests)
    assert [one.signature for one in found.values()] == [entry["modules"][0]["subpipeline_sig"]]
    assert file_signature("/no/a", digests) != file_signature("/no/b", digests)


def test_a_directory_counts_by_all_that_is_in_it(tmp_path: Path, digests: FileDigests) -> None:
    for name in ("a", "b"):
        (tmp_path / name / "sub").mkdir(parents=True)
        (tmp_path / name / "sub" / "data").write_text("same")
    first = file_signature(tmp_path / "a", digests, "Directory")
    assert first == file_signature(tmp_path / "b", digests, "Directory")
    (tmp_path / "b" / "sub" / "data").write_text("edit")
    assert first != file_signature(tmp_path / "b", digests, "Directory")


def test_other_constants_are_never_taken_for_files(tmp_path: Path, digests: FileDigests) -> None:
    (tmp_path / "a").write_text("x")
    before = [file_signature(tmp_path / "a", digests, name) for name in ("String", "Path")]
    (tmp_path / "a").write_text("y")
    after = [file_signature(tmp_path / "a", digests, name) for name in ("String", "Path")]
    assert before == after
