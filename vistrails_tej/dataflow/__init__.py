"""Pipelines as VisTrails has them: read from .vt files, checked, signed and run.

The usual way: ``open_vistrail``, ``default_registry``, ``prepare_pipeline``, ``find_problems``,
``pipeline_signatures``, ``Interpreter.run``.
"""

from __future__ import annotations

from .assignments import Target
from .deeds import Deed, DeedKind
from .descriptors import LoadedPackage, ModuleDescriptor
from .editing import ModuleHandle, PortHandle, VistrailEditor, cut_out, edit_vistrail
from .errors import (
    AssignmentInvalid,
    DataflowError,
    EditRefused,
    JobNotRecorded,
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
    TextNotPortable,
    VersionNotFound,
    VistrailCorrupt,
    VistrailError,
    VistrailNotFound,
)
from .events import ModuleEvent, ModuleState
from .execution_log import ExecutionRecorder, ModuleExecution, Outcome, WorkflowExecution
from .explanation import Explanation, Fact, FactKind, Feed, ModuleFacts, explain
from .explanation_differences import Difference, find_differences
from .file_digests import FileDigests
from .file_pool import FilePool
from .installed_packages import find_packages, load_installed_packages
from .interpreter import Interpreter
from .job_format import JobRecord, WorkflowRecord
from .job_mixin import JobMixin
from .job_records import JobMonitor
from .loop_forecast import find_looped
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
from .preparation import Assignment, find_target, parse_assignment, prepare_pipeline
from .registry import Registry
from .result_cache import ResultCache
from .run_result import RunResult
from .settings import percent_encode
from .signature import ModuleSignature, pipeline_signatures
from .storage import (
    OpenedVistrail,
    open_vistrail,
    read_annotation,
    read_log,
    read_vistrail,
    save_annotation,
    save_vistrail,
)
from .subworkflows import used_packages
from .validation import Problem, find_problems
from .vistrail import Version, Vistrail, VistrailVariable
from .vistrail_jobs import VistrailJobs, forget_all_jobs
from .work_done import WorkDone

__all__ = [
    "Assignment",
    "AssignmentInvalid",
    "Connection",
    "DataflowError",
    "Deed",
    "DeedKind",
    "Difference",
    "Direction",
    "EditRefused",
    "Endpoint",
    "ExecutionRecorder",
    "Explanation",
    "Fact",
    "FactKind",
    "Feed",
    "FileDigests",
    "FilePool",
    "IPort",
    "Interpreter",
    "InvalidOutput",
    "JobMixin",
    "JobMonitor",
    "JobNotRecorded",
    "JobRecord",
    "LoadedPackage",
    "Module",
    "ModuleDescriptor",
    "ModuleError",
    "ModuleEvent",
    "ModuleExecution",
    "ModuleFacts",
    "ModuleHandle",
    "ModuleNotFound",
    "ModuleSettings",
    "ModuleSignature",
    "ModuleState",
    "ModuleSuspended",
    "NotAVistrail",
    "NotCacheable",
    "OPort",
    "OpenedVistrail",
    "Outcome",
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
    "PortHandle",
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
    "Target",
    "TextNotPortable",
    "Version",
    "VersionNotFound",
    "Vistrail",
    "VistrailCorrupt",
    "VistrailEditor",
    "VistrailError",
    "VistrailJobs",
    "VistrailNotFound",
    "VistrailVariable",
    "WorkDone",
    "WorkflowExecution",
    "WorkflowRecord",
    "cut_out",
    "default_registry",
    "edit_vistrail",
    "explain",
    "find_differences",
    "find_looped",
    "find_packages",
    "find_problems",
    "find_target",
    "forget_all_jobs",
    "load_installed_packages",
    "load_package",
    "open_vistrail",
    "parse_assignment",
    "percent_encode",
    "pipeline_signatures",
    "prepare_pipeline",
    "read_annotation",
    "read_log",
    "read_vistrail",
    "save_annotation",
    "save_vistrail",
    "unload_package",
    "used_packages",
]
