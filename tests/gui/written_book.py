"""A book of jobs without servers: it gives out what a test has written into it."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

from vistrails_tej.engine import JobNotFound
from vistrails_tej.gui.monitor.book_bridge import BookBridge
from vistrails_tej.modules.job_book import JobBook, JobEntry, JobKey, JobStore


class WrittenBook(JobBook):
    """All of its jobs have written ``text``; ``listed`` are its jobs.

    ``asked`` has the file of each question. While it ``is_slow`` the questions stay ``open``.
    """

    text = ""
    is_slow = False

    def tail(self, key: JobKey, name: str = "_stdout", size: int = 64 * 1024) -> Future[str]:
        """See JobBook."""
        self.asked.append(name)
        future: Future[str] = Future()
        if self.is_slow:
            self.open.append(future)
        elif any(one.key == key for one in self.listed):
            future.set_result(self.text)
        else:
            future.set_exception(JobNotFound(key.signature))
        return future

    def entries(self) -> list[JobEntry]:
        """See JobBook."""
        return list(self.listed)

    def entry(self, key: JobKey) -> JobEntry | None:
        """See JobBook."""
        return next((one for one in self.listed if one.key == key), None)


class WrittenBridge(BookBridge):
    """The way to such a book; ``list_jobs`` changes what is in it, and tells so."""

    book: WrittenBook

    def __init__(self, folder: Path) -> None:
        def make(hear: object) -> WrittenBook:
            made = WrittenBook(lambda _: None, store=JobStore(folder))
            made.asked, made.open, made.listed = [], [], []
            return made

        super().__init__(make)

    def list_jobs(self, *jobs: JobEntry) -> None:
        """Have these jobs, and no others, from now on."""
        before = {one.key: one for one in self.book.listed}
        after = {one.key: one for one in jobs}
        self.book.listed = list(jobs)
        news = {key: after.get(key) for key in {**before, **after}}
        self.changed.emit({key: one for key, one in news.items() if one != before.get(key)})
