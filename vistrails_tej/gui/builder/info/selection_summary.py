"""What the panel says when no module is selected, or several are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from html import escape

from ....dataflow import Pipeline

NOTHING = (
    "<p><b>No module is selected</b></p>"
    "<p>Click a module on the canvas to see and change its settings here.</p>"
    "<p>To add one, drag it from the list of modules, or double-click the canvas.</p>"
)
_MOST = 12


def summary_html(pipeline: Pipeline, module_ids: Collection[int]) -> str:
    """How many modules there are of each kind, and how they are connected."""
    there = [
        pipeline.modules[number] for number in sorted(module_ids) if number in pipeline.modules
    ]
    if not there:
        return NOTHING
    ids = {module.id for module in there}
    inner = outer = 0
    for connection in pipeline.connections.values():
        ends = {connection.source.module_id in ids, connection.destination.module_id in ids}
        inner += ends == {True}
        outer += ends == {True, False}
    kinds = Counter(module.name for module in there)
    lines = [
        f"{escape(name)}, {count} times" if count > 1 else escape(name)
        for name, count in sorted(kinds.items())
    ]
    if len(lines) > _MOST:
        lines = [*lines[:_MOST], f"and {len(lines) - _MOST} more kinds"]
    return (
        f"<p><b>{len(there)} modules are selected</b></p><p>{'<br>'.join(lines)}</p>"
        f"<p>{inner} connection{'s' * (inner != 1)} among them, {outer} to others.</p>"
        "<p>Select one of them to see its settings.</p>"
    )
