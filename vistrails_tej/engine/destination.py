"""Where a server is: user, host and port; never a password."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import InvalidDestination

__all__ = ["Destination", "parse_destination", "split_password"]

DEFAULT_PORT = 22

# A host that begins with a dash would be taken for an option by ssh and by proxy commands.
_HOST = re.compile(r"(?!-)[\w.%-]+\Z")
_IPV6 = re.compile(r"[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[A-Za-z0-9_.-]+)?\Z")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)\Z", re.DOTALL)
_USERNAME = re.compile(r"[^\x00-\x20\x7f/:-][^\x00-\x20\x7f/:]*\Z")


@dataclass(frozen=True, slots=True)
class Destination:
    """A server to log in to.

    ``username`` and ``port`` are None where nothing was said, so that the user's ssh
    configuration may decide. ``host`` may be an alias of that configuration; an IPv6 address is
    held without brackets.
    """

    host: str
    username: str | None = None
    port: int | None = None

    def __post_init__(self) -> None:
        """Refuse values that no command line or URL could carry."""
        reason = _find_fault(self.host, self.username, self.port)
        if reason is not None:
            raise InvalidDestination(_without_password(self.host), reason)

    def __str__(self) -> str:
        """Print as ``ssh://[user@]host[:port]``; port 22 is left out."""
        user = f"{self.username}@" if self.username else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = f":{self.port}" if self.port not in (None, DEFAULT_PORT) else ""
        return f"ssh://{user}{host}{port}"


def parse_destination(text: str) -> Destination:
    """Read ``[ssh://][user[:password]@]host[:port]``; a password in it is dropped."""
    return split_password(text)[0]


def split_password(text: str) -> tuple[Destination, str | None]:
    """Read a destination and the password that older programs kept in it.

    Raises InvalidDestination, in whose text the password is replaced by stars.
    """
    rest = text.strip()
    shown = _without_password(rest)
    scheme = _SCHEME.match(rest)
    if scheme is not None:
        rest = scheme.group(2)
        if scheme.group(1).lower() != "ssh":
            raise InvalidDestination(shown, "only ssh:// is known")
    # The last @ counts: user names of some sites are mail addresses.
    login, at, place = rest.rpartition("@")
    username, colon, password = login.partition(":")
    if at and not username:
        raise InvalidDestination(shown, "the user in front of the @ is missing")
    host, port = _split_port(place.removesuffix("/"), shown)
    reason = _find_fault(host, username or None, port)
    if reason is not None:
        raise InvalidDestination(shown, reason)
    return Destination(host, username or None, port), password if colon else None


def _split_port(place: str, shown: str) -> tuple[str, int | None]:
    if place.startswith("["):
        host, bracket, tail = place[1:].partition("]")
        if not bracket or ":" not in host or (tail and not tail.startswith(":")):
            raise InvalidDestination(shown, "the brackets do not hold an IPv6 address")
    else:
        host, colon, number = place.partition(":")
        tail = colon + number
        if ":" in number:
            raise InvalidDestination(shown, "an IPv6 address goes in [brackets]")
    if not tail:
        return host, None
    digits = tail[1:]
    # int() would take signs, spaces and digits of other scripts.
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 5):
        raise InvalidDestination(shown, "the port is not a number from 1 to 65535")
    return host, int(digits)


def _find_fault(host: str, username: str | None, port: int | None) -> str | None:
    if not host:
        return "the host is missing"
    if not (_IPV6 if ":" in host else _HOST).match(host):
        return "the host has characters that no host name has"
    if username is not None and not _USERNAME.match(username):
        return "the user has characters that no user name has"
    if port is not None and not 1 <= port <= 65535:
        return "the port is not a number from 1 to 65535"
    return None


def _without_password(text: str) -> str:
    """Star whatever may be a password, also where the host was forgotten."""
    scheme = _SCHEME.match(text)
    rest = scheme.group(2) if scheme else text
    start = f"{scheme.group(1)}://" if scheme else ""
    login, at, place = rest.rpartition("@")
    if at:
        username, colon, _ = login.partition(":")
        return f"{start}{username}{':***' if colon else ''}@{place}"
    head, colon, tail = rest.partition(":")
    if (
        colon
        and not tail.isdigit()
        and not _IPV6.match(rest.strip("[]"))
        and not head.startswith("[")
    ):
        return f"{start}{head}:***"
    return text
