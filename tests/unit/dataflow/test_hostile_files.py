"""What is no vistrail, or is meant to do harm, ends in one sentence that says what to do."""

from __future__ import annotations

import contextlib
import os
import random
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from vistrails_tej.dataflow.errors import (
    DataflowError,
    NotAVistrail,
    VistrailCorrupt,
    VistrailError,
    VistrailNotFound,
)
from vistrails_tej.dataflow.pipeline_builder import DEEPEST_GROUP
from vistrails_tej.dataflow.storage import bundle, read_annotation, read_vistrail, save_annotation

from ...ordinary_user import ordinary_folder, ordinary_user
from .histories import DATA, action, add, chain, document, vistrail_of, write_archive

ENTITY_BOMB = (
    '<!DOCTYPE v [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {name} "{"&" + before + ";" * 1}{("&" + before + ";") * 9}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + ']><vistrail version="1.0.4"><annotation key="x" value="&i;"/></vistrail>'
)
EXTERNAL = '<!DOCTYPE v SYSTEM "file:///etc/passwd"><vistrail version="1.0.4"/>'


def refused(path: Path, reason: str) -> None:
    """Reading and saving are refused alike, and the file stays as it is."""
    for attempt in (read_vistrail, lambda one: save_annotation(one, "__jobs__", "x")):
        with pytest.raises(VistrailError, match=reason) as caught:
            attempt(path)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("xml", [ENTITY_BOMB, EXTERNAL, "<!DOCTYPE vistrail><vistrail/>"])
@pytest.mark.parametrize("prefix", ["", " \n", "<!-- a -->", '<?xml version="1.0"?>\n' * 1])
def test_a_doctype_is_refused(tmp_path: Path, xml: str, prefix: str) -> None:
    path = tmp_path / "bomb.xml"
    path.write_text(prefix + xml)
    refused(path, "damaged" if prefix == " \n" and xml.startswith("<?") else "DOCTYPE")
    refused(write_archive(tmp_path / "bomb.vt", {"vistrail": prefix + xml}), "DOCTYPE")


@pytest.mark.parametrize("encoding", ["utf-16", "cp037"])
def test_a_doctype_cannot_hide_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "bomb.xml"
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    path.write_bytes(head.encode() + ENTITY_BOMB.encode(encoding))
    refused(path, "damaged|DOCTYPE|not UTF-8")


def test_a_zip_bomb_is_refused_while_it_unpacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "LARGEST_MEMBER", 16 * 1024 * 1024)
    path = write_archive(tmp_path / "bomb.vt", {"vistrail": b"<vistrail>" + b" " * 2**28})
    assert path.stat().st_size < 2**19
    tracemalloc.start()
    refused(path, "more than 16 MiB")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 * 1024 * 1024


def test_a_size_that_lies_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "LARGEST_MEMBER", 1024 * 1024)
    path = write_archive(tmp_path / "lie.vt", {"vistrail": b"<v>" + b" " * 2**22})
    content = path.read_bytes()
    path.write_bytes(content.replace((2**22 + 3).to_bytes(4, "little"), (99).to_bytes(4, "little")))
    refused(path, "damaged|more than")


def test_members_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "MOST_MEMBERS", 100)
    members = {f"thumbs/{one}.png": b"" for one in range(101)} | {"vistrail": document(chain(1))}
    refused(write_archive(tmp_path / "many.vt", members), "102 members")


def test_a_log_is_never_looked_into(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    pickle = b"cposix\nsystem\n(S'touch " + str(canary).encode() + b"'\ntR."
    members = {"vistrail": document(chain(1)), "log": pickle}
    path = write_archive(tmp_path / "log.vt", members)
    assert read_vistrail(path).versions
    save_annotation(path, "__jobs__", "x")
    assert not canary.exists()


def test_a_truncated_archive_says_so(tmp_path: Path) -> None:
    whole = (DATA / "vt" / "01_base.vt").read_bytes()
    path = tmp_path / "short.vt"
    for length in (3, 10, 100, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        refused(path, "damaged or incomplete; copy the file again")


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({}, "no member named vistrail"),
        ({"vistrails": "x"}, "no member named vistrail"),
        ({"vistrail": ""}, "damaged"),
        ({"vistrail": "hello"}, "damaged"),
        ({"vistrail": "<vistrail>"}, "damaged"),
        ({"vistrail": "<log/>"}, "'log'"),
        ({"vistrail": "<vtlink filename='a.vt'/>"}, "'vtlink'"),
        ({"vistrail": b"\xff\xfe<\0v\0/\0>\0"}, "not UTF-8"),
    ],
)
def test_other_archives_are_refused(tmp_path: Path, members: dict[str, str], reason: str) -> None:
    refused(write_archive(tmp_path / "other.vt", members), reason)


