"""A version of a vistrail made ready to run: its pipeline, problems and signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..dataflow import (
    Assignment,
    FileDigests,
    ModuleSignature,
    OpenedVistrail,
    Pipeline,
    PipelineInvalid,
    Registry,
    Vistrail,
    default_registry,
    find_problems,
    load_installed_packages,
    load_package,
    open_vistrail,
    pipeline_signatures,
    prepare_pipeline,
    used_packages,
)

_OWN_PACKAGE = __package__.rpartition(".")[0]


def load_registry() -> Registry:
    """The basic package and ours; other packages are loaded when a pipeline needs them."""
    registry = default_registry()
    load_package(registry, _OWN_PACKAGE)
    return registry


@dataclass(frozen=True)
class Workflow:
    """One version of a vistrail, with everything that was set for this run."""

    opened: OpenedVistrail
    version: int
    pipeline: Pipeline
    registry: Registry

    @property
    def vistrail(self) -> Vistrail:
        """The whole history that the version belongs to."""
        return self.opened.vistrail

    @property
    def path(self) -> Path:
        """The file that holds the vistrail, and its jobs."""
        return self.opened.path

    @cached_property
    def signatures(self) -> dict[int, ModuleSignature]:
        """The signatures of every module. Raise PipelineHasCycle."""
        return pipeline_signatures(self.pipeline, self.registry, digests=FileDigests())

    def check(self) -> None:
        """Raise PipelineInvalid, with all problems, unless the version can run."""
        problems: list[object] = list(find_problems(self.pipeline, self.registry))
        if not self.pipeline.modules:
            problems.append("it has no modules; choose another one, history lists them")
        if problems:
            raise PipelineInvalid(problems)


def open_workflow(
    path: Path,
    registry: Registry,
    *,
    version: str | int | None = None,
    assignments: Sequence[Assignment] = (),
) -> Workflow:
    """Read a file and replay one of its versions, by default the one a .vtl names or the latest.

    Raise VistrailError when the file or the version cannot be read.
    """
    opened = open_vistrail(path)
    selector = opened.version if version is None else version
    number = opened.vistrail.resolve_version(selector)
    return _make_workflow(opened, number, registry, assignments)


def workflow_at(
    workflow: Workflow, version: str | int, *, assignments: Sequence[Assignment] = ()
) -> Workflow:
    """Another version of the same file, or the same one with other values.

    Raise VistrailError when the version cannot be read.
    """
    number = workflow.vistrail.resolve_version(version)
    return _make_workflow(workflow.opened, number, workflow.registry, assignments)


def workflow_of(vistrail: Vistrail, version: int, registry: Registry, path: Path) -> Workflow:
    """A version of a vistrail that is open in a program; ``path`` is the file with its jobs.

    Raise VistrailError when the version cannot be read.
    """
    return _make_workflow(OpenedVistrail(vistrail, path), version, registry, ())


def _make_workflow(
    opened: OpenedVistrail, version: int, registry: Registry, assignments: Sequence[Assignment]
) -> Workflow:
    _load_needed(opened.vistrail, version, registry)
    pipeline = prepare_pipeline(opened.vistrail, version, registry, assignments=assignments)
    return Workflow(opened, version, pipeline, registry)


def _load_needed(vistrail: Vistrail, version: int, registry: Registry) -> None:
    """Load the installed packages that a version uses and nobody has loaded yet.

    One that fails to load leaves its modules unknown, which validation then says.
    """
    used = used_packages(vistrail, vistrail.upgraded(version))
    wanted = {package for package in used if registry.find_package(package) is None}
    if wanted:
        load_installed_packages(registry, wanted=wanted)
