"""Modules that a test steers: they count, fail, wait for a fake server."""

from __future__ import annotations

from typing import Any, ClassVar

from vistrails_tej.dataflow.job_mixin import JobMixin
from vistrails_tej.dataflow.module import (
    InvalidOutput,
    Module,
    ModuleError,
    ModuleSuspended,
    NotCacheable,
)
from vistrails_tej.dataflow.packages import default_registry
from vistrails_tej.dataflow.registry import Registry

PACKAGE = "org.example.counting"


class FakeServer:
    """Remembers the jobs that were started; a test says which have ended."""

    def __init__(self) -> None:
        self.started: list[dict[str, Any]] = []
        self.ended: set[str] = set()
        self.lost: set[str] = set()

    def end_all(self) -> None:
        self.ended.update(job["job_id"] for job in self.started)


class FakeHandle:
    """The handle of a job on the fake server."""

    def __init__(self, server: FakeServer, job_id: str) -> None:
        self.server = server
        self.job_id = job_id

    def finished(self) -> bool:
        return self.job_id in self.server.ended | self.server.lost


class Count(Module):
    """Passes its value on, plus one."""

    _input_ports = (("value", "(basic:Integer)", {"defaults": "['0']"}),)
    _output_ports = (("value", "(basic:Integer)"),)

    def compute(self) -> None:
        self.set_output("value", self.get_input("value") + 1)


class AlwaysCount(NotCacheable, Count):
    """The same, computed every time."""


class Broken(Module):
    """Fails in a way it did not foresee."""

    _input_ports = (("value", "(basic:Variant)"),)
    _output_ports = (("value", "(basic:Integer)"),)

    def compute(self) -> None:
        raise ZeroDivisionError("no share left")


class Interrupted(Module):
    """The user presses Ctrl+C while it computes."""

    _input_ports = (("value", "(basic:Variant)"),)
    _output_ports = (("value", "(basic:Integer)"),)

    def compute(self) -> None:
        raise KeyboardInterrupt


class Pending(NotCacheable, Module):
    """Waits for the fake server by itself."""

    server: ClassVar[FakeServer]

    _input_ports = (("value", "(basic:Variant)"),)
    _output_ports = (("value", "(basic:Integer)"),)

    def compute(self) -> None:
        raise ModuleSuspended(self, "not yet", handle=FakeHandle(self.server, self.signature))


class Choice(Module):
    """Runs only the branch it needs, by its own ``update_upstream``."""

    _input_ports = (
        ("first", "(basic:Variant)"),
        ("second", "(basic:Variant)"),
        ("wanted", "(basic:String)"),
    )
    _output_ports = (("value", "(basic:Variant)"),)

    def update_upstream(self) -> None:
        for source in self.inputPorts[self.get_input("wanted")]:
            source.obj.update()  # type: ignore[union-attr]

    def compute(self) -> None:
        self.set_output("value", self.get_input(self.get_input("wanted")))


class Careful(Count):
    """Has an ``update`` of its own, and adds 100 in it."""

    def update(self) -> None:
        super().update()
        if self.upToDate:
            self.set_output("value", self.get_output("value") + 100)


class WrongDefault(Module):
    """Declares a default that is no value of its type."""

    _input_ports = (("value", "(basic:Integer)", {"defaults": "['x']"}),)

    def compute(self) -> None:
        self.get_input("value")


class Vanishing(Module):
    """Says that it has no value."""

    _output_ports = (("value", "(basic:Integer)"),)

    def compute(self) -> None:
        self.set_output("value", InvalidOutput)


class Talking(Module):
    """Tells its progress and leaves notes."""

    _output_ports = (("value", "(basic:String)"),)

    def compute(self) -> None:
        self.logging.update_progress(self, 0.5)
        self.annotate({"seen": "yes"})
        self.set_output("value", f"{self.label} of {self.moduleInfo['version']}")


class Itself(Module):
    """Takes another module, not its value."""

    _input_ports = (("module", "(basic:Module)"),)
    _output_ports = (("value", "(basic:Integer)"),)

    def compute(self) -> None:
        other: Module = self.get_input("module")
        self.set_output("value", other.get_output("value"))


class Job(JobMixin, Module):
    """A job on the fake server; its result is its input, doubled."""

    server: ClassVar[FakeServer]

    _input_ports = (("value", "(basic:Integer)"), ("note", "(basic:String)"))
    _output_ports = (("value", "(basic:Integer)"),)

    def job_read_inputs(self) -> dict[str, Any]:
        return {"job_id": self.signature, "number": self.get_input("value")}

    def job_start(self, params: dict[str, Any]) -> dict[str, Any]:
        self.server.started.append(params)
        return params

    def job_get_handle(self, params: dict[str, Any]) -> FakeHandle:
        return FakeHandle(self.server, params["job_id"])

    def job_finish(self, params: dict[str, Any]) -> dict[str, Any]:
        if params["job_id"] in self.server.lost:
            raise ModuleError(self, "the job was deleted; run it again")
        return {**params, "result": 2 * params["number"]}

    def job_set_results(self, params: dict[str, Any]) -> None:
        self.set_output("value", params["result"])


def counting_registry(server: FakeServer | None = None) -> Registry:
    """A registry with the basic package and the modules above."""
    registry = default_registry()
    used = {"server": server or FakeServer()}
    registry.add_package(
        identifier=PACKAGE,
        name="Counting",
        version="1.0",
        modules=[
            Count,
            AlwaysCount,
            Broken,
            Interrupted,
            Choice,
            Careful,
            WrongDefault,
            Vanishing,
            Talking,
            Itself,
            (type("Pending", (Pending,), used), {}),
            (type("Job", (Job,), used), {}),
        ],
    )
    return registry
