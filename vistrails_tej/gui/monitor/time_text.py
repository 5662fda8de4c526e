"""Spans and moments as people write them."""

from __future__ import annotations

import re
from datetime import datetime

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
# What was a moment ago is not worth a number that changes all the time.
_NOW = 10
_OLDEST = 100 * 365 * _DAY
_TYPED = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*([a-z]*)\.?\s*")
_UNITS = {
    **dict.fromkeys(("", "s", "sec", "secs", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), _MINUTE),
    **dict.fromkeys(("h", "hour", "hours"), _HOUR),
    **dict.fromkeys(("d", "day", "days"), _DAY),
}
OFF = "Off"
AS_NEEDED = "As needed"
_NO_INTERVAL = ("off", "never", "none")
_LONGEST = 30 * _DAY


def span_text(seconds: float) -> str:
    """A span in at most two units, such as ``40 s``, ``12 min``, ``3 h 5 min``, ``2 d 4 h``."""
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min"
    if whole < _DAY:
        return _two(whole // _HOUR, "h", whole % _HOUR // _MINUTE, "min")
    return _two(whole // _DAY, "d", whole % _DAY // _HOUR, "h")


def age_text(moment: float, now: float) -> str:
    """How long ago something was; when it was if that is no age.

    What is still to come was noted before the clock was set back.
    """
    seconds = now - moment
    if not -_NOW < seconds < _OLDEST:
        return clock_text(moment, now)
    return "just now" if seconds < _NOW else f"{span_text(seconds)} ago"


def clock_text(moment: float, now: float) -> str:
    """When something was: the time, with the date if that is not today."""
    try:
        then = datetime.fromtimestamp(moment)
    except (ValueError, OverflowError, OSError):
        # Files may say anything.
        return "at an unknown time"
    is_today = then.date() == datetime.fromtimestamp(now).date()
    return f"{then:%H:%M}" if is_today else f"{then:%Y-%m-%d %H:%M}"


def interval_text(seconds: float | None) -> str:
    """An interval as the user chooses it; None is Off, 0 is as needed."""
    if not seconds:
        return OFF if seconds is None else AS_NEEDED
    for size, unit in ((_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{int(seconds // size)} {unit}"
    return f"{seconds:g} s"


def parse_interval(text: str) -> float | None:
    """Read what was typed: a number of seconds, or one with a unit; None is Off, 0 as needed.

    Raise ValueError, with a sentence.
    """
    plain = text.strip().lower()
    if plain in _NO_INTERVAL:
        return None
    if plain == AS_NEEDED.lower():
        return 0.0
    found = _TYPED.fullmatch(plain)
    if found is None or found[2] not in _UNITS:
        raise ValueError(f"{text!r} is no interval: type a number of seconds, or such as 5 min")
    seconds = float(found[1].replace(",", ".")) * _UNITS[found[2]]
    if not 1 <= seconds <= _LONGEST:
        raise ValueError("an interval is between 1 s and 30 d")
    return seconds


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large} {large_unit}" + (f" {small} {small_unit}" if small else "")
