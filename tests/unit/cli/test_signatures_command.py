"""``signatures`` prints what VisTrails 2.2 computed, for every file and version."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .calling import Calling

DATA = Path(__file__).resolve().parent.parent.parent / "data"


def golden_entries() -> list[Any]:
    entries = json.loads((DATA / "golden_signatures.json").read_text(encoding="utf-8"))
    return [
        pytest.param(entry, id=f"{Path(entry['relfile']).name}-{entry['version']}")
        for entry in entries
    ]


@pytest.mark.parametrize("entry", golden_entries())
def test_signatures_are_those_of_vistrails(entry: dict[str, Any], call: Calling) -> None:
    """Ids are not compared: VisTrails gives new ones to modules that it upgrades."""
    file = DATA / "vt" / Path(entry["relfile"]).name
    rows = call.json("signatures", file, "--version", entry["version"])
    # What VisTrails wrote down is the outermost pipeline.
    outermost = [row for row in rows if len(row["path"]) == 1]
    printed = sorted((row["name"], row["module_signature"], row["signature"]) for row in outermost)
    expected = [
        (one["name"], one["module_sig"], one["subpipeline_sig"]) for one in entry["modules"]
    ]
    assert printed == sorted(expected)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("73_job_in_group.vt", "Group > SubmitShellJob"),
        ("74_job_in_subworkflow.vt", "sub > SubmitShellJob"),
    ],
)
def test_jobs_inside_other_modules_are_told_with_their_place(
    call: Calling, name: str, place: str
) -> None:
    file = DATA / "vt" / name
    (job,) = [row for row in call.json("signatures", file) if row["name"] == "SubmitShellJob"]
    assert " > ".join([*job["inside"], job["name"]]) == place
    assert (len(job["path"]), job["path"][-1], job["looped"]) == (2, job["id"], False)
    (explained,) = call.json("explain", file)["jobs"]
    assert explained["id"] == f"vistrails_module_{job['signature']}"
    (line,) = [one for one in call("signatures", file)[0].splitlines() if "SubmitShellJob" in one]
    assert line.split("\t")[:2] == ["/".join(map(str, job["path"])), place]


@pytest.mark.parametrize(
    ("name", "looped"),
    [
        ("80_implicit_loop.vt", {"Queue", "SubmitShellJob"}),
        ("81_map.vt", {"SubmitShellJob"}),
    ],
)
def test_what_runs_in_a_loop_is_told_as_such(call: Calling, name: str, looped: set[str]) -> None:
    file = DATA / "vt" / name
    rows = call.json("signatures", file)
    assert {row["name"] for row in rows if row["looped"]} == looped
    lines = [line.split("\t") for line in call("signatures", file)[0].splitlines()]
    assert {line[1] for line in lines if line[5] == "in a loop"} == looped
