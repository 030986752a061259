"""Vectors and matrices: two arrows added, stretched and multiplied; a matrix that moves an arrow and a house."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.cells import Cells, sqrt, stacked
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.contract import Group, Lab
from tutor.labs.kit.controls import Control, MatrixControl, NumberControl, VectorControl
from tutor.labs.kit.readouts import Curve, Series
from tutor.labs.kit.sheet import Sheet, Telling
from tutor.training.keras_program import KerasProgram

AXES, NEW = ("x", "y"), ("new x", "new y")
HOUSE = np.array([[0, 2, 2, 1, 0, 0], [0, 0, 2, 3, 2, 0]], dtype=np.float64)
"""The corners of a house, (x and y, corners); the last is the first again."""
TURNS = {1: "partly the same way", 0: "at right angles", -1: "partly opposite ways"}
RAISES = {1: "double u", 0: "neither", -1: "turn u round"}


class LinearMapLab(Lab):
    """Vectors v and u, a factor c; the matrices A and B, applied to v and to a house."""

    id = "linear-map"
    title = "Arrows, and what moves them"

    def controls(self) -> tuple[Control, ...]:
        """Two vectors and a factor; two matrices, of which A is applied first."""
        return (
            VectorControl("v", "vector v", AXES, -9, 9, 1, (3.0, 1.0), "from the origin to (x, y)"),
            VectorControl("u", "vector u", AXES, -9, 9, 1, (1.0, 2.0), "the other one"),
            NumberControl("c", "factor c", -4, 4, 0.5, 2.0, help="multiplies both numbers of v"),
            MatrixControl("A", "matrix A", NEW, AXES, -4, 4, 0.5, ((0.0, -1.0), (1.0, 0.0)), "applied first"),
            MatrixControl("B", "matrix B", NEW, AXES, -4, 4, 0.5, ((2.0, 0.0), (0.0, 1.0)), "applied after A"),
        )

    def groups(self) -> tuple[Group, ...]:
        """Two vectors and what is made of them; a matrix at work; two in a row."""
        return (
            Group("Two vectors", ("v", "u", "pair", "lengths", "products", "dot", "in_bars", "way", "raises")),
            Group("Added and stretched", ("c", "sum", "adding", "scaled", "stretched", "scaling")),
            Group("A matrix", ("A", "rows", "moved", "arrow", "columns", "built", "house", "area")),
            Group("Two matrices", ("B", "twice", "both", "other", "order", "houses", "steps")),
        )

    def fill(self, sheet: Sheet) -> None:
        """Sums, lengths and products of two vectors; A times v by rows and by columns; B times A."""
        v, u, c = (sheet[name] for name in ("v", "u", "c"))
        total = sheet.vector("sum", "v + u", AXES, v + u, "v + u")
        scaled = sheet.vector("scaled", "c times v", AXES, c * v, "c·v")
        sheet.text("stretched", "c times v is", _stretched(self.number("c")))
        sheet.vector("lengths", "lengths", ("v", "u"), _lengths(stacked([v, u])), "√(x·x + y·y)")
        products = sheet.vector("products", "products", AXES, v * u, "v·u")
        dot = sheet.number("dot", "dot product v · u", (v * u).sum(), "Σ vᵢ·uᵢ")
        sign = int(np.sign(round(dot.number, 9)))
        sheet.text("way", "v and u point", TURNS[sign])
        sheet.text("raises", "what makes v · u larger", RAISES[sign])
        parts = (("v", AXES, v), ("u", AXES, u), ("v·u", AXES, products), ("sum", ("Σ",), stacked([dot])))
        sheet.bars("in_bars", "place by place", [(BarPanel(of, at, low=None), cells) for of, at, cells in parts])
        sheet.arrows("pair", "v and u", AXES, {"v": v, "u": u})
        tells: dict[str, Telling] = dict.fromkeys(("v + u", "u again"), (("sum",), 1))
        sheet.arrows(
            "adding", "one after the other", AXES, {"v": v, "u": u, "v + u": total}, tells, {"u again": (v, total)},
            compared=False,
        )  # fmt: skip
        tells = {"c times v": (("scaled", "stretched"), 1)}
        sheet.arrows("scaling", "v and c times v", AXES, {"v": v, "c times v": scaled}, tells, compared=False)
        self._fill_matrices(sheet, v)

    def _fill_matrices(self, sheet: Sheet, v: Cells) -> None:
        a, b = sheet["A"], sheet["B"]
        rows = sheet.matrix("rows", "products of each row", NEW, AXES, a * v, lambda _, j: f"A·{AXES[j]}")
        moved = sheet.vector("moved", "A times v", NEW, rows.sum(-1), "Σ of the row's products")
        columns = stacked([a.last(0), a.last(1)])
        sheet.matrix("columns", "where A puts", ("(1, 0)", "(0, 1)"), NEW, columns)
        sheet.number("area", "areas become times", a[0, 0] * a[1, 1] - a[0, 1] * a[1, 0], "A₁₁·A₂₂ − A₁₂·A₂₁")
        twice = sheet.vector("twice", "B times (A times v)", NEW, b @ moved, "Σ Bᵢⱼ·(A times v)ⱼ")
        both = sheet.matrix("both", "B times A", NEW, AXES, b @ a, "Σ Bᵢₖ·Aₖⱼ")
        other = sheet.matrix("other", "A times B", NEW, AXES, a @ b, "Σ Aᵢₖ·Bₖⱼ")
        same = np.allclose(both.values, other.values, rtol=0, atol=1e-9)
        sheet.text("order", "the order", "makes no difference" if same else "makes a difference")

        told: dict[str, Telling] = {"A times v": (("moved",), 1)}
        sheet.arrows("arrow", "v and A times v", AXES, {"v": v, "A times v": moved}, told, compared=False)
        first, second = columns[0] * v[0], columns[1] * v[1]
        tips = {"x part": first, "y part": second, "A times v": moved}
        ways = {"y part again": (first, moved)}
        told = dict.fromkeys((*tips, *ways), (("moved",), 1))
        sheet.arrows("built", "built from the columns", AXES, tips, told, ways, compared=False)
        tips = {"v": v, "A times v": moved, "B times that": twice}
        told = {"B times that": (("twice",), 1)}
        sheet.arrows("steps", "first A, then B", AXES, tips, told, compared=False)
        sheet.show("house", lambda: _houses("house", {"after A": a.values}))
        orders = {"first A": both.values, "first B": other.values}
        sheet.show("houses", lambda: _houses("houses", orders))

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """A matrix times a vector, and times a matrix; the rest stands in the lab."""
        return Cells.__matmul__, type(self).fill

    def keras_program(self) -> KerasProgram:
        """The sum, the dot product, a matrix times a vector and times a matrix."""
        lines = [f"{name} = np.array({self.vector(name).tolist()})" for name in ("v", "u")]
        for name in ("A", "B"):
            top, bottom = self.vector(name).tolist()
            lines.append(f"{name} = np.array([{top},\n              {bottom}])")
        given = "\n".join(lines)
        source = f"""\
