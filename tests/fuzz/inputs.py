"""Inputs that are nearly vistrails: broken bytes, odd XML trees, links, job records, logs."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement
from xml.sax.saxutils import quoteattr

from hypothesis import strategies as st

DATA = Path(__file__).resolve().parent.parent / "data" / "vt"
FILES = sorted(DATA.iterdir())

TAGS = [
    "action", "add", "change", "delete", "module", "group", "abstraction", "abstractionRef",
    "location", "function", "parameter", "connection", "port", "portSpec", "portSpecItem",
    "annotation", "controlParameter", "workflow", "tag", "actionAnnotation", "vistrailVariable",
    "parameterExploration", "other", "vistrail", "plugin_data",
]  # fmt: skip
KEYS = [
    "id", "prevId", "what", "objectId", "oldObjId", "newObjId", "parentObjId", "parentObjType",
    "name", "package", "namespace", "version", "internalVersion", "cache", "x", "y", "pos", "type",
    "val", "alias", "key", "value", "actionId", "moduleId", "moduleName", "signature", "sigstring",
    "spec", "sig", "depth", "sortKey", "optional", "minConns", "maxConns", "labels", "defaults",
    "module", "uuid", "date", "user", "session", "prune", "time", "abstractionId",
]  # fmt: skip
SCHEMAS = ["1.0.4", "1.0.4", "1.0.4", "1.0.3", "1.0.1", "0.9.5", "0.9.1", "0.5.0", "0.3.0", "", "9"]
WORDS = [
    "", "0", "1", "2", "3", "-1", "00", " 1 ", "1.5", "1e999", "nan", "-inf", "9" * 18, "9" * 30,
    "True", "x", "\u0663", "\u00e9", "\U0001f600", "a\nb\tc", "input", "output",
    "source", "destination",
    "String", "Integer", "File", "Group", "InputPort", "OutputPort", "InternalPipe", "Map", "self",
    "org.vistrails.vistrails.basic", "edu.utah.sci.vistrails.basic", "org.vistrails.extra.tej",
    "2.1.1", "<no description>", "(org.vistrails.vistrails.basic:String)", "basic:a:b",
    "a:b|c", "((",
    "[" * 200, "['a', None]", "{'x': ('u', ('p', 'm', None), 'v')}", "__tag__", "__upgrade__",
    "__prune__", "__jobs__", "__notes__", "__vistrail_vars__", "__vistrail_var__", "__desc__",
    "/etc/passwd", "../../x", "%00%ff", "value", "module", "function", "connection", "group",
]  # fmt: skip


def xml_of(path: Path) -> bytes:
    """The document of a real file."""
    content = path.read_bytes()
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        return archive.read("vistrail" if "vistrail" in names else "./vistrail")


def _zip(document: bytes, log: bytes | None, inner: bytes | None) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("vistrail", document)
        if log is not None:
            archive.writestr("log", log)
        if inner is not None:
            archive.writestr("abstraction_x(1).xml", inner)
    return target.getvalue()


def _to_bytes(root: Element) -> bytes:
    """XML of a tree; what XML cannot hold at all is left out."""
    for element in root.iter():
        element.attrib = {key: _allowed(value) for key, value in element.attrib.items()}
    return ElementTree.tostring(root, encoding="utf-8")


def _allowed(text: str) -> str:
    """What XML can hold."""
    return "".join(
        sign for sign in text if sign in "\n\t" or " " <= sign < "\ud800" or sign > "\uffff"
    )


def _format(facts: dict[str, str]) -> str:
    return " ".join(f"{key}={quoteattr(_allowed(value))}" for key, value in facts.items())


words = st.one_of(
    st.sampled_from(WORDS), st.sampled_from(TAGS), st.integers(0, 6).map(str), st.text(max_size=8)
)
attributes = st.dictionaries(st.sampled_from(KEYS), words, max_size=8)


@st.composite
def trees(draw: st.DrawFn) -> bytes:
    """A document of known tags and attributes, put together without any sense."""
    root = Element("vistrail", {"version": draw(st.sampled_from(SCHEMAS))})
    places = [root]
    for number in range(draw(st.integers(0, 30))):
        parent = places[draw(st.integers(0, len(places) - 1))]
        tag = draw(st.sampled_from(TAGS))
        facts = {"id": str(number), **draw(attributes)}
        if tag in ("add", "change", "delete") and draw(st.booleans()):
            facts["what"] = draw(st.sampled_from(TAGS))
        places.append(SubElement(parent, tag, facts))
    return _to_bytes(root)


@st.composite
def histories(draw: st.DrawFn) -> bytes:
    """Well-formed actions whose numbers and references are taken at random."""
    root = Element("vistrail", {"version": draw(st.sampled_from(SCHEMAS))})
    small = st.integers(0, 5).map(str)
    for number in range(1, draw(st.integers(1, 8))):
        parent = draw(st.one_of(st.just(str(number - 1)), small))
        action = SubElement(root, "action", {"id": str(number), "prevId": parent})
        for _ in range(draw(st.integers(0, 5))):
            what = draw(st.sampled_from(TAGS[4:17]))
            kind = draw(st.sampled_from(["add", "add", "add", "change", "delete"]))
            object_id = draw(small)
            facts = {"id": draw(small), "what": what, "objectId": object_id, "newObjId": object_id}
            facts |= {"oldObjId": draw(small), "parentObjId": draw(small)}
            operation = SubElement(action, kind, facts)
            if kind != "delete":
                content = SubElement(operation, what, {"id": object_id, **draw(_typical)})
                if what == "group":
                    content.append(ElementTree.fromstring(draw(trees())))
                    content[-1].tag = "workflow"
    return _to_bytes(root)


_typical = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["String", "value", "InputPort", "InternalPipe", "__desc__", ""]),
        "package": st.sampled_from(["org.vistrails.vistrails.basic", "none", ""]),
        "version": st.sampled_from(["2.1.1", "0", ""]),
        "type": st.sampled_from(["source", "destination", "input", "basic:String"]),
        "moduleId": st.integers(0, 5).map(str),
        "pos": words,
        "val": words,
    }
)


@st.composite
def bent(draw: st.DrawFn) -> bytes:
    """A real document with elements left out, doubled, moved, or with other attributes."""
    root = ElementTree.fromstring(xml_of(draw(st.sampled_from(FILES))))
    for _ in range(draw(st.integers(1, 6))):
        everything = list(root.iter())
        parent = everything[draw(st.integers(0, len(everything) - 1))]
        deed = draw(st.sampled_from(["drop", "double", "move", "set", "set", "rename"]))
        if deed == "set":
            parent.set(draw(st.sampled_from(list(parent.attrib) or KEYS)), draw(words))
        elif deed == "rename":
            parent.tag = draw(st.sampled_from(TAGS))
        elif len(parent):
            child = parent[draw(st.integers(0, len(parent) - 1))]
            if deed == "drop":
                parent.remove(child)
            elif deed == "double":
                parent.append(child)
            else:
                root.append(child)
    return _to_bytes(root)


@st.composite
def torn(draw: st.DrawFn, contents: st.SearchStrategy[bytes]) -> bytes:
    """Bytes with a few places overwritten, cut out, doubled, or without their end."""
    content = draw(contents)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, max(0, len(content) - 1)))
        end = min(len(content), start + draw(st.integers(0, 40)))
        middle = draw(
            st.one_of(st.just(b""), st.binary(max_size=6), st.just(content[start:end] * 2))
        )
        content = content[:start] + middle + content[end:]
    return content


_entries = st.builds(
    lambda facts, inner: (
        f"<workflowExec {_format(facts)}><moduleExec {_format(inner)}/></workflowExec>".encode()
    ),
    st.dictionaries(
        st.sampled_from(["completed", "parentVersion", "tsStart", "tsEnd", "user", "id"]), words
    ),
    st.dictionaries(st.sampled_from(["completed", "moduleId", "cached", "error"]), words),
)
logs = st.lists(_entries, max_size=3).map(b"\n".join)


def archives(members: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """A .vt of such a document, with a log and a subworkflow of the same kind."""
    return st.builds(_zip, members, st.one_of(st.none(), logs, members), st.none() | members)


_job_keys = st.sampled_from(
    ["jobs", "workflows", "id", "name", "start", "finished", "parameters", "version", "user",
     "exitcode", "job_id", "destination", "queue", "a" * 40]
)  # fmt: skip
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_job_keys, inner, max_size=4),
    max_leaves=12,
)
job_texts = st.one_of(
    st.fixed_dictionaries({"jobs": json_values, "workflows": json_values}).map(json.dumps),
    st.dictionaries(
        st.sampled_from(["jobs", "workflows"]), st.dictionaries(_job_keys, json_values)
    ).map(json.dumps),
    json_values.map(json.dumps),
    st.sampled_from(["[" * 100_000, '{"jobs":' * 5000, "{", "", "1e400", '{"jobs": {"a": {}}}']),
    st.text(max_size=30),
)


def with_jobs(text: str) -> bytes:
    """A small document with these job records."""
    shown = "".join(sign for sign in text if sign.isprintable() or sign == "\n")
    note = f'<annotation id="0" key="__jobs__" value={quoteattr(shown)}/>'
    return f'<vistrail version="1.0.4">{note}</vistrail>'.encode("utf-8", "replace")


def link(content: bytes, facts: dict[str, str]) -> bytes:
    """A .vtl, which may carry a vistrail."""
    root = Element("vtlink", facts)
    if content:
        root.set("vtcontent", base64.b64encode(content).decode())
    return _to_bytes(root)


documents = st.one_of(trees(), histories(), bent())
real = st.sampled_from(FILES).map(Path.read_bytes)
links = st.builds(
    link,
    st.just(b"") | real | torn(real),
    st.dictionaries(
        st.sampled_from(["filename", "version", "tag", "execute", "vtcontent", "url", "host"]),
        words,
        max_size=4,
    ),
)

KINDS: dict[str, st.SearchStrategy[bytes]] = {
    "bytes": st.binary(max_size=200)
    | torn(real)
    | torn(st.sampled_from(FILES).map(lambda one: xml_of(one))),
    "trees": trees(),
    "histories": histories(),
    "bent": bent(),
    "archives": archives(documents),
    "torn archives": torn(archives(documents)),
    "links": links,
    "jobs": job_texts.map(with_jobs),
}