def test_two_members_of_the_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "two.vt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("vistrail", document(chain(1)))
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("vistrail", document(chain(2)))
    refused(path, "2 members named vistrail")


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "locked.vt", {"vistrail": document(chain(1))})
    content = bytearray(path.read_bytes())
    for start in (b"PK\3\4", b"PK\1\2"):
        content[content.index(start) + (6 if start == b"PK\3\4" else 8)] |= 1
    path.write_bytes(content)
    refused(path, "encrypted")


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    refused(tmp_path, "is a directory")
    with pytest.raises(VistrailNotFound, match="there is no such file"):
        read_vistrail(tmp_path / "none.vt")
    with pytest.raises(VistrailNotFound):
        save_annotation(tmp_path / "none.vt" / "x", "__jobs__", "x")
    empty = tmp_path / "empty.vt"
    empty.touch()
    refused(empty, "empty")
    os.mkfifo(tmp_path / "pipe.vt")
    refused(tmp_path / "pipe.vt", "no regular file")
    with pytest.raises(NotAVistrail, match="cannot be read"):
        read_vistrail(Path("a\0b.vt"))


def test_an_unreadable_file_says_why() -> None:
    with ordinary_folder() as folder, ordinary_user():
        path = write_archive(folder / "secret.vt", {"vistrail": document(chain(1))})
        path.chmod(0)
        refused(path, "check its permissions")


def test_groups_nest_only_so_deep(tmp_path: Path) -> None:
    depth = DEEPEST_GROUP * 50
    group = '<group id="1"><workflow>' * depth + "</workflow></group>" * depth
    vistrail = vistrail_of(tmp_path, action(1, 0, add(0, "group", group, 1)))
    with pytest.raises(VistrailCorrupt, match="nested"):
        vistrail.pipeline(1)


def open_all(path: Path) -> None:
    """Whatever can be done with a file either works or raises an error of our tree."""
    with contextlib.suppress(DataflowError):
        vistrail = read_vistrail(path)
        for version in [*vistrail.versions][:5]:
            with contextlib.suppress(DataflowError):
                vistrail.pipeline(version)
        vistrail.pipeline(vistrail.upgraded(vistrail.latest_version()))
    with contextlib.suppress(DataflowError):
        save_annotation(path, "__jobs__", "<&>")
        assert read_annotation(path, "__jobs__") == "<&>"


FUZZ = settings(
    max_examples=150,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@FUZZ
@seed(20251122)
@given(data=st.binary(max_size=200) | st.binary(max_size=100).map(lambda one: b"PK\3\4" + one))
def test_any_bytes_open_or_are_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "any.vt"
    path.write_bytes(data)
    open_all(path)


ATTRIBUTES = ["id", "prevId", "what", "objectId", "oldObjId", "newObjId", "parentObjId", "key"]
ATTRIBUTES += ["value", "actionId", "pos", "moduleId", "type", "name", "depth", "sigstring", "x"]
TAGS = ["action", "add", "change", "delete", "module", "group", "workflow", "function", "tag"]
TAGS += ["parameter", "connection", "port", "portSpec", "portSpecItem", "annotation", "location"]
TAGS += ["actionAnnotation", "vistrailVariable"]
VALUES = st.sampled_from(
    ["", "0", "1", "2", "-1", "9" * 30, "x", "module", "port", "source", "nan"]
)
ELEMENTS = st.recursive(
    st.builds(lambda tag: f"<{tag}/>", st.sampled_from(TAGS)),
    lambda inner: st.builds(
        lambda tag, pairs, children: (
            f"<{tag} {' '.join(f'{k}={chr(34)}{v}{chr(34)}' for k, v in pairs.items())}>"
            f"{''.join(children)}</{tag}>"
        ),
        st.sampled_from(TAGS),
        st.dictionaries(st.sampled_from(ATTRIBUTES), VALUES, max_size=5),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@FUZZ
@seed(20251122)
@given(parts=st.lists(ELEMENTS, max_size=6), schema=st.sampled_from(["0.9.5", "1.0.2", "1.0.4"]))
def test_any_elements_open_or_are_refused(tmp_path: Path, parts: list[str], schema: str) -> None:
    path = tmp_path / "any.xml"
    path.write_text(document(*parts, schema=schema))
    open_all(path)


def test_damaged_real_files_open_or_are_refused(tmp_path: Path) -> None:
    chosen = random.Random(20251122)
    path = tmp_path / "damaged.vt"
    for name in ("01_base.vt", "71_group_inputs.vt", "h20_bare.xml"):
        whole = (DATA / "vt" / name).read_bytes()
        for _ in range(60):
            content = bytearray(whole)
            for _ in range(chosen.randint(1, 8)):
                content[chosen.randrange(len(content))] = chosen.randrange(256)
            path.write_bytes(content)
            open_all(path)
