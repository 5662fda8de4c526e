"""Files of 2007 to 2010 open, run and are saved as files of today; older ones are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from vistrails_tej.dataflow.errors import SchemaUnsupported
from vistrails_tej.dataflow.file_pool import FilePool
from vistrails_tej.dataflow.interpreter import Interpreter
from vistrails_tej.dataflow.job_records import JobMonitor
from vistrails_tej.dataflow.packages import default_registry
from vistrails_tej.dataflow.ports import BASIC, PortType
from vistrails_tej.dataflow.preparation import prepare_pipeline
from vistrails_tej.dataflow.signature import pipeline_signatures
from vistrails_tej.dataflow.storage import read_vistrail
from vistrails_tej.dataflow.storage.early_schemas import EARLY_SCHEMAS
from vistrails_tej.dataflow.storage.vistrail_saver import save_vistrail
from vistrails_tej.dataflow.validation import find_problems
from vistrails_tej.dataflow.vistrail import Vistrail

from .histories import action, add, vistrail_of

PARAMETER = '<parameter id="0" pos="0" name="&lt;no description&gt;" type="Float" val="2.5"/>'


def written(schema: str) -> str:
    """A Float that is printed, as the schema words it."""
    owner = 'package="edu.utah.sci.vistrails.basic" version="1.2"'
    package = "" if schema == "0.5.0" else owner
    types = "" if schema == "0.5.0" else "edu.utah.sci.vistrails.basic:"

    def port(number: int, kind: str, module: int, name: str) -> str:
        signature = f"({types}{name})"
        if schema in ("0.5.0", "0.6.0"):
            words = f'sig="value{signature}"'
        else:
            words = f'name="value" spec="{signature}"'
        return add(
            number, "port", f'<port id="{number}" type="{kind}" moduleId="{module}" {words}/>',
            number, "0",
        )  # fmt: skip

    return (
        action(1, 0, add(0, "module", f'<module id="0" name="Float" cache="1" {package}/>', 0))
        + action(
            2, 1,
            add(1, "function", '<function id="0" name="value" pos="0"/>', 0, "0"),
            add(2, "parameter", PARAMETER, 0, "0"),
        )
        + action(3, 2, add(3, "module", f'<module id="1" name="StandardOutput" {package}/>', 1))
        + action(
            4, 3,
            add(4, "connection", '<connection id="0"/>', 0),
            port(5, "source", 0, "Float"),
            port(6, "destination", 1, "Module"),
        )
    )  # fmt: skip


@pytest.mark.parametrize("schema", EARLY_SCHEMAS)
def test_an_early_file_runs(tmp_path: Path, schema: str) -> None:
    vistrail = vistrail_of(tmp_path, written(schema), schema=schema)
    assert printed(vistrail, tmp_path) == "2.5\n"


@pytest.mark.parametrize("schema", EARLY_SCHEMAS)
def test_saved_today_it_is_the_same_pipeline(tmp_path: Path, schema: str) -> None:
    vistrail = vistrail_of(tmp_path, written(schema), schema=schema)
    save_vistrail(vistrail, tmp_path / "new.vt")
    saved = read_vistrail(tmp_path / "new.vt")
    assert saved.schema_version == "1.0.4"
    assert saved.pipeline(4) == vistrail.pipeline(4)


def printed(vistrail: Vistrail, folder: Path) -> str:
    """What the latest version prints."""
    registry = default_registry()
    pipeline = prepare_pipeline(vistrail, vistrail.latest_version(), registry)
    assert find_problems(pipeline, registry) == []
    signatures = pipeline_signatures(pipeline, registry)
    output: list[str] = []
    Interpreter(
        registry,
        job_monitor=JobMonitor(),
        file_pool=FilePool(folder),
        write_output=output.append,
    ).run(pipeline, {number: one.signature for number, one in signatures.items()})
    return "".join(output)


def test_tags_had_a_time(tmp_path: Path) -> None:
    parts = (written("0.5.0"), '<tag name="final" time="4"/>')
    assert vistrail_of(tmp_path, *parts, schema="0.5.0").tags == {"final": 4}


def test_the_types_of_added_ports_were_called_spec(tmp_path: Path) -> None:
    spec = '<portSpec id="0" name="v1" spec="(Float)" type="input"/>'
    module = '<module id="0" name="PythonSource"/>'
    vistrail = vistrail_of(
        tmp_path,
        action(1, 0, add(0, "module", module, 0), add(1, "portSpec", spec, 0, "0")),
        schema="0.5.0",
    )
    (port,) = vistrail.pipeline(1).modules[0].port_specs
    assert [item.type for item in port.items] == [PortType(BASIC, "Float")]


def test_a_module_that_is_not_of_the_basic_package_is_shown_but_cannot_run(tmp_path: Path) -> None:
    vistrail = vistrail_of(
        tmp_path, action(1, 0, add(0, "module", '<module id="0" name="vtkActor"/>')), schema="0.5.0"
    )
    pipeline = vistrail.pipeline(1)
    assert pipeline.modules[0].name == "vtkActor"
    (problem,) = find_problems(pipeline, default_registry())
    assert "vtkActor" in str(problem)


@pytest.mark.parametrize("schema", ["0.7.0", "0.9.1"])
def test_a_subworkflow_of_that_time_is_there_but_cannot_run(tmp_path: Path, schema: str) -> None:
    reference = '<abstractionRef id="0" name="Smooth" abstractionId="3" version="7"/>'
    vistrail = vistrail_of(
        tmp_path, action(1, 0, add(0, "abstractionRef", reference)), schema=schema
    )
    pipeline = vistrail.pipeline(1)
    assert [one.name for one in pipeline.modules.values()] == ["Smooth"]
    assert find_problems(pipeline, default_registry())


def test_what_came_before_actions_of_today_is_refused_with_advice(tmp_path: Path) -> None:
    path = tmp_path / "first.xml"
    path.write_text('<visTrail version="0.3.0"><action time="2" what="addModule"/></visTrail>')
    with pytest.raises(SchemaUnsupported, match=r"'0\.3\.0'.* save it with VisTrails 2\.2 first"):
        read_vistrail(path)
