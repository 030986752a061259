"""The pictures of the convolution: the window in colour, patch × kernel = products, the sums, the same as Dense."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.cells import Cells, Index, constant, stacked
from tutor.engine.derivations.expressions import Expression
from tutor.engine.derivations.forms import Writer
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.readouts import Picture, Tile
from tutor.labs.kit.sheet import Sheet

Array = NDArray[np.floating]
COLOURS = ("red", "green", "blue")
WIDEST_FIELD = 65
"""A receptive field of more pixels is not drawn: nobody sees its cells."""


def signed(tables: list[Array]) -> dict[str, Any]:
    """The ends of a scale around 0 for all finite numbers, at least ±1."""
    largest = max([1.0, *(float(np.abs(t[np.isfinite(t)]).max(initial=0.0)) for t in tables)])
    return {"low": -largest, "high": largest, "signed": True}


def input_tiles(picture: Cells, drawing: Cells, window: tuple[int, int, int, int] | None) -> list[tuple[Tile, Cells]]:
    """The picture (rows, columns, channels) under its window; in colour as it looks, and each channel by itself."""
    pixels = picture.values
    if pixels.shape[2] == 1:
        return [(Tile("picture", (), window=window), picture.last(0))]
    channels = np.zeros((3, *pixels.shape))
    for c in range(3):
        channels[c, :, :, c] = pixels[:, :, c]
    whole = Tile("picture", (), window=window, painted=_colours(pixels))
    tinted = [
        (Tile(name, (), window=window, painted=_colours(channels[c])), picture.last(c))
        for c, name in enumerate(COLOURS)
    ]
    return [(whole, drawing), *tinted]


def _colours(pixels: Array) -> tuple[tuple[tuple[float, float, float], ...], ...]:
    return tuple(tuple((float(r), float(g), float(b)) for r, g, b in row) for row in pixels.tolist())


def fill_stands(sheet: Sheet, picture: Cells, map_shape: tuple[int, int], stride: int, before: int) -> None:
    """The picture's first channel with a mark at the top left corner of every window."""
    side, rows = len(picture.values), range(map_shape[0])
    corners = [(h * stride - before, w * stride - before) for h in rows for w in range(map_shape[1])]
    marked = tuple((y, x) for y, x in corners if 0 <= y < side and 0 <= x < side)
    sheet.picture("stands", "where its top left corner can stand", [(Tile("", (), marked), picture.last(0))], digits=2)


def fill_products(sheet: Sheet, patch: Cells, weights: Cells, turned: Cells, products: Cells) -> None:
    """Patch × weights = products, also with the kernel turned by half a turn."""
    tiles = [(Tile("patch", ()), patch), (Tile("× weights", ()), weights), (Tile("= products", ()), products)]
    sheet.picture("steps", "patch × weights = products", tiles, **_numbered([cells for _, cells in tiles]))
    back = sheet.let("flipped products", patch * turned, "patch · flipped weight")
    tiles = [(Tile("patch", ()), patch), (Tile("× flipped", ()), turned), (Tile("= products", ()), back)]
    label = "patch × flipped weights = products"
    sheet.picture("flipped_steps", label, tiles, **_numbered([cells for _, cells in tiles]))


def _numbered(tables: list[Cells]) -> dict[str, Any]:
    return {**signed([cells.values for cells in tables]), "numbered": True, "digits": 2}


def fill_channel_sums(sheet: Sheet, products: Cells, y: Cells) -> None:
    """What each channel adds to the number of the map. ``products`` is (channels · size, size)."""
    rows, size = products.values.shape
    channels = rows // size
    names = COLOURS if channels == 3 else ("picture",)
    parts = [stacked([products[r] for r in range(c * size, (c + 1) * size)]).sum() for c in range(channels)]
    sums = sheet.let("channel sums", stacked(parts), "Σ of the channel's products")
    most = max(1.0, float(np.abs(sums.values).max(initial=0.0)), abs(y.number))
    low, high = (-most if min(float(sums.values.min()), y.number) < 0 else 0.0), most
    panels = [(BarPanel("each channel", names, low=low, high=high), sums)]
    panels += [(BarPanel("with bias", ("map",), low=low, high=high, marked=("map",)), y.viewed((1,), lambda _: ()))]
    sheet.bars("channel_sums", "what each channel adds", panels)


def fill_to_scale(sheet: Sheet, drawing: Cells, kernel: Array) -> None:
    """Picture and kernel (size, size), with values of the same size."""
    weights = constant(kernel)
    tiles = [(Tile("picture", ()), drawing), (Tile("kernel", ()), weights)]
    sheet.picture("to_scale", "picture and kernel, to scale", tiles, **signed([kernel, drawing.values]))


def fill_as_dense(sheet: Sheet, kernel: Cells, map_shape: tuple[int, int], side: int, stride: int, before: int) -> None:
    """The weights of the first filter and channel as those of a Dense layer: (places of the map, pixels)."""
    size = len(kernel.values)
    rows, columns = map_shape

    def weight_at(at: Index) -> Index | None:
        (h, w), (y, x) = divmod(at[0], columns), divmod(at[1], side)
        i, j = y - h * stride + before, x - w * stride + before
        return (i, j, 0, 0) if 0 <= i < size and 0 <= j < size else None

    values = np.zeros((rows * columns, side * side))
    for at in np.ndindex(values.shape):
        place = weight_at(at)
        if place is not None:
            values[at] = kernel.values[place]

    def write(n: Writer, at: Index) -> Expression:
        place = weight_at(at)
        return n(0) if place is None else kernel.write(n, place)

    def said(*at: int) -> str:
        return "0: not under the window" if weight_at(at) is None else "the weight there"

    dense = sheet.let("dense weights", Cells(lambda: values, write), said)
    label = "as a Dense layer: a row for each place, a column for each pixel"
    sheet.picture("as_dense", label, [(Tile("", ()), dense)], gallery=True, **signed([values]))


def fill_reach(sheet: Sheet, size: int, stride: int, layers: int) -> None:
    """What one number sees of each layer below, in one row of it: first with one layer, then with all of them."""
    sheet.show("first_reach", lambda: _reach("first_reach", size, stride, 1), counted=True)
    sheet.show("reach", lambda: _reach("reach", size, stride, layers), counted=True)


def _reach(name: str, size: int, stride: int, layers: int) -> Picture:
    """One row for each layer, the pixels last, with 1 for what is seen."""
    seen = [1]
    while len(seen) <= layers and (more := (seen[-1] - 1) * stride + size) <= WIDEST_FIELD:
        seen.append(more)
    drawn = len(seen) - 1
    widest = seen[-1]
    rows = []
    for count in seen:
        left = (widest - count) // 2
        rows.append(tuple(float(left <= x < left + count) for x in range(widest)))
    of = "" if drawn == layers else f"the last {drawn} of "
    label = f"{of}{layers} layer{'s' if layers > 1 else ''} deep"
    return Picture(name, label, (Tile("", tuple(rows)),), digits=0, row_axis=("layer", drawn, 0))
