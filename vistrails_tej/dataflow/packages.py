"""Load packages the way VisTrails does: a manifest, ``init`` with the modules, two hooks.

A package is a folder imported under any name. Its ``__init__`` says who it is (``identifier``,
``name``, ``version``, perhaps ``old_identifiers``, ``package_dependencies()`` and
``package_requirements()``); its ``init`` has ``_modules`` and perhaps ``initialize()`` and
``finalize()``.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from .descriptors import LoadedPackage
from .errors import PackageInvalid
from .registry import Registry

logger = logging.getLogger(__name__)

_OWN_PACKAGES = ("basic", "control_flow", "pythoncalc")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a package says of itself before its modules are imported."""

    import_path: str
    identifier: str
    name: str
    version: str
    old_identifiers: tuple[str, ...] = ()
    documentation: str = ""


def default_registry() -> Registry:
    """A registry that holds the packages of the host: basic, control_flow and pythoncalc."""
    registry = Registry()
    for name in _OWN_PACKAGES:
        load_package(registry, f"{__package__}.{name}")
    return registry


def read_manifest(import_path: str) -> Manifest:
    """Import a package's ``__init__``, which is light, and read it. Raise PackageInvalid."""
    with _foreign_code(import_path, "its manifest could not be imported"):
        module = importlib.import_module(import_path)
    return Manifest(
        import_path=import_path,
        identifier=_text(module, "identifier"),
        name=_text(module, "name"),
        version=_text(module, "version"),
        old_identifiers=tuple(getattr(module, "old_identifiers", ())),
        documentation=(module.__doc__ or "").strip(),
    )


def load_package(registry: Registry, import_path: str) -> LoadedPackage:
    """Load a package and initialize it; one that is loaded from there already is returned.

    Raise PackageInvalid with the reason; the registry is then as it was before.
    """
    manifest = read_manifest(import_path)
    loaded = registry.find_package(manifest.identifier)
    if loaded is not None and f"{import_path}.init" in sys.modules:
        return loaded
    try:
        _check_needs(registry, sys.modules[import_path], manifest)
        package = _load(registry, manifest)
    except PackageInvalid:
        _forget(import_path)
        raise
    logger.debug("Loaded package %s %s", manifest.identifier, manifest.version)
    return package


def unload_package(registry: Registry, import_path: str) -> None:
    """Finalize a package, forget its modules and its code, so that it can be loaded anew.

    Raise PackageNotFound if it is not loaded, PackageInvalid if its ``finalize()`` fails; it is
    unloaded nevertheless.
    """
    manifest = read_manifest(import_path)
    registry.remove_package(manifest.identifier)
    init = sys.modules.get(f"{import_path}.init")
    try:
        if init is not None:
            with _foreign_code(import_path, "its finalize() failed"):
                _call_hook(init, "finalize")
    finally:
        _forget(import_path)


def _load(registry: Registry, manifest: Manifest) -> LoadedPackage:
    import_path = manifest.import_path
    with _foreign_code(import_path, "its init could not be imported"):
        init = importlib.import_module(f"{import_path}.init")
    with _foreign_code(import_path, "its _modules could not be listed"):
        modules = _modules(init)
    package = registry.add_package(
        identifier=manifest.identifier,
        name=manifest.name,
        version=manifest.version,
        modules=modules,
        old_identifiers=manifest.old_identifiers,
        documentation=manifest.documentation,
    )
    try:
        with _foreign_code(import_path, "its initialize() failed"):
            _call_hook(init, "initialize")
    except PackageInvalid:
        registry.remove_package(manifest.identifier)
        raise
    return package


def _text(module: ModuleType, name: str) -> str:
    value = getattr(module, name, None)
    if not isinstance(value, str) or not value:
        raise PackageInvalid(module.__name__, f"its __init__ has no text named {name}")
    return value


def _check_needs(registry: Registry, module: ModuleType, manifest: Manifest) -> None:
    """Refuse a package whose needs are not met."""
    with _foreign_code(manifest.import_path, "its package_requirements() are not met"):
        _call_hook(module, "package_requirements")
    with _foreign_code(manifest.import_path, "its package_dependencies() failed"):
        needed = list(_call_hook(module, "package_dependencies") or ())
    for need in needed:
        # VisTrails also allows (identifier, version) pairs here.
        identifier = need if isinstance(need, str) else need[0]
        if registry.find_package(identifier) is None:
            raise PackageInvalid(
                manifest.import_path, f"it needs the package {identifier}, which is not loaded"
            )


def _modules(init: ModuleType) -> list[Any]:
    modules = getattr(init, "_modules", ())
    return list(modules() if callable(modules) else modules)


def _call_hook(module: ModuleType, name: str) -> Any:
    hook = getattr(module, name, None)
    return hook() if callable(hook) else None


def _forget(import_path: str) -> None:
    """Drop a package's code, so that the next import reads it anew."""
    inside = f"{import_path}."
    if __name__.startswith(inside):
        # This host is itself a part of the package, and still running.
        sys.modules.pop(f"{import_path}.init", None)
        return
    for name in [one for one in sys.modules if one == import_path or one.startswith(inside)]:
        del sys.modules[name]


@contextlib.contextmanager
def _foreign_code(import_path: str, what: str) -> Iterator[None]:
    """Whatever somebody else's code raises becomes PackageInvalid with the reason."""
    try:
        yield
    except PackageInvalid:
        raise
    except Exception as error:
        reason = str(error) or type(error).__name__
        raise PackageInvalid(import_path, f"{what} ({reason})") from error
