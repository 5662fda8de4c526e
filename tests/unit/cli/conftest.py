"""Fixtures of the command line's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from .calling import Calling


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the user's files, and what platformdirs makes of the home, out of the tests."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Calling:
    """Run a command and get what it prints."""
    return Calling(capsys)


@pytest.fixture
def data() -> Path:
    """The folder of the vistrails whose signatures VisTrails 2.2 computed."""
    return Path(__file__).resolve().parent.parent.parent / "data"
