"""Drags that Qt itself carries out, in a process with a platform that knows how."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("what", "result"), [("palette", "SubmitShellJob SubmitShellJob"), ("files", "b c a")]
)
def test_a_real_drag_arrives(what: str, result: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.gui.dragging", what],
        env={**os.environ, "QT_QPA_PLATFORM": "minimal:enable_fonts"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.strip() == result, done.stderr
