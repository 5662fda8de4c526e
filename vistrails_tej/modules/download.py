"""DownloadFile and DownloadDirectory: bring the results of a job here."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from .engine_errors import as_module_error
from .host import Module, ModuleError, PathObject
from .sessions import current_sessions


class DownloadFile(Module):
    """Bring one file of a job's directory here.

    ``filename`` is relative to the job's directory; the downloaded file keeps its suffix.
    """

    _input_ports = (
        ("job", "(org.vistrails.extra.tej:Job)", {"min_conns": 1}),
        ("filename", "(basic:String)"),
    )
    _output_ports = (("file", "(basic:File)"),)

    def compute(self) -> None:
        """Download into a file of the file pool."""
        job, name = self.get_input("job"), self.get_input("filename")
        suffix = PurePosixPath(name).suffix
        file: PathObject = self.interpreter.filePool.create_file(prefix="tej", suffix=suffix)
        with as_module_error(self):
            current_sessions().queue(job.queue).download(job.job_id, name, into=Path(file.name))
        self.set_output("file", file)


class DownloadDirectory(Module):
    """Bring a directory of a job's directory here, with everything in it."""

    _input_ports = (
        ("job", "(org.vistrails.extra.tej:Job)", {"min_conns": 1}),
        ("pathname", "(basic:String)"),
    )
    _output_ports = (("directory", "(basic:Directory)"),)

    def compute(self) -> None:
        """Download into a directory of the file pool."""
        job, name = self.get_input("job"), self.get_input("pathname")
        last = PurePosixPath(name).name
        if last in ("", ".."):
            raise ModuleError(self, f"{name!r} names no directory of the job; give its name")
        pool = self.interpreter.filePool.create_directory(prefix="tej")
        target = Path(pool.name) / last
        with as_module_error(self):
            current_sessions().queue(job.queue).download_directory(job.job_id, name, into=target)
        self.set_output("directory", PathObject(str(target)))
