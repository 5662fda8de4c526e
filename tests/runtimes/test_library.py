"""The shell files themselves: clean, complete, and one library."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.runtimes.local_shell import LocalShell
from vistrails_tej.engine import runtime
from vistrails_tej.engine.runtime import load_runtime

FOLDER = Path(runtime.__file__).parent / "runtimes"
FILES = sorted(FOLDER.glob("*/*.sh"))


def short(path: Path) -> str:
    return str(path.relative_to(FOLDER))


@pytest.fixture(scope="module")
def shellcheck() -> str:
    found = shutil.which("shellcheck")
    if found is None:
        pytest.skip("no shellcheck here; install it")
    return found


def test_every_file_is_clean(shellcheck: str) -> None:
    command = [shellcheck, "-s", "sh", *map(str, FILES)]
    assert subprocess.run(command, check=False, capture_output=True, text=True).stdout == ""


def test_no_variable_of_the_whole_library_is_misspelt(shellcheck: str, tmp_path: Path) -> None:
    """Each file alone uses variables of the others; together every one must be assigned."""
    whole = tmp_path / "library.sh"
    whole.write_text(f"#!/bin/sh\n{load_runtime().prelude}".replace("'\\''", ""))
    text = "\n".join(
        path.read_text() for path in FILES if path.stem not in ("watch", "wrap", "command")
    )
    whole.write_text(f"#!/bin/sh\nVT_VERSION= VT_LIBRARY= VT_WRAP= VT_COMMAND= VT_UTILS=\n{text}")
    command = [shellcheck, "-s", "sh", "--norc", "-i", "SC2154", str(whole)]
    assert subprocess.run(command, check=False, capture_output=True, text=True).stdout == ""


@pytest.mark.parametrize("path", FILES, ids=short)
def test_every_file_says_what_it_takes_and_gives(path: Path) -> None:
    head = path.read_text().splitlines()[:12]
    assert head[0] == "#!/bin/sh"
    for word in ("# Arguments: ", "# Output: ", "# Exit: "):
        assert any(line.startswith(word) for line in head), f"{word} is missing"


@pytest.mark.parametrize("path", FILES, ids=short)
def test_every_file_travels(path: Path) -> None:
    known = {*runtime._LIBRARY, *(name for names in runtime._PROGRAMS.values() for name in names)}
    assert short(path) in known


def test_no_function_has_the_name_of_another(shell: LocalShell) -> None:
    names = [
        name
        for path in FILES
        if path.stem not in ("watch", "wrap", "command")
        for name in re.findall(r"^(\w+)\(\) \{", path.read_text(), re.MULTILINE)
    ]
    assert len(names) == len(set(names))
    for name in names:
        assert shell.run(["type", name]).exit_code == 0


def test_the_table_of_the_protocol_names_every_function_that_is_asked_for() -> None:
    table = (FOLDER / "README.rst").read_text()
    engine = FOLDER.parent
    asked = set()
    for source in ("remote_queue.py", "job_submission.py"):
        asked |= set(re.findall(r'"((?:job|queue)_[a-z]+)"', (engine / source).read_text()))
    assert asked
    assert not [name for name in sorted(asked) if f"``{name}``" not in table]
