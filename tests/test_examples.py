"""The examples are what their source makes, and can run."""

from __future__ import annotations

from pathlib import Path

import pytest

from vistrails_tej.dataflow import find_problems
from vistrails_tej.modules.workflow import load_registry, open_workflow

from .vistrails import EXAMPLES, load_source

FILES = sorted(path.name for path in EXAMPLES.glob("*.vt"))


def test_the_files_are_what_their_source_makes(tmp_path: Path) -> None:
    load_source("make_examples").main(tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {name: (EXAMPLES / name).read_bytes() for name in FILES}


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_wrong_with_an_example(name: str) -> None:
    workflow = open_workflow(EXAMPLES / name, load_registry())
    assert find_problems(workflow.pipeline, workflow.registry) == []
