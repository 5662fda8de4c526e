"""What the monitor says, and how it filters and sorts: values only."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from vistrails_tej.engine import (
    ExitReason,
    HostKeyUnknown,
    JobState,
    LoginFailed,
    Traffic,
    parse_destination,
)
from vistrails_tej.gui.monitor.filters import Column, JobFilter, JobKind, JobOrder, is_refused
from vistrails_tej.gui.monitor.job_tree import JobNode, JobTree
from vistrails_tej.gui.monitor.row_texts import row_text, row_tooltip
from vistrails_tej.gui.monitor.summary import Checking, Tally, summary
from vistrails_tej.gui.monitor.time_text import (
    age_text,
    clock_text,
    interval_text,
    parse_interval,
    span_text,
)
from vistrails_tej.gui.monitor.traffic_text import size_text, traffic_text
from vistrails_tej.modules.job_book import BookTraffic, JobEntry

from .job_entries import NOW, SERVERS, broken, entry, with_state


def names(node: JobNode) -> list[str]:
    return [one.entry.name for one in node.jobs() if one.entry is not None]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.9, "59 s"), (60, "1 min"), (3600, "1 h"), (11100, "3 h 5 min")],
)
def test_spans_have_at_most_two_units(seconds: float, text: str) -> None:
    assert span_text(seconds) == text


def test_what_was_a_moment_ago_has_no_number() -> None:
    assert age_text(NOW - 3, NOW) == "just now"
    assert age_text(NOW - 200_000, NOW) == "2 d 7 h ago"


def test_what_is_still_to_come_has_a_time_and_no_age() -> None:
    assert age_text(NOW + 3, NOW) == "just now"
    assert age_text(NOW + 3600, NOW) == clock_text(NOW + 3600, NOW)


@pytest.mark.parametrize("moment", [1e300, -1e300, float("nan"), float("inf"), float("-inf")])
def test_a_moment_that_no_calendar_has_is_told_all_the_same(moment: float) -> None:
    assert age_text(moment, NOW) == "at an unknown time"


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [("45", 45.0), ("5 min", 300.0), ("1,5 h", 5400.0), ("Off", None), ("as needed", 0.0)],
)
def test_any_interval_can_be_typed_and_is_written_the_same_way(
    typed: str, seconds: float | None
) -> None:
    assert parse_interval(typed) == seconds
    assert parse_interval(interval_text(seconds)) == seconds


@pytest.mark.parametrize("typed", ["", "soon", "0", "-5", "0.2 s", "90 d"])
def test_an_interval_that_makes_no_sense_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(ValueError, match="interval"):
        parse_interval(typed)


def test_the_summary_tells_states_the_next_check_and_who_is_offline() -> None:
    running = [entry(f"Job {number}") for number in range(3)]
    failed = entry("Bad", JobState.EXITED, code=1)
    text = summary(Tally([*running, failed]), Checking(NOW + 40), NOW)
    assert text == "3 running, 1 failed, next check in 40 s"
    cut_off = replace(running[0], offline_since=NOW - 600)
    assert "offline since" in summary(Tally([cut_off]), Checking(), NOW)
    assert (
        summary(Tally([running[0]]), Checking(is_paused=True), NOW)
        == "1 running, checks are paused"
    )


def test_the_summary_of_jobs_that_are_over_speaks_of_no_checks() -> None:
    assert (
        summary(Tally([entry("Done", JobState.EXITED, code=0)]), Checking(NOW), NOW) == "1 finished"
    )
    assert summary(Tally([]), Checking(NOW), NOW) == ""


def test_a_filter_wants_all_of_its_words_wherever_they_are() -> None:
    jobs = [entry("Wind speed"), entry("Wind", JobState.LOST), entry("Rain", file="wind.vt")]
    assert names(JobTree(jobs, JobFilter("wind run")).root) == ["Wind speed", "Rain"]
    assert names(JobTree(jobs, JobFilter("WIND lost")).root) == ["Wind"]


def test_a_filter_by_kind_leaves_what_needs_a_look() -> None:
    jobs = [
        entry("going on"),
        entry("bad", JobState.EXITED, code=1),
        broken("legacy"),
        replace(entry("cut off"), offline_since=NOW),
    ]
    assert names(JobTree(jobs, JobFilter(kind=JobKind.FAILED)).root) == ["bad"]
    assert names(JobTree(jobs, JobFilter(kind=JobKind.TROUBLE)).root) == ["legacy", "cut off"]
    assert names(JobTree(jobs, JobFilter(kind=JobKind.GOING_ON)).root) == ["going on", "cut off"]


def test_jobs_are_sorted_by_name_as_people_count() -> None:
    tree = JobTree([entry(f"Job {number}") for number in (10, 9, 100)], JobFilter())
    tree.sort(JobOrder(Column.JOB), NOW)
    assert names(tree.root) == ["Job 9", "Job 10", "Job 100"]


def test_sorted_by_state_the_workflow_with_a_failed_job_comes_first() -> None:
    jobs = [entry("a", version=1), entry("b", JobState.EXITED, code=1, version=2)]
    tree = JobTree(jobs, JobFilter())
    tree.sort(JobOrder(Column.STATE), NOW)
    assert names(tree.root) == ["b", "a"]


def test_traffic_is_told_by_the_hour_once_that_says_something() -> None:
    servers = {parse_destination(SERVERS[0]): Traffic(1, 2, 512, 3 * 1024 * 1024 - 512)}
    assert traffic_text(BookTraffic({}, 5.0)) == ""
    assert traffic_text(BookTraffic(servers, 5.0)) == "1 connection, 2 channels, 3 MB so far"
    assert traffic_text(BookTraffic(servers, 1800)) == "1 connection, 2 channels, 6 MB per hour"


def test_workflows_count_what_has_finished_and_failed() -> None:
    jobs = [
        entry("a", JobState.EXITED, code=0),
        entry("b", JobState.EXITED, code=1),
        entry("c"),
        entry("d", version=8),
    ]
    tree = JobTree(jobs, JobFilter())
    texts = [row_text(node, Column.STATE, NOW) for node in tree.groups()]
    assert texts == ["1/4, 1 failed", "1/3, 1 failed", "0/1"]


def test_a_running_job_tells_its_time_and_a_queued_one_how_long_it_waits() -> None:
    tree = JobTree([entry("a"), entry("b", JobState.QUEUED)], JobFilter())
    cells = [row_text(node, Column.TIME, NOW) for node in tree.root.jobs()]
    # One minute has passed since they were checked.
    assert cells == ["1 h 1 min", "waits 2 h 1 min"]


def test_jobs_of_one_name_are_told_apart_by_when_they_were_submitted() -> None:
    record = replace(entry("a").record, start="2023-11-14T21:00:00.5")
    recorded = replace(entry("a", None), record=record)
    asked = with_state(recorded, JobState.RUNNING)
    strange = replace(recorded, record=replace(record, start="long ago"))
    assert asked.status is not None
    now = datetime(2023, 11, 14, 23, 0).timestamp()
    told = {}
    for name, one in {"recorded": recorded, "asked": asked, "strange": strange}.items():
        (node,) = JobTree([one], JobFilter()).root.jobs()
        told[name] = row_text(node, Column.SUBMITTED, now)
    submitted = datetime.fromtimestamp(asked.status.submitted or 0)
    assert told == {"recorded": "21:00", "asked": f"{submitted:%H:%M}", "strange": ""}


def test_vistrails_of_one_name_are_told_apart_by_their_folders() -> None:
    jobs = [entry("a"), entry("b", file="other.vt"), entry("c", file="new/primes.vt")]
    tree = JobTree(jobs, JobFilter())
    titles = [row_text(node, Column.JOB, NOW) for node in tree.groups() if not node.is_workflow]
    assert titles == ["primes.vt (ada)", "other.vt", "primes.vt (new)"]


def test_of_a_job_that_was_collected_nobody_has_to_ask() -> None:
    job = entry("a", None)
    collected = replace(job, record=replace(job.record, finished=True, parameters={"exitcode": 0}))
    (node,) = JobTree([collected], JobFilter()).root.jobs()
    assert row_text(node, Column.STATE, NOW) == "finished"
    assert row_text(node, Column.CHECKED, NOW) == ""


def test_a_job_that_was_never_asked_about_and_a_broken_record_say_so() -> None:
    tree = JobTree([entry("a", None), broken("b")], JobFilter())
    first, second = tree.root.jobs()
    assert row_text(first, Column.STATE, NOW) == "unknown"
    assert row_text(first, Column.CHECKED, NOW) == "never"
    assert row_text(second, Column.STATE, NOW) == "broken record"
    assert "not how it ended" in row_tooltip(second, NOW)


def test_a_job_of_a_server_that_is_offline_keeps_its_state() -> None:
    killed = with_state(entry("a"), JobState.EXITED, 143, ExitReason.KILLED)
    (node,) = JobTree([replace(killed, offline_since=NOW)], JobFilter()).root.jobs()
    assert row_text(node, Column.STATE, NOW) == "killed"
    assert row_text(node, Column.CHECKED, NOW) == "1 min ago, offline"


REFUSALS = {
    "the login as ada failed": LoginFailed(
        SERVERS[0], "the login as ada failed; tried: id_rsa; it accepts keys (publickey)"
    ),
    "its host key is not known": HostKeyUnknown(SERVERS[0], "ssh-ed25519", "SHA256:abc"),
}


def refused(job: JobEntry, reason: str = "the login as ada failed") -> JobEntry:
    return replace(job, problem=str(REFUSALS[reason]))


def test_a_job_whose_server_refuses_says_so_in_its_row_and_the_tip_says_why() -> None:
    jobs = [refused(entry("a", None)), refused(entry("b"))]
    nodes = list(JobTree(jobs, JobFilter(kind=JobKind.TROUBLE)).root.jobs())
    assert [row_text(one, Column.CHECKED, NOW) for one in nodes] == [
        "refused",
        "1 min ago, refused",
    ]
    assert row_tooltip(nodes[0], NOW).endswith(jobs[0].problem)
    assert row_text(nodes[1], Column.STATE, NOW) == "running"


def test_what_is_wrong_with_a_job_is_no_refusal_of_its_server() -> None:
    others = [
        broken("a"),
        replace(entry("b"), is_gone=True, problem="there is no such job"),
        replace(entry("c"), offline_since=NOW, problem="cannot reach it"),
    ]
    assert not any(is_refused(one) for one in others)


@pytest.mark.parametrize("reason", list(REFUSALS))
def test_the_summary_counts_what_cannot_be_asked_about_and_says_why(reason: str) -> None:
    ended = refused(entry("over", JobState.EXITED, code=0))
    jobs = Tally([refused(entry("a"), reason), refused(entry("b"), reason), entry("c"), ended])
    told = f"3 running, 1 finished, 2 cannot be asked about: {reason}"
    assert summary(jobs, Checking(), NOW) == told


def test_what_is_summed_up_changes_with_each_job() -> None:
    first, second = entry("a"), refused(replace(entry("b"), offline_since=None))
    jobs = Tally([first, second])
    jobs.change(second, entry("b"))
    jobs.change(first, replace(first, offline_since=NOW))
    jobs.change(None, entry("c", JobState.LOST))
    assert "2 running, 1 lost, offline since" in summary(jobs, Checking(), NOW)
    jobs.change(replace(first, offline_since=NOW), None)
    jobs.change(entry("b"), None)
    assert summary(jobs, Checking(), NOW) == "1 lost"


def test_sizes_have_a_unit_that_fits() -> None:
    assert [size_text(one) for one in (12, 35 * 1024, 3e9)] == ["12 bytes", "35 KB", "2.8 GB"]
