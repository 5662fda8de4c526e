"""Which process uploads a job, written so that the same machine can tell whether it is still there.

The text is ``user@machine/KEY/PID/START``, without blanks. KEY is the same for all processes of
one machine since it was started, START tells two processes of one pid apart.
"""

from __future__ import annotations

import getpass
import hashlib
import os
import platform
import re
import uuid
from pathlib import Path

__all__ = ["describe_uploader", "is_dead_uploader"]

_ODD = re.compile(r"[^A-Za-z0-9_.+-]")
# What others wrote into a queue may be any text; os.kill takes no larger number.
_PID = re.compile(r"[0-9]{1,9}")


def describe_uploader() -> str:
    """Return the text for this process."""
    person = f"{_plain(_user_name())}@{_plain(platform.node())}"
    return f"{person}/{_machine_key()}/{os.getpid()}/{_start_of(os.getpid())}"


def is_dead_uploader(text: str) -> bool:
    """Whether ``text`` names a process of this machine that has ended; False when in doubt."""
    _, *facts = text.split("/")
    if len(facts) != 3 or facts[0] != _machine_key() or not _PID.fullmatch(facts[1]):
        return False
    pid, start = int(facts[1]), facts[2]
    # On Windows os.kill ends the process that it should only ask for.
    if os.name != "posix" or pid <= 1:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    now = _start_of(pid)
    return "-" not in (start, now) and now != start


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"


def _plain(text: str) -> str:
    return _ODD.sub("_", text)[:64] or "unknown"


def _machine_key() -> str:
    """Hash what no two machines share."""
    boot = _read(Path("/proc/sys/kernel/random/boot_id"))
    return hashlib.sha256(f"{platform.node()} {uuid.getnode()} {boot}".encode()).hexdigest()[:12]


def _start_of(pid: int) -> str:
    """Return the start time of a process in the kernel's units, or "-" where there is no /proc."""
    # The program's name comes second, in parentheses, and may hold anything; see proc(5).
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(") ")[2].split()
    return fields[19] if len(fields) > 19 else "-"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
