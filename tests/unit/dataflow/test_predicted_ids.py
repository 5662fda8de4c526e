"""Job ids of edited and saved workflows, worked out by hand from the published rules.

H is SHA-1 over its parts, S is H over sorted digests; P, F, Q, M, C and U are a parameter, a port
that is set, a port that was added, a module, a connection and a module with all that feeds it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from vistrails_tej.dataflow import (
    Vistrail,
    VistrailEditor,
    edit_vistrail,
    percent_encode,
    pipeline_signatures,
    prepare_pipeline,
    read_vistrail,
)
from vistrails_tej.modules.workflow import load_registry

BASIC, TEJ = "org.vistrails.vistrails.basic", "org.vistrails.extra.tej"
NOTHING = hashlib.sha1(b"").digest()


def H(*parts: str | bytes) -> bytes:  # noqa: N802 - the name of the rules
    return hashlib.sha1(
        b"".join(one.encode() if isinstance(one, str) else one for one in parts)
    ).digest()


def S(*digests: bytes) -> bytes:  # noqa: N802 - the name of the rules
    return H(*sorted(digests))


def F(port: str, type_name: str, value: str) -> bytes:  # noqa: N802 - the name of the rules
    return H(port, "void", S(H(type_name, BASIC, value, "<no description>")))


def new_editor() -> VistrailEditor:
    return edit_vistrail(Vistrail({}), load_registry())


def reopened_ids(editor: VistrailEditor, path: Path) -> dict[str, str]:
    """The ids in the file, by the names of the modules."""
    editor.tag("the one")
    editor.save(path)
    vistrail, registry = read_vistrail(path), load_registry()
    pipeline = prepare_pipeline(vistrail, vistrail.resolve_version("the one"), registry)
    found = pipeline_signatures(pipeline, registry)
    return {pipeline.modules[number].name: one.signature for number, one in found.items()}


def test_a_shell_job_on_a_queue_whose_port_is_the_default(tmp_path: Path) -> None:
    editor = new_editor()
    queue = editor.add("Queue", label="does not count").set("hostname", "127.0.0.1")
    queue.set("port", 22).set("queue", "~/.tej")
    job = editor.add("SubmitShellJob").set("source", percent_encode("sleep 1\ncp a~ b"))
    job.set("print_error", False)
    editor.connect(queue["queue"], job["queue"])

    u_queue = H(H("Queue", TEJ, "0.2", S(F("hostname", "String", "127.0.0.1")), NOTHING, NOTHING))
    source = F("source", "String", "sleep%201%0Acp%20a%7E%20b")
    m_job = H("SubmitShellJob", TEJ, "0.2", S(source), NOTHING, NOTHING)
    u_job = H(m_job, u_queue + H("queue", "queue"))
    # The published example has the same queue.
    assert u_queue.hex() == "3b874fec9c63d30371abb798a2b718b389175ad3"
    ids = reopened_ids(editor, tmp_path / "shell.vt")
    assert ids == {"Queue": u_queue.hex(), "SubmitShellJob": u_job.hex()}


def test_a_default_that_was_something_else_before(tmp_path: Path) -> None:
    """A port that was set stays set when it gets its default: another id than one never set."""
    editor = new_editor()
    queue = editor.add("Queue").set("hostname", "h").set("port", 2222).set("port", 22)
    job = editor.add("Job").set("id", "a\tb\r\nc")
    editor.connect(queue["queue"], job["queue"])

    functions = S(F("hostname", "String", "h"), F("port", "Integer", "22"))
    u_queue = H(H("Queue", TEJ, "0.2", functions, NOTHING, NOTHING))
    # Tab and CR survive saving: the id is that of the text as it was typed.
    m_job = H("Job", TEJ, "0.2", S(F("id", "String", "a\tb\r\nc")), NOTHING, NOTHING)
    u_job = H(m_job, u_queue + H("queue", "queue"))
    ids = reopened_ids(editor, tmp_path / "default.vt")
    assert ids == {"Queue": u_queue.hex(), "Job": u_job.hex()}


def test_a_job_with_files_and_a_switch_edited_back_and_forth(tmp_path: Path) -> None:
    editor = new_editor()
    text = editor.add("String").set("value", "wrong")
    writer = editor.add("WriteFile")
    editor.connect(text["value"], writer["in_value"])
    job = editor.add("SubmitJob").add_port("b").add_port("a")
    editor.connect(writer["out_value"], job["a"])
    second = editor.connect(writer["out_value"], job["b"])
    editor.disconnect(second)
    editor.undo()
    editor.order_ports(job, ["a", "b"])
    editor.switch(job, "loop_type", "cross")
    text.set("value", "right")

    u_text = H(H("String", BASIC, "2.1.1", S(F("value", "String", "right")), NOTHING, NOTHING))
    m_writer = H("WriteFile", BASIC, "2.1.1", NOTHING, NOTHING, NOTHING)
    u_writer = H(m_writer, u_text + H("value", "in_value"))
    ports = [H("input", name, f"({BASIC}:File)", "0") for name in ("a", "b")]
    m_job = H("SubmitJob", TEJ, "0.2", NOTHING, S(H("loop_type", "cross")), S(*ports))
    feeds = sorted(u_writer + H("out_value", name) for name in ("a", "b"))
    ids = reopened_ids(editor, tmp_path / "files.vt")
    assert ids["String"] == u_text.hex()
    assert ids["SubmitJob"] == H(m_job, *feeds).hex()
