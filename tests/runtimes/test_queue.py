"""Finding, making, linking and removing a queue."""

from __future__ import annotations

import os
import pwd
import stat
from pathlib import Path

import pytest

from tests.runtimes.client import Client, names
from tests.runtimes.local_shell import LocalShell
from vistrails_tej.engine.protocol import Code, parse_queue, parse_usage
from vistrails_tej.engine.runtime import load_runtime

QUOTED = "a 'b' \"c\" $(touch canary) `touch canary` [d] *"


def setup(shell: LocalShell, path: str, *links: str, mode: str = "queue", force: str = "no") -> int:
    return shell.run(["queue_setup", path, "default", mode, force, *links]).exit_code


@pytest.mark.parametrize("path", ["~/.tej", "~/deep/er/queue/", "relative", f"~/{QUOTED}", QUOTED])
def test_a_queue_is_made_and_found_at_any_kind_of_path(shell: LocalShell, path: str) -> None:
    assert setup(shell, path) == Code.DONE
    facts = parse_queue(shell.run(["queue_resolve", path]))
    assert str(facts.path) == f"{shell.home}/{path.removeprefix('~/').removesuffix('/')}"
    assert (facts.version, facts.runtime) == ("0.2.1", "default")
    assert not list(shell.home.rglob("canary"))


def test_an_absolute_path_and_a_named_home_work(shell: LocalShell, tmp_path: Path) -> None:
    assert setup(shell, str(tmp_path / "absolute")) == Code.DONE
    person = pwd.getpwuid(os.getuid())
    reply = shell.run(["queue_resolve", f"~{person.pw_name}/no such queue"])
    assert reply.exit_code == Code.NO_QUEUE
    for odd in ("~no-such-user/q", "~+/q", "~-/q", "~$(id)/q"):
        reply = shell.run(["queue_resolve", odd])
        assert reply.exit_code == Code.NO_QUEUE
        assert "no user" in reply.text


def test_the_queue_is_private_and_has_two_lines_of_version(client: Client) -> None:
    client.run("queue_setup", "default", "queue", "no")
    assert stat.S_IMODE(client.queue.stat().st_mode) == 0o700
    assert (client.queue / "version").read_text() == "0.2.1\ndefault\n"
    assert [path.name for path in client.shell.home.iterdir()] == [".tej"]


def test_an_empty_directory_becomes_a_queue(client: Client) -> None:
    client.queue.mkdir()
    assert client.submit("job-1", "#!/bin/sh\n").exit_code == Code.DONE
    assert (client.queue / "version").is_file()


def test_what_is_no_queue_is_left_alone(client: Client) -> None:
    client.queue.write_text("tejdir\n")
    assert client.submit("job-1", "#!/bin/sh\n").exit_code == Code.NOT_A_QUEUE
    assert client.queue.read_text() == "tejdir\n"
    client.queue.unlink()
    (client.queue / "sub").mkdir(parents=True)
    for force in ("no", "yes"):
        assert setup(client.shell, "~/.tej", force=force) == Code.NOT_A_QUEUE
    assert [path.name for path in client.queue.iterdir()] == ["sub"]
    (client.queue / "sub").rmdir()
    client.queue.rmdir()
    client.queue.symlink_to("nowhere")
    assert client.submit("job-1", "#!/bin/sh\n").exit_code == Code.NOT_A_QUEUE
    client.queue.unlink()
    os.mkfifo(client.queue)
    assert client.submit("job-1", "#!/bin/sh\n").exit_code == Code.NOT_A_QUEUE


def test_another_version_is_refused(client: Client) -> None:
    setup(client.shell, "~/.tej")
    (client.queue / "version").write_text("0.3\ndefault\n")
    reply = client.run("job_statuses")
    assert (reply.exit_code, reply.lines) == (Code.VERSION, ["version 0.3"])
    (client.queue / "version").write_text("0.2.9\ndefault\n")
    assert client.run("job_statuses").exit_code == Code.DONE
    (client.queue / "vt/format").write_text("2\n")
    assert client.run("job_statuses").exit_code == Code.VERSION


