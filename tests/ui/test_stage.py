"""How a stage shares its room among pictures."""

from __future__ import annotations

import pytest
from textual.content import Content
from textual.geometry import Size

from tutor.labs.kit.charts import BarPanel, Bars
from tutor.labs.kit.readouts import COVERED_NUMBER, Curve, LayerView, Network, Picture, Series, Tile, Vector
from tutor.ui.widgets.flow_layout import GAP
from tutor.ui.widgets.lab_view import Extent, LabView
from tutor.ui.widgets.readouts.bars_view import BarsView
from tutor.ui.widgets.readouts.curve_view import CurveView
from tutor.ui.widgets.readouts.network_view import NetworkView
from tutor.ui.widgets.readouts.picture_view import PictureView
from tutor.ui.widgets.readouts.vector_view import VectorView
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
    covered = CurveView(Curve("y", "what comes out of it in the end", "x", (Series("", (0.0, 1.0), (1.0, 0.5)),)), True)
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


def test_an_extent_that_was_asked_for_is_not_computed_again_until_something_changes() -> None:
    def curve(*labels: str) -> Curve:
        return Curve("c", "c", "x", tuple(Series(label, (0.0, 1.0), (1.0, 0.5)) for label in labels))

    computed = []

    class Counting(CurveView):
        def extent(self, width: int) -> Extent:
            computed.append(width)
            return super().extent(width)

    view = Counting(curve("a"))
    view.staged = True
    first = [view.stage_extent(width) for width in (30, 60, 30, 60)]
    assert computed == [30, 60]
    assert first[:2] == first[2:]
    view.readout = curve("a line with a long name", "and another with a long name")
    assert view.stage_extent(30) == CurveView.extent(view, 30)
    assert computed == [30, 60, 30]
    view.staged = False
    view.stage_extent(30)
    assert len(computed) == 4


def test_the_label_of_a_network_is_whole_in_any_width() -> None:
    label = "asked about the first row of the table"
    layers = tuple(LayerView(name, (0.5, 0.25)) for name in ("input", "dense"))
    for covered in (False, True):
        view = NetworkView(Network("network", label, layers, ()), covered=covered)
        for width in (12, 20, 41):
            lines = [line.plain for line in view.lines(Size(width, view.extent(width).height))]
            assert max(map(len, lines)) <= width
            assert "".join(label.split()) in "".join("".join(lines).split())


@pytest.mark.parametrize("width", range(20, 60))
def test_no_curve_stands_where_it_is_too_narrow_to_be_drawn(width: int) -> None:
    line = Series("", tuple(map(float, range(9))), tuple(map(float, range(9))))
    for others in ([Drawing(FIXED)], [Drawing(GROWING)], [CurveView(Curve("z", "z", "x", (line,)))]):
        curve = CurveView(Curve("y", "y", "x", (line,)))
        views = [*others, curve]
        way = chosen(views, Size(width, 14))
        placed = dict(zip(views, (place for row in way.rows for place in row), strict=True))
        drawn = [part.plain for part in curve.lines(Size(placed[curve].width, placed[curve].extent.least))]
        assert not any("too small" in part for part in drawn)


def test_a_picture_goes_below_rather_than_to_show_means_of_its_numbers() -> None:
    row = PictureView(Picture("row", "row by row", (Tile("", (tuple(float(i % 2) for i in range(25)),)),)))
    row.staged = True
    views = [Drawing(Extent(20, 10, 10, grows=True, most=18)), row]
    assert [len(each) for each in chosen(views, Size(41, 18)).rows] == [1, 1]
    # It is reduced rather than pushed away.
    assert [len(each) for each in chosen(views, Size(41, 11)).rows] == [2]


def test_covered_bars_get_their_room_when_they_are_seen() -> None:
    across = VectorView(Vector("p", "it says", ("a", "b"), (0.25, 0.75), bars=True), covered=True)
    across.staged = True
    assert not across.stage_extent(40).grows
    across.covered = False
    assert across.stage_extent(40).grows


def test_covered_bars_with_others_behind_them_are_as_high_as_there_is_room() -> None:
    def extent(before: tuple[float, ...]) -> Extent:
        view = BarsView(Bars("w", "", (BarPanel("w", ("a", "b"), (COVERED_NUMBER,) * 2, before=before),)))
        view.staged = True
        return view.stage_extent(40)

    assert extent(()).most == extent(()).least
    assert extent((1.0, 2.0)).most > extent(()).most
