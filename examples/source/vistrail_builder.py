"""Write a small vistrail, one action for each edit, as a user would have made it."""

from __future__ import annotations

import zipfile
from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

BASIC = "org.vistrails.vistrails.basic"
TEJ = "org.vistrails.extra.tej"
PACKAGE_VERSIONS = {BASIC: "2.1.1", TEJ: "0.2"}
DATE = "2026-11-22 12:00:00"
USER = "vistrails_tej"


def percent_encode(source: str) -> str:
    """Encode a script as the editors of VisTrails do, which also encode the tilde."""
    return quote(source, safe="/").replace("~", "%7E")


class VistrailBuilder:
    """Collects actions; ids are counted as the format wants them."""

    def __init__(self) -> None:
        self._actions: list[str] = []
        self._tags: list[tuple[str, int]] = []
        self._operations: list[str] = []
        self._counters: dict[str, int] = {}
        self._functions: dict[int, int] = {}

    def module(self, package: str, name: str, place: tuple[int, int], label: str = "") -> int:
        """Add a module, in an action of its own, and return its id."""
        module_id = self._next("module")
        self._add(
            "module",
            module_id,
            None,
            f'cache="1" id="{module_id}" name="{name}" namespace="" package="{package}"'
            f' version="{PACKAGE_VERSIONS[package]}"',
        )
        location = self._next("location")
        x, y = place
        self._add("location", location, module_id, f'id="{location}" x="{x:.1f}" y="{y:.1f}"')
        if label:
            note = self._next("annotation")
            self._add(
                "annotation",
                note,
                module_id,
                f'id="{note}" key="__desc__" value={quoteattr(label)}',
            )
        self._close("Add module")
        return module_id

    def set(self, module_id: int, port: str, value: str, type_name: str = "String") -> None:
        """Set a port to a constant."""
        function = self._next("function")
        position = self._functions.get(module_id, 0)
        self._functions[module_id] = position + 1
        self._add(
            "function", function, module_id, f'id="{function}" name="{port}" pos="{position}"'
        )
        parameter = self._next("parameter")
        text = quoteattr(value, {"\n": "&#10;"})
        self._add(
            "parameter",
            parameter,
            function,
            f'alias="" id="{parameter}" name="&lt;no description&gt;" pos="0"'
            f' type="{BASIC}:{type_name}" val={text}',
            parent="function",
        )
        self._close("Set parameter")

    def port(self, module_id: int, name: str, type_name: str, sort_key: int) -> None:
        """Add an input port to a module."""
        spec, item = self._next("portSpec"), self._next("portSpecItem")
        self._add(
            "portSpec",
            spec,
            module_id,
            f'depth="0" id="{spec}" maxConns="-1" minConns="0" name="{name}" optional="0"'
            f' sortKey="{sort_key}" type="input"',
            content=f'<portSpecItem default="" entryType="" id="{item}" label=""'
            f' module="{type_name}" namespace="" package="{BASIC}" pos="0" values=""/>',
        )
        self._close("Add port")

    def connect(self, source: tuple[int, str, str], destination: tuple[int, str, str]) -> None:
        """Connect two ports, each given as module id, port name and ``package:Type``."""
        connection = self._next("connection")
        self._add("connection", connection, None, f'id="{connection}"')
        for kind, (module_id, port, type_text) in (
            ("destination", destination),
            ("source", source),
        ):
            end = self._next("port")
            self._add(
                "port",
                end,
                connection,
                f'id="{end}" moduleId="{module_id}" moduleName="" name="{port}"'
                f' signature="({type_text})" type="{kind}"',
                parent="connection",
            )
        self._close("Add connection")

    def tag(self, name: str) -> None:
        """Give the current version a name."""
        self._tags.append((name, len(self._actions)))

    def save(self, path: Path) -> None:
        """Write the .vt file; the same edits give the same bytes."""
        tags = "".join(
            f'<actionAnnotation actionId="{version}" date="{DATE}" id="{number}" key="__tag__"'
            f' user="{USER}" value={quoteattr(name)}/>\n'
            for number, (name, version) in enumerate(
                self._tags, self._counters.get("annotation", 0)
            )
        )
        text = (
            f'<vistrail id="" name="" version="1.0.4">\n{"".join(self._actions)}{tags}</vistrail>\n'
        )
        member = zipfile.ZipInfo("vistrail", date_time=(2026, 11, 22, 12, 0, 0))
        member.compress_type = zipfile.ZIP_DEFLATED
        member.external_attr = 0o644 << 16
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(member, text.encode("ascii"))

    def _next(self, kind: str) -> int:
        number = self._counters.get(kind, 0)
        self._counters[kind] = number + 1
        return number

    def _add(
        self,
        what: str,
        object_id: int,
        parent_id: int | None,
        attributes: str,
        parent: str = "module",
        content: str = "",
    ) -> None:
        above = (
            'parentObjId="" parentObjType=""'
            if parent_id is None
            else f'parentObjId="{parent_id}" parentObjType="{parent}"'
        )
        element = (
            f"<{what} {attributes}>{content}</{what}>" if content else f"<{what} {attributes}/>"
        )
        self._operations.append(
            f'<add id="{self._next("operation")}" objectId="{object_id}" {above} what="{what}">'
            f"{element}</add>"
        )

    def _close(self, description: str) -> None:
        number = len(self._actions) + 1
        note = self._next("annotation")
        self._actions.append(
            f'<action date="{DATE}" id="{number}" prevId="{number - 1}" session="0"'
            f' user="{USER}">\n'
            f'  <annotation id="{note}" key="__description__" value="{description}"/>\n  '
            + "\n  ".join(self._operations)
            + "\n</action>\n"
        )
        self._operations = []
