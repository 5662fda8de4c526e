"""Random edits: each step takes an editor and two numbers that choose what is edited and how."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from vistrails_tej.dataflow import ModuleHandle, Pipeline, VistrailEditor, cut_out
from vistrails_tej.dataflow.editing.connection_edits import find_refusal
from vistrails_tej.dataflow.errors import EditRefused, PortNotFound
from vistrails_tej.dataflow.module_ports import PortFinder

Step = Callable[[VistrailEditor, int, int], object]
KINDS = ("String", "ConcatenateString", "Integer", "StringFormat", "Queue", "SubmitJob", "List")
TEXTS = ("", "5", "a\tb", "one\ntwo", "<&\">'", "\r", "~/.tej", " blanks ", "x" * 40)


def some_module(editor: VistrailEditor, number: int) -> ModuleHandle:
    ids = sorted(editor.pipeline.modules)
    if not ids:
        raise EditRefused("nothing", "there is no module")
    return editor.module(ids[number % len(ids)])


def add(editor: VistrailEditor, a: int, b: int) -> object:
    return editor.add(KINDS[a % len(KINDS)], at=(a, b / 2), label=TEXTS[b % 5].strip())


def connect(editor: VistrailEditor, a: int, b: int) -> object:
    """Connect two modules by the first ports that fit, from some place on."""
    finder = PortFinder(editor.registry)
    source, target = some_module(editor, a), some_module(editor, b)
    pairs = list(product(finder.outputs(source.module), finder.inputs(target.module)))
    for number in range(len(pairs)):
        given, taken = pairs[(a + b + number) % len(pairs)]
        ends = (source.id, given), (target.id, taken)
        if find_refusal(editor.pipeline, editor.registry, *ends) is None:
            return editor.connect(source[given], target[taken])
    return None


def disconnect(editor: VistrailEditor, a: int, b: int) -> object:
    ids = sorted(editor.pipeline.connections)
    return editor.disconnect(ids[a % len(ids)] if ids else -1)


def set_port(editor: VistrailEditor, a: int, b: int) -> object:
    module = some_module(editor, a)
    ports = PortFinder(editor.registry).inputs(module.module)
    spec = list(ports.values())[b % len(ports)] if ports else None
    return spec and module.set(spec.name, *[TEXTS[(a + b) % len(TEXTS)] for _ in spec.items])


def unset(editor: VistrailEditor, a: int, b: int) -> object:
    module = some_module(editor, a)
    ports = [one.port for one in module.module.settings]
    return ports and module.unset(ports[b % len(ports)])


def alias(editor: VistrailEditor, a: int, b: int) -> object:
    module = some_module(editor, a)
    ports = [one.port for one in module.module.settings]
    return ports and editor.set_alias(module, ports[b % len(ports)], f"alias {b % 3}")


def add_port(editor: VistrailEditor, a: int, b: int) -> object:
    types = ("File", "Integer", "basic:Integer,basic:String")
    module = some_module(editor, a)
    return module.add_port(f"port {b % 4}", types[a % 3], output=b % 5 == 0)


def delete_port(editor: VistrailEditor, a: int, b: int) -> object:
    return editor.delete_port(some_module(editor, a), f"port {b % 4}")


def order_ports(editor: VistrailEditor, a: int, b: int) -> object:
    module = some_module(editor, a)
    names = [one.name for one in module.module.input_port_specs]
    return editor.order_ports(module, sorted(names, key=hash if b % 2 else str))


def move(editor: VistrailEditor, a: int, b: int) -> object:
    return editor.move({some_module(editor, a): (b, a), some_module(editor, b): (b, 2.5)})


def label(editor: VistrailEditor, a: int, b: int) -> object:
    return editor.set_label(some_module(editor, a), TEXTS[b % len(TEXTS)])


def switch(editor: VistrailEditor, a: int, b: int) -> object:
    return editor.switch(some_module(editor, a), "loop_type", (None, "dot", "cross")[b % 3])


def delete(editor: VistrailEditor, a: int, b: int) -> object:
    return editor.delete(some_module(editor, a), some_module(editor, b))


def paste(editor: VistrailEditor, a: int, b: int) -> object:
    wanted = {some_module(editor, a).id, some_module(editor, b).id}
    return editor.paste(cut_out(editor.pipeline, wanted), (a, b))


def together(editor: VistrailEditor, a: int, b: int) -> object:
    with editor.action("Two edits"):
        label(editor, a, b)
        return add(editor, b, a)


def back(editor: VistrailEditor, a: int, b: int) -> object:
    return [editor.undo() for _ in range(1 + a % 3)]


def forth(editor: VistrailEditor, a: int, b: int) -> object:
    return editor.redo()


def branch(editor: VistrailEditor, a: int, b: int) -> object:
    return editor.go_to(
        sorted([0, *editor.vistrail.actions])[a % (1 + len(editor.vistrail.actions))]
    )


def tag(editor: VistrailEditor, a: int, b: int) -> object:
    return editor.version and editor.tag(f"tag {a % 5}")


def notes(editor: VistrailEditor, a: int, b: int) -> object:
    return editor.version and editor.set_notes(TEXTS[a % len(TEXTS)])


def prune(editor: VistrailEditor, a: int, b: int) -> object:
    return editor.version and editor.prune(pruned=bool(a % 2))


def variable(editor: VistrailEditor, a: int, b: int) -> object:
    editor.set_variable(f"variable {a % 3}", TEXTS[b % len(TEXTS)])
    return editor.bind(some_module(editor, a), f"variable {b % 3}")


def upgrade(editor: VistrailEditor, a: int, b: int) -> object:
    return editor.upgrade()


def start(editor: VistrailEditor) -> None:
    """Some modules and connections to begin with."""
    for number in range(5):
        add(editor, number, number)
    for number in range(1, 4):
        connect(editor, 0, number)
        connect(editor, 3, number)


STEPS: tuple[Step, ...] = (
    *(add, add, connect, connect, disconnect, set_port, set_port, unset, alias, add_port),
    *(add_port, delete_port, order_ports, move, label, switch, delete, paste, together),
    *(back, forth, branch, tag, notes, prune, variable, upgrade),
)


def take(editor: VistrailEditor, step: Step, a: int, b: int) -> None:
    """Take a step; what is refused must have changed nothing."""
    before: tuple[Pipeline, int] = editor.pipeline, editor.version
    versions = len(editor.vistrail.actions)
    try:
        step(editor, a, b)
    except (EditRefused, PortNotFound):
        assert (editor.pipeline, editor.version) == before
        assert len(editor.vistrail.actions) == versions
