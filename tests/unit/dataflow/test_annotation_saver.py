"""Saving an annotation changes that annotation and not one other byte of a history."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import stat
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from vistrails_tej.dataflow.errors import NotAVistrail, SaveFailed
from vistrails_tej.dataflow.storage import (
    atomic_file,
    open_vistrail,
    read_annotation,
    read_vistrail,
    save_annotation,
)
from vistrails_tej.dataflow.storage.bundle import read_bundle

from ...ordinary_user import ordinary_folder, ordinary_user
from .histories import DATA, VISTRAILS, chain, document, write_archive

KEY = "__jobs__"
VALUE = json.dumps({"jobs": {"a": '<&>"\n\t'}}, indent=1) + "\r'"
ANNOTATION = re.compile(rb'\s*<annotation [^>]*key="__jobs__"(?:[^>"]|"[^"]*")*>')


def members(path: Path) -> dict[str, tuple[object, ...]]:
    """Everything an archive says of its other members, their packed bytes included."""
    if not zipfile.is_zipfile(path):
        return {}
    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        found: dict[str, tuple[object, ...]] = {"": (archive.comment,)}
        for one in archive.infolist():
            if one.filename in ("vistrail", "./vistrail"):
                found[one.filename] = ()
                continue
            start = one.header_offset
            packed = content[start : start + 30 + len(one.filename) + one.compress_size]
            facts = (one.date_time, one.external_attr, one.create_system, one.compress_type)
            found[one.filename] = (packed, one.extra, one.comment, *facts)
        return found


def without(xml: bytes) -> bytes:
    return ANNOTATION.sub(b"", xml)


@pytest.mark.parametrize("source", VISTRAILS, ids=lambda path: path.name)
def test_set_remove_set_touches_nothing_else(source: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(source, tmp_path))
    original, others = read_bundle(path).xml, members(path)
    for value in (VALUE, None, "x", VALUE, "", None, VALUE):
        save_annotation(path, KEY, value)
        assert read_annotation(path, KEY) == value
        assert read_vistrail(path).annotations.get(KEY) == value
        assert without(read_bundle(path).xml) == without(original)
        assert members(path) == others
    save_annotation(path, KEY, None)
    assert read_bundle(path).xml == without(original)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_an_existing_annotation_keeps_its_place_and_id(tmp_path: Path) -> None:
    path = Path(shutil.copy(DATA / "vt" / "B_done.vt", tmp_path))
    save_annotation(path, KEY, "x")
    assert b'<annotation id="5" key="__jobs__" value="x" />' in read_bundle(path).xml


def test_a_new_annotation_has_an_id_of_its_own_and_a_place(tmp_path: Path) -> None:
    path = Path(shutil.copy(DATA / "vt" / "70_group.vt", tmp_path))
    save_annotation(path, KEY, "x")
    text = read_bundle(path).xml.decode()
    assert '</action>\n  <annotation id="2" key="__jobs__" value="x" />\n  <actionAnn' in text


def test_line_breaks_are_written_as_vistrails_reads_them(tmp_path: Path) -> None:
    path = Path(shutil.copy(DATA / "vt" / "h20_bare.xml", tmp_path))
    save_annotation(path, KEY, 'a\nb\tc\rd"<&>')
    assert b'value="a&#10;b&#9;c&#13;d&quot;&lt;&amp;&gt;"' in path.read_bytes()


@pytest.mark.parametrize("value", ["caf\u00e9", "\0", "\x1b[0m", "\udc80", "\ufffe"])
def test_what_vistrails_could_not_load_is_refused(tmp_path: Path, value: str) -> None:
    path = Path(shutil.copy(DATA / "vt" / "01_base.vt", tmp_path))
    before = path.read_bytes()
    with pytest.raises(SaveFailed, match="not ASCII"):
        save_annotation(path, KEY, value)
    assert path.read_bytes() == before


ROOT = '<vistrail version="1.0.4">'
SHAPES = {
    "empty": '<vistrail version="1.0.4" />',
    "empty, with a blank end tag": f"{ROOT}</vistrail >",
    "declared": f'<?xml version="1.0" encoding="ascii"?>\r\n{ROOT}\r\n</vistrail>',
    "marked": "\ufeff" + document(chain(2)),
    "apostrophes": f"{ROOT}<annotation value='>/&quot;' key='__jobs__'/></vistrail>",
    "spread": f"{ROOT}<annotation\n key = '__jobs__'\n></annotation\n></vistrail>",
    "twice": f'{ROOT}<annotation key="__jobs__" value="1"/> '
    '<annotation key="other" value="2"/><annotation key="__jobs__" value="3"/></vistrail>',
    "deceiving": '<vistrail version="1.0.4" note=\'&lt;annotation key="__jobs__" value=""/>\'>'
    '<!-- <annotation key="__jobs__" value="1"/> --><![CDATA[ ]]>'
    '<action id="1" prevId="0"><annotation id="7" key="__jobs__" value="inner"/></action>'
    '<annotation id="x" key="a" value=" key=&quot;__jobs__&quot; value=&quot;2&quot;"/>'
    "</vistrail>",
    "text": f'{ROOT}a<annotation id="1" key="b" value="c">x</annotation>d</vistrail>',
    "not ascii": f'{ROOT}<annotation id="1" key="é" value="日本"/></vistrail>',
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_xml_is_edited(shape: str, tmp_path: Path) -> None:
    path = tmp_path / "shape.xml"
    path.write_bytes(SHAPES[shape].encode())
    others = {k: v for k, v in read_vistrail(path).annotations.items() if k != KEY}
    for value in (VALUE, "x", None, VALUE):
        save_annotation(path, KEY, value)
        after = read_vistrail(path)
        assert after.annotations.get(KEY) == value
        assert {k: v for k, v in after.annotations.items() if k != KEY} == others
    assert b"inner" in path.read_bytes() or shape != "deceiving"


@settings(
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@seed(20251122)
@given(values=st.lists(st.none() | st.text(st.characters(codec="ascii"), max_size=40), max_size=5))
def test_any_values_in_a_row_are_saved_or_refused(tmp_path: Path, values: list[str | None]) -> None:
    path = Path(shutil.copy(DATA / "vt" / "h23_dirs_and_empty.vt", tmp_path))
    original, others = read_bundle(path).xml, members(path)
    expected: str | None = None
    for value in values:
        try:
            save_annotation(path, KEY, value)
        except SaveFailed:
            assert value is not None
            assert re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", value)
        else:
            expected = value
        assert read_annotation(path, KEY) == expected
    assert without(read_bundle(path).xml) == original
    assert members(path) == others


def odd_archive(path: Path) -> Path:
    """An archive with all that ours never have: extras, comments, stored and streamed members."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.comment = b"kept"
        stored = zipfile.ZipInfo("thumbs/a b.png", (1999, 5, 6, 7, 8, 10))
        stored.external_attr = 0o100640 << 16
        stored.extra = b"\xfe\xca\x04\x00abcd"
        stored.comment = b"a picture"
        archive.writestr(stored, b"\x89PNG" * 99)
        archive.writestr("vistrail", document(chain(2)), zipfile.ZIP_LZMA)
        with archive.open("log", "w", force_zip64=True) as log:
            log.write(b"<workflowExec/>" * 1000)
    return path


