"""Inputs that fuzzing found, kept so that they stay harmless."""

from __future__ import annotations

from pathlib import Path

import pytest

from vistrails_tej.dataflow.errors import VistrailError
from vistrails_tej.dataflow.storage import read_log, read_vistrail, save_annotation, save_vistrail

from .histories import action, add, add_module, document, vistrail_of, write_archive


def test_an_archive_whose_first_member_lies_before_its_beginning(tmp_path: Path) -> None:
    """Bytes went missing at the front, so that zipfile counts back to a negative place."""
    path = write_archive(tmp_path / "torn.vt", {"thumbs/a.png": b"x" * 50, "vistrail": document()})
    content = path.read_bytes()
    path.write_bytes(content[:2] + content[22:])
    vistrail = read_vistrail(path)
    before = path.read_bytes()
    with pytest.raises(VistrailError):
        save_annotation(path, "note", "text")
    with pytest.raises(VistrailError, match="directory of the archive is damaged"):
        save_vistrail(vistrail, path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("place", ['x="nan" y="0"', 'x="0" y="inf"', 'x="1e999" y="0"'])
def test_a_module_that_is_nowhere_has_no_place(tmp_path: Path, place: str) -> None:
    location = add(1, "location", f'<location id="0" {place}/>', 0, "1")
    vistrail = vistrail_of(tmp_path, action(1, 0, add_module(0, 1), location))
    assert vistrail.pipeline(1).modules[1].location is None


def test_a_log_with_a_torn_header(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "log.vt", {"log": "<workflowExec/>", "vistrail": document()})
    content = path.read_bytes()
    path.write_bytes(content[:2] + content[3:])
    with pytest.raises(VistrailError):
        read_log(path)
