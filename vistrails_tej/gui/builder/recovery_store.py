"""Copies of unsaved work in the user's state folder, found again after the program was killed.

Each running program has a folder with a file that it holds locked for as long as it lives, however
it ends. In it are a .vt file and a .json file for each document with unsaved work.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import shutil
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO

import platformdirs

from ...dataflow import Vistrail, VistrailError, read_vistrail, save_vistrail
from ...dataflow.storage.file_lock import try_lock

logger = logging.getLogger(__name__)

_LOCK = "lock"


@dataclass(frozen=True, slots=True)
class UnsavedWork:
    """What a copy is of: ``path`` is None for a document without a file.

    ``digest`` is that of the XML in the file which the work began with; blank without one.
    """

    title: str
    path: Path | None
    version: int
    changed: datetime
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of unsaved work on the disk; ``file`` is its .vt file."""

    file: Path
    work: UnsavedWork


def recovery_folder() -> Path:
    """The folder of all copies of this user."""
    return Path(platformdirs.user_state_dir("vistrails_tej", appauthor=False)) / "recovery"


def origin_digest(vistrail: Vistrail) -> str:
    """What tells whether a file is still the one that a vistrail was read from."""
    origin = vistrail.origin
    return hashlib.sha256(origin.xml).hexdigest() if origin is not None else ""


class RecoveryFolder:
    """The copies of this running program. Its methods may be called from any one thread.

    Where it cannot be made no copy is kept; a program is of use without.
    """

    def __init__(self, parent: Path | None = None) -> None:
        self.folder = (parent or recovery_folder()) / uuid.uuid4().hex
        self._lock: IO[str] | None = None
        with contextlib.suppress(OSError):
            self._hold()

    def keep(self, key: str, vistrail: Vistrail, work: UnsavedWork) -> None:
        """Write the copy of a document, or replace it. Raise VistrailError, OSError."""
        self._hold()
        file = self.folder / f"{key}.vt"
        save_vistrail(vistrail, file, ascii_only=False, overwrite=True)
        facts = {
            "title": work.title,
            "path": str(work.path) if work.path is not None else None,
            "version": work.version,
            "changed": work.changed.isoformat(timespec="seconds"),
            "digest": work.digest,
        }
        new = file.with_suffix(".json.new")
        new.write_text(json.dumps(facts), encoding="utf-8")
        new.replace(file.with_suffix(".json"))

    def drop(self, key: str) -> None:
        """Remove the copy of a document, if there is one."""
        for suffix in (".json", ".vt"):
            (self.folder / f"{key}{suffix}").unlink(missing_ok=True)

    def adopt(self, copy: Copy, key: str) -> Copy:
        """Take over the copy of a program that is gone, under a key of our own. Raise OSError."""
        self._hold()
        file = self.folder / f"{key}.vt"
        copy.file.replace(file)
        copy.file.with_suffix(".json").replace(file.with_suffix(".json"))
        return Copy(file, copy.work)

    def close(self) -> None:
        """Leave nothing behind, except copies of work that is still unsaved."""
        if not list(self.folder.glob("*.json")):
            shutil.rmtree(self.folder, ignore_errors=True)
        if self._lock is not None:
            self._lock.close()

    def _hold(self) -> None:
        if self._lock is None:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = (self.folder / _LOCK).open("a")
            if not try_lock(self._lock):
                logger.warning("The folder %s cannot be locked", self.folder)


class AbandonedFolder:
    """The copies of a program that is gone; no other program takes them while this one does."""

    def __init__(self, folder: Path, lock: IO[str]) -> None:
        self.folder = folder
        self._lock = lock

    @property
    def copies(self) -> list[Copy]:
        """What can be recovered, the latest first."""
        found = [copy for file in self.folder.glob("*.vt") if (copy := _read_copy(file))]
        return sorted(found, key=lambda one: one.work.changed, reverse=True)

    def remove(self) -> None:
        """Delete it with all copies that are left in it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.close()

    def leave(self) -> None:
        """Leave it for another time; without copies it goes."""
        if not self.copies:
            self.remove()
        self._lock.close()


def find_abandoned(parent: Path | None = None) -> list[AbandonedFolder]:
    """The folders of programs that are gone, with copies in them; those without are removed."""
    found: list[AbandonedFolder] = []
    for lock_file in sorted((parent or recovery_folder()).glob(f"*/{_LOCK}")):
        with contextlib.suppress(OSError):
            lock = lock_file.open("a")
            if not try_lock(lock):
                lock.close()
                continue
            folder = AbandonedFolder(lock_file.parent, lock)
            if folder.copies:
                found.append(folder)
            else:
                folder.remove()
    return found


def read_copy(copy: Copy) -> Vistrail:
    """Read unsaved work again. Raise VistrailError.

    It counts as read from the file that it was made from, if that is still as it was: saving there
    then goes on as if nothing had happened. Otherwise saving will find another vistrail there.
    """
    vistrail = read_vistrail(copy.file)
    if copy.work.path is None:
        return replace(vistrail, origin=None)
    try:
        before = read_vistrail(copy.work.path)
    except VistrailError:
        return vistrail
    if copy.work.digest and origin_digest(before) == copy.work.digest:
        return replace(vistrail, origin=before.origin)
    return vistrail


def _read_copy(file: Path) -> Copy | None:
    try:
        facts = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        path = facts["path"]
        work = UnsavedWork(
            title=str(facts["title"]),
            path=Path(path) if path is not None else None,
            version=int(facts["version"]),
            changed=datetime.fromisoformat(facts["changed"]),
            digest=str(facts["digest"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        logger.warning("A copy of unsaved work is damaged: %s: %s", file, error)
        return None
    return Copy(file, work)
