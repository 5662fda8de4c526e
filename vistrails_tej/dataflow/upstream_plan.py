"""Which modules let the run see to what is upstream of them."""

from __future__ import annotations


def can_be_planned(module_class: type) -> bool:
    """Whether a class leaves it to the run to see to what is upstream.

    A class that overrides ``update`` or ``update_upstream`` does not, unless it says itself, by
    ``upstream_needed``, what it would do.
    """
    for base in module_class.__mro__:
        if "upstream_needed" in vars(base):
            return True
        if "update" in vars(base) or "update_upstream" in vars(base):
            return False
    return True
