"""Pooling: a window gives its largest number or its mean; flatten; and other ways to reduce a picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.drawings import shifted
from tutor.engine.derivations.cells import Cells, Index, stacked
from tutor.engine.derivations.trace import Trace
from tutor.engine.layers import AveragePooling2D, Conv2D, Flatten, GlobalAveragePooling2D, LayerSpec, MaxPooling2D
from tutor.engine.network import forward
from tutor.engine.operations.contract import Step
from tutor.engine.operations.table import operation_of
from tutor.engine.padding import Padding, added, output_size
from tutor.engine.parameters import count
from tutor.engine.pooling import average_pool, max_pool, max_pool_gradient
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.contract import Group, Lab
from tutor.labs.kit.controls import ActionControl, ChoiceControl, Control, MatrixControl, NumberControl
from tutor.labs.kit.readouts import Text, Tile
from tutor.labs.kit.sheet import Sheet
from tutor.labs.pooling.drawings import fill_heads, fill_noise, fill_over, fill_windows
from tutor.training.keras_program import KerasProgram

SIDE, TABLE = 4, 2
PLACES = ("1", "2", "3", "4")
MAX, AVERAGE, GLOBAL, STRIDED = KINDS = ("max", "average", "global average", "strided convolution")
THIS, ALL = ARRIVALS = ("this window", "all windows")
NUMBERS = ((1.0, 3.0, 2.0, 1.0), (4.0, 6.0, 5.0, 0.0), (7.0, 2.0, 8.0, 3.0), (1.0, 0.0, 4.0, 9.0))
# Rows down and columns right.
SHIFTS = {"shift_up": (-1, 0), "shift_left": (0, -1), "shift_down": (1, 0), "shift_right": (0, 1)}


class PoolingLab(Lab):
    """A picture of numbers, a window over it, and the result for each window, forward and backward."""

    id = "pooling"
    title = "Pooling"
    _kept: tuple[dict[str, object], Trace] | None = None

    def controls(self) -> tuple[Control, ...]:
        """The picture; the pooling; the window; the gradient; the sizes for the counts."""
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
        """The picture and the result; the window; the gradient; the flattened row; counts."""
        first = ("kind", "x", "slide", "slide_back", "row", "column", *SHIFTS, "pool", "stride", "padding", "kernel")
        return (
            Group("Picture and result", (*first, "over", "winners", "input", "pooled")),
            Group("At this window", ("window", "winner", "y", "arithmetic")),
            Group("Backwards", ("above", "arrives", "at_first", "gradient")),
            Group("In a line", ("flat",)),
            Group(
                "Counting", ("truth", "noise", "distance", "side", "first_windows", "windows", "sizes", "parameters")
            ),
            Group("Before the last layer", ("map_side", "channels", "classes", "last_maps", "heads", "head")),
            Group("Keras", ("keras",)),
        )

    def overview(self) -> tuple[str, ...]:
        """Forwards and backwards; counting is for single steps of the lesson."""
        shown = [name for group in self.groups()[:4] for name in group.names]
        return tuple(name for name in shown if name not in ("at_first", "winner", "over", "winners"))

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
        """The chosen result, counted from 0."""
        rows, columns = self._places()
        return min(int(self.number("row")), rows) - 1, min(int(self.number("column")), columns) - 1

    def _corner(self) -> tuple[int, int]:
        """The window's top left corner on the picture; above its first row if there is padding."""
        size, stride, padding = self._geometry()
        before = added(SIDE, size, stride, padding)[0]
        h, w = self._place()
        return h * stride - before, w * stride - before

    def _pixels(self) -> list[tuple[int, int]]:
        """The picture's pixels under the window, in reading order."""
        return _inside(self._corner(), self._geometry()[0])

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

    def recorded(self) -> Trace:
        """The pass forwards, and the gradient that arrives sent back through it."""
        return self._trace()

    def fill(self, sheet: Sheet) -> None:
        """The inputs of the pass; the picture and the result; the window; the gradient; counts."""
        self._fill_given(sheet)
        self._fill_pass(sheet)
        self._fill_counts(sheet)

    def _fill_given(self, sheet: Sheet) -> None:
        """Take the picture, the arriving gradient and the weights from the controls."""
        kernel, above, pixels = sheet["kernel"], sheet["above"], sheet["x"]
        sheet.let("input", Cells(pixels.values[None, ..., None], lambda n, at: pixels.write(n, at[1:3])), "the pixel")
        output = f"grad:{self._layer}.out"
        arriving = sheet[output].values

        def arrives(at: Index) -> bool:
            return bool(arriving[at]) or not above.number

        sheet.let(
            output,
            Cells(arriving, lambda n, at: above.write(n, ()) if arrives(at) else n(0)),
            lambda *at: "what arrives" if arrives(at) else "0: it arrives at another window",
        )
        if self.word("kind") == STRIDED:
            weights = sheet["conv2d.kernel"].values
            sheet.let(
                "conv2d.kernel",
                Cells(weights, lambda n, at: kernel.write(n, at[:2]) if max(at) < TABLE else n(0)),
                lambda *at: "weight" if max(at) < TABLE else "0: the table ends before",
            )

    def _fill_pass(self, sheet: Sheet) -> None:
        size, pixels, winner = self._geometry()[0], self._pixels(), self._winner()
        x, back = _channel(sheet["input"]), _channel(sheet["grad:input"])
        result = sheet[f"{self._layer}.out"]
        # A global average has one number and no rows.
        table = result[0].reshaped((1, 1)) if self.word("kind") == GLOBAL else _channel(result)
        here = table[self._place()]
        low, high = min(0.0, x.values.min()), max(9.0, x.values.max())
        marked = (winner,) if self.word("kind") == MAX else ()
        under = Tile("picture", (), marked, (*self._corner(), size, size))
        how: dict[str, Any] = {"low": low, "high": high, "signed": low < 0, "digits": 0, "numbered": True}
        sheet.picture("input", "picture", ((under, x),), **how)
        fill_over(sheet, x, (*self._corner(), size, size), self._winners())
        of_it = Tile("", (), (self._place(),))
        low, high = min(low, table.values.min()), max(high, table.values.max())
        how |= {"low": low, "high": high, "signed": low < 0, "digits": 2}
        sheet.picture("pooled", "what becomes of it", ((of_it, table),), **how)
        window = stacked([x[pixel] for pixel in pixels])
        labels = tuple(f"{row + 1},{column + 1}" for row, column in pixels)
        sheet.vector("window", "pixels under it, by row,column", labels, window, digits=0)
        sheet.number("window_sum", "their sum", window.sum(), "Σ pixels")
        sheet.number("y", "the result here", here)
        sheet.arithmetic("arithmetic", "how it comes about", "y")
        most = max(1.0, float(np.abs(back.values).max()))
        how = {"low": -most, "high": most, "signed": True, "numbered": True, "digits": 2}
        sheet.picture("gradient", "what comes back", ((Tile("", ()), back),), **how)
        sheet.number("at_first", "reaches the largest pixel", back[winner])
        line = result[0] if self.word("kind") == GLOBAL else sheet["flatten.out"][0]
        sheet.vector("flat", "flattened", tuple(map(str, range(1, len(line) + 1))), line, digits=2)
        row, column = winner
        largest = f"{x.values[winner]:g}, in the picture's row {row + 1}, column {column + 1}"
        sheet.text("winner", "the largest", largest)
        listed = ", ".join(f"{value:g}".replace("-", "−") for value in window.values)
        sheet.text("window_list", "under the window", listed)

    def _fill_counts(self, sheet: Sheet) -> None:
        x, (size, stride, padding), side = self.vector("x"), self._geometry(), int(self.number("side"))
        sheet.number("parameters", "numbers to learn", count(self._spec()), digits=0)
        valid = output_size(side, size, stride, "valid") if side >= size else 0
        over = side - ((valid - 1) * stride + size) if side >= size else side
        sizes = (valid, output_size(side, size, stride, "same"), over)
        sheet.vector("sizes", "rows of the result", ("valid", "same", "left over"), sizes, digits=0)
        picture, windows = x[None, ..., None], ((size, size), (stride, stride), padding)
        results = (max_pool(picture, *windows), average_pool(picture, *windows))
        away = [np.abs(result - self.number("truth")).mean() for result in results]
        sheet.vector("distance", "mean distance from the truth", (MAX, AVERAGE), away)
        sheet.show("same_after_shift", self._same_after_shift)
        (_, columns), (h, w) = self._places(), self._place()
        sheet.number("flat_place", "its place in the line", h * columns + w + 1.0, digits=0)
        across, channels, classes = (self.number(n) for n in ("map_side", "channels", "classes"))
        line = across * across * channels
        heads = ("flat", "flat weights", "global", "global weights")
        numbers = (line, line * classes, channels, channels * classes)
        of_heads = sheet.give("to Dense", numbers)
        sheet.vector("head", "numbers to Dense, and its weights", heads, of_heads, digits=0)
        fill_heads(sheet, of_heads, int(across), int(channels))
        fill_windows(sheet, side, size, stride)
        fill_noise(sheet, x, size, stride)

    def _same_after_shift(self) -> Text:
        moved = self.twin()
        moved.press("shift_right")
        here, there = (lab.recorded().array(f"{lab._layer}.out") for lab in (self, moved))
        same = np.array_equal(here, there)
        return Text("same_after_shift", "the same result one pixel on", "yes" if same else "no")

    @property
    def _layer(self) -> str:
        """The name of the pooling layer."""
        return self._trace().spec.named_layers[0][0]

    def _winner(self) -> tuple[int, int]:
        """The largest pixel under the window; of equal ones the first."""
        x = self.vector("x")
        return max(self._pixels(), key=lambda pixel: x[pixel])

    def motions(self) -> tuple[str, ...]:
        """The window slides."""
        return ("slide",)

    def _winners(self) -> tuple[tuple[int, int], ...]:
        """The largest pixel under each window, in the order of the windows; none if the largest does not decide."""
        if self.word("kind") != MAX:
            return ()
        x, (size, stride, padding), (rows, columns) = self.vector("x"), self._geometry(), self._places()
        before = added(SIDE, size, stride, padding)[0]
        corners = ((h * stride - before, w * stride - before) for h in range(rows) for w in range(columns))
        return tuple(dict.fromkeys(max(_inside(corner, size), key=lambda pixel: x[pixel]) for corner in corners))

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """Both poolings and their gradients."""
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


def _inside(corner: tuple[int, int], size: int) -> list[tuple[int, int]]:
    """The picture's pixels under a window of this size, in reading order."""
    rows, columns = (range(max(0, first), min(SIDE, first + size)) for first in corner)
    return [(y, x) for y in rows for x in columns]


def _channel(maps: Cells) -> Cells:
    """The one picture (rows, columns) of maps (1, rows, columns, 1)."""
    return maps[0].last(0)


def _lines(values: NDArray[np.float64]) -> str:
    return ",\n".join("    [" + ", ".join(f"{v:.9g}" for v in row) + "]" for row in values.tolist())
