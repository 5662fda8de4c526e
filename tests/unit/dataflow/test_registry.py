"""Packages are declared as VisTrails declares them, and their ports join as they do there."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from vistrails_tej.dataflow.declarations import IPort, OPort
from vistrails_tej.dataflow.errors import (
    ModuleNotFound,
    PackageInvalid,
    PackageNotFound,
    PortNotFound,
)
from vistrails_tej.dataflow.module import Module, ModuleSettings
from vistrails_tej.dataflow.packages import default_registry
from vistrails_tej.dataflow.ports import BASIC, Direction, PortItem, PortSpec, PortType
from vistrails_tej.dataflow.registry import Registry

from .sample_packages import TEJ, Queue, SubmitShellJob, tej_registry

PACKAGE = "org.example.steps"


@pytest.fixture(scope="module")
def registry() -> Registry:
    return tej_registry()


def declare(*modules: Any) -> Registry:
    registry = default_registry()
    registry.add_package(identifier=PACKAGE, name="Steps", version="1", modules=modules)
    return registry


def port(type_name: str, direction: Direction, depth: int = 0) -> PortSpec:
    types = [PortType(BASIC, one) for one in type_name.split(",")]
    return PortSpec(direction, "p", tuple(PortItem(one) for one in types), depth=depth)


def test_a_module_has_the_ports_of_its_bases(registry: Registry) -> None:
    found = registry.descriptor(TEJ, "SubmitShellJob")
    assert list(found.input_ports) == ["queue", "print_error", "source"]
    assert list(found.output_ports) == ["self", "job", "exitcode", "stderr", "stdout"]
    assert found.base is registry.descriptor(TEJ, "BaseSubmitJob")
    assert found.base.abstract
    assert not found.abstract
    assert found.input_port("print_error").defaults == ("False",)
    assert found.input_port("queue").items[0].type == PortType(TEJ, "Queue")


def test_modules_are_found_by_class_and_by_old_identifiers(registry: Registry) -> None:
    assert registry.descriptor_of(Queue).name == "Queue"
    old = registry.descriptor("edu.utah.sci.vistrails.basic", "String")
    assert old.package == BASIC
    assert registry.package("edu.utah.sci.vistrails.basic").version == "2.1.1"


def test_what_is_not_there_is_named(registry: Registry) -> None:
    with pytest.raises(PackageNotFound, match=r"org\.example\.other is not loaded"):
        registry.descriptor("org.example.other", "Queue")
    with pytest.raises(ModuleNotFound, match="no module SubmitOtherJob"):
        registry.descriptor(TEJ, "SubmitOtherJob")
    with pytest.raises(PortNotFound, match="Queue has no port 'host'"):
        registry.descriptor(TEJ, "Queue").input_port("host")
    with pytest.raises(ModuleNotFound):
        registry.descriptor_of(dict)


def test_every_form_of_declaration_is_understood() -> None:
    class Step(Module):
        _input_ports: ClassVar[Any] = [
            ("plain", "basic:Integer"),
            ("old", "(basic:String)", True),
            IPort("pair", "(basic:Integer,basic:String)", labels="['a', 'b']", defaults=["1", "x"]),
            IPort("own", "(Step)", depth=1, min_conns=1, max_conns=2),
            IPort("list", [Queue, "basic:File"]),
            IPort("choice", "basic:String", entry_type="enum", values="[['one', 'two']]"),
        ]
        _output_ports: ClassVar[Any] = [OPort("out", Queue, optional=True)]

    registry = tej_registry()
    registry.add_package(identifier=PACKAGE, name="Steps", version="1", modules=[Step])
    ports = registry.descriptor(PACKAGE, "Step").input_ports
    assert ports["old"].optional
    assert ports["pair"].defaults == ("1", "x")
    assert [item.label for item in ports["pair"].items] == ["a", "b"]
    assert ports["own"].items[0].type == PortType(PACKAGE, "Step")
    assert (ports["own"].depth, ports["own"].minimum_connections) == (1, 1)
    assert ports["own"].maximum_connections == 2
    assert ports["list"].type_text == f"({TEJ}:Queue,{BASIC}:File)"
    assert ports["choice"].items[0].values == ("one", "two")
    assert ports["choice"].items[0].entry_type == "enum"
    assert registry.descriptor(PACKAGE, "Step").output_ports["out"].optional


def test_settings_name_a_module_and_options_win_over_them() -> None:
    class Step(Module):
        "Takes a step."

        _settings = ModuleSettings(name="Walk", namespace="moves", hide_descriptor=True)

    registry = declare((Step, {"name": "Run"}))
    found = registry.descriptor(PACKAGE, "Run", "moves")
    assert found.hidden
    assert found.documentation == "Takes a step."
    assert str(found.port_type) == f"{PACKAGE}:moves|Run"


def test_a_subclass_may_redeclare_a_port() -> None:
    class Walk(Module):
        _input_ports: ClassVar[Any] = [("speed", "basic:Integer"), ("to", "basic:String")]

    class Run(Walk):
        _input_ports: ClassVar[Any] = [("speed", "basic:Float")]

    found = declare(Run, Walk).descriptor(PACKAGE, "Run")
    assert list(found.input_ports) == ["speed", "to"]
    assert found.input_ports["speed"].items[0].type.name == "Float"


@pytest.mark.parametrize(
    ("ports", "reason"),
    [
        ([("a", "(org.example.none:X)")], "org.example.none:X is in no loaded package"),
        ([("a", "(basic:Nothing)")], "in no loaded package"),
        ([("a", SubmitShellJob)], "SubmitShellJob is a module of no loaded package"),
        ([("a", "basic:String", {"defaults": "['x'"})], "not a Python literal"),
        ([("a", "basic:String", {"defaults": "['x', 'y']"})], "more values than"),
        ([("a", "basic:String", {"depth": "deep"})], "'a' is not declared well"),
        (["a"], "not a port"),
        ([("a",)], "not a port"),
    ],
)
def test_a_wrong_declaration_is_refused_and_leaves_no_trace(ports: Any, reason: str) -> None:
    wrong = type("Wrong", (Module,), {"_input_ports": ports})
    registry = default_registry()
    with pytest.raises(PackageInvalid, match=reason.replace("(", r"\(")):
        registry.add_package(identifier=PACKAGE, name="Steps", version="1", modules=[wrong])
    assert registry.find_package(PACKAGE) is None


def test_a_package_has_one_module_of_a_name_and_only_classes() -> None:
    class Step(Module):
        pass

    with pytest.raises(PackageInvalid, match="two modules named Step"):
        declare(Step, (SubmitShellJob, {"name": "Step"}))
    with pytest.raises(PackageInvalid, match="is not a class"):
        declare("Step")
    registry = declare(Step)
    with pytest.raises(PackageInvalid, match="loaded already"):
        registry.add_package(identifier=PACKAGE, name="Steps", version="2", modules=[])


def test_a_removed_package_is_gone_and_may_come_back() -> None:
    registry = tej_registry()
    registry.remove_package(TEJ)
    assert registry.find_package(TEJ) is None
    assert registry.find_class(Queue) is None
    registry.add_package(identifier=TEJ, name="tej", version="0.3", modules=[Queue])
    assert registry.descriptor(TEJ, "Queue").package_version == "0.3"


@pytest.mark.parametrize(
    ("given", "taken", "fits"),
    [
        ("Integer", "Integer", True),
        ("Integer", "Float", True),
        ("Float", "Integer", False),
        ("File", "Path", True),
        ("Path", "File", False),
        ("File", "Directory", False),
        ("String", "Variant", True),
        ("Variant", "File", True),
        ("File", "Module", True),
        ("Integer,String", "Module", True),
        ("Integer,String", "Integer,String", True),
        ("Integer,String", "Float,Variant", True),
        ("Integer,String", "Integer", False),
        ("Integer", "Integer,String", False),
        ("String", "List", False),
        ("List", "String", True),
        ("List", "Integer,String", True),
    ],
)
def test_outputs_may_feed_inputs(registry: Registry, given: str, taken: str, fits: bool) -> None:
    source, destination = port(given, Direction.OUTPUT), port(taken, Direction.INPUT)
    assert registry.can_connect(source, destination) is fits


def test_depth_never_forbids_and_makes_a_list(registry: Registry) -> None:
    deep = port("Integer", Direction.OUTPUT, depth=2)
    assert registry.can_connect(deep, port("Float", Direction.INPUT))
    assert registry.can_connect(deep, port("List", Direction.INPUT))
    assert not registry.can_connect(deep, port("String", Direction.INPUT))


def test_unknown_types_fit_only_themselves(registry: Registry) -> None:
    known, unknown = PortType(BASIC, "String"), PortType("org.example.none", "X")
    assert registry.is_subtype(unknown, unknown)
    assert not registry.is_subtype(unknown, known)
    assert not registry.is_subtype(known, unknown)


def test_constants_are_told_from_other_modules(registry: Registry) -> None:
    integer = registry.constant_class(PortType(BASIC, "Integer"))
    assert integer is not None
    assert integer.translate_to_python("7") == 7  # type: ignore[attr-defined]
    assert registry.constant_class(PortType(TEJ, "Queue")) is None
    assert registry.constant_class(PortType("org.example.none", "X")) is None
