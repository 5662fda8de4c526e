"""history --runs: those of VisTrails and ours, a line each."""

from __future__ import annotations

import shutil
from pathlib import Path

from ...vistrails import BASIC, STRING, VARIANT, Draft
from .calling import Calling


def test_the_runs_of_vistrails_are_listed(call: Calling, data: Path) -> None:
    output, _ = call("history", data / "vt" / "B_done.vt", "--runs")
    rows = [line.split("\t") for line in output.splitlines()]
    assert [row[4] for row in rows] == ["suspended", "suspended", "done", "done"]
    assert rows[0][5] == "7 run; SubmitJob (#0): Job is running"


def test_a_run_of_ours_joins_them(call: Calling, tmp_path: Path) -> None:
    draft = Draft("127.0.0.1:1")
    text = draft.add(BASIC, "String")
    draft.vistrail.set(text, "value", "hello")
    printer = draft.add(BASIC, "StandardOutput")
    draft.vistrail.connect((text, "value", STRING), (printer, "value", VARIANT))
    path = draft.save(tmp_path / "hello.vt")
    call("run", path, code=5)
    (run,) = call.json("history", path, "--runs")
    assert run["outcome"] == "failed"
    assert {one["name"]: one["outcome"] for one in run["modules"]} == {
        "Queue": "failed",
        "String": "done",
        "StandardOutput": "done",
    }


def test_a_file_without_a_log_has_no_runs(call: Calling, data: Path, tmp_path: Path) -> None:
    path = shutil.copy(data / "vt" / "01_base.vt", tmp_path)
    assert call.json("history", path, "--runs") == []
