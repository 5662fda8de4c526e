"""Saving a vistrail: the whole of it, in a file that is always the old one or the new one."""

from __future__ import annotations

import base64
import os
import shutil
import stat
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from vistrails_tej.dataflow import Vistrail, VistrailEditor, open_vistrail, read_vistrail
from vistrails_tej.dataflow.errors import SaveFailed, TextNotPortable
from vistrails_tej.dataflow.storage import read_annotation, save_annotation, save_vistrail
from vistrails_tej.dataflow.storage.bundle import read_bundle
from vistrails_tej.modules.workflow import load_registry

from ...ordinary_user import ordinary_folder, ordinary_user
from .histories import DATA, chain, document, write_archive

JOBS = "__jobs__"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    return Path(shutil.copy(DATA / "vt" / "h01_full.vt", folder))


def edited(path: Path) -> VistrailEditor:
    """An editor of a file in which something was done already."""
    editor = VistrailEditor(read_vistrail(path), load_registry(), user="me")
    editor.add("String")
    return editor


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


# --- the file on the disk


def fails(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


STEPS = ["os.fsync", "os.fchmod", "pathlib.Path.replace", "tempfile.mkstemp"]


@pytest.mark.parametrize("step", STEPS)
def test_a_save_that_is_interrupted_leaves_the_old_file(
    file: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    editor, before = edited(file), file.read_bytes()
    monkeypatch.setattr(step, fails)
    with pytest.raises(SaveFailed, match="No space left on device; check the folder's"):
        editor.save(file)
    with pytest.raises(SaveFailed):
        editor.save(file.with_name("new.vt"))
    monkeypatch.undo()
    assert file.read_bytes() == before
    assert names(file.parent) == [file.name]
    editor.save(file)
    assert len(read_vistrail(file).versions) == len(editor.vistrail.versions)


def test_whoever_reads_during_a_save_sees_the_old_file_or_the_new_one(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = edited(file)
    seen = []
    rename = Path.replace

    def look_and_rename(self: Path, target: Path) -> Path:
        seen.append([read_vistrail(one).latest_version() for one in (target, self)])
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", look_and_rename)
    editor.save(file)
    assert seen == [[editor.version - 1, editor.version]]


def test_mode_owner_and_symlinks_are_kept(file: Path) -> None:
    file.chmod(0o640)
    owner = (12345, 12345) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    os.chown(file, *owner)
    link = file.parent / "link.vt"
    link.symlink_to(file.name)
    edited(link).save(link)
    assert link.is_symlink()
    found = file.stat()
    assert (stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid) == (0o640, *owner)


def test_a_new_file_has_the_mode_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    save_vistrail(Vistrail({}), tmp_path / "new.vt")
    modes = {one.stat().st_mode for one in tmp_path.iterdir()}
    assert len(modes) == 1


def test_what_cannot_be_written_is_told(file: Path) -> None:
    content = file.read_bytes()
    with ordinary_folder() as folder, ordinary_user():
        mine = folder / "mine.vt"
        mine.write_bytes(content)
        editor = edited(mine)
        mine.chmod(0o400)
        with pytest.raises(SaveFailed, match="read-only; make it writable"):
            editor.save(mine)
        folder.chmod(0o500)
        with pytest.raises(SaveFailed, match="Permission denied"):
            editor.save(folder / "other.vt")
    with pytest.raises(SaveFailed, match="no regular file"):
        edited(file).save(file.parent)
    with pytest.raises(SaveFailed, match="No such file"):
        edited(file).save(file.parent / "absent" / "x.vt")


# --- others who save


def test_jobs_that_a_run_recorded_meanwhile_are_taken_over(file: Path) -> None:
    editor = edited(file)
    save_annotation(file, JOBS, '{"jobs": {}, "workflows": {}}')
    editor.save(file)
    assert read_annotation(file, JOBS) == '{"jobs": {}, "workflows": {}}'
    save_annotation(file, JOBS, None)
    editor.add("Integer")
    editor.save(file)
    assert JOBS not in read_vistrail(file).annotations
    assert len(read_vistrail(file).versions) == editor.version


def test_jobs_are_taken_over_even_in_the_last_moment(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = edited(file)
    sync = os.fsync
    runs = iter([True])

    def run_and_sync(handle: int) -> None:
        if next(runs, False):
            save_annotation(file, JOBS, "[]")
        sync(handle)

    monkeypatch.setattr(os, "fsync", run_and_sync)
    editor.save(file)
    assert read_annotation(file, JOBS) == "[]"
    assert len(read_vistrail(file).versions) == editor.version


def test_edits_of_others_are_not_overwritten(file: Path) -> None:
    mine, theirs = edited(file), edited(file)
    theirs.save(file)
    mine.add("Integer")
    with pytest.raises(SaveFailed, match="changed it since it was opened; save under another"):
        mine.save(file)
    assert len(read_vistrail(file).versions) == theirs.version
    mine.save(file.with_name("mine.vt"))
    mine.add("Integer")
    mine.save(file.with_name("mine.vt"))


def test_a_file_that_was_deleted_is_written_again(file: Path) -> None:
    editor = edited(file)
    file.unlink()
    editor.save(file)
    assert read_vistrail(file).versions == editor.vistrail.versions


@pytest.mark.parametrize("content", [b"PK damaged", b"", b"<vistrail", b"<workflow/>"])
def test_what_cannot_be_read_is_kept_as_a_backup(file: Path, content: bytes) -> None:
    editor = edited(file)
    for backup in ("h01_full.vt.bak", "h01_full.vt.bak1"):
        file.write_bytes(content)
        editor.save(file)
        assert file.with_name(backup).read_bytes() == content
        assert read_vistrail(file).versions == editor.vistrail.versions


def test_no_backup_is_left_when_nothing_was_saved(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = edited(file)
    file.write_bytes(b"junk")
    monkeypatch.setattr("os.fsync", fails)
    with pytest.raises(SaveFailed):
        editor.save(file)
    assert names(file.parent) == [file.name]
    assert file.read_bytes() == b"junk"


# --- containers


def test_other_members_go_with_the_vistrail(tmp_path: Path) -> None:
    others = {
        "log": b"<workflowExec/>",
        "thumbs/a.png": b"\x89PNG",
        "abstraction_x(1).xml": b"<a/>",
    }
    source = write_archive(tmp_path / "a.vt", {"vistrail": document(chain(2)), **others})
    editor = edited(source)
    for target in (source, tmp_path / "b.vt", tmp_path / "b.vt"):
        editor.save(target)
        with ZipFile(target) as archive:
            assert archive.testzip() is None
            found = {name: archive.read(name) for name in archive.namelist()}
        assert found.pop("vistrail").startswith(b"<vistrail")
        assert found == others


def test_a_new_archive_holds_one_member_of_a_given_date(tmp_path: Path) -> None:
    old = write_archive(tmp_path / "new.vt", {"vistrail": document(), "log": "of another one"})
    save_vistrail(Vistrail({}), old, date=datetime(2026, 11, 22, 12, 0, 0), overwrite=True)
    with ZipFile(old) as archive:
        (member,) = archive.infolist()
    assert (member.filename, member.date_time) == ("vistrail", (2026, 11, 22, 12, 0, 0))


def test_bare_xml_is_written_where_the_name_says_so(file: Path) -> None:
    editor = edited(file)
    target = file.with_name("bare.xml")
    editor.save(target)
    assert target.read_bytes() == read_bundle(target).xml
    assert read_vistrail(target).versions == editor.vistrail.versions


def test_the_file_of_a_link_is_written(file: Path) -> None:
    link = file.with_name("link.vtl")
    link.write_text(f'<vtlink filename="{file.name}"/>')
    before = link.read_bytes()
    editor = edited(link)
    editor.save(link)
    assert link.read_bytes() == before
    assert read_vistrail(file).versions == editor.vistrail.versions
    for name, content in (("new.vtl", None), ("odd.vtl", "<vistrail/>")):
        if content:
            file.with_name(name).write_text(content)
        with pytest.raises(SaveFailed, match=r"save a \.vt file"):
            editor.save(file.with_name(name))


@pytest.mark.parametrize("name", ["link.vtl", "packed.vt", "elsewhere.vt"])
def test_a_packed_vistrail_is_unpacked_with_its_members(tmp_path: Path, name: str) -> None:
    source = write_archive(tmp_path / "a.zip", {"vistrail": document(chain(2)), "log": "kept"})
    content = base64.b64encode(source.read_bytes()).decode()
    link = tmp_path / "link.vtl"
    link.write_text(f'<vtlink filename="/etc/packed.vt" vtcontent="{content}"/>')
    editor = edited(link)
    editor.save(tmp_path / name)
    target = tmp_path / name.replace("link.vtl", "packed.vt")
    with ZipFile(target) as archive:
        assert archive.read("log") == b"kept"
    assert read_vistrail(target).versions == editor.vistrail.versions
    if name == "link.vtl":
        assert open_vistrail(link).path == target


# --- texts


def test_text_that_legacy_cannot_load_is_refused_or_written_for_newer_programs(file: Path) -> None:
    editor, before = edited(file), file.read_bytes()
    editor.add("String", label="café").set("value", "Ω😀\x7f")
    with pytest.raises(TextNotPortable, match="'é', which VisTrails 2"):
        editor.save(file)
    assert file.read_bytes() == before
    editor.save(file, ascii_only=False)
    assert read_bundle(file).xml.isascii()
    assert read_vistrail(file).pipeline(editor.version) == editor.pipeline


@pytest.mark.parametrize("character", ["\0", "\x1b", "\ud800", "\uffff"])
def test_what_no_xml_can_hold_is_refused_in_any_case(file: Path, character: str) -> None:
    editor, before = edited(file), file.read_bytes()
    editor.set_notes(f"a{character}b")
    with pytest.raises(TextNotPortable):
        editor.save(file, ascii_only=False)
    assert file.read_bytes() == before


def test_tabs_and_line_ends_come_back_as_they_were(file: Path) -> None:
    editor = edited(file)
    module = editor.add("String").set("value", " \ta\r\nb\rc\n ")
    editor.save(file)
    (setting,) = read_vistrail(file).pipeline(editor.version).modules[module.id].settings
    assert setting.parameters[0].value == " \ta\r\nb\rc\n "
    assert b"&#9;a&#13;&#10;b&#13;c&#10; " in read_bundle(file).xml


STRANGE = (
    '<vistrail xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:m="urn:mine" id="7"'
    ' name="n" version="1.0.4" m:mark="1" xsi:schemaLocation="http://x y.xsd" other="&lt;">'
    '<action id="1" prevId="0" odd="x" m:a="b"><add id="0" objectId="3" parentObjId=""'
    ' parentObjType="" what="module"><module id="3" name="String" package="p" tint="red"/></add>'
    "</action><!-- goes --><m:thing id='z' xml:lang='en'>some <b> text </b>&#10;with <i/> tails"
    "</m:thing><vistrailVariable uuid='u' name='v' value='w' mine='1'/>"
    '<actionAnnotation actionId="1" id="9" key="__tag__" value="t" mine="1"/></vistrail>'
)


def test_what_we_do_not_know_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "strange.xml"
    path.write_text(STRANGE)
    editor = edited(path)
    editor.set_variable("new", 5, "Integer")
    editor.save(path)
    text = path.read_text()
    for kept in (
        *('id="7" name="n"', "schemaLocation", 'other="&lt;"', 'odd="x"', 'tint="red"'),
        *('xml:lang="en"', ">some <b> text </b>&#10;with <i /> tails</", "urn:mine"),
        '<vistrailVariable uuid="u" name="v" value="w" mine="1" />',
        '<actionAnnotation actionId="1" id="9" key="__tag__" value="t" mine="1" />',
    ):
        assert kept in text
    assert "goes" not in text
    before = path.read_bytes()
    editor.save(path)
    assert path.read_bytes() == before
    assert len(read_vistrail(path).variables) == 2


def test_elements_may_be_as_deep_as_they_like(tmp_path: Path) -> None:
    path = tmp_path / "deep.xml"
    path.write_text(document(chain(1), "<a>" * 5000 + "</a>" * 5000))
    editor = edited(path)
    editor.save(path)
    assert read_vistrail(path).versions == editor.vistrail.versions


# --- older schemas


@pytest.mark.parametrize("schema", ["0.9.5", "1.0.1", "1.0.2"])
def test_an_old_file_is_saved_in_the_schema_of_today(tmp_path: Path, schema: str) -> None:
    path = tmp_path / "old.xml"
    spec = (
        '<add id="5" what="portSpec" objectId="0" parentObjId="1" parentObjType="module">'
        '<portSpec id="0" name="pair" type="input" optional="1" sortKey="0" odd="kept"'
        " sigstring=\"(basic:Integer,edu.example.p:Thing:deep)\" labels=\"['a', 'b']\""
        " defaults=\"['1', None]\"/></add>"
    )
    variables = "{'v': ('u-1', ('basic', 'String', ''), 'x')}"
    path.write_text(
        document(
            chain(1),
            f'<action id="2" prevId="1" prune="1"><annotation id="0" key="__notes__" value="n"/>'
            f"{spec}</action>",
            '<tag id="1" name="final"/>',
            f'<annotation id="1" key="__vistrail_vars__" value="{variables}"/>',
            schema=schema,
        )
    )
    old = read_vistrail(path)
    saved = save_vistrail(old, path)
    new = read_vistrail(path)
    assert (new.schema_version, saved.schema_version) == ("1.0.4", "1.0.4")
    assert (new.versions, new.variables) == (old.versions, old.variables)
    assert [new.pipeline(one) for one in (1, 2)] == [old.pipeline(one) for one in (1, 2)]
    assert new.tags == {"final": 1}
    text = path.read_text()
    assert "sigstring" not in text
    assert '<portSpecItem default="1"' in text
    assert 'odd="kept"' in text
    if schema != "1.0.2":
        assert new.versions[2].pruned
        assert new.versions[2].notes == "n"
        assert "prune=" not in text
