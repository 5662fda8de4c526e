"""Make the example files: ``python examples/source/make_examples.py [FOLDER]``."""

from __future__ import annotations

import sys
from pathlib import Path

from vistrail_builder import BASIC, TEJ, VistrailBuilder, percent_encode

FILE = f"{BASIC}:File"
STRING = f"{BASIC}:String"
VARIANT = f"{BASIC}:Variant"
DIRECTORY = f"{BASIC}:Directory"
OUTPUT_PATH = f"{BASIC}:OutputPath"
JOB = f"{TEJ}:Job"
QUEUE = f"{TEJ}:Queue"

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


def primes(path: Path) -> None:
    """The user guide's example: a number goes up, its largest prime factor comes down."""
    vistrail = VistrailBuilder()
    target = vistrail.module(BASIC, "Integer", (70, 330), "Target number")
    vistrail.set(target, "value", "600851475143", "Integer")
    script = vistrail.module(BASIC, "String", (-60, 250), "script")
    vistrail.set(script, "value", PRIMES)
    text = vistrail.module(BASIC, "StringFormat", (80, 210))
    vistrail.set(text, "format", "{number}\n")
    vistrail.port(text, "number", "Integer", 0)
    vistrail.connect((target, "value", f"{BASIC}:Integer"), (text, "number", f"{BASIC}:Integer"))
    script_file = vistrail.module(BASIC, "WriteFile", (-40, 120))
    vistrail.connect((script, "value", STRING), (script_file, "in_value", STRING))
    number_file = vistrail.module(BASIC, "WriteFile", (90, 120))
    vistrail.connect((text, "value", STRING), (number_file, "in_value", STRING))
    queue = vistrail.module(TEJ, "Queue", (-190, 120))
    vistrail.set(queue, "hostname", "localhost")
    submit = vistrail.module(TEJ, "SubmitJob", (30, 20))
    vistrail.port(submit, "start.sh", "File", 0)
    vistrail.port(submit, "input", "File", 1)
    vistrail.connect((queue, "queue", QUEUE), (submit, "queue", QUEUE))
    vistrail.connect((script_file, "out_value", FILE), (submit, "start.sh", FILE))
    vistrail.connect((number_file, "out_value", FILE), (submit, "input", FILE))
    download = vistrail.module(TEJ, "DownloadFile", (60, -80))
    vistrail.set(download, "filename", "output")
    vistrail.connect((submit, "job", JOB), (download, "job", JOB))
    printer = vistrail.module(BASIC, "StandardOutput", (90, -170))
    vistrail.connect((download, "file", FILE), (printer, "value", VARIANT))
    vistrail.tag("primes")
    vistrail.save(path)


def shell_job(path: Path) -> None:
    """A shell script is run on the server and what it prints is shown."""
    vistrail = VistrailBuilder()
    queue = vistrail.module(TEJ, "Queue", (0, 200))
    vistrail.set(queue, "hostname", "localhost")
    submit = vistrail.module(TEJ, "SubmitShellJob", (0, 100))
    vistrail.set(submit, "source", percent_encode(SHELL))
    vistrail.connect((queue, "queue", QUEUE), (submit, "queue", QUEUE))
    printer = vistrail.module(BASIC, "StandardOutput", (60, 0))
    vistrail.connect((submit, "stdout", FILE), (printer, "value", VARIANT))
    vistrail.tag("shell job")
    vistrail.save(path)


def download_directory(path: Path) -> None:
    """A job makes a directory, which is brought here as ./squares."""
    vistrail = VistrailBuilder()
    queue = vistrail.module(TEJ, "Queue", (0, 300))
    vistrail.set(queue, "hostname", "localhost")
    submit = vistrail.module(TEJ, "SubmitShellJob", (0, 200))
    vistrail.set(submit, "source", percent_encode(SQUARES))
    vistrail.connect((queue, "queue", QUEUE), (submit, "queue", QUEUE))
    download = vistrail.module(TEJ, "DownloadDirectory", (0, 100))
    vistrail.set(download, "pathname", "squares")
    vistrail.connect((submit, "job", JOB), (download, "job", JOB))
    sink = vistrail.module(BASIC, "DirectorySink", (0, 0))
    vistrail.set(sink, "outputPath", "squares", "OutputPath")
    vistrail.connect((download, "directory", DIRECTORY), (sink, "dir", DIRECTORY))
    vistrail.tag("download a directory")
    vistrail.save(path)


def main(folder: Path) -> None:
    """Write every example into a folder."""
    primes(folder / "tej-primes.vt")
    shell_job(folder / "shell-job.vt")
    download_directory(folder / "download-directory.vt")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
