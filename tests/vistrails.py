"""Small vistrails for tests, and the examples."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from vistrails_tej.dataflow import (
    Connection,
    Endpoint,
    Vistrail,
    VistrailEditor,
    percent_encode,
)
from vistrails_tej.dataflow.ports import BASIC
from vistrails_tej.modules.workflow import load_registry

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
TEJ = "org.vistrails.extra.tej"


def load_source(name: str) -> ModuleType:
    """Import a file of examples/source, which is no package."""
    known = sys.modules.get(name)
    if known is not None:
        return known
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / "source" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


QUEUE, JOB = f"{TEJ}:Queue", f"{TEJ}:Job"
FILE, STRING, VARIANT = f"{BASIC}:File", f"{BASIC}:String", f"{BASIC}:Variant"
# A module's id, a port's name and, for whoever reads the test, the port's type.
End = tuple[int, str, str]


class Edits:
    """An editor whose modules are ids."""

    def __init__(self) -> None:
        self.editor = VistrailEditor(Vistrail({}), load_registry())

    def module(self, package: str, name: str, place: tuple[int, int], label: str = "") -> int:
        return self.editor.add(name, package=package, at=place, label=label).id

    def set(self, module_id: int, port: str, value: str, type_name: str = "String") -> None:
        """Set a port of this type to a constant."""
        self.editor.module(module_id).set(port, value)
        parameter = self.editor.pipeline.modules[module_id].settings[-1].parameters[0]
        assert parameter.type == f"{BASIC}:{type_name}"

    def port(self, module_id: int, name: str, type_name: str, sort_key: int) -> None:
        """Add an input port, which has this place among those that were added."""
        self.editor.module(module_id).add_port(name, type_name)
        ports = self.editor.pipeline.modules[module_id].input_port_specs
        assert ports[sort_key].name == name

    def connect(self, source: End, destination: End) -> None:
        ends = [self.editor.module(number)[port] for number, port, _ in (source, destination)]
        self.editor.connect(*ends)

    def connect_anyhow(self, source: End, destination: End) -> None:
        """Connect what the editor would not connect."""
        first, second = (
            Endpoint(number, port, kind) for number, port, kind in (source, destination)
        )
        before = self.editor.pipeline
        number = max(before.connections, default=-1) + 1
        added = Connection(
            number,
            replace(first, id=2 * number),
            replace(second, id=2 * number + 1),
        )
        with self.editor.action("Added connection"):
            self.editor.pipeline = replace(
                before, connections={**before.connections, number: added}
            )

    def save(self, path: Path) -> None:
        self.editor.save(path, overwrite=True)


class Draft:
    """A vistrail in the making, with the steps that job workflows have in common."""

    def __init__(self, hostname: str) -> None:
        self.vistrail = Edits()
        self.queue: int = self.add(TEJ, "Queue")
        self.vistrail.set(self.queue, "hostname", hostname)

    def add(self, package: str, name: str, label: str = "") -> int:
        """Add a module."""
        return self.vistrail.module(package, name, (0, 0), label)

    def shell_job(self, source: str, label: str = "", *, print_error: bool = False) -> int:
        """Add a SubmitShellJob on the queue."""
        job = self.add(TEJ, "SubmitShellJob", label)
        self.vistrail.set(job, "source", percent_encode(source))
        if print_error:
            self.vistrail.set(job, "print_error", "True", "Boolean")
        self.vistrail.connect((self.queue, "queue", QUEUE), (job, "queue", QUEUE))
        return job

    def printed(self, module_id: int, port: str, type_text: str = FILE) -> int:
        """Print an output with StandardOutput."""
        printer = self.add(BASIC, "StandardOutput")
        self.vistrail.connect((module_id, port, type_text), (printer, "value", VARIANT))
        return printer

    def file(self, content: str) -> int:
        """Add a String and a WriteFile that gives a file of this content."""
        text = self.add(BASIC, "String")
        self.vistrail.set(text, "value", content)
        writer = self.add(BASIC, "WriteFile")
        self.vistrail.connect((text, "value", STRING), (writer, "in_value", STRING))
        return writer

    def named_file(self, module_id: int, name: str, content: str, sort_key: int = 0) -> None:
        """Give a module a file on a port of its own."""
        writer = self.file(content)
        self.vistrail.port(module_id, name, "File", sort_key)
        self.vistrail.connect((writer, "out_value", FILE), (module_id, name, FILE))

    def save(self, path: Path) -> Path:
        """Write the file and return its path."""
        self.vistrail.save(path)
        return path


def wait_for_file(path: Path, then: str = "echo done") -> str:
    """A shell script that waits until a file is there, so that a test decides when it ends."""
    return f"while [ ! -e '{path}' ]; do sleep 0.05; done\n{then}\n"
