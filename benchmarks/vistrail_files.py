"""Time large vistrail files as they grow: ``python -m benchmarks.vistrail_files [--json]``."""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

from vistrails_tej.dataflow import (
    Vistrail,
    VistrailEditor,
    default_registry,
    edit_vistrail,
    open_vistrail,
)

SIZES = (1_000, 5_000, 20_000)
BASIC = "org.vistrails.vistrails.basic"
TYPE = f"{BASIC}:String"
# Seconds that each may take; an edit is to feel immediate.
LIMITS = {"open": 2.0, "begin": 3.0, "show": 0.2, "switch": 0.1, "save": 2.0, "edit": 0.02}
_Result = TypeVar("_Result")
Shape = Callable[[int], Iterator[int]]


def long_path(count: int) -> Iterator[int]:
    """The parents of versions that follow each other without a branch."""
    yield from range(count)


def tree(count: int) -> Iterator[int]:
    """The parents of versions as people make them: runs of edits, then back to an older one."""
    chance = random.Random(7)
    current = 0
    for version in range(1, count + 1):
        yield current
        current = version
        if chance.random() < 0.05:
            current = max(0, version - int(chance.paretovariate(0.7) * 3))


class History:
    """Writes a history in which modules are added, set, changed, connected and moved in turn."""

    def __init__(self) -> None:
        self._counters: dict[str, int] = {}
        # The ids of the module that a version worked on, of its function and of its location.
        self._places: dict[int, tuple[int, int, int]] = {0: (-1, -1, -1)}
        self._parameters: dict[int, int] = {}
        self._turns: dict[int, int] = {0: 0}

    def document(self, parents: Iterator[int]) -> str:
        """The whole document."""
        actions = [
            f'<action date="2026-01-01 00:00:00" id="{version}" prevId="{parent}" session="0"'
            f' user="u"><annotation id="{version}" key="__description__" value="Edited" />'
            f"{self._edit(version, parent)}</action>"
            for version, parent in enumerate(parents, 1)
        ]
        inside = "\n".join(actions)
        return f'<vistrail id="" name="" version="1.0.4">\n{inside}\n</vistrail>\n'

    def _edit(self, version: int, parent: int) -> str:
        turn = self._turns[parent]
        self._turns[version] = turn + 1
        module, function, location = self._places[parent]
        text = ""
        if turn % 5 == 0:
            module, location = self._next("module"), self._next("location")
            text = self._add("module", module, "", self._module(module))
            text += self._add("location", location, module, self._location(location))
        elif turn % 5 == 1:
            function, parameter = self._next("function"), self._next("parameter")
            stored = f'<function id="{function}" name="value" pos="0" />'
            text = self._add("function", function, module, stored)
            text += self._add("parameter", parameter, function, self._parameter(parameter))
            self._parameters[version] = parameter
        elif turn % 5 == 2:
            text = self._new_value(self._parameters[parent], function)
        elif turn % 5 == 3:
            location, text = self._next("location"), self._delete_location(location, module)
            text += self._add("location", location, module, self._location(location))
        elif module > 0:
            text = self._connection(module, module)
        self._places[version] = module, function, location
        return text

    def _new_value(self, old: int, function: int) -> str:
        new = self._next("parameter")
        return (
            f'<change id="{self._next("operation")}" newObjId="{new}" oldObjId="{old}"'
            f' parentObjId="{function}" parentObjType="function" what="parameter">'
            f"{self._parameter(new)}</change>"
        )

    def _delete_location(self, location: int, module: int) -> str:
        return (
            f'<delete id="{self._next("operation")}" objectId="{location}"'
            f' parentObjId="{module}" parentObjType="module" what="location" />'
        )

    def _connection(self, source: int, target: int) -> str:
        number = self._next("connection")
        text = self._add("connection", number, "", f'<connection id="{number}" />')
        for kind, module in (("source", source), ("destination", target)):
            port = self._next("port")
            end = (
                f'<port id="{port}" moduleId="{module}" moduleName="String" name="value"'
                f' signature="({TYPE})" type="{kind}" />'
            )
            text += self._add("port", port, number, end)
        return text

    def _next(self, kind: str) -> int:
        number = self._counters.get(kind, 0)
        self._counters[kind] = number + 1
        return number

    def _add(self, what: str, number: int, parent: int | str, content: str) -> str:
        return (
            f'<add id="{self._next("operation")}" objectId="{number}" parentObjId="{parent}"'
            f' parentObjType="" what="{what}">{content}</add>'
        )

    @staticmethod
    def _module(number: int) -> str:
        return (
            f'<module cache="1" id="{number}" name="String" namespace="" package="{BASIC}"'
            ' version="2.1.1" />'
        )

    @staticmethod
    def _location(number: int) -> str:
        return f'<location id="{number}" x="{number}.5" y="-3.25" />'

    @staticmethod
    def _parameter(number: int) -> str:
        return (
            f'<parameter alias="" id="{number}" name="&lt;no description&gt;" pos="0"'
            f' type="{TYPE}" val="value {number}" />'
        )


