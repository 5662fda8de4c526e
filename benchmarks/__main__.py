"""Time this engine beside tej 0.6 and OpenSSH, near and far: ``python -m benchmarks --help``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from .contestants import Contestant, Legacy, OpenSsh, Ours
from .lines import LARGE, LINES, Line
from .place import Place, prepared
from .table import Row, format_json, format_table, machine


def main(arguments: Sequence[str]) -> int:
    """Run the lines that were asked for and print the table."""
    options = _parse(arguments)
    lines = [*LINES, *(LARGE if options.large else ())]
    lines = [line for line in lines if all(word in line.name for word in options.words)]
    if not lines:
        print("no line has these words; see --list", file=sys.stderr)
        return 2
    if options.list:
        print("\n".join(line.name for line in lines))
        return 0
    rows: list[Row] = []
    names: list[str] = []
    with tempfile.TemporaryDirectory(prefix="tej-bench-") as folder:
        for round_trip in options.round_trips:
            with prepared(Path(folder) / f"{round_trip:g}", round_trip / 1000) as place:
                rows += _run(place, lines, options, names)
    print(format_json(rows) if options.json else format_table(rows, names))
    print(machine(), file=sys.stderr if options.json else sys.stdout)
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("words", nargs="*", help="only lines that have all of these words")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--patience",
        type=float,
        default=30.0,
        metavar="SECONDS",
        help="a contestant that took longer in a line sits out the further rounds of it",
    )
    parser.add_argument(
        "--round-trips",
        type=lambda text: [float(one) for one in text.split(",")],
        default=[0.0, 50.0],
        metavar="MS,...",
        help="how far the server is away (default: 0,50)",
    )
    parser.add_argument("--legacy-python", type=Path, help="a Python that has tej 0.6")
    parser.add_argument("--large", action="store_true", help="one file of 249 MB too")
    parser.add_argument("--json", action="store_true", help="print every round, as JSON")
    parser.add_argument("--list", action="store_true", help="print the lines there are")
    return parser.parse_args(arguments)


def _run(
    place: Place, lines: Sequence[Line], options: argparse.Namespace, names: list[str]
) -> list[Row]:
    with ExitStack() as stack:
        contestants: list[Contestant] = [Ours(place)]
        if options.legacy_python is not None:
            contestants.append(Legacy(place, options.legacy_python))
        contestants.append(OpenSsh(place))
        names[:] = [one.name for one in contestants]
        for one in contestants:
            stack.enter_context(closing(one))
            one.connect()
        return [_measure(place, line, contestants, options) for line in lines]


def _measure(
    place: Place, line: Line, contestants: Sequence[Contestant], options: argparse.Namespace
) -> Row:
    """Time one line, the contestants in turn, so that a busy moment hits all of them."""
    row = Row(line.name, place.round_trip)
    rounds = {one.name: line.prepare(place, one) for one in contestants}
    for _ in range(options.rounds):
        for name, round_ in rounds.items():
            seconds = row.seconds.setdefault(name, [])
            if sum(seconds) <= options.patience:
                seconds.append(round_())
    if sys.stderr.isatty():
        print(f"{place.round_trip * 1000:3.0f} ms  {line.name}", file=sys.stderr)
    return row


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
