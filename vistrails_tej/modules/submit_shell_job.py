"""SubmitShellJob: run a shell script, typed into the module, on the server."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ..engine import Directory
from .engine_errors import as_module_error
from .host import PathObject
from .queue_reference import RemoteJob, job_of_record
from .sessions import current_sessions
from .submission import BaseSubmitJob

SCRIPT = "start.sh"


class SubmitShellJob(BaseSubmitJob):
    """Run a script on the server, in an empty directory, and give what it printed.

    ``source`` is percent-encoded, as the editor of VisTrails writes it. Without a ``#!`` line it
    is run by the server's /bin/sh.
    """

    _input_ports = (("source", "(basic:String)"),)
    _output_ports = (
        ("stderr", "(basic:File)"),
        ("stdout", "(basic:File)"),
    )

    def job_files(self, scratch: Path) -> tuple[Directory, str]:
        """The script alone."""
        source = unquote(self.get_input("source")).replace("\r\n", "\n")
        script = scratch / SCRIPT
        script.write_bytes(source.encode("utf-8", "surrogateescape"))
        script.chmod(0o700)
        return scratch, SCRIPT

    def job_set_results(self, params: dict[str, Any]) -> None:
        """Give the job, its exit code and the files with what it printed."""
        super().job_set_results(params)
        job = job_of_record(params)
        with as_module_error(self):
            self.set_output("stdout", self._fetch(job, "_stdout"))
            self.set_output("stderr", self._fetch(job, "_stderr"))

    def _fetch(self, job: RemoteJob, name: str) -> PathObject:
        file: PathObject = self.interpreter.filePool.create_file(prefix=name, suffix=".txt")
        current_sessions().queue(job.queue).download(job.job_id, name, into=Path(file.name))
        return file
