"""The tej package as far as its ports go, and small package folders written for a test."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any, ClassVar

from vistrails_tej.dataflow.module import Module, ModuleSettings
from vistrails_tej.dataflow.packages import default_registry
from vistrails_tej.dataflow.registry import Registry

TEJ = "org.vistrails.extra.tej"


class Queue(Module):
    _input_ports = (
        ("hostname", "(basic:String)"),
        ("username", "(basic:String)", {"optional": True}),
        ("port", "(basic:Integer)", {"optional": True, "defaults": "['22']"}),
        ("queue", "(basic:String)", {"optional": True, "defaults": "['~/.tej']"}),
        ("setup_runtime", "(basic:String)", {"optional": True}),
        ("need_runtime", "(basic:String)", {"optional": True}),
    )
    _output_ports: ClassVar[Any] = (("queue", f"({TEJ}:Queue)"),)


class Job(Module):
    _input_ports = (("id", "(basic:String)"), ("queue", Queue))
    _output_ports: ClassVar[Any] = (("job", f"({TEJ}:Job)"), ("exitcode", "(basic:Integer)"))


class BaseSubmitJob(Module):
    _settings = ModuleSettings(abstract=True)
    _input_ports: ClassVar[Any] = (
        ("queue", Queue),
        ("print_error", "(basic:Boolean)", {"optional": True, "defaults": ["False"]}),
    )
    _output_ports: ClassVar[Any] = (("job", Job), ("exitcode", "(basic:Integer)"))


class SubmitJob(BaseSubmitJob):
    _input_ports: ClassVar[Any] = (
        ("job", "(basic:Directory)", {"optional": True}),
        ("script", "(basic:String)", {"optional": True, "defaults": "['start.sh']"}),
    )


class SubmitShellJob(BaseSubmitJob):
    _input_ports: ClassVar[Any] = (("source", "(basic:String)"),)
    _output_ports: ClassVar[Any] = (("stderr", "(basic:File)"), ("stdout", "(basic:File)"))


class DownloadFile(Module):
    _input_ports = (("job", Job), ("filename", "(basic:String)"))
    _output_ports: ClassVar[Any] = (("file", "(basic:File)"),)


class DownloadDirectory(Module):
    _input_ports = (("job", Job), ("pathname", "(basic:String)"))
    _output_ports: ClassVar[Any] = (("directory", "(basic:Directory)"),)


class MakeDirectory(Module):
    _output_ports: ClassVar[Any] = (("directory", "(basic:Directory)"),)


TEJ_MODULES = (
    SubmitShellJob,
    SubmitJob,
    BaseSubmitJob,
    Queue,
    Job,
    DownloadFile,
    DownloadDirectory,
    MakeDirectory,
)


def tej_registry(version: str = "0.2") -> Registry:
    """The basic package and the ports of tej."""
    registry = default_registry()
    registry.add_package(identifier=TEJ, name="tej", version=version, modules=TEJ_MODULES)
    return registry


def write_package(folder: Path, identifier: str, *, init: str = "", manifest: str = "") -> Path:
    """Write a package folder with a module Step, which counts its hooks in ``log``."""
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(
        f'"""Steps."""\nidentifier = {identifier!r}\nname = "Steps"\nversion = "1.5"\n'
        + textwrap.dedent(manifest)
    )
    (folder / "init.py").write_text(
        textwrap.dedent(
            """
            from vistrails_tej.dataflow.module import Module

            class Step(Module):
                "Takes a step."
                _input_ports = [("value", "(basic:Integer)")]

            _modules = [Step]
            log = []

            def initialize():
                log.append("initialize")

            def finalize():
                log.append("finalize")
            """
        )
        + textwrap.dedent(init)
    )
    return folder
