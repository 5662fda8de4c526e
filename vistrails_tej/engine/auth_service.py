"""Ask for the login service once per connection, as RFC 4252 has it, and not at every try.

paramiko asks in front of each key and each password. OpenSSH lets that pass, other servers hang up
at the second request, so that only the first key would ever be tried. It is a round trip, too.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import paramiko

__all__ = ["one_service_request"]

_SERVICE_REQUEST = 5  # SSH_MSG_SERVICE_REQUEST, RFC 4253 section 10
_SERVICE = "ssh-userauth"


@contextlib.contextmanager
def one_service_request(transport: paramiko.Transport) -> Iterator[None]:
    """While this lasts, the second and later requests for the service are answered here."""
    send = transport._send_message  # type: ignore[attr-defined]
    asked = False

    def send_once(message: paramiko.Message) -> None:
        nonlocal asked
        if message.asbytes()[0] != _SERVICE_REQUEST:
            send(message)
        elif not asked:
            asked = True
            send(message)
        else:
            accepted = paramiko.Message()
            accepted.add_string(_SERVICE)
            accepted.rewind()
            transport.auth_handler._parse_service_accept(accepted)  # type: ignore[union-attr]

    transport._send_message = send_once  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del transport._send_message  # type: ignore[attr-defined]
