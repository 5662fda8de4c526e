"""Calls the Python API of tej 0.6; run by the Python of .venv-tej, where tej is.

One JSON list [VERB, DESTINATION, QUEUE, ARGUMENT...] per line comes in on stdin; one JSON object
goes out for each: {"value": ...}, or {"error": NAME OF THE EXCEPTION, "text": ...}.
"""

import inspect
import json
import os
import sys
import tempfile
import traceback

from tej import main as tej_main
from tej import submission


class Service:
    """Keeps one RemoteQueue of tej for each place, as a program that uses its API would."""

    def __init__(self):
        self.queues = {}

    def answer(self, verb, destination, queue, *arguments):
        if verb in ("parse", "format", "api", "command"):
            return getattr(self, verb)(*arguments)
        key = (destination, queue)
        if key not in self.queues:
            self.queues[key] = submission.RemoteQueue(destination, queue)
        return getattr(self, verb)(self.queues[key], *arguments)

    def parse(self, text):
        return submission.parse_ssh_destination(text)

    def format(self, destination):
        return submission.destination_as_string(destination)

    def api(self):
        found = {}
        for name, member in inspect.getmembers(submission.RemoteQueue):
            if callable(member) and (name == "__init__" or not name.startswith("_")):
                found[name] = list(inspect.signature(member).parameters)[1:]
        return found

    def command(self, words, folder):
        """Run the command line in a process of its own, without waiting for its imports again."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            pid = os.fork()
            if pid == 0:
                os.chdir(folder)
                os.dup2(out.fileno(), 1)
                os.dup2(err.fileno(), 2)
                sys.argv = ["tej", *words]
                os._exit(run_main())
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            texts = []
            for file in (out, err):
                file.seek(0)
                texts.append(file.read().decode("utf-8", "replace"))
        return [code, *texts]

    def setup(self, remote, links, force, only_links):
        remote.setup(links=links, force=force, only_links=only_links)

    def submit(self, remote, job_id, directory, script):
        return remote.submit(job_id, directory, script)

    def status(self, remote, job_id):
        state, directory, result = remote.status(job_id)
        return [state, str(directory), result]

    def list(self, remote):
        return {job_id: info["status"] for job_id, info in remote.list()}

    def download(self, remote, job_id, names, folder):
        remote.download(job_id, names, directory=folder)

    def kill(self, remote, job_id):
        remote.kill(job_id)

    def delete(self, remote, job_id):
        remote.delete(job_id)

    def cleanup(self, remote, kill):
        remote.cleanup(kill=kill)


def run_main():
    try:
        tej_main.main()
        code = 0
    except SystemExit as end:
        code = end.code or 0
    except BaseException:  # noqa: BLE001  (as Python itself would show it)
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def main():
    service = Service()
    for line in sys.stdin:
        try:
            answer = {"value": service.answer(*json.loads(line))}
        except Exception as error:  # noqa: BLE001  (whatever it is, the test judges it)
            answer = {"error": type(error).__name__, "text": str(error)}
        print(json.dumps(answer), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
