"""Passwords that old programs left in the hostname of a Queue: used, and written nowhere else."""

from __future__ import annotations

import logging

from ..dataflow import Pipeline, PipelineModule
from ..engine import InvalidDestination
from .queue_reference import make_destination
from .sessions import current_sessions

logger = logging.getLogger(__name__)

_PACKAGE, _QUEUE = "org.vistrails.extra.tej", "Queue"


def remember_passwords(pipeline: Pipeline) -> None:
    """Hand the passwords in a pipeline to the sessions.

    A job on record needs its server before its Queue has run, or without it.
    """
    for module in pipeline.modules.values():
        if module.content is not None:
            remember_passwords(module.content)
        elif module.is_a(_QUEUE, _PACKAGE):
            _remember(module)


def _remember(module: PipelineModule) -> None:
    texts = {one.port: one.parameters[0].value for one in module.settings if one.parameters}
    port = texts.get("port", "")
    try:
        destination, password = make_destination(
            texts.get("hostname", ""),
            texts.get("username") or None,
            int(port) if port.isascii() and port.isdigit() else None,
        )
    except InvalidDestination as error:
        # The Queue itself says so when it runs.
        logger.debug("A queue names no server: %s", error)
        return
    if password is not None:
        current_sessions().remember_password(destination, password)
