"""Every error of the engine says what happened, to what, and what to do."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

from vistrails_tej import engine
from vistrails_tej.engine import errors

SUBJECT = "the-subject"
REASON = "what happened"

# How to make those that want something else than a subject and a reason.
MADE: dict[str, tuple[object, ...]] = {
    "TejError": (SUBJECT,),
    "InvalidJobId": (SUBJECT,),
    "HostKeyError": (SUBJECT, "ssh-ed25519", "SHA256:x", REASON),
    "HostKeyUnknown": (SUBJECT, "ssh-ed25519", "SHA256:x", "*.example.org"),
    "HostKeyChanged": (SUBJECT, "ssh-ed25519", "SHA256:x", "known_hosts"),
    "HostKeyRevoked": (SUBJECT, "ssh-ed25519", "SHA256:x", "known_hosts"),
    "QueueExists": (SUBJECT,),
    "QueueLinkLoop": (SUBJECT,),
    "RuntimeNotAllowed": (SUBJECT, "pbs", ("default", "slurm")),
    "NotEnoughSpace": (SUBJECT, 5_000_000, 7000, "quota"),
    "JobNotFound": (SUBJECT,),
    "JobStillRunning": (SUBJECT,),
    "JobDeleted": (SUBJECT,),
    "ScriptUnusable": (SUBJECT, "start.sh", REASON, "mend it"),
    "RemoteFileNotFound": (SUBJECT,),
    "RemoteCommandFailed": (SUBJECT, 7, REASON),
}


def tree(root: type[errors.TejError]) -> list[type[errors.TejError]]:
    """All classes, also those that a file keeps to itself."""
    for found in pkgutil.walk_packages(engine.__path__, f"{engine.__name__}."):
        importlib.import_module(found.name)
    return [root, *(leaf for kind in root.__subclasses__() for leaf in tree(kind))]


def make(kind: type[errors.TejError]) -> errors.TejError:
    return kind(*MADE.get(kind.__name__, (SUBJECT, REASON)))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", tree(errors.TejError), ids=lambda kind: kind.__name__)
def test_an_error_names_its_subject_and_ends_in_advice(kind: type[errors.TejError]) -> None:
    error = make(kind)
    what, _, advice = str(error).partition(f"; {error.advice}")
    assert error.advice
    assert (SUBJECT in what, advice) == (True, "")
    assert "; ;" not in str(error)


@pytest.mark.parametrize("kind", tree(errors.ConnectionFailed), ids=lambda kind: kind.__name__)
def test_what_is_added_to_an_error_leaves_its_advice_at_the_end(
    kind: type[errors.ConnectionFailed],
) -> None:
    error = make(kind)
    assert isinstance(error, errors.ConnectionFailed)
    added = error.with_addition("again at noon")
    assert str(added) == str(error).replace(f"; {error.advice}", f"; again at noon; {error.advice}")
    assert (type(added), added.advice) == (type(error), error.advice)


@pytest.mark.parametrize("options", [{"is_link": False}, {"is_link": True}])
def test_each_way_of_being_in_the_way_has_its_own_advice(options: dict[str, bool]) -> None:
    assert "path" in errors.QueueExists("~/x", **options).advice


def test_each_error_is_part_of_the_tree_that_is_shown() -> None:
    shown = errors.__doc__ or ""
    assert {kind.__name__ for kind in tree(errors.TejError)} <= set(shown.replace("-", " ").split())
