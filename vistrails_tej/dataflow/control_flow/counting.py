"""For and While: run a module a number of times."""

from __future__ import annotations

from typing import Any, ClassVar

from ..module import Module, ModuleError, ModuleSuspended
from ..module_errors import RunStopped, as_module_error
from ..repeating import Repetition, repeat
from ..rounds import mixed_signature, port_digest, round_copy, round_signature
from .function_port import FunctionUser


class For(FunctionUser):
    """Runs a module for each number from ``LowerBound`` up to, not with, ``HigherBound``.

    The number goes to ``InputPort``, if that is named; the results are what the module gives on
    ``OutputPort``, by default the module itself. Without an ``InputPort`` a job runs only once,
    as all rounds are the same work.
    """

    _input_ports: ClassVar[Any] = [
        ("FunctionPort", "(basic:Module)"),
        ("InputPort", "(basic:String)", {"optional": True}),
        ("OutputPort", "(basic:String)", {"optional": True, "defaults": "['self']"}),
        ("LowerBound", "(basic:Integer)", {"optional": True, "defaults": "['0']"}),
        ("HigherBound", "(basic:Integer)"),
    ]
    _output_ports: ClassVar[Any] = [("Result", "(basic:List)")]

    def compute(self) -> None:
        """Run all rounds. Raise ModuleSuspended if one waits."""
        port, output = self.force_get_input("InputPort", ""), self.get_input("OutputPort")
        numbers = range(self.get_input("LowerBound"), self.get_input("HigherBound"))
        self.check_ports([port] if port else [], [output])
        copies = [self._copy(port, number) for number in numbers]
        self.set_output("Result", self.run_rounds(copies, output))

    def _copy(self, port: str, number: int) -> Module:
        if port:
            return self.round(number, {port: number}, port)
        inner = round_copy(self.function, {}, self.plain_signature())
        inner.repeats = True
        return inner


class While(FunctionUser):
    """Runs a module again and again, as long as its output ``ConditionPort`` is true.

    What a round gives on the ``StateOutputPorts`` goes to the ``StateInputPorts`` of the next.
    It ends after ``MaxIterations`` rounds in any case; ``Delay`` is the pause between two, in
    seconds. The result is the last round's ``OutputPort``, by default the module itself.
    """

    _input_ports: ClassVar[Any] = [
        ("FunctionPort", "(basic:Module)"),
        ("OutputPort", "(basic:String)", {"optional": True, "defaults": "['self']"}),
        ("ConditionPort", "(basic:String)"),
        ("StateInputPorts", "(basic:List)", {"optional": True}),
        ("StateOutputPorts", "(basic:List)", {"optional": True}),
        ("MaxIterations", "(basic:Integer)", {"optional": True, "defaults": "['20']"}),
        ("Delay", "(basic:Float)", {"optional": True}),
    ]
    _output_ports: ClassVar[Any] = [("Result", "(basic:Variant)")]

    def compute(self) -> None:
        """Run until the condition is false. Raise ModuleSuspended as soon as a round waits."""
        output = self.get_input("OutputPort")
        repetition = Repetition(
            condition=self.force_get_input("ConditionPort", ""),
            most=self.get_input("MaxIterations"),
            delay=self.force_get_input("Delay", 0.0),
            state_inputs=[str(one) for one in self.force_get_input("StateInputPorts", [])],
            state_outputs=[str(one) for one in self.force_get_input("StateOutputPorts", [])],
        )
        outputs = [output, *repetition.state_outputs]
        if repetition.condition:
            outputs.append(repetition.condition)
        self.check_ports(repetition.state_inputs, outputs)
        self.set_output("Result", self._run_rounds(repetition).get_output(output))

    def _run_rounds(self, repetition: Repetition) -> Module:
        """The last round. Raise ModuleSuspended or ModuleError of this module."""
        function, host = self.function, self.interpreter

        def name(number: int) -> str:
            return self._name(number, repetition)

        try:
            last = repeat(
                function, repetition, lambda one: host.compute_round(one, reuse=False), name
            )
        except ModuleSuspended as suspended:
            host.tell_rounds(function, suspended, str(suspended))
            raise ModuleSuspended(self, str(suspended), children=[suspended]) from suspended
        except RunStopped:
            raise
        except Exception as error:
            failure = as_module_error(function, error)
            host.tell_rounds(function, failure, str(failure))
            raise ModuleError(self, f"{function.label}: {failure}", failure.trace) from error
        host.tell_rounds(function, None, "")
        return last

    def _name(self, number: int, repetition: Repetition) -> str:
        """As in VisTrails the first and, if state is handed on, the second one.

        There later rounds have these names too, so that a job would not run again.
        """
        if number == 0:
            return self.plain_signature()
        port = repetition.state_inputs[-1] if repetition.state_inputs else ""
        if number == 1 and port:
            return mixed_signature(self.signature, port_digest(port))
        return round_signature(self.signature, number, port)
