"""Pictures of pipelines are valid SVG that shows every module."""

from __future__ import annotations

from xml.etree import ElementTree

from vistrails_tej.cli.pipeline_picture import draw_pipeline
from vistrails_tej.dataflow.pipeline import (
    Annotation,
    Connection,
    Endpoint,
    Pipeline,
    PipelineModule,
)

SVG = "{http://www.w3.org/2000/svg}"


def module(number: int, label: str, place: tuple[float, float] | None = None) -> PipelineModule:
    notes = (Annotation(number, "__desc__", label),)
    return PipelineModule(number, "some.package", "Step", annotations=notes, location=place)


def link(number: int, source: int, destination: int) -> Connection:
    return Connection(number, Endpoint(source, "out"), Endpoint(destination, "in"))


def texts(picture: str) -> list[str | None]:
    return [one.text for one in ElementTree.fromstring(picture).iter(f"{SVG}text")]


def test_every_label_is_shown_escaped() -> None:
    picture = draw_pipeline(Pipeline({0: module(0, "a < b & c")}, {}))
    assert texts(picture) == ["a < b & c", "(Step)"]


def test_a_connection_is_a_curve_from_the_upper_to_the_lower_module() -> None:
    modules = {0: module(0, "up", (0, 100)), 1: module(1, "down", (0, 0))}
    root = ElementTree.fromstring(draw_pipeline(Pipeline(modules, {0: link(0, 0, 1)})))
    (curve,) = root.iter(f"{SVG}path")
    start, *_, end = curve.attrib["d"].removeprefix("M").replace("C", "").split()
    assert float(start.split(",")[1]) < float(end.split(",")[1])


def test_modules_without_a_place_do_not_lie_on_each_other() -> None:
    modules = {number: module(number, f"m{number}") for number in range(4)}
    connections = {0: link(0, 0, 2), 1: link(1, 1, 2)}
    root = ElementTree.fromstring(draw_pipeline(Pipeline(modules, connections)))
    boxes = {
        (one.attrib["x"], one.attrib["y"]) for one in root.iter(f"{SVG}rect") if "rx" in one.attrib
    }
    assert len(boxes) == 4


def test_modules_without_a_place_keep_clear_of_each_other_whatever_their_labels() -> None:
    labels = ("WWWW and MMMM, wider than they are long", "i", "\u6f22\u5b57" * 12, "x")
    modules = {number: module(number, label) for number, label in enumerate(labels)}
    root = ElementTree.fromstring(draw_pipeline(Pipeline(modules, {})))
    boxes = [one.attrib for one in root.iter(f"{SVG}rect") if "rx" in one.attrib]
    ends = [float(box["x"]) + float(box["width"]) for box in boxes]
    assert all(end < float(box["x"]) for end, box in zip(ends, boxes[1:], strict=False))


def test_a_module_without_a_place_lies_below_those_with_one() -> None:
    modules = {0: module(0, "placed", (0, 0)), 1: module(1, "not placed")}
    root = ElementTree.fromstring(draw_pipeline(Pipeline(modules, {0: link(0, 0, 1)})))
    above, below = [one.attrib for one in root.iter(f"{SVG}rect") if "rx" in one.attrib]
    assert float(above["y"]) + float(above["height"]) < float(below["y"])


def test_a_long_label_is_cut_and_told_in_full_when_pointed_at() -> None:
    label = "the temperature of the lower boundary layer in kelvin"
    picture = draw_pipeline(Pipeline({0: module(0, label)}, {}))
    shown, _ = texts(picture)
    assert shown is not None
    assert label.startswith(shown.removesuffix("\u2026"))
    titles = [one.text for one in ElementTree.fromstring(picture).iter(f"{SVG}title")]
    assert titles == [label]


def test_a_cyclic_pipeline_can_be_drawn() -> None:
    modules = {0: module(0, "a"), 1: module(1, "b")}
    picture = draw_pipeline(Pipeline(modules, {0: link(0, 0, 1), 1: link(1, 1, 0)}))
    assert len(list(ElementTree.fromstring(picture).iter(f"{SVG}path"))) == 2


def test_an_empty_pipeline_is_an_empty_picture() -> None:
    assert texts(draw_pipeline(Pipeline({}, {}))) == []