import numpy as np
from keras import ops

{given}

total = v + u
dot = ops.dot(v, u)
lengths = ops.norm([v, u], axis=1)
moved = ops.matmul(A, v)
twice = ops.matmul(B, moved)
both = ops.matmul(B, A)
"""
        results = {name: name for name in ("dot", "lengths", "moved", "twice", "both")}
        return KerasProgram(source, {"sum": "total"} | results)


def _lengths(rows: Cells) -> Cells:
    return sqrt((rows * rows).sum(-1))


def _stretched(c: float) -> str:
    """What a factor does to an arrow, in words."""
    if c in (0.0, 1.0, -1.0):
        return {0.0: "a point", 1.0: "v itself", -1.0: "turned round"}[c]
    size = "longer" if abs(c) > 1 else "shorter"
    return size if c > 0 else f"turned round and {size}"


def _houses(name: str, after: dict[str, NDArray[np.float64]]) -> Curve:
    """The house as it stands, faint, and after each matrix (2, 2)."""
    before = _outline("before", HOUSE, "ghost")
    moved = tuple(_outline(of, matrix @ HOUSE, "line") for of, matrix in after.items())
    label = "a house and where it goes"
    return Curve(name, label, "x", (*moved, before), y_label="y", compared=False, with_ghosts=True)


def _outline(label: str, corners: NDArray[np.float64], kind: str) -> Series:
    return Series(label, tuple(corners[0].tolist()), tuple(corners[1].tolist()), kind)
