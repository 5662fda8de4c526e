"""The result of a run: one table for people, or JSON."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Row:
    """The seconds of each round, by contestant."""

    line: str
    round_trip: float
    seconds: dict[str, list[float]] = field(default_factory=dict)


def machine() -> str:
    """Say on what this ran."""
    model = platform.processor() or platform.machine()
    for text in _read(Path("/proc/cpuinfo")).splitlines():
        if text.startswith("model name"):
            model = text.partition(":")[2].strip()
            break
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} x {model}, {system}, Python {platform.python_version()},"
        f" load {load:.1f} at the end"
    )


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def format_table(rows: Sequence[Row], names: Sequence[str]) -> str:
    """Return the table; each cell is the median with the fastest and the slowest round."""
    heads = ["milliseconds, median (min-max)", "round trip", *names]
    heads += [f"{names[0]} : {name}" for name in names[1:]]
    lines = [heads]
    for row in rows:
        cells = [row.line, f"{row.round_trip * 1000:.0f} ms"]
        cells += [_cell(row.seconds.get(name, [])) for name in names]
        cells += [_ratio(row.seconds, names[0], name) for name in names[1:]]
        lines.append(cells)
    widths = [max(len(one[column]) for one in lines) for column in range(len(heads))]
    text = "\n".join(
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(one, widths, strict=True))
        ).rstrip()
        for one in lines
    )
    return f"{text}\n\nA ratio says how many times as fast we are. [n]: so many rounds only."


def _cell(seconds: Sequence[float]) -> str:
    if not seconds:
        return "-"
    low, middle, high = (1000 * one for one in (min(seconds), _median(seconds), max(seconds)))
    return f"{_short(middle)} ({_short(low)}-{_short(high)})[{len(seconds)}]"


def _short(milliseconds: float) -> str:
    return f"{milliseconds:.1f}" if milliseconds < 100 else f"{milliseconds:.0f}"


def _ratio(seconds: Mapping[str, Sequence[float]], ours: str, theirs: str) -> str:
    if not seconds.get(ours) or not seconds.get(theirs):
        return "-"
    return f"{_median(seconds[theirs]) / _median(seconds[ours]):.1f}x"


def _median(seconds: Sequence[float]) -> float:
    return statistics.median(seconds)


def format_json(rows: Sequence[Row]) -> str:
    """Return all seconds of all rounds."""
    found = [
        {"line": row.line, "round_trip": row.round_trip, "seconds": row.seconds} for row in rows
    ]
    return json.dumps({"machine": machine(), "rows": found}, indent=1)
