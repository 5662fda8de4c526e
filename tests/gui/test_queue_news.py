"""What the window of a queue tells, and for how long; what it does when records come and go."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from PyQt5.QtWidgets import QApplication, QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from tests.waiting import wait_until
from vistrails_tej.engine import Check
from vistrails_tej.gui.monitor.queues.queue_jobs_model import QueueColumn, QueueJobKind
from vistrails_tej.modules.queue_reference import QueueReference

from ..integration.conftest import unique
from .job_desk import TIMEOUT
from .queue_desk import Page, choose, page

__all__ = ["page", "unique"]


def start_again(page: Page) -> None:
    """The job that had ended runs once more, and nobody here knows."""
    source = page.desk.folder / "source ended"
    (source / "start.sh").write_text(f"until [ -e '{page.desk.go}' ]; do sleep 0.1; done\n")
    page.remote.submit("ended", source, again=True)


def elsewhere(page: Page) -> QueueReference:
    """A queue that is not there."""
    return QueueReference(page.desk.queue.destination, "~/none")


def test_why_a_job_was_not_deleted_can_be_read_after_the_new_look(page: Page) -> None:
    page.look()
    page.select("ended")
    start_again(page)
    page.answers.click("delete_dialog", "delete_dialog_do")
    page.trigger("delete")
    page.wait(lambda: page.rows(QueueColumn.STATE) == ["running", "running"])
    page.settle()
    assert "ended" in page.window.note()
    assert "running" in page.window.note()
    page.window.page.look()
    page.settle()
    assert page.window.note() == ""


def test_why_a_clean_up_left_a_job_can_be_read_in_its_own_window(page: Page) -> None:
    page.look()
    dialog = page.clean_up()
    choose(dialog, "unknown")
    start_again(page)
    dialog.accept()
    assert page.window.note() == "Deleting 1 job"
    page.wait(lambda: page.rows(QueueColumn.STATE) == ["running", "running"])
    page.settle()
    assert "ended" in page.window.note()
    assert "running" in page.window.note()
    assert "ended" not in page.desk.view.summary_text()


def test_a_look_that_ends_takes_away_only_what_said_that_it_had_begun(page: Page) -> None:
    page.look()
    page.select("ended")
    page.window.page.look()
    page.trigger("copy_id")
    page.settle()
    assert page.window.note() == "Copied the id of 1 job"


def test_a_preview_for_the_queue_before_frees_no_button_of_this_one(page: Page) -> None:
    page.look()
    said: list[bool] = []
    page.window.page.busy.connect(said.append)
    page.click("queue_clean_up")
    page.window.show_queue(elsewhere(page))
    wait_until(lambda: not any(one.name == "preview" for one in threading.enumerate()))
    page.settle()
    assert said == [True, False]
    assert QApplication.activeModalWidget() is None
    assert "~/none" in page.window.note()
    assert not page.child(QPushButton, "queue_clean_up").isEnabled()
    page.look()
    page.click("queue_clean_up")
    page.wait(QApplication.activeModalWidget)


def test_a_button_stays_off_while_what_it_does_is_under_way(page: Page) -> None:
    page.look()
    look = page.desk.bridge.book.look_at_queue(page.desk.queue).result(30)
    page.click("queue_count")
    page.window.page.facts.show_look(look)
    assert not page.child(QPushButton, "queue_count").isEnabled()
    page.window.show_queue(page.desk.queue)
    page.window.chooser.offer([elsewhere(page)])
    assert not page.child(QPushButton, "queue_look").isEnabled()


def test_records_that_come_and_go_behind_the_doctor_are_known_when_one_is_back(
    page: Page,
) -> None:
    page.look()
    assert page.rows() == ["ended", "stranger"]
    page.window.tabs.setCurrentWidget(page.window.doctor)
    page.desk.record("known", "ended", "stranger")
    page.desk.wait_for(known="running", ended="finished", stranger="running")
    page.window.tabs.setCurrentWidget(page.window.page)
    assert page.rows() == []
    page.desk.bridge.book.forget([page.desk.select("ended").key]).result(30)
    page.wait(lambda: page.rows() == ["ended"])


def test_news_of_states_move_no_row_and_other_records_only_their_own(page: Page) -> None:
    page.look()
    page.show(QueueJobKind.ALL)
    page.select("known")
    resets: list[str] = []
    page.window.page.model.modelReset.connect(lambda: resets.append("reset"))
    changed: list[tuple[int, int]] = []
    page.window.page.model.dataChanged.connect(
        lambda first, last: changed.append((first.row(), last.row()))
    )
    page.desk.go.touch()
    page.desk.wait_for(known="finished")
    assert (resets, changed) == ([], [])
    page.desk.record("known", "ended")
    page.desk.wait_for(known="finished", ended="finished")
    (row,) = [
        row for row, job in enumerate(page.window.page.model.shown) if job.status.job_id == "ended"
    ]
    assert (resets, changed) == ([], [(row, row)])
    assert [one.status.job_id for one in page.window.page.selected()] == ["known"]
    assert page.rows(QueueColumn.RECORDED)[:2] == ["ended (jobs.vt)", "known (jobs.vt)"]


def test_queues_are_offered_while_jobs_of_them_are_on_record(page: Page) -> None:
    combo = page.child(QComboBox, "queue_choice")
    assert isinstance(combo, QComboBox)
    ours = page.desk.queue.queue
    assert [combo.itemText(row).split()[0] for row in range(combo.count())] == [ours]
    page.desk.checks.set_paused(True)
    page.desk.queue = elsewhere(page)
    page.desk.record("away")
    page.wait(lambda: combo.count() == 2)
    assert combo.itemText(1).startswith("~/none on ")
    page.desk.bridge.book.forget([page.desk.select("away").key]).result(30)
    page.wait(lambda: combo.count() == 1)
    assert combo.itemText(0).startswith(f"{ours} on ")


def test_the_doctor_stops_with_its_window(
    page: Page, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, stops = page.desk.bridge.book, []
    examine = book.examine

    def noted(
        queue: QueueReference, tell: Callable[[Check], None], stop: threading.Event
    ) -> object:
        stops.append(stop)
        return examine(queue, tell, stop)

    monkeypatch.setattr(book, "examine", noted)
    page.look()
    page.window.doctor.run()
    with qtbot.waitSignal(page.window.destroyed, timeout=TIMEOUT):
        page.window.close()
    assert [one.is_set() for one in stops] == [True]
