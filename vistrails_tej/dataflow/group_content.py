"""The inside of a group for one run: what goes in, which signatures it has, what comes out."""

from __future__ import annotations

from collections.abc import Sequence

from .group_module import GroupModule
from .loop_jobs import RoundNames, free_name
from .module import GivenSource, InvalidOutput, Module, ModuleConnector, PresentRounds
from .module_errors import ModuleError, ModuleSuspended, RunStopped
from .module_ports import INPUT_PORT, OUTPUT_PORT, PortFinder
from .rounds import mixed_signature, work_inside
from .run_context import RunContext
from .run_result import RunResult

_OUTER = "ExternalPipe"


class GroupContent:
    """Modules made for one run of a group; what enters the group is on its InputPorts.

    A group in a round of a loop has another signature than it was planned with. What inside
    depends on the inputs that the loop varies differs from its planned signature by the same
    bits, so each round has jobs of its own; what does not depend on them is the same work in
    every round, and keeps its name.
    """

    def __init__(self, context: RunContext, group: GroupModule) -> None:
        self._group = group
        self.context = context.inside(group)
        self.wired = context.wire(group.content, group.content_signatures)
        self.sinks = group.content.sinks()
        finder = PortFinder(context.registry)
        self._inputs, self._outputs = (
            {
                module_id: finder.outer_name(described, group.content)
                for module_id, described in group.content.modules.items()
                if finder.is_port_module(described, kind)
            }
            for kind in (INPUT_PORT, OUTPUT_PORT)
        )
        for module_id, port in self._inputs.items():
            # As given: the run inside must not update what is outside.
            given = [GivenSource(source) for source in group.inputPorts.get(port, ())]
            self._enter(module_id, given)
        self._vary()

    def _enter(self, module_id: int, given: Sequence[GivenSource]) -> None:
        """Give an InputPort the first source, and what takes its value the others beside it."""
        entry = self.wired.modules[module_id]
        entry.unsteady_inputs = self._group.unsteady_inputs
        for source in given[:1]:
            entry.set_input_port(_OUTER, source)
        for one in self._group.content.outgoing(module_id):
            sources = self.wired.modules[one.destination.module_id].inputPorts
            beside = [
                number
                for number, source in enumerate(sources[one.destination.port])
                if isinstance(source, ModuleConnector) and source.obj is entry
            ]
            sources[one.destination.port][beside[0] + 1 : beside[0] + 1] = given[1:]

    def _vary(self) -> None:
        """Give what depends on varied inputs the signatures of this round."""
        group, content = self._group, self._group.content
        if not group.varied_ports:
            return
        varied = {one for one, port in self._inputs.items() if port in group.varied_ports}
        for module_id in content.order():
            module = self.wired.modules[module_id]
            ports = {
                one.destination.port
                for one in content.incoming(module_id)
                if one.source.module_id in varied
            }
            if not ports and module_id not in varied:
                continue
            varied.add(module_id)
            module.varied_ports |= ports
            module.repeats = group.repeats
            module.rounds = group.rounds
            unfed = group.unfed_signatures.get(module_id)
            module.work = work_inside(unfed.signature if unfed else "", group)
            module.signature = _shifted(module, group)
            if module.work and group.present_rounds is not None:
                module.present_rounds = _inside(group.present_rounds, module, group)
                monitor = self.context.services.job_monitor
                module.signature = free_name(monitor, module.signature, module.work)

    def finish(self, result: RunResult) -> None:
        """Take the outputs. Raise ModuleSuspended or ModuleError of the group."""
        group = self._group
        if result.was_stopped:
            raise RunStopped(group, "the run was stopped")
        failures = [self._described(one, error) for one, error in result.errors.items()]
        if result.suspended:
            told = [self._described(one, error) for one, error in result.suspended.items()]
            message = "; ".join([*told, *failures])
            raise ModuleSuspended(group, message, children=list(result.suspended.values()))
        if failures:
            first = next(iter(result.errors.values()))
            error = ModuleError(group, "; ".join(failures), first.trace)
            raise error from first
        for module_id, port in self._outputs.items():
            given = self.wired.modules[module_id].outputPorts
            group.set_output(port, given.get(_OUTER, InvalidOutput))

    def _described(self, module_id: int, error: ModuleError) -> str:
        return f"{self.wired.modules[module_id].label}: {error}"


def _inside(rounds: PresentRounds, module: Module, group: Module) -> RoundNames:
    """The rounds of a group as a module in it sees them, here before its own name changes."""
    # The group may itself be inside one that loops: then its own shift counts as well.
    others = [bytes.fromhex(group.planned_signature), *([rounds.shift] if rounds.shift else [])]
    shift = bytes.fromhex(mixed_signature(module.planned_signature, *others))
    return RoundNames(rounds.works, rounds.work, shift)


def _shifted(module: Module, group: Module) -> str:
    if not (module.signature and group.signature and group.planned_signature):
        return ""
    difference = map(bytes.fromhex, (group.signature, group.planned_signature))
    return mixed_signature(module.signature, *difference)
