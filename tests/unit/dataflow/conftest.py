"""What the tests of the dataflow core share: a fake server, a registry, a builder, a runner."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.counting_modules import FakeServer, counting_registry
from tests.pipelines import PipelineBuilder, PipelineRunner
from vistrails_tej.dataflow.registry import Registry


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


@pytest.fixture
def counting(server: FakeServer) -> Registry:
    """The basic package, and modules that count, fail and wait."""
    return counting_registry(server)


@pytest.fixture
def builder(counting: Registry) -> PipelineBuilder:
    return PipelineBuilder(counting)


@pytest.fixture
def runner(counting: Registry, tmp_path: Path) -> Iterator[PipelineRunner]:
    pool = tmp_path / "pool"
    pool.mkdir()
    runner = PipelineRunner(counting, pool)
    yield runner
    runner.pool.close()
    assert not list(pool.iterdir())