def test_a_queue_that_only_newer_programs_may_change_can_be_read(client: Client) -> None:
    client.submit("job-1", "#!/bin/sh\nexit 3\n")
    client.wait_for_end("job-1")
    (client.queue / "vt/format").write_text("1 2\n")
    assert client.status("job-1").exit_code == 3
    assert client.run("job_tail", "job-1", "_stdout", "10").exit_code == 0
    for words in (
        ["job_kill", "job-1"],
        ["job_delete", "job-1"],
        ["queue_cleanup", "yes"],
        ["queue_setup", "default", "queue", "yes"],
    ):
        reply = client.run(*words)
        assert reply.exit_code == Code.VERSION
        assert reply.lines == ["version 0.2.1 format 2", "access read-only"]
    assert client.submit("job-2", "#!/bin/sh\n").exit_code == Code.VERSION
    assert names(client.queue / "jobs") == {"job-1"}


def test_a_runtime_that_we_do_not_have_is_not_driven(client: Client) -> None:
    setup(client.shell, "~/.tej")
    (client.queue / "version").write_text("0.2\npbs\n")
    reply = client.submit("job-1", "#!/bin/sh\n")
    assert (reply.exit_code, reply.lines) == (Code.RUNTIME, ["runtime pbs"])
    assert client.run("job_statuses").exit_code == Code.DONE
    assert shell_setup_of_pbs(client.shell) == Code.RUNTIME


def shell_setup_of_pbs(shell: LocalShell) -> int:
    return shell.run(["queue_setup", "~/other", "pbs", "queue", "no"]).exit_code


def test_links_chain_and_are_relative_to_their_folder(shell: LocalShell) -> None:
    assert setup(shell, "~/real", "~/links/first") == Code.DONE
    (shell.home / "second").write_text("tejdir: links/first\n")
    (shell.home / "links/third").write_text("tejdir: ../second")
    facts = parse_queue(shell.run(["queue_resolve", "~/links/third"]))
    assert str(facts.path) == f"{shell.home}/real"
    assert [path.name for path in facts.links] == ["third", "second", "first"]


def test_link_loops_and_broken_links_are_told(shell: LocalShell) -> None:
    (shell.home / "a").write_text("tejdir: b\n")
    (shell.home / "b").write_text("tejdir: a\n")
    assert shell.run(["queue_resolve", "~/a"]).exit_code == Code.LINK_LOOP
    (shell.home / "b").write_text("tejdir: gone away\n")
    reply = shell.run(["queue_resolve", "~/a"])
    assert (reply.exit_code, reply.lines) == (
        Code.LINK_BROKEN,
        [f"target {shell.home}/gone away"],
    )


def test_links_are_made_once_and_replaced_only_by_force(shell: LocalShell) -> None:
    setup(shell, "~/one", "~/link")
    setup(shell, "~/two")
    assert setup(shell, "~/one", "~/link", mode="links") == Code.DONE
    assert setup(shell, "~/two", "~/link", mode="links") == Code.QUEUE_EXISTS
    assert setup(shell, "~/two", "~/link", mode="links", force="yes") == Code.DONE
    assert (shell.home / "link").read_text() == f"tejdir: {shell.home}/two\n"
    assert setup(shell, "~/one", "~/two", mode="links", force="yes") == Code.QUEUE_EXISTS
    assert setup(shell, "~/three", "~/link", mode="links") == Code.NO_QUEUE


def test_setup_refuses_a_queue_and_force_keeps_its_jobs(client: Client) -> None:
    client.submit("job-1", "#!/bin/sh\nexit 3\n")
    client.wait_for_end("job-1")
    assert setup(client.shell, "~/.tej") == Code.QUEUE_EXISTS
    (client.queue / "commands/status").write_text("broken")
    assert setup(client.shell, "~/.tej", force="yes") == Code.DONE
    assert client.status("job-1").exit_code == 3
    assert "legacy_command" in (client.queue / "commands/status").read_text()


def test_force_puts_a_queue_in_the_place_of_a_link(shell: LocalShell) -> None:
    setup(shell, "~/real", "~/.tej")
    assert setup(shell, "~/.tej", force="yes") == Code.DONE
    assert (shell.home / ".tej/version").is_file()
    assert (shell.home / "real/version").is_file()


