"""The documentation as tests see it: its files, and the code that is printed in them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.rst"
DOCS = ROOT / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.rst") if "_build" not in path.parts)

_CODE = re.compile(
    r"^(?P<margin> *)\.\. code-block:: (?P<language>\w+)\n"
    r"(?: +:.*\n)*\n"
    r"(?P<code>(?:(?P=margin) +\S.*\n|\n)+)",
    re.MULTILINE,
)


def code_blocks(page: Path, language: str) -> Iterator[str]:
    """The code of one language that is printed on a page, without its indentation."""
    for block in _CODE.finditer(page.read_text(encoding="utf-8")):
        if block["language"] == language:
            yield textwrap.dedent(block["code"]).strip() + "\n"


def short(path: Path) -> str:
    """A page's name in the report of a test."""
    return path.relative_to(ROOT).as_posix()
