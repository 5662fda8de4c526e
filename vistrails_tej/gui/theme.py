"""The colours of the windows, light and dark, and what each state of a module looks like."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from PyQt5.QtGui import QColor, QPalette

from ..dataflow import ModuleState


class Glyph(enum.Enum):
    """The sign of a state, drawn as a path beside its colour, for eyes that cannot tell colours."""

    CLOCK = "clock"
    GEAR = "gear"
    TICK = "tick"
    STORE = "store"
    CROSS = "cross"
    PAUSE = "pause"
    DASH = "dash"


@dataclass(frozen=True, slots=True)
class StateLook:
    """How a state is shown: the fill of the box, and its glyph."""

    fill: str
    glyph: Glyph


@dataclass(frozen=True)
class Theme:
    """All colours, as ``#rrggbb``. ``is_dark`` picks the variant of icons."""

    name: str
    is_dark: bool
    window: str
    panel: str
    text: str
    faint_text: str
    disabled_text: str
    border: str
    outline: str
    button: str
    hover: str
    pressed: str
    handle: str
    accent: str
    accent_hover: str
    accent_text: str
    link: str
    error: str
    warning: str
    success: str
    canvas: str
    canvas_dots: str
    box: str
    box_border: str
    box_text: str
    box_faint_text: str
    port: str
    port_connected: str
    connection: str
    selection: str
    added: str
    removed: str
    changed: str
    version_mine: str
    version_others: str
    states: Mapping[ModuleState, StateLook]

    def color(self, name: str) -> QColor:
        """One of the colours by the name of its field."""
        return QColor(getattr(self, name))

    def palette(self) -> QPalette:
        """The colours of Qt's own widgets."""
        palette = QPalette()
        roles = {
            QPalette.ColorRole.Window: self.window,
            QPalette.ColorRole.WindowText: self.text,
            QPalette.ColorRole.Base: self.panel,
            QPalette.ColorRole.AlternateBase: self.window,
            QPalette.ColorRole.Text: self.text,
            QPalette.ColorRole.Button: self.button,
            QPalette.ColorRole.ButtonText: self.text,
            QPalette.ColorRole.ToolTipBase: self.panel,
            QPalette.ColorRole.ToolTipText: self.text,
            QPalette.ColorRole.Highlight: self.accent,
            QPalette.ColorRole.HighlightedText: self.accent_text,
            QPalette.ColorRole.Link: self.link,
            QPalette.ColorRole.PlaceholderText: self.faint_text,
            # Lines and bevels: without these a dark theme gets white ones.
            QPalette.ColorRole.Light: self.border if self.is_dark else self.panel,
            QPalette.ColorRole.Midlight: self.border,
            QPalette.ColorRole.Mid: self.border,
            QPalette.ColorRole.Dark: self.border,
            QPalette.ColorRole.Shadow: self.border,
        }
        for role, color in roles.items():
            palette.setColor(role, QColor(color))
        for role in (
            QPalette.ColorRole.Text,
            QPalette.ColorRole.WindowText,
            QPalette.ColorRole.ButtonText,
            QPalette.ColorRole.PlaceholderText,
        ):
            palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(self.disabled_text))
        disabled = QPalette.ColorGroup.Disabled
        palette.setColor(disabled, QPalette.ColorRole.Base, QColor(self.window))
        return palette


def _states(fills: Mapping[ModuleState, str]) -> Mapping[ModuleState, StateLook]:
    glyphs = {
        ModuleState.WAITING: Glyph.CLOCK,
        ModuleState.COMPUTING: Glyph.GEAR,
        ModuleState.SUCCESS: Glyph.TICK,
        ModuleState.CACHED: Glyph.STORE,
        ModuleState.ERROR: Glyph.CROSS,
        ModuleState.SUSPENDED: Glyph.PAUSE,
        ModuleState.NOT_NEEDED: Glyph.DASH,
    }
    return {state: StateLook(fills[state], glyph) for state, glyph in glyphs.items()}


# The fills of the states are those that users of VisTrails know.
LIGHT = Theme(
    name="light",
    is_dark=False,
    window="#f3f4f6",
    panel="#ffffff",
    text="#1f2328",
    faint_text="#5b636c",
    disabled_text="#9aa2ab",
    border="#d0d7de",
    outline="#828b95",
    button="#fbfcfd",
    hover="#e3e7eb",
    pressed="#d3d9e0",
    handle="#b4bcc5",
    accent="#0a63b8",
    accent_hover="#0956a0",
    accent_text="#ffffff",
    link="#0a63b8",
    error="#c0262d",
    warning="#8a5a00",
    success="#1a7f37",
    canvas="#e6e8eb",
    canvas_dots="#cfd4da",
    box="#fbfbfc",
    box_border="#3b424a",
    box_text="#16191d",
    box_faint_text="#4b535c",
    port="#ffffff",
    port_connected="#7b8794",
    connection="#3b424a",
    selection="#b37400",
    added="#7fd39a",
    removed="#f3a6a0",
    changed="#f2d27a",
    version_mine="#839bc8",
    version_others="#e3a869",
    states=_states(
        {
            ModuleState.WAITING: "#ffdead",
            ModuleState.COMPUTING: "#ffff66",
            ModuleState.SUCCESS: "#bcfcc9",
            ModuleState.CACHED: "#eedd82",
            ModuleState.ERROR: "#fa8072",
            ModuleState.SUSPENDED: "#ffa823",
            ModuleState.NOT_NEEDED: "#b7abe6",
        }
    ),
)
DARK = Theme(
    name="dark",
    is_dark=True,
    window="#24282d",
    panel="#1b1f23",
    text="#e6e9ec",
    faint_text="#9aa4ae",
    disabled_text="#69727b",
    border="#3d444d",
    outline="#6b7580",
    button="#30363d",
    hover="#373e46",
    pressed="#444c56",
    handle="#4d5661",
    accent="#2f78c8",
    accent_hover="#2a6cb4",
    accent_text="#ffffff",
    link="#6cb2f5",
    error="#ff7b72",
    warning="#e3b341",
    success="#56d364",
    canvas="#1e2226",
    canvas_dots="#343a41",
    box="#343b43",
    box_border="#8b96a1",
    box_text="#f2f4f6",
    box_faint_text="#b7c0c9",
    port="#24282d",
    port_connected="#aab4be",
    connection="#aab4be",
    selection="#f0b429",
    added="#2f6b43",
    removed="#7d3631",
    changed="#75601f",
    version_mine="#4a649b",
    version_others="#8f5f28",
    states=_states(
        {
            ModuleState.WAITING: "#6b5635",
            ModuleState.COMPUTING: "#77710f",
            ModuleState.SUCCESS: "#2d6b3e",
            ModuleState.CACHED: "#66602b",
            ModuleState.ERROR: "#8d3a32",
            ModuleState.SUSPENDED: "#8f5f0a",
            ModuleState.NOT_NEEDED: "#50457f",
        }
    ),
)
