"""Drives tej 0.6 from inside its own environment: a request per line, the seconds it took back.

Run as a file, by the Python that has tej: ``python legacy_worker.py PORT``.
"""

from __future__ import annotations

import getpass
import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from tej import RemoteQueue  # type: ignore[import-not-found]


def main(port: int) -> None:
    """Answer the requests of stdin."""
    queue: Any = None
    destination = {"hostname": "127.0.0.1", "port": port, "username": getpass.getuser()}
    for line in sys.stdin:
        verb, *words = json.loads(line)
        begun = time.perf_counter()
        if verb == "connect":
            queue = RemoteQueue(destination, "~/.tej", setup_runtime="default")
        elif verb == "submit":
            queue.submit(words[0], words[1])
        elif verb == "status":
            found = [queue.status(job_id) for job_id in words[0]]
            assert all((word, code) == (queue.JOB_DONE, "0") for word, _, code in found), found
        elif verb == "download":
            Path(words[2]).mkdir(exist_ok=True)
            queue.download(words[0], [words[1]], directory=words[2])
        print(time.perf_counter() - begun, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
