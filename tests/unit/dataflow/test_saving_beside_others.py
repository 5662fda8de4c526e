"""Saving where other programs save too: what they wrote is never lost unasked."""

from __future__ import annotations

import base64
import shutil
from pathlib import Path
from zipfile import ZipFile, is_zipfile

import pytest

from vistrails_tej.dataflow import Vistrail, VistrailEditor, read_vistrail
from vistrails_tej.dataflow.errors import SaveFailed
from vistrails_tej.dataflow.storage import (
    read_annotation,
    save_annotation,
    save_vistrail,
    vistrail_saver,
)
from vistrails_tej.modules.workflow import load_registry

from .histories import DATA, chain, document, write_archive

JOBS = "__jobs__"
RECORDED = '{"jobs": {}, "workflows": {}}'
OTHERS = {"log": b"<workflowExec/>", "thumbs/a.png": b"png", "abstraction_x(1).xml": b"<a/>"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return Path(shutil.copy(DATA / "vt" / "h01_full.vt", tmp_path))


def edited(path: Path) -> VistrailEditor:
    editor = VistrailEditor(read_vistrail(path), load_registry(), user="me")
    editor.add("String")
    return editor


def test_a_save_of_others_in_the_last_moment_is_not_overwritten(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, theirs = edited(file), edited(file)
    theirs.add("Integer")
    store = vistrail_saver.store_vistrail
    others = iter([True])

    def save_theirs_and_store(vistrail: Vistrail) -> object:
        if next(others, False):
            other = file.with_name("other.vt")
            theirs.save(other)
            other.replace(file)
        return store(vistrail)

    monkeypatch.setattr(vistrail_saver, "store_vistrail", save_theirs_and_store)
    with pytest.raises(SaveFailed, match="another program changed it"):
        mine.save(file)
    assert read_vistrail(file).versions == theirs.vistrail.versions


def test_jobs_stay_when_a_vistrail_is_saved_elsewhere_and_back(file: Path) -> None:
    editor = edited(file)
    editor.save(file.with_name("c2.vt"))
    save_annotation(file, JOBS, RECORDED)
    editor.save(file)
    assert read_annotation(file, JOBS) == RECORDED
    assert len(read_vistrail(file).versions) == editor.version


def test_another_vistrail_in_the_way_is_overwritten_only_when_asked(file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(SaveFailed, match="another vistrail is there; save under another name"):
        save_vistrail(Vistrail({}), file)
    assert file.read_bytes() == before
    save_vistrail(Vistrail({}), file, overwrite=True)
    assert not read_vistrail(file).versions


def test_members_survive_a_save_as_bare_xml_and_back(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "b.vt", {"vistrail": document(chain(2)), **OTHERS})
    editor = edited(path)
    for name in ("b.xml", "b.xml", "b.vt", "U.XML", "new.vt"):
        editor.save(tmp_path / name)
    assert not is_zipfile(tmp_path / "U.XML")
    for name in ("b.vt", "new.vt"):
        with ZipFile(tmp_path / name) as archive:
            assert {one: archive.read(one) for one in OTHERS} == OTHERS


def test_an_archive_with_the_name_of_bare_xml_stays_one(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "z.xml", {"vistrail": document(chain(2)), **OTHERS})
    edited(path).save(path)
    with ZipFile(path) as archive:
        assert {one: archive.read(one) for one in OTHERS} == OTHERS


def test_jobs_recorded_in_an_empty_root_are_no_change_of_others(tmp_path: Path) -> None:
    path = tmp_path / "root.xml"
    path.write_text('<vistrail id="" name="" version="1.0.4" />')
    editor = edited(path)
    save_annotation(path, JOBS, RECORDED)
    editor.save(path)
    assert read_annotation(path, JOBS) == RECORDED


def test_the_first_run_of_a_packed_vistrail_is_logged(tmp_path: Path) -> None:
    source = write_archive(tmp_path / "a.zip", {"vistrail": document(chain(2))})
    content = base64.b64encode(source.read_bytes()).decode()
    link = tmp_path / "link.vtl"
    link.write_text(f'<vtlink filename="packed.vt" vtcontent="{content}"/>')
    save_annotation(link, JOBS, RECORDED, log=b"<workflowExec/>")
    with ZipFile(tmp_path / "packed.vt") as archive:
        assert archive.read("log") == b"<workflowExec/>"
