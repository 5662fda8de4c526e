"""Time the job monitor with 10,000 jobs: ``python -m benchmarks.monitor``.

It needs neither a screen nor a server. Each line gives the median and the worst of its repetitions
and the limit, in milliseconds of work of the processor. The exit code is 1 if a median is over its
limit.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PyQt5.QtCore import QSettings, Qt
from PyQt5.QtWidgets import QApplication

from tests.gui.job_entries import STATES, entry, many, with_state
from vistrails_tej.gui.monitor.book_bridge import BookBridge
from vistrails_tej.gui.monitor.checks import Checks
from vistrails_tej.gui.monitor.filters import Column, JobFilter, JobKind
from vistrails_tej.gui.monitor.monitor_view import MonitorView
from vistrails_tej.gui.settings import Settings
from vistrails_tej.gui.theme import LIGHT
from vistrails_tej.modules.job_book import JobBook, JobEntry, JobKey, JobStore

JOBS = 10_000
CHANGED = 500
_LOAD, _SORT, _UPDATE = 1000.0, 200.0, 50.0
# The tree of Qt lays out all of its rows for one that comes or goes.
_ROW, _ALL = 100.0, 400.0


def main() -> int:
    """Run all lines and print them."""
    app = QApplication.instance() or QApplication([])
    is_slow = False
    with tempfile.TemporaryDirectory() as folder:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
        store = JobStore(Path(folder))
        bridge = BookBridge(lambda hear: JobBook(hear, store=store))
        for name, limit, times in _lines(bridge, app):
            median, worst = statistics.median(times), max(times)
            is_slow |= median > limit
            mark = "" if median <= limit else "  TOO SLOW"
            print(f"{name:<44} {median:8.1f} {worst:8.1f}  limit {limit:6.0f} ms{mark}")
        bridge.close()
    return int(is_slow)


def _lines(bridge: BookBridge, app: QApplication) -> Iterator[tuple[str, float, list[float]]]:
    jobs = many(JOBS)
    checks = Checks(bridge, Settings())
    view, *others = [MonitorView(bridge, checks, LIGHT) for _ in range(3)]
    view.resize(1100, 700)
    view.show()
    # Of most windows the jobs are not seen.
    for other in others:
        other.show_jobs(jobs)
    app.processEvents()

    def load() -> None:
        view.show_jobs(jobs)
        app.processEvents()

    yield "load and first picture", _LOAD, [_time(load) for _ in range(3)]
    for column in Column:
        yield f"sort by {column.name.lower()}", _SORT, _sorts(view, app, column)
    view.tree.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
    for wanted in (JobFilter("job 77"), JobFilter(kind=JobKind.FAILED), JobFilter()):
        name = wanted.text or wanted.kind.value
        yield f"filter: {name}", _SORT, _filters(view, app, wanted)
    for name, column_number in (("as recorded", -1), ("sorted by state", Column.STATE)):
        view.tree.sortByColumn(column_number, Qt.SortOrder.AscendingOrder)
        app.processEvents()
        yield f"500 new states, {name}", _UPDATE, _updates(view, app, jobs)
    yield "in order of state again", _SORT, _orders(view, app, jobs)
    for name, column_number in (("as recorded", -1), ("sorted by job", Column.JOB)):
        view.tree.sortByColumn(column_number, Qt.SortOrder.AscendingOrder)
        app.processEvents()
        came, went = _comings(bridge, app)
        yield f"one new job in three windows, {name}", _ROW, came
        yield f"one job gone in three windows, {name}", _ROW, went
    view.tree.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
    yield "select all", _ALL, [_time(view.tree.selectAll) for _ in range(3)]
    yield "500 new states, all selected", _UPDATE, _updates(view, app, jobs)


def _time(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return (time.process_time() - start) * 1000


def _sorts(view: MonitorView, app: QApplication, column: Column) -> list[float]:
    def sort(order: Qt.SortOrder) -> None:
        view.tree.sortByColumn(column, order)
        app.processEvents()

    both = (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder)
    return [_time(lambda order=order: sort(order)) for order in both * 2]


def _filters(view: MonitorView, app: QApplication, wanted: JobFilter) -> list[float]:
    times = []
    for _ in range(3):
        view.model.set_filter(JobFilter("something else"))

        def show() -> None:
            view.model.set_filter(wanted)
            app.processEvents()

        times.append(_time(show))
    return times


def _updates(view: MonitorView, app: QApplication, jobs: list[JobEntry]) -> list[float]:
    def update(one: dict[JobKey, JobEntry]) -> None:
        view.model.update(one)
        app.processEvents()

    return [_time(lambda one=one: update(one)) for one in _news(jobs)]


def _orders(view: MonitorView, app: QApplication, jobs: list[JobEntry]) -> list[float]:
    """How long it takes that the rows follow what changed their order."""

    def put_in_order() -> None:
        view.model.put_in_order()
        app.processEvents()

    times = []
    for one in _news(jobs):
        view.model.update(one)
        app.processEvents()
        times.append(_time(put_in_order))
    return times


def _news(jobs: list[JobEntry]) -> list[dict[JobKey, JobEntry]]:
    """Six times 500 new states."""
    news = []
    for turn in range(6):
        changed = {}
        for number, one in enumerate(jobs[turn :: JOBS // CHANGED]):
            state, code, reason = STATES[(number + turn) % len(STATES)]
            changed[one.key] = with_state(one, state, code, reason)
        news.append(changed)
    return news


def _comings(bridge: BookBridge, app: QApplication) -> tuple[list[float], list[float]]:
    """How long it takes that jobs come one by one, and that they go again."""

    def tell(key: JobKey, entry: JobEntry | None) -> None:
        bridge.changed.emit({key: entry})
        app.processEvents()

    new = [entry(f"New {number}") for number in range(5)]
    came = [_time(lambda one=one: tell(one.key, one)) for one in new]
    went = [_time(lambda one=one: tell(one.key, None)) for one in new]
    return came, went


if __name__ == "__main__":
    sys.exit(main())
