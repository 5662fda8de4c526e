"""What is said of modules, ports and connections when the mouse rests on them, as HTML."""

from __future__ import annotations

from html import escape

from ....dataflow import Direction, ModuleState, PipelineModule, PortSpec
from ..joining import type_words
from .box_layout import BoxLayout
from .box_painter import BoxLook

_LONGEST = 600


def port_tooltip(spec: PortSpec, module: PipelineModule) -> str:
    """The name and type of a port, and what is set on it."""
    way = "Input" if spec.direction is Direction.INPUT else "Output"
    lines = [f"<b>{escape(spec.name)}</b> ({escape(type_words(spec))})", f"{way} port"]
    if spec.minimum_connections > 0:
        lines[-1] += ", must be connected"
    if spec.direction is Direction.INPUT:
        for setting in module.settings:
            if setting.port == spec.name:
                values = ", ".join(parameter.value for parameter in setting.parameters)
                lines.append(f"Set to: {_shown(values)}")
    return _paragraph(lines)


def module_tooltip(module: PipelineModule, look: BoxLook) -> str:
    """Which module it is, and why it failed or waits."""
    title = f"<b>{escape(module.label)}</b>"
    if module.label != module.name:
        title += f" ({escape(module.name)})"
    lines = [title, escape(module.package)]
    if not look.is_known:
        lines.append("Its package is not loaded: the pipeline can be looked at, but not run.")
    if look.state is not None:
        lines.append(escape(_state_words(look.state)) + (": " if look.message else ""))
        lines[-1] += _shown(look.message)
    return _paragraph(lines)


def module_words(module: PipelineModule, box: BoxLayout, look: BoxLook) -> str:
    """The same in one plain line, for the status bar and for screen readers."""
    name = module.label if module.label == module.name else f"{module.label} ({module.name})"
    inputs, outputs = len(box.inputs), len(box.outputs)
    text = f"{name}: {inputs} input{'s'[: inputs != 1]}, {outputs} output{'s'[: outputs != 1]}"
    return f"{text}, {_state_words(look.state).lower()}" if look.state is not None else text


def _state_words(state: ModuleState) -> str:
    words = {
        ModuleState.ERROR: "Failed",
        ModuleState.SUCCESS: "Done",
        ModuleState.CACHED: "Taken from the last run",
        ModuleState.SUSPENDED: "Waiting for its job",
        ModuleState.NOT_NEEDED: "Not run",
    }
    return words.get(state, state.value.capitalize())


def _shown(text: str) -> str:
    cut = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return escape(cut).replace("\n", "<br>")


def _paragraph(lines: list[str]) -> str:
    return "<p>" + "<br>".join(lines) + "</p>"
