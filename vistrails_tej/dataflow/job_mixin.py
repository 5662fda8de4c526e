"""JobMixin: start once, suspend while it runs, collect when it has ended."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from .events import describe_rounds
from .job_format import JobRecord
from .loop_jobs import LOOPED_MODULE, SAME_WORK, same_work
from .module import Module, NotCacheable
from .module_errors import JobHandle, ModuleError, ModuleSuspended, RunStopped

logger = logging.getLogger(__name__)


class JobMixin(NotCacheable, Module):
    """Base of modules that wait for a job outside; written before Module among the bases.

    The job is known by the module's signature. A subclass says how to read its inputs, start the
    job, look at it and collect it; parameters are dictionaries that fit into JSON.
    """

    holds_jobs = True

    def job_read_inputs(self) -> dict[str, Any]:
        """Read the inputs of a job that is about to start."""
        raise NotImplementedError

    def job_start(self, params: dict[str, Any]) -> dict[str, Any]:
        """Start the job, or join the one that runs already; return all that is to be remembered."""
        raise NotImplementedError

    def job_get_handle(self, params: dict[str, Any]) -> JobHandle:
        """Something that tells whether the job has ended."""
        raise NotImplementedError

    def job_finish(self, params: dict[str, Any]) -> dict[str, Any]:
        """Collect a job that has ended; return what the outputs are made from."""
        raise NotImplementedError

    def job_set_results(self, params: dict[str, Any]) -> None:
        """Set the outputs, from nothing but the parameters."""
        raise NotImplementedError

    def job_can_be_shared(self, params: dict[str, Any]) -> bool:
        """Whether the same work, done for another round of a loop, is as good as a new job."""
        return True

    def job_name(self) -> str:
        """What to call the job in lists: the label of the module, and which round it is."""
        return f"{self.label}{describe_rounds(self.rounds)}"

    def known_outcome(self) -> str | None:
        """The record of a job that has ended: the outputs are made from nothing else."""
        record = self.job_monitor().get_job(self.signature)
        if record is None or not record.finished:
            return None
        return json.dumps([record.start, dict(record.parameters)], sort_keys=True)

    def upstream_needed(self) -> bool:
        """Only to start the job: what came before a job that is known does not run again."""
        return not self.job_monitor().has_job(self.signature)

    def update_upstream(self) -> None:
        """Update what feeds the inputs, unless the job is known already."""
        if self.upstream_needed():
            super().update_upstream()

    def compute(self) -> None:
        """Go on with the job as far as it goes. Raise ModuleSuspended while it runs."""
        if not self.signature:
            raise ModuleError(self, f"{self.label} has no signature, so its job would be lost")
        record = self.job_monitor().get_job(self.signature)
        if record is None:
            # A loop that was other then, such as over a shorter list, may have done the same.
            same = same_work(self.job_monitor().jobs(), self.work, self.present_rounds)
            if same is not None and self._take_up(same):
                return
        self._go_on(record)

    def _go_on(self, record: JobRecord | None) -> None:
        monitor = self.job_monitor()
        if record is not None and record.finished:
            self._set_results(record.parameters)
            return
        params = {**self._parameters(record), **self._mark()}
        monitor.add_job(self.signature, params, self.job_name())
        monitor.check_job(self, self.signature, self._handle(params))
        # Recorded as finished only now: a job that was lost leaves its record as it was.
        params = {**self.job_finish(params), **self._mark()}
        monitor.set_cache(self.signature, params, self.job_name())
        self._set_results(params)

    # -- rounds of a loop that changed -------------------------------------------------------

    def _mark(self) -> dict[str, Any]:
        """What a record says of a round of a loop; nothing elsewhere."""
        if self.signature == self.planned_signature:
            return {}
        marks = {LOOPED_MODULE: self.planned_signature, SAME_WORK: self.work}
        return {key: text for key, text in marks.items() if text}

    def _take_up(self, same: JobRecord) -> bool:
        """Go on with another round's job under the own signature; False if it is of no use."""
        monitor = self.job_monitor()
        try:
            if not self.job_can_be_shared(dict(same.parameters)):
                return False
            if same.finished:
                params = {**same.parameters, **self._mark()}
                self._set_results(params)
                monitor.set_cache(self.signature, params, self.job_name())
            else:
                self._go_on(same)
        except (ModuleSuspended, RunStopped):
            raise
        except (ModuleError, LookupError, TypeError, ValueError) as error:
            # It is gone, or its record is of no use. A server that cannot be asked is another
            # matter: the job may go on there, and a new one would do the same twice.
            logger.info("Job %s is not used again: %s", same.id, error)
            monitor.delete_job(self.signature)
            return False
        return True

    def _parameters(self, record: JobRecord | None) -> dict[str, Any]:
        if record is None:
            return self.job_start(self.job_read_inputs())
        return dict(record.parameters)

    def _handle(self, params: dict[str, Any]) -> JobHandle:
        try:
            return self.job_get_handle(params)
        except KeyError as error:
            raise self._incomplete(error) from error

    def _set_results(self, params: Mapping[str, Any]) -> None:
        try:
            self.job_set_results(dict(params))
        except KeyError as error:
            raise self._incomplete(error) from error

    def _incomplete(self, error: KeyError) -> ModuleError:
        return ModuleError(
            self,
            f"the saved record of this job lacks {error}; delete the record and run again",
        )
