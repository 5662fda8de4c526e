"""Digests of files and directories by what they hold, remembered between runs.

The signature of a File or Directory constant is made of its digest, so that it does not depend
on where the file lies or when it was copied there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import stat
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import platformdirs

logger = logging.getLogger(__name__)

# Smaller files are read as fast as they are looked up.
SMALLEST_REMEMBERED = 256 * 1024
# A file changed so recently may change again within the resolution of its time stamp.
_SETTLED_AFTER = 2.0
_MOST_REMEMBERED = 5_000
_CHUNK = 1024 * 1024


def default_cache_path() -> Path:
    """The file that keeps the digests of this user."""
    return platformdirs.user_cache_path("vistrails_tej") / "file_digests.json"


class FileDigests:
    """Computes digests; those of large files are kept by (path, size, mtime_ns, inode).

    May be used by several threads and processes at once. A cache that cannot be read or written
    only costs time.
    """

    def __init__(self, cache_path: Path | None = None) -> None:
        self._cache_path = default_cache_path() if cache_path is None else cache_path
        self._lock = threading.Lock()
        self._known: dict[str, str] | None = None
        self._news: dict[str, str] = {}

    def digest(self, path: str) -> str | None:
        """``sha256:<hex>`` of a file's bytes, or of a directory's names, x-bits and contents.

        None when there is no such file or directory, or when it cannot be read.
        """
        found = self._digest(path)
        self.save()
        return found

    def _digest(self, path: str) -> str | None:
        try:
            status = os.stat(path)  # noqa: PTH116 - the text as it stands, an empty one included
            if stat.S_ISREG(status.st_mode):
                found = self._file(path, status)
            elif stat.S_ISDIR(status.st_mode):
                found = self._directory(path)
            else:
                return None
        except (OSError, ValueError):
            return None
        return f"sha256:{found}"

    def last_digest(self, path: str) -> str | None:
        """The digest; of what is not there any more, that of when this user last had it.

        So a job that has finished is found although its input was moved away or deleted since.
        Asked for one path after the other; in the end ``save`` remembers them all.
        """
        found = self._digest(path)
        if not path or (found is None and os.path.lexists(path)):
            return found
        try:
            place = os.path.abspath(path)  # noqa: PTH100 - names may be no text at all
        except OSError:
            # The working directory is gone, and with it what is relative to it.
            return found
        key = f"last seen at {place}"
        with self._lock:
            if self._known is None:
                self._known = self._load()
            seen = self._known.get(key)
        if found is None:
            return seen
        if found != seen:
            self._remember(key, found)
        return found

    def _file(self, path: str, status: os.stat_result) -> str:
        if status.st_size < SMALLEST_REMEMBERED:
            return _read(path)
        facts = (status.st_size, status.st_mtime_ns, status.st_ino)
        key = json.dumps([os.path.realpath(path), *facts])
        with self._lock:
            if self._known is None:
                self._known = self._load()
            found = self._known.get(key)
        if found is None:
            found = _read(path)
            after = os.stat(path)  # noqa: PTH116
            unchanged = facts == (after.st_size, after.st_mtime_ns, after.st_ino)
            if unchanged and time.time() - after.st_mtime > _SETTLED_AFTER:
                self._remember(key, found)
        return found

    def _directory(self, root: str) -> str:
        """One line of facts for each entry, sorted by name, so that the order never matters."""
        lines: list[bytes] = []
        for name, status in _entries(root):
            path = os.path.join(root, name)  # noqa: PTH118 - names may be no text at all
            lines.append(_line(name, self._facts(path, status)))
        return hashlib.sha256(b"".join(sorted(lines))).hexdigest()

    def _facts(self, path: str, status: os.stat_result) -> str:
        if stat.S_ISLNK(status.st_mode):
            # What a link leads to matters as much as where it points.
            target = os.readlink(path).encode("utf-8", "surrogateescape").hex()  # noqa: PTH115
            with contextlib.suppress(OSError):
                aim = os.stat(path)  # noqa: PTH116
                if stat.S_ISREG(aim.st_mode):
                    return f"link {target} {self._file(path, aim)}"
            return f"link {target}"
        if stat.S_ISREG(status.st_mode):
            kind = "program" if status.st_mode & stat.S_IXUSR else "file"
            return f"{kind} {self._file(path, status)}"
        return "directory" if stat.S_ISDIR(status.st_mode) else "special"

    def _remember(self, key: str, digest: str) -> None:
        with self._lock:
            self._news[key] = digest
            if self._known is not None:
                self._known[key] = digest

    def _load(self) -> dict[str, str]:
        try:
            stored = json.loads(self._cache_path.read_text(encoding="utf-8"))
            return {str(key): str(value) for key, value in stored.items()}
        except (OSError, ValueError, AttributeError, RecursionError):
            return {}

    def save(self) -> None:
        """Add what is new to what others have saved since, and put it in place at once."""
        with self._lock:
            news, self._news = self._news, {}
        if not news:
            return
        merged = {**self._load(), **news}
        kept = dict(list(merged.items())[-_MOST_REMEMBERED:])
        try:
            self._cache_path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._cache_path.parent, prefix=".digests-")
            try:
                with open(handle, "w", encoding="utf-8") as file:  # noqa: PTH123 - a descriptor
                    json.dump(kept, file)
                Path(name).replace(self._cache_path)
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            logger.debug("Digests of files are not remembered: %s", error)


def _entries(root: str) -> Iterator[tuple[str, os.stat_result]]:
    """Everything inside a directory, by relative name; links are not followed."""
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        with os.scandir(os.path.join(root, folder)) as found:  # noqa: PTH118
            for entry in found:
                name = f"{folder}/{entry.name}" if folder else entry.name
                status = entry.stat(follow_symlinks=False)
                yield name, status
                if stat.S_ISDIR(status.st_mode):
                    waiting.append(name)


def _line(name: str, facts: str) -> bytes:
    encoded = name.encode("utf-8", "surrogateescape")
    return encoded.hex().encode() + b" " + facts.encode() + b"\n"


def _read(path: str) -> str:
    summary = hashlib.sha256()
    with open(path, "rb") as file:  # noqa: PTH123 - names may be no text at all
        while chunk := file.read(_CHUNK):
            summary.update(chunk)
    return summary.hexdigest()
