"""The ports of every basic module are those VisTrails 2.2 declares."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from vistrails_tej.dataflow.packages import default_registry
from vistrails_tej.dataflow.ports import BASIC, PortSpec
from vistrails_tej.dataflow.registry import Registry

TABLE = Path(__file__).parents[2] / "data" / "basic_ports.txt"
PORT = re.compile(
    r"    (?P<way>inp|out) (?P<name>\w+) \((?P<types>[^)]*)\)(?P<optional> optional)?"
    r"( depth=(?P<depth>\d+))?( defaults=(?P<defaults>\[.*\]))?"
)


@dataclass
class Declared:
    """What the table says of one module."""

    base: str
    hidden: bool
    ports: dict[tuple[str, str], tuple[object, ...]] = field(default_factory=dict)


def read_table() -> dict[str, Declared]:
    modules: dict[str, Declared] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            match = PORT.fullmatch(line)
            assert match is not None, line
            declared = next(reversed(modules.values()))
            defaults = match["defaults"]
            declared.ports[match["way"], match["name"]] = (
                "(" + match["types"].replace("basic:", f"{BASIC}:") + ")",
                match["optional"] is not None,
                int(match["depth"] or 0),
                tuple(ast.literal_eval(defaults)) if defaults else None,
            )
        elif line and not line.startswith("#"):
            left, base = line.split(" : ")
            modules[left.split()[0]] = Declared(base.removeprefix("basic:"), "hidden" in left)
    return modules


MODULES = read_table()


def with_inherited(name: str) -> dict[tuple[str, str], tuple[object, ...]]:
    declared = MODULES[name]
    inherited = with_inherited(declared.base) if declared.base != "-" else {}
    return {**inherited, **declared.ports}


def shown(spec: PortSpec) -> tuple[object, ...]:
    return (spec.type_text, spec.optional, spec.depth, spec.defaults)


@pytest.fixture(scope="module")
def registry() -> Registry:
    return default_registry()


def test_the_table_is_read() -> None:
    assert len(MODULES) == 43
    assert MODULES["List"].ports["inp", "head"][2] == 1


def test_there_are_no_other_modules(registry: Registry) -> None:
    assert {one.name for one in registry.package(BASIC).descriptors} == set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_a_module_has_these_ports(registry: Registry, name: str) -> None:
    descriptor = registry.descriptor(BASIC, name)
    found = {("inp", port): shown(spec) for port, spec in descriptor.input_ports.items()}
    found |= {("out", port): shown(spec) for port, spec in descriptor.output_ports.items()}
    assert found == with_inherited(name)


@pytest.mark.parametrize("name", MODULES)
def test_a_module_has_this_base_and_place_in_the_palette(registry: Registry, name: str) -> None:
    descriptor = registry.descriptor(BASIC, name)
    assert descriptor.hidden is MODULES[name].hidden
    assert (descriptor.base.name if descriptor.base else "-") == MODULES[name].base
    assert descriptor.documentation


def test_the_package_says_what_vistrails_says(registry: Registry) -> None:
    package = registry.package("edu.utah.sci.vistrails.basic")
    assert (package.identifier, package.version) == (BASIC, "2.1.1")
    assert package.name == "Basic Modules"
