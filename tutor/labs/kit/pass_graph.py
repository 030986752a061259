"""A recorded pass of Dense layers as a graph: activations, weights, and on the way back their gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tutor.engine.derivations.cells import Cells
from tutor.labs.kit.places import Index
from tutor.labs.kit.readouts import Edge, Node
from tutor.labs.kit.sheet import Sheet

SIGNS = {"sigmoid": "σ", "softmax": "softmax", "linear": ""}
"""How the operator of a unit is written; other activations by their names."""
GRADIENT = "grad:"

Drawn = tuple[Node, Cells | None, Cells | None]


@dataclass(frozen=True)
class UnitNames:
    """What the units of one layer are called, and what each does to its sum."""

    layer: str
    units: tuple[str, ...]
    operator: str = ""


def show_pass(
    sheet: Sheet,
    name: str,
    label: str,
    inputs: tuple[str, ...],
    layers: Sequence[UnitNames],
    reached: Callable[[str, Index], bool] = lambda name, index: True,  # noqa: ARG005
    now: tuple[str, Index] | None = None,
    *,
    row: int = 0,
    backward: bool = True,
    weight_gradients: bool = True,
    digits: int = 4,
) -> None:
    """Show one row of the pass that the sheet stands on, as far as ``reached`` says that it is computed.

    A node shows its activation and ∂z, a line its weight, and the gradient of that once it is reached. ``now`` is the
    cell in hand: its node or line is marked, and the nodes that go into it.
    """

    def cell(array: str, index: Index) -> Cells | None:
        return sheet[array][index] if reached(array, index) else None

    def unit(layer: UnitNames, u: int, title: str) -> Drawn:
        at = (row, u)
        own = {(f"{layer.layer}.{part}", at) for part in ("z", "out")}
        own |= {(f"{GRADIENT}{array}", index) for array, index in own}
        back = cell(f"{GRADIENT}{layer.layer}.z", at) if backward else None
        mark = "now" if now in own else "used" if title in used else ""
        return Node(title, operator=layer.operator, mark=mark), cell(f"{layer.layer}.out", at), back

    used = _going_in(inputs, layers, now)
    columns: list[list[Drawn]] = [
        [(Node(title, mark="used" if title in used else ""), sheet["input"][row, u], None)
         for u, title in enumerate(inputs)]
    ]  # fmt: skip
    edges: list[tuple[Edge, Cells | None, Cells | None]] = []
    before = inputs
    for layer in layers:
        columns.append([unit(layer, u, title) for u, title in enumerate(layer.units)])
        kernel = f"{layer.layer}.kernel"
        for i, source in enumerate(before):
            for j, target in enumerate(layer.units):
                back = f"{GRADIENT}{kernel}"
                mark = "now" if now in ((back, (i, j)), (f"new:{kernel}", (i, j))) else ""
                gradient = cell(back, (i, j)) if backward and weight_gradients else None
                edges.append((Edge(source, target, mark=mark), sheet[kernel][i, j], gradient))
        before = layer.units
    sheet.graph(name, label, columns, edges, digits)


def _going_in(inputs: tuple[str, ...], layers: Sequence[UnitNames], now: tuple[str, Index] | None) -> frozenset[str]:
    """The nodes that go into the cell in hand: of the layer before on the way there, of the one after it back."""
    if now is None:
        return frozenset()
    array, index = now
    columns = [inputs, *(layer.units for layer in layers)]
    for number, layer in enumerate(layers, start=1):
        if array == f"{layer.layer}.z":
            return frozenset(columns[number - 1])
        if array == f"{GRADIENT}{layer.layer}.out" and number < len(layers):
            return frozenset(columns[number + 1])
        if array == f"{GRADIENT}{layer.layer}.kernel":
            return frozenset({columns[number - 1][index[0]], columns[number][index[1]]})
    return frozenset()
