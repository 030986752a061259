"""A lab with every kind of picture, and the other readouts that are drawn rather than written."""

from __future__ import annotations

import math

from tests.given_readouts import GivenReadouts
from tutor.labs.kit.contract import Group
from tutor.labs.kit.controls import Control, NumberControl
from tutor.labs.kit.readouts import Curve, Matrix, Picture, Readout, Series, Table, Tile, Trail, Vector

PICTURES = ("drawing", "surface", "maps", "filters", "mask", "window", "loss_signed")
Rows = tuple[tuple[float, ...], ...]

PLUS: Rows = (
    (0, 0, 1, 0, 0),
    (0, 0, 1, 0, 0),
    (1, 1, 1, 1, 1),
    (0, 0, 1, 0, 0),
    (0, 0, 1, 0, 0),
)


def rows_of(rows: int, columns: int, value: object) -> Rows:
    """``value(row, column)`` in every place."""
    assert callable(value)
    return tuple(tuple(float(value(r, c)) for c in range(columns)) for r in range(rows))


class PictureLab(GivenReadouts):
    """Nothing is learned here; ``step`` moves the window and the ends of the trails."""

    id = "pictures"
    title = "Pictures"

    def controls(self) -> tuple[Control, ...]:
        return (NumberControl("step", "step", 0, 20, 1, 3, integer=True),)

    def groups(self) -> tuple[Group, ...]:
        return (
            Group("Small", ("step", "drawing", "window", "mask")),
            Group("Surface", ("surface",)),
            Group("Maps", ("maps",)),
            Group("Filters", ("filters", "loss_signed")),
            Group("Others", ("curve", "bars", "shares", "table", "matrix")),
        )

    def given_names(self) -> tuple[str, ...]:
        return (*PICTURES, "curve", "bars", "shares", "table", "matrix")

    def given(self, name: str) -> Readout:
        step = int(self.number("step"))
        match name:
            case "drawing":
                return Picture(name, "the drawing", (Tile("", PLUS),))
            case "window":
                tile = Tile("", PLUS, ((2, 2),), (step // 5 - 1, step % 5 - 1, 3, 3))
                return Picture(name, "under the kernel", (tile,))
            case "mask":
                values = rows_of(4, 6, lambda r, c: (r * 6 + c) % 3 > 0)
                marked = tuple((r, c) for r in range(4) for c in range(6) if (r * 6 + c) % 3 == 0)
                return Picture(name, "units kept", (Tile("", values, marked),))
            case "surface":
                return self._surface(step)
            case "maps":
                tiles = tuple(
                    Tile(f"filter {n + 1}", rows_of(5, 5, lambda r, c, n=n: max(0, math.sin(r * n + c * (n + 1) / 2))))
                    for n in range(8)
                )
                return Picture(name, "feature maps", tiles)
            case "filters":
                tiles = tuple(
                    Tile(f"kernel {n + 1}", rows_of(3, 3, lambda r, c, n=n: math.sin(3 * r + n) * math.cos(c - n)))
                    for n in range(4)
                )
                return Picture(name, "kernels", tiles, -1, 1, signed=True)
            case "loss_signed":
                values = rows_of(12, 20, lambda r, c: (c - 10) * (r - 6) / 60)
                return Picture(name, "a saddle", (Tile("", values),), -1, 1, signed=True)
            case "curve":
                xs = tuple(x / 4 for x in range(-20, 21))
                lines = tuple(
                    Series(label, xs, tuple(f(x) for x in xs))
                    for label, f in (("tanh", math.tanh), ("sin", math.sin), ("relu", lambda x: max(0.0, x) / 5))
                )
                return Curve(name, "three lines", "z", lines, marker=(1.0, math.tanh(1)))
            case "bars":
                return Vector(name, "bars", ("a", "b", "c"), (0.1, 0.7, 0.2), bars=True)
            case "shares":
                return Vector(name, "gradients", ("first", "second", "third"), (-2.0, 1.5, 0.25), 3, True, -2, 2)
            case "table":
                rows = (("SGD", 0.12345, 40.0, "goes on"), ("momentum", 0.001, 12.0, "arrived"))
                return Table(name, "the race", ("optimizer", "loss", "steps", "state"), rows)
        return Matrix(name, "weights", ("1", "2"), ("A", "B", "C"), ((0.5, -1.25, 2.0), (0.25, 1.0, -0.75)))

    def _surface(self, step: int) -> Picture:
        values = rows_of(21, 41, lambda r, c: ((c - 20) / 10) ** 2 + 4 * ((r - 10) / 5) ** 2)
        slow = tuple((2 + 0.4 * i, 4 + 0.8 * i) for i in range(step + 1))
        fast = tuple((18 - 0.4 * i, 38 - 0.9 * i) for i in range(step + 1))
        return Picture(
            "surface", "loss over w₁ and w₂", (Tile("", values),), 0, 20,
            row_axis=("w₂", -2, 2), column_axis=("w₁", -4, 4), trails=(Trail("SGD", slow), Trail("momentum", fast)),
        )  # fmt: skip
