"""The documentation keeps its promises: links lead somewhere, options exist, code is code."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import click
import pytest

from vistrails_tej.cli.main import commands
from vistrails_tej.cli.pipeline_picture import draw_pipeline
from vistrails_tej.modules.workflow import load_registry, open_workflow

from .documents import DOCS, PAGES, README, ROOT, code_blocks, short
from .vistrails import EXAMPLES

COMMAND_LINE = DOCS / "reference" / "command_line.rst"
PROGRAM = "vistrails-tej"
QUEUE_COMMANDS = "queue commands"
# A file that a page shows or includes, and the page that a link leads to.
FILE = re.compile(r"^ *\.\. (?:image|figure|literalinclude|include):: (\S+)$", re.MULTILINE)
PAGE = re.compile(r":doc:`(?:[^`<]*<)?([^`<>]+)>?`")
TOCTREE = re.compile(r"^\.\. toctree::\n(?:   :.*\n)*\n((?:   \S+\n)+)", re.MULTILINE)
NAMED_FILE = re.compile(r"``((?:docs|examples|scripts)/[\w./-]+)``")
FOLDER_FILE = re.compile(r"``((?:cli|engine|dataflow|modules)/[\w./-]*)``")


def target(page: Path, name: str) -> Path:
    """What a link means: relative to its page, or to the root of the documentation."""
    return DOCS / name[1:] if name.startswith("/") else page.parent / name


@pytest.mark.parametrize("page", [README, *PAGES], ids=short)
def test_what_a_page_shows_or_includes_is_there(page: Path) -> None:
    names = FILE.findall(page.read_text(encoding="utf-8"))
    assert [name for name in names if not target(page, name).is_file()] == []


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_links_to_pages_lead_to_pages(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    names = [*PAGE.findall(text), *" ".join(TOCTREE.findall(text)).split()]
    assert [name for name in names if not target(page, f"{name}.rst").is_file()] == []


def test_every_page_is_in_the_table_of_contents() -> None:
    index = DOCS / "index.rst"
    listed = " ".join(TOCTREE.findall(index.read_text(encoding="utf-8"))).split()
    assert sorted(DOCS / f"{name}.rst" for name in listed) == [
        page for page in PAGES if page != index
    ]


@pytest.mark.parametrize("page", [README, *PAGES], ids=short)
def test_files_of_the_project_that_a_page_names_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    names = [name for name in NAMED_FILE.findall(text) if "_build" not in name]
    names += [f"vistrails_tej/{name}" for name in FOLDER_FILE.findall(text)]
    assert [name for name in names if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", [README, *PAGES], ids=short)
def test_python_that_is_printed_compiles(page: Path) -> None:
    for code in code_blocks(page, "python"):
        compile(code, short(page), "exec")


def test_the_readme_is_valid_on_a_package_index() -> None:
    """Plain reST, without the roles and directives that only Sphinx has."""
    core = pytest.importorskip("docutils.core", reason="docutils comes with the extra docs")
    settings = {"report_level": 2, "halt_level": 2, "file_insertion_enabled": False}
    text = README.read_text(encoding="utf-8")
    page = core.publish_doctree(text, settings_overrides=settings)
    assert "scripts/demo" in page.astext()


def test_the_picture_is_what_the_command_draws() -> None:
    workflow = open_workflow(EXAMPLES / "tej-primes.vt", load_registry())
    drawn = draw_pipeline(workflow.pipeline)
    assert (DOCS / "images" / "primes.svg").read_text(encoding="utf-8") == drawn


def documented_options() -> dict[str, set[str]]:
    """The options that the page describes, by command; "" is the program itself."""
    found: dict[str, set[str]] = {}
    program = ""
    for line in COMMAND_LINE.read_text(encoding="utf-8").splitlines():
        kind, _, rest = line.partition(":: ")
        if kind == ".. program":
            program = rest.removeprefix(PROGRAM).strip()
            assert program not in found, f"{program} is described twice"
            found[program] = set()
        elif kind == ".. option":
            found[program] |= {option.split()[0] for option in rest.split(", ")}
    return found


def options_of(command: click.Command) -> set[str]:
    with click.Context(command) as context:
        parameters = command.get_params(context)
    options = [one for one in parameters if isinstance(one, click.Option)]
    return {name for one in options for name in (*one.opts, *one.secondary_opts)}


def test_every_command_is_described_and_every_described_one_exists() -> None:
    assert set(documented_options()) - {"", QUEUE_COMMANDS} == set(commands.commands)


@pytest.mark.parametrize("name", sorted(commands.commands))
def test_every_option_is_described_and_every_described_one_exists(name: str) -> None:
    described = documented_options()
    options = options_of(commands.commands[name])
    known = described[name] | {"-h", "--help"}
    if any(one.name == "destination" for one in commands.commands[name].params):
        known |= described[QUEUE_COMMANDS]
    assert options | {"-h", "--help"} == known


def test_the_options_before_a_command_are_described() -> None:
    assert documented_options()[""] - {"-h", "--help"} == options_of(commands) - {"-h", "--help"}


def test_the_exit_codes_of_the_page_are_those_of_the_program() -> None:
    codes = importlib.import_module("vistrails_tej.cli.exit_codes").ExitCode
    text = COMMAND_LINE.read_text(encoding="utf-8")
    assert [int(code) for code in re.findall(r"^   \* - (\d+)$", text, re.MULTILINE)] == list(codes)


@pytest.mark.parametrize("layer", ["engine", "dataflow"])
def test_every_public_name_is_described(layer: str) -> None:
    module = importlib.import_module(f"vistrails_tej.{layer}")
    errors = importlib.import_module(f"vistrails_tej.{layer}.errors")
    text = (DOCS / "reference" / f"{layer}.rst").read_text(encoding="utf-8")
    described = set(re.findall(rf":: vistrails_tej\.{layer}\.(\w+)$", text, re.MULTILINE))
    # The errors are described all at once.
    described |= {name for name in module.__all__ if hasattr(errors, name)}
    assert sorted(set(module.__all__) - described) == []
