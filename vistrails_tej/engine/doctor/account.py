"""The checks of an account on a server: its login shell, programs, disk, clock, schedulers."""

from __future__ import annotations

import time

from .check import Check
from .server_shell import ServerShell
from .shell_noise import read_noise

__all__ = [
    "check_clock",
    "check_file_system",
    "check_login_shell",
    "check_programs",
    "check_schedulers",
    "check_space",
]

_NEEDED = (
    *("sh", "cat", "chmod", "date", "df", "dirname", "head", "ls", "mkdir", "mv", "od"),
    *("ps", "rm", "rmdir", "sleep", "tail", "tar", "touch", "tr", "uname", "wc"),
)
_USEFUL = {
    "setsid": "jobs are put into a session of their own by perl, or not at all",
    "stat": "times of files are read in another way",
    "perl": "it stands in for setsid where that is missing",
}
_LEAST_FREE = 1024 * 1024  # kilobytes
_LEAST_INODES = 1000
_MOST_SKEW = 60.0
_SHOWN = 80

_FILE_SYSTEM = {
    "mkdir": "of several clients that make a directory at once, just one must succeed",
    "rename": "a file or directory must be renamed at once, over an older one too",
    "exclusive": "a file that is there must not be made a second time",
    "execute": "a program there must be allowed to run (mount option noexec)",
}


def check_login_shell(shell: ServerShell, queue: str) -> Check:
    """Tell what start-up files print, and which of them does."""
    del queue
    noise, errors = read_noise(shell.ssh)
    told = (noise or errors).strip()
    if not told:
        return Check.ok("login shell", "starts programs, and prints nothing by itself")
    first = told.splitlines()[0].strip()
    facts = shell.ask("doctor_start_up_files", first)
    sure = list(facts.all("says"))
    files = sure or list(facts.all("prints"))
    where = " or ".join(files) if files else "a start-up file of the login shell"
    found = f"prints {first[:_SHOWN]!r} before anything else"
    if files:
        found += f"; it {'comes' if sure else 'may come'} from {where}"
    return Check.warning(
        "login shell",
        found,
        f"nothing here is disturbed by it, but scp and rsync are: print it in {where} only for"
        " people, behind a line such as: [ -t 1 ] || return",
    )


def check_programs(shell: ServerShell, queue: str) -> Check:
    """Tell which programs are missing."""
    del queue
    facts = shell.ask("doctor_programs", *_NEEDED, *_USEFUL)
    lacking = set(facts.all("lack"))
    missing = [name for name in _NEEDED if name in lacking]
    if missing:
        return Check.failed(
            "programs",
            f"{', '.join(missing)} cannot be found in PATH={facts.get('path')}",
            "install them, or add their directory to PATH in a start-up file that is read"
            " without a terminal (~/.bashrc, ~/.zshenv, ~/.tcshrc)",
        )
    if "setsid" in lacking and "perl" in lacking:
        return Check.warning(
            "programs",
            "all that is needed, but neither setsid nor perl",
            "install setsid (util-linux), so that a kill reaches all processes of a job",
        )
    others = [f"{name} ({why})" for name, why in _USEFUL.items() if name in lacking]
    found = "all that is needed"
    return Check.ok("programs", f"{found}; without {', '.join(others)}" if others else found)


def check_space(shell: ServerShell, queue: str) -> Check:
    """Tell how much fits on the disk of the queue, and how many files."""
    facts = shell.ask("doctor_space", queue, queue=queue)
    free, inodes = facts.number("free"), facts.number("inodes")
    # A file system that counts no inodes says 0 of 0.
    if (facts.get("inodes") or "").endswith(" of 0"):
        inodes = None
    parts = [] if free is None else [f"{_size(free)} free"]
    parts += [] if inodes is None else [f"room for {inodes} files"]
    found = f"{', '.join(parts) or 'not told'} at {facts.get('place')}"
    fix = "remove old jobs (delete, cleanup) and other files, or give a queue on another disk"
    if free == 0 or inodes == 0:
        return Check.failed("space", found, fix)
    if (free is not None and free < _LEAST_FREE) or (inodes is not None and inodes < _LEAST_INODES):
        return Check.warning("space", found, fix)
    return Check.ok("space", found)


def check_clock(shell: ServerShell, queue: str) -> Check:
    """Tell by how much the server's clock differs from ours."""
    del queue
    before = time.time()
    answer = next(iter(shell.ask("date", "+now %s").all("now")), "")
    after = time.time()
    if not answer.isdigit():
        return Check.warning("clock", "the server does not tell its time", "look at its date")
    # It prints whole seconds, so half of one is what it may be off.
    skew = int(answer) + 0.5 - (before + after) / 2
    if abs(skew) - (after - before) / 2 <= _MOST_SKEW:
        return Check.ok("clock", "within a minute of this machine's")
    direction = "ahead of" if skew > 0 else "behind"
    return Check.warning(
        "clock",
        f"{abs(skew):.0f} s {direction} this machine's",
        "jobs are not disturbed, but times look odd; ask the administrator to set it by NTP",
    )


def check_file_system(shell: ServerShell, queue: str) -> Check:
    """Try what jobs rely on, in a scratch directory beside or in the queue."""
    facts = shell.ask("doctor_file_system", queue, queue=queue)
    place = facts.get("place")
    broken = [name for name in _FILE_SYSTEM if facts.get(name) == "no"]
    if broken == ["mkdir"] and facts.get("rename") is None:
        return Check.failed(
            "file system",
            f"nothing can be written in {place}",
            "give a queue in a directory that is yours (--queue), or make room on the disk",
        )
    if broken:
        return Check.failed(
            "file system",
            f"{place} fails at: {'; '.join(_FILE_SYSTEM[name] for name in broken)}",
            "give a queue on another disk (--queue), not on an odd network share",
        )
    return Check.ok("file system", f"mkdir, rename and exclusive files work in {place}")


def check_schedulers(shell: ServerShell, queue: str) -> Check:
    """Tell which batch systems are there."""
    del queue
    facts = shell.ask("doctor_schedulers")
    found = []
    if facts.get("sbatch"):
        found.append(f"Slurm, {facts.get('sbatch_version') or 'of unknown version'}")
    if facts.get("qsub"):
        found.append(_flavour(facts.get("qsub_version") or "", facts.get("qsub_help") or ""))
    if facts.get("bsub"):
        found.append(f"LSF, {facts.get('bsub_version') or 'of unknown version'}")
    return Check.ok("schedulers", "; ".join(found) or "none; jobs run on the server itself")


def _flavour(version: str, help_line: str) -> str:
    """Tell apart the batch systems that have a qsub."""
    if "pbs_version" in version:
        return f"PBS Professional, {version.partition('=')[2].strip()}"
    if version.startswith("Version:"):
        return f"Torque, {version.partition(':')[2].strip()}"
    words = help_line.split()
    if words and words[0] in ("SGE", "GE", "UGE", "OGE", "OGS/GE"):
        return f"Grid Engine, {help_line.strip()}"
    return f"qsub of an unknown kind ({version.strip() or help_line.strip() or 'silent'})"


def _size(kilobytes: int) -> str:
    for unit, size in (("TB", 1024**3), ("GB", 1024**2), ("MB", 1024)):
        if kilobytes >= size:
            return f"{kilobytes / size:.1f} {unit}"
    return f"{kilobytes} kB"
