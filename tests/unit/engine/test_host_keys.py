"""known_hosts files: lines found, matched, judged and added."""

from __future__ import annotations

import base64
import stat
import subprocess
from pathlib import Path

import pytest

from vistrails_tej.engine.destination import Destination
from vistrails_tej.engine.errors import HostKeyChanged, HostKeyRevoked, HostKeyUnknown
from vistrails_tej.engine.host_keys import (
    HostKeyAnswer,
    KnownHosts,
    accept_sha256,
    format_sha256,
    known_files,
)

DESTINATION = Destination("Host.example", port=2222)
SERVER = ("Host.example", 2222)
OTHER_BLOB = b"another key"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, bytes, Path]:
    path = tmp_path_factory.mktemp("key") / "key"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)],
        check=True,
        stdin=subprocess.DEVNULL,
    )
    public = path.with_suffix(".pub")
    kind, blob = public.read_text().split()[:2]
    return kind, base64.b64decode(blob), public


def line(names: str, blob: bytes, kind: str = "ssh-ed25519") -> str:
    return f"{names} {kind} {base64.b64encode(blob).decode()} a comment\n"


def judge(file: Path, blob: bytes, server: tuple[str, int] = SERVER) -> None:
    KnownHosts([file]).check(DESTINATION, server, ("ssh-ed25519", blob), None)


def test_the_print_is_that_of_ssh_keygen(key: tuple[str, bytes, Path]) -> None:
    told = subprocess.run(
        ["ssh-keygen", "-lf", str(key[2])], capture_output=True, text=True, check=True
    ).stdout
    assert told.split()[1] == format_sha256(key[1])


@pytest.mark.parametrize(
    "names",
    [
        "[host.example]:2222",
        "other,[HOST.example]:2222",
        "[*.example]:2222",
        "[host.exampl?]:*",
        "host.example",
        "*,!other",
    ],
)
def test_a_known_key_is_accepted(tmp_path: Path, names: str) -> None:
    file = tmp_path / "known_hosts"
    file.write_text("# comment\n\nnonsense\n" + line(names, b"key"))
    judge(file, b"key")


@pytest.mark.parametrize("names", ["other", "[host.example]:22", "*,![host.example]:2222,!host.*"])
def test_lines_about_others_do_not_count(tmp_path: Path, names: str) -> None:
    file = tmp_path / "known_hosts"
    file.write_text(line(names, b"key"))
    with pytest.raises(HostKeyUnknown):
        judge(file, b"key")


def test_hashed_names_are_found(tmp_path: Path, key: tuple[str, bytes, Path]) -> None:
    file = tmp_path / "known_hosts"
    file.write_text(line("[host.example]:2222", key[1]))
    subprocess.run(
        ["ssh-keygen", "-H", "-f", str(file)], check=True, capture_output=True, timeout=30
    )
    assert "host.example" not in file.read_text()
    judge(file, key[1])
    with pytest.raises(HostKeyChanged):
        judge(file, OTHER_BLOB)


