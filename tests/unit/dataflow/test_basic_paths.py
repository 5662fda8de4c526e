"""Files and directories: checked, read, written, kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipelines import PipelineBuilder, PipelineRunner
from vistrails_tej.dataflow.path_object import PathObject


def test_a_file_that_exists_is_given(
    builder: PipelineBuilder, runner: PipelineRunner, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.touch()
    module = builder.add("File", value=str(path))
    named = builder.add("File", name=str(path))
    result = runner.run(builder)
    assert result.outputs(module)["value"] == PathObject(str(path))
    assert result.outputs(module)["local_filename"] == str(path)
    assert result.outputs(named)["value"] == PathObject(str(path))


@pytest.mark.parametrize(("name", "kind"), [("File", "file"), ("Directory", "directory")])
def test_a_path_where_nothing_is_is_refused(
    builder: PipelineBuilder, runner: PipelineRunner, tmp_path: Path, name: str, kind: str
) -> None:
    module = builder.add(name, value=str(tmp_path / "gone"))
    missing, empty = builder.add(name), builder.add(name, value="")
    errors = runner.run(builder).errors
    assert str(errors[module]) == f"{tmp_path}/gone is not a {kind}; correct the path"
    assert "missing value" in str(errors[missing])
    assert str(errors[empty]) == "the path is empty; set it"


def test_files_and_directories_are_made_when_asked_for(
    builder: PipelineBuilder, runner: PipelineRunner, tmp_path: Path
) -> None:
    directory, file = tmp_path / "a" / "b", tmp_path / "f"
    builder.add("Directory", value=str(directory), create_directory="True")
    builder.add("File", value=str(file), create_file="True")
    refused = builder.add("File", value=str(tmp_path / "no" / "f"), create_file="True")
    errors = runner.run(builder).errors
    assert directory.is_dir()
    assert file.is_file()
    assert "cannot be created: No such file or directory" in str(errors[refused])


def test_a_directory_lists_what_is_in_it(
    builder: PipelineBuilder, runner: PipelineRunner, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    (folder / "b").mkdir(parents=True)
    (folder / "a").touch()
    module = builder.add("Directory", value=str(folder))
    items = runner.run(builder).outputs(module)["itemList"]
    assert items == [PathObject(str(folder / "a")), PathObject(str(folder / "b"))]


def test_paths_and_output_paths_need_not_exist(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    for name in ("Path", "OutputPath"):
        module = builder.add(name, value="/nowhere/at/all")
        assert runner.run(builder).outputs(module)["value"] == PathObject("/nowhere/at/all")


def test_a_text_is_written_and_read_in_its_encoding(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    text = "café\r\nline\n"
    writer = builder.add("WriteFile", in_value=text, suffix=".txt", encoding="latin-1")
    reader = builder.add("ReadFile", encoding="latin-1")
    wrong = builder.add("ReadFile")
    for target in (reader, wrong):
        builder.connect(writer, "out_value", target, "in_value")
    result = runner.run(builder)
    path = Path(result.outputs(writer)["out_value"].name)
    assert path.suffix == ".txt"
    assert path.read_bytes() == text.encode("latin-1")
    assert result.outputs(reader) == {"out_value": text}
    assert "is not text in the encoding utf-8" in str(result.errors[wrong])


def test_a_text_that_does_not_fit_the_encoding_is_refused(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    module = builder.add("WriteFile", in_value="é", encoding="ascii")
    unknown = builder.add("WriteFile", in_value="e", encoding="martian")
    suffix = builder.add("WriteFile", in_value="e", suffix="/../x")
    errors = runner.run(builder).errors
    assert "cannot be written in the encoding ascii" in str(errors[module])
    assert "unknown encoding: martian" in str(errors[unknown])
    assert "cannot end a file name" in str(errors[suffix])


def sink(builder: PipelineBuilder, text: str, target: Path, **settings: str) -> int:
    module = builder.add("FileSink", outputPath=str(target), **settings)
    writer = builder.add("WriteFile", in_value=text)
    builder.connect(writer, "out_value", module, "file")
    return module


def test_a_sink_keeps_a_file_and_leaves_nothing_else(
    builder: PipelineBuilder, runner: PipelineRunner, tmp_path: Path
) -> None:
    target = tmp_path / "out" / "result.txt"
    target.parent.mkdir()
    target.write_text("old")
    sink(builder, "new", target)
    assert runner.run(builder).succeeded
    assert target.read_text() == "new"
    assert list(target.parent.iterdir()) == [target]


def test_a_sink_does_not_overwrite_when_told_so(
    builder: PipelineBuilder, runner: PipelineRunner, tmp_path: Path
) -> None:
    target = tmp_path / "result.txt"
    target.write_text("old")
    module = sink(builder, "new", target, overwrite="False")
    fails = {
        sink(builder, "new", tmp_path): "is a directory",
        sink(builder, "new", tmp_path / "no" / "x"): "was not written",
        module: "exists already",
    }
    errors = runner.run(builder).errors
    assert target.read_text() == "old"
    assert all(reason in str(errors[one]) for one, reason in fails.items())


def test_a_directory_sink_replaces_a_directory_whole(
    builder: PipelineBuilder, runner: PipelineRunner, tmp_path: Path
) -> None:
    source, target = tmp_path / "source", tmp_path / "out" / "target"
    (source / "sub").mkdir(parents=True)
    (source / "sub" / "new").write_text("new")
    target.mkdir(parents=True)
    (target / "old").touch()
    builder.add("DirectorySink", dir=str(source), outputPath=str(target))
    assert runner.run(builder).succeeded
    assert (target / "sub" / "new").read_text() == "new"
    assert not (target / "old").exists()
    assert list(target.parent.iterdir()) == [target]


def test_a_directory_sink_refuses_what_would_destroy_its_source(
    builder: PipelineBuilder, runner: PipelineRunner, tmp_path: Path
) -> None:
    source, file = tmp_path / "a" / "b", tmp_path / "file"
    source.mkdir(parents=True)
    file.touch()
    fails = {
        builder.add("DirectorySink", dir=str(source), outputPath=str(source)): "overlap",
        builder.add("DirectorySink", dir=str(source), outputPath=str(source.parent)): "overlap",
        builder.add("DirectorySink", dir=str(source), outputPath=str(source / "c")): "overlap",
        builder.add("DirectorySink", dir=str(source), outputPath=str(file)): "is a file",
        builder.add(
            "DirectorySink", dir=str(source), outputPath=str(tmp_path / "a"), overwrite="False"
        ): "exists already",
    }
    errors = runner.run(builder).errors
    assert source.is_dir()
    assert all(reason in str(errors[one]) for one, reason in fails.items())


def test_a_file_is_its_own_copy(
    builder: PipelineBuilder, runner: PipelineRunner, tmp_path: Path
) -> None:
    path = tmp_path / "a"
    path.write_text("kept")
    builder.add("FileSink", file=str(path), outputPath=str(path))
    assert runner.run(builder).succeeded
    assert path.read_text() == "kept"


def test_a_directory_that_cannot_be_copied_leaves_the_old_one(
    builder: PipelineBuilder, runner: PipelineRunner, tmp_path: Path
) -> None:
    target = tmp_path / "out" / "target"
    target.mkdir(parents=True)
    (target / "old").touch()
    module = builder.add("DirectorySink", dir=str(tmp_path / "gone"), outputPath=str(target))
    assert "was not written" in str(runner.run(builder).errors[module])
    assert list(target.iterdir()) == [target / "old"]
    assert list(target.parent.iterdir()) == [target]


def test_nothing_is_written_outside_without_trust(
    builder: PipelineBuilder, runner: PipelineRunner, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "file").write_text("new")
    there = tmp_path / "there"
    there.write_text("mine")
    wanted = {
        builder.add("FileSink", file=str(source / "file"), outputPath=str(there)): there,
        builder.add("DirectorySink", dir=str(source), outputPath=str(tmp_path / "a")): "a",
        builder.add("GenericOutput", value="x", configuration=f"{{'file': '{tmp_path}/b'}}"): "b",
        builder.add("File", value=str(tmp_path / "c"), create_file="True"): "c",
        builder.add("Directory", value=str(tmp_path / "d"), create_directory="True"): "d",
    }
    runner.trusted = False
    errors = runner.run(builder).errors
    for module, path in wanted.items():
        told = f"it wants to write to {tmp_path / path}, which the file says"
        assert str(errors[module]) == f"{told}; run again with --trust if you trust the file"
    assert there.read_text() == "mine"
    assert sorted(one.name for one in tmp_path.glob("?")) == []


def test_what_is_there_already_needs_no_trust(
    builder: PipelineBuilder, runner: PipelineRunner, tmp_path: Path
) -> None:
    (tmp_path / "c").touch()
    builder.add("File", value=str(tmp_path / "c"), create_file="True")
    builder.add("Directory", value=str(tmp_path), create_directory="True")
    runner.trusted = False
    assert runner.run(builder).succeeded


def test_a_series_is_asked_about_once(
    builder: PipelineBuilder, runner: PipelineRunner, tmp_path: Path
) -> None:
    settings = {"dir": str(tmp_path), "basename": "x", "series": True}
    module = builder.add("GenericOutput", value="text", configuration=str(settings))
    runner.trusted = False
    assert f"write to {tmp_path}/*," in str(runner.run(builder).errors[module])
