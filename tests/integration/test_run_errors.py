"""What cannot be done ends in one sentence, with its exit code, and changes nothing."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ..vistrails import EXAMPLES, Draft
from .command_line import CommandLine, one_sentence

PRIMES = EXAMPLES / "tej-primes.vt"


@pytest.fixture
def primes(cli: CommandLine) -> Path:
    return Path(shutil.copy(PRIMES, cli.folder))


def run_fails(cli: CommandLine, file: Path, *options: str, code: int) -> str:
    """Run and return what was told; of the file only the log of runs has grown."""
    before = history_of(file)
    done = cli("run", file, *options, code=code)
    assert history_of(file) == before
    return done.stderr


def history_of(file: Path) -> bytes:
    with zipfile.ZipFile(file) as archive:
        return archive.read("vistrail")


def test_an_unknown_host_is_named(cli: CommandLine, primes: Path) -> None:
    told = run_fails(cli, primes, "--set", "Queue.hostname=no-such-host.invalid", code=5)
    assert "no-such-host.invalid" in told


def test_an_unknown_host_key_is_shown_with_the_way_to_accept_it(
    server: Any, stranger: CommandLine, host_key_sha256: str
) -> None:
    primes = Path(shutil.copy(PRIMES, stranger.folder))
    option = f"Queue.hostname={server.destination}"
    told = run_fails(stranger, primes, "--set", option, code=5)
    assert "ssh-ed25519" in told
    assert host_key_sha256 in told
    assert f"--accept-host-key {host_key_sha256}" in told
    assert not (stranger.home / ".ssh" / "known_hosts").exists()


def test_an_accepted_host_key_is_remembered(
    server: Any, stranger: CommandLine, host_key_sha256: str
) -> None:
    stranger("list", server.destination, "--queue", "~/none", code=5)
    accept = ("--accept-host-key", host_key_sha256)
    stranger("list", server.destination, "--queue", "~/none", *accept, code=3)
    stranger("list", server.destination, "--queue", "~/none", code=3)


def test_a_fingerprint_that_does_not_match_accepts_nothing(
    server: Any, stranger: CommandLine
) -> None:
    accept = ("--accept-host-key", "SHA256:" + "A" * 43)
    done = stranger("list", server.destination, *accept, code=5)
    assert "host key is not known" in one_sentence(done)


def test_a_wrong_key_is_a_failed_login(server: Any, cli: CommandLine, wrong_key: Path) -> None:
    shutil.copy(wrong_key, cli.home / ".ssh" / "id_ed25519")
    done = cli("list", server.destination, code=5)
    assert "login" in one_sentence(done).lower() or "key" in one_sentence(done)


def test_a_missing_required_port_is_named(server: Any, cli: CommandLine) -> None:
    draft = Draft(str(server.destination))
    job = draft.add("org.vistrails.extra.tej", "SubmitJob")
    draft.named_file(job, "start.sh", "true\n")
    told = run_fails(cli, draft.save(cli.folder / "lonely.vt"), code=1)
    assert "port 'queue' needs" in told


@pytest.mark.parametrize("verb", ["status", "kill", "delete"])
def test_a_bad_job_id_is_refused_before_anything_is_sent(
    server: Any, cli: CommandLine, verb: str
) -> None:
    done = cli(verb, server.destination, "--id", "../../etc", code=2)
    assert "is not a job id" in one_sentence(done)


@pytest.mark.parametrize("verb", ["list", "submit"])
def test_a_queue_path_that_is_a_file_is_left_alone(
    server: Any, cli: CommandLine, job_directory: Path, verb: str
) -> None:
    path = Path(server.home) / "a file"
    path.write_text("mine")
    arguments = [job_directory] if verb == "submit" else []
    done = cli(verb, server.destination, "--queue", "~/a file", *arguments, code=4)
    assert "a file" in one_sentence(done)
    assert path.read_text() == "mine"


@pytest.mark.parametrize("verb", ["list", "submit"])
def test_a_directory_that_is_no_queue_is_left_alone(
    server: Any, cli: CommandLine, job_directory: Path, verb: str
) -> None:
    folder = Path(server.home) / "holiday pictures"
    folder.mkdir(exist_ok=True)
    (folder / "beach.jpg").write_text("sand")
    arguments = [job_directory] if verb == "submit" else []
    done = cli(verb, server.destination, "--queue", "~/holiday pictures", *arguments, code=4)
    assert "holiday pictures" in one_sentence(done)
    assert [path.name for path in folder.iterdir()] == ["beach.jpg"]
