"""SubmitJob: run a directory of files on the server."""

from __future__ import annotations

from pathlib import Path

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

    def prepare_directory(self, directory: Path) -> str:
        """See `BaseSubmitJob.prepare_directory`."""
        base = Path(self.get_input("job").name) if self.has_input("job") else None
        self.assemble(directory, base)
        script: str = self.get_input("script")
        return script
