"""Make the example files: ``python examples/source/make_examples.py [FOLDER]``."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from vistrails_tej.dataflow import (
    Vistrail,
    VistrailEditor,
    default_registry,
    load_package,
)

# The same edits make the same bytes, whoever makes them and whenever.
MOMENT = datetime(2026, 11, 22, 12, 0, 0)
USER = "vistrails_tej"

PRIMES = """\
#!/usr/bin/env python3
# Find the largest prime factor of the number in "input", write it to "output".
with open("input") as source:
    number = int(source.read())

factor = 2
while factor * factor <= number:
    if number % factor:
        factor += 1
    else:
        number //= factor

with open("output", "w") as target:
    target.write("%d\\n" % number)
"""

SHELL = """\
echo "Hello from $(hostname), a $(uname -s) machine"
echo "It is $(date), and these file systems are mounted:"
df -h
"""

SQUARES = """\
mkdir squares
for number in 1 2 3 4 5; do
    echo $((number * number)) > squares/$number.txt
done
"""


def new_vistrail() -> VistrailEditor:
    """An empty vistrail, to be filled with modules of VisTrails' basic package and of this one."""
    registry = default_registry()
    load_package(registry, "vistrails_tej")
    return VistrailEditor(Vistrail({}), registry, user=USER, clock=lambda: MOMENT)


def primes() -> VistrailEditor:
    """The user guide's example: a number goes up, its largest prime factor comes down."""
    edit = new_vistrail()
    target = edit.add("Integer", at=(70, 330), label="Target number").set("value", 600851475143)
    script = edit.add("String", at=(-60, 250), label="script").set("value", PRIMES)
    text = edit.add("StringFormat", at=(80, 210)).set("format", "{number}\n")
    text.add_port("number", "Integer")
    edit.connect(target["value"], text["number"])
    script_file = edit.add("WriteFile", at=(-40, 120))
    edit.connect(script["value"], script_file["in_value"])
    number_file = edit.add("WriteFile", at=(90, 120))
    edit.connect(text["value"], number_file["in_value"])
    queue = edit.add("Queue", at=(-190, 120)).set("hostname", "localhost")
    job = edit.add("SubmitJob", at=(30, 20)).add_port("start.sh").add_port("input")
    edit.connect(queue["queue"], job["queue"])
    edit.connect(script_file["out_value"], job["start.sh"])
    edit.connect(number_file["out_value"], job["input"])
    download = edit.add("DownloadFile", at=(60, -80)).set("filename", "output")
    edit.connect(job["job"], download["job"])
    printer = edit.add("StandardOutput", at=(90, -170))
    edit.connect(download["file"], printer["value"])
    edit.tag("primes")
    return edit


def shell_job() -> VistrailEditor:
    """A shell script is run on the server and what it prints is shown."""
    edit = new_vistrail()
    queue = edit.add("Queue", at=(0, 200)).set("hostname", "localhost")
    job = edit.add("SubmitShellJob", at=(0, 100)).set_script("source", SHELL)
    edit.connect(queue["queue"], job["queue"])
    printer = edit.add("StandardOutput", at=(60, 0))
    edit.connect(job["stdout"], printer["value"])
    edit.tag("shell job")
    return edit


def download_directory() -> VistrailEditor:
    """A job makes a directory, which is brought here as ./squares."""
    edit = new_vistrail()
    queue = edit.add("Queue", at=(0, 300)).set("hostname", "localhost")
    job = edit.add("SubmitShellJob", at=(0, 200)).set_script("source", SQUARES)
    edit.connect(queue["queue"], job["queue"])
    download = edit.add("DownloadDirectory", at=(0, 100)).set("pathname", "squares")
    edit.connect(job["job"], download["job"])
    sink = edit.add("DirectorySink", at=(0, 0)).set("outputPath", "squares")
    edit.connect(download["directory"], sink["dir"])
    edit.tag("download a directory")
    return edit


def main(folder: Path) -> None:
    """Write every example into a folder."""
    primes().save(folder / "tej-primes.vt", date=MOMENT, overwrite=True)
    shell_job().save(folder / "shell-job.vt", date=MOMENT, overwrite=True)
    download_directory().save(folder / "download-directory.vt", date=MOMENT, overwrite=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
