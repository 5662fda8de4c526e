"""Read vistrails: from a file's XML to its history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree.ElementTree import Element

from ..actions import Action, read_ahead, read_id
from ..errors import NotAVistrail, SchemaUnsupported, VistrailCorrupt
from ..garbage import collection_paused
from ..vistrail import ROOT_VERSION, Origin, Vistrail, VistrailVariable
from .bundle import Bundle, read_bundle
from .early_schemas import EARLIEST_TAG
from .link import LINK_TAG, parse_link
from .schema import lift
from .subworkflow_members import parse_subworkflows
from .xml_document import parse_document

VISTRAIL_TAG = "vistrail"


@dataclass(frozen=True, slots=True)
class OpenedVistrail:
    """A vistrail, the file that keeps it, and the version a .vtl link asked for (tag or number).

    ``path`` is where annotations are to be saved: the .vt or .xml file, or the .vtl link while
    the vistrail is still packed inside it.
    """

    vistrail: Vistrail
    path: Path
    version: str | None = None


def read_vistrail(path: Path | str) -> Vistrail:
    """Read a .vt, .xml or .vtl file. Raise VistrailError, most often NotAVistrail."""
    return open_vistrail(path).vistrail


def open_vistrail(path: Path | str) -> OpenedVistrail:
    """Read a .vt, .xml or .vtl file, and say where it is kept. Raise VistrailError."""
    with collection_paused():
        return _open(Path(path))


def _open(path: Path) -> OpenedVistrail:
    bundle = read_bundle(path)
    root = parse_document(bundle.xml, path)
    if root.tag != LINK_TAG or bundle.member is not None:
        return OpenedVistrail(_read_whole(root, bundle), path)
    link = parse_link(root, path)
    packed = link.is_packed()
    linked = link.read()
    vistrail = _read_whole(parse_document(linked.xml, linked.path), linked)
    if packed and vistrail.origin is not None:
        vistrail = replace(vistrail, origin=replace(vistrail.origin, packed_in=path))
    return OpenedVistrail(vistrail, path if packed else link.target, link.version)


def _read_whole(root: Element, bundle: Bundle) -> Vistrail:
    """The vistrail of a document, with the subworkflows that lie beside it."""

    def parse(xml: bytes) -> Vistrail:
        return _read_document(parse_document(xml, bundle.path), bundle)

    subworkflows = parse_subworkflows(bundle.subworkflows, parse)
    origin = Origin(bundle.path.resolve(), bundle.xml)
    return replace(_read_document(root, bundle), subworkflows=subworkflows, origin=origin)


def _read_document(root: Element, bundle: Bundle) -> Vistrail:
    if root.tag == EARLIEST_TAG:
        raise SchemaUnsupported(bundle.path, root.get("version", ""))
    if root.tag != VISTRAIL_TAG:
        raise NotAVistrail(
            bundle.path, f"it holds a {root.tag[:40]!r}, not a vistrail; name the vistrail's file"
        )
    schema = root.get("version", "").strip()
    lift(root, bundle.path)
    actions: dict[int, Action] = {}
    for element in root.findall("action"):
        action = read_ahead(_action(element))
        if action.id <= ROOT_VERSION or actions.setdefault(action.id, action) is not action:
            raise VistrailCorrupt(f"it has more than one version {action.id}, or none that counts")
    notes: dict[int, dict[str, str]] = {}
    for element in root.findall("actionAnnotation"):
        of_action = notes.setdefault(read_id(element, "actionId", ROOT_VERSION), {})
        of_action[element.get("key", "")] = element.get("value", "")
    return Vistrail(
        actions=actions,
        action_annotations=notes,
        annotations={
            one.get("key", ""): one.get("value", "") for one in root.findall("annotation")
        },
        variables={one.uuid: one for one in _variables(root)},
        schema_version=schema,
        stored=root,
    )


def _action(element: Element) -> Action:
    notes = {
        child.get("key", ""): child.get("value", "")
        for child in element
        if child.tag == "annotation"
    }
    return Action(
        id=read_id(element),
        parent=read_id(element, "prevId", ROOT_VERSION),
        date=element.get("date", "").strip(),
        user=element.get("user", ""),
        session=_session(element.get("session", "").strip()),
        annotations=notes,
        stored=element,
    )


def _session(text: str) -> int | None:
    """One number for each editing session; no reason to refuse a file."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _variables(root: Element) -> Iterator[VistrailVariable]:
    for element in root.findall("vistrailVariable"):
        yield VistrailVariable(
            name=element.get("name", ""),
            uuid=element.get("uuid", ""),
            package=element.get("package", ""),
            module=element.get("module", ""),
            namespace=element.get("namespace", ""),
            value=element.get("value", ""),
        )
