"""The execution log as VisTrails keeps it: ``workflowExec`` elements one after the other, no root.

Elements and attributes are those of the published schema ``log.xsd`` of version 1.0.4. VisTrails
keeps times in local time, and writes -1 as the id of an entry whose number nobody knows yet.
"""

from __future__ import annotations

import platform
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement

from ..execution_log import ModuleExecution, Outcome, WorkflowExecution
from .xml_document import parse_document
from .xml_text import format_document

ENTRY_TAG = "workflowExec"
_MODULE_TAG = "moduleExec"
_ROOT_TAG = "log"
_SCHEMA = "1.0.4"
# An error may carry what a server printed; the log is no place for all of it.
_LONGEST_TEXT = 2000
# As Python writes characters that are not ASCII: none below U+0080, and no half of a character.
_ESCAPED = re.compile(
    r"\\x[89a-f][0-9a-f]|\\u(?!00[0-7]|d[89a-f])[0-9a-f]{4}|\\U000[1-9a-f][0-9a-f]{4}|\\U0010[0-9a-f]{4}"
)


def format_execution(execution: WorkflowExecution) -> bytes:
    r"""One entry of the log, in ASCII as VisTrails wants it; others are written as ``\xe4``."""
    entry = Element(ENTRY_TAG, _entry_facts(execution))
    note = _clean(id=1, key="__reason__", value="Pipeline Execution")
    SubElement(entry, "annotation", note)
    SubElement(entry, "machine", _machine_facts(execution))
    for number, module in enumerate(execution.modules, start=1):
        SubElement(entry, _MODULE_TAG, _module_facts(number, module))
    return format_document(entry)


def parse_executions(content: bytes, path: Path) -> list[WorkflowExecution]:
    """The entries of a log, oldest first; other elements are passed over.

    Raise NotAVistrail, naming ``path``, for what is no XML.
    """
    if not content.strip():
        return []
    if content.lstrip().startswith(f"<{_ROOT_TAG}".encode()):
        root = parse_document(content, path)
    else:
        root = parse_document(
            f"<{_ROOT_TAG}>".encode() + content + f"</{_ROOT_TAG}>".encode(), path
        )
    return [_execution(entry) for entry in root.iter(ENTRY_TAG)]


def _entry_facts(execution: WorkflowExecution) -> dict[str, str]:
    return _clean(
        completed=execution.outcome.value,
        id=-1,
        ip="",
        name="",
        parentId="",
        parentType="vistrail",
        parentVersion=execution.version,
        session="",
        tsEnd=execution.ended,
        tsStart=execution.started,
        user=execution.user,
        version=_SCHEMA,
        vtVersion=execution.program,
    )


def _machine_facts(execution: WorkflowExecution) -> dict[str, str]:
    # Not platform.architecture() nor processor(): each starts another program to find out.
    return _clean(
        architecture=8 * struct.calcsize("P"),
        id=1,
        name=execution.machine,
        os=platform.system(),
        processor=platform.machine() or "n/a",
        ram="",
    )


def _module_facts(number: int, module: ModuleExecution) -> dict[str, str]:
    return _clean(
        cached=int(module.cached),
        completed=module.outcome.value,
        error=module.error,
        id=number,
        machine_id=1,
        moduleId=module.module_id,
        moduleName=module.name,
        tsEnd=module.ended,
        tsStart=module.started,
    )


def _clean(**facts: object) -> dict[str, str]:
    return {key: _plain(str(value)) for key, value in facts.items()}


def _plain(text: str) -> str:
    shown = text[:_LONGEST_TEXT]
    clean = "".join(
        " " if (sign < " " and sign != "\n") or sign == "\x7f" else sign for sign in shown
    )
    return clean.encode("ascii", "backslashreplace").decode("ascii")


def _read(entry: Element, fact: str) -> str:
    """A text as it was before it was written in ASCII."""
    return _ESCAPED.sub(lambda found: chr(int(found[0][2:], 16)), entry.get(fact, ""))


def _execution(entry: Element) -> WorkflowExecution:
    machine = entry.find("machine")
    return WorkflowExecution(
        version=_number(entry.get("parentVersion", "")),
        user=_read(entry, "user"),
        started=entry.get("tsStart", ""),
        ended=entry.get("tsEnd", ""),
        outcome=_outcome(entry.get("completed", "")),
        modules=tuple(_modules(entry)),
        program=entry.get("vtVersion", ""),
        machine=_read(machine, "name") if machine is not None else "",
    )


def _modules(entry: Element) -> Iterator[ModuleExecution]:
    for one in entry.findall(_MODULE_TAG):
        yield ModuleExecution(
            module_id=_number(one.get("moduleId", "")),
            name=_read(one, "moduleName"),
            started=one.get("tsStart", ""),
            ended=one.get("tsEnd", ""),
            outcome=_outcome(one.get("completed", "")),
            cached=one.get("cached", "").strip() == "1",
            error=_read(one, "error"),
        )


def _outcome(text: str) -> Outcome:
    try:
        return Outcome(_number(text, default=0))
    except ValueError:
        return Outcome.UNFINISHED


def _number(text: str, default: int = -1) -> int:
    try:
        return int(text) if len(text) < 19 else default
    except ValueError:
        return default
