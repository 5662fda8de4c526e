"""Gesture: what every gesture of the mouse can do, and what it needs of the canvas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PyQt5.QtCore import QPoint, QPointF, QRectF, Qt
from PyQt5.QtWidgets import QApplication

from ..editing import CanvasEditing
from ..linking import Linking
from ..offers import Offers
from ..scene import PipelineScene


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the mouse is, in the scene and in the viewport, and what is held down.

    ``button`` is the one that was pressed or released, NoButton in a move.
    """

    scene: QPointF
    view: QPoint
    button: Qt.MouseButton
    buttons: Qt.MouseButtons
    modifiers: Qt.KeyboardModifiers

    @property
    def extends(self) -> bool:
        """Whether a key is held that adds to the selection."""
        keys = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
        return bool(self.modifiers & keys)

    def is_dragged_from(self, other: Pointer) -> bool:
        """Whether the mouse went so far that it is no mere click."""
        distance = (self.view - other.view).manhattanLength()
        return distance >= QApplication.startDragDistance()


class Surface(Protocol):
    """What a gesture may do with the canvas; `CanvasView` is one."""

    @property
    def pipeline_scene(self) -> PipelineScene:
        """The boxes and connections."""

    @property
    def editing(self) -> CanvasEditing:
        """The edits of the pipeline."""

    @property
    def linking(self) -> Linking:
        """The edits of connections."""

    @property
    def offers(self) -> Offers:
        """The popups that add and connect modules."""

    @property
    def is_panning_key_held(self) -> bool:
        """Whether the space bar is held, which makes any drag move the view."""

    @property
    def scale_factor(self) -> float:
        """How large everything is drawn; 1 is its natural size."""

    def pan(self, across: int, down: int) -> None:
        """Move the view by pixels."""

    def draw_quickly(self) -> None:
        """Draw without smoothing for a moment, as something is moving."""

    def show_band(self, band: QRectF | None) -> None:
        """Draw the rectangle of a selection, in the coordinates of the scene."""

    def on_screen(self, place: QPoint) -> QPoint:
        """A place of the viewport as one of the screen."""

    def open_module_menu(self, module_id: int) -> None:
        """Open the menu of a module at its triangle."""

    def say(self, text: str) -> None:
        """Show a line in the status bar; a blank one takes it away."""


class Gesture:
    """From the press of a button to its release.

    The canvas calls ``begin`` once, ``move`` for every move of the mouse, and then ``end``, or
    ``cancel`` if the user pressed Escape or the pipeline changed underneath: then everything has
    to be as before. ``cursor`` is shown meanwhile. ``scrolls`` says that the view follows when the
    mouse is dragged beyond its edge.
    """

    cursor: Qt.CursorShape | None = None
    scrolls = False

    def __init__(self, surface: Surface) -> None:
        self.surface = surface
        self.scene = surface.pipeline_scene

    def begin(self, pointer: Pointer) -> None:
        """The button was pressed."""

    def move(self, pointer: Pointer) -> None:
        """The mouse moved."""

    def end(self, pointer: Pointer) -> None:
        """The button was released."""

    def cancel(self) -> None:
        """It is not to be done."""


# Gives the gesture that a press begins, or None if the press means something else.
GestureStarter = Callable[[Surface, Pointer], "Gesture | None"]
