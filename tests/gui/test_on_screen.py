"""The primes workflow, made on a screen with mouse and keyboard, and run on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vistrails_tej.dataflow import read_vistrail

from ..integration.command_line import CommandLine
from .builder_user import User, working
from .conftest import EXAMPLES
from .screen import Screen

PRIMES = EXAMPLES / "tej-primes.vt"
NUMBER = "600851475143"
FACTOR = "6857"


@pytest.fixture
def user(screen: Screen, home: Path, tmp_path: Path) -> Iterator[User]:
    """Somebody in front of a builder."""
    with working(screen, home, tmp_path, "open") as user:
        yield user


def submit_signature(cli: CommandLine, file: Path) -> str:
    rows: list[dict[str, Any]] = cli.json("signatures", file)
    (signature,) = [one["signature"] for one in rows if one["name"] == "SubmitJob"]
    return str(signature)


def script_of_the_example() -> str:
    vistrail = read_vistrail(PRIMES)
    pipeline = vistrail.pipeline(max(vistrail.versions))
    (text,) = [
        one.parameters[0].value
        for module in pipeline.modules.values()
        if module.name == "String"
        for one in module.settings
    ]
    return str(text)


def drag_modules(user: User) -> dict[str, int]:
    """Everything that the workflow needs, from the palette onto an empty canvas."""
    assert user.modules() == {}
    places = {
        "String": (0.25, 0.10),
        "Integer": (0.75, 0.10),
        "StringFormat": (0.75, 0.27),
        "Queue": (0.15, 0.44),
        "SubmitJob": (0.50, 0.61),
        "DownloadFile": (0.60, 0.76),
        "StandardOutput": (0.60, 0.91),
    }
    modules = {name: user.drag_module(name, *place) for name, place in places.items()}
    modules["script file"] = user.drag_module("WriteFile", 0.45, 0.44)
    # The last one without the mouse; it comes to the middle, and goes where it is wanted.
    modules["number file"] = user.choose_module("WriteFile")
    user.move_module(modules["number file"], 0.80, 0.44)
    return modules


def set_values(user: User, modules: dict[str, int]) -> None:
    user.set_value(modules["Integer"], "value", NUMBER)
    user.set_value(modules["String"], "value", script_of_the_example())
    user.set_value(modules["Queue"], "hostname", "localhost")
    user.set_value(modules["DownloadFile"], "filename", "output")


def configure_modules(user: User, modules: dict[str, int]) -> None:
    user.configure(modules["StringFormat"])
    user.fill("format_editor", "{number}\n")
    user.click("format_type_number")
    user.screen.type("Integer")
    user.screen.key("Return")
    user.save_configuration()
    user.configure(modules["SubmitJob"])
    for name in ("start.sh", "input"):
        user.fill("file_name", name)
        user.click("file_add")
    user.save_configuration()
    user.wait(
        lambda: user.modules()[modules["SubmitJob"]]["ports"] == ["start.sh", "input"],
        "the ports of the files",
    )


def connect_modules(user: User, modules: dict[str, int]) -> None:
    links = [
        (("Integer", "value"), ("StringFormat", "number")),
        (("String", "value"), ("script file", "in_value")),
        (("StringFormat", "value"), ("number file", "in_value")),
        (("Queue", "queue"), ("SubmitJob", "queue")),
        (("script file", "out_value"), ("SubmitJob", "start.sh")),
        (("number file", "out_value"), ("SubmitJob", "input")),
        (("SubmitJob", "job"), ("DownloadFile", "job")),
        (("DownloadFile", "file"), ("StandardOutput", "value")),
    ]
    for (source, output), (destination, port) in links:
        user.connect((modules[source], output), (modules[destination], port))


def save(user: User, path: Path) -> None:
    user.screen.key("ctrl+s")
    user.fill("fileNameEdit", str(path))
    user.screen.key("Return")
    user.wait(lambda: not user.see("pipeline")["modified"], "the saved file")


def run(user: User) -> None:
    # There is no window manager here that gives the keys back to the window after a dialog.
    user.screen.click(*user.find("spot", 0.97, 0.03))
    user.wait(lambda: user.see("focus") == "canvas", "the canvas that has the keys")
    user.screen.key("ctrl+Return")


@pytest.mark.timeout(240)
def test_the_primes_workflow_is_made_from_nothing_and_run(
    user: User, home: Path, tmp_path: Path
) -> None:
    modules = drag_modules(user)
    set_values(user, modules)
    configure_modules(user, modules)
    connect_modules(user, modules)
    path = tmp_path / "made.vt"
    save(user, path)
    run(user)
    user.wait(lambda: "The run is done." in user.see("text", "message_log_text"), "the run", 60)
    lines = user.see("text", "message_log_text").splitlines()
    assert any(line.endswith(f"  {FACTOR}") for line in lines), lines
    cli = CommandLine(home, tmp_path)
    assert submit_signature(cli, path) == submit_signature(cli, PRIMES)