def test_of_many_that_make_a_queue_at_once_all_go_on(client: Client) -> None:
    payloads = [client.payload(f"job-{n}", {"start.sh": "#!/bin/sh\n"}) for n in range(8)]
    processes = [
        client.shell.start(
            client.words(payload, f"job-{n}", "script", "start.sh"), b"".join(payload.pack())
        )
        for n, payload in enumerate(payloads)
    ]
    answers = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0] * 8, answers
    assert len(client.statuses()) == 8
    assert [path.name for path in client.shell.home.iterdir()] == [".tej"]
    assert names(client.queue) == {"commands", "jobs", "version", "vt"}


def test_a_set_up_whose_link_cannot_be_made_leaves_nothing(shell: LocalShell) -> None:
    setup(shell, "~/.tej")
    for force in ("no", "yes"):
        reply = shell.run(["queue_setup", "~/new", "default", "queue", force, "~/fine", "~/.tej"])
        assert reply.exit_code == Code.QUEUE_EXISTS
        assert reply.lines == [f"path {shell.home}/.tej", "kind other"]
        assert names(shell.home) == {".tej"}
    (shell.home / "file").write_text("precious\n")
    reply = shell.run(["queue_setup", "~/new", "default", "queue", "no", "~/file/link"])
    assert (reply.exit_code, reply.lines) == (
        Code.NOT_A_QUEUE,
        [f"reason links cannot be made in {shell.home}/file"],
    )
    assert names(shell.home) == {".tej", "file"}


def test_cleanup_waits_for_those_who_upload_unless_forced(client: Client) -> None:
    client.run("job_claim", "job-1", "mine", "ann@pc", "-")
    reply = client.run("queue_cleanup", "no")
    assert (reply.exit_code, reply.lines) == (
        Code.STILL_RUNNING,
        ["job job-1", "uploading yes"],
    )
    client.shell.environment = {**client.shell.environment, "VT_LEASE_SECONDS": "-1"}
    assert client.run("queue_cleanup", "no").exit_code == Code.DONE
    client.shell.environment = {}
    client.run("job_claim", "job-1", "mine", "ann@pc", "-")
    assert client.run("queue_cleanup", "yes").exit_code == Code.DONE
    assert not client.queue.exists()


def test_cleanup_removes_the_queue_and_the_whole_chain_of_links(shell: LocalShell) -> None:
    setup(shell, "~/real", "~/first")
    (shell.home / "second").write_text("tejdir: first\n")
    assert shell.run(["queue_cleanup", "~/second", "no"]).exit_code == Code.DONE
    assert not list(shell.home.iterdir())
    assert shell.run(["queue_cleanup", "~/real", "no"]).exit_code == Code.NO_QUEUE


def test_cleanup_leaves_what_is_not_of_the_queue(client: Client) -> None:
    setup(client.shell, "~/.tej")
    (client.queue / "thesis.tex").write_text("precious")
    assert client.run("queue_cleanup", "no").exit_code == Code.DONE
    assert [path.name for path in client.queue.iterdir()] == ["thesis.tex"]


def test_cleanup_names_a_running_job_and_by_force_kills_it(client: Client) -> None:
    client.start_running("long")
    reply = client.run("queue_cleanup", "no")
    assert (reply.exit_code, reply.lines) == (Code.STILL_RUNNING, ["job long"])
    assert client.run("queue_cleanup", "yes").exit_code == Code.DONE
    assert not client.queue.exists()


def test_an_installed_runtime_is_named_by_its_content(client: Client) -> None:
    setup(client.shell, "~/.tej")
    version = load_runtime().version
    assert (client.queue / "vt/current").read_text() == f"runtime-{version}\n"
    library = (client.queue / f"vt/runtime-{version}/library.sh").read_text()
    assert library.rstrip("\n") in load_runtime().prelude.replace("'\\''", "'")


def test_the_room_that_jobs_take_is_counted(shell: LocalShell) -> None:
    assert shell.run(["queue_usage", "~/none"]).exit_code == Code.NO_QUEUE
    setup(shell, "~/q")
    before = parse_usage(shell.run(["queue_usage", "~/q"]))
    (shell.home / "q" / "jobs" / "a").mkdir()
    (shell.home / "q" / "jobs" / "a" / "data").write_bytes(b"x" * 1_000_000)
    after = parse_usage(shell.run(["queue_usage", "~/q"]))
    assert 1_000_000 <= after.used - before.used < 1_100_000
    assert after.free is not None
    assert after.free > 0
