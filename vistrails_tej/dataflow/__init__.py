"""Pipelines as VisTrails has them: read from .vt files, checked, signed and run.

The usual way: ``open_vistrail``, ``default_registry``, ``prepare_pipeline``, ``find_problems``,
``pipeline_signatures``, ``Interpreter.run``.
"""

from __future__ import annotations

from .descriptors import LoadedPackage, ModuleDescriptor
from .errors import (
    AssignmentInvalid,
    DataflowError,
    ModuleNotFound,
    NotAVistrail,
    PackageInvalid,
    PackageNotFound,
    ParameterInvalid,
    PipelineError,
    PipelineHasCycle,
    PipelineInvalid,
    PortNotFound,
    RegistryError,
    SaveFailed,
    SchemaUnsupported,
    VersionNotFound,
    VistrailCorrupt,
    VistrailError,
    VistrailNotFound,
)
from .events import ModuleEvent, ModuleState
from .file_digests import FileDigests
from .file_pool import FilePool
from .installed_packages import find_packages, load_installed_packages
from .interpreter import Interpreter
from .job_format import JobRecord, WorkflowRecord
from .job_mixin import JobMixin
from .job_records import JobMonitor
from .module import (
    InvalidOutput,
    IPort,
    Module,
    ModuleError,
    ModuleSettings,
    ModuleSuspended,
    NotCacheable,
    OPort,
)
from .module_ports import PortFinder
from .packages import default_registry, load_package, unload_package
from .pipeline import Connection, Endpoint, Parameter, Pipeline, PipelineModule, PortSetting
from .ports import Direction, PortItem, PortSpec, PortType
from .preparation import Assignment, parse_assignment, prepare_pipeline
from .registry import Registry
from .result_cache import ResultCache
from .run_result import RunResult
from .signature import ModuleSignature, pipeline_signatures
from .storage import (
    OpenedVistrail,
    open_vistrail,
    read_annotation,
    read_vistrail,
    save_annotation,
)
from .validation import Problem, find_problems
from .vistrail import Version, Vistrail, VistrailVariable
from .vistrail_jobs import VistrailJobs

__all__ = [
    "Assignment",
    "AssignmentInvalid",
    "Connection",
    "DataflowError",
    "Direction",
    "Endpoint",
    "FileDigests",
    "FilePool",
    "IPort",
    "Interpreter",
    "InvalidOutput",
    "JobMixin",
    "JobMonitor",
    "JobRecord",
    "LoadedPackage",
    "Module",
    "ModuleDescriptor",
    "ModuleError",
    "ModuleEvent",
    "ModuleNotFound",
    "ModuleSettings",
    "ModuleSignature",
    "ModuleState",
    "ModuleSuspended",
    "NotAVistrail",
    "NotCacheable",
    "OPort",
    "OpenedVistrail",
    "PackageInvalid",
    "PackageNotFound",
    "Parameter",
    "ParameterInvalid",
    "Pipeline",
    "PipelineError",
    "PipelineHasCycle",
    "PipelineInvalid",
    "PipelineModule",
    "PortFinder",
    "PortItem",
    "PortNotFound",
    "PortSetting",
    "PortSpec",
    "PortType",
    "Problem",
    "Registry",
    "RegistryError",
    "ResultCache",
    "RunResult",
    "SaveFailed",
    "SchemaUnsupported",
    "Version",
    "VersionNotFound",
    "Vistrail",
    "VistrailCorrupt",
    "VistrailError",
    "VistrailJobs",
    "VistrailNotFound",
    "VistrailVariable",
    "WorkflowRecord",
    "default_registry",
    "find_packages",
    "find_problems",
    "load_installed_packages",
    "load_package",
    "open_vistrail",
    "parse_assignment",
    "pipeline_signatures",
    "prepare_pipeline",
    "read_annotation",
    "read_vistrail",
    "save_annotation",
    "unload_package",
]
