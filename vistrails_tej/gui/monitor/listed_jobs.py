"""The jobs that the monitor lists, shown or not, with what sums them up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...modules.job_book import JobEntry, JobKey
from .summary import Tally

# With more news at once it is faster to count anew, and only when somebody wants to know.
_MOST_NEWS = 100


class ListedJobs:
    """Entries by their keys, in the order in which they were recorded."""

    def __init__(self, entries: Iterable[JobEntry] = ()) -> None:
        self.entries = {entry.key: entry for entry in entries}
        self._tally: Tally | None = None

    @property
    def tally(self) -> Tally:
        """What there is to sum up of all jobs."""
        if self._tally is None:
            self._tally = Tally(self.entries.values())
        return self._tally

    def take(self, news: Mapping[JobKey, JobEntry | None]) -> tuple[list[JobKey], list[JobKey]]:
        """Take in what is new about some jobs; return those that came and those that went."""
        if len(news) > _MOST_NEWS:
            self._tally = None
        new: list[JobKey] = []
        gone: list[JobKey] = []
        for key, entry in news.items():
            before = self.entries.get(key)
            if self._tally is not None:
                self._tally.change(before, entry)
            if entry is not None:
                self.entries[key] = entry
                if before is None:
                    new.append(key)
            elif before is not None:
                del self.entries[key]
                gone.append(key)
        return new, gone
