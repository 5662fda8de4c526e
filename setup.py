"""Metadata of the distribution; the build system and the tools are set in pyproject.toml."""

from pathlib import Path

from setuptools import find_namespace_packages, setup

DEMO = ["asyncssh>=2.14"]
GUI = ["PyQt5>=5.15.10"]
KEYRING = ["keyring>=24"]
TEST = [
    "hypothesis>=6.100",
    "import-linter>=2.5",
    "mypy>=1.11",
    "PyQt5-stubs>=5.15.6",
    "pytest>=8",
    "pytest-cov>=5",
    "pytest-qt>=4.4",
    "pytest-timeout>=2.3",
    "pytest-xdist>=3.6",
    "ruff>=0.12",
    "types-paramiko",
]
DOCS = ["sphinx>=7"]

setup(
    name="vistrails-tej",
    version="1.0.0.dev0",
    description="Run steps of a workflow on any server that SSH reaches, and wait for them",
    long_description=Path(__file__).with_name("README.rst").read_text(encoding="utf-8"),
    long_description_content_type="text/x-rst",
    license="BSD-3-Clause",
    author="The vistrails_tej developers",
    keywords=["workflow", "dataflow", "ssh", "hpc", "jobs", "vistrails"],
    classifiers=[
        "Development Status :: 3 - Alpha",
        "Environment :: Console",
        "Intended Audience :: Science/Research",
        "Operating System :: POSIX",
        "Programming Language :: Python :: 3 :: Only",
        "Programming Language :: Python :: 3.10",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: Scientific/Engineering",
        "Topic :: System :: Distributed Computing",
        "Typing :: Typed",
    ],
    python_requires=">=3.10",
    packages=[
        *find_namespace_packages(include=["vistrails_tej", "vistrails_tej.*"]),
        "vistrails_tej.examples",
    ],
    package_dir={"vistrails_tej.examples": "examples"},
    package_data={
        "vistrails_tej": ["py.typed"],
        "vistrails_tej.gui": ["resources/*", "resources/*/*"],
        "vistrails_tej.engine": ["runtimes/*", "runtimes/*/*", "doctor/*.sh"],
        "vistrails_tej.examples": ["*.vt"],
    },
    install_requires=[
        "click>=8.1",
        "paramiko>=4",
        "platformdirs>=4",
        "rich>=13",
        "scp>=0.15",
    ],
    extras_require={
        "gui": GUI,
        "demo": DEMO,
        "keyring": KEYRING,
        "all": [*GUI, *DEMO, *KEYRING],
        "test": [*TEST, *GUI, *DEMO, *KEYRING],
        "docs": DOCS,
    },
    entry_points={
        "console_scripts": ["vistrails-tej = vistrails_tej.cli.start:main"],
        "vistrails.packages": ["tej = vistrails_tej"],
    },
)
