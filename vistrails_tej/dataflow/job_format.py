"""Records of jobs and of the workflows that wait for them, and their JSON in a vistrail.

The JSON is that of the vistrail-level annotation ``__jobs__`` of VisTrails 2.2:
``{"jobs": {id: job}, "workflows": {id: workflow}}``, every key of both always present.
"""

from __future__ import annotations

import getpass
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .errors import JobRecordsInvalid


def now_text() -> str:
    """The local time as VisTrails writes it: ISO, without a zone."""
    # The format has no zone: a file must stay readable by VisTrails 2.2.
    return datetime.now().isoformat()


def user_name() -> str:
    """Who is logged in; empty where the system does not say."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job that was started. ``id`` is the signature of its module, ``parameters`` are JSON."""

    id: str
    parameters: Mapping[str, Any]
    name: str = ""
    start: str = field(default_factory=now_text)
    finished: bool = False

    @property
    def is_broken(self) -> bool:
        """Finished without a word on how: VisTrails 2.2 leaves this behind for a lost job."""
        return self.finished and not self.parameters


@dataclass(frozen=True, slots=True)
class WorkflowRecord:
    """A version that was run, and the ids of its jobs.

    ``version`` is a number, or a text for a mashup or an exploration.
    """

    version: int | str
    name: str = "untitled"
    id: str = field(default_factory=lambda: str(uuid.uuid1()))
    user: str = field(default_factory=user_name)
    start: str = field(default_factory=now_text)
    jobs: tuple[str, ...] = ()


@dataclass(slots=True)
class JobRecords:
    """What an annotation holds. ``unreadable`` keeps, as it was, what is no record."""

    jobs: dict[str, JobRecord] = field(default_factory=dict)
    workflows: dict[str, WorkflowRecord] = field(default_factory=dict)
    unreadable: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to remember."""
        has_workflows = any(one.jobs for one in self.workflows.values())
        return not (self.jobs or self.unreadable or has_workflows)


def format_records(records: JobRecords) -> str:
    """The records as JSON, in ASCII; workflows without a job are left out."""
    jobs: dict[str, Any] = {
        job.id: {
            "id": job.id,
            "name": job.name,
            "start": job.start,
            "finished": job.finished,
            "parameters": dict(job.parameters),
        }
        for job in records.jobs.values()
    }
    workflows: dict[str, Any] = {
        workflow.id: {
            "id": workflow.id,
            "version": workflow.version,
            "name": workflow.name,
            "user": workflow.user,
            "start": workflow.start,
            "jobs": list(workflow.jobs),
        }
        for workflow in records.workflows.values()
        if workflow.jobs
    }
    jobs.update(records.unreadable.get("jobs", {}))
    workflows.update(records.unreadable.get("workflows", {}))
    return json.dumps({"jobs": jobs, "workflows": workflows})


def parse_records(text: str) -> JobRecords:
    """Read what ``format_records``, or VisTrails, wrote. Raise JobRecordsInvalid.

    A single record that cannot be used is set aside and named in ``problems``.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise JobRecordsInvalid(str(error)) from error
    if not isinstance(content, dict):
        raise JobRecordsInvalid("they are not a JSON object")
    records = JobRecords()
    for key, raw in _section(content, "jobs").items():
        job = _parse_job(key, raw)
        if job is None:
            _set_aside(records, "job", key, raw)
            continue
        records.jobs[key] = job
        if job.is_broken:
            records.problems.append(
                f"the record of job {key} says finished, but not how; the job is asked again"
            )
    for key, raw in _section(content, "workflows").items():
        workflow = _parse_workflow(key, raw)
        if workflow is None:
            _set_aside(records, "workflow", key, raw)
        else:
            records.workflows[key] = workflow
    return records


def _set_aside(records: JobRecords, kind: str, key: str, raw: object) -> None:
    records.unreadable.setdefault(f"{kind}s", {})[key] = raw
    records.problems.append(f"the record of {kind} {key} cannot be read; it is left alone")


def _section(content: dict[str, Any], name: str) -> dict[str, Any]:
    section = content.get(name, {})
    if not isinstance(section, dict):
        raise JobRecordsInvalid(f"{name!r} is not a JSON object")
    return section


def _parse_job(key: str, raw: object) -> JobRecord | None:
    if not isinstance(raw, dict):
        return None
    parameters = raw.get("parameters", {})
    if not isinstance(parameters, dict):
        return None
    return JobRecord(
        id=key,
        parameters=parameters,
        name=str(raw.get("name") or ""),
        start=str(raw.get("start") or ""),
        # Anything but a plain true leaves open how it ended; the server is asked then.
        finished=raw.get("finished") is True,
    )


def _parse_workflow(key: str, raw: object) -> WorkflowRecord | None:
    if not isinstance(raw, dict):
        return None
    version, jobs = raw.get("version"), raw.get("jobs", [])
    if not isinstance(version, (int, str)) or not isinstance(jobs, list):
        return None
    return WorkflowRecord(
        version=version,
        name=str(raw.get("name") or "untitled"),
        id=key,
        user=str(raw.get("user") or ""),
        start=str(raw.get("start") or ""),
        jobs=tuple(str(job) for job in jobs),
    )
