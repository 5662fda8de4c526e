"""Which jobs have ended, which workflows can go on, and how that is told: without windows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from vistrails_tej.dataflow import WorkflowRecord
from vistrails_tej.engine import JobState
from vistrails_tej.gui.monitor.pending_jobs import (
    PendingJobs,
    ReadyWorkflow,
    describe_endings,
    still_ready,
)
from vistrails_tej.modules.job_book import JobEntry, JobKey

from .job_entries import entry, with_state


def news(*entries: JobEntry) -> Mapping[JobKey, JobEntry | None]:
    return {one.key: one for one in entries}


def ended(job: JobEntry, code: int = 0) -> JobEntry:
    return with_state(job, JobState.EXITED, code)


def test_a_workflow_is_ready_when_its_last_job_has_ended() -> None:
    jobs, first, second = PendingJobs(), entry("first"), entry("second")
    assert jobs.update(news(first, second)).ready == ()
    assert jobs.count == 2
    one = jobs.update(news(ended(first)))
    assert [job.name for job in one.jobs] == ["first"]
    assert one.ready == ()
    (ready,) = jobs.update(news(ended(second, 3))).ready
    assert [job.name for job in ready.jobs] == ["first", "second"]
    assert ready.title == "primes.vt, version 7"
    assert jobs.count == 0
    assert jobs.update(news(ended(second, 3))).jobs == (), "it is told once"


def test_versions_and_files_are_ready_each_by_itself() -> None:
    jobs = PendingJobs()
    all_of_them = [
        entry("a"),
        entry("b", version=8),
        entry("c", file="other.vt"),
        entry("d", file="other.vt"),
    ]
    jobs.update(news(*all_of_them))
    ready = jobs.update(news(*map(ended, all_of_them[:3]))).ready
    assert [one.title for one in ready] == ["primes.vt, version 7", "primes.vt, version 8"]


def test_a_job_that_was_over_before_is_no_news() -> None:
    found = PendingJobs().update(news(ended(entry("old"))))
    assert (found.jobs, found.ready) == ((), ())


def test_what_a_run_has_collected_itself_is_not_asked_about() -> None:
    jobs, job = PendingJobs(), entry("first")
    jobs.update(news(job))
    done = ended(job)
    found = jobs.update(news(replace(done, record=replace(done.record, finished=True))))
    assert len(found.jobs) == 1
    assert found.ready == ()


def test_forgotten_and_deleted_jobs_let_nothing_go_on() -> None:
    jobs, job, other = PendingJobs(), entry("first"), entry("other", version=8)
    jobs.update(news(job, other))
    assert jobs.update({job.key: None}).ready == ()
    assert jobs.update(news(replace(other, is_gone=True))).ready == ()
    assert jobs.count == 0


def test_a_job_that_runs_again_counts_again() -> None:
    jobs, job = PendingJobs(), entry("first")
    jobs.update(news(job))
    jobs.update(news(ended(job, 1)))
    jobs.update(news(job))
    assert len(jobs.update(news(ended(job))).ready) == 1


def test_what_a_job_leaves_that_goes_to_another_version_can_go_on() -> None:
    jobs, stays, goes = PendingJobs(), entry("stays"), entry("goes")
    jobs.update(news(stays, goes))
    assert jobs.update(news(ended(stays))).ready == ()
    (ready,) = jobs.update(news(entry("goes", version=8))).ready
    assert ready.title == "primes.vt, version 7"
    assert [one.name for one in ready.jobs] == ["stays"]


def test_what_is_asked_for_holds_only_as_long_as_there_is_something_to_collect() -> None:
    done, other = ended(entry("first")), ended(entry("second"), 1)
    ready = ReadyWorkflow(done.key.file, done.workflow, (done, other))
    assert still_ready(ready, {}) == ready
    collected = replace(done, record=replace(done.record, finished=True))
    left = still_ready(ready, news(collected))
    assert left is not None
    assert [one.name for one in left.jobs] == ["second"]
    assert still_ready(left, news(entry("second"))) is None, "it runs again"
    assert still_ready(left, {other.key: None}) is None, "it was forgotten"
    assert still_ready(left, news(replace(other, is_gone=True))) is None, "it was deleted"


def collected(job: JobEntry) -> JobEntry:
    return replace(job, record=replace(job.record, finished=True))


def test_what_another_program_collects_before_the_last_job_has_ended_is_not_asked_about() -> None:
    jobs, first, second = PendingJobs(), entry("first"), entry("second")
    jobs.update(news(first, second))
    jobs.update(news(ended(first)))
    jobs.update(news(collected(ended(first))))
    (ready,) = jobs.update(news(ended(second))).ready
    assert [one.name for one in ready.jobs] == ["second"]
    assert still_ready(ready, news(collected(ended(second)))) is None


def test_what_is_forgotten_before_the_last_job_has_ended_is_not_asked_about() -> None:
    jobs, first, second = PendingJobs(), entry("first"), entry("second")
    jobs.update(news(first, second))
    jobs.update(news(ended(first)))
    jobs.update({first.key: None})
    (ready,) = jobs.update(news(ended(second))).ready
    assert [one.name for one in ready.jobs] == ["second"]


def test_a_job_that_ran_again_counts_as_it_ended_at_last() -> None:
    jobs, first, second = PendingJobs(), entry("first"), entry("second")
    jobs.update(news(first, second))
    jobs.update(news(ended(first, 1)))
    jobs.update(news(first))
    jobs.update(news(ended(first)))
    (ready,) = jobs.update(news(ended(second))).ready
    assert [one.name for one in ready.jobs] == ["first", "second"]
    assert not any(one.has_failed for one in ready.jobs)


def test_only_a_version_can_go_on() -> None:
    job = ended(entry("first"))
    found = WorkflowRecord("found on servers")
    assert ReadyWorkflow(job.key.file, job.workflow, (job,)).can_go_on
    assert not ReadyWorkflow(job.key.file, found, (job,)).can_go_on
    assert not ReadyWorkflow(job.key.file, None, (job,)).can_go_on


def test_ten_thousand_jobs_are_followed_one_by_one() -> None:
    jobs = PendingJobs()
    all_of_them = [entry(f"job {number}") for number in range(10_000)]
    jobs.update(news(*all_of_them))
    ready = [one for job in all_of_them for one in jobs.update(news(ended(job))).ready]
    assert len(ready) == 1
    assert len(ready[0].jobs) == 10_000


def test_the_end_of_jobs_is_told_in_one_sentence() -> None:
    first, second = ended(entry("first")), ended(entry("second", file="b.vt"), 3)
    assert describe_endings([first]) == (
        "The job first of primes.vt on ada@cluster.example.org: finished."
    )
    assert "failed with exit code 3" in describe_endings([second])
    assert describe_endings([first, second]) == (
        "2 jobs of primes.vt, b.vt have ended: 1 finished, 1 failed."
    )
    unsaved = ended(entry("third", file="unsaved/abc/untitled.vt"))
    assert describe_endings([unsaved]) == (
        "The job third of Untitled (never saved) on ada@cluster.example.org: finished."
    )
    assert "jobs of primes.vt, Untitled (never saved) have" in describe_endings([first, unsaved])
