"""Which packages are loaded, which modules they have, and which ports may be joined."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from .descriptors import LoadedPackage, ModuleDescriptor
from .errors import ModuleNotFound, PackageInvalid, PackageNotFound
from .package_declarations import build_descriptors
from .ports import BASIC, PortSpec, PortType

__all__ = ["CONSTANT", "LIST", "MODULE", "VARIANT", "LoadedPackage", "ModuleDescriptor", "Registry"]

MODULE = PortType(BASIC, "Module")
VARIANT = PortType(BASIC, "Variant")
LIST = PortType(BASIC, "List")
CONSTANT = PortType(BASIC, "Constant")


class Registry:
    """The packages that are loaded now."""

    def __init__(self) -> None:
        self._packages: dict[str, LoadedPackage] = {}
        self._identifiers: dict[str, str] = {}
        self._descriptors: dict[tuple[str, str, str], ModuleDescriptor] = {}
        self._by_class: dict[type, ModuleDescriptor] = {}

    def add_package(
        self,
        *,
        identifier: str,
        name: str,
        version: str,
        modules: Iterable[Any],
        old_identifiers: Collection[str] = (),
        documentation: str = "",
    ) -> LoadedPackage:
        """Register a package whose ``modules`` are classes or (class, options) pairs.

        Options are those of ModuleSettings and win over ``_settings`` of the class. Raise
        PackageInvalid, with nothing registered, if a declaration cannot be understood.
        """
        if identifier in self._packages:
            raise PackageInvalid(identifier, "it is loaded already; unload it first")
        package = LoadedPackage(
            identifier=identifier,
            name=name,
            version=version,
            old_identifiers=tuple(old_identifiers),
            documentation=documentation,
            descriptors=build_descriptors(self, identifier, version, modules),
        )
        self._keep(package)
        return package

    def _keep(self, package: LoadedPackage) -> None:
        self._packages[package.identifier] = package
        for old in package.old_identifiers:
            self._identifiers.setdefault(old, package.identifier)
        for descriptor in package.descriptors:
            key = (package.identifier, descriptor.namespace, descriptor.name)
            self._descriptors[key] = descriptor
            self._by_class[descriptor.module_class] = descriptor

    def remove_package(self, identifier: str) -> None:
        """Forget a package and its modules. Raise PackageNotFound."""
        package = self.package(identifier)
        del self._packages[package.identifier]
        for old in package.old_identifiers:
            if self._identifiers.get(old) == package.identifier:
                del self._identifiers[old]
        for descriptor in package.descriptors:
            del self._descriptors[package.identifier, descriptor.namespace, descriptor.name]
            if self._by_class.get(descriptor.module_class) is descriptor:
                del self._by_class[descriptor.module_class]

    def packages(self) -> list[LoadedPackage]:
        """Every loaded package, in the order of loading."""
        return list(self._packages.values())

    def package(self, identifier: str) -> LoadedPackage:
        """The package of this identifier, an old one included. Raise PackageNotFound."""
        found = self._packages.get(identifier)
        if found is None:
            found = self._packages.get(self._identifiers.get(identifier, ""))
        if found is None:
            raise PackageNotFound(identifier)
        return found

    def find_package(self, identifier: str) -> LoadedPackage | None:
        """The package of this identifier, an old one included; None if it is not loaded."""
        try:
            return self.package(identifier)
        except PackageNotFound:
            return None

    def descriptor(self, package: str, name: str, namespace: str = "") -> ModuleDescriptor:
        """The module of this name. Raise PackageNotFound or ModuleNotFound."""
        identifier = self.package(package).identifier
        try:
            return self._descriptors[identifier, namespace, name]
        except KeyError:
            raise ModuleNotFound(identifier, name, namespace) from None

    def find_descriptor(self, port_type: PortType) -> ModuleDescriptor | None:
        """The module that a port type names; None if it is not loaded."""
        package = self.find_package(port_type.package)
        if package is None:
            return None
        key = (package.identifier, port_type.namespace or "", port_type.name)
        return self._descriptors.get(key)

    def descriptor_of(self, module_class: type) -> ModuleDescriptor:
        """The module that this class implements. Raise ModuleNotFound."""
        try:
            return self._by_class[module_class]
        except KeyError:
            raise ModuleNotFound(module_class.__module__, module_class.__name__) from None

    def find_class(self, module_class: type) -> ModuleDescriptor | None:
        """The module that this class implements; None if no loaded package lists it."""
        return self._by_class.get(module_class)

    def is_subtype(self, first: PortType, second: PortType) -> bool:
        """Whether a value of the first type is one of the second; unknown types only if equal."""
        left = self.find_descriptor(first)
        right = self.find_descriptor(second)
        if left is None or right is None:
            return str(first) == str(second)
        return left.is_a(right)

    def can_connect(self, source: PortSpec, destination: PortSpec) -> bool:
        """Whether an output may feed an input.

        A subtype may, and anything may meet Variant (the run checks it) or a Module input. A
        List, or a port of some depth, meets any type: its elements are seen at run time, one by
        one. Depths never forbid a connection: deeper values loop the module, others are wrapped.
        """
        if self._is_one(source, VARIANT) or self._is_one(destination, VARIANT, MODULE):
            return True
        if self._is_one(source, LIST) or (source.depth and self._is_one(destination, LIST)):
            return True
        if len(source.items) != len(destination.items):
            return False
        return all(
            self._fits(given.type, taken.type)
            for given, taken in zip(source.items, destination.items, strict=True)
        )

    def constant_class(self, port_type: PortType) -> type | None:
        """The class that turns a text into a value of this type; None if there is none."""
        descriptor = self.find_descriptor(port_type)
        constant = self.find_descriptor(CONSTANT)
        if descriptor is None or constant is None or not descriptor.is_a(constant):
            return None
        return descriptor.module_class

    def _fits(self, given: PortType, taken: PortType) -> bool:
        if any(self._is(one, VARIANT) for one in (given, taken)):
            return True
        return self.is_subtype(given, taken)

    def _is_one(self, spec: PortSpec, *types: PortType) -> bool:
        """Whether a port carries a single item of one of these types, or is List by depth."""
        return len(spec.items) == 1 and any(self._is(spec.items[0].type, one) for one in types)

    def _is(self, port_type: PortType, other: PortType) -> bool:
        if port_type.name != other.name or port_type.namespace:
            return False
        package = self.find_package(port_type.package)
        return (package.identifier if package else port_type.package) == other.package
