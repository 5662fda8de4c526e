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
    printed = sorted((row["name"], row["module_signature"], row["signature"]) for row in rows)
    expected = [
        (one["name"], one["module_sig"], one["subpipeline_sig"]) for one in entry["modules"]
    ]
    assert printed == sorted(expected)