def test_other_members_are_carried_over_as_they_lie(tmp_path: Path) -> None:
    path = odd_archive(tmp_path / "odd.vt")
    others = members(path)
    for value in ("x" * 100_000, None, "y"):
        save_annotation(path, KEY, value)
        assert members(path) == others
        assert read_annotation(path, KEY) == value


def test_names_of_members_need_not_be_ascii(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "a.vt", {"é.png": b"1", "vistrail": document(chain(1))})
    content = bytearray(path.read_bytes().replace("é".encode(), b"\x82\x83"))
    # Without the flag that says UTF-8, the name is of an old code page.
    content[7] = content[content.index(b"PK\1\2") + 9] = 0
    path.write_bytes(content)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    save_annotation(path, KEY, "x")
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == names == ["éâ.png", "vistrail"]
        assert archive.read(names[0]) == b"1"


def test_bytes_before_the_archive_stay(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "a.vt", {"vistrail": document(chain(1))})
    path.write_bytes(b"PK is how it begins" + path.read_bytes())
    save_annotation(path, KEY, "x")
    assert path.read_bytes().startswith(b"PK is how it begins")
    assert read_annotation(path, KEY) == "x"


# --- the file on the disk


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    return Path(shutil.copy(DATA / "vt" / "h01_full.vt", folder))


