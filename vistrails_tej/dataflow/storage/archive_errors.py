"""What zipfile raises for an archive whose headers are damaged: far more than BadZipFile."""

from __future__ import annotations

import zipfile
import zlib

DAMAGED_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    OverflowError,
    LookupError,
)
