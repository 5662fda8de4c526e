"""The table of faults in the documentation: each row has its test, and each such test its row."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "docs" / "reference" / "faults.rst"
# The tests that were made for the table; others are named in it, too.
FILES = ("tests/integration/test_faults.py", "tests/runtimes/test_faults.py")
# Cases of rows whose test is another one.
DETAILS = {
    "test_a_stranger_with_another_mark_is_spared",
    "test_a_server_that_does_not_tell_its_space_refuses_nothing",
}


def rows() -> list[list[str]]:
    """Return the cells of every row but the heads."""
    text = TABLE.read_text(encoding="utf-8")
    found = re.findall(r"^   \* - (.*?)(?=^   \* - |^\.\. |^\S)", text, re.MULTILINE | re.DOTALL)
    cells = [re.split(r"\n     - ", row) for row in found]
    return [[cell.strip() for cell in row] for row in cells if row[0].strip() != "Fault"]


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_row_is_complete_and_names_a_test_that_exists() -> None:
    assert len(rows()) > 30
    for row in rows():
        assert len(row) == 5, row
        assert all(row), row
        path, _, name = row[4].strip("`").partition("::")
        assert name in names_in(ROOT / path), row


def test_every_test_of_a_fault_has_a_row() -> None:
    named = {row[4].strip("`") for row in rows()}
    made = {f"{path}::{name}" for path in FILES for name in names_in(ROOT / path) - DETAILS}
    assert made <= named, made - named


def test_no_test_stands_for_two_faults() -> None:
    named = [row[4] for row in rows()]
    assert len(named) == len(set(named))
