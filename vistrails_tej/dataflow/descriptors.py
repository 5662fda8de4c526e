"""What is known of a loaded package and of each kind of module in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .errors import PortNotFound
from .ports import PortSpec, PortType


@dataclass(frozen=True, slots=True, eq=False)
class ModuleDescriptor:
    """A kind of module: where it comes from, its class, its ports.

    ``package`` is the identifier, ``documentation`` the text of the class. The ports are those
    of the class and its bases, by name in the order of declaration.
    """

    package: str
    name: str
    namespace: str
    package_version: str
    module_class: type
    base: ModuleDescriptor | None = None
    abstract: bool = False
    hidden: bool = False
    input_ports: Mapping[str, PortSpec] = field(default_factory=dict, repr=False)
    output_ports: Mapping[str, PortSpec] = field(default_factory=dict, repr=False)
    documentation: str = field(default="", repr=False)

    @property
    def port_type(self) -> PortType:
        """The type of the values this module stands for."""
        return PortType(self.package, self.name, self.namespace or None)

    def input_port(self, name: str) -> PortSpec:
        """The input port of this name. Raise PortNotFound."""
        return self._port(self.input_ports, name)

    def output_port(self, name: str) -> PortSpec:
        """The output port of this name. Raise PortNotFound."""
        return self._port(self.output_ports, name)

    def _port(self, ports: Mapping[str, PortSpec], name: str) -> PortSpec:
        try:
            return ports[name]
        except KeyError:
            raise PortNotFound(self.name, name) from None

    def is_a(self, other: ModuleDescriptor) -> bool:
        """Whether it is that kind of module, or derived from it."""
        current: ModuleDescriptor | None = self
        while current is not None and current is not other:
            current = current.base
        return current is not None


@dataclass(frozen=True, slots=True, eq=False)
class LoadedPackage:
    """A package and its modules, in the order in which the package lists them."""

    identifier: str
    name: str
    version: str
    old_identifiers: tuple[str, ...] = ()
    documentation: str = field(default="", repr=False)
    descriptors: tuple[ModuleDescriptor, ...] = field(default=(), repr=False)
