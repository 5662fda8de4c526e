"""What the user's ssh configuration says about a destination; see ssh_config(5)."""

from __future__ import annotations

import getpass
import socket
from dataclasses import dataclass, replace
from pathlib import Path

from .config_match import Known
from .config_reader import ConfigReader
from .config_words import ConfigFault, expand_home, expand_tokens
from .destination import DEFAULT_PORT, Destination
from .errors import SshConfigInvalid
from .host_keys import known_files

__all__ = ["SshSettings", "read_settings"]

_SYSTEM_DIRECTORY = Path("/etc/ssh")


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
    start = _start(destination, directory.parent)
    reader = ConfigReader(start, destination.port, destination.username)
    try:
        _read_files(reader, directory, system)
        host = _find_name(reader)
        if reader.wants_final or _canonicalizes(reader):
            reader.read_again(host)
            _read_files(reader, directory, system)
            host = reader.values["hostname"]
        return _settle(reader, host, directory, system)
    except (ConfigFault, OSError) as error:
        raise SshConfigInvalid(
            destination, f"the ssh configuration cannot be used: {error}"
        ) from error


def _start(destination: Destination, home: Path) -> Known:
    """Return what is known before anything is read; the account must have a name in any case."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError, ImportError) as error:
        raise SshConfigInvalid(
            destination,
            "the account that runs this has no name here",
            "set the variable LOGNAME",
        ) from error
    name = destination.host
    return Known(name, name, DEFAULT_PORT, user, local_user=user, home=home)


def _read_files(reader: ConfigReader, directory: Path, system: Path | None) -> None:
    reader.read(directory / "config", directory)
    if system is not None:
        reader.read(system / "ssh_config", system)


def _canonicalizes(reader: ConfigReader) -> bool:
    return reader.values.get("canonicalizehostname", "no") != "no"


def _find_name(reader: ConfigReader) -> str:
    """Return the name to connect to, completed with a domain where the configuration wants that."""
    host = _without_capitals(reader.known.host)
    values = reader.values
    ways = {values.get("proxyjump", "none"), values.get("proxycommand", "none")}
    # A proxy knows names that this machine does not.
    proxied = ways != {"none"} and values.get("canonicalizehostname") != "always"
    most_dots = int(values.get("canonicalizemaxdots", "1"))
    if not _canonicalizes(reader) or proxied or ":" in host or host.count(".") > most_dots:
        return host
    for domain in reader.lists.get("canonicaldomains", ()):
        name = f"{host}.{domain}"
        try:
            socket.getaddrinfo(name, None)
        except (OSError, UnicodeError):
            continue
        return name
    if values.get("canonicalizefallbacklocal") == "no":
        raise ConfigFault(f"no domain of CanonicalDomains has a host {host!r}")
    return host


def _without_capitals(host: str) -> str:
    return host if ":" in host else host.lower()


def _settle(reader: ConfigReader, host: str, directory: Path, system: Path | None) -> SshSettings:
    values, lists = reader.values, reader.lists
    alias = values.get("hostkeyalias")
    alias = None if alias is None else alias.lower()
    jump = values.get("proxyjump", "none")
    hop = "" if jump == "none" else jump.rpartition(",")[2]
    known = replace(reader.known, host=host, key_alias=alias, jump=hop)
    keys = [_path(text, known) for text in lists.get("identityfile", ()) if not _is_none(text)]
    defaults = () if "identityfile" in lists else ("ed25519", "ecdsa", "rsa")
    return SshSettings(
        host=host,
        port=known.port,
        username=known.user,
        record_name=alias or host,
        known_hosts=tuple(
            known_files(
                directory,
                _named_files(lists.get("userknownhostsfile"), known),
                system,
                _named_files(lists.get("globalknownhostsfile"), known),
            )
        ),
        identity_files=tuple(keys),
        identities_only=values.get("identitiesonly") == "yes",
        default_keys=tuple(directory / f"id_{kind}" for kind in defaults),
        proxy_jump=_filled(jump, known),
        proxy_command=_filled(values.get("proxycommand", "none"), known),
    )


def _is_none(text: str) -> bool:
    return text.lower() == "none"


def _path(text: str, known: Known) -> Path:
    home = expand_home(text, known.home)
    return Path(expand_tokens(home, known.tokens(), environment=True))


def _named_files(names: list[str] | None, known: Known) -> list[Path] | None:
    if names is None:
        return None
    return [_path(name, known) for name in names if not _is_none(name)]


def _filled(text: str, known: Known) -> str | None:
    """Return a way to the server with its tokens filled in; the shell does the rest."""
    if _is_none(text):
        return None
    tokens = known.tokens()
    return expand_tokens(text, {key: tokens[key] for key in "hknpr"})
