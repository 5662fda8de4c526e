"""What is timed, line by line; a round ends when the result is there, and fails if it is not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from .contestants import Contestant, copy_job
from .place import Place, check_copy, make_job, wait_for

Round = Callable[[], float]
"""Does it once and returns the seconds."""


@dataclass(frozen=True)
class Line:
    """One line of the table. ``prepare`` makes the round of one contestant."""

    name: str
    prepare: Callable[[Place, Contestant], Round]


def _connect(_place: Place, contestant: Contestant) -> Round:
    return contestant.connect


def _submit(files: int, size: int = 4096) -> Callable[[Place, Contestant], Round]:
    def prepare(place: Place, contestant: Contestant) -> Round:
        directory = _job_folder(place, files, size)
        numbers = count()

        def round_() -> float:
            job_id = f"up-{files}-{size}-{next(numbers)}"
            took = contestant.submit(job_id, directory)
            check_copy(_files(contestant, job_id), directory)
            wait_for(lambda: contestant.is_over(job_id), "the end of the job")
            shutil.rmtree(contestant.jobs / job_id)
            return took

        return round_

    return prepare


def _status(jobs: int) -> Callable[[Place, Contestant], Round]:
    def prepare(place: Place, contestant: Contestant) -> Round:
        names = [f"job-{jobs}-{number}" for number in range(jobs)]
        contestant.submit(names[0], _job_folder(place, 2))
        wait_for(lambda: contestant.is_over(names[0]), "the end of the job")
        copy_job(contestant, names[0], names[1:])
        return lambda: contestant.status(names)

    return prepare


def _download(files: int, size: int = 4096) -> Callable[[Place, Contestant], Round]:
    def prepare(place: Place, contestant: Contestant) -> Round:
        job_id = f"down-{files}-{size}"
        original = _job_folder(place, files, size) / "data"
        # Over the delay, tej would take minutes for what is not timed here.
        contestant.submit(job_id, _job_folder(place, 2))
        wait_for(lambda: contestant.is_over(job_id), "the end of the job")
        there = _files(contestant, job_id) / "data"
        shutil.rmtree(there)
        shutil.copytree(original, there)
        numbers = count()

        def round_() -> float:
            into = place.folder / f"{contestant.name}-{job_id}-{next(numbers)}"
            into.mkdir()
            took = contestant.download(job_id, "data", into)
            check_copy(into / "data", original)
            shutil.rmtree(into)
            return took

        return round_

    return prepare


def _files(contestant: Contestant, job_id: str) -> Path:
    job = contestant.jobs / job_id
    return job / "stage" if (job / "stage").exists() else job


def _job_folder(place: Place, files: int, size: int = 4096) -> Path:
    folder = place.folder / f"job-{files}-{size}"
    return folder if folder.exists() else make_job(folder, files, size)


LINES = (
    Line("connect", _connect),
    Line("submit of 3 files", _submit(2)),
    Line("status of 1 job", _status(1)),
    Line("status of 100 jobs", _status(100)),
    Line("100 files of 4 kB up", _submit(100)),
    Line("100 files of 4 kB down", _download(100)),
    Line("1,000 files of 4 kB up", _submit(1000)),
    Line("1,000 files of 4 kB down", _download(1000)),
)
LARGE = (
    Line("249 MB up", _submit(1, 249_000_000)),
    Line("249 MB down", _download(1, 249_000_000)),
)
