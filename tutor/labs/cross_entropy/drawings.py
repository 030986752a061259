"""Bars of a prediction beside its label, what it costs and what comes back; the loss as the height on −ln p."""

from __future__ import annotations

import numpy as np

from tutor.engine import losses
from tutor.engine.activations import sigmoid
from tutor.engine.derivations.cells import Cells, stacked
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.readouts import Curve, Series
from tutor.labs.kit.sheet import Sheet

ROWS = ("1", "2", "3")
WAYS = ("z", "p")
"""A loss from the logits, fused, and from the probabilities."""
SHORT = ("−ln y", "(y − 1)²")
"""Both losses of a sigmoid y with the label 1."""
P, Z = np.linspace(0.01, 0.99, 99), np.linspace(-8.0, 8.0, 81)
COSTLY = 4.0
"""A loss whose bar is as high as its panel; any larger one is as well."""

Panel = tuple[BarPanel, Cells]


def draw_prediction(sheet: Sheet, classes: tuple[str, ...], right: str) -> None:
    """Panels for each step from the prediction to the loss, and back; ``right`` is the label's class."""

    def panel(name: str, label: str, low: float | None = 0.0, high: float | None = None) -> Panel:
        return BarPanel(label, classes, low=low, high=high, marked=(right,)), sheet[name]

    def loss(label: str, labels: tuple[str, ...], *names: str) -> Panel:
        return BarPanel(label, labels, high=COSTLY), stacked([sheet[name] for name in names])

    p, y, z = panel("p", "p", high=1.0), panel("y", "y", high=1.0), panel("z", "z", low=None)
    back = panel("ce_gradient", "p − y", -1.0, 1.0)
    dearest = _largest(sheet["surprise"])
    paid = panel("terms", "−y·ln p", high=dearest)
    sheet.bars("p_and_y", "prediction and label", [p, y, loss("loss", ("D",), "cross_entropy")])
    sheet.bars("paid", "what is paid for", [p, y, panel("surprise", "−ln p", high=dearest), paid])
    sheet.bars("from_logits", "from the logits to the loss", [z, p, loss("loss from", WAYS, "fused", "cross_entropy")])
    sheet.bars("back", "what goes back", [p, y, back])
    squared = panel("se_gradient", "squared error", -1.0, 1.0)
    sheet.bars("both_back", "what goes back to z", [p, y, back, squared])
    most = max(_largest(sheet["terms"]), _largest(sheet["turned_terms"]))
    turned = panel("turned_terms", "−p·ln y", high=most)
    sheet.bars("both_ways", "both ways", [p, y, panel("terms", "−y·ln p", high=most), turned])
    clipped = panel("clipped_gradient", "clipped", -1.0, 1.0)
    kept = BarPanel("loss from", WAYS), stacked([sheet["fused"], sheet["clipped"]])
    sheet.bars("clipped_bars", "fused and clipped", [z, kept, back, clipped])


def draw_networks(sheet: Sheet, networks: tuple[str, ...]) -> None:
    """What both networks give the right class, and what it costs; one of them with its mean."""
    dearest = _largest(sheet["row_losses"])
    given = [(BarPanel(f"{name} p", ROWS, high=1.0), sheet[name]) for name in networks]
    costs = [(BarPanel(f"{name} −ln p", ROWS, high=dearest), sheet["row_losses"][i]) for i, name in enumerate(networks)]
    sheet.bars("two_networks", "p of the right class, and its loss", [*given, *costs])
    mean = BarPanel("their mean", ("loss",), high=dearest), stacked([sheet["network_loss"][1]])
    sheet.bars("batch", "three rows, one loss", [given[1], costs[1], mean])


def draw_neuron(sheet: Sheet, z: float) -> None:
    """Both losses and their slopes; the steps that they need; the sigmoid with its point."""
    loss = BarPanel("loss", SHORT), sheet["neuron_loss"]
    sheet.bars("neuron_bars", "with the label 1", [loss, (BarPanel("slope by z", SHORT, low=-1.0), sheet["slope"])])
    steps = BarPanel("steps", SHORT, digits=0), sheet["steps counted"]
    sheet.bars("steps_bars", "until σ(z) > ½", [steps])
    line = Series("σ(z)", tuple(Z.tolist()), tuple(sigmoid(Z).tolist()))
    y = sheet["neuron_y"]
    sheet.show("sigmoid", lambda: Curve("sigmoid", "y = σ(z)", "z", (line,), 0.0, 1.0, (z, y.number)))


def loss_curve(p: float) -> Curve:
    """−ln p, with the loss of ``p`` as the height of a point on it."""
    line = Series("−ln p", tuple(P.tolist()), tuple((-np.log(P)).tolist()))
    return Curve("loss_curve", "loss −ln p", "p of the label", (line,), 0.0, marker=(p, float(-np.log(p))))


def both_losses(p: float) -> Curve:
    """Both losses of a binary label for p of the right class from 0.01 to 0.99."""
    rows = np.stack([P, 1 - P], axis=-1)
    labels = np.tile((1.0, 0.0), (len(rows), 1))
    ys = (losses.crossentropy_from_probabilities(rows, labels), losses.mean_squared_error(rows, labels))
    lines = tuple(
        Series(of, tuple(P.tolist()), tuple(y.tolist())) for of, y in zip(("−ln p", "(1 − p)²"), ys, strict=True)
    )
    return Curve("curve", "loss", "p of the label", lines, 0.0, marker=(p, float(-np.log(p))))


def _largest(cells: Cells) -> float:
    """The largest finite number, at least a small one for a scale."""
    values = cells.values[np.isfinite(cells.values)]
    return max(0.1, float(values.max(initial=0.0)))
