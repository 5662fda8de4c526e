"""Every module of the package on a real server, where it works and where it fails."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ..vistrails import BASIC, EXAMPLES, FILE, JOB, QUEUE, TEJ, Draft
from .command_line import CommandLine

DIRECTORY = f"{BASIC}:Directory"
INTEGER = f"{BASIC}:Integer"


@pytest.fixture
def draft(server: Any, unique: str) -> Draft:
    """A vistrail with a queue of its own."""
    draft = Draft(str(server.destination))
    draft.vistrail.set(draft.queue, "queue", f"~/queues/{unique}")
    return draft


def run(cli: CommandLine, draft: Draft, code: int = 0) -> dict[str, Any]:
    report: dict[str, Any] = cli.json("run", draft.save(cli.folder / "test.vt"), code=code)
    return report


def error_of(report: dict[str, Any], name: str) -> str:
    (message,) = [
        one["message"]
        for one in report["modules"]
        if one["name"] == name and one["state"] == "error"
    ]
    return str(message)


def submit_job(draft: Draft, script: str) -> int:
    job = draft.add(TEJ, "SubmitJob")
    draft.vistrail.connect((draft.queue, "queue", QUEUE), (job, "queue", QUEUE))
    draft.named_file(job, "start.sh", script)
    return job


def download(draft: Draft, job: int, name: str, port: str, value: str) -> int:
    module = draft.add(TEJ, name)
    draft.vistrail.set(module, port, value)
    draft.vistrail.connect((job, "job", JOB), (module, "job", JOB))
    return module


class TestQueue:
    @pytest.mark.parametrize(
        "options",
        [
            ["--set", "Queue.hostname=alias:22"],
            ["--set", "Queue.hostname=alias:22", "--dry-run"],
            ["--vary", "Queue.hostname=ssh://alias:22"],
        ],
    )
    def test_port_22_of_a_host_wins_over_the_ssh_configuration_as_any_other_does(
        self, server: Any, cli: CommandLine, options: list[str]
    ) -> None:
        place = server.destination
        config = cli.home / ".ssh" / "config"
        config.write_text(f"Host alias\n HostName {place.host}\n Port {place.port}\n")
        draft = Draft("alias")
        draft.shell_job("echo there")
        file = draft.save(cli.folder / "test.vt")
        cli("run", file)
        # Nobody is there, or somebody who is not known.
        cli("run", file, *options, code=5)

    def test_username_and_port_may_be_ports_of_their_own(
        self, server: Any, cli: CommandLine, unique: str
    ) -> None:
        draft = Draft(server.destination.host)
        draft.vistrail.set(draft.queue, "username", getpass.getuser())
        draft.vistrail.set(draft.queue, "port", str(server.destination.port), "Integer")
        draft.vistrail.set(draft.queue, "queue", f"~/a queue's path {unique}")
        draft.printed(draft.shell_job("pwd"), "stdout")
        assert f"a queue's path {unique}/jobs/vistrails_module_" in run(cli, draft)["output"]

    def test_a_password_in_a_destination_reaches_no_file_and_no_text(
        self, server: Any, cli: CommandLine, unique: str
    ) -> None:
        place = server.destination
        user = getpass.getuser()
        draft = Draft(f"ssh://{user}:s3cret@{place.host}:{place.port}")
        draft.vistrail.set(draft.queue, "queue", f"~/queues/{unique}")
        draft.shell_job("true")
        report = run(cli, draft)
        (job,) = cli.json("jobs", cli.folder / "test.vt")
        assert job["parameters"]["destination"] == f"ssh://{user}@{place.host}:{place.port}"
        assert "s3cret" not in str(report)


class TestSubmitJob:
    def test_named_files_lie_on_top_of_the_job_directory(
        self, cli: CommandLine, draft: Draft, tmp_path: Path
    ) -> None:
        base = tmp_path / "base"
        base.mkdir()
        (base / "kept").write_text("kept\n")
        (base / "start.sh").write_text("exit 9\n")
        directory = draft.add(BASIC, "Directory")
        draft.vistrail.set(directory, "value", str(base), "Directory")
        job = submit_job(draft, "cat kept data/extra > both\n")
        draft.named_file(job, "data/extra", "extra\n", sort_key=1)
        draft.vistrail.connect((directory, "value", DIRECTORY), (job, "job", DIRECTORY))
        draft.printed(download(draft, job, "DownloadFile", "filename", "both"), "file")
        assert run(cli, draft)["output"] == "kept\nextra\n"

    def test_large_inputs_are_sent_from_where_they_lie(
        self, cli: CommandLine, draft: Draft, tmp_path: Path
    ) -> None:
        base = tmp_path / "base"
        base.mkdir()
        (base / "large").write_bytes(os.urandom(4 << 20))
        directory = draft.add(BASIC, "Directory")
        draft.vistrail.set(directory, "value", str(base), "Directory")
        job = submit_job(draft, "cat large | wc -c\n")
        draft.vistrail.connect((directory, "value", DIRECTORY), (job, "job", DIRECTORY))
        draft.printed(download(draft, job, "DownloadFile", "filename", "_stdout"), "file")
        command = cli.command(("run", draft.save(cli.folder / "test.vt")))
        # Nothing larger than a megabyte can be written here.
        done = subprocess.run(
            ["sh", "-c", 'ulimit -f 2048 && exec "$@"', "sh", *command],
            env=cli.environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.stdout.split() == [str(4 << 20)], done.stderr
        assert [one.name for one in base.iterdir()] == ["large"]

    def test_a_finished_job_is_found_although_its_input_was_moved_away(
        self, cli: CommandLine, draft: Draft, tmp_path: Path
    ) -> None:
        source = tmp_path / "input.txt"
        source.write_text("content\n")
        file = draft.add(BASIC, "File")
        draft.vistrail.set(file, "value", str(source), "File")
        job = submit_job(draft, "cat data\n")
        draft.vistrail.port(job, "data", "File", 1)
        draft.vistrail.connect((file, "value", FILE), (job, "data", FILE))
        draft.printed(download(draft, job, "DownloadFile", "filename", "_stdout"), "file")
        path = draft.save(cli.folder / "test.vt")
        assert cli("run", path).stdout == "content\n"
        moved = source.rename(tmp_path / "other name")
        assert cli("run", path).stdout == "content\n"
        assert cli("run", path, "--set", f"File.value={moved}").stdout == "content\n"
        assert len(cli.json("jobs", path)) == 1

    def test_an_exit_code_is_an_output_not_an_error(self, cli: CommandLine, draft: Draft) -> None:
        draft.printed(submit_job(draft, "exit 3\n"), "exitcode", INTEGER)
        assert run(cli, draft)["output"] == "3\n"

    def test_print_error_makes_a_failed_job_an_error_that_shows_its_stderr(
        self, cli: CommandLine, draft: Draft
    ) -> None:
        job = submit_job(draft, "echo no such molecule >&2\nexit 3\n")
        draft.vistrail.set(job, "print_error", "True", "Boolean")
        message = error_of(run(cli, draft, code=1), "SubmitJob")
        assert "exit code 3" in message
        assert "no such molecule" in message

    def test_print_error_does_not_mind_a_job_that_succeeds(
        self, cli: CommandLine, draft: Draft
    ) -> None:
        job = submit_job(draft, "echo a warning >&2\n")
        draft.vistrail.set(job, "print_error", "True", "Boolean")
        draft.printed(job, "exitcode", INTEGER)
        assert run(cli, draft)["output"] == "0\n"

    def test_another_script_can_be_named(self, cli: CommandLine, draft: Draft) -> None:
        job = submit_job(draft, "exit 9\n")
        draft.named_file(job, "my script.py", "#!/usr/bin/env python3\nprint(6 * 7)\n", 1)
        draft.vistrail.set(job, "script", "my script.py")
        draft.printed(download(draft, job, "DownloadFile", "filename", "_stdout"), "file")
        assert run(cli, draft)["output"] == "42\n"

    def test_a_missing_script_is_refused_and_leaves_no_job(
        self, server: Any, cli: CommandLine, draft: Draft, unique: str
    ) -> None:
        job = submit_job(draft, "true\n")
        draft.vistrail.set(job, "script", "absent.sh")
        assert "absent.sh" in error_of(run(cli, draft, code=1), "SubmitJob")
        cli("list", server.destination, "--queue", f"~/queues/{unique}", code=3)

    def test_a_port_name_that_leads_out_is_refused(self, cli: CommandLine, draft: Draft) -> None:
        job = submit_job(draft, "true\n")
        draft.named_file(job, "../outside", "x", 1)
        assert "rename the port" in error_of(run(cli, draft, code=1), "SubmitJob")


class TestSubmitShellJob:
    def test_stdout_and_stderr_are_files(self, cli: CommandLine, draft: Draft) -> None:
        job = draft.shell_job("echo out ~ ü\necho err >&2")
        draft.printed(job, "stdout")
        draft.printed(job, "stderr")
        output = run(cli, draft)["output"]
        assert sorted(output.splitlines())[0] == "err"
        assert output.replace("err\n", "").startswith("out /")
        assert "ü" in output

    def test_another_interpreter_can_be_named_in_the_first_line(
        self, cli: CommandLine, draft: Draft
    ) -> None:
        draft.printed(draft.shell_job("#!/usr/bin/env python3\nprint(sum(range(5)))"), "stdout")
        assert run(cli, draft)["output"] == "10\n"


class TestDownloads:
    def test_a_missing_file_is_named(self, cli: CommandLine, draft: Draft) -> None:
        download(draft, draft.shell_job("true"), "DownloadFile", "filename", "results.csv")
        assert "results.csv" in error_of(run(cli, draft, code=3), "DownloadFile")

    def test_a_missing_directory_is_named(self, cli: CommandLine, draft: Draft) -> None:
        download(draft, draft.shell_job("true"), "DownloadDirectory", "pathname", "plots")
        assert "plots" in error_of(run(cli, draft, code=3), "DownloadDirectory")

    @pytest.mark.parametrize("name", ["../../secret", "/etc/hostname"])
    def test_a_file_outside_of_the_job_is_refused(
        self, cli: CommandLine, draft: Draft, name: str
    ) -> None:
        download(draft, draft.shell_job("true"), "DownloadFile", "filename", name)
        assert "leads out" in error_of(run(cli, draft, code=1), "DownloadFile")

    def test_a_directory_comes_with_everything_in_it(
        self, server: Any, cli: CommandLine, unique: str
    ) -> None:
        file = Path(shutil.copy(EXAMPLES / "download-directory.vt", cli.folder))
        cli("run", file, "--set", f"Queue.hostname={server.destination}", "--trust")
        squares = {path.name: path.read_text() for path in (cli.folder / "squares").iterdir()}
        assert squares == {f"{number}.txt": f"{number**2}\n" for number in range(1, 6)}


class TestMakeDirectory:
    def test_its_files_become_the_job(self, cli: CommandLine, draft: Draft) -> None:
        directory = draft.add(TEJ, "MakeDirectory")
        draft.named_file(directory, "start.sh", "cat sub/input > output\n")
        draft.named_file(directory, "sub/input", "from a port\n", 1)
        job = draft.add(TEJ, "SubmitJob")
        draft.vistrail.connect((draft.queue, "queue", QUEUE), (job, "queue", QUEUE))
        draft.vistrail.connect((directory, "directory", DIRECTORY), (job, "job", DIRECTORY))
        draft.printed(download(draft, job, "DownloadFile", "filename", "output"), "file", FILE)
        assert run(cli, draft)["output"] == "from a port\n"


class TestJob:
    def test_a_job_of_somebody_else_is_found_by_its_id(
        self, server: Any, cli: CommandLine, draft: Draft, job_directory: Path, unique: str
    ) -> None:
        cli(
            "submit",
            server.destination,
            "--queue",
            f"~/queues/{unique}",
            "--id",
            "theirs",
            job_directory,
        )
        job = draft.add(TEJ, "Job")
        draft.vistrail.set(job, "id", "theirs")
        draft.vistrail.connect((draft.queue, "queue", QUEUE), (job, "queue", QUEUE))
        draft.printed(download(draft, job, "DownloadFile", "filename", "result.txt"), "file")
        assert run(cli, draft)["output"] == "42\n"

    def test_an_id_that_is_not_in_the_queue_is_named(
        self, server: Any, cli: CommandLine, draft: Draft, unique: str
    ) -> None:
        cli("setup", server.destination, "--queue", f"~/queues/{unique}")
        job = draft.add(TEJ, "Job")
        draft.vistrail.set(job, "id", "nobody")
        draft.vistrail.connect((draft.queue, "queue", QUEUE), (job, "queue", QUEUE))
        assert "nobody" in error_of(run(cli, draft, code=3), "Job")


class TestShellJobExample:
    def test_it_prints_where_it_ran(self, server: Any, cli: CommandLine) -> None:
        file = Path(shutil.copy(EXAMPLES / "shell-job.vt", cli.folder))
        done = cli("run", file, "--set", f"Queue.hostname={server.destination}")
        assert done.stdout.startswith("Hello from ")
