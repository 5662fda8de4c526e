"""monitor: what it says where it cannot show a window, and that it shows the jobs where it can."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.job_files import job_record, record_jobs
from vistrails_tej.cli.exit_codes import ExitCode
from vistrails_tej.engine import parse_destination
from vistrails_tej.modules.queue_reference import QueueReference

from .calling import Calling
from .test_open_command import run

WITHOUT_QT = """
import sys
sys.modules["PyQt5"] = None
from vistrails_tej.cli.main import execute
sys.exit(execute(["monitor"]))
"""
TELLS_AND_CLOSES = """
import sys
from PyQt5.QtCore import QTimer
from vistrails_tej.cli.main import execute
from vistrails_tej.gui import app

class Telling(app.Builder):
    def start_monitor(self, files=()):
        super().start_monitor(files)
        self.jobs.checks.set_paused(True)
        self.window = self.jobs.show_window()
        QTimer.singleShot(10, self.look)

    def look(self):
        jobs = sorted(one.name for one in self.window.view.model.entries)
        if len(jobs) < 2:
            QTimer.singleShot(10, self.look)
            return
        print(self.window.windowTitle(), *jobs)
        self.window.close()

app.Builder = Telling
sys.exit(execute(["monitor", *sys.argv[1:]]))
"""


def test_without_pyqt_one_sentence_says_what_to_install() -> None:
    done = run(WITHOUT_QT)
    assert done.returncode == ExitCode.FAILED
    assert done.stderr.splitlines() == [
        "vistrails-tej: the monitor needs PyQt5; install it with: pip install 'vistrails-tej[gui]'"
    ]


def test_without_a_screen_one_sentence_says_what_lists_jobs_without(
    call: Calling, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert "vistrails-tej jobs" in call.sentence("monitor", code=ExitCode.FAILED)


def test_a_file_that_cannot_be_read_is_told_before_anything_is_shown(
    call: Calling, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    missing = tmp_path / "missing.vt"
    assert str(missing) in call.sentence("monitor", str(missing), code=ExitCode.FAILED)


def test_it_shows_the_jobs_of_the_files_given(tmp_path: Path) -> None:
    # Nobody listens there, and while checks are paused nobody needs to.
    queue = QueueReference(parse_destination("ada@127.0.0.1:9"))
    files = [
        record_jobs(tmp_path / f"{name}.vt", {name: job_record(queue, f"id_{name}")})
        for name in ("first", "second")
    ]
    done = run(
        TELLS_AND_CLOSES,
        *files,
        QT_QPA_PLATFORM="offscreen",
        HOME=str(tmp_path),
    )
    assert done.returncode == ExitCode.DONE, done.stderr
    assert done.stdout == "Jobs - vistrails_tej first second\n"
