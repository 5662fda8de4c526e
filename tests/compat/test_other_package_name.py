"""The package folder, copied under another name, loads and runs there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent.parent / "vistrails_tej"

LOAD = """
import importlib, sys
package = importlib.import_module("userpackages.tej_copy")
init = importlib.import_module("userpackages.tej_copy.init")
init.initialize()
init.initialize()
print(package.identifier, package.name, package.version)
print(*(module.__name__ for module in init._modules))
init.finalize()
init.finalize()
assert "vistrails_tej" not in sys.modules
"""

# What a real VisTrails offers, as far as importing our modules asks for it.
STUB = {
    "vistrails/__init__.py": "",
    "vistrails/core/__init__.py": "",
    "vistrails/core/modules/__init__.py": "",
    "vistrails/core/modules/basic_modules.py": "class PathObject:\n    pass\n",
    "vistrails/core/modules/config.py": (
        "class ModuleSettings:\n    def __init__(self, **options):\n        pass\n"
    ),
    "vistrails/core/modules/vistrails_module.py": (
        "class Module:\n    pass\n"
        "class ModuleError(Exception):\n    pass\n"
        "class ModuleSuspended(ModuleError):\n    pass\n"
        "class NotCacheable:\n    pass\n"
    ),
    "vistrails/core/vistrail/__init__.py": "",
    "vistrails/core/vistrail/job.py": "class JobMixin:\n    pass\n",
}

LOAD_INTO_VISTRAILS = """
import importlib, sys
import vistrails.core
from vistrails.core.modules.vistrails_module import Module
init = importlib.import_module("userpackages.tej_copy.init")
assert all(issubclass(module, Module) for module in init._modules)
ours = [name for name in sys.modules if name.startswith("userpackages.tej_copy.")]
assert not [name for name in ours if ".dataflow" in name or ".gui" in name], ours
print(len(init._modules))
"""


# What the menu of a VisTrails does that runs on PyQt5, with its own application.
SHOW_WINDOWS = """
import importlib, sys
import vistrails.core
from PyQt5.QtCore import QEvent
from PyQt5.QtWidgets import QApplication
init = importlib.import_module("userpackages.tej_copy.init")
init.initialize()
assert not [name for name in sys.modules if ".tej_copy.gui" in name]
application = QApplication([])
for text, show in init.menu_items() * 2:
    show()
    application.processEvents()
    shown = sorted(one.windowTitle() for one in application.topLevelWidgets() if one.isVisible())
    print(text, *shown, sep="; ")
init.finalize()
application.sendPostedEvents(None, QEvent.DeferredDelete)
init.finalize()
assert not [one for one in application.topLevelWidgets() if one.isVisible()]
"""


@pytest.fixture
def user_packages(tmp_path: Path) -> Path:
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, tmp_path / "userpackages" / "tej_copy", ignore=ignore)
    return tmp_path


def run(code: str, folder: Path) -> str:
    names = ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
    own = {name: str(folder / name.lower()) for name in names}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, **own, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_loads_under_another_name(user_packages: Path) -> None:
    manifest, modules = run(LOAD, user_packages).splitlines()
    assert manifest == "org.vistrails.extra.tej tej 0.2"
    assert modules.split() == [
        "Queue",
        "Job",
        "BaseSubmitJob",
        "SubmitJob",
        "SubmitShellJob",
        "DownloadFile",
        "DownloadDirectory",
        "MakeDirectory",
    ]


@pytest.fixture
def host(user_packages: Path) -> Path:
    """A folder with what stands for a VisTrails."""
    for name, text in STUB.items():
        path = user_packages / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return user_packages


def test_in_a_vistrails_its_modules_are_those_of_that_host(host: Path) -> None:
    assert run(LOAD_INTO_VISTRAILS, host) == "8\n"


def test_in_a_vistrails_with_windows_its_menu_shows_jobs_and_queues(host: Path) -> None:
    jobs, queues = "Jobs - vistrails_tej", "Queues on Servers - vistrails_tej"
    assert run(SHOW_WINDOWS, host).splitlines() == [
        f"Jobs on Servers; {jobs}",
        f"Queues on Servers; {jobs}; {queues}",
        f"Jobs on Servers; {jobs}; {queues}",
        f"Queues on Servers; {jobs}; {queues}",
    ]
