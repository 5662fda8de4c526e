"""How well a module fits what is typed in the search box; no Qt here."""

from __future__ import annotations

import re

from ...dataflow import LoadedPackage, ModuleDescriptor

# Lower is better; a word that fits nowhere excludes the module.
_WHOLE, _START, _PART_START, _INSIDE, _PACKAGE, _DOCUMENTATION = range(6)
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def score(descriptor: ModuleDescriptor, package: LoadedPackage, text: str) -> int | None:
    """How good a match is, 0 the best; None when a word of the text is found nowhere."""
    total = 0
    for word in text.lower().split():
        found = _word_score(descriptor, package, word)
        if found is None:
            return None
        total += found
    return total


def _word_score(descriptor: ModuleDescriptor, package: LoadedPackage, word: str) -> int | None:
    name = descriptor.name.lower()
    parts = [part.lower() for part in _PARTS.findall(descriptor.name)]
    initials = "".join(part[0] for part in parts)
    tests = (
        (_WHOLE, name == word),
        (_START, name.startswith(word)),
        (_PART_START, any(part.startswith(word) for part in parts) or _is_short(word, initials)),
        (_INSIDE, word in name),
        (_PACKAGE, word in f"{package.name} {descriptor.namespace}".lower()),
        (_DOCUMENTATION, word in descriptor.documentation.lower()),
    )
    return next((rank for rank, fits in tests if fits), None)


def _is_short(word: str, initials: str) -> bool:
    """Whether somebody typed the first letters of the words, as ``ssj`` for SubmitShellJob."""
    return len(word) > 1 and initials.startswith(word)
