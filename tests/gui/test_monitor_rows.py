"""Rows of the monitor come and go one by one, as there may be thousands of jobs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PyQt5.QtCore import QModelIndex, QPoint, Qt, QTimer
from PyQt5.QtTest import QAbstractItemModelTester
from PyQt5.QtWidgets import QDockWidget, QMainWindow, QTreeView, QWidget
from pytestqt.qtbot import QtBot

from vistrails_tej.engine import JobState
from vistrails_tej.gui.monitor.book_bridge import BookBridge
from vistrails_tej.gui.monitor.checks import Checks
from vistrails_tej.gui.monitor.filters import Column, JobFilter, JobKind
from vistrails_tej.gui.monitor.job_tree_model import JobTreeModel
from vistrails_tej.gui.monitor.monitor_view import MonitorView
from vistrails_tej.gui.monitor.tree_state import TreeState
from vistrails_tej.gui.settings import Settings
from vistrails_tej.gui.theme import LIGHT
from vistrails_tej.modules.job_book import JobBook, JobEntry, JobKey, JobStore

from ..job_files import job_record, record_jobs
from .job_entries import NOW, STATES, entry, many, with_state
from .test_monitor_model import FATAL, rows

THOUSANDS = 10_000


@pytest.fixture
def model(qapp: object) -> JobTreeModel:
    made = JobTreeModel(LIGHT, now=lambda: NOW)
    made.tester = QAbstractItemModelTester(made, FATAL)  # type: ignore[attr-defined]
    return made


@dataclass
class Touched:
    """What a model has told of its rows."""

    resets: int = 0
    layouts: int = 0
    came: int = 0
    went: int = 0
    changed: list[int] = field(default_factory=list)


def watch(model: JobTreeModel) -> Touched:
    touched = Touched()

    def count(name: str, by: int = 1) -> None:
        setattr(touched, name, getattr(touched, name) + by)

    model.modelReset.connect(lambda: count("resets"))
    model.layoutChanged.connect(lambda: count("layouts"))
    model.rowsInserted.connect(lambda _, first, last: count("came", last - first + 1))
    model.rowsRemoved.connect(lambda _, first, last: count("went", last - first + 1))
    model.dataChanged.connect(lambda a, b: touched.changed.append(b.row() - a.row() + 1))
    return touched


@pytest.mark.parametrize("column", [-1, Column.JOB, Column.SERVER])
def test_one_new_job_among_thousands_touches_its_row_and_those_above(
    qapp: object, column: int
) -> None:
    model = JobTreeModel(LIGHT, now=lambda: NOW)
    model.set_entries(many(THOUSANDS))
    model.sort(column)
    touched = watch(model)
    new = entry("Job 2000 b")
    model.update({new.key: new})
    assert (touched.resets, touched.layouts, touched.came) == (0, 0, 1)
    assert touched.changed == [1, 1, 1]
    model.update({new.key: None})
    assert (touched.resets, touched.layouts, touched.went) == (0, 0, 1)


def test_very_many_jobs_at_once_come_in_one_go(model: JobTreeModel) -> None:
    touched = watch(model)
    model.update({one.key: one for one in many(500)})
    assert (touched.resets, touched.came, model.shown) == (1, 0, 500)


@pytest.mark.parametrize("column", [-1, *Column])
@pytest.mark.parametrize("direction", [0, 1])
def test_after_any_history_the_rows_are_those_of_a_model_made_anew(
    model: JobTreeModel, column: int, direction: int
) -> None:
    chance = random.Random(f"{column} {direction}")
    wanted = JobFilter(kind=chance.choice(list(JobKind)))
    model.set_filter(wanted)
    model.sort(column, Qt.SortOrder(direction))
    known: dict[object, JobEntry] = {}
    for _ in range(60):
        news: dict[object, JobEntry | None] = {}
        for _ in range(chance.randrange(1, 4)):
            file = chance.choice(("a.vt", "b.vt"))
            name = f"Job {chance.randrange(9)} of {file}"
            one = entry(name, None, file=file, version=chance.choice((1, 2, None)))
            state, code, reason = chance.choice(STATES)
            news[one.key] = chance.choice((with_state(one, state, code, reason), None, one))
        model.set_watched(chance.random() < 0.7)
        model.update(news)  # type: ignore[arg-type]
        for key, new in news.items():
            if new is None:
                known.pop(key, None)
            else:
                known[key] = new
    model.set_watched(True)
    fresh = JobTreeModel(LIGHT, now=lambda: NOW)
    fresh.set_filter(wanted)
    fresh.set_entries(known.values())
    fresh.sort(column, Qt.SortOrder(direction))
    if column not in (-1, Column.JOB):
        # Where the values are equal, rows may stand as before: one more order decides.
        for one in (model, fresh):
            one.sort(-1)
            one.sort(column, Qt.SortOrder(direction))
    assert rows(model) == rows(fresh)
    assert counts(model) == counts(fresh)


def counts(model: JobTreeModel) -> set[tuple[object, str]]:
    return {
        (node.id, index.siblingAtColumn(Column.STATE).data())
        for index in model.groups()
        if (node := model.node(index)) is not None
    }


def test_in_the_recorded_order_a_job_comes_back_to_where_it_was(model: JobTreeModel) -> None:
    jobs = [entry("a"), entry("b"), entry("c", version=8), entry("d")]
    model.set_entries(jobs)
    model.set_filter(JobFilter(kind=JobKind.GOING_ON))
    touched = watch(model)
    for one in (jobs[0], jobs[2]):
        model.update({one.key: with_state(one, JobState.EXITED, 0)})
    assert rows(model) == ["primes.vt", ["Version 7", ["b", "d"]]]
    for one in (jobs[2], jobs[0]):
        model.update({one.key: one})
    assert rows(model) == ["primes.vt", ["Version 7", ["a", "b", "d"], "Version 8", ["c"]]]
    assert touched.resets == 0


def test_a_new_job_that_is_first_moves_its_workflow(model: JobTreeModel) -> None:
    model.set_entries([entry("b"), entry("c", version=8)])
    model.sort(Column.JOB)
    touched = watch(model)
    new = entry("a", version=8)
    model.update({new.key: new})
    assert rows(model) == ["primes.vt", ["Version 8", ["a", "c"], "Version 7", ["b"]]]
    assert touched.resets == 0


# -- what a view keeps ---------------------------------------------------------------------------


@pytest.fixture
def tree(model: JobTreeModel, qtbot: QtBot) -> QTreeView:
    tree = QTreeView()
    qtbot.addWidget(tree)
    tree.setModel(model)
    tree.setSelectionMode(QTreeView.SelectionMode.ExtendedSelection)
    TreeState(tree, model)
    tree.resize(400, 200)
    tree.show()
    qtbot.waitExposed(tree)
    return tree


def selected(tree: QTreeView) -> list[str]:
    return [one.data() for one in tree.selectionModel().selectedRows()]


def test_what_is_seen_and_selected_stays_where_it_is(
    tree: QTreeView, model: JobTreeModel, qtbot: QtBot
) -> None:
    jobs = many(200)
    model.set_entries(jobs)
    tree.setCurrentIndex(model.index_of_job(jobs[150].key))
    top = tree.indexAt(QPoint(0, 0)).data()
    new, gone = entry("new", version=0), jobs[3]
    model.update({new.key: new})
    model.update({gone.key: None, jobs[4].key: None})
    assert not model.index_of_job(gone.key).isValid()
    qtbot.waitUntil(lambda: tree.indexAt(QPoint(0, 0)).data() == top)
    assert selected(tree) == ["Job 150"]
    assert tree.currentIndex().data() == "Job 150"
    assert tree.visualRect(tree.currentIndex()).intersects(tree.viewport().rect())


def test_who_looks_at_the_first_row_sees_what_comes_before_it(
    tree: QTreeView, model: JobTreeModel, qtbot: QtBot
) -> None:
    model.set_entries(many(200))
    model.sort(Column.JOB)
    new = entry("a", file="climate.vt", version=20)
    model.update({new.key: new})
    qtbot.waitUntil(lambda: model.index_of_job(new.key).row() == 0)
    assert tree.verticalScrollBar().value() == 0


def test_a_workflow_that_was_closed_stays_closed_and_a_new_one_is_open(
    tree: QTreeView, model: JobTreeModel
) -> None:
    first = entry("a")
    model.set_entries([first, entry("b", version=8)])
    tree.collapse(model.index_of_job(first.key).parent())
    more, other = entry("c"), entry("d", file="other.vt")
    model.update({more.key: more, other.key: other})
    model.update({first.key: None, more.key: None})
    model.update({first.key: first})
    assert not tree.isExpanded(model.index_of_job(first.key).parent())
    workflow = model.index_of_job(other.key).parent()
    assert tree.isExpanded(workflow)
    assert tree.isExpanded(workflow.parent())


def test_a_job_that_another_version_takes_up_stays_selected(
    tree: QTreeView, model: JobTreeModel, qtbot: QtBot
) -> None:
    model.set_entries([entry("a"), entry("b"), entry("c")])
    tree.setCurrentIndex(model.index_of_job(entry("b").key))
    moved = entry("b", version=9)
    model.update({moved.key: moved})
    qtbot.waitUntil(lambda: selected(tree) == ["b"])
    assert tree.currentIndex() == model.index_of_job(moved.key)


# -- who looks -----------------------------------------------------------------------------------


class Shelf:
    """A book of jobs in a file; no server is asked."""

    def __init__(self, folder: Path) -> None:
        self.bridge = BookBridge(lambda hear: JobBook(hear, store=JobStore(folder / "store")))
        self.checks = Checks(self.bridge, Settings())
        self.checks.set_interval(None)
        self._file = folder / "jobs.vt"

    def have(self, *names: str) -> None:
        """Record these jobs, and no others; the book knows when this returns."""
        queue = entry("any").queue
        assert queue is not None
        self._file.unlink(missing_ok=True)
        record_jobs(self._file, {name: job_record(queue, name) for name in names})
        self.bridge.book.open_file(self._file).result(30)

    def key(self, name: str) -> JobKey:
        return JobKey(self._file, name)


@pytest.fixture
def shelf(qapp: object, tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf(tmp_path)
    yield made
    made.bridge.close()


@pytest.fixture
def view(shelf: Shelf, qtbot: QtBot) -> MonitorView:
    view = MonitorView(shelf.bridge, shelf.checks, LIGHT)
    qtbot.addWidget(view)
    return view


def test_new_jobs_stand_in_the_order_of_the_book(
    shelf: Shelf, view: MonitorView, qtbot: QtBot
) -> None:
    view.show()
    qtbot.waitExposed(view)
    shelf.have(*"cadb")
    qtbot.waitUntil(lambda: rows(view.model) == ["jobs.vt", ["Version 1", [*"cadb"]]])


def test_a_view_that_is_not_seen_catches_up_when_it_is_shown(
    shelf: Shelf, view: MonitorView, qtbot: QtBot
) -> None:
    touched = watch(view.model)
    names = [f"Job {number}" for number in range(300)]
    shelf.have(*names)
    qtbot.waitUntil(lambda: len(list(view.model.entries)) == 300)
    shelf.have(*names[10:])
    qtbot.waitUntil(lambda: len(list(view.model.entries)) == 290)
    assert (touched.resets, touched.came, view.model.shown) == (0, 0, 0)
    view.show()
    assert view.model.shown == 290
    assert touched.resets == 1
    view.hide()
    shelf.have(*names)
    qtbot.waitUntil(lambda: len(list(view.model.entries)) == 300)
    assert view.model.shown == 290
    view.select_job(shelf.key("Job 0"))
    assert [one.name for one in view.tree.selected_entries()] == ["Job 0"]


def test_a_dock_behind_another_one_catches_up_when_it_comes_to_the_front(
    shelf: Shelf, qtbot: QtBot
) -> None:
    view = MonitorView(shelf.bridge, shelf.checks, LIGHT)
    window = QMainWindow()
    qtbot.addWidget(window)
    docks = [QDockWidget(name, window) for name in ("Jobs", "Other")]
    for dock, content in zip(docks, (view, QWidget()), strict=True):
        dock.setWidget(content)
        window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
    window.tabifyDockWidget(*docks)
    window.resize(900, 500)
    docks[1].raise_()
    window.show()
    qtbot.waitExposed(window)
    qtbot.waitUntil(lambda: view.visibleRegion().isEmpty())
    shelf.have("a")
    qtbot.waitUntil(lambda: len(list(view.model.entries)) == 1)
    assert view.model.rowCount(QModelIndex()) == 0
    for timer in view.findChildren(QTimer):
        timer.stop()
    docks[0].raise_()
    qtbot.waitUntil(lambda: view.model.rowCount(QModelIndex()) == 1)
    qtbot.waitUntil(view.tree.isVisible)
