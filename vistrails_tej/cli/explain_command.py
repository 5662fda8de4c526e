"""explain: what enters the id of each job, and what made it differ from another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from ..dataflow import FactKind, ModuleFacts
from ..modules.explaining import (
    ExplainedJob,
    JobPair,
    RecordedJob,
    explain_jobs,
    find_recorded,
    pair_jobs,
)
from ..modules.job_book import recorded_jobs
from ..modules.workflow import Workflow, load_registry, open_workflow, workflow_at
from .difference_text import describe_difference
from .output import write_json, write_line
from .queue_options import json_option
from .recorded_text import describe_recorded, recorded_to_json
from .vistrail_options import parse_assignments, set_option

_WIDTH = 72
# Told by the lines of the modules themselves.
_IN_HEADINGS = (FactKind.MODULE, FactKind.PACKAGE_VERSION, FactKind.INTERNAL_VERSION)


@dataclass(frozen=True, slots=True)
class _Other:
    """What is compared with, and how it is called."""

    name: str
    jobs: list[ExplainedJob]
    recorded: RecordedJob | None = None


@click.command(
    "explain", epilog="Example: vistrails-tej explain primes.vt --against 20 --version final"
)
@set_option
@click.option("--against", metavar="TAG|ID", help="Compare with another version.")
@click.option(
    "--against-file", type=click.Path(path_type=Path), help="Compare with another vistrail."
)
@click.option("--against-version", metavar="TAG|ID", help="Which version of the other vistrail.")
@click.option("--against-job", metavar="ID", help="Compare with a job that the file remembers.")
@json_option
def explain_command(
    file: Path,
    version: str | None,
    assignments: Sequence[str],
    against: str | None,
    against_file: Path | None,
    against_version: str | None,
    against_job: str | None,
    as_json: bool,
) -> None:
    """Tell what enters the id of each job, and why it is not that of another.

    Jobs of equal id are one and the same; --set tells the id that a job would have.
    """
    _check(against, against_file, against_version, against_job)
    workflow = open_workflow(
        file, load_registry(), version=version, assignments=parse_assignments(assignments)
    )
    here = explain_jobs(workflow)
    other = None
    if against is not None:
        other = _version_of(workflow, against)
    elif against_file is not None:
        other = _file(against_file, against_version)
    elif against_job is not None:
        other = _recorded(workflow, against_job)
    if as_json:
        write_json(_to_json(workflow, here, other))
        return
    for line in _lines(workflow, here, other):
        write_line(line)


def _check(against: str | None, file: Path | None, version: str | None, job: str | None) -> None:
    if sum(one is not None for one in (against, file, job)) > 1:
        raise click.UsageError("give one of --against, --against-file and --against-job")
    if version is not None and file is None:
        raise click.UsageError("--against-version goes with --against-file")


def _version_of(workflow: Workflow, selector: str) -> _Other:
    other = workflow_at(workflow, selector)
    return _Other(f"version {other.version}", explain_jobs(other))


def _file(path: Path, version: str | None) -> _Other:
    other = open_workflow(path, load_registry(), version=version)
    return _Other(f"version {other.version} of {path}", explain_jobs(other))


def _recorded(workflow: Workflow, job_id: str) -> _Other:
    found = find_recorded(workflow, recorded_jobs(workflow.path).monitor, job_id)
    jobs = [found.source] if found.source else []
    return _Other(f"the recorded job {job_id}", jobs, found)


# -- text ------------------------------------------------------------------------------------


def _lines(workflow: Workflow, here: Sequence[ExplainedJob], other: _Other | None) -> Iterator[str]:
    if not here:
        yield f"version {workflow.version} has no jobs"
    if other is None:
        for explained in here:
            yield from _job_lines(explained)
        return
    if other.recorded is not None:
        yield from describe_recorded(other.recorded, here)
        if other.recorded.source is None:
            return
    for pair in _pairs(here, other):
        yield from _pair_lines(pair, other.name)


def _pairs(here: Sequence[ExplainedJob], other: _Other) -> list[JobPair]:
    """Beside a recorded job stands one job only."""
    pairs = pair_jobs(here, other.jobs)
    if other.recorded is None:
        return pairs
    return [pair for pair in pairs if pair.there is not None]


def _job_lines(explained: ExplainedJob) -> Iterator[str]:
    name = "jobs in a loop, named after" if explained.job.is_looped else "job"
    yield f"{explained.job.label}: {name} {explained.job.job_id}, made of"
    modules = explained.explanation.modules
    for facts in modules.values():
        yield f"  {_heading(facts)}"
        for fact in facts.facts:
            if fact.kind is FactKind.PARAMETER:
                yield f"    {fact.subject} = {_shorten(fact.shown)}"
            elif fact.kind is FactKind.PARAMETER_TYPE or fact.kind in _IN_HEADINGS:
                continue
            else:
                yield f"    {fact.kind.value} {fact.subject}: {_shorten(fact.shown)}"
        for feed in facts.feeds:
            yield f"    {feed.port} <- {modules[feed.source].label}.{feed.source_port}"


def _heading(facts: ModuleFacts) -> str:
    own = {one.kind: one.shown for one in facts.facts if not one.subject}
    number = "/".join(map(str, facts.path))
    version = own.get(FactKind.PACKAGE_VERSION, "")
    return f"#{number} {facts.label}: {own.get(FactKind.MODULE, facts.name)} {version}".rstrip()


def _pair_lines(pair: JobPair, name: str) -> Iterator[str]:
    if pair.here is None:
        assert pair.there is not None
        yield f"{pair.there.job.label}: only in {name}, job {pair.there.job.job_id}"
        return
    label, job_id = pair.here.job.label, pair.here.job.job_id
    if pair.there is None:
        yield f"{label}: job {job_id}; {name} has no job like it"
    elif pair.here.job.signature == pair.there.job.signature:
        yield f"{label}: job {job_id}, the same as in {name}"
    else:
        yield f"{label}: job {job_id} here, {pair.there.job.job_id} in {name}, because"
        for one in pair.differences:
            yield f"  {describe_difference(one)}"


def _shorten(text: str) -> str:
    flat = text.replace("\n", "\\n")
    return flat if len(flat) <= _WIDTH else f"{flat[:_WIDTH]}..."


# -- JSON ------------------------------------------------------------------------------------


def _to_json(
    workflow: Workflow, here: Sequence[ExplainedJob], other: _Other | None
) -> dict[str, Any]:
    result: dict[str, Any] = {
        "version": workflow.version,
        "jobs": [_job_to_json(one) for one in here],
    }
    if other is not None:
        result["against"] = other.name
        result["pairs"] = [_pair_to_json(pair) for pair in _pairs(here, other)]
        if other.recorded is not None:
            result["recorded"] = recorded_to_json(other.recorded, here)
    return result


def _job_to_json(explained: ExplainedJob) -> dict[str, Any]:
    return {
        "module": explained.job.path[-1],
        "label": explained.job.label,
        "id": explained.job.job_id,
        "looped": explained.job.is_looped,
        "made_of": [
            {
                "path": list(one.path),
                "label": one.label,
                "name": one.name,
                "signature": one.signature,
                "facts": [
                    {"kind": fact.kind.value, "subject": fact.subject, "value": fact.shown}
                    for fact in one.facts
                ],
                "connections": [
                    {"port": feed.port, "from": list(feed.source), "from_port": feed.source_port}
                    for feed in one.feeds
                ],
            }
            for one in explained.explanation.modules.values()
        ],
    }


def _pair_to_json(pair: JobPair) -> dict[str, Any]:
    shown = pair.here or pair.there
    return {
        "here": pair.here.job.job_id if pair.here else None,
        "there": pair.there.job.job_id if pair.there else None,
        "label": shown.job.label if shown else None,
        "differences": [
            {
                "label": one.label,
                "kind": one.kind.value if one.kind else None,
                "subject": one.subject,
                "here": one.here,
                "there": one.there,
                "sentence": describe_difference(one),
            }
            for one in pair.differences
        ],
    }
