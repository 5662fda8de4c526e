"""open: what it says where it cannot show a window, and that it shows one where it can."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from vistrails_tej.cli.exit_codes import ExitCode
from vistrails_tej.cli.screen import has_screen

from ...vistrails import EXAMPLES
from .calling import Calling

WITHOUT_QT = """
import sys
sys.modules["PyQt5"] = None
from vistrails_tej.cli.main import execute
sys.exit(execute(["open"]))
"""
RUNS = """
import sys
from vistrails_tej.cli.main import execute
sys.exit(execute(sys.argv[1:]))
"""
CLOSES_AT_ONCE = """
import sys
from PyQt5.QtCore import QTimer
from vistrails_tej.cli.main import execute
from vistrails_tej.gui import app

class Closing(app.Builder):
    def start(self, wanted=None):
        super().start(wanted)
        self.wait()

    def wait(self):
        if self.windows[0].is_busy:
            QTimer.singleShot(10, self.wait)
            return
        print(self.windows[0].windowTitle(), self.windows[0].document.version)
        self.quit()

app.Builder = Closing
sys.exit(execute(["open", *sys.argv[1:]]))
"""


def run(code: str, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """A program of its own: Qt can begin only once in a process."""
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
        check=False,
    )


def test_without_pyqt_one_sentence_says_what_to_install() -> None:
    done = run(WITHOUT_QT)
    assert done.returncode == ExitCode.FAILED
    assert done.stderr.splitlines() == [
        "vistrails-tej: the builder needs PyQt5; install it with: pip install 'vistrails-tej[gui]'"
    ]


def test_without_a_screen_one_sentence_says_so(
    call: Calling, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert "there is no screen" in call.sentence("open", code=ExitCode.FAILED)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, False),
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"QT_QPA_PLATFORM": "offscreen"}, True),
        ({"QT_QPA_PLATFORM": "minimal:enable_fonts"}, True),
        ({"QT_QPA_PLATFORM": "xcb"}, False),
    ],
)
def test_a_screen_is_told_by_the_environment(environment: dict[str, str], expected: bool) -> None:
    assert has_screen(environment) is expected


@pytest.mark.parametrize(
    ("command", "advice"),
    [("open", "DISPLAY as it is set there"), ("monitor", "vistrails-tej jobs")],
)
@pytest.mark.parametrize(
    ("display", "platform"), [("127.0.0.1:63000", ""), (":0", "no-such-platform")]
)
def test_a_screen_that_is_not_there_is_told_in_one_sentence(
    tmp_path: Path, command: str, advice: str, display: str, platform: str
) -> None:
    done = run(
        RUNS,
        command,
        DISPLAY=display,
        QT_QPA_PLATFORM=platform,
        HOME=str(tmp_path),
        PATH=os.environ["PATH"],
    )
    assert done.returncode == ExitCode.FAILED, done.stderr
    (line,) = done.stderr.splitlines()
    assert "no window can be opened with " in line
    assert f"DISPLAY={display}" in line
    assert advice in line


def test_a_version_needs_a_file(call: Calling) -> None:
    _, told = call("open", "--version", "final", code=ExitCode.USAGE)
    assert "--version needs the FILE" in told


def test_it_opens_a_file_at_a_version(tmp_path: Path) -> None:
    done = run(
        CLOSES_AT_ONCE,
        EXAMPLES / "tej-primes.vt",
        "--version",
        "13",
        QT_QPA_PLATFORM="offscreen",
        HOME=str(tmp_path),
    )
    assert done.returncode == ExitCode.DONE, done.stderr
    assert done.stdout == "tej-primes.vt[*] - vistrails_tej 13\n"
