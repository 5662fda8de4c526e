"""SubmitJob: run a directory of files on the server."""

from __future__ import annotations

from pathlib import Path

from ..engine import Directory, FileSource
from .named_files import TakesNamedFiles
from .submission import BaseSubmitJob


class SubmitJob(BaseSubmitJob, TakesNamedFiles):
    """Run a script in a directory on the server.

    The directory is that of the ``job`` port, if there is one, with the files of the ports that
    the user added on top, each under the name of its port. ``script`` is the file to run.
    """

    _input_ports = (
        ("job", "(basic:Directory)", {"optional": True}),
        ("script", "(basic:String)", {"optional": True, "defaults": ["start.sh"]}),
    )

    def job_files(self, scratch: Path) -> tuple[Directory, str]:
        """All files from where they lie: they may be too large to be copied here first."""
        del scratch
        base = [FileSource(Path(self.get_input("job").name))] if self.has_input("job") else []
        script: str = self.get_input("script")
        return [*base, *self.named_files()], script
