"""run --vary: what is wrong is said before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from vistrails_tej.cli.exit_codes import ExitCode
from vistrails_tej.dataflow import Vistrail, default_registry, edit_vistrail

from .calling import Calling


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An Integer, labelled n, of the alias ``al``, whose value is printed."""
    editor = edit_vistrail(Vistrail({}), default_registry())
    number = editor.add("Integer", label="n").set("value", 5)
    editor.set_alias(number, "value", "al")
    said = editor.add("StandardOutput")
    editor.connect(number["value"], said["value"])
    editor.save(tmp_path / "vary.vt")
    return tmp_path / "vary.vt"


@pytest.mark.parametrize("target", ["al", "n.value"])
@pytest.mark.parametrize("more", [(), ("--dry-run",)], ids=["run", "dry-run"])
def test_a_value_that_the_port_does_not_take_is_refused_before_a_point_runs(
    call: Calling, file: Path, target: str, more: tuple[str, ...]
) -> None:
    told = call.sentence("run", file, "--vary", f"{target}=2,x", *more, code=2)
    assert target in told


def test_an_alias_takes_only_values_of_its_port(call: Calling, file: Path) -> None:
    assert "al" in call.sentence("run", file, "--set", "al=x", code=2)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("--vary", "n.value=1,2"), ("--vary", "#0.value=10,20")),
        (("--vary", "al=1,2"), ("--vary", "n.value=7,8")),
        (("--set", "al=1"), ("--vary", "n.value=7,8")),
        (("--vary", "n.value=7,8"), ("--set", "#0.value=1")),
    ],
)
def test_one_port_under_two_names_is_refused(
    call: Calling, file: Path, first: tuple[str, str], second: tuple[str, str]
) -> None:
    assert "it is the same as" in call.sentence("run", file, *first, *second, code=2)


def test_blanks_around_numbers_do_not_count(call: Calling, file: Path) -> None:
    found = call.json("run", file, "--vary", "n.value=1, 2, 1")
    assert [one["values"] for one in found["points"]] == [{"n.value": "1"}, {"n.value": "2"}]
    assert [one["output"] for one in found["points"]] == ["1\n", "2\n"]


def test_an_exploration_that_is_interrupted_without_jobs_says_so(
    call: Calling, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def press_ctrl_c(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("vistrails_tej.modules.exploration.ExplorationRun.run", press_ctrl_c)
    _, told = call("run", file, "--vary", "n.value=1,2", code=ExitCode.INTERRUPTED)
    assert "the jobs go on" not in told
