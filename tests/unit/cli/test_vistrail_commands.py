"""show, history and run on files that are fine and on files that are not."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from vistrails_tej.cli.main import commands as all_commands

from ...vistrails import BASIC, EXAMPLES, STRING, Draft, Edits, percent_encode
from .calling import Calling

PRIMES = EXAMPLES / "tej-primes.vt"
MEBIBYTE = b"\0" * (1 << 20)


def write_vt(path: Path, xml: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("vistrail", xml)
    return path


def cyclic(path: Path) -> Path:
    draft = Draft("localhost")
    first, second = (draft.add(BASIC, "ConcatenateString", label) for label in ("one", "two"))
    draft.vistrail.connect_anyhow((first, "value", STRING), (second, "str1", STRING))
    draft.vistrail.connect_anyhow((second, "value", STRING), (first, "str1", STRING))
    return draft.save(path)


class TestShow:
    def test_modules_are_listed_in_running_order(self, call: Calling) -> None:
        output, _ = call("show", PRIMES)
        lines = [line for line in output.splitlines() if line.startswith("#")]
        assert lines[0].startswith("#0 Integer (Target number)")
        assert lines[-1].startswith("#8 StandardOutput")
        assert "    start.sh <- #3 WriteFile.out_value" in output

    def test_the_picture_shows_every_label(self, call: Calling, tmp_path: Path) -> None:
        picture = tmp_path / "primes.svg"
        call("show", PRIMES, "--svg", picture)
        texts = {
            one.text for one in ElementTree.parse(picture).iter("{http://www.w3.org/2000/svg}text")
        }
        assert {"Target number", "(Integer)", "SubmitJob", "Queue"} <= texts

    def test_json_has_parameters_and_connections(self, call: Calling) -> None:
        told = call.json("show", PRIMES, "--version", "primes")
        by_name = {one["label"]: one for one in told["modules"]}
        assert by_name["Target number"]["parameters"] == [
            {"port": "value", "values": ["600851475143"]}
        ]
        assert len(told["connections"]) == 8
        assert told["problems"] == []

    def test_an_unknown_module_is_named_and_the_version_stays_readable(
        self, call: Calling, data: Path
    ) -> None:
        output, told = call("show", data / "vt" / "h16_unknown_module.vt")
        assert output.startswith("version ")
        assert "cannot run" in told

    def test_a_cyclic_version_can_be_looked_at(self, call: Calling, tmp_path: Path) -> None:
        _, told = call("show", cyclic(tmp_path / "cyclic.vt"))
        assert "in a circle" in told


class TestHistory:
    def test_versions_and_tags_are_listed(self, call: Calling) -> None:
        output, _ = call("history", PRIMES)
        assert len(output.splitlines()) == 25
        assert "primes" in output.splitlines()[-1]
        assert "(latest)" in output.splitlines()[-1]

    def test_json_has_the_tree(self, call: Calling) -> None:
        versions = call.json("history", PRIMES)
        assert [one["parent"] for one in versions] == list(range(25))
        assert versions[-1]["tag"] == "primes"


class TestWhatCannotBeOpened:
    def test_a_missing_file(self, call: Calling, tmp_path: Path) -> None:
        assert "no such file" in call.sentence("show", tmp_path / "none.vt", code=3)

    @pytest.mark.parametrize("version", ["no such tag", "4711", "-1"])
    def test_an_unknown_version_or_tag(self, call: Calling, version: str) -> None:
        told = call.sentence("run", PRIMES, "--version", version, code=3)
        assert version in told
        assert "history" in told

    def test_a_truncated_archive(self, call: Calling, tmp_path: Path) -> None:
        file = tmp_path / "cut.vt"
        file.write_bytes(PRIMES.read_bytes()[:-200])
        assert "cut.vt" in call.sentence("show", file, code=1)

    def test_an_archive_bomb(self, call: Calling, tmp_path: Path) -> None:
        file = tmp_path / "bomb.vt"
        with (
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
            archive.open("vistrail", "w", force_zip64=True) as member,
        ):
            for _ in range(300):
                member.write(MEBIBYTE)
        assert file.stat().st_size < 1 << 20
        assert "bomb.vt" in call.sentence("show", file, code=1)

    def test_an_entity_bomb(self, call: Calling, tmp_path: Path) -> None:
        xml = (
            '<!DOCTYPE v [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
            '<vistrail id="" name="" version="1.0.4">&b;</vistrail>'
        )
        file = write_vt(tmp_path / "entities.vt", xml)
        assert "entities.vt" in call.sentence("show", file, code=1)

    def test_an_unknown_schema(self, call: Calling, tmp_path: Path) -> None:
        file = write_vt(tmp_path / "future.vt", '<vistrail id="" name="" version="99.99.99"/>')
        assert "99.99.99" in call.sentence("show", file, code=1)


class TestWhatCannotRun:
    """Nothing runs, the file stays as it is, and one sentence says why."""

    def refused(self, call: Calling, file: Path, *options: str, code: int = 1) -> str:
        before = file.read_bytes()
        told = call.sentence("run", file, *options, code=code)
        assert file.read_bytes() == before
        return told

    def test_a_cyclic_pipeline(self, call: Calling, tmp_path: Path) -> None:
        told = self.refused(call, cyclic(tmp_path / "cyclic.vt"))
        assert "one -> two -> one" in told or "two -> one -> two" in told

    @pytest.mark.parametrize(
        ("name", "word"),
        [("h16_unknown_module.vt", "module"), ("h21_unknown_package.vt", "package")],
    )
    def test_an_unknown_module_or_package(
        self, call: Calling, data: Path, tmp_path: Path, name: str, word: str
    ) -> None:
        file = Path(shutil.copy(data / "vt" / name, tmp_path))
        assert word in self.refused(call, file)
        assert call("history", file)[0]

    @pytest.mark.parametrize(
        ("assignment", "word", "code"),
        [
            ("Nobody.value=1", "Nobody", 2),
            ("Queue.colour=red", "colour", 2),
            ("WriteFile.suffix=.txt", "WriteFile", 2),
            ("Target number.value=many", "many", 2),
            ("nonsense", "nonsense", 2),
        ],
    )
    def test_a_setting_that_makes_no_sense(
        self, call: Calling, tmp_path: Path, assignment: str, word: str, code: int
    ) -> None:
        file = Path(shutil.copy(PRIMES, tmp_path))
        assert word in self.refused(call, file, "--set", assignment, code=code)


class TestTrust:
    """Python code in a file runs once its user said so."""

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        draft = Edits()
        module = draft.module(BASIC, "PythonSource", (0, 0))
        source = f"with open({str(tmp_path / 'canary')!r}, 'a') as file:\n    file.write('x')\n"
        draft.set(module, "source", percent_encode(source))
        draft.save(tmp_path / "code.vt")
        return tmp_path / "code.vt"

    def test_code_of_somebody_else_does_not_run(self, call: Calling, file: Path) -> None:
        _, told = call("run", file, code=1)
        assert "--trust" in told
        assert not (file.parent / "canary").exists()

    def test_code_that_was_trusted_once_runs_from_then_on(self, call: Calling, file: Path) -> None:
        call("run", file, "--trust")
        call("run", file)
        assert (file.parent / "canary").read_text() == "xx"

    def test_a_file_of_somebody_else_writes_nowhere_until_it_is_trusted(
        self, call: Calling, tmp_path: Path
    ) -> None:
        draft = Edits()
        module = draft.module(BASIC, "File", (0, 0))
        draft.set(module, "value", str(tmp_path / "canary"), "File")
        draft.set(module, "create_file", "True", "Boolean")
        draft.save(tmp_path / "writing.vt")
        _, told = call("run", tmp_path / "writing.vt", code=1)
        assert f"wants to write to {tmp_path / 'canary'}" in told
        assert not (tmp_path / "canary").exists()
        call("run", tmp_path / "writing.vt", "--trust")
        (tmp_path / "canary").unlink()
        call("run", tmp_path / "writing.vt")
        assert (tmp_path / "canary").exists()


class TestUsage:
    def test_every_command_shows_an_example(self, call: Calling) -> None:
        listed, _ = call("--help")
        commands = [
            line.split()[0]
            for line in listed.partition("Commands:")[2].splitlines()
            if line.strip()
        ]
        assert commands == sorted(all_commands.commands)
        for command in commands:
            assert f"Example: vistrails-tej {command}" in call(command, "--help")[0]

    def test_a_wrong_option_is_a_usage_error(self, call: Calling) -> None:
        assert "--colour" in call("show", PRIMES, "--colour", code=2)[1]

    def test_a_bad_destination_is_a_usage_error(self, call: Calling) -> None:
        assert "is not a destination" in call.sentence("list", "me@host:port", code=2)


def test_jobs_of_a_legacy_file_are_listed_with_their_state(call: Calling, data: Path) -> None:
    for name, state in (("B_suspended.vt", "unknown"), ("B_done.vt", "finished")):
        (job,) = json.loads(call("jobs", data / "vt" / name, "--json")[0])
        assert (job["name"], job["state"]) == ("SubmitJob", state)


def test_a_job_is_forgotten_on_request(call: Calling, data: Path, tmp_path: Path) -> None:
    file = Path(shutil.copy(data / "vt" / "B_done.vt", tmp_path))
    (job,) = call.json("jobs", file)
    call("jobs", file, "--forget", job["parameters"]["job_id"])
    assert call.json("jobs", file) == []
    call.sentence("jobs", file, "--forget", "unheard-of", code=3)
