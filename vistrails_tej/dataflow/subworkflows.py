"""Subworkflows: what stands behind a module that is itself a workflow of the same file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .errors import VistrailError
from .pipeline import Annotation, Pipeline, PipelineModule
from .vistrail import Vistrail

ABSTRACTION = "abstraction"
# Written on a module in the memory only, never into a file.
_PROBLEM = "__subworkflow_problem__"
# Each could hold many others; more are drawn by no one, but by somebody who wants to do harm.
_MOST_SUBWORKFLOWS = 2_000
_DEEPEST = 40
_LONGEST_NUMBER = 19


def with_subworkflows(pipeline: Pipeline, subworkflows: Mapping[str, Vistrail]) -> Pipeline:
    """The pipeline with the content of every subworkflow in it, those in groups included.

    A module is a subworkflow by its uuid (``namespace``) and the version inside it
    (``internal_version``). One that cannot be found keeps no content; ``subworkflow_problem``
    then says why.
    """
    return _Resolver(subworkflows).resolve(pipeline, ())


def used_packages(vistrail: Vistrail, version: int) -> set[str]:
    """The identifiers of the packages of a version's modules, as they stand in the file.

    Those inside groups and subworkflows count too. Raise VersionNotFound or VistrailCorrupt.
    """
    found: set[str] = set()
    waiting = [with_subworkflows(vistrail.pipeline(version), vistrail.subworkflows)]
    while waiting:
        for module in waiting.pop().modules.values():
            if module.content is not None:
                waiting.append(module.content)
            if module.kind != ABSTRACTION:
                found.add(module.package)
    return found


def subworkflow_problem(module: PipelineModule) -> str:
    """Why the content of a subworkflow is not known; empty if it is, or nobody has looked."""
    return module.annotation(_PROBLEM) or ""


class _Resolver:
    def __init__(self, subworkflows: Mapping[str, Vistrail]) -> None:
        self._subworkflows = subworkflows
        self._left = _MOST_SUBWORKFLOWS

    def resolve(self, pipeline: Pipeline, inside: tuple[tuple[str, str], ...]) -> Pipeline:
        """``inside`` are the subworkflows around this pipeline, outermost first."""
        changed: dict[int, PipelineModule] = {}
        for module_id, module in pipeline.modules.items():
            if module.kind == ABSTRACTION:
                changed[module_id] = self._resolved(module, inside)
            elif module.content is not None:
                content = self.resolve(module.content, inside)
                if content is not module.content:
                    changed[module_id] = replace(module, content=content)
        if not changed:
            return pipeline
        return Pipeline({**pipeline.modules, **changed}, pipeline.connections)

    def _resolved(
        self, module: PipelineModule, inside: tuple[tuple[str, str], ...]
    ) -> PipelineModule:
        key = (module.namespace, module.internal_version)
        if key in inside:
            return _with_problem(module, "it contains itself; take it out of its own workflow")
        self._left -= 1
        if self._left < 0 or len(inside) >= _DEEPEST:
            return _with_problem(module, "there are too many subworkflows, or too deep")
        vistrail = self._subworkflows.get(module.namespace)
        if vistrail is None:
            return _with_problem(
                module,
                "its content is not in this file; save it again in the program that made it,"
                " or put its modules in its place",
            )
        try:
            content = _content(vistrail, module.internal_version)
        except VistrailError as error:
            return _with_problem(module, f"its content cannot be read: {error}")
        return replace(module, content=self.resolve(content, (*inside, key)))


def _content(vistrail: Vistrail, internal_version: str) -> Pipeline:
    """The pipeline of a version inside; its latest if none is named."""
    text = internal_version.strip()
    if text in ("", "-1"):
        version = vistrail.resolve_version()
    else:
        # A tag that looks like a number does not count here.
        is_number = text.isascii() and text.isdigit() and len(text) < _LONGEST_NUMBER
        version = vistrail.resolve_version(int(text) if is_number else text)
    return vistrail.pipeline(vistrail.upgraded(version))


def _with_problem(module: PipelineModule, problem: str) -> PipelineModule:
    note = Annotation(-1, _PROBLEM, problem)
    return replace(module, content=None, annotations=(*module.annotations, note))
