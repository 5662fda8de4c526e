"""The geometry of the canvas: boxes, lines of boxes, layers, and which module is next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt5.QtCore import QPointF, QRectF
from PyQt5.QtGui import QFont, QFontMetricsF
from PyQt5.QtWidgets import QApplication

from vistrails_tej.dataflow import (
    Connection,
    Direction,
    Endpoint,
    Pipeline,
    PipelineModule,
    PortSpec,
)
from vistrails_tej.gui.builder.canvas.alignment import Alignment, aligned
from vistrails_tej.gui.builder.canvas.box_layout import BoxContent, BoxLayout, BoxLayouts, PortLook
from vistrails_tej.gui.builder.canvas.box_paints import Mark
from vistrails_tej.gui.builder.canvas.differences import compared
from vistrails_tej.gui.builder.canvas.layered import layered_places
from vistrails_tej.gui.builder.canvas.neighbours import following, nearest
from vistrails_tej.gui.builder.canvas.stale import stale_modules


@pytest.fixture
def layouts(qapp: QApplication) -> BoxLayouts:
    return BoxLayouts(QFont())


def looks(direction: Direction, count: int) -> tuple[PortLook, ...]:
    return tuple(PortLook(PortSpec(direction, f"port{one}", ())) for one in range(count))


def content(label: str, inputs: int, outputs: int) -> BoxContent:
    return BoxContent(
        label, "Kind", looks(Direction.INPUT, inputs), looks(Direction.OUTPUT, outputs)
    )


def pipeline(count: int, *links: tuple[int, int]) -> Pipeline:
    return Pipeline(
        {one: PipelineModule(one, "package", "M", location=(0.0, 0.0)) for one in range(count)},
        {
            number: Connection(number, Endpoint(first, "out"), Endpoint(second, "in"))
            for number, (first, second) in enumerate(links)
        },
    )


# -- boxes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["A", "SubmitJob", "A name so long that nobody reads it " * 9])
@pytest.mark.parametrize("ports", [(0, 0), (1, 2), (25, 3), (2, 25)])
def test_nothing_in_a_box_is_outside_it_or_over_something_else(
    layouts: BoxLayouts, label: str, ports: tuple[int, int]
) -> None:
    box = layouts.layout(content(label, *ports))
    parts = [*(place.rect for place in box.ports), box.menu, box.glyph]
    assert all(box.rect.contains(part) for part in [*parts, box.label_rect, box.subtitle_rect])
    for number, part in enumerate(parts):
        assert not any(part.intersects(other) for other in parts[number + 1 :])
        assert not part.intersects(written(layouts, box))


def written(layouts: BoxLayouts, box: BoxLayout) -> QRectF:
    """What the label covers."""
    width = QFontMetricsF(layouts.label_font).horizontalAdvance(box.label)
    return QRectF(-width / 2, box.label_rect.top() + 2, width, box.label_rect.height() - 4)


def test_inputs_are_at_the_top_left_and_outputs_at_the_bottom_right(layouts: BoxLayouts) -> None:
    box = layouts.layout(content("A module of some width", 2, 2))
    assert all(one.rect.center().x() < 0 > one.rect.center().y() for one in box.inputs)
    assert all(one.rect.center().x() > 0 < one.rect.center().y() for one in box.outputs)
    assert box.inputs[1].rect.left() - box.inputs[0].rect.right() == 4


def test_a_long_label_is_cut(layouts: BoxLayouts) -> None:
    box = layouts.layout(content("word " * 100, 1, 1))
    assert box.label.endswith("…")
    assert box.rect.width() < 400


def test_a_port_is_found_where_it_is_drawn_and_a_little_beside(layouts: BoxLayouts) -> None:
    box = layouts.layout(content("Name", 3, 1))
    wanted = box.inputs[1]
    assert box.port_at(wanted.rect.center()) is wanted
    assert box.port_at(wanted.rect.topLeft() - QPointF(0, 1)) is wanted
    assert box.port_at(QPointF(0, 0)) is None


def test_equal_contents_share_a_layout(layouts: BoxLayouts) -> None:
    assert layouts.layout(content("Name", 3, 1)) is layouts.layout(content("Name", 3, 1))


# -- lines of boxes ----------------------------------------------------------------------------

BOXES = {1: QRectF(0, 0, 100, 50), 2: QRectF(300, 40, 60, 50), 3: QRectF(130, 200, 80, 70)}


@pytest.mark.parametrize(
    ("how", "edge"),
    [
        (Alignment.LEFT, QRectF.left),
        (Alignment.RIGHT, QRectF.right),
        (Alignment.TOP, QRectF.top),
        (Alignment.BOTTOM, QRectF.bottom),
        (Alignment.CENTRE, lambda rect: rect.center().x()),
        (Alignment.MIDDLE, lambda rect: rect.center().y()),
    ],
)
def test_aligned_boxes_have_an_edge_or_middle_in_common(how: Alignment, edge: object) -> None:
    found = moved(aligned(BOXES, how))
    assert len({round(edge(rect), 6) for rect in found.values()}) == 1  # type: ignore[operator]


def test_distributed_boxes_have_equal_gaps_and_keep_their_ends() -> None:
    found = moved(aligned(BOXES, Alignment.ACROSS))
    assert (found[1].left(), found[2].right()) == (0, 360)
    assert found[3].left() - found[1].right() == found[2].left() - found[3].right()
    assert [found[one].top() for one in BOXES] == [0, 40, 200]


def moved(places: dict[int, QPointF]) -> dict[int, QRectF]:
    found = {}
    for number, middle in places.items():
        rect = QRectF(BOXES[number])
        rect.moveCenter(middle)
        found[number] = rect
    return found


# -- layers ------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=30))
def test_data_flows_downwards_and_no_box_is_on_another(links: list[tuple[int, int]]) -> None:
    forwards = [(min(link), max(link)) for link in links if link[0] != link[1]]
    graph = pipeline(12, *forwards)
    places = layered_places(graph, {one: (100.0, 60.0) for one in range(12)})
    assert all(places[first][1] > places[second][1] for first, second in forwards)
    rects = [QRectF(x - 50, -y - 30, 100, 60) for x, y in places.values()]
    for number, rect in enumerate(rects):
        assert not any(rect.intersects(other) for other in rects[number + 1 :])


def test_a_circle_is_laid_out_too() -> None:
    places = layered_places(pipeline(2, (0, 1), (1, 0)), {0: (90.0, 50.0), 1: (90.0, 50.0)})
    assert len(set(places.values())) == 2


def test_the_middle_of_the_layout_can_be_given() -> None:
    sizes = {one: (100.0, 60.0) for one in range(3)}
    places = layered_places(pipeline(3, (0, 1), (0, 2)), sizes, middle=(500.0, -300.0))
    xs, ys = [x for x, _ in places.values()], [y for _, y in places.values()]
    assert ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2) == (500.0, -300.0)


# -- the next module ---------------------------------------------------------------------------

PLACES = {1: QPointF(0, 0), 2: QPointF(100, 10), 3: QPointF(60, 200), 4: QPointF(300, 0)}


@pytest.mark.parametrize(
    ("way", "found"),
    [((1, 0), 2), ((0, 1), 3), ((-1, 0), None), ((0, -1), None)],
    ids=["right", "down", "left", "up"],
)
def test_the_nearest_module_in_a_direction(way: tuple[int, int], found: int | None) -> None:
    assert nearest(PLACES, 1, QPointF(*way)) == found


def test_modules_follow_each_other_as_data_flows() -> None:
    graph = pipeline(3, (2, 0), (0, 1))
    assert following(graph, None, forwards=True) == 2
    assert following(graph, 2, forwards=True) == 0
    assert following(graph, 1, forwards=True) is None
    assert following(graph, None, forwards=False) == 1
    assert following(graph, 0, forwards=False) == 2


# -- two pipelines -----------------------------------------------------------------------------


def test_a_new_connection_makes_what_it_feeds_stale_and_a_move_nothing() -> None:
    before, after = pipeline(4, (1, 2)), pipeline(4, (1, 2), (0, 1))
    assert stale_modules(before, after) == {1, 2}
    moved = PipelineModule(0, "package", "M", location=(9.0, 9.0))
    assert not stale_modules(before, Pipeline({**before.modules, 0: moved}, before.connections))


def test_compared_pipelines_mark_what_came_went_and_changed() -> None:
    before, after = pipeline(3, (0, 1)), pipeline(4, (0, 1), (1, 2))
    changed = PipelineModule(1, "package", "M", cache=False)
    modules = {number: one for number, one in after.modules.items() if number != 0}
    both, marks, links = compared(
        before, Pipeline({**modules, 1: changed}, {1: after.connections[1]})
    )
    assert set(both.modules) == {0, 1, 2, 3}
    assert marks == {0: Mark.REMOVED, 1: Mark.CHANGED, 3: Mark.ADDED}
    assert links == {0: Mark.REMOVED, 1: Mark.ADDED}
