"""Sends a large file up as a job and fetches it, then prints the most memory this process had.

Arguments: DESTINATION, SSH_DIRECTORY, QUEUE, JOB DIRECTORY, TARGET. Output: kilobytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.waiting import wait_until
from vistrails_tej.engine.remote_queue import RemoteQueue


def main() -> None:
    place, ssh_directory, path, directory, target = sys.argv[1:]
    with RemoteQueue(place, path, ssh_directory=Path(ssh_directory)) as queue:
        queue.submit("large", Path(directory))
        wait_until(lambda: queue.status("large").is_over, 600.0)
        queue.download("large", "large", into=Path(target))
        queue.download_directory("large", ".", into=Path(target) / "all")
        queue.delete("large")
    sys.stdout.write(f"{largest_resident_size()}\n")


def largest_resident_size() -> str:
    """In kilobytes, since this program began; getrusage counts the process that started it too."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        name, _, value = line.partition(":")
        if name == "VmHWM":
            return value.split()[0]
    raise AssertionError("the kernel does not tell VmHWM")


if __name__ == "__main__":
    main()
