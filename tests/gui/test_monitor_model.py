"""The tree of jobs for Qt: rows, news, sorting, and what the view keeps meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt5.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PyQt5.QtTest import QAbstractItemModelTester
from PyQt5.QtWidgets import QTreeView
from pytestqt.qtbot import QtBot

from vistrails_tej.engine import JobState
from vistrails_tej.gui.monitor.filters import Column, JobFilter, JobKind
from vistrails_tej.gui.monitor.job_tree_model import JobTreeModel
from vistrails_tej.gui.monitor.state_looks import LOOKS
from vistrails_tej.gui.monitor.tree_state import TreeState
from vistrails_tej.gui.theme import DARK, LIGHT
from vistrails_tej.modules.job_book import JobBookState

from .job_entries import NOW, entry, many, with_state

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


@pytest.fixture
def model(qapp: object) -> JobTreeModel:
    made = JobTreeModel(LIGHT, now=lambda: NOW)
    made.tester = QAbstractItemModelTester(made, FATAL)  # type: ignore[attr-defined]
    return made


def rows(model: JobTreeModel, parent: QModelIndex | None = None) -> list[object]:
    """The names of all rows, those below a row in a list after it."""
    above = parent or QModelIndex()
    found: list[object] = []
    for row in range(model.rowCount(above)):
        index = model.index(row, 0, above)
        found.append(index.data())
        if model.hasChildren(index):
            found.append(rows(model, index))
    return found


def state_text(model: JobTreeModel, index: QModelIndex) -> object:
    return index.sibling(index.row(), Column.STATE).data()


def test_jobs_stand_below_their_workflow_and_vistrail(model: JobTreeModel) -> None:
    model.set_entries([entry("a"), entry("b", version=8), entry("c", file="x.vt", version=None)])
    assert rows(model) == ["primes.vt", ["Version 7", ["a"], "Version 8", ["b"]], "x.vt", ["c"]]


def test_new_states_keep_all_rows_and_are_counted(model: JobTreeModel, qtbot: QtBot) -> None:
    jobs = many(70)
    model.set_entries(jobs)
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    running = [one for one in jobs if one.state is JobBookState.RUNNING]
    before = state_text(model, model.index(0, 0))
    with qtbot.waitSignal(model.dataChanged):
        model.update({one.key: with_state(one, JobState.EXITED, 0) for one in running})
    assert resets == []
    assert before == "5/35, 15 failed"
    assert state_text(model, model.index(0, 0)) == "10/35, 15 failed"
    assert state_text(model, model.index_of_job(running[0].key)) == "finished"


def test_jobs_come_and_go(model: JobTreeModel) -> None:
    first, second = entry("a"), entry("b", version=8)
    model.set_entries([first])
    model.update({second.key: second})
    assert rows(model) == ["primes.vt", ["Version 7", ["a"], "Version 8", ["b"]]]
    model.update({first.key: None})
    assert rows(model) == ["primes.vt", ["Version 8", ["b"]]]
    model.update({second.key: None, first.key: None})
    assert rows(model) == []


def test_a_job_that_another_version_takes_up_moves_there(model: JobTreeModel) -> None:
    model.set_entries([entry("a"), entry("b")])
    moved = entry("b", version=9)
    model.update({moved.key: moved})
    assert rows(model) == ["primes.vt", ["Version 7", ["a"], "Version 9", ["b"]]]


def test_a_job_that_fits_the_filter_no_more_leaves(model: JobTreeModel) -> None:
    first, second = entry("a"), entry("b")
    model.set_entries([first, second])
    model.set_filter(JobFilter(kind=JobKind.GOING_ON))
    model.update({first.key: with_state(first, JobState.EXITED, 0)})
    assert rows(model) == ["primes.vt", ["Version 7", ["b"]]]
    model.set_filter(JobFilter())
    assert rows(model) == ["primes.vt", ["Version 7", ["a", "b"]]]


def test_sorting_keeps_what_others_point_at(model: JobTreeModel) -> None:
    jobs = [entry("b"), entry("a"), entry("c", file="other.vt")]
    model.set_entries(jobs)
    kept = QPersistentModelIndex(model.index_of_job(jobs[0].key))
    assert kept.row() == 0
    model.sort(Column.JOB)
    assert (kept.data(), kept.row()) == ("b", 1)
    model.sort(Column.JOB, Qt.SortOrder.DescendingOrder)
    assert rows(model) == ["other.vt", ["Version 7", ["c"]], "primes.vt", ["Version 7", ["b", "a"]]]
    model.sort(-1)
    assert rows(model) == ["primes.vt", ["Version 7", ["b", "a"]], "other.vt", ["Version 7", ["c"]]]


def test_sorted_by_state_news_move_a_job_a_moment_later(model: JobTreeModel, qtbot: QtBot) -> None:
    jobs = [entry("a"), entry("b")]
    model.set_entries(jobs)
    model.sort(Column.STATE)
    model.update({jobs[1].key: with_state(jobs[1], JobState.EXITED, 1)})
    assert rows(model) == ["primes.vt", ["Version 7", ["a", "b"]]]
    qtbot.waitUntil(lambda: rows(model) == ["primes.vt", ["Version 7", ["b", "a"]]])
    model.update({jobs[0].key: with_state(jobs[0], JobState.EXITED, 2)})
    model.update({jobs[1].key: with_state(jobs[1], JobState.RUNNING)})
    model.put_in_order()
    assert rows(model) == ["primes.vt", ["Version 7", ["a", "b"]]]


def test_every_state_has_a_word_a_drawing_and_a_colour(model: JobTreeModel) -> None:
    assert set(LOOKS) == set(JobBookState)
    drawings = [look.icon for look in LOOKS.values()]
    assert len(set(drawings)) == len(drawings)
    model.set_entries([entry("a")])
    cell = model.index_of_job(entry("a").key).sibling(0, Column.STATE)
    assert cell.data() == "running"
    assert cell.data(Qt.ItemDataRole.AccessibleTextRole) == "State: running"
    assert not cell.data(Qt.ItemDataRole.DecorationRole).isNull()
    light = cell.data(Qt.ItemDataRole.ForegroundRole)
    model.set_theme(DARK)
    assert cell.data(Qt.ItemDataRole.ForegroundRole) != light


def test_a_refusal_of_a_server_stands_out(model: JobTreeModel) -> None:
    model.set_entries([replace(entry("a"), problem="the login failed"), entry("b")])
    colours = []
    for one in (entry("a"), entry("b")):
        cell = model.index_of_job(one.key).siblingAtColumn(Column.CHECKED)
        colours.append(cell.data(Qt.ItemDataRole.ForegroundRole))
    assert colours == [LIGHT.color("error"), LIGHT.color("faint_text")]


def test_a_view_keeps_what_is_closed_and_selected_when_rows_come(
    model: JobTreeModel, qtbot: QtBot
) -> None:
    tree = QTreeView()
    qtbot.addWidget(tree)
    tree.setModel(model)
    TreeState(tree, model)
    first, second = entry("a"), entry("b", version=8)
    model.set_entries([first, second])
    tree.setCurrentIndex(model.index_of_job(second.key))
    closed = model.index_of_job(first.key).parent()
    assert tree.isExpanded(closed)
    tree.collapse(closed)
    third = entry("c", file="other.vt")
    model.update({third.key: third})
    assert not tree.isExpanded(model.index_of_job(first.key).parent())
    assert tree.isExpanded(model.index_of_job(third.key).parent())
    assert [one.data() for one in tree.selectionModel().selectedRows()] == ["b"]
    assert tree.currentIndex().data() == "b"
