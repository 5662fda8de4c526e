"""Packages load under any name, from a user's folder too, and a broken one stops no other."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from vistrails_tej.dataflow.errors import PackageInvalid, PackageNotFound
from vistrails_tej.dataflow.installed_packages import find_packages, load_installed_packages
from vistrails_tej.dataflow.packages import (
    default_registry,
    load_package,
    unload_package,
)

from .sample_packages import write_package

STEPS = "org.example.steps"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that Python imports from; what was imported is forgotten afterwards."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_a_package_loads_under_any_import_name(folder: Path) -> None:
    registry = default_registry()
    write_package(folder / "some_host" / "steps", STEPS)
    (folder / "some_host" / "__init__.py").touch()
    loaded = load_package(registry, "some_host.steps")
    assert (loaded.identifier, loaded.version, loaded.documentation) == (STEPS, "1.5", "Steps.")
    assert registry.descriptor(STEPS, "Step").documentation == "Takes a step."
    assert sys.modules["some_host.steps.init"].log == ["initialize"]


def test_loading_twice_gives_the_same_package(folder: Path) -> None:
    registry = default_registry()
    write_package(folder / "steps_twice", STEPS)
    assert load_package(registry, "steps_twice") is load_package(registry, "steps_twice")


def test_a_second_package_of_one_identifier_is_refused(folder: Path) -> None:
    registry = default_registry()
    write_package(folder / "steps_one", STEPS)
    write_package(folder / "steps_two", STEPS)
    load_package(registry, "steps_one")
    with pytest.raises(PackageInvalid, match="loaded already"):
        load_package(registry, "steps_two")


def test_an_unloaded_package_leaves_and_loads_anew(folder: Path) -> None:
    registry = default_registry()
    write_package(folder / "steps_anew", STEPS)
    first = load_package(registry, "steps_anew")
    log = sys.modules["steps_anew.init"].log
    unload_package(registry, "steps_anew")
    assert log == ["initialize", "finalize"]
    assert not [name for name in sys.modules if name.startswith("steps_anew.")]
    second = load_package(registry, "steps_anew")
    assert second.descriptors[0].module_class is not first.descriptors[0].module_class
    registry.remove_package(STEPS)
    with pytest.raises(PackageNotFound):
        unload_package(registry, "steps_anew")


@pytest.mark.parametrize(
    ("init", "manifest", "reason"),
    [
        ("raise RuntimeError('no licence')", "", "no licence"),
        ("import nothing_of_this_name", "", "nothing_of_this_name"),
        ("_modules = [5]", "", "not a class"),
        ("_modules = 5", "", "_modules could not be listed"),
        ("def initialize(): raise OSError('no disk')", "", "no disk"),
        ("", "raise ValueError('bad manifest')", "bad manifest"),
        ("", "version = None", "no text named version"),
        ("", "def package_requirements(): raise ImportError('needs numpy')", "needs numpy"),
        ("", "def package_dependencies(): return ['org.example.none']", "org.example.none"),
    ],
)
def test_a_broken_package_is_refused_with_its_reason(
    folder: Path, init: str, manifest: str, reason: str
) -> None:
    registry = default_registry()
    before = registry.packages()
    write_package(folder / "broken", STEPS, init=init, manifest=manifest)
    with pytest.raises(PackageInvalid, match=reason):
        load_package(registry, "broken")
    assert registry.packages() == before
    assert "broken.init" not in sys.modules


def test_user_packages_load_and_a_broken_one_is_reported(folder: Path) -> None:
    registry = default_registry()
    user_folder = folder / "elsewhere" / "userpackages"
    write_package(user_folder / "aa_broken", "org.example.broken", init="1 / 0")
    needs_steps = f"def package_dependencies(): return [{STEPS!r}]"
    write_package(user_folder / "needy", "org.example.needy", manifest=needs_steps)
    write_package(user_folder / "steps", STEPS)
    problems = load_installed_packages(
        registry, user_folder=user_folder, wanted=[STEPS, "org.example.needy", "org.example.broken"]
    )
    assert [problem.package for problem in problems] == ["userpackages.aa_broken"]
    assert "division by zero" in str(problems[0])
    assert registry.find_package(STEPS) is not None
    assert registry.find_package("org.example.needy") is not None


def test_only_wanted_packages_are_loaded_also_by_an_old_identifier(folder: Path) -> None:
    registry = default_registry()
    user_folder = folder / "userpackages"
    write_package(user_folder / "steps", STEPS, manifest="old_identifiers = ['edu.example.steps']")
    write_package(user_folder / "other", "org.example.other")
    problems = load_installed_packages(
        registry, user_folder=user_folder, wanted=["edu.example.steps"]
    )
    assert problems == []
    assert registry.package("edu.example.steps").identifier == STEPS
    assert registry.find_package("org.example.other") is None


def test_a_folder_that_is_not_there_holds_no_packages(tmp_path: Path) -> None:
    found = find_packages(tmp_path / "none")
    assert not [name for name in found if name.startswith("userpackages.")]


def test_entry_points_are_found(folder: Path) -> None:
    information = folder / "steps_by_entry-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: steps-by-entry\n")
    (information / "entry_points.txt").write_text("[vistrails.packages]\nsteps = steps_by_entry\n")
    write_package(folder / "steps_by_entry", STEPS)
    assert "steps_by_entry" in find_packages(folder / "none")
    registry = default_registry()
    assert load_installed_packages(registry, user_folder=folder / "none", wanted=[STEPS]) == []
    assert registry.find_package(STEPS) is not None


def test_the_host_survives_the_unloading_of_a_package_it_is_part_of() -> None:
    code = """
import sys
from vistrails_tej.dataflow import packages
registry = packages.default_registry()
for _ in range(2):
    packages.load_package(registry, "vistrails_tej")
    packages.unload_package(registry, "vistrails_tej")
    assert "vistrails_tej.init" not in sys.modules
assert sys.modules["vistrails_tej.dataflow.packages"] is packages
assert packages.default_registry().packages()
"""
    subprocess.run([sys.executable, "-c", code], check=True)
