"""The autoencoder on the sheet: five shapes and a drawing through two numbers, what comes back, what is counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.shapes import NAMES, PIXELS, SIDE
from tutor.engine.derivations.cells import Cells, ln, stacked
from tutor.engine.parameters import Parameters, count
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.readouts import LayerView, Text, Tile
from tutor.labs.kit.sheet import Sheet
from tutor.labs.making_pictures.code_plane import fill_plane, fill_spot, fill_way
from tutor.labs.making_pictures.controls import CODE
from tutor.labs.making_pictures.dense_cells import Layer, passed
from tutor.labs.making_pictures.mosaic import mosaic
from tutor.labs.making_pictures.shapes_code import HALF, autoencoder_rows, come_back, decoder_count, dense_layers

ENCODER = 2
"""The layers up to the code."""


@dataclass(frozen=True)
class Asked:
    """The network in its present state, and what the learner asks of it."""

    spec: NetworkSpec
    parameters: Parameters
    predict: Callable[[NDArray[np.floating]], NDArray[np.floating]]
    ends: tuple[str, str]
    """The shapes at the two ends of the way."""


def fill_autoencoder(sheet: Sheet, asked: Asked) -> None:
    """The five shapes and the drawing through the network; the plane of codes; the decoder at other places."""
    encoder, decoder = _layers(sheet, asked)
    shapes = sheet.give("shapes", lambda: autoencoder_rows().inputs)
    drawing = sheet["drawing"].reshaped((PIXELS,))
    rows = [*(shapes[i] for i in range(len(NAMES))), drawing]
    hidden, codes = passed(sheet, "encoder", stacked(rows), encoder)
    unfolded, given_back = passed(sheet, "decoder", codes, decoder)
    own = len(NAMES)
    sheet.matrix("codes", "each shape's two numbers", NAMES, CODE, codes.viewed((own, 2), lambda at: at), digits=2)
    code = sheet.vector("code", "the drawing's two numbers", CODE, codes[own], digits=2)
    _fill_pairs(sheet, shapes, drawing, given_back)
    _fill_network(sheet, asked.spec, [drawing, hidden[own], code, unfolded[own], given_back[own]])
    _fill_counts(sheet, asked, shapes, given_back)
    fill_plane(sheet, asked.ends, codes, decoder)
    fill_spot(sheet, decoder)
    fill_way(sheet, asked.ends, codes, decoder)


def _layers(sheet: Sheet, asked: Asked) -> tuple[list[Layer], list[Layer]]:
    """The four layers, their weights given: a training made them."""
    layers: list[Layer] = []
    for number, (kernel, bias, activation) in enumerate(dense_layers(asked.spec, asked.parameters), start=1):
        layers.append((sheet.give(f"W{number}", kernel), sheet.give(f"b{number}", bias), activation))
    return layers[:ENCODER], layers[ENCODER:]


def _square(pixels: Cells) -> Cells:
    return pixels.reshaped((SIDE, SIDE))


def _fill_pairs(sheet: Sheet, shapes: Cells, drawing: Cells, given_back: Cells) -> None:
    """The drawing and what comes back; the same of the five shapes."""
    own = len(NAMES)
    back = given_back[own]
    sheet.picture("back", "what comes back", [(Tile("", ()), _square(back))], digits=2)
    both = stacked([*(shapes[i] for i in range(own)), *(given_back[i] for i in range(own))])
    ten = [(Tile("", ()), mosaic(sheet, both, 2, own))]
    sheet.picture("pairs", "the five, and what comes back", ten, digits=2)
    sheet.show("comes_back", lambda: Text("comes_back", "what comes back is", come_back(drawing.values, back.values)))


def _fill_network(sheet: Sheet, spec: NetworkSpec, units: list[Cells]) -> None:
    names = ("pixels", *(name for name, _ in spec.named_layers))
    views = [LayerView(name, (), CODE if place == ENCODER else ()) for place, name in enumerate(names)]
    kernels = [sheet[f"W{number}"] for number in range(1, len(names))]
    sheet.network("network", "the drawing on its way", list(zip(views, units, strict=True)), kernels)


def _fill_counts(sheet: Sheet, asked: Asked, shapes: Cells, given_back: Cells) -> None:
    """The loss over the five, how many come back whole, and how many with a flipped pixel are mended."""
    own = len(NAMES)
    y = given_back.viewed((own, PIXELS), lambda at: at)
    missed = -(shapes * ln(y) + (1.0 - shapes) * ln(1.0 - y)).sum() / float(own * PIXELS)
    sheet.number("code_loss", "loss", missed, "−Σ (t·ln y + (1 − t)·ln(1 − y)) / all pixels", digits=4)

    def whole(given: NDArray[Any], wanted: NDArray[Any]) -> NDArray[np.bool_]:
        same: NDArray[np.bool_] = ((given > HALF) == (wanted > HALF)).all(axis=1)
        return same

    def mended() -> list[float]:
        data = autoencoder_rows()
        back = whole(asked.predict(data.held_out_inputs), data.held_out_labels)
        return [float(n) for n in back.reshape(own, PIXELS).sum(axis=1)]

    sheet.number("right", f"of {own} come back whole", lambda: int(whole(y.values, shapes.values).sum()), digits=0)
    sheet.number("shapes_in_all", "shapes", own, digits=0)
    sheet.vector("mended", f"mended, of {PIXELS} with a flip", NAMES, mended, digits=0)
    sheet.number("parameters", "parameters", count(asked.spec), digits=0)
    sheet.number("of_decoder", "the decoder's", decoder_count(asked.spec, ENCODER), digits=0)
