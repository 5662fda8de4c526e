"""The job monitor: all recorded jobs as a tree, what can be done with them, and what they print."""

from __future__ import annotations
