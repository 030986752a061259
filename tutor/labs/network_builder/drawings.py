"""What is drawn beside the network: its parameters by layer, the row of numbers, the neuron that learned it."""

from __future__ import annotations

from tutor.engine.derivations.cells import stacked
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.readouts import Edge, Node
from tutor.labs.kit.sheet import Sheet


def draw_parameters(sheet: Sheet) -> None:
    """The weights and the biases of each layer as bars on one scale."""
    layers = (*(f"h{i + 1}" for i in range(len(sheet["layer_weights"]) - 1)), "out")
    weights, biases = sheet["layer_weights"], sheet["layer_biases"]
    most = max(1.0, float(weights.values.max()), float(biases.values.max()))
    panels = [
        (BarPanel(name, layers, high=most, digits=0), cells)
        for name, cells in (("weights", weights), ("biases", biases))
    ]
    sheet.bars("parameter_bars", "what there is to learn", panels)


def draw_row(sheet: Sheet, places: int, longest: int) -> None:
    """The row with what follows as bars; what the neuron says at its places, and at more of them against the rule."""
    row = sheet["row"]
    labels = tuple(str(place + 1) for place in range(places + 1))
    following = stacked([*(row[i] for i in range(places)), sheet["true_next"]])
    panel = BarPanel("the row", labels, low=None, digits=1, marked=labels[-1:])
    sheet.bars("row_bars", "", [(panel, following)])
    line, first, gap = sheet["line"], sheet["first"], sheet["gap"]
    at = [sheet.let(f"said_{i + 1}", line[0] * (i + 1) + line[1], "w·place + b") for i in range(longest)]
    told = BarPanel("the neuron says", labels, low=None, digits=1, marked=labels[-1:])
    sheet.bars("said_bars", "", [(told, stacked([*at[:places], sheet["next_number"]]))])
    rule = tuple(first.number + gap.number * place for place in range(longest))
    all_labels = tuple(str(place + 1) for place in range(longest))
    against = BarPanel(
        "the neuron says; shaded: the rule", all_labels, low=None, digits=1, marked=labels[:-1], before=rule
    )
    sheet.bars("rule_bars", "", [(against, stacked(at))])


def draw_learner(sheet: Sheet, place: int) -> None:
    """The neuron with its one weight and its bias, asked for the place after the row."""
    asked, one = sheet.give("asked", float(place)), sheet.give("one", 1.0)
    line = sheet["line"]
    columns = [
        [(Node("place"), asked, None), (Node("1"), one, None)],
        [(Node("it says", operator="Σ"), sheet["next_number"], None)],
    ]
    edges = [(Edge("place", "it says"), line[0], None), (Edge("1", "it says"), line[1], None)]
    sheet.graph("learner", "", columns, edges, digits=3)
