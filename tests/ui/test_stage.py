"""How a stage shares its room among pictures."""

from __future__ import annotations

import pytest
from textual.content import Content
from textual.geometry import Size

from tutor.labs.kit.readouts import Curve, LayerView, Network, Series
from tutor.ui.widgets.flow_layout import GAP
from tutor.ui.widgets.lab_view import Extent, LabView
from tutor.ui.widgets.readouts.curve_view import CurveView
from tutor.ui.widgets.readouts.network_view import NetworkView
from tutor.ui.widgets.stage import arrangements, chosen


class Drawing(LabView):
    """A view with a given extent."""

    def __init__(self, extent: Extent) -> None:
        super().__init__()
        self._extent = extent

    def extent(self, width: int) -> Extent:
        return self._extent

    def lines(self, size: Size) -> list[Content]:
        return [Content("x" * size.width)] * size.height


FIXED = Extent(42, 6, 6)
GROWING = Extent(14, 12, 6, grows=True)


@pytest.mark.parametrize("width", range(10, 80, 3))
@pytest.mark.parametrize("extents", [(FIXED, GROWING), (GROWING, FIXED), (FIXED, FIXED), (GROWING, FIXED, GROWING)])
def test_no_row_is_wider_than_the_stage(extents: tuple[Extent, ...], width: int) -> None:
    for way in arrangements([Drawing(extent) for extent in extents], width):
        for row in way.rows:
            assert sum(place.width for place in row) + GAP * (len(row) - 1) <= width
            assert len(row) == 1 or all(place.width >= place.extent.width for place in row)


def test_what_does_not_grow_stands_beside_another_only_where_both_have_room() -> None:
    views = [Drawing(FIXED), Drawing(GROWING)]
    assert len(chosen(views, Size(42 + GAP + 13, 30)).rows) == 2
    assert [place.width for place in chosen(views, Size(42 + GAP + 14, 6)).rows[0]] == [42, 14]


def test_a_picture_is_lower_rather_than_cut_and_shown_in_part_rather_than_pushed_away() -> None:
    class Canvas(Drawing):
        def extent(self, width: int) -> Extent:
            if width < 29:
                return Extent(width, 17, 17, part=True)
            return Extent(29, 29, 15, grows=width >= 57, most=29)

    views = [Canvas(FIXED), Drawing(Extent(17, 11, 11, grows=True, most=31))]
    for size, places in (((57, 26), [[57], [57]]), ((57, 24), [[29, 26]]), ((41, 18), [[19, 20]])):
        way = chosen(views, Size(*size))
        assert [[place.width for place in row] for row in way.rows] == places
        assert way.least <= size[1]


def test_an_empty_frame_asks_for_few_lines_and_its_label_is_whole() -> None:
    label = "the loss of the network on what it has seen and on what it has not seen"
    for width in (20, 41, 80):
        view = CurveView(Curve("loss", label, "epoch", (Series("", (0.0, 1.0), (1.0, 0.5)),)), covered=True)
        view.staged = True
        extent = view.stage_extent(width)
        assert extent.least <= view.extent(width).least
        assert not extent.grows
        lines = [line.plain for line in view.lines(Size(width, extent.height))]
        assert len(lines) == extent.height
        assert "".join(label.split()) in "".join("".join(lines).split())
        view.covered = False
        assert view.stage_extent(width) == view.extent(width)


def test_a_covered_picture_takes_no_column_from_one_that_is_seen() -> None:
    """It is a line below, and not a narrow frame beside it."""
    covered = CurveView(Curve("y", "loss", "x", (Series("", (0.0, 1.0), (1.0, 0.5)),)), True)
    covered.staged = True
    way = chosen([Drawing(GROWING), covered], Size(41, 18))
    assert [[place.width for place in row] for row in way.rows] == [[41], [41]]
    assert way.heights(18)[1] == 2


def test_no_curve_stands_in_a_column_that_is_too_narrow_to_draw_it() -> None:
    curve = Curve("loss", "loss", "epoch", (Series("", (0.0, 1.0), (1.0, 0.5)),))
    for fixed in range(20, 36):
        view = CurveView(curve)
        view.staged = True
        way = chosen([Drawing(Extent(fixed, 9, 9)), view], Size(41, 12))
        height = way.heights(12)[-1]
        assert "too small" not in "".join(line.plain for line in view.lines(Size(way.rows[-1][-1].width, height)))


def test_the_label_of_a_network_is_whole_in_any_width() -> None:
    label = "asked about the first row of the table"
    layers = tuple(LayerView(name, (0.5, 0.25)) for name in ("input", "dense"))
    for covered in (False, True):
        view = NetworkView(Network("network", label, layers, ()), covered=covered)
        for width in (12, 20, 41):
            lines = [line.plain for line in view.lines(Size(width, view.extent(width).height))]
            assert max(map(len, lines)) <= width
            assert "".join(label.split()) in "".join("".join(lines).split())
