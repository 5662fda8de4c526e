"""Subworkflows: read from the file, checked, signed and run; and loops of real files."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.counting_modules import FakeHandle, FakeServer
from vistrails_tej.dataflow.events import ModuleEvent, ModuleState
from vistrails_tej.dataflow.file_pool import FilePool
from vistrails_tej.dataflow.interpreter import Interpreter
from vistrails_tej.dataflow.job_mixin import JobMixin
from vistrails_tej.dataflow.job_records import JobMonitor
from vistrails_tej.dataflow.module import Module
from vistrails_tej.dataflow.packages import default_registry
from vistrails_tej.dataflow.pipeline import Pipeline
from vistrails_tej.dataflow.ports import BASIC
from vistrails_tej.dataflow.preparation import prepare_pipeline
from vistrails_tej.dataflow.registry import Registry
from vistrails_tej.dataflow.run_result import RunResult
from vistrails_tej.dataflow.signature import pipeline_signatures
from vistrails_tej.dataflow.storage import read_vistrail
from vistrails_tej.dataflow.storage.subworkflow_members import LARGEST_SUBWORKFLOWS
from vistrails_tej.dataflow.subworkflows import used_packages
from vistrails_tej.dataflow.validation import find_problems

from .histories import DATA

TEJ = "org.vistrails.extra.tej"
UUID = "0d91e524-e664-11f1-986b-02fc00000001"
MEMBER = f"abstraction_sub({UUID}).xml"
FILE_74 = DATA / "vt" / "74_job_in_subworkflow.vt"


class Queue(Module):
    """Passes a host name on."""

    _input_ports = (("hostname", "(basic:String)"),)
    _output_ports = (("queue", f"({TEJ}:Queue)"),)

    def compute(self) -> None:
        self.set_output("queue", self.get_input("hostname"))


class SubmitShellJob(JobMixin, Module):
    """A job on the fake server."""

    server: ClassVar[FakeServer]

    _input_ports = (("queue", f"({TEJ}:Queue)"), ("source", "(basic:String)"))
    _output_ports = (("exitcode", "(basic:Integer)"),)

    def job_read_inputs(self) -> dict[str, Any]:
        values = {"queue": self.get_input("queue"), "source": self.get_input("source")}
        return {"job_id": self.signature, **values}

    def job_start(self, params: dict[str, Any]) -> dict[str, Any]:
        self.server.started.append(params)
        return params

    def job_get_handle(self, params: dict[str, Any]) -> FakeHandle:
        return FakeHandle(self.server, params["job_id"])

    def job_finish(self, params: dict[str, Any]) -> dict[str, Any]:
        return params

    def job_set_results(self, params: dict[str, Any]) -> None:
        self.set_output("exitcode", 0)


def job_registry(server: FakeServer) -> Registry:
    registry = default_registry()
    job = type("SubmitShellJob", (SubmitShellJob,), {"server": server})
    registry.add_package(identifier=TEJ, name="tej", version="0.2", modules=[Queue, job])
    return registry


class FileRunner:
    """Runs the latest version of a file, with one monitor."""

    def __init__(self, server: FakeServer, pool: FilePool) -> None:
        self.server = server
        self.registry = job_registry(server)
        self.monitor = JobMonitor()
        self.pool = pool
        self.events: list[ModuleEvent] = []

    def prepare(self, path: Path) -> Pipeline:
        vistrail = read_vistrail(path)
        return prepare_pipeline(vistrail, vistrail.latest_version(), self.registry)

    def run(self, path: Path) -> RunResult:
        pipeline = self.prepare(path)
        assert find_problems(pipeline, self.registry) == []
        interpreter = Interpreter(
            self.registry,
            job_monitor=self.monitor,
            file_pool=self.pool,
            listener=self.events.append,
        )
        return interpreter.run(pipeline, pipeline_signatures(pipeline, self.registry))

    @property
    def started(self) -> list[str]:
        return [job["job_id"] for job in self.server.started]


@pytest.fixture
def files(server: FakeServer, tmp_path: Path) -> Iterator[FileRunner]:
    with FilePool(tmp_path) as pool:
        yield FileRunner(server, pool)


def rewritten(source: Path, target: Path, **changed: str | None) -> Path:
    """A copy of an archive with some members replaced, added or (None) left out."""
    members: dict[str, str | None]
    with zipfile.ZipFile(source) as archive:
        members = {name: archive.read(name).decode() for name in archive.namelist()}
    members |= changed
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in members.items():
            if text is not None:
                archive.writestr(name, text)
    return target


def subworkflow_text() -> str:
    with zipfile.ZipFile(FILE_74) as archive:
        return archive.read(MEMBER).decode()


def nested_in(outer_uuid: str, inner_uuid: str, version: str = "1") -> str:
    """A subworkflow that holds another one; both have the ports queue and exitcode."""
    module = (
        '<module cache="1" id="0" name="SubmitShellJob" namespace=""'
        ' package="org.vistrails.extra.tej" version="0.2" />'
    )
    inner = (
        f'<abstraction cache="1" id="0" internalVersion="{version}" name="sub"'
        f' namespace="{inner_uuid}" package="local.abstractions" version="1.6" />'
    )
    text = subworkflow_text().replace(module, inner).replace(UUID, outer_uuid)
    start, end = text.index('<add id="1" objectId="0"'), text.index('<add id="4"')
    text = text[:start] + text[end:]
    return text.replace(
        '<add id="0" objectId="0" parentObjId="" parentObjType="" what="module">',
        '<add id="0" objectId="0" parentObjId="" parentObjType="" what="abstraction">',
    )


# -- running -------------------------------------------------------------------------------------


def test_a_job_in_a_subworkflow_suspends_and_resumes(files: FileRunner, server: FakeServer) -> None:
    result = files.run(FILE_74)
    assert result.states[3] is ModuleState.SUSPENDED
    assert server.started[0]["queue"] == "user@server"
    assert {one.path for one in files.events} == {(), (3,)}
    server.end_all()
    result = files.run(FILE_74)
    assert result.outputs(3) == {"exitcode": 0}
    assert len(files.started) == 1


def test_a_job_below_an_input_port_has_the_same_id_in_every_process(files: FileRunner) -> None:
    files.run(FILE_74)
    (job,) = files.started
    code = (
        "from tests.unit.dataflow.test_subworkflows import *\n"
        "registry = job_registry(FakeServer())\n"
        "vistrail = read_vistrail(FILE_74)\n"
        "pipeline = prepare_pipeline(vistrail, vistrail.latest_version(), registry)\n"
        "print(pipeline_signatures(pipeline, registry)[3].content[0].signature)\n"
    )
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[3],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == job


def test_the_subworkflow_itself_is_signed_by_its_uuid_and_version(files: FileRunner) -> None:
    golden = json.loads((DATA / "golden_signatures.json").read_text())
    entry = next(one for one in golden if "74_job" in one["relfile"])
    expected = {one["name"]: one["module_sig"] for one in entry["modules"]}
    pipeline = files.prepare(FILE_74)
    found = pipeline_signatures(pipeline, files.registry)[3]
    assert found.module_signature == expected["sub"]


def test_subworkflows_nest(files: FileRunner, server: FakeServer, tmp_path: Path) -> None:
    changed = {MEMBER: nested_in(UUID, "inner"), "abstraction_in(inner).xml": subworkflow_text()}
    path = rewritten(FILE_74, tmp_path / "nested.vt", **changed)
    result = files.run(path)
    assert result.inner_states[3, 0, 0] is ModuleState.SUSPENDED
    server.end_all()
    assert files.run(path).outputs(3) == {"exitcode": 0}


def test_the_packages_inside_are_known_before_anything_is_loaded() -> None:
    vistrail = read_vistrail(FILE_74)
    assert used_packages(vistrail, vistrail.latest_version()) == {BASIC, TEJ}


# -- what cannot be found ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({MEMBER: None}, "its content is not in this file"),
        ({MEMBER: "<vistrail"}, "its content is not in this file"),
        ({MEMBER: "<other/>"}, "its content is not in this file"),
        ({MEMBER: " " * (LARGEST_SUBWORKFLOWS + 1)}, "its content is not in this file"),
        ({MEMBER: nested_in(UUID, UUID)}, "it contains itself"),
        ({MEMBER: nested_in(UUID, UUID, "7")}, "there is no version or tag 7"),
        (
            {
                MEMBER: nested_in(UUID, "other"),
                "abstraction_other(other).xml": nested_in("other", UUID),
            },
            "it contains itself",
        ),
    ],
    ids=["missing", "damaged", "no vistrail", "too large", "itself", "no version", "circle"],
)
def test_a_subworkflow_that_cannot_run_is_a_problem(
    files: FileRunner, tmp_path: Path, changed: dict[str, str | None], reason: str
) -> None:
    path = rewritten(FILE_74, tmp_path / "changed.vt", **changed)
    pipeline = files.prepare(path)
    messages = [str(one) for one in find_problems(pipeline, files.registry)]
    assert any(reason in one and "it is a subworkflow" in one for one in messages), messages
    assert pipeline_signatures(pipeline, files.registry)[3].signature


def test_many_subworkflows_in_each_other_end(files: FileRunner, tmp_path: Path) -> None:
    """Each level holds the next one twice: the last would be there a billion times."""
    changed: dict[str, str | None] = {}
    for level in range(30):
        uuid = UUID if level == 0 else f"level-{level}"
        text = nested_in(uuid, f"level-{level + 1}")
        start, end = text.index('<add id="0"'), text.index('<add id="4"')
        twin = text[start:end].replace('id="0"', 'id="90"').replace('objectId="0"', 'objectId="90"')
        changed[f"abstraction_x({uuid}).xml"] = text[:end] + twin + text[end:]
    changed[MEMBER] = changed.pop(f"abstraction_x({UUID}).xml")
    path = rewritten(FILE_74, tmp_path / "many.vt", **changed)
    messages = [str(one) for one in find_problems(files.prepare(path), files.registry)]
    assert any("too many subworkflows" in one for one in messages)


def test_an_older_uuid_of_a_subworkflow_is_known_too(files: FileRunner, tmp_path: Path) -> None:
    changed = {MEMBER: None, "abstraction_sub(newer).xml": subworkflow_text()}
    path = rewritten(FILE_74, tmp_path / "renamed.vt", **changed)
    assert files.run(path).states[3] is ModuleState.SUSPENDED


# -- loops, with the numbers that VisTrails 2.2 gave for the same files --------------------------


def test_the_jobs_of_a_looped_module_are_those_of_vistrails(
    files: FileRunner, server: FakeServer
) -> None:
    files.run(DATA / "vt" / "80_implicit_loop.vt")
    assert files.started == [
        "7C7960A0A706D48258EDF5FDE4EA1A37A14245E3",
        "7D7960A0A706D48258EDF5FDE4EA1A37A14245E3",
    ]
    assert [job["queue"] for job in server.started] == ["user@a", "user@b"]


def test_the_jobs_of_map_are_those_of_vistrails(files: FileRunner, server: FakeServer) -> None:
    path = DATA / "vt" / "81_map.vt"
    result = files.run(path)
    assert files.started == [
        "4F6C56C7FBDEAB4328A9EB54578C69C3F7518833",
        "4E6C56C7FBDEAB4328A9EB54578C69C3F7518833",
    ]
    (suspended,) = result.suspended.values()
    assert len(suspended.children) == 2
    server.end_all()
    assert files.run(path).succeeded
