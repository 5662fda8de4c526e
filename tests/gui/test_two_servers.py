"""Two vistrails, each with a job on a server of its own; one of the servers goes away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vistrails_tej.modules.sessions import current_sessions

from ..integration.sshd import Sshd
from .office import Office, open_office


@pytest.fixture
def other_sshd(sshd: Sshd, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """Another server, which lets the same user in."""
    with Sshd(tmp_path_factory.mktemp("other_sshd")) as other:
        known = sshd.ssh_directory / "known_hosts"
        before = known.read_text()
        known.write_text(before + (other.ssh_directory / "known_hosts").read_text())
        with other.authorized_keys.open("a") as keys:
            keys.write(sshd.authorized_keys.read_text())
        yield other
        known.write_text(before)


@pytest.fixture
def office(qapp: QApplication, sshd: Sshd, tmp_path: Path, qtbot: QtBot) -> Iterator[Office]:
    with open_office(qapp, sshd, tmp_path, qtbot) as made:
        yield made


def test_a_server_that_goes_away_holds_up_nothing_on_the_other(
    office: Office, other_sshd: Sshd
) -> None:
    here = office.make("here")
    there = office.make("there", destination=str(other_sshd.destination))
    office.suspend(here, there)
    servers = {one.name: one.server for one in office.entries()}
    assert servers["here"] != servers["there"]
    other_sshd.crash()
    office.wait(lambda: office.entry("there").offline_since)
    assert office.entry("there").state.value == "running"
    office.open_gates()
    dialog = office.wait_for_question()
    assert [one.file.name for one in dialog.ready] == ["here.vt"]
    office.click(dialog, "ready_continue")
    office.wait_for_end(here)
    assert office.entry("there").offline_since is not None
    # Back again, and a person looks; its job ended meanwhile.
    other_sshd.start()
    office.builder.jobs.bridge.book.check()
    dialog = office.wait_for_question()
    assert [one.file.name for one in dialog.ready] == ["there.vt"]
    office.click(dialog, "ready_continue")
    office.wait_for_end(there)
    assert "there is done" in there.log.text()
    traffic = current_sessions().traffic()
    connects = {str(one): seen.connects for one, seen in traffic.items()}
    # One connection each, and one more for the server that was away.
    assert connects == {servers["here"]: 1, servers["there"]: 2}


def test_both_workflows_run_on_by_themselves(office: Office, other_sshd: Sshd) -> None:
    office.builder.jobs.checks.set_runs_on(True)
    here = office.make("here")
    there = office.make("there", destination=str(other_sshd.destination))
    office.suspend(here, there)
    office.open_gates()
    office.wait_for_end(here, there)
    assert office.question is None
    office.wait(lambda: all(one.is_collected for one in office.entries()))
    assert {seen.connects for seen in current_sessions().traffic().values()} == {1}
