"""Named points on a plane."""

from __future__ import annotations

import math
from typing import ClassVar

from textual.content import Content
from textual.geometry import Size

from tutor.labs.kit.charts import Scatter, Spot
from tutor.labs.kit.readouts import Covered
from tutor.language.catalogue import _
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import between, heading, visible
from tutor.ui.widgets.pictures.spot_drawing import STYLES, draw_spots
from tutor.ui.widgets.readouts.readout_view import ReadoutView, empty_frame

LEAST, LIKED, NARROWEST = 6, 14, 22
_TALLEST_SHAPE = 2
"""Its width in cells as a multiple of its lines, at which it is a square."""


class ScatterView(ReadoutView[Scatter]):
    """Points as their labels under a legend; an empty frame if none is to be seen."""

    takes_long: ClassVar[bool] = True
    on_stage: ClassVar[bool] = True

    def extent(self, width: int) -> Extent:
        """All the spare height, up to a square."""
        head = len(self._head(width))
        return Extent(
            NARROWEST, head + LIKED, head + LEAST, grows=True, most=head + max(LEAST, width // _TALLEST_SHAPE)
        )

    def lines(self, size: Size) -> list[Content]:
        """The legend and the plane."""
        head = self._head(size.width)
        height = size.height - len(head)
        if self.covered:
            return [*head, *empty_frame(size.width, height)]
        drawn = draw_spots(self.data, self._seen(), size.width, height) if self._seen() else []
        return [
            *head,
            *(drawn or empty_frame(size.width, height, _("too small") if self._seen() else _("no points yet"))),
        ]

    def _seen(self) -> list[Spot]:
        return [spot for spot in self.data.spots if all(map(_is_seen, (spot.x, spot.y)))]

    def _head(self, width: int) -> list[Content]:
        """The label, the kinds of points, the axes; on as many lines as necessary."""
        data = self.data
        lines = heading(data.label, width, "bold") if data.label else [Content("")]
        for kind, style in zip(data.kinds, STYLES, strict=False):
            sample = next(spot.label for spot in data.spots if spot.kind == kind)
            item = Content.assemble(" ", (visible(sample), style), f" {visible(kind)}")
            if lines[-1].cell_length + 1 + item.cell_length <= width:
                lines[-1] = lines[-1] + Content(" ") + item
            else:
                lines.append(item)
        axes = Content.styled(" ".join(f"{way} {visible(of)}" for way, of in zip("→↑", data.axes, strict=True)), "dim")
        if lines[-1].cell_length + axes.cell_length + 2 <= width:
            lines[-1] = between(lines[-1], axes, width)
        elif axes.cell_length < width:
            lines.append(Content(" ") + axes)
        return lines


def _is_seen(value: float) -> bool:
    return not isinstance(value, Covered) and math.isfinite(value)