def test_another_key_is_a_change_and_says_where(tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    file.write_text("\n" + line("[host.example]:2222", b"key"))
    with pytest.raises(HostKeyChanged) as caught:
        judge(file, OTHER_BLOB)
    assert caught.value.where == f"{file}, line 2"
    assert not caught.value.retryable


def test_a_key_of_another_type_is_a_change_too(tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    file.write_text(line("[host.example]:2222", b"key", "ssh-rsa"))
    with pytest.raises(HostKeyChanged):
        judge(file, b"key of ed25519")


def test_a_changed_key_is_never_asked_about(tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    file.write_text(line("[host.example]:2222", b"key"))
    asked: list[str] = []

    def decide(destination: Destination, key_type: str, sha256: str) -> HostKeyAnswer:
        asked.append(sha256)
        return HostKeyAnswer.ALWAYS

    with pytest.raises(HostKeyChanged):
        KnownHosts([file]).check(DESTINATION, SERVER, ("ssh-ed25519", OTHER_BLOB), decide)
    assert not asked


def test_a_key_of_another_port_is_no_change(tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    file.write_text(line("host.example", b"key"))
    with pytest.raises(HostKeyUnknown):
        judge(file, OTHER_BLOB)


def test_a_revoked_key_is_refused_though_it_is_also_known(tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    file.write_text(line("[host.example]:2222", b"key") + "@revoked " + line("*", b"key"))
    with pytest.raises(HostKeyRevoked):
        judge(file, b"key")


def test_lines_of_authorities_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    file.write_text("@cert-authority " + line("*", b"key"))
    with pytest.raises(HostKeyUnknown):
        judge(file, b"key")
    assert KnownHosts([file]).algorithms_for(*SERVER) == ()


def test_all_files_are_looked_at(tmp_path: Path) -> None:
    directory, system = tmp_path / "home", tmp_path / "system"
    system.mkdir()
    (system / "ssh_known_hosts").write_text(line("[host.example]:2222", b"key"))
    files = known_files(directory, None, system)
    KnownHosts(files).check(DESTINATION, SERVER, ("ssh-ed25519", b"key"), None)


def test_the_types_on_record_are_asked_for_first(tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    file.write_text(line("host.example", b"k") + line("[host.example]:2222", b"key", "ssh-rsa"))
    assert KnownHosts([file]).algorithms_for(*SERVER) == ("rsa-sha2-512", "rsa-sha2-256")


def accept_always(destination: Destination, key_type: str, sha256: str) -> HostKeyAnswer:
    return HostKeyAnswer.ALWAYS


def test_an_accepted_key_is_added_and_nothing_rewritten(tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    before = "# no newline at the end"
    file.write_text(before)
    known = KnownHosts([file])
    known.check(DESTINATION, SERVER, ("ssh-ed25519", b"key"), accept_always)
    known.check(DESTINATION, SERVER, ("ssh-ed25519", b"key"), None)
    assert file.read_text() == f"{before}\n[host.example]:2222 ssh-ed25519 a2V5\n"


def test_a_new_file_is_private(tmp_path: Path) -> None:
    file = tmp_path / "new" / "known_hosts"
    KnownHosts([file]).check(
        DESTINATION, ("host.example", 22), ("ssh-ed25519", b"key"), accept_always
    )
    assert file.read_text() == "host.example ssh-ed25519 a2V5\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_an_answer_for_once_is_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    KnownHosts([file]).check(
        DESTINATION, SERVER, ("ssh-ed25519", b"key"), lambda *_: HostKeyAnswer.ONCE
    )
    assert not file.exists()


def test_only_the_named_print_is_accepted() -> None:
    decide = accept_sha256(" SHA256:abc= ", "SHA256:def")
    assert decide(DESTINATION, "ssh-ed25519", "SHA256:abc") is HostKeyAnswer.ALWAYS
    assert decide(DESTINATION, "ssh-ed25519", "SHA256:abd") is HostKeyAnswer.REFUSE


@pytest.mark.parametrize(
    "text",
    ["@revoked\n", "host ssh-rsa\n", "host ssh-rsa !!!\n", "|1|x|y ssh-rsa AAAA\n", "\xff\n"],
)
def test_damaged_lines_are_passed_over(tmp_path: Path, text: str) -> None:
    file = tmp_path / "known_hosts"
    file.write_bytes(text.encode("latin-1") + line("[host.example]:2222", b"key").encode())
    judge(file, b"key")


def test_a_hashed_name_that_is_damaged_names_nobody(
    tmp_path: Path, key: tuple[str, bytes, Path]
) -> None:
    for name in ("|1|c2FsdA==", "|1|c2FsdA==|x|y", "|1|?|?"):
        (tmp_path / "known").write_text(line(name, key[1]))
        with pytest.raises(HostKeyUnknown):
            judge(tmp_path / "known", key[1])


def test_known_hosts_that_cannot_be_read_hold_nothing(
    tmp_path: Path, key: tuple[str, bytes, Path], caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "known").mkdir()
    with pytest.raises(HostKeyUnknown):
        judge(tmp_path / "known", key[1])
    assert f"Cannot read the host keys in {tmp_path / 'known'}" in caplog.text


def test_an_accepted_key_that_cannot_be_kept_is_a_warning(
    tmp_path: Path, key: tuple[str, bytes, Path], caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    known = KnownHosts([tmp_path / "file" / "known_hosts"])
    known.check(DESTINATION, SERVER, key[:2], lambda *_: HostKeyAnswer.ALWAYS)
    assert "could not be kept" in caplog.text
