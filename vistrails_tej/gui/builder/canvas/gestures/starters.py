"""Which gesture a press begins: the first of these that wants it."""

from __future__ import annotations

from .connect import start_connect
from .gesture import Gesture, GestureStarter, Pointer, Surface
from .move_modules import start_move
from .open_menu import start_open_menu
from .pan import start_pan
from .reconnect import start_reconnect
from .selecting import start_click_connection, start_select_area


def gesture_starters() -> tuple[GestureStarter, ...]:
    """The gestures, the pickiest first: those that begin at a port stand before moves."""
    return (
        start_pan,
        start_open_menu,
        start_reconnect,
        start_connect,
        start_move,
        start_click_connection,
        start_select_area,
    )


def start_gesture(surface: Surface, pointer: Pointer) -> Gesture | None:
    """The gesture that a press begins; None for one that means nothing here."""
    for starter in gesture_starters():
        gesture = starter(surface, pointer)
        if gesture is not None:
            return gesture
    return None
