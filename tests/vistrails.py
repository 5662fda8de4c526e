"""Small vistrails for tests, made with the builder of the examples."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"


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


builder = load_source("vistrail_builder")
BASIC: str = builder.BASIC
TEJ: str = builder.TEJ
QUEUE, JOB = f"{TEJ}:Queue", f"{TEJ}:Job"
FILE, STRING, VARIANT = f"{BASIC}:File", f"{BASIC}:String", f"{BASIC}:Variant"


class Draft:
    """A vistrail in the making, with the steps that job workflows have in common."""

    def __init__(self, hostname: str) -> None:
        self.vistrail: Any = builder.VistrailBuilder()
        self.queue: int = self.add(TEJ, "Queue")
        self.vistrail.set(self.queue, "hostname", hostname)

    def add(self, package: str, name: str, label: str = "") -> int:
        """Add a module."""
        module_id: int = self.vistrail.module(package, name, (0, 0), label)
        return module_id

    def shell_job(self, source: str, label: str = "", *, print_error: bool = False) -> int:
        """Add a SubmitShellJob on the queue."""
        job = self.add(TEJ, "SubmitShellJob", label)
        self.vistrail.set(job, "source", builder.percent_encode(source))
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
