"""A package whose ports and names are such as the packages of the project do not have."""

from __future__ import annotations

from vistrails_tej.dataflow import IPort, Module, ModuleSettings, OPort, Registry
from vistrails_tej.modules.workflow import load_registry

IDENTIFIER = "org.example.ports"
NAMESPACE = "tools|inner"
TEXT = "basic:String"


class Single(Module):
    """Takes one connection only."""

    _input_ports = (IPort("text", TEXT, max_conns=1),)
    _output_ports = (OPort("length", "basic:Integer"),)


class Deep(Module):
    """Turns a text into a file, and stands in a namespace."""

    _settings = ModuleSettings(namespace=NAMESPACE)
    _input_ports = (IPort("text", TEXT), IPort("hidden", "basic:Float", optional=True))
    _output_ports = (OPort("made", "basic:File"),)


class Needy(Module):
    """Cannot stand between others: it needs two things."""

    _input_ports = (IPort("text", TEXT, min_conns=1), IPort("more", TEXT, min_conns=1))
    _output_ports = (OPort("made", "basic:File"),)


def registry_with_ports() -> Registry:
    """The usual packages, and this one."""
    registry = load_registry()
    modules = [Single, Deep, Needy]
    registry.add_package(identifier=IDENTIFIER, name="Ports", version="1", modules=modules)
    return registry
