"""The ports of the control flow modules, and of PythonCalc, are those VisTrails 2.2 declares."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from vistrails_tej.dataflow.packages import default_registry
from vistrails_tej.dataflow.ports import BASIC, PortSpec
from vistrails_tej.dataflow.registry import Registry

TABLE = Path(__file__).parents[2] / "data" / "control_flow_ports.txt"
CONTROL_FLOW = "org.vistrails.vistrails.control_flow"
PYTHON_CALC = "org.vistrails.vistrails.pythoncalc"
PORT = re.compile(
    r"    (?P<way>inp|out) (?P<name>\w+) \((?P<types>[^)]*)\)(?P<optional> optional)?"
    r"( defaults=(?P<defaults>\[.*\]))?"
)
Ports = dict[tuple[str, str], tuple[object, ...]]


def read_table() -> dict[str, tuple[str, Ports]]:
    modules: dict[str, tuple[str, Ports]] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            match = PORT.fullmatch(line)
            assert match is not None, line
            _, ports = next(reversed(modules.values()))
            defaults = match["defaults"]
            ports[match["way"], match["name"]] = (
                "(" + match["types"].replace("basic:", f"{BASIC}:") + ")",
                match["optional"] is not None,
                tuple(ast.literal_eval(defaults)) if defaults else None,
            )
        elif line and not line.startswith("#"):
            name, base = line.split(" : ")
            modules[name] = (base.rpartition(":")[2], {})
    return modules


MODULES = read_table()


def with_inherited(name: str) -> Ports:
    if name == "Module":
        return {("out", "self"): (f"({BASIC}:Module)", True, None)}
    base, ports = MODULES[name]
    return {**with_inherited(base), **ports}


def shown(spec: PortSpec) -> tuple[object, ...]:
    return (spec.type_text, spec.optional, spec.defaults)


@pytest.fixture(scope="module")
def registry() -> Registry:
    return default_registry()


def test_there_are_no_other_modules(registry: Registry) -> None:
    packages = [registry.package(one) for one in (CONTROL_FLOW, PYTHON_CALC)]
    assert {one.name for package in packages for one in package.descriptors} == set(MODULES)
    assert len(MODULES) == 17


@pytest.mark.parametrize("name", MODULES)
def test_a_module_has_these_ports_and_this_base(registry: Registry, name: str) -> None:
    descriptor = registry.descriptor(PYTHON_CALC if name == "PythonCalc" else CONTROL_FLOW, name)
    found = {("inp", port): shown(spec) for port, spec in descriptor.input_ports.items()}
    found |= {("out", port): shown(spec) for port, spec in descriptor.output_ports.items()}
    assert found == with_inherited(name)
    assert descriptor.base is not None
    assert descriptor.base.name == MODULES[name][0]
    assert descriptor.documentation


def test_the_packages_have_the_versions_that_enter_signatures(registry: Registry) -> None:
    old = registry.package("edu.utah.sci.vistrails.control_flow")
    assert (old.identifier, old.version) == (CONTROL_FLOW, "0.2.4")
    assert registry.package(PYTHON_CALC).version == "0.9.2"
