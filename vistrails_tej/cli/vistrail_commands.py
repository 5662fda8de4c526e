"""Look into a vistrail: its versions, what a version holds, and the ids of its jobs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from ..dataflow import (
    ModuleSignature,
    Pipeline,
    PipelineModule,
    Registry,
    find_looped,
    find_problems,
    open_vistrail,
)
from ..modules.workflow import Workflow, load_registry, open_workflow
from .history_text import history_lines, version_to_json
from .output import tell, write_file, write_json, write_line, write_table
from .pipeline_picture import draw_pipeline
from .pipeline_text import module_to_json, pipeline_lines
from .queue_options import json_option
from .run_log_text import write_runs
from .vistrail_options import file_argument, parse_assignments, set_option

_SIGNATURE_COLUMNS = ("id", "name", "package", "module_signature", "signature", "")


@click.command(epilog="Example: vistrails-tej show primes.vt --version final --svg final.svg")
@set_option
@click.option("--svg", type=click.Path(path_type=Path, dir_okay=False), help="Draw a picture.")
@json_option
def show(
    file: Path,
    version: str | None,
    assignments: Sequence[str],
    svg: Path | None,
    as_json: bool,
) -> None:
    """Tell which modules a version has, how they are set and connected."""
    workflow = open_workflow(
        file, load_registry(), version=version, assignments=parse_assignments(assignments)
    )
    if svg is not None:
        write_file(svg, draw_pipeline(workflow.pipeline))
    if as_json:
        write_json(_workflow_to_json(workflow))
        return
    for line in pipeline_lines(workflow):
        write_line(line)
    for problem in find_problems(workflow.pipeline, workflow.registry):
        tell(f"this version cannot run: {problem}")


@click.command(epilog="Example: vistrails-tej history primes.vt")
@file_argument
@click.option("--runs", is_flag=True, help="Print the runs that the file remembers instead.")
@json_option
def history(file: Path, runs: bool, as_json: bool) -> None:
    """Print the tree of versions with their tags."""
    if runs:
        write_runs(file, as_json=as_json)
        return
    vistrail = open_vistrail(file).vistrail
    if as_json:
        write_json([version_to_json(vistrail, number) for number in sorted(vistrail.versions)])
        return
    for line in history_lines(vistrail):
        write_line(line)


@click.command(epilog="Example: vistrails-tej signatures primes.vt --version 20 --json")
@set_option
@json_option
def signatures(file: Path, version: str | None, assignments: Sequence[str], as_json: bool) -> None:
    """Print the signatures of the modules; a job's id is vistrails_module_ and the signature.

    What is inside groups and subworkflows is printed too. A job in a loop has another id in each
    round, which is known when it runs.
    """
    workflow = open_workflow(
        file, load_registry(), version=version, assignments=parse_assignments(assignments)
    )
    rows = _signature_rows(workflow)
    if as_json:
        write_json(rows)
    elif rows:
        cells = [_signature_cells(row) for row in rows]
        write_table(_SIGNATURE_COLUMNS, cells, whole=("module_signature", "signature"))


def _signature_rows(workflow: Workflow) -> list[dict[str, Any]]:
    found = _find_signatures(workflow.pipeline, workflow.signatures, workflow.registry)
    return [
        {
            "id": module.id,
            "path": [one.id for one in (*groups, module)],
            "name": module.name,
            "inside": [one.label for one in groups],
            "package": module.package,
            "module_signature": signature.module_signature,
            "signature": signature.signature,
            "looped": is_looped,
        }
        for groups, module, signature, is_looped in found
    ]


def _find_signatures(
    pipeline: Pipeline,
    signatures: Mapping[int, ModuleSignature],
    registry: Registry,
    groups: tuple[PipelineModule, ...] = (),
    *,
    in_loop: bool = False,
) -> Iterator[tuple[tuple[PipelineModule, ...], PipelineModule, ModuleSignature, bool]]:
    """Each module with the groups around it, and whether it runs in a loop; groups come first."""
    looped = find_looped(pipeline, registry)
    for module_id, module in sorted(pipeline.modules.items()):
        signature, is_looped = signatures[module_id], in_loop or module_id in looped
        yield groups, module, signature, is_looped
        if module.content is not None:
            yield from _find_signatures(
                module.content, signature.content, registry, (*groups, module), in_loop=is_looped
            )


def _signature_cells(row: Mapping[str, Any]) -> list[str]:
    return [
        "/".join(map(str, row["path"])),
        " > ".join([*row["inside"], row["name"]]),
        row["package"],
        row["module_signature"],
        row["signature"],
        "in a loop" if row["looped"] else "",
    ]


def _workflow_to_json(workflow: Workflow) -> dict[str, Any]:
    pipeline = workflow.pipeline
    return {
        "version": workflow.version,
        "modules": [module_to_json(one) for _, one in sorted(pipeline.modules.items())],
        "connections": [
            {
                "id": one.id,
                "source": one.source.module_id,
                "source_port": one.source.port,
                "destination": one.destination.module_id,
                "destination_port": one.destination.port,
            }
            for _, one in sorted(pipeline.connections.items())
        ],
        "problems": [str(one) for one in find_problems(pipeline, workflow.registry)],
    }