def fails(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


STEPS = ["os.fsync", "os.fchmod", "pathlib.Path.replace", "tempfile.mkstemp"]


@pytest.mark.parametrize("step", STEPS)
def test_a_save_that_is_interrupted_leaves_the_old_file(
    file: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    before = file.read_bytes()
    monkeypatch.setattr(step, fails)
    with pytest.raises(SaveFailed, match="No space left on device; check the folder's"):
        save_annotation(file, KEY, "x")
    monkeypatch.undo()
    assert file.read_bytes() == before
    assert [one.name for one in file.parent.iterdir()] == [file.name]


def test_a_file_that_is_marked_read_only_is_left_alone(file: Path) -> None:
    content = file.read_bytes()
    with ordinary_folder() as folder, ordinary_user():
        mine = folder / "mine.vt"
        mine.write_bytes(content)
        mine.chmod(0o400)
        with pytest.raises(SaveFailed, match="read-only"):
            save_annotation(mine, KEY, "x")


def test_a_folder_that_cannot_be_written_is_named(file: Path) -> None:
    content = file.read_bytes()
    with ordinary_folder() as folder, ordinary_user():
        mine = folder / "mine.vt"
        mine.write_bytes(content)
        folder.chmod(0o500)
        with pytest.raises(SaveFailed, match="Permission denied"):
            save_annotation(mine, KEY, "x")
        assert read_annotation(mine, KEY) is None


def test_an_archive_is_never_half_written(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads during a save sees the old file or the new one."""
    seen = []
    rename = Path.replace

    def look_and_rename(self: Path, target: Path) -> Path:
        seen.append((read_annotation(target, KEY), read_annotation(self, KEY)))
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", look_and_rename)
    save_annotation(file, KEY, "x")
    assert seen == [(None, "x")]


def test_mode_and_symlinks_are_kept(file: Path) -> None:
    file.chmod(0o640)
    link = file.parent / "link.vt"
    link.symlink_to(file.name)
    save_annotation(link, KEY, "x")
    assert link.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert read_annotation(file, KEY) == "x"


def test_the_owner_is_kept(file: Path) -> None:
    """Only root may give files away; for anybody else the owner is the one who saves."""
    owner = (12345, 12345) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    os.chown(file, *owner)
    save_annotation(file, KEY, "x")
    assert (file.stat().st_uid, file.stat().st_gid) == owner


def test_saving_what_is_there_writes_nothing(file: Path) -> None:
    save_annotation(file, KEY, "x")
    before = file.stat()
    save_annotation(file, KEY, "x")
    save_annotation(file, "other", None)
    assert file.stat() == before


def change_during(file: Path, monkeypatch: pytest.MonkeyPatch, times: int) -> list[str]:
    """Let another program save the file while ours is about to."""
    changes: list[str] = []
    original: Callable[..., bool] = atomic_file._is_same

    def change_and_compare(path: Path, seen: os.stat_result) -> bool:
        if len(changes) < times:
            changes.append("x")
            other = path.with_name("other")
            shutil.copy(path, other)
            with monkeypatch.context() as context:
                context.setattr(atomic_file, "_is_same", original)
                save_annotation(other, "__theirs__", str(len(changes)))
            other.replace(path)
        return original(path, seen)

    monkeypatch.setattr(atomic_file, "_is_same", change_and_compare)
    return changes


def test_a_change_by_another_program_is_not_lost(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_during(file, monkeypatch, 3)
    save_annotation(file, KEY, "ours")
    assert read_annotation(file, KEY) == "ours"
    assert read_annotation(file, "__theirs__") == "3"


def test_a_file_that_never_rests_is_given_up(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change_during(file, monkeypatch, 10_000)
    with pytest.raises(SaveFailed, match="another program keeps changing it"):
        save_annotation(file, KEY, "ours")


def test_threads_that_save_at_once_leave_a_whole_file(file: Path) -> None:
    def save(number: int) -> None:
        for _ in range(10):
            try:
                save_annotation(file, KEY, str(number) * 50)
            except SaveFailed:
                continue

    threads = [threading.Thread(target=save, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    value = read_annotation(file, KEY)
    assert value in {str(number) * 50 for number in range(4)}
    assert [one.name for one in file.parent.iterdir()] == [file.name]


# --- links


def test_the_file_of_a_link_gets_the_annotation(file: Path) -> None:
    link = file.parent / "link.vtl"
    link.write_text(f'<vtlink filename="{file.name}" version="3"/>')
    before = link.read_bytes()
    save_annotation(link, KEY, "x")
    assert read_annotation(link, KEY) == read_annotation(file, KEY) == "x"
    assert link.read_bytes() == before


def test_a_packed_vistrail_is_unpacked_beside_its_link_when_saved(file: Path) -> None:
    link = file.parent / "link.vtl"
    content = base64.b64encode(file.read_bytes()).decode()
    link.write_text(f'<vtlink filename="/etc/packed.vt" vtcontent="{content}"/>')
    assert read_annotation(link, KEY) is None
    assert len(list(file.parent.iterdir())) == 2
    save_annotation(open_vistrail(link).path, KEY, "x")
    unpacked = file.parent / "packed.vt"
    assert read_annotation(unpacked, KEY) == read_annotation(link, KEY) == "x"
    assert without(read_bundle(unpacked).xml) == read_bundle(file).xml
    save_annotation(open_vistrail(link).path, KEY, "y")
    assert open_vistrail(link).path == unpacked
    assert open_vistrail(link).vistrail.annotations[KEY] == "y"


def test_what_is_no_vistrail_is_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "workflow.xml"
    path.write_text("<workflow/>")
    with pytest.raises(NotAVistrail, match="'workflow'"):
        save_annotation(path, KEY, "x")
    assert path.read_text() == "<workflow/>"
