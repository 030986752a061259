"""Pictures of the recipe: its digits, the network as a graph, rows, sums and targets as bars, the trained weights."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from tutor.backends.rows import answers
from tutor.datasets.digits import NAMES
from tutor.engine.derivations.cells import Cells, stacked
from tutor.engine.layers import Conv2D, Dense
from tutor.engine.network import logits_name, output_name
from tutor.engine.parameters import Array
from tutor.engine.spec import NetworkSpec
from tutor.labs.images.canvas import whole
from tutor.labs.keras_program.rows import DigitRows
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.readouts import Edge, Node, Picture, Tile
from tutor.labs.kit.sheet import Sheet

SAMPLES, MISTAKES = 3, 3
UNITS, UNITS_DRAWN, FILTERS_DRAWN = 8, 2, 8
HALF = 392
LARGE_SUM = 100.0
"""A sum whose bar is as high as its panel; any larger one is as well."""

Drawn = tuple[Node, Cells | None, Cells | None]


def draw_network(sheet: Sheet, spec: NetworkSpec) -> None:
    """The layers with the numbers that come out of each, and between them their parameters."""
    names = ["input", *(name for name, _ in spec.named_layers)]
    sizes = sheet.give("numbers out", np.array([math.prod(shape) for shape in spec.shapes], dtype=float))
    columns: list[list[Drawn]] = [[(Node(name), sizes[i], None)] for i, name in enumerate(names)]
    layers = sheet["layers"]
    edges: list[tuple[Edge, Cells | None, Cells | None]] = [
        (Edge(names[i], names[i + 1]), layers[i] if isinstance(layer, Dense | Conv2D) else None, None)
        for i, layer in enumerate(spec.layers)
    ]
    sheet.graph("net", "sizes of the layers, parameters between", columns, edges, digits=0)


def draw_counts(sheet: Sheet, rows: Cells) -> None:
    """The rows that it trains on beside its parameters, and both accuracies."""
    counts = BarPanel("how many", ("rows", "params"), digits=0), stacked([rows, sheet["parameters"]])
    both = stacked([sheet["training accuracy"], sheet["validation accuracy"]])
    accuracy = BarPanel("accuracy", ("train", "val"), high=1.0), both
    sheet.bars("rows_and_parameters", "", [counts, accuracy])


def draw_rows(sheet: Sheet, rows: Callable[[], DigitRows], training: Cells) -> None:
    """The first digits; one with the part that a row of 392 numbers takes; how many rows go where."""
    held_back = sheet.give("rows held back", lambda: np.array(float(rows().held_back)))
    parts = BarPanel("rows", ("x_train", "x_val", "a batch"), digits=0)
    sheet.bars("rows_bars", "", [(parts, stacked([training, held_back, sheet["batch_size"]]))])

    def samples() -> Picture:
        given = zip(rows().x[:SAMPLES], rows().y, strict=False)
        tiles = tuple(whole(one, f"y: {label}") for one, label in given)
        shape = ", ".join(map(str, rows().x.shape))
        return Picture("samples", f"x ({shape}): the first, and their y", tiles, digits=1, gallery=True, grey=True)

    def first() -> Picture:
        one = rows().x[0]
        tile = Tile("", _table(one), window=(0, 0, HALF // one.shape[1], one.shape[1]))
        return Picture("first", f"x[0]; framed, its first {HALF} numbers", (tile,), 0.0, 255.0, digits=0)

    sheet.show("samples", samples, counted=True)
    sheet.show("first", first, counted=True)


def draw_digit(sheet: Sheet, spec: NetworkSpec, truth: Callable[[], float], *, one_hot: bool, scale: float) -> None:
    """The target of the chosen digit as its loss takes it, the network's answer, and the sums of its first units."""
    p, logits = sheet[output_name(spec)][0], sheet[logits_name(spec)][0]
    answer = BarPanel("p", NAMES, high=1.0), p
    row = BarPanel("y", NAMES, high=1.0, digits=0), sheet["one_hot"]
    number = stacked([sheet.give("class number", lambda: np.array(truth()))])
    sheet.bars("target", "y of this digit", [row])
    target = row if one_hot else (BarPanel("y", ("class",), high=9.0, digits=0), number)
    sheet.bars("compared", "what the loss compares", [target, answer])
    sheet.bars(
        "logit_bars", "logits and probabilities", [(BarPanel("logits", NAMES, low=None, digits=1), logits), answer]
    )
    dense, units = next((name, layer.units) for name, layer in spec.named_layers if isinstance(layer, Dense))
    z = sheet[f"{dense}.z"]
    shown = range(min(UNITS, units))
    labels = tuple(map(str, shown))
    sums = BarPanel(f"z = Σ x·w + b, x up to {scale:g}", labels, low=-LARGE_SUM, high=LARGE_SUM, digits=1)
    sheet.bars("first_sums", "the first units of the first Dense", [(sums, stacked([z[0, i] for i in shown]))])


def mistakes(spec: NetworkSpec, parameters: Mapping[str, Array], rows: DigitRows) -> Picture:
    """The first test digits that the network gets wrong, with its answer and the class."""
    parts = answers(spec, parameters, rows.x_test, rows.scale)
    said = np.concatenate([output.argmax(axis=1) for _, _, output in parts])
    wrong = np.flatnonzero(said != rows.y_test)[:MISTAKES]
    tiles = tuple(whole(rows.x_test[i], f"{rows.y_test[i]}, said {said[i]}") for i in wrong)
    label = "test digits that it gets wrong" if tiles else "it gets no test digit wrong"
    return Picture("mistakes", label, tiles or (Tile("", ((0.0,),)),), digits=1, gallery=True, grey=True)


def first_weights(spec: NetworkSpec, parameters: Mapping[str, Array]) -> Picture:
    """The weights of the first layer that has any: of units as means of 2×2 pixels, of filters as they are."""
    name, layer = next((name, layer) for name, layer in spec.named_layers if isinstance(layer, Dense | Conv2D))
    kernel = np.asarray(parameters[f"{name}.kernel"], dtype=float)
    if isinstance(layer, Conv2D):
        pictures, said = kernel[:, :, 0, :FILTERS_DRAWN], f"weights of {name}"
    else:
        height, width, _ = spec.input_shape
        units = kernel[:, :UNITS_DRAWN]
        pictures = units.reshape(height // 2, 2, width // 2, 2, -1).mean(axis=(1, 3))
        said = f"weights of {name}, means of 2×2"
    tiles = tuple(Tile(f"{i}", _table(pictures[:, :, i].round(4))) for i in range(pictures.shape[2]))
    most = float(np.abs(pictures).max()) or 1.0
    return Picture("weights", said, tiles, -most, most, signed=True, digits=2)


def _table(values: NDArray[np.generic]) -> tuple[tuple[float, ...], ...]:
    return tuple(map(tuple, values.astype(float).tolist()))
