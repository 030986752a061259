"""The pictures of the shapes lab: drawings unrolled, taught, flipped and moved; a thinned network; lengths of steps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import TrainingData
from tutor.datasets import drawings
from tutor.datasets.shapes import NAMES, PIXELS, SIDE
from tutor.engine.derivations.cells import Cells
from tutor.engine.layers import Dense, Dropout
from tutor.engine.network import dropout_mask, dropout_rates, dropout_sizes, forward
from tutor.engine.parameters import Parameters
from tutor.engine.randomness import dropout_noise
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.readouts import LayerView, Network, Picture, Tile
from tutor.labs.kit.sheet import Sheet

MOST_DRAWINGS = 12
"""The drawings that are shown side by side."""

Drawing = NDArray[np.float64]


def fill_drawings(sheet: Sheet, data: TrainingData, shape: str, drawing: Drawing) -> None:
    """Put pictures of drawings on the sheet; ``shape`` is the chosen one, and ``drawing`` (5, 5) the one of it."""
    row = int(sheet["pixel_row"].number) - 1
    window = Tile("", (), window=(0, SIDE * row, 1, SIDE))
    unrolled = sheet["drawing"].reshaped((1, PIXELS))
    sheet.picture("unrolled", "row by row; framed: its row", [(window, unrolled)], digits=0)

    def taught() -> Picture:
        labels = data.labels.argmax(axis=1)
        shown = zip(labels, data.inputs, strict=True)
        tiles = tuple(_tile(NAMES[label], row) for label, row in list(shown)[:MOST_DRAWINGS])
        return Picture("taught", "what it is trained on", tiles, digits=0)

    def variants() -> Picture:
        rows = data.held_out_inputs[data.held_out_labels.argmax(axis=1) == NAMES.index(shape)][:MOST_DRAWINGS]
        tiles = tuple(_tile(f"{number}", row, row != drawing.ravel()) for number, row in enumerate(rows, 1))
        return Picture("variants", f"the first {len(tiles)} made from {shape}", tiles, digits=0)

    def moved() -> Picture:
        right = drawings.shifted(drawing, 0, 1)
        both = (drawing > 0) & (right > 0)
        tiles = (_tile(shape, drawing), _tile("moved right", right), _tile("on in both", both.astype(float)))
        return Picture("moved", "to the right by one pixel", tiles, digits=0)

    for made in (taught, variants, moved):
        sheet.show(made.__name__, made, counted=True)


def _tile(label: str, pixels: Drawing, marked: NDArray[np.bool_] | None = None) -> Tile:
    at = () if marked is None else tuple(divmod(int(place), SIDE) for place in np.flatnonzero(marked))
    return Tile(label, tuple(map(tuple, pixels.reshape(SIDE, SIDE).tolist())), at)


def fill_answers(sheet: Sheet, z: Cells, p: Cells) -> None:
    """Draw the scores ``z`` and the confidences ``p``, (5,), as bars, and show the last of them by itself."""
    sheet.number("last_confidence", f"confidence in {NAMES[-1]}", p[len(NAMES) - 1], digits=3)
    sheet.bars("answers", "", [(BarPanel("confidence", NAMES, high=1.0), p)])
    sheet.bars("scores", "", [(BarPanel("z of the last layer", NAMES, low=None), z)])


def fill_thinned(sheet: Sheet, spec: NetworkSpec, parameters: Callable[[], Parameters], drawing: Drawing) -> None:
    """Draw the network as it answers in the first step of training, with units off, asked about ``drawing``."""

    def thinned() -> Network:
        noise, rates = dropout_noise(spec.seed, 1, dropout_sizes(spec), 0), dropout_rates(spec)
        masks = [dropout_mask(n[0], rate, spec.dtype) for n, rate in zip(noise, rates, strict=True)]
        values = forward(spec, parameters(), drawing.reshape(1, PIXELS), masks)
        views, kernels = [LayerView("input", tuple(values["input"][0].tolist()))], []
        layers = spec.named_layers
        for number, (name, layer) in enumerate(layers):
            if isinstance(layer, Dense):
                after = layers[number + 1][0] if number + 1 < len(layers) else ""
                thin = after and isinstance(layers[number + 1][1], Dropout)
                units = values[f"{after if thin else name}.out"][0]
                views.append(LayerView(name, tuple(units.tolist()), () if after else NAMES))
                kernels.append(tuple(map(tuple, parameters()[f"{name}.kernel"].tolist())))
        return Network("thinned", f"in training, {sum(rates[:1]):.0%} off", tuple(views), tuple(kernels))

    sheet.show("thinned", thinned, counted=True)
