"""What the user's ssh configuration says about a destination; see ssh_config(5)."""

from __future__ import annotations

import fnmatch
import getpass
import glob
import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import paramiko

from .destination import DEFAULT_PORT, Destination
from .errors import SshConfigInvalid
from .host_keys import known_files
from .match_exec import resolve_match

__all__ = ["SshSettings", "read_settings"]

_SYSTEM_DIRECTORY = Path("/etc/ssh")
_DEEPEST_INCLUDE = 16
_LINE = re.compile(r"\s*(\w+)(?:\s*=\s*|\s+)(.*?)\s*$")


@dataclass(frozen=True, slots=True)
class SshSettings:
    """Where and how to connect, after the configuration has been applied.

    ``record_name`` is the name under which the host key is kept, ``default_keys`` the key files
    that are tried without being asked for (existing or not).
    """

    host: str
    port: int
    username: str
    record_name: str
    known_hosts: tuple[Path, ...]
    identity_files: tuple[Path, ...] = ()
    identities_only: bool = False
    default_keys: tuple[Path, ...] = ()
    proxy_jump: str | None = None
    proxy_command: str | None = None


def read_settings(destination: Destination, ssh_directory: Path | None = None) -> SshSettings:
    """Apply the configuration to a destination, whose own user and port come first.

    With ``ssh_directory`` only the files of that directory are read; without it the user's and
    the machine's. Raises SshConfigInvalid for a file that cannot be understood.
    """
    directory = Path.home() / ".ssh" if ssh_directory is None else ssh_directory
    system = _SYSTEM_DIRECTORY if ssh_directory is None else None
    user = _current_user(destination)
    options = _look_up(destination, directory, system)
    host = str(options.get("hostname", destination.host))
    named = _named_known_hosts(options, directory)
    keys = tuple(_expand(text, directory) for text in options.get("identityfile", []))
    return SshSettings(
        host=host,
        port=_port(destination, options),
        username=str(options.get("user") or user),
        record_name=str(options.get("hostkeyalias", host)),
        known_hosts=tuple(known_files(directory, named, system)),
        identity_files=tuple(path for path in keys if str(path) != "none"),
        identities_only=str(options.get("identitiesonly", "no")).lower() == "yes",
        default_keys=tuple(directory / f"id_{kind}" for kind in ("ed25519", "ecdsa", "rsa")),
        proxy_jump=_unless_none(options.get("proxyjump")),
        proxy_command=_unless_none(options.get("proxycommand")),
    )


def _look_up(
    destination: Destination, directory: Path, system: Path | None
) -> paramiko.SSHConfigDict:
    config = paramiko.SSHConfig()
    files = [directory / "config"] + ([system / "ssh_config"] if system else [])
    try:
        # The first value counts, and %p and %r stand for what will be used.
        config.parse(iter(_given_options(destination)))
        for file in files:
            # Every file begins outside of the Host blocks of the one before.
            base = directory if file is files[0] else file.parent
            config.parse(iter(_read_lines(file, base, destination)))
        return config.lookup(destination.host)
    except (paramiko.SSHException, ImportError, ValueError, OSError) as error:
        raise SshConfigInvalid(
            destination, f"the ssh configuration cannot be used: {error}"
        ) from error


def _given_options(destination: Destination) -> list[str]:
    options = {"Port": destination.port, "User": destination.username}
    return [f"{name} {value}" for name, value in options.items() if value is not None]


def _read_lines(file: Path, base: Path, destination: Destination, depth: int = 0) -> Iterator[str]:
    """Yield the lines of a configuration with those of the included files in their place."""
    if depth > _DEEPEST_INCLUDE:
        raise ValueError(f"{file} is included in a circle")
    block = "Host *"
    for line in _file_lines(file):
        word, rest = _split_line(line)
        if word == "match":
            block = resolve_match(line, destination, base.parent)
            yield block
        elif word == "include":
            if _may_apply(block, destination.host):
                for name in _included(rest, base):
                    yield from _read_lines(name, base, destination, depth + 1)
                    # A Host line of the included file ends with that file.
                    yield block
        else:
            block = line if word == "host" else block
            yield line


def _file_lines(file: Path) -> list[str]:
    try:
        return file.read_bytes().decode("utf-8", "surrogateescape").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return []


def _split_line(line: str) -> tuple[str, str]:
    """Return the keyword in small letters and what follows it, after blanks or a ``=``."""
    found = _LINE.match(line)
    return (found.group(1).lower(), found.group(2)) if found else ("", "")


def _included(patterns: str, base: Path) -> Iterator[Path]:
    for pattern in shlex.split(patterns):
        for name in sorted(glob.glob(str(_expand(pattern, base, base)))):  # noqa: PTH207  (absolute)
            yield Path(name)


def _may_apply(block: str, host: str) -> bool:
    """Tell whether what is included in a block counts for ``host``.

    A Host line says so by itself, also for the Host lines of the included file. What a Match
    line means is known only later, so there included files must not hold Host lines.
    """
    word, rest = _split_line(block)
    if word == "match":
        return True
    found = False
    for pattern in shlex.split(rest):
        if fnmatch.fnmatchcase(host, pattern.removeprefix("!")):
            if pattern.startswith("!"):
                return False
            found = True
    return found


def _named_known_hosts(options: paramiko.SSHConfigDict, directory: Path) -> list[Path] | None:
    text = options.get("userknownhostsfile")
    if text is None:
        return None
    names = shlex.split(str(text))
    return [_expand(name, directory) for name in names if name.lower() != "none"]


def _expand(text: str, directory: Path, base: Path | None = None) -> Path:
    """Return the path meant by ``text``; ``~`` is the home that holds ``directory``."""
    home = directory.parent
    if text == "~" or text.startswith("~/"):
        return home / text[2:]
    if text.startswith("~"):
        return Path(os.path.expanduser(text))  # noqa: PTH111  (Path would raise without a home)
    path = Path(text.replace("%d", str(home)))
    return base / path if base is not None else path


def _port(destination: Destination, options: paramiko.SSHConfigDict) -> int:
    text = str(options.get("port", DEFAULT_PORT))
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise SshConfigInvalid(destination, f"the ssh configuration has the port {text!r}")
    return int(text)


def _current_user(destination: Destination) -> str:
    """Return who runs this; paramiko asks for it too, whatever user the configuration names."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError) as error:
        raise SshConfigInvalid(
            destination, "the account that runs this has no name here", "set the variable LOGNAME"
        ) from error


def _unless_none(value: object) -> str | None:
    text = None if value is None else str(value)
    return None if text is None or text.lower() == "none" else text
