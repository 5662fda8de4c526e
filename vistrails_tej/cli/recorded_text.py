"""What is known of a job that a file remembers, beside the jobs of a version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..modules.explaining import ExplainedJob, RecordedJob

_PORTS = ("destination", "queue", "setup_runtime", "need_runtime")


def describe_recorded(recorded: RecordedJob, here: Sequence[ExplainedJob]) -> Iterator[str]:
    """What the record says, where the job was made, and how the queue differs."""
    record = recorded.record
    place = f"{record.parameters.get('destination', '?')} {record.parameters.get('queue', '')}"
    code = record.parameters.get("exitcode")
    end = f"ended with exit code {code}" if record.finished else "is not known to have ended"
    yield f"{record.name or 'the job'} was started {record.start or '?'} on {place.strip()}; {end}"
    if recorded.versions:
        yield f"it was run for {', '.join(_version(one) for one in recorded.versions)}"
    if recorded.source is not None:
        yield f"version {recorded.version} makes this job"
        return
    yield (
        "no version of the file makes this job as it stands: values were set for that run, it was"
        " one of a loop, or a file or package has changed since; the record does not hold those"
    )
    for name, mine, theirs in _queue_differences(recorded, here):
        yield f"  its {name} is {mine!r} here, {theirs!r} there"


def recorded_to_json(recorded: RecordedJob, here: Sequence[ExplainedJob]) -> dict[str, Any]:
    """The same, for programs."""
    record = recorded.record
    return {
        "signature": record.id,
        "name": record.name,
        "start": record.start,
        "finished": record.finished,
        "parameters": dict(record.parameters),
        "versions": list(recorded.versions),
        "made_by_version": recorded.version,
        "differences": [
            {"subject": name, "here": mine, "there": theirs}
            for name, mine, theirs in _queue_differences(recorded, here)
        ],
    }


def _version(version: int | str) -> str:
    return f"version {version}" if isinstance(version, int) else version


def _queue_differences(
    recorded: RecordedJob, here: Sequence[ExplainedJob]
) -> Iterator[tuple[str, str, str]]:
    """Where the job of the same name goes to another queue than the recorded one did."""
    alike = [one for one in here if one.job.label == recorded.record.name] or list(here)
    queue = alike[0].job.queue if len(alike) == 1 else None
    if queue is None:
        return
    for name in _PORTS:
        mine, theirs = queue.to_parameters()[name], recorded.record.parameters.get(name)
        if theirs is not None and mine != str(theirs):
            yield name, mine, str(theirs)
