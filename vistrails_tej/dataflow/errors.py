"""What can go wrong with vistrails, pipelines and modules.

::

    DataflowError
    |- RegistryError
    |  |- PackageNotFound
    |  |- ModuleNotFound
    |  |- PortNotFound
    |  `- PackageInvalid
    |- PipelineError
    |  |- EditRefused
    |  |- PipelineInvalid
    |  |- PipelineHasCycle
    |  |- ParameterInvalid       (ValueError)
    |  `- AssignmentInvalid      (ValueError)
    |- VistrailError
    |  |- VistrailNotFound       (FileNotFoundError)
    |  |- NotAVistrail
    |  |- SchemaUnsupported
    |  |- VersionNotFound
    |  |- VistrailCorrupt
    |  |- TextNotPortable
    |  |- SaveFailed
    |  `- JobRecordsInvalid
    `- ModuleError               (in module.py: it belongs to a running module)
       `- ModuleSuspended

Every error carries its data as attributes and builds its own message: what happened, to what,
and what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class DataflowError(Exception):
    """Raised when the dataflow core cannot do what was asked; the root of this tree."""


class RegistryError(DataflowError):
    """Raised when a package, module or port is not what it should be."""


class PackageNotFound(RegistryError):
    """Raised when no package of this identifier is loaded."""

    def __init__(self, identifier: str) -> None:
        self.identifier = identifier
        super().__init__(f"package {identifier} is not loaded; install it, or remove its modules")


class ModuleNotFound(RegistryError):
    """Raised when a loaded package has no module of this name."""

    def __init__(self, package: str, name: str, namespace: str = "") -> None:
        self.package = package
        self.name = name
        self.namespace = namespace
        shown = f"{namespace}|{name}" if namespace else name
        super().__init__(
            f"package {package} has no module {shown}; a newer version of the package may have it"
        )


class PortNotFound(RegistryError):
    """Raised when a module has no port of this name."""

    def __init__(self, module: str, port: str) -> None:
        self.module = module
        self.port = port
        super().__init__(f"module {module} has no port {port!r}; show lists the ports it has")


class PackageInvalid(RegistryError):
    """Raised when a package cannot be loaded as it is written."""

    def __init__(self, package: str, reason: str) -> None:
        self.package = package
        self.reason = reason
        super().__init__(f"package {package} cannot be loaded: {reason}")


class PipelineError(DataflowError):
    """Raised when a pipeline cannot be used as asked."""


class PipelineInvalid(PipelineError):
    """Raised when a pipeline is asked to run although something is wrong with it."""

    def __init__(self, problems: Sequence[object]) -> None:
        self.problems = tuple(problems)
        listed = "; ".join(str(problem) for problem in self.problems)
        super().__init__(f"this version cannot run: {listed}")


class EditRefused(PipelineError):
    """Raised when an edit would make a pipeline that cannot be; nothing was changed."""

    def __init__(self, what: str, reason: str) -> None:
        self.what = what
        self.reason = reason
        super().__init__(f"{what}: {reason}")


class PipelineHasCycle(PipelineError):
    """Raised when modules feed each other in a circle."""

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = tuple(labels)
        circle = " -> ".join((*self.labels, self.labels[0])) if self.labels else "unknown"
        super().__init__(
            f"the modules feed each other in a circle ({circle}); remove one connection"
        )


class ParameterInvalid(PipelineError, ValueError):
    """Raised when a text is not a value of a port's type."""

    def __init__(self, type_name: str, value: str, reason: str = "") -> None:
        self.type_name = type_name
        self.value = value
        detail = f" ({reason})" if reason else ""
        super().__init__(f"{value!r} is not a value of type {type_name}{detail}; correct it")


class AssignmentInvalid(PipelineError, ValueError):
    """Raised when a ``LABEL.port=VALUE`` names nothing that can be set, or more than one thing."""

    def __init__(self, target: str, reason: str, candidates: Sequence[str] = ()) -> None:
        self.target = target
        self.reason = reason
        self.candidates = tuple(candidates)
        choice = f"; there is {', '.join(self.candidates)}" if self.candidates else ""
        super().__init__(f"{target!r} cannot be set: {reason}{choice}")


class VistrailError(DataflowError):
    """Raised when a vistrail file cannot be read or written."""


class VistrailNotFound(VistrailError, FileNotFoundError):
    """Raised when there is no such file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path}: there is no such file; check the path")

    def __str__(self) -> str:
        return str(self.args[0])


class NotAVistrail(VistrailError):
    """Raised when a file is no vistrail, or one that is unsafe to read."""

    def __init__(self, path: object, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path} is not a vistrail that can be opened: {reason}")


class SchemaUnsupported(VistrailError):
    """Raised when a file's schema version is not one we know."""

    def __init__(self, path: object, schema_version: str) -> None:
        self.path = path
        self.schema_version = schema_version
        is_old = schema_version.startswith("0.")
        super().__init__(
            f"{path} has schema version {schema_version[:40]!r}, which is not known; "
            + (
                "open and save it with VisTrails 2.2 first"
                if is_old
                else "save it as 1.0.4, or update vistrails_tej"
            )
        )


class TextNotPortable(VistrailError):
    """Raised when a text would make a file that VisTrails 2.2 cannot load; nothing was saved."""

    def __init__(self, what: str, text: str, character: str) -> None:
        self.what = what
        self.text = text
        self.character = character
        super().__init__(
            f"the {what} {text[:60]!r} has the character {character!r}, which VisTrails 2.2 cannot"
            " load; write it in ASCII, or save for newer programs only"
        )


class JobNotRecorded(VistrailError):
    """Raised when a vistrail, or with a blank path none of several, remembers a job of this id."""

    def __init__(self, job_id: str, path: str) -> None:
        self.job_id = job_id
        self.path = path
        told = f"{path} does not remember" if path else "none of the files that are known remembers"
        super().__init__(f"{told} a job {job_id}; the command jobs lists those that are on record")


class VersionNotFound(VistrailError):
    """Raised when a vistrail has no version of this id or tag."""

    def __init__(self, version: object) -> None:
        self.version = version
        super().__init__(f"there is no version or tag {version!r}; history lists them")


class VistrailCorrupt(VistrailError):
    """Raised when the history contradicts itself."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the history of this vistrail is damaged: {reason}")


class SaveFailed(VistrailError):
    """Raised when a vistrail could not be saved; the file is as it was before."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path} was not saved and is as before: {reason}")


class JobRecordsInvalid(VistrailError):
    """Raised when the jobs saved with a vistrail cannot be read."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"the jobs saved with this vistrail cannot be read: {reason};"
            " forget them all with: vistrails-tej jobs FILE --forget-all"
        )
