"""The list of the basic modules, as the host reads it."""

from __future__ import annotations

from ..module import Module
from .archives import Unzip, UnzipDirectory
from .color import Color
from .constants import Boolean, Constant, Float, Integer, String
from .containers import Dictionary, List, Tuple, Untuple
from .converters import Converter, ReadFile, Round, TupleToList, WriteFile
from .logic import Assert, AssertEqual, Not
from .output import (
    FileOutput,
    GenericOutput,
    ImageOutput,
    OutputModule,
    RichTextOutput,
    StandardOutput,
)
from .paths import Directory, File, OutputPath, Path
from .python_source import PythonSource
from .sinks import DirectorySink, FileSink
from .strings import ConcatenateString, StringFormat
from .structure import Group, InputPort, Null, OutputPort, SubWorkflow, Variant
from .unpickle import Unpickle

_modules = [
    Module,
    Variant,
    Null,
    Constant,
    Boolean,
    Integer,
    Float,
    String,
    Color,
    List,
    Dictionary,
    Tuple,
    Untuple,
    Path,
    File,
    Directory,
    OutputPath,
    FileSink,
    DirectorySink,
    Converter,
    ReadFile,
    WriteFile,
    Round,
    TupleToList,
    ConcatenateString,
    StringFormat,
    Not,
    Assert,
    AssertEqual,
    StandardOutput,
    OutputModule,
    GenericOutput,
    FileOutput,
    ImageOutput,
    RichTextOutput,
    PythonSource,
    Unpickle,
    Unzip,
    UnzipDirectory,
    Group,
    SubWorkflow,
    InputPort,
    OutputPort,
]
