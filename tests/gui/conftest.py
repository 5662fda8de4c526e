"""What the tests of the windows share: no screen is needed, and no settings of the user's."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt5.QtCore import QEvent, QSettings, QTimer
from PyQt5.QtWidgets import QApplication

from vistrails_tej.dataflow import Registry, Vistrail, read_vistrail
from vistrails_tej.gui.builder.document import Document
from vistrails_tej.gui.garbage import GuiCollector
from vistrails_tej.modules.workflow import load_registry

from ..integration.conftest import _no_agent, sshd
from ..integration.sshd import Sshd
from .screen import Screen, running_screen

__all__ = ["_no_agent", "sshd"]

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="session")
def registry() -> Registry:
    return load_registry()


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings and state in a folder of the test."""
    folder = tmp_path / "user"
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(folder / name.lower()))
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    return folder


@pytest.fixture(scope="session", autouse=True)
def _old_objects(qapp: object) -> None:
    """What is there by now stays: the collector need not look through it after every test."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _collector(qapp: QApplication) -> Iterator[None]:
    """Windows end in this thread, as in the program, and before the next test."""
    collector = GuiCollector()
    collector.start()
    yield
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    collector.stop()


@pytest.fixture(autouse=True)
def _heartbeat(qapp: object) -> Iterator[None]:
    """Python handles signals between its own steps: without one, no time limit ends a dialog."""
    timer = QTimer()
    timer.timeout.connect(lambda: None)
    timer.start(500)
    yield
    timer.stop()


@pytest.fixture
def empty_document(qapp: object, registry: Registry) -> Document:
    return Document(Vistrail({}), registry)


@pytest.fixture
def open_document(qapp: object, registry: Registry) -> Callable[[str], Document]:
    """Opens one of the examples, such as ``tej-primes.vt``."""

    def open_example(name: str) -> Document:
        path = EXAMPLES / name
        return Document(read_vistrail(path), registry, path=path)

    return open_example


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    with running_screen(tmp_path) as started:
        yield started


@pytest.fixture
def home(sshd: Sshd, tmp_path: Path) -> Path:
    """The home of somebody who calls the private server ``localhost``."""
    home = tmp_path / "home"
    ssh = shutil.copytree(sshd.ssh_directory, home / ".ssh")
    ssh.chmod(0o700)
    config = ssh / "config"
    config.write_text(f"Host localhost\n    HostName 127.0.0.1\n    Port {sshd.port}\n")
    config.chmod(0o600)
    return home
