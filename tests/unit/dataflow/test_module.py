"""What a module may ask of its ports."""

from __future__ import annotations

import pytest

from tests.counting_modules import FakeHandle, FakeServer
from vistrails_tej.dataflow.declarations import IPort, ModuleSettings
from vistrails_tej.dataflow.errors import DataflowError
from vistrails_tej.dataflow.module import (
    ConstantSource,
    Module,
    ModuleConnector,
    ModuleError,
    ModuleSuspended,
    NotCacheable,
)
from vistrails_tej.dataflow.pipeline import (
    LABEL_ANNOTATION,
    Annotation,
    ControlParameter,
    PipelineModule,
)
from vistrails_tej.dataflow.ports import BASIC


def fed(port: str, *values: object) -> Module:
    module = Module()
    for value in values:
        module.set_input_port(port, ConstantSource(lambda value=value: value))
    return module


def test_an_input_is_the_first_of_its_values() -> None:
    module = fed("a", 1, 2)
    assert module.get_input("a") == 1
    assert module.get_input_list("a") == [1, 2]
    assert module.force_get_input("a", 9) == 1
    assert module.force_get_input_list("a") == [1, 2]
    module.check_input("a")


def test_a_port_without_a_value_is_missing_or_has_what_is_asked_for() -> None:
    module = Module()
    assert not module.has_input("a")
    assert module.force_get_input("a") is None
    assert module.force_get_input("a", 9) == 9
    assert module.force_get_input_list("a") == []
    for ask in (module.get_input, module.get_input_list, module.check_input):
        with pytest.raises(ModuleError, match="missing value on port 'a'") as caught:
            ask("a")
        assert caught.value.module is module


def test_none_is_a_value() -> None:
    assert fed("a", None).get_input("a") is None


def test_an_output_that_was_not_set_is_an_error_of_its_module() -> None:
    source, target = Module(), Module()
    source.label, source.upToDate = "Source", True
    target.set_input_port("a", ModuleConnector(source, "value"))
    with pytest.raises(ModuleError, match="Source gave no value on its output 'value'") as caught:
        target.get_input("a")
    assert caught.value.module is source


def test_a_module_gives_itself() -> None:
    module = Module()
    assert module.get_output("self") is module


def test_a_module_learns_from_its_place_in_the_pipeline() -> None:
    module = Module()
    module.transfer_attrs(
        PipelineModule(
            3,
            BASIC,
            "Module",
            cache=False,
            control_parameters=(ControlParameter(0, "loop_type", "pairwise"),),
            annotations=(Annotation(0, LABEL_ANNOTATION, "Mine"),),
        )
    )
    assert module.label == "Mine"
    assert module.control_params == {"loop_type": "pairwise"}
    assert not module.is_cacheable()


def test_a_mix_in_keeps_results_from_being_kept() -> None:
    class Fresh(NotCacheable, Module):
        pass

    assert Module().is_cacheable()
    assert not Fresh().is_cacheable()


def test_a_suspended_module_tells_all_it_waits_for() -> None:
    server = FakeServer()
    first, second = FakeHandle(server, "1"), FakeHandle(server, "2")
    children = [ModuleSuspended(None, "x", handle=one) for one in (first, second)]
    assert list(ModuleSuspended(None, "x", children=children).handles()) == [first, second]
    assert issubclass(ModuleSuspended, ModuleError)
    assert issubclass(ModuleError, DataflowError)


def test_declarations_take_keywords() -> None:
    port = IPort(name="a", signature="basic:String", optional=True, defaults="['x']")
    assert (port.name, port.signature) == ("a", "basic:String")
    assert port.options == {"optional": True, "defaults": "['x']"}
    settings = ModuleSettings(abstract=True, configure_widget=("a.b", "Widget"))
    assert settings.abstract
    assert settings.name is None
