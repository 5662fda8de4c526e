"""Do with a file everything that a user could, and accept only refusals that say something."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from vistrails_tej.cli.history_text import history_lines
from vistrails_tej.cli.pipeline_picture import draw_pipeline
from vistrails_tej.dataflow import (
    DataflowError,
    Pipeline,
    PipelineHasCycle,
    PipelineModule,
    Registry,
    TextNotPortable,
    Vistrail,
    VistrailEditor,
    VistrailError,
    VistrailJobs,
    cut_out,
    default_registry,
    explain,
    find_differences,
    find_problems,
    open_vistrail,
    pipeline_signatures,
    prepare_pipeline,
    read_log,
    read_vistrail,
    save_annotation,
    save_vistrail,
)

REGISTRY = default_registry()
# How many versions of one file are looked at.
_VERSIONS = 4


@contextlib.contextmanager
def refusing(*kinds: type[Exception]) -> Iterator[None]:
    """Pass over an error of these kinds, if it is one sentence for a person."""
    try:
        yield
    except kinds as error:
        check_sentence(str(error))


def check_sentence(text: str) -> None:
    """Whether a refusal says something, and not too much."""
    assert text.strip()
    assert "Traceback" not in text
    assert len(text) < 5000, text[:200]
    assert "object at 0x" not in text, text


def exercise(content: bytes, suffix: str, folder: Path) -> None:
    """Read, replay, check, sign, show, explain, edit and save one input."""
    path = folder / f"input{suffix}"
    path.write_bytes(content)
    with refusing(VistrailError):
        read_log(path)
    with refusing(VistrailError):
        jobs = VistrailJobs(path)
        jobs.forget([one.id for one in jobs.monitor.jobs()][:1])
    with refusing(VistrailError):
        save_annotation(path, "note", "text")
    opened = None
    with refusing(VistrailError):
        opened = open_vistrail(path)
    if opened is not None:
        use(opened.vistrail, folder)


def use(vistrail: Vistrail, folder: Path) -> None:
    """What is possible with a vistrail that can be opened."""
    with refusing(VistrailError):
        list(history_lines(vistrail))
        vistrail.latest_version()
    for version in [0, *sorted(vistrail.versions)][-_VERSIONS:]:
        with refusing(VistrailError):
            vistrail.pipeline(version)
            look_at(prepare_pipeline(vistrail, version, REGISTRY), REGISTRY)
        edit(vistrail, version, folder)


def look_at(pipeline: Pipeline, registry: Registry) -> None:
    """Check, sign, draw and explain a pipeline."""
    problems = find_problems(pipeline, registry)
    assert all(str(problem).strip() for problem in problems)
    draw_pipeline(pipeline)
    with refusing(PipelineHasCycle):
        signatures = pipeline_signatures(pipeline, registry)
        explained = [
            explain(pipeline, (module_id,), registry, signatures)
            for module_id in list(pipeline.modules)[:4]
        ]
        for one in explained:
            for other in explained:
                is_same = one.module.signature == other.module.signature
                assert bool(find_differences(one, other)) is not is_same


def edit(vistrail: Vistrail, version: int, folder: Path) -> None:
    """Change a version in many ways, save it, and read it again."""
    editor = None
    with refusing(DataflowError):
        editor = VistrailEditor(vistrail, REGISTRY, version=version, user="fuzz")
    if editor is None:
        return
    with refusing(DataflowError):
        text = editor.add("String", label="added").set("value", "1 < 2")
        sink = editor.add("StandardOutput")
        editor.connect(text["value"], sink["value"])
    for module_id, module in list(editor.pipeline.modules.items())[:3]:
        meddle(editor, module_id, module)
    with refusing(DataflowError):
        editor.undo()
    with refusing(DataflowError):
        editor.redo()
        editor.tag("fuzzed")
    save(editor, folder)


def meddle(editor: VistrailEditor, module_id: int, module: PipelineModule) -> None:
    """Edits of one module."""
    handle = editor.module(module_id)
    with refusing(DataflowError):
        editor.set_label(handle, "other")
    with refusing(DataflowError):
        editor.move({handle: (1.0, 2.0)})
    for setting in module.settings[:2]:
        with refusing(DataflowError):
            editor.set(handle, setting.port, *["1" for _ in setting.parameters])
    with refusing(DataflowError):
        editor.paste(cut_out(editor.pipeline, {module_id}))
    with refusing(DataflowError):
        editor.delete(handle)


def save(editor: VistrailEditor, folder: Path) -> None:
    """What was edited is what is read again, if it could be saved."""
    path = folder / "saved.vt"
    path.unlink(missing_ok=True)
    is_saved = False
    with refusing(TextNotPortable, VistrailError):
        save_vistrail(editor.vistrail, path)
        is_saved = True
    if not is_saved:
        with refusing(VistrailError):
            save_vistrail(editor.vistrail, path, ascii_only=False)
            is_saved = True
    if is_saved:
        with refusing(VistrailError):
            expected = editor.vistrail.pipeline(editor.version)
            assert read_vistrail(path).pipeline(editor.version) == expected
