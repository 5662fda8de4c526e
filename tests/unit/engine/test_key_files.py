"""Private keys in files, looked at from outside and opened."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest

from vistrails_tej.engine.key_files import KeyUnusable, read_key_file


def make_key(path: Path, kind: str, passphrase: str = "", *options: str) -> Path:
    command = ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-f", str(path), *options]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return path


def public_blob(path: Path) -> bytes:
    return base64.b64decode(path.with_suffix(".pub").read_text().split()[1])


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
@pytest.mark.parametrize("passphrase", ["", "öpen sesame"])
def test_a_key_is_known_from_outside_and_opens(tmp_path: Path, kind: str, passphrase: str) -> None:
    path = make_key(tmp_path / "key", kind, passphrase)
    file = read_key_file(path)
    assert file.encrypted == bool(passphrase)
    assert file.public == public_blob(path)
    assert file.load(passphrase or None).asbytes() == public_blob(path)


@pytest.mark.parametrize("kind", ["ecdsa", "rsa"])
@pytest.mark.parametrize("passphrase", ["", "open sesame"])
def test_keys_of_the_old_format_open(tmp_path: Path, kind: str, passphrase: str) -> None:
    path = make_key(tmp_path / "key", kind, passphrase, "-m", "PEM")
    file = read_key_file(path)
    assert (file.encrypted, file.public) == (bool(passphrase), public_blob(path))
    assert file.load(passphrase or None).asbytes() == public_blob(path)


@pytest.mark.parametrize("options", [(), ("-m", "PEM")])
@pytest.mark.parametrize("passphrase", ["wrong", None])
def test_a_wrong_passphrase_is_said_to_be_wrong(
    tmp_path: Path, options: tuple[str, ...], passphrase: str | None
) -> None:
    path = make_key(tmp_path / "key", "rsa", "right", *options)
    with pytest.raises(KeyUnusable, match="wrong passphrase"):
        read_key_file(path).load(passphrase)


def test_a_public_key_alone_stands_for_one_in_the_agent(tmp_path: Path) -> None:
    path = make_key(tmp_path / "key", "ed25519")
    file = read_key_file(path.with_suffix(".pub"))
    assert (file.kind, file.public) == (None, public_blob(path))
    with pytest.raises(KeyUnusable, match="only a public key"):
        file.load()


def test_keys_that_cannot_be_used_say_why(tmp_path: Path) -> None:
    with pytest.raises(KeyUnusable, match="no such file"):
        read_key_file(tmp_path / "missing")
    with pytest.raises(KeyUnusable, match="cannot be read"):
        read_key_file(tmp_path)
    (tmp_path / "text").write_text("hello")
    with pytest.raises(KeyUnusable, match="is no key"):
        read_key_file(tmp_path / "text")
    make_key(tmp_path / "pkcs8", "rsa", "", "-m", "PKCS8")
    with pytest.raises(KeyUnusable, match="ssh-keygen -p"):
        read_key_file(tmp_path / "pkcs8")


def test_a_damaged_key_is_called_damaged(tmp_path: Path) -> None:
    path = make_key(tmp_path / "key", "ed25519")
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], lines[1][:40], lines[-1]]))
    with pytest.raises(KeyUnusable, match="damaged"):
        read_key_file(path)


def replaced_inside(path: Path, old: bytes, new: bytes) -> None:
    """Change the binary content of a key file of the new format."""
    lines = path.read_text().splitlines()
    data = base64.b64decode("".join(lines[1:-1])).replace(old, new)
    path.write_text("\n".join([lines[0], base64.b64encode(data).decode("ascii"), lines[-1]]))


def test_an_armour_around_something_else_is_called_damaged(tmp_path: Path) -> None:
    path = make_key(tmp_path / "key", "ed25519")
    replaced_inside(path, b"openssh-key-v1", b"openssh-key-v9")
    with pytest.raises(KeyUnusable, match="damaged"):
        read_key_file(path)


def test_a_key_of_a_type_from_the_future_is_left_to_the_agent(tmp_path: Path) -> None:
    path = make_key(tmp_path / "key", "ed25519")
    replaced_inside(path, b"ssh-ed25519", b"ssh-ed99999")
    with pytest.raises(KeyUnusable, match="ssh-ed99999, which is not supported without an agent"):
        read_key_file(path)


def test_an_old_key_needs_no_public_half_beside_it(tmp_path: Path) -> None:
    path = make_key(tmp_path / "key", "rsa", "", "-m", "PEM")
    blob = public_blob(path)
    for damage in ("no key", None):
        if damage is None:
            path.with_suffix(".pub").unlink()
        else:
            path.with_suffix(".pub").write_text(damage)
        file = read_key_file(path)
        assert file.public is None
        assert file.load().asbytes() == blob
