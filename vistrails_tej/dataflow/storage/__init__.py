"""Vistrails on disk: .vt archives, .xml documents and .vtl links."""

from __future__ import annotations

from .annotation_saver import read_annotation, save_annotation
from .log_saver import read_log
from .reader import OpenedVistrail, open_vistrail, read_vistrail
from .vistrail_saver import save_vistrail

__all__ = [
    "OpenedVistrail",
    "open_vistrail",
    "read_annotation",
    "read_log",
    "read_vistrail",
    "save_annotation",
    "save_vistrail",
]
