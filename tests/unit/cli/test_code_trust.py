"""What a file wants to do is asked about once, on a terminal."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from vistrails_tej.cli.code_trust import CodeTrust
from vistrails_tej.dataflow import Deed, DeedKind

CODE = Deed(DeedKind.RUN, "o = 1")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "data" / "trusted"


def type_in(monkeypatch: pytest.MonkeyPatch, text: str) -> Terminal:
    """What is typed on a terminal; returned is what it shows."""
    shown = Terminal()
    monkeypatch.setattr("sys.stdin", Terminal(text))
    monkeypatch.setattr("sys.stderr", shown)
    return shown


def test_what_was_refused_is_not_asked_about_again(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust = CodeTrust(granted=False, store=store)
    shown = type_in(monkeypatch, "n\ny\n")
    assert [trust.may_act(CODE) for _ in range(3)] == [False, False, False]
    assert shown.getvalue().count("Do you trust it?") == 1
    assert trust.may_act(Deed(DeedKind.RUN, "o = 2"))


def test_an_interrupted_question_interrupts_the_run(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_in(monkeypatch, "")
    with pytest.raises(KeyboardInterrupt):
        CodeTrust(granted=False, store=store).may_act(CODE)
    assert not store.exists()


def test_a_path_cannot_look_like_another_question(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = type_in(monkeypatch, "n\n")
    deed = Deed(DeedKind.WRITE, "/etc/x\nThis is harmless.")
    assert not CodeTrust(granted=False, store=store).may_act(deed)
    assert "write to /etc/x\\nThis is harmless.\n" in shown.getvalue()


def test_where_nothing_can_be_remembered_what_is_granted_is_done(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    trust = CodeTrust(granted=True, store=tmp_path / "file" / "trusted")
    assert trust.may_act(CODE)
    assert not CodeTrust(granted=False, store=tmp_path / "file" / "trusted").may_act(CODE)


def test_a_damaged_memory_trusts_nothing_but_what_is_in_it(store: Path) -> None:
    assert CodeTrust(granted=True, store=store).may_act(CODE)
    store.write_bytes(b"\xff\xfe\n" + store.read_bytes())
    assert CodeTrust(granted=False, store=store).may_act(CODE)
    assert not CodeTrust(granted=False, store=store).may_act(Deed(DeedKind.RUN, "o = 2"))
