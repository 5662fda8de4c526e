"""The pipeline that runs: upgraded, with variables and the values given for this run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipelines import PipelineBuilder
from vistrails_tej.dataflow.assignments import parse_assignment, with_assignment
from vistrails_tej.dataflow.errors import AssignmentInvalid
from vistrails_tej.dataflow.pipeline import Pipeline
from vistrails_tej.dataflow.ports import BASIC
from vistrails_tej.dataflow.preparation import prepare_pipeline
from vistrails_tej.dataflow.registry import Registry
from vistrails_tej.dataflow.signature import pipeline_signatures
from vistrails_tej.dataflow.storage import read_vistrail

from .histories import DATA, action, add, chain, note, vistrail_of
from .sample_packages import TEJ, tej_registry


@pytest.fixture(scope="module")
def registry() -> Registry:
    return tej_registry()


def of_file(name: str, registry: Registry, *texts: str) -> Pipeline:
    vistrail = read_vistrail(DATA / "vt" / name)
    assignments = [parse_assignment(text) for text in texts]
    return prepare_pipeline(vistrail, vistrail.latest_version(), registry, assignments=assignments)


def values(pipeline: Pipeline, module_id: int) -> dict[str, str]:
    settings = pipeline.modules[module_id].settings
    return {one.port: one.parameters[0].value for one in settings}


def module_named(pipeline: Pipeline, name: str) -> int:
    return next(one.id for one in pipeline.modules.values() if one.name == name)


# --- upgrades


def test_a_module_of_another_version_is_upgraded(registry: Registry) -> None:
    pipeline = of_file("h15_old_pkg_version.vt", registry)
    assert {one.package_version for one in pipeline.modules.values()} == {"0.2"}
    assert sorted(pipeline.modules) == [0, 1]
    assert values(pipeline, 0) == {"hostname": "user@server"}


def test_a_module_of_this_version_stays_as_it_is(registry: Registry) -> None:
    vistrail = read_vistrail(DATA / "vt" / "h14_old_identifier_type.vt")
    stored = vistrail.pipeline(vistrail.latest_version())
    assert of_file("h14_old_identifier_type.vt", registry) == stored


def test_an_upgrade_takes_the_types_of_today_and_keeps_values_and_aliases(
    tmp_path: Path, registry: Registry
) -> None:
    stored = (
        f'<module id="1" name="Queue" package="{TEJ}" version="">'
        '<function id="3" name="hostname" pos="0"><parameter id="4" pos="0" name="old"'
        ' type="edu.utah.sci.vistrails.basic:String" val="here" alias="h"/></function>'
        '<function id="5" name="gone" pos="1"><parameter id="6" pos="0" type="String" val="x"/>'
        "</function></module>"
    )
    vistrail = vistrail_of(tmp_path, action(1, 0, add(0, "module", stored, 1)))
    host, gone = prepare_pipeline(vistrail, 1, registry).modules[1].settings
    (parameter,) = host.parameters
    assert parameter.type == f"{BASIC}:String"
    assert (parameter.name, parameter.value, parameter.alias) == ("<no description>", "here", "h")
    assert gone.parameters[0].type == "String"


def test_old_identifiers_become_those_of_today(tmp_path: Path, registry: Registry) -> None:
    stored = '<module id="1" name="String" package="edu.utah.sci.vistrails.basic" version="2.1.1"/>'
    vistrail = vistrail_of(tmp_path, action(1, 0, add(0, "module", stored, 1)))
    assert prepare_pipeline(vistrail, 1, registry).modules[1].package == BASIC


def test_modules_in_groups_are_upgraded_too(tmp_path: Path, registry: Registry) -> None:
    inner = f'<module id="1" name="Queue" package="{TEJ}" version="0.1"/>'
    group = f'<group id="2" name="Group" package="{BASIC}"><workflow>{inner}</workflow></group>'
    vistrail = vistrail_of(tmp_path, action(1, 0, add(0, "group", group, 2)))
    content = prepare_pipeline(vistrail, 1, registry).modules[2].content
    assert content is not None
    assert content.modules[1].package_version == "0.2"


def test_a_module_that_is_not_loaded_stays(registry: Registry) -> None:
    pipeline = of_file("h21_unknown_package.vt", registry)
    assert len(pipeline.modules) == 2


def test_a_saved_upgrade_is_taken(tmp_path: Path, registry: Registry) -> None:
    vistrail = vistrail_of(tmp_path, chain(3), note(2, "__upgrade__", "3"))
    assert sorted(prepare_pipeline(vistrail, 2, registry).modules) == [1, 2, 3]
    assert sorted(prepare_pipeline(vistrail, 1, registry).modules) == [1]


# --- variables and aliases


def test_a_variable_takes_the_place_of_the_stored_value(registry: Registry) -> None:
    assert values(of_file("60_vistrail_variable.vt", registry), 0) == {"value": "user@server"}


def test_an_alias_sets_all_its_parameters(registry: Registry) -> None:
    vistrail = read_vistrail(DATA / "vt" / "13_alias.vt")
    stored = vistrail.pipeline(vistrail.latest_version())
    ((owner, alias),) = [
        (module.id, parameter.alias)
        for module in stored.modules.values()
        for setting in module.settings
        for parameter in setting.parameters
        if parameter.alias
    ]
    changed = of_file("13_alias.vt", registry, f"{alias}=a=b")
    assert "a=b" in values(changed, owner).values()


# --- LABEL.port=VALUE


def test_a_label_a_name_and_an_id_name_a_module(registry: Registry) -> None:
    by_label = of_file("B_done.vt", registry, "Target number.value=10")
    target = next(one for one in by_label.modules.values() if one.label == "Target number")
    assert values(by_label, target.id) == {"value": "10"}
    for text in (f"#{target.id}.value=10", "Integer.value=10"):
        assert of_file("B_done.vt", registry, text) == by_label


def test_ports_and_labels_may_have_dots(registry: Registry) -> None:
    builder = PipelineBuilder(registry)
    job = builder.add("SubmitJob", package=TEJ, label="v1.2", inputs={"input.txt": "File"})
    assignment = parse_assignment("v1.2.input.txt=/data/x=1.txt")
    changed = with_assignment(builder.build(), assignment, registry)
    (setting,) = changed.modules[job].settings
    assert setting.port == "input.txt"
    assert setting.parameters[0].type == f"{BASIC}:File"
    assert setting.parameters[0].value == "/data/x=1.txt"


def test_a_new_setting_hashes_like_a_stored_one(registry: Registry) -> None:
    def signatures(pipeline: Pipeline) -> set[str]:
        return {one.signature for one in pipeline_signatures(pipeline, registry).values()}

    other = of_file("02_other_parameter.vt", registry)
    base = of_file("01_base.vt", registry)
    changed = {one: values(other, one) for one in other.modules}
    texts = [
        f"#{one}.{port}={value}"
        for one, settings in changed.items()
        for port, value in settings.items()
        if values(base, one).get(port) != value
    ]
    assert len(texts) == 1
    assert signatures(of_file("01_base.vt", registry, *texts)) == signatures(other)
    fresh = of_file("01_base.vt", registry, "Queue.username=ann", "Queue.port=2222")
    queue = fresh.modules[module_named(fresh, "Queue")]
    assert [one.position for one in queue.settings] == [0, 1, 2]
    assert len({one.id for one in queue.settings}) == 3


def test_a_default_adds_no_setting_but_changes_one_that_is_there(registry: Registry) -> None:
    base = of_file("01_base.vt", registry)
    assert of_file("01_base.vt", registry, "Queue.port=22") == base
    explicit = of_file("h03_explicit_default.vt", registry, "Queue.port=22")
    assert values(explicit, module_named(explicit, "Queue"))["port"] == "22"
    both = of_file("01_base.vt", registry, "Queue.port=23", "Queue.port=22")
    assert values(both, module_named(both, "Queue"))["port"] == "22"


def test_a_port_set_twice_is_set_once_afterwards(registry: Registry) -> None:
    pipeline = of_file("h11_same_function_twice.vt", registry)
    twice = next(
        (module, setting.port)
        for module in pipeline.modules.values()
        for setting in module.settings
        if sum(one.port == setting.port for one in module.settings) == 2
    )
    changed = of_file("h11_same_function_twice.vt", registry, f"#{twice[0].id}.{twice[1]}=new")
    ports = [one.port for one in changed.modules[twice[0].id].settings]
    assert ports.count(twice[1]) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Queue.hostname", "not of the form LABEL.port=VALUE"),
        ("=x", "not of the form"),
        ("Queue=x", r"no module or alias is called so; there is Queue \(#0\), "),
        ("Quene.hostname=x", r"Queue \(#0\)"),
        ("#99.hostname=x", "no module or alias"),
        ("Queue.host=x", r"Queue \(#0\) has no such input port; there is hostname, need_runtime"),
        ("String.value=x", r"more than one port, name one by its id; there is #1.value, #3.value"),
        ("Queue.port=many", "is not a value of type Integer"),
        ("SubmitJob.queue=x", r"comes from Queue \(#0\); set that instead"),
        ("Job.queue=x", "no module or alias"),
    ],
)
def test_what_cannot_be_set_is_said_in_a_sentence(
    registry: Registry, text: str, reason: str
) -> None:
    with pytest.raises(AssignmentInvalid, match=reason) as caught:
        of_file("01_base.vt", registry, text)
    assert "\n" not in str(caught.value)


def test_ports_without_a_text_form_are_refused(registry: Registry) -> None:
    builder = PipelineBuilder(registry)
    builder.add("SubmitShellJob", package=TEJ, inputs={"pair": "(basic:Integer,basic:String)"})
    builder.add("StandardOutput")
    for text, reason in (
        ("SubmitShellJob.queue=x", "a Queue cannot be written as text"),
        ("SubmitShellJob.pair=1", "takes 2 values at once"),
        ("StandardOutput.value=1", "a Variant cannot be written"),
    ):
        with pytest.raises(AssignmentInvalid, match=reason):
            with_assignment(builder.build(), parse_assignment(text), registry)


def test_a_label_comes_before_a_name(registry: Registry) -> None:
    builder = PipelineBuilder(registry)
    builder.add("String", value="a")
    builder.add("Integer", label="String", value="1")
    builder.add("String", label="other", value="b")
    pipeline = builder.build()
    with pytest.raises(AssignmentInvalid, match=r"#0\.value, #1\.value"):
        with_assignment(pipeline, parse_assignment("String.value=5"), registry)
    changed = with_assignment(pipeline, parse_assignment("other.value=5"), registry)
    assert values(changed, 2) == {"value": "5"}
