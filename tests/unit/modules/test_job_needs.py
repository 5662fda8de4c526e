"""Which jobs a run would come to, found out without any server."""

from __future__ import annotations

from pathlib import Path

from vistrails_tej.dataflow import (
    JobMonitor,
    Vistrail,
    VistrailEditor,
    default_registry,
    edit_vistrail,
    load_package,
)
from vistrails_tej.modules.job_modules import JobModule, find_job_modules
from vistrails_tej.modules.run_plan import JobPlan, plan_runs
from vistrails_tej.modules.sessions import start_sessions, stop_sessions
from vistrails_tej.modules.workflow import Workflow, load_registry, open_workflow


def new_editor() -> VistrailEditor:
    registry = default_registry()
    load_package(registry, "vistrails_tej")
    load_package(registry, "vistrails_tej.dataflow.control_flow")
    return edit_vistrail(Vistrail({}), registry)


def reread(editor: VistrailEditor, folder: Path) -> Workflow:
    editor.save(folder / "needs.vt")
    return open_workflow(folder / "needs.vt", load_registry())


def two_in_a_row(folder: Path) -> Workflow:
    """The job Late needs what the job Early printed."""
    editor = new_editor()
    queue = editor.add("Queue").set("hostname", "127.0.0.1:1")
    early = editor.add("SubmitShellJob", label="Early").set("source", "true")
    late = editor.add("SubmitJob", label="Late").add_port("data")
    editor.connect(early["stdout"], late["data"])
    for job in (early, late):
        editor.connect(queue["queue"], job["queue"])
    return reread(editor, folder)


def by_label(jobs: list[JobModule]) -> dict[str, JobModule]:
    return {one.label: one for one in jobs}


def test_what_comes_before_a_recorded_job_is_not_submitted(tmp_path: Path) -> None:
    workflow = two_in_a_row(tmp_path)
    monitor = JobMonitor()
    late = by_label(find_job_modules(workflow))["Late"]
    monitor.set_cache(late.signature, {"exitcode": 0, "destination": "127.0.0.1:1"})
    start_sessions()
    try:
        (plan,) = plan_runs([workflow], monitor)
    finally:
        stop_sessions()
    assert {one.job.label: one.plan for one in plan} == {
        "Early": JobPlan.NOT_NEEDED,
        "Late": JobPlan.RECORDED,
    }


def test_all_jobs_are_needed_where_none_is_recorded(tmp_path: Path) -> None:
    jobs = find_job_modules(two_in_a_row(tmp_path))
    assert [(one.is_needed, one.is_chosen) for one in jobs] == [(True, False)] * 2


def test_a_branch_is_needed_only_if_it_is_chosen(tmp_path: Path) -> None:
    editor = new_editor()
    queue = editor.add("Queue").set("hostname", "127.0.0.1:1")
    choice = editor.add("If").set("Condition", True)
    for label, port in (("yes", "TruePort"), ("no", "FalsePort"), ("both", "")):
        job = editor.add("SubmitShellJob", label=label).set("source", f"echo {label}")
        editor.connect(queue["queue"], job["queue"])
        if port:
            editor.connect(job["self"], choice[port])
    jobs = by_label(find_job_modules(reread(editor, tmp_path)))
    assert {label: one.is_chosen for label, one in jobs.items()} == {
        "yes": True,
        "no": True,
        "both": False,
    }
