"""What no linter checks: sizes of files, relative imports, a bare manifest, no forgotten notes."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "vistrails_tej"
SOURCES = sorted(PACKAGE.rglob("*.py"))
SHELL_SCRIPTS = sorted((PACKAGE / "engine" / "runtimes").rglob("*.sh"))
MOST_LINES = 350


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [*SOURCES, *SHELL_SCRIPTS], ids=short)
def test_a_file_has_one_subject_and_fits_a_few_screens(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_imports_inside_the_package_are_relative(path: Path) -> None:
    """A host may load the package under another name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        assert not [name for name in names if name.split(".")[0] == "vistrails_tej"]


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_only_one_file_prints(path: Path) -> None:
    calls = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
    ]
    assert not calls


@pytest.mark.parametrize("path", [*SOURCES, *SHELL_SCRIPTS], ids=short)
def test_no_note_to_ourselves_is_left(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not [word for word in ("TO" + "DO", "FIX" + "ME", "X" * 3) if word in text]


def test_the_manifest_imports_nothing() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]


@pytest.mark.parametrize("name", ["vistrails_tej.engine", "vistrails_tej.dataflow"])
def test_the_public_names_are_sorted_and_exist(name: str) -> None:
    module = __import__(name, fromlist=["__all__"])
    assert module.__all__ == sorted(module.__all__)
    assert all(hasattr(module, public) for public in module.__all__)


@pytest.mark.parametrize(
    ("layer", "foreign"),
    [
        ("vistrails_tej.dataflow", "paramiko"),
        ("vistrails_tej", "click"),
        ("vistrails_tej", "PyQt5"),
    ],
)
def test_importing_a_layer_does_not_load_what_it_must_not_know(layer: str, foreign: str) -> None:
    code = f"import sys, {layer}; sys.exit({foreign!r} in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
