"""Where the example vistrails are, installed or in a checkout."""

from __future__ import annotations

from pathlib import Path


def examples_folder() -> Path:
    """The folder that holds the .vt files of the examples."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "examples"
    return installed if installed.is_dir() else package.parent / "examples"
