"""Find and load the packages a user has: entry points and the folder of user packages."""

from __future__ import annotations

import importlib.machinery
import importlib.metadata
import importlib.util
import sys
from collections.abc import Collection
from pathlib import Path

from .errors import PackageInvalid
from .packages import Manifest, load_package, read_manifest
from .registry import Registry

ENTRY_POINT_GROUP = "vistrails.packages"
USER_PACKAGES = "userpackages"


def user_packages_folder() -> Path:
    """Where VisTrails keeps the packages of a user."""
    return Path.home() / ".vistrails" / USER_PACKAGES


def find_packages(user_folder: Path | None = None) -> list[str]:
    """The import paths of the packages of a user: entry points first, then the folder.

    Nothing is imported, but the folder becomes importable as ``userpackages``.
    """
    entry_points = importlib.metadata.entry_points(group=ENTRY_POINT_GROUP)
    found = [entry_point.module for entry_point in entry_points]
    folder = user_packages_folder() if user_folder is None else user_folder
    if folder.is_dir():
        names = sorted(one.parent.name for one in folder.glob("*/__init__.py"))
        if names:
            _make_importable(folder)
        found.extend(f"{USER_PACKAGES}.{name}" for name in names)
    return list(dict.fromkeys(found))


def load_installed_packages(
    registry: Registry, *, user_folder: Path | None = None, wanted: Collection[str] | None = None
) -> list[PackageInvalid]:
    """Load the packages of a user, each after those it needs; return what could not be loaded.

    ``wanted`` limits this to some identifiers, old ones included. Packages whose identifier is
    loaded already are left alone.
    """
    problems: list[PackageInvalid] = []
    waiting: list[Manifest] = []
    for import_path in find_packages(user_folder):
        try:
            manifest = read_manifest(import_path)
        except PackageInvalid as error:
            problems.append(error)
            continue
        if wanted is None or not {manifest.identifier, *manifest.old_identifiers}.isdisjoint(
            wanted
        ):
            waiting.append(manifest)
    return problems + _load_in_order(registry, waiting)


def _load_in_order(registry: Registry, waiting: list[Manifest]) -> list[PackageInvalid]:
    """Load as long as it gets on: a package may need another one that comes later."""
    problems: list[PackageInvalid] = []
    while waiting:
        problems = []
        refused: list[Manifest] = []
        for manifest in waiting:
            if registry.find_package(manifest.identifier) is not None:
                continue
            try:
                load_package(registry, manifest.import_path)
            except PackageInvalid as error:
                problems.append(error)
                refused.append(manifest)
        if len(refused) == len(waiting):
            break
        waiting = refused
    return problems


def _make_importable(folder: Path) -> None:
    """Let ``import userpackages.NAME`` find the folder, whatever its place on the disk."""
    package = sys.modules.get(USER_PACKAGES)
    if package is None:
        spec = importlib.machinery.ModuleSpec(USER_PACKAGES, None, is_package=True)
        package = importlib.util.module_from_spec(spec)
        sys.modules[USER_PACKAGES] = package
    path = list(package.__path__)
    if str(folder) not in path:
        package.__path__ = [str(folder), *path]
    importlib.invalidate_caches()
