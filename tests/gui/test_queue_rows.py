"""The rows of a queue with thousands of jobs, all on record, when there is news of one of them."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QRadioButton
from pytestqt.qtbot import QtBot

from vistrails_tej.engine import JobId, parse_destination
from vistrails_tej.gui.monitor.queues.cleanup_dialog import CleanupDialog
from vistrails_tej.gui.monitor.queues.queue_jobs_model import (
    QueueColumn,
    QueueJob,
    QueueJobKind,
    QueueJobsModel,
)
from vistrails_tej.gui.monitor.queues.records_here import RecordedQueues, RecordsHere
from vistrails_tej.gui.theme import LIGHT
from vistrails_tej.modules.job_book import CleanupPreview, JobEntry, JobKey
from vistrails_tej.modules.queue_reference import QueueReference

from .job_entries import HOME, SERVERS, entry

QUEUE = QueueReference(parse_destination(SERVERS[0]))
COUNT = 10_000


class Rows:
    """Jobs of a queue, all on record, as the window of the queue has them."""

    def __init__(self, count: int) -> None:
        self.entries = [entry(f"job {number}") for number in range(count)]
        known = {JobId(one.job_id): [one] for one in self.entries}
        self.records = RecordsHere(QUEUE, known)
        self.queues = RecordedQueues(self.entries)
        self.model = QueueJobsModel(LIGHT)
        self.model.set_filter("", QueueJobKind.ALL)
        jobs = [one.status for one in self.entries if one.status is not None]
        self.model.set_jobs(QueueJob(one, self.records.of(one.job_id)) for one in jobs)

    def take(self, news: dict[JobKey, JobEntry | None]) -> set[JobId]:
        touched = self.records.take(news)
        self.queues.take(news)
        self.model.set_recorded({one: self.records.of(one) for one in touched})
        return touched

    def recorded(self, row: int = 0) -> str:
        return str(self.model.index(row, QueueColumn.RECORDED).data())


@pytest.fixture
def rows(qapp: object) -> Rows:
    return Rows(3)


def test_news_of_one_job_among_thousands_cost_next_to_nothing(qapp: object) -> None:
    rows = Rows(COUNT)
    one = rows.entries[COUNT // 2]
    begun = time.process_time()
    assert rows.take({one.key: replace(one, checked=1.0)}) == set()
    assert rows.take({one.key: None}) == {one.job_id}
    assert time.process_time() - begun < 0.03


def test_a_job_is_known_by_all_records_of_it_and_no_others(rows: Rows) -> None:
    first = rows.entries[0]
    again = replace(first, key=JobKey(HOME / "again.vt", "again"))
    elsewhere = entry("job 0", file="elsewhere.vt", server=SERVERS[1])
    assert rows.take({again.key: again, elsewhere.key: elsewhere}) == {first.job_id}
    assert rows.recorded() == "job 0 (again.vt), job 0 (primes.vt)"
    rows.take({first.key: None, elsewhere.key: None})
    assert rows.recorded() == "job 0 (again.vt)"
    rows.take({again.key: None})
    assert rows.recorded() == "not known here"


def test_rows_come_go_and_are_sorted_as_records_do(rows: Rows, qtbot: QtBot) -> None:
    first, second, _third = rows.entries
    rows.model.sort(QueueColumn.RECORDED, Qt.SortOrder.AscendingOrder)
    with qtbot.waitSignal(rows.model.modelReset):
        rows.take({first.key: None})
    assert rows.recorded(row=2) == "not known here"
    rows.model.set_filter("", QueueJobKind.UNKNOWN)
    rows.take({second.key: None})
    assert [one.status.job_id for one in rows.model.shown] == [first.job_id, second.job_id]
    rows.take({first.key: first})
    assert [one.status.job_id for one in rows.model.shown] == [second.job_id]


def test_a_queue_is_another_one_with_its_first_and_its_last_record(rows: Rows) -> None:
    first, *others = rows.entries
    elsewhere = entry("job 0", file="elsewhere.vt", server=SERVERS[1])
    assert rows.queues.take({elsewhere.key: elsewhere})
    assert not rows.queues.take({one.key: None for one in others})
    assert rows.queues.take({first.key: None})
    assert not rows.queues.take({first.key: None})


@pytest.mark.parametrize(
    ("count", "told"), [(1, "Delete all that ended"), (2, "Delete all 2 jobs that ended")]
)
def test_a_clean_up_offers_one_job_as_one(qtbot: QtBot, count: int, told: str) -> None:
    rows = Rows(count)
    over = tuple(one.status for one in rows.entries if one.status is not None)
    known = frozenset(one.job_id for one in over)
    dialog = CleanupDialog(CleanupPreview(QUEUE, PurePosixPath("/q"), over, (), known), {}, LIGHT)
    qtbot.addWidget(dialog)
    button = dialog.findChild(QRadioButton, "cleanup_over")
    assert button is not None
    assert button.text().replace("&", "") == told
