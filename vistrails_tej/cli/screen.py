"""Whether there is a screen to open a window on; Qt aborts the program where there is none."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from collections.abc import Mapping

# Platforms of Qt that draw on no screen, such as that of the tests.
_SCREENLESS = ("offscreen", "minimal", "vnc", "eglfs", "linuxfb")
# A program of its own: Qt ends it with a signal, which is to leave no memory image behind.
_PROBE = """
import sys
sys.path = [folder for folder in sys.path if folder]
import resource
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
from PyQt5.QtGui import QGuiApplication
QGuiApplication([])
"""
_PATIENCE = 20.0


def screen_problem(environment: Mapping[str, str]) -> str | None:
    """What keeps a window from being opened, as the beginning of a sentence; None if nothing does.

    It takes no time where all is well.
    """
    if not has_screen(environment):
        return "there is no screen: neither DISPLAY nor WAYLAND_DISPLAY is set"
    if _is_screenless(environment) or _is_plainly_there(environment):
        return None
    reason = _probe(environment)
    if reason is None:
        return None
    names = ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY")
    given = " and ".join(f"{name}={environment[name]}" for name in names if environment.get(name))
    return f"no window can be opened with {given} ({reason})"


def has_screen(environment: Mapping[str, str]) -> bool:
    """Whether the environment names something to draw on, be it there or not."""
    if _is_screenless(environment):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def _is_screenless(environment: Mapping[str, str]) -> bool:
    """Whether nobody has to look for a screen."""
    if sys.platform in ("darwin", "win32"):
        return True
    return environment.get("QT_QPA_PLATFORM", "").split(":")[0] in _SCREENLESS


def _is_plainly_there(environment: Mapping[str, str]) -> bool:
    """Whether the X display lets us in, asked by way of the library that Qt itself uses."""
    is_x = environment.get("QT_QPA_PLATFORM", "").split(":")[0] in ("", "xcb")
    display = environment.get("DISPLAY")
    if not is_x or not display:
        return False
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    try:
        return bool(xcb.xcb_connection_has_error(connection) == 0)
    finally:
        xcb.xcb_disconnect(connection)


def _probe(environment: Mapping[str, str]) -> str | None:
    """Start Qt in another program; return what it complains of, None if it is fine there."""
    try:
        done = subprocess.run(  # noqa: S603 - our own words, and no shell
            [sys.executable, "-c", _PROBE],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "it does not answer"
    if done.returncode == 0:
        return None
    told = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    return told[0] if told else "Qt gives no reason"
