"""Versions shown one after the other are what each is by itself."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from vistrails_tej.dataflow import Vistrail, read_vistrail
from vistrails_tej.dataflow.actions import by_id
from vistrails_tej.dataflow.errors import VistrailError
from vistrails_tej.dataflow.replay import VersionReplay

from .histories import VISTRAILS, action, add, add_module, delete, module, vistrail_of

PARAMETER = '<parameter id="{0}" name="" pos="0" type="" val="{1}" alias=""/>'


def change(number: int, old: int, new: int, value: str) -> str:
    return (
        f'<change id="{number}" what="parameter" oldObjId="{old}" newObjId="{new}"'
        f' parentObjId="0" parentObjType="function">{PARAMETER.format(new, value)}</change>'
    )


def branches(folder: Path) -> Vistrail:
    """Two modules; then the first is set, its setting changed, and beside that the other goes."""
    function = '<function id="0" name="value" pos="0"/>'
    return vistrail_of(
        folder,
        action(1, 0, add_module(0, 0), add_module(1, 1)),
        action(2, 1, add(2, "function", function, 0, "0")),
        action(3, 2, add(3, "parameter", PARAMETER.format(0, "one"), 0, "0")),
        action(4, 3, change(4, 0, 1, "two")),
        action(5, 1, delete(5, "module", 1)),
    )


@pytest.mark.parametrize("path", VISTRAILS, ids=lambda path: path.name)
def test_versions_in_any_order_are_what_they_are_alone(path: Path) -> None:
    try:
        vistrail = read_vistrail(path)
    except VistrailError:
        return
    order = list(vistrail.versions)
    random.Random(path.name).shuffle(order)
    replay = VersionReplay()
    for version in order[:40]:
        try:
            expected = vistrail.pipeline(version)
        except VistrailError as error:
            with pytest.raises(type(error)):
                replay.show(vistrail, version)
            continue
        shown = replay.show(vistrail, version)
        assert shown.pipeline == expected
        assert list(shown.pipeline.modules) == list(expected.modules)
        assert sorted(shown.alive.values(), key=by_id) == vistrail.surviving(version)


def test_what_did_not_change_is_not_built_again(tmp_path: Path) -> None:
    vistrail = branches(tmp_path)
    replay = VersionReplay()
    before, after = (replay.show(vistrail, one).pipeline for one in (3, 4))
    assert after.modules[1] is before.modules[1]
    assert after.modules[0].settings[0].parameters[0].value == "two"


def test_a_branch_is_shown_after_another_one(tmp_path: Path) -> None:
    vistrail = branches(tmp_path)
    replay = VersionReplay()
    shown = {one: replay.show(vistrail, one).pipeline for one in (4, 5, 2, 0, 3)}
    assert shown == {one: vistrail.pipeline(one) for one in shown}
    assert list(shown[5].modules) == [0]


def test_objects_that_share_an_id_are_built_from_scratch(tmp_path: Path) -> None:
    twin = '<group id="0" name="Twin" package="p" version="1"/>'
    vistrail = vistrail_of(
        tmp_path,
        action(1, 0, add_module(0, 0)),
        action(2, 1, add(1, "group", twin, 0)),
        action(3, 2, add_module(2, 1)),
    )
    replay = VersionReplay()
    for version in (1, 2, 3, 1):
        assert replay.show(vistrail, version).pipeline == vistrail.pipeline(version)


def test_a_module_stored_under_an_id_that_is_not_its_own_does_not_hide_another(
    tmp_path: Path,
) -> None:
    vistrail = vistrail_of(
        tmp_path,
        action(1, 0, add(0, "module", module(2, "Integer"), 2)),
        action(2, 1, add(1, "module", module(2, "String"), 1)),
        action(3, 2, delete(2, "module", 1)),
    )
    replay = VersionReplay()
    for version in (2, 3, 1, 2):
        assert replay.show(vistrail, version).pipeline == vistrail.pipeline(version)