def measure(shape: Shape, size: int, folder: Path) -> dict[str, float]:
    """Seconds for one file: opening, showing versions, editing, saving."""
    path = folder / "large.vt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("vistrail", History().document(shape(size)))
    opened, vistrail = timed(lambda: open_vistrail(path).vistrail)
    listed, _ = timed(lambda: (vistrail.versions, vistrail.latest_version(), vistrail.tags))
    versions = [*range(size // 20, size, size // 20), size]
    shown = [min(timed(partial(vistrail.pipeline, one))[0] for _ in range(3)) for one in versions]
    start, editor = timed(lambda: edit_vistrail(vistrail, default_registry()))
    switches = [timed(partial(editor.go_to, one))[0] for one in reversed(versions)]
    edits = edit(editor)
    saved, _ = timed(lambda: editor.save(path))
    return {
        "open": opened,
        # Until there is something to see: the version tree and the latest version.
        "begin": opened + listed + start,
        "show": max(shown),
        "show, median": statistics.median(shown),
        "switch": most(switches),
        "edit": most(edits),
        "edit, median": statistics.median(edits),
        "undo": timed(editor.undo)[0],
        "save": saved,
    }


def edit(editor: VistrailEditor) -> list[float]:
    """Seconds for each of some edits as a user makes them one after the other."""
    seconds = []
    texts = [editor.add("String"), editor.add("ConcatenateString")]
    for number in range(10):
        first, second = texts[-2:]
        begun, added = timed(partial(editor.add, "ConcatenateString"))
        texts.append(added)
        seconds += [
            begun,
            timed(partial(editor.connect, first["value"], second["str1"]))[0],
            timed(partial(added.set, "str2", f"text {number}"))[0],
            timed(partial(added.set, "str2", f"other {number}"))[0],
            timed(partial(editor.move, {added: (number, number)}))[0],
        ]
    seconds.append(timed(lambda: editor.delete(texts[-1]))[0])
    return seconds


def edit_large_pipeline(modules: int) -> dict[str, float]:
    """Seconds for edits of a pipeline of that many connected modules."""
    editor = edit_vistrail(Vistrail({}), default_registry())
    with editor.action("Large"):
        last = editor.add("String")
        for _ in range(modules - 1):
            added = editor.add("ConcatenateString")
            editor.connect(last["value"], added["str1"])
            last = added
    seconds = edit(editor)
    return {"edit": most(seconds), "edit, median": statistics.median(seconds)}


def most(seconds: list[float]) -> float:
    """What nine of ten took at most: now and then the garbage collector comes in between."""
    return statistics.quantiles(seconds, n=10)[-1]


def timed(work: Callable[[], _Result]) -> tuple[float, _Result]:
    """The seconds that some work took, and what it gave."""
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


def main(arguments: list[str]) -> int:
    """Print the table, or all numbers; 1 if a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the seconds as JSON")
    options = parser.parse_args(arguments)
    rows: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="vistrail-files-") as folder:
        for shape in (tree, long_path):
            for size in SIZES:
                name = f"{shape.__name__.replace('_', ' ')}, {size} actions"
                rows[name] = measure(shape, size, Path(folder))
    rows["pipeline of 2000 modules"] = edit_large_pipeline(2000)
    if options.json:
        print(json.dumps(rows, indent=1))
    else:
        for name, row in rows.items():
            print(
                f"{name:28}" + "".join(f"  {key} {1000 * one:.1f} ms" for key, one in row.items())
            )
    missed = [
        f"{name}: {key} {row[key]:.3f} s, more than {limit} s"
        for name, row in rows.items()
        for key, limit in LIMITS.items()
        if row.get(key, 0) > limit
    ]
    print("\n".join(missed), file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
