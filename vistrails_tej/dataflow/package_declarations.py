"""From the list of modules a package declares to their descriptors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from .descriptors import ModuleDescriptor
from .errors import PackageInvalid
from .port_declarations import declared_ports, named_type
from .ports import Direction, PortType


class KnownModules(Protocol):
    """The modules of the packages that are loaded already."""

    def find_class(self, module_class: type) -> ModuleDescriptor | None:
        """The module that this class implements, or None."""

    def find_descriptor(self, port_type: PortType) -> ModuleDescriptor | None:
        """The module that a port type names, or None."""


def build_descriptors(
    known: KnownModules, package: str, version: str, modules: Iterable[Any]
) -> tuple[ModuleDescriptor, ...]:
    """The descriptors of a package's modules, in their order. Raise PackageInvalid."""
    declared = _declared_modules(package, modules)
    builder = _DescriptorBuilder(known, package, version, declared)
    return tuple(builder.descriptor(one.module_class) for one in declared)


@dataclass(frozen=True, slots=True)
class _DeclaredModule:
    """What a package says of one of its modules."""

    module_class: type
    name: str
    namespace: str
    abstract: bool
    hidden: bool


def _declared_modules(identifier: str, modules: Iterable[Any]) -> list[_DeclaredModule]:
    declared: dict[tuple[str, str], _DeclaredModule] = {}
    for entry in modules:
        module_class, options = entry if isinstance(entry, list | tuple) else (entry, {})
        if not isinstance(module_class, type):
            raise PackageInvalid(identifier, f"{module_class!r} in _modules is not a class")
        one = _declared_module(module_class, options)
        if declared.setdefault((one.namespace, one.name), one) is not one:
            raise PackageInvalid(identifier, f"it has two modules named {one.name}")
    return list(declared.values())


def _declared_module(module_class: type, options: Mapping[str, Any]) -> _DeclaredModule:
    # Settings are not inherited: the subclass of an abstract module is not abstract.
    settings = vars(module_class).get("_settings")

    def setting(name: str, default: Any) -> Any:
        value = options.get(name, getattr(settings, name, None))
        return default if value is None else value

    return _DeclaredModule(
        module_class=module_class,
        name=str(setting("name", module_class.__name__)),
        namespace=str(setting("namespace", "")),
        abstract=bool(setting("abstract", False)),
        hidden=bool(setting("hide_descriptor", False)),
    )


class _DescriptorBuilder:
    """Makes the descriptors of one package, each base before what derives from it."""

    def __init__(
        self, known: KnownModules, package: str, version: str, modules: list[_DeclaredModule]
    ) -> None:
        self._known = known
        self._package = package
        self._version = version
        self._names = {one.name for one in modules if not one.namespace}
        self._modules = {one.module_class: one for one in modules}
        self._keys = {(one.namespace, one.name) for one in modules}
        self._built: dict[type, ModuleDescriptor] = {}

    def descriptor(self, module_class: type) -> ModuleDescriptor:
        """The descriptor of one of the package's classes."""
        if module_class not in self._built:
            self._built[module_class] = self._build(self._modules[module_class])
        return self._built[module_class]

    def _build(self, one: _DeclaredModule) -> ModuleDescriptor:
        try:
            inputs, outputs = (
                declared_ports(one.module_class, direction, self._resolve)
                for direction in (Direction.INPUT, Direction.OUTPUT)
            )
        except (TypeError, ValueError) as error:
            raise PackageInvalid(self._package, f"module {one.name}: {error}") from error
        return ModuleDescriptor(
            package=self._package,
            name=one.name,
            namespace=one.namespace,
            package_version=self._version,
            module_class=one.module_class,
            base=self._base(one.module_class),
            abstract=one.abstract,
            hidden=one.hidden,
            input_ports=MappingProxyType(inputs),
            output_ports=MappingProxyType(outputs),
            documentation=(one.module_class.__doc__ or "").strip(),
        )

    def _base(self, module_class: type) -> ModuleDescriptor | None:
        for ancestor in module_class.__mro__[1:]:
            if ancestor in self._modules:
                return self.descriptor(ancestor)
            found = self._known.find_class(ancestor)
            if found is not None:
                return found
        return None

    def _resolve(self, entry: object) -> PortType:
        """The type of a class or a text; it has to be in this package or a loaded one."""
        if isinstance(entry, type):
            return self._class_type(entry)
        if not isinstance(entry, str):
            raise ValueError(f"{entry!r} is not a port type")  # noqa: TRY004
        port_type = named_type(entry, self._package, self._names)
        if port_type.package == self._package:
            if (port_type.namespace or "", port_type.name) in self._keys:
                return port_type
        else:
            found = self._known.find_descriptor(port_type)
            if found is not None:
                return found.port_type
        raise ValueError(f"its type {port_type} is in no loaded package")

    def _class_type(self, entry: type) -> PortType:
        if entry in self._modules:
            one = self._modules[entry]
            return PortType(self._package, one.name, one.namespace or None)
        found = self._known.find_class(entry)
        if found is None:
            raise ValueError(f"its type {entry.__name__} is a module of no loaded package")
        return found.port_type
