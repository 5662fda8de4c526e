"""The files of an ssh configuration, read in the order and by the rules of ssh_config(5).

Of each option the first value that applies counts, so what the command line says is given before
the files are read. A line that cannot be understood is a fault also where it does not apply.
"""

from __future__ import annotations

import glob
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from .config_match import Known, match_holds
from .config_words import (
    ConfigFault,
    expand_home,
    expand_tokens,
    fits_words,
    split_line,
    split_words,
)
from .destination import DEFAULT_PORT

__all__ = ["ConfigReader"]

_DEEPEST_INCLUDE = 16
_FLAGS = {"yes": "yes", "true": "yes", "no": "no", "false": "no"}


class ConfigReader:
    """The options for one host. ``values`` holds those of one value, ``lists`` the others."""

    def __init__(self, start: Known, port: int | None, username: str | None) -> None:
        """``start`` is what is known before; ``port`` and ``username`` come before all files."""
        self._start = start
        self._host = start.given
        self._final = False
        self.wants_final = False
        self.values: dict[str, str] = {}
        self.lists: dict[str, list[str]] = {}
        if port is not None:
            self.values["port"] = str(port)
        if username is not None:
            self.values["user"] = username

    @property
    def known(self) -> Known:
        """What is known so far."""
        name = self.values.get("hostname")
        if name is None:
            host = self._host
        else:
            host = name if self._final else expand_tokens(name, {"h": self._host})
        return replace(
            self._start,
            host=host,
            port=int(self.values.get("port", DEFAULT_PORT)),
            user=self.values.get("user", self._start.user),
            final=self._final,
        )

    def read_again(self, host: str) -> None:
        """Have the files that are read from now on know the name that was found for the host."""
        self.values["hostname"] = self._host = host
        self._final = True

    def read(self, file: Path, base: Path, *, applies: bool = True, depth: int = 0) -> None:
        """Read a file, and what it includes from below ``base``; one that is missing is empty.

        Raises ConfigFault, or OSError for a file that cannot be read.
        """
        if depth > _DEEPEST_INCLUDE:
            raise ConfigFault(f"{file} is included in a circle")
        active = applies
        for number, line in enumerate(_lines(file), 1):
            try:
                keyword, rest = split_line(line)
                included = self._included(rest, base) if keyword == "include" else []
                if keyword in ("host", "match"):
                    active = self._block_applies(keyword, rest, applies=applies)
                elif keyword in _OPTIONS:
                    _OPTIONS[keyword](self, keyword, rest, active)
            except ConfigFault as fault:
                raise ConfigFault(f"{file}, line {number}: {fault}") from fault
            for name in included:
                # A Host line of the included file ends with that file.
                self.read(name, base, applies=active, depth=depth + 1)

    def _block_applies(self, keyword: str, rest: str, *, applies: bool) -> bool:
        if keyword == "host":
            return fits_words(self._host, _some_words(rest)) and applies
        holds, wants_final = match_holds(rest, self.known, applies=applies)
        self.wants_final = self.wants_final or wants_final
        return holds

    def _included(self, rest: str, base: Path) -> list[Path]:
        patterns = [base / expand_home(word, self._start.home) for word in _some_words(rest)]
        # A pattern may be absolute, which Path.glob does not take.
        return [Path(name) for one in patterns for name in sorted(glob.glob(str(one)))]  # noqa: PTH207

    def _take_word(self, keyword: str, rest: str, active: bool) -> None:
        self._first(keyword, _one_word(rest), active)

    def _take_port(self, keyword: str, rest: str, active: bool) -> None:
        self._first(keyword, _port_number(_one_word(rest)), active)

    def _take_flag(self, keyword: str, rest: str, active: bool) -> None:
        self._first(keyword, _flag(keyword, rest), active)

    def _take_canonicalize(self, keyword: str, rest: str, active: bool) -> None:
        always = _one_word(rest).lower() == "always"
        self._first(keyword, "always" if always else _flag(keyword, rest), active)

    def _take_number(self, keyword: str, rest: str, active: bool) -> None:
        word = _one_word(rest)
        if not (word.isascii() and word.isdigit()):
            raise ConfigFault(f"{keyword} is {word!r}, and must be a number")
        self._first(keyword, word, active)

    def _take_command(self, keyword: str, rest: str, active: bool) -> None:
        # The shell reads it, with its quotes and its comments; but they must be in order.
        split_words(rest)
        if self.values.get("proxyjump", "none") == "none":
            self._first(keyword, rest, active)

    def _take_jump(self, keyword: str, rest: str, active: bool) -> None:
        split_words(rest)
        words = rest.partition("#")[0].split()
        if not words:
            raise ConfigFault(f"{keyword} says nothing")
        word = "none" if words[0].lower() == "none" else words[0]
        self._first(keyword, word, active and "proxycommand" not in self.values)

    def _take_words(self, keyword: str, rest: str, active: bool) -> None:
        words = _some_words(rest)
        if len(words) > 1 and "none" in [word.lower() for word in words]:
            raise ConfigFault(f"{keyword} names none and others")
        if active and words:
            self.lists.setdefault(keyword, words)

    def _take_one_more(self, keyword: str, rest: str, active: bool) -> None:
        word = _one_word(rest)
        if active and word not in self.lists.setdefault(keyword, []):
            self.lists[keyword].append(word)

    def _first(self, keyword: str, value: str, active: bool) -> None:
        if active:
            self.values.setdefault(keyword, value)


_OPTIONS: dict[str, Callable[[ConfigReader, str, str, bool], None]] = {
    "hostname": ConfigReader._take_word,
    "user": ConfigReader._take_word,
    "hostkeyalias": ConfigReader._take_word,
    "canonicalizehostname": ConfigReader._take_canonicalize,
    "canonicalizemaxdots": ConfigReader._take_number,
    "canonicalizefallbacklocal": ConfigReader._take_flag,
    "port": ConfigReader._take_port,
    "identitiesonly": ConfigReader._take_flag,
    "proxycommand": ConfigReader._take_command,
    "proxyjump": ConfigReader._take_jump,
    "canonicaldomains": ConfigReader._take_words,
    "userknownhostsfile": ConfigReader._take_words,
    "globalknownhostsfile": ConfigReader._take_words,
    "identityfile": ConfigReader._take_one_more,
}


def _lines(file: Path) -> list[str]:
    try:
        return file.read_bytes().decode("utf-8", "surrogateescape").split("\n")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        # A pattern of an Include may fit a directory, which is nothing to ssh.
        return []


def _some_words(rest: str) -> list[str]:
    words = split_words(rest)
    if not all(words):
        raise ConfigFault("a word is empty")
    return words


def _one_word(rest: str) -> str:
    words = _some_words(rest)
    if len(words) != 1:
        raise ConfigFault(f"{rest!r} is not one word")
    return words[0]


def _flag(keyword: str, rest: str) -> str:
    word = _one_word(rest)
    flag = _FLAGS.get(word.lower())
    if flag is None:
        raise ConfigFault(f"{keyword} is {word!r}, and must be yes or no")
    return flag


def _port_number(word: str) -> str:
    """Return a port in digits; it may be the name of a service."""
    try:
        return str(socket.getservbyname(word, "tcp"))
    except (OSError, UnicodeError):
        pass
    if word.isascii() and word.isdigit() and 1 <= int(word) <= 65535:
        return str(int(word))
    raise ConfigFault(f"{word!r} is no port: a number from 1 to 65535, or a service")
