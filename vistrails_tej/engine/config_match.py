"""``Match`` of an ssh configuration: whether the lines below it count.

As in ssh_config(5) the conditions are looked at in their order, against what is known so far, and
a program is run only when those before it hold.
"""

from __future__ import annotations

import hashlib
import logging
import os
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .config_words import ConfigFault, expand_tokens, fits_list, split_words

__all__ = ["Known", "match_holds"]

logger = logging.getLogger(__name__)

_LONGEST = 20.0


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a connection while its configuration is read, and once it has been.

    ``given`` is the name that was asked for, ``host`` the one that is connected to; ``final`` says
    that the files are read a second time.
    """

    given: str
    host: str
    port: int
    user: str
    local_user: str
    home: Path
    key_alias: str | None = None
    jump: str = ""
    final: bool = False

    def tokens(self) -> dict[str, str]:
        """Return what the letters behind a percent sign stand for, as in "TOKENS" of the page."""
        here, port = socket.gethostname(), str(self.port)
        whole = f"{here}{self.host}{port}{self.user}{self.jump}"
        return {
            # SHA-1 is what OpenSSH takes; it makes a name and protects nothing.
            "C": hashlib.sha1(
                whole.encode("utf-8", "surrogateescape"), usedforsecurity=False
            ).hexdigest(),
            "d": str(self.home),
            "h": self.host,
            "i": str(os.getuid()),
            "j": self.jump,
            "k": self.key_alias or self.given,
            "L": here.partition(".")[0],
            "l": here,
            "n": self.given,
            "p": port,
            "r": self.user,
            "u": self.local_user,
        }


def match_holds(text: str, known: Known, *, applies: bool = True) -> tuple[bool, bool]:
    """Tell whether the conditions behind ``Match`` hold, and whether they ask for a second reading.

    Where the line does not apply it is only looked at, and no program runs. Raises ConfigFault
    for a condition that is not known, or not complete.
    """
    words = _split_conditions(text)
    holds, wants_final, seen = applies, False, 0
    while words:
        word = words.pop(0)
        kind, negated = word.lower().removeprefix("!"), word.startswith("!")
        if kind == "all":
            if seen > 1 or words:
                raise ConfigFault(f"Match {word} cannot be combined with other conditions")
            return holds and not negated, wants_final
        seen += 1
        if kind in ("canonical", "final"):
            wants_final = wants_final or kind == "final"
            holds = holds and known.final is not negated
            continue
        if kind not in ("host", "originalhost", "user", "localuser", "exec"):
            raise ConfigFault(f"the condition {kind!r} of Match is not known here")
        if not words or not words[0]:
            raise ConfigFault(f"Match {word} says nothing")
        holds = _condition(kind, words.pop(0), known, asks=holds) is not negated and holds
    if not seen:
        raise ConfigFault("Match has no condition")
    return holds, wants_final


def _split_conditions(text: str) -> list[str]:
    """Return conditions and values, which may be joined by a ``=``."""
    words: list[str] = []
    for word in split_words(text):
        name, equals, value = word.partition("=")
        bare = name.lower().removeprefix("!")
        if equals and bare in ("host", "originalhost", "user", "localuser", "exec"):
            words += [name, *([value] if value else [])]
        elif word != "=":
            words.append(word)
    return words


def _condition(kind: str, value: str, known: Known, *, asks: bool) -> bool:
    if kind == "exec":
        # Also looked at when it is not run: a token that is not known is a fault in any case.
        command = expand_tokens(value, known.tokens())
        return asks and _succeeds(command, known.given)
    if kind in ("host", "originalhost"):
        name = known.host if kind == "host" else known.given
        return fits_list(name.lower(), value.lower())
    return fits_list(known.user if kind == "user" else known.local_user, value)


def _succeeds(command: str, given: str) -> bool:
    """Run a program that decides. It gets no terminal, and is waited for."""
    logger.debug("Asking a program about %s, as the ssh configuration says", given)
    try:
        # Through a shell, as ssh_config(5) promises; the user wrote the command.
        done = subprocess.run(  # noqa: S603
            ["/bin/sh", "-c", command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_LONGEST,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        logger.warning("A Match exec of the ssh configuration counts as not true: %s", error)
        return False
    return done.returncode == 0
