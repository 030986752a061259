"""Pooling: a window becomes its largest number or its mean; flatten; and other ways to a smaller picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.drawings import shifted
from tutor.engine.derivations.forms import Form
from tutor.engine.layers import AveragePooling2D, Conv2D, Flatten, GlobalAveragePooling2D, LayerSpec, MaxPooling2D
from tutor.engine.network import forward
from tutor.engine.operations.contract import Step
from tutor.engine.operations.table import operation_of
from tutor.engine.padding import Padding, added, output_size
from tutor.engine.parameters import count
from tutor.engine.pooling import average_pool, max_pool, max_pool_gradient
from tutor.engine.spec import NetworkSpec
from tutor.engine.trace import Trace
from tutor.engine.worksheet import Worksheet
from tutor.labs.contract import Group, Lab
from tutor.labs.controls import ActionControl, ChoiceControl, Control, MatrixControl, NumberControl
from tutor.labs.origins import why
from tutor.labs.places import Index, LookupFailed
from tutor.labs.readouts import Arithmetic, Code, Number, Picture, Readout, Text, Tile, Vector
from tutor.training.keras_program import KerasProgram

SIDE, TABLE = 4, 2
PLACES = ("1", "2", "3", "4")
MAX, AVERAGE, GLOBAL, STRIDED = KINDS = ("max", "average", "global average", "strided convolution")
THIS, ALL = ARRIVALS = ("this window", "all windows")
NUMBERS = ((1.0, 3.0, 2.0, 1.0), (4.0, 6.0, 5.0, 0.0), (7.0, 2.0, 8.0, 3.0), (1.0, 0.0, 4.0, 9.0))
# Rows down and columns right.
SHIFTS = {"shift_up": (-1, 0), "shift_left": (0, -1), "shift_down": (1, 0), "shift_right": (0, 1)}
READOUTS = (
    "input", "pooled", "window", "y", "arithmetic", "gradient", "at_first", "flat",
    "winner", "window_list", "keras", "parameters", "sizes", "places_at_stride_1", "slips", "distance",
    "same_after_shift", "flat_place", "head",
)  # fmt: skip
EXPLAINED = 8
"""So many of the readouts have arithmetic behind them; the others are counted, words, or what slips come to."""


class PoolingLab(Lab):
    """A picture of numbers, a window over it, and what is made of each window, forwards and backwards."""

    id = "pooling"
    title = "Pooling"
    _kept: tuple[dict[str, object], Trace] | None = None

    def controls(self) -> tuple[Control, ...]:
        """The picture; what pools it; the window; what comes back; pictures to be counted."""
        return (
            MatrixControl("x", "picture", PLACES, PLACES, -9, 9, 1, NUMBERS, "one channel of a feature map"),
            ActionControl("shift_up", "↑", "W", "move the picture up by one"),
            ActionControl("shift_left", "←", "A", "move the picture left by one"),
            ActionControl("shift_down", "↓", "S", "move the picture down by one"),
            ActionControl("shift_right", "→", "D", "move the picture right by one"),
            ChoiceControl("kind", "kind", KINDS, MAX, "what becomes of a window"),
            NumberControl("pool", "window", 1, SIDE, 1, 2, integer=True, help="rows and columns of the window"),
            NumberControl("stride", "stride", 1, SIDE, 1, 2, integer=True, help="by default the window's size"),
            ChoiceControl("padding", "padding", ("valid", "same"), "valid", "same: the last windows may reach out"),
            MatrixControl(
                "kernel", "weights", PLACES[:TABLE], PLACES[:TABLE], -4, 4, 0.25, ((0.25, 0.25), (0.25, 0.25)),
                "of the strided convolution; a larger window goes on with 0",
            ),
            NumberControl("row", "window at row", 1, SIDE, 1, 1, integer=True, help="of the result, counted from 1"),
            NumberControl("column", "and column", 1, SIDE, 1, 1, integer=True, help="of the result, from 1"),
            ActionControl("slide", "slide on", "l", "to the next window, row by row"),
            ActionControl("slide_back", "slide back", "k", "to the window before"),
            NumberControl("above", "gradient", -9, 9, 0.5, 1.0, help="of the loss, as it arrives at a result"),
            ChoiceControl("arrives", "arrives at", ARRIVALS, THIS, "which results it arrives at"),
            NumberControl("truth", "true number", -9, 9, 1, 4.0, help="what every pixel would be without noise"),
            NumberControl("side", "picture's side", 1, 500, 1, 25, integer=True, help="rows of a picture to count"),
            NumberControl("map_side", "map's side", 1, 50, 1, 7, integer=True, help="rows and columns of the last map"),
            NumberControl("channels", "its channels", 1, 512, 1, 8, integer=True, help="numbers at each place"),
            NumberControl("classes", "classes", 2, 100, 1, 10, integer=True, help="units of the Dense layer behind"),
        )  # fmt: skip

    def groups(self) -> tuple[Group, ...]:
        """The picture and the result; the window; backwards; the line of numbers; counts."""
        first = ("kind", "x", "slide", "slide_back", "row", "column", *SHIFTS, "pool", "stride", "padding", "kernel")
        return (
            Group("Picture and result", (*first, "input", "pooled")),
            Group("At this window", ("window", "winner", "y", "arithmetic")),
            Group("Backwards", ("above", "arrives", "at_first", "gradient")),
            Group("In a line", ("flat",)),
            Group("Counting", ("truth", "distance", "side", "sizes", "parameters")),
            Group("Before the last layer", ("map_side", "channels", "classes", "head")),
            Group("Keras", ("keras",)),
        )

    def overview(self) -> tuple[str, ...]:
        """Forwards and backwards; counting is for single steps of the lesson."""
        shown = [name for group in self.groups()[:4] for name in group.names]
        return tuple(name for name in shown if name not in ("at_first", "winner"))

    def readout_names(self) -> tuple[str, ...]:
        """Pictures, the number at the window, gradients, the line; then counts and words."""
        return READOUTS

    def counted(self) -> frozenset[str]:
        """Sizes, numbers of weights, and what slips come to."""
        return frozenset(READOUTS[EXPLAINED:])

    def press(self, name: str) -> str:
        """Move the picture, or slide the window."""
        self.control(name)
        if name in SHIFTS:
            self.set("x", shifted(self.vector("x"), *SHIFTS[name]).tolist())
            return ""
        rows, columns = self._places()
        h, w = self._place()
        h, w = divmod((h * columns + w + (1 if name == "slide" else -1)) % (rows * columns), columns)
        self.set("row", h + 1)
        self.set("column", w + 1)
        return ""

    # The pass

    def _geometry(self) -> tuple[int, int, Padding]:
        if self.word("kind") == GLOBAL:
            return SIDE, SIDE, "valid"
        padding: Padding = "same" if self.word("padding") == "same" else "valid"
        return int(self.number("pool")), int(self.number("stride")), padding

    def _spec(self) -> NetworkSpec:
        size, stride, padding = self._geometry()
        window, steps = (size, size), (stride, stride)
        kind = self.word("kind")
        heads: dict[str, LayerSpec] = {
            MAX: MaxPooling2D(window, steps, padding),
            AVERAGE: AveragePooling2D(window, steps, padding),
            GLOBAL: GlobalAveragePooling2D(),
            STRIDED: Conv2D(1, window, steps, padding, use_bias=False),
        }
        layers = (heads[kind], Flatten())[: 1 + (kind != GLOBAL)]
        return NetworkSpec("pooling", (SIDE, SIDE, 1), layers, dtype="float64")

    def _places(self) -> tuple[int, int]:
        side = output_size(SIDE, *self._geometry())
        return side, side

    def _place(self) -> tuple[int, int]:
        """The result that is looked at, counted from 0."""
        rows, columns = self._places()
        return min(int(self.number("row")), rows) - 1, min(int(self.number("column")), columns) - 1

    def _corner(self) -> tuple[int, int]:
        """Where the window begins on the picture; before its first row where padding stands above."""
        size, stride, padding = self._geometry()
        before = added(SIDE, size, stride, padding)[0]
        h, w = self._place()
        return h * stride - before, w * stride - before

    def _pixels(self) -> list[tuple[int, int]]:
        """The picture's pixels under the window, in reading order."""
        size, (top, left) = self._geometry()[0], self._corner()
        inside = [range(max(0, first), min(SIDE, first + size)) for first in (top, left)]
        return [(y, x) for y in inside[0] for x in inside[1]]

    def _trace(self) -> Trace:
        """The pass forwards, and the gradient that arrives sent back through it."""
        if self._kept is None or self._kept[0] != self._values:
            self._kept = dict(self._values), self._passed()
        return self._kept[1]

    def _passed(self) -> Trace:
        spec = self._spec()
        size = self._geometry()[0]
        kernel = np.zeros((size, size, 1, 1))
        kernel[:TABLE, :TABLE, 0, 0] = self.vector("kernel")[:size, :size]
        parameters = {"conv2d.kernel": kernel} if self.word("kind") == STRIDED else {}
        values = forward(spec, parameters, self.vector("x")[None, ..., None])
        name, layer = spec.named_layers[0]
        dy = np.full_like(values[f"{name}.out"], self.number("above"))
        if self.word("arrives") == THIS and dy.ndim == 4:
            here = np.zeros_like(dy)
            here[0, *self._place()] = dy[0, *self._place()]
            dy = here
        back: dict[str, NDArray[np.floating]] = {}
        dx = operation_of(layer).backward(layer, dy, values["input"], Step(name, parameters, values), back)
        gradients = {f"grad:{part}": gradient for part, gradient in back.items()}
        arrays = {**values, **parameters, **gradients, f"grad:{name}.out": dy, "grad:input": dx}
        return Trace(spec, parameters, values, None, {}, 0.0, 0, arrays)

    # Readouts

    def read(self, name: str) -> Readout:
        """Compute one readout with the engine's own functions."""
        trace, pixels = self._trace(), self._pixels()
        x, size = self.vector("x"), self._geometry()[0]
        match name:
            case "input":
                window = (*self._corner(), size, size)
                marked = (self._winner(),) if self.word("kind") == MAX else ()
                tile = Tile("picture", _rows(x), marked, window)
                return Picture(
                    name, "the picture and the window", (tile,), min(0.0, x.min()), max(9.0, x.max()), digits=0
                )
            case "pooled":
                result = self._result(trace)
                low, high = min(0.0, x.min(), result.min()), max(9.0, x.max(), result.max())
                return Picture(
                    name, "what becomes of it", (Tile("result", _rows(result), (self._place(),)),), low, high
                )
            case "gradient":
                dx = trace.array("grad:input")[0, :, :, 0]
                most = max(1.0, float(np.abs(dx).max()))
                return Picture(name, "what comes back", (Tile("picture", _rows(dx)),), -most, most, signed=True)
            case "window":
                labels = tuple(f"{r + 1},{c + 1}" for r, c in pixels)
                return Vector(name, "pixels under it, by row,column", labels, tuple(float(x[p]) for p in pixels), 0)
            case "window_list":
                return Text(name, "under the window", ", ".join(f"{x[p]:g}".replace("-", "−") for p in pixels))
            case "winner":
                row, column = self._winner()
                return Text(
                    name, "the largest", f"{x[row, column]:g}, in the picture's row {row + 1}, column {column + 1}"
                )
            case "y":
                return Number(name, "the result here", float(self._result(trace)[self._place()]))
            case "arithmetic":
                return Arithmetic(name, "how it comes about", why(self, "y"))
            case "at_first":
                return Number(
                    name, "reaches the largest pixel", float(trace.array("grad:input")[0, *self._winner(), 0])
                )
            case "flat":
                line = self._result(trace).ravel()
                return Vector(name, "flattened", tuple(map(str, range(1, line.size + 1))), tuple(line.tolist()), 2)
            case "keras":
                return Code(name, "the same in Keras", self.keras_program().source)
        return self._count(name)

    def _count(self, name: str) -> Readout:
        x, (size, stride, padding) = self.vector("x"), self._geometry()
        under = np.array([x[p] for p in self._pixels()])
        match name:
            case "parameters":
                return Number(name, "numbers to learn", count(self._spec()), 0)
            case "slips":
                slips = {
                    "sum": under.sum(), "mean": under.mean(), "largest": under.max(),
                    "mean over rows": under.sum() / size, "mean with padding": under.sum() / size**2,
                    "pixel of that place": x[self._place()], "half of what arrives": self.number("above") / 2, "0": 0.0,
                }  # fmt: skip
                return Vector(name, "what slips come to", tuple(slips), tuple(float(s) for s in slips.values()))
            case "sizes":
                side = int(self.number("side"))
                fits = side >= size
                valid = output_size(side, size, stride, "valid") if fits else 0
                over = side - ((valid - 1) * stride + size) if fits else side
                sizes = (valid, output_size(side, size, stride, "same"), over)
                labels = ("valid", "same", "left over")
                return Vector(name, "rows of the result", labels, tuple(map(float, sizes)), 0)
            case "places_at_stride_1":
                return Number(name, "rows at stride 1", float(self.number("side") - size + 1), digits=0)
            case "distance":
                picture, windows = x[None, ..., None], ((size, size), (stride, stride), padding)
                results = (max_pool(picture, *windows), average_pool(picture, *windows))
                away = tuple(float(np.abs(result - self.number("truth")).mean()) for result in results)
                return Vector(name, "mean distance from the truth", (MAX, AVERAGE), away)
            case "same_after_shift":
                moved = self.twin()
                moved.press("shift_right")
                same = np.array_equal(moved._result(moved._trace()), self._result(self._trace()))
                return Text(name, "the same result one pixel on", "yes" if same else "no")
            case "flat_place":
                (rows, columns), (h, w) = self._places(), self._place()
                places = (h * columns + w + 1.0, w * rows + h + 1.0, float(h * columns + w))
                return Vector(name, "its place in the line", ("by rows", "by columns", "from 0"), places, 0)
            case "head":
                across, channels, classes = (self.number(n) for n in ("map_side", "channels", "classes"))
                line = across * across * channels
                numbers = (line, line * classes, channels, channels * classes)
                heads = ("flat", "flat weights", "global", "global weights")
                return Vector(name, "numbers to Dense, and its weights", heads, numbers, 0)
        raise LookupFailed(f"there is no readout {name!r}; there are {', '.join(READOUTS)}")

    def _result(self, trace: Trace) -> NDArray[np.float64]:
        """(rows, columns) of what the layer gives."""
        out = trace.array(f"{trace.spec.named_layers[0][0]}.out")
        return out.reshape(self._places()).astype(np.float64)

    def _winner(self) -> tuple[int, int]:
        """The largest pixel under the window; of equal ones the first."""
        x = self.vector("x")
        return max(self._pixels(), key=lambda pixel: x[pixel])

    # Where the numbers come from

    def worksheet(self) -> Worksheet:
        """The pass, with the picture and the arriving gradient from the controls."""
        trace = self._trace()
        sheet = self.sheet_of_controls(trace)
        cell, output = sheet.cell, f"grad:{trace.spec.named_layers[0][0]}.out"
        arriving = trace.array(output)

        def arrives(*index: int) -> Form:
            if arriving[index] or not self.number("above"):
                return Form("what arrives", lambda n: n(cell("above")))
            return Form("0: it arrives at another window", lambda n: n(0))

        def weight(i: int, j: int, *_: int) -> Form:
            if max(i, j) >= TABLE:
                return Form("0: the table ends before", lambda n: n(0))
            return Form("weight", lambda n: n(cell("kernel", i, j)))

        def pixel(_: int, y: int, x: int, __: int) -> Form:
            return Form("the pixel", lambda n: n(cell("x", y, x)))

        sheet.put("input", trace.array("input"), pixel)
        sheet.put(output, arriving, arrives)
        if "conv2d.kernel" in trace.arrays:
            sheet.put("conv2d.kernel", trace.array("conv2d.kernel"), weight)
        return sheet

    def cell_of(self, name: str, index: Index) -> tuple[str, Index]:
        """All that is shown is a part of the pass."""
        layer = self._trace().spec.named_layers[0][0]
        whole = self.word("kind") == GLOBAL
        match name:
            case "input":
                return "input", (0, *index, 0)
            case "window":
                return "input", (0, *self._pixels()[index[0]], 0)
            case "gradient":
                return "grad:input", (0, *index, 0)
            case "at_first":
                return "grad:input", (0, *self._winner(), 0)
            case "pooled" | "y":
                return f"{layer}.out", (0, 0) if whole else (0, *(index or self._place()), 0)
            case "flat":
                return (f"{layer}.out" if whole else "flatten.out"), (0, *index)
        return name, index

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """Both poolings, and the way back to the winner."""
        return (max_pool, max_pool_gradient, average_pool, operation_of(Flatten()).forward)

    def keras_program(self) -> KerasProgram:
        """The layer, its result, and the gradient by a tape."""
        size, stride, padding = self._geometry()
        kind = self.word("kind")
        rest = f'    {size}, strides={stride}, padding="{padding}"'
        make = {
            MAX: f"layer = keras.layers.MaxPooling2D(\n{rest})",
            AVERAGE: f"layer = keras.layers.AveragePooling2D(\n{rest})",
            GLOBAL: "layer = (\n    keras.layers.GlobalAveragePooling2D())",
            STRIDED: f"layer = keras.layers.Conv2D(1,\n{rest},\n    use_bias=False)",
        }[kind]
        lines = ["import keras", "import tensorflow as tf", f"x = tf.constant([\n{_lines(self.vector('x'))}], float)"]
        lines += ["x = x[None, ..., None]", make]
        if kind == STRIDED:
            part = self.vector("kernel")[:size, :size]
            lines += ["layer.build(x.shape)", f"w = tf.constant([\n{_lines(part)}], float)"]
            more = size - len(part)
            lines += [f"w = tf.pad(w, [[0, {more}], [0, {more}]])"] * (more > 0)
            lines += ["layer.set_weights([w[..., None, None]])"]
        above = f"{self.number('above'):.9g}"
        h, w = self._place()
        lines += ["with tf.GradientTape() as tape:", "    tape.watch(x)", "    pooled = layer(x)"]
        everywhere = kind == GLOBAL or self.word("arrives") == ALL
        lines += [f"    loss = {above} * " + ("tf.reduce_sum(pooled)" if everywhere else f"pooled[0, {h}, {w}, 0]")]
        lines += ["gradient = tape.gradient(loss, x)", "flat = keras.layers.Flatten()(pooled)", ""]
        return KerasProgram("\n".join(lines), {"pooled": "pooled", "gradient": "gradient", "flat": "flat"})


def _rows(values: NDArray[np.floating]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(map(float, row)) for row in values.tolist())


def _lines(values: NDArray[np.float64]) -> str:
    return ",\n".join("    [" + ", ".join(f"{v:.9g}" for v in row) + "]" for row in values.tolist())
