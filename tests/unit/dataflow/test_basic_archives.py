"""Zip archives, the hostile ones too."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from tests.pipelines import PipelineBuilder, PipelineRunner


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("data/one.txt", "one")
        file.writestr("empty/", "")
        script = zipfile.ZipInfo("run.sh")
        script.external_attr = 0o100755 << 16
        file.writestr(script, "#!/bin/sh\n")
    return path


def test_one_file_is_unpacked(
    builder: PipelineBuilder, runner: PipelineRunner, archive: Path
) -> None:
    module = builder.add(
        "Unzip", archive_file=str(archive), set_ports={"filename_in_archive": "data/one.txt"}
    )
    file = Path(runner.run(builder).outputs(module)["file"].name)
    assert file.read_text() == "one"
    assert file.suffix == ".txt"


def test_a_whole_archive_is_unpacked(
    builder: PipelineBuilder, runner: PipelineRunner, archive: Path
) -> None:
    module = builder.add("UnzipDirectory", archive_file=str(archive))
    folder = Path(runner.run(builder).outputs(module)["directory"].name)
    assert (folder / "data" / "one.txt").read_text() == "one"
    assert (folder / "empty").is_dir()
    assert (folder / "run.sh").stat().st_mode & stat.S_IXUSR


@pytest.mark.parametrize(
    ("name", "reason"), [("gone", "has no file 'gone'"), ("empty/", "is a directory")]
)
def test_a_file_that_is_not_there_is_named(
    builder: PipelineBuilder, runner: PipelineRunner, archive: Path, name: str, reason: str
) -> None:
    module = builder.add("Unzip", archive_file=str(archive), filename_in_archive=name)
    assert reason in str(runner.run(builder).errors[module])


@pytest.mark.parametrize("name", ["../up", "/etc/x", "a/../../b", "..\\up", "C:/x"])
def test_a_name_that_leads_out_is_refused(
    builder: PipelineBuilder, runner: PipelineRunner, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("fine", "")
        file.writestr(name, "evil")
    module = builder.add("UnzipDirectory", archive_file=str(path))
    assert "the archive is unsafe" in str(runner.run(builder).errors[module])
    assert not list(runner.pool.directory.iterdir())


def test_a_link_in_an_archive_is_refused(
    builder: PipelineBuilder, runner: PipelineRunner, tmp_path: Path
) -> None:
    path = tmp_path / "link.zip"
    with zipfile.ZipFile(path, "w") as file:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")
    module = builder.add("UnzipDirectory", archive_file=str(path))
    assert "no plain file" in str(runner.run(builder).errors[module])


def test_a_bomb_is_refused_before_it_fills_the_disk(
    builder: PipelineBuilder, runner: PipelineRunner, tmp_path: Path
) -> None:
    path = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("zeros", "w") as member,
    ):
        for _ in range(80):
            member.write(bytes(1024 * 1024))
    for name, settings in (("UnzipDirectory", {}), ("Unzip", {"filename_in_archive": "zeros"})):
        module = builder.add(name, archive_file=str(path), set_ports=settings)
        assert "suspicious" in str(runner.run(builder).errors[module])


def test_what_is_no_archive_is_refused(
    builder: PipelineBuilder, runner: PipelineRunner, tmp_path: Path, archive: Path
) -> None:
    text, cut = tmp_path / "text", tmp_path / "cut.zip"
    text.write_text("no zip")
    cut.write_bytes(archive.read_bytes()[:-30])
    for path in (text, cut, tmp_path / "gone"):
        module = builder.add("UnzipDirectory", archive_file=str(path))
        assert "cannot be unzipped" in str(runner.run(builder).errors[module])
