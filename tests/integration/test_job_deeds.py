"""What a person does with jobs of a book: who hears of it, and what closing does to it."""

from __future__ import annotations

from tests.waiting import wait_until
from vistrails_tej.engine import JobId, JobNotFound, JobState
from vistrails_tej.modules.job_asking import Heard
from vistrails_tej.modules.job_book import JobBook, JobKey
from vistrails_tej.modules.queue_reference import RemoteJob

from .test_job_book import TIMEOUT, Desk, desk, wait_for_states

__all__ = ["desk"]


def opened(desk: Desk, *names: str) -> tuple[JobBook, list[JobKey]]:
    """A book of jobs that run, which asks nothing by itself any more."""
    queue = desk.queue()
    for name in names:
        desk.waiting_job(queue, name)
    book, path = desk.book(), desk.file("one.vt", **dict.fromkeys(names, queue))
    book.open_file(path).result(TIMEOUT)
    wait_for_states(book, **dict.fromkeys(names, "running"))
    book.pause()
    return book, [JobKey(path, name) for name in names]


def test_a_run_that_waits_for_a_job_hears_that_it_was_killed_and_deleted(desk: Desk) -> None:
    book, keys = opened(desk, "first", "second")
    queue, first, second = desk.queue(), JobId("first"), JobId("second")
    heard: list[Heard] = []
    with book.asking.follower(heard.append) as run:
        run.follow([RemoteJob(queue, first), RemoteJob(queue, second)])
        assert book.kill(keys[:1]).result(TIMEOUT) == {}
        assert book.kill_server_jobs(queue, [second]).result(TIMEOUT) == {}
        assert book.delete_on_server(keys[:1]).result(TIMEOUT) == {}
        wait_until(lambda: len(heard) == 3)
    killed, *others = heard
    assert isinstance(killed.answer, dict)
    assert killed.answer[first].state is JobState.EXITED
    assert [one.job_ids for one in others] == [(second,), (first,)]
    assert others[-1].answer == {}
    wait_for_states(book, first="deleted", second="killed")


def test_a_job_that_cannot_be_killed_as_it_is_gone_is_shown_as_gone(desk: Desk) -> None:
    book, keys = opened(desk, "first")
    remote = desk.sessions.queue(desk.queue())
    remote.kill("first")
    remote.delete("first")
    failures = book.kill(keys).result(TIMEOUT)
    assert isinstance(failures[keys[0]], JobNotFound)
    wait_for_states(book, first="deleted")


def test_a_clean_up_knows_the_jobs_of_a_file_that_is_away(desk: Desk) -> None:
    """Its disk may not be mounted just now."""
    queue, away = desk.queue(), desk.folder / "away.vt"
    for name in ("known", "stranger"):
        desk.submit(queue, name, "true")
    path, book = desk.file("one.vt", known=queue), desk.book()
    book.open_file(path).result(TIMEOUT)
    wait_for_states(book, known="finished")
    wait_until(lambda: desk.sessions.queue(queue).status("stranger").is_over)
    there = book.cleanup_preview(queue).result(TIMEOUT)
    assert (there.known, there.away, there.unread) == ({"known"}, set(), ())
    path.rename(away)
    wait_for_states(book)
    book.close()
    again = desk.book()
    again.open_known_files().result(TIMEOUT)
    for one in (book, again):
        preview = one.cleanup_preview(queue).result(TIMEOUT)
        assert (preview.known, preview.away, preview.unread) == (set(), {"known"}, (path,))
    away.rename(path)
    wait_for_states(again, known="finished")
    there = again.cleanup_preview(queue).result(TIMEOUT)
    assert (there.known, there.away, there.unread) == ({"known"}, set(), ())
