"""PythonSource: a step written in Python, kept in the file."""

from __future__ import annotations

import builtins
import traceback
import urllib.parse
from collections.abc import Callable
from types import CodeType
from typing import Any, ClassVar, NoReturn

from ..module import ModuleError
from ..pipeline import PipelineModule
from .acting import ActsOutside


class PythonSource(ActsOutside):
    """Runs Python code. It sees its added inputs as variables; assigning sets an added output.

    ``self`` is the module, ``fail(message)`` ends it with an error. The code runs only if the
    user trusts where it comes from.
    """

    _input_ports: ClassVar[Any] = [("source", "(basic:String)", {"optional": True})]

    def __init__(self) -> None:
        super().__init__()
        self._inputs: list[str] = []
        self._outputs: list[str] = []

    def transfer_attrs(self, module: PipelineModule) -> None:
        """Learn the ports that were added."""
        super().transfer_attrs(module)
        self._inputs = [spec.name for spec in module.input_port_specs]
        self._outputs = [spec.name for spec in module.output_port_specs]

    def compute(self) -> None:
        """Run the code, set what it assigned. Raise ModuleError, with the line of an error."""
        source = urllib.parse.unquote(self.force_get_input("source", ""))
        if not source.strip():
            return
        self.ask_to_run(source)
        variables = self._variables()
        self._run(self._compile(source), variables)
        for port in self._outputs:
            if variables.get(port) is not None:
                self.set_output(port, variables[port])

    def _variables(self) -> dict[str, Any]:
        variables: dict[str, Any] = {"__name__": "PythonSource", "__builtins__": builtins}
        variables |= {port: self.get_input(port) for port in self._inputs if self.has_input(port)}
        variables |= {"self": self, "fail": self._fail, "print": self._printer()}
        return variables

    def _fail(self, message: object = "failed") -> NoReturn:
        raise ModuleError(self, str(message))

    def _printer(self) -> Callable[..., None]:
        """``print`` for the code: its text takes the way of all output of modules."""
        write = self.interpreter.write_output

        def print_here(
            *values: object, sep: str = " ", end: str = "\n", file: Any = None, flush: bool = False
        ) -> None:
            text = sep.join(str(value) for value in values) + end
            if file is None:
                write(text)
            else:
                file.write(text)
                if flush:
                    file.flush()

        return print_here

    @property
    def _file_name(self) -> str:
        return f"<{self.label}>"

    def _compile(self, source: str) -> CodeType:
        try:
            return compile(source, self._file_name, "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None)
            where = f"line {line}: " if line else ""
            reason = error.msg if isinstance(error, SyntaxError) else str(error)
            raise ModuleError(self, f"{where}{reason}") from error

    def _run(self, code: CodeType, variables: dict[str, Any]) -> None:
        try:
            exec(code, variables)  # noqa: S102 - the purpose of this module; the user agreed
        except ModuleError:
            raise
        except SystemExit as error:
            raise ModuleError(self, f"the code called exit({error.code!r}); use fail()") from error
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            lines = [frame.lineno for frame in frames if frame.filename == self._file_name]
            where = f"line {lines[-1]}: " if lines else ""
            reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            raise ModuleError(self, f"{where}{reason}", traceback.format_exc()) from error
