"""The package folder, copied under another name, loads and runs there."""

from __future__ import annotations

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


@pytest.fixture
def user_packages(tmp_path: Path) -> Path:
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, tmp_path / "userpackages" / "tej_copy", ignore=ignore)
    return tmp_path


def run(code: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
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


def test_in_a_vistrails_its_modules_are_those_of_that_host(user_packages: Path) -> None:
    for name, text in STUB.items():
        path = user_packages / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert run(LOAD_INTO_VISTRAILS, user_packages) == "8\n"
